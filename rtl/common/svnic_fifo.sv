// SPDX-License-Identifier: Apache-2.0
// A queue of Depth elements (a power of two, at least 2), valid/ready on both sides. The head stands at the output in flip-flops' time:
// no latency beyond one cycle, no combinational path from input to output.

module svnic_fifo #(
    parameter type T     = logic,
    parameter int  Depth = 2
) (
    input logic clk_i,
    input logic rst_i,

    input  logic in_valid_i,
    output logic in_ready_o,
    input  T     in_i,

    output logic out_valid_o,
    input  logic out_ready_i,
    output T     out_o
);

  localparam int IndexW = $clog2(Depth);

  T                  mem_q[Depth];
  logic [IndexW:0]   head_q, tail_q;  // one bit more than the index: full and empty differ
  logic              push, pop;

  assign push        = in_valid_i && in_ready_o;
  assign pop         = out_valid_o && out_ready_i;
  assign in_ready_o  = tail_q - head_q != (IndexW + 1)'(Depth);
  assign out_valid_o = tail_q != head_q;
  assign out_o       = mem_q[head_q[IndexW-1:0]];

  always_ff @(posedge clk_i) begin
    if (push) mem_q[tail_q[IndexW-1:0]] <= in_i;
    tail_q <= tail_q + (IndexW + 1)'(push);
    head_q <= head_q + (IndexW + 1)'(pop);
    if (rst_i) begin
      tail_q <= '0;
      head_q <= '0;
    end
  end

endmodule
