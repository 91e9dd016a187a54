// SPDX-License-Identifier: Apache-2.0
// A FIFO behind a pipeline: who saw room_o may push some cycles later, as there are Slack places left then. It counts what went in and came
// out, so that one may wait until all that is in it now has left.

module svnic_queue_fifo
  import svnic_queue_pkg::*;
#(
    parameter type T     = logic,
    parameter int  Depth = 8,      // a power of two
    parameter int  Slack = 4       // pushes between room_o and the next look at it
) (
    input logic clk_i,
    input logic rst_i,

    input  logic in_valid_i,
    input  T     in_i,
    output logic room_o,

    output logic out_valid_o,
    input  logic out_ready_i,
    output T     out_o,

    output mark_t pushed_o,
    output mark_t popped_o
);

  localparam int IndexW = $clog2(Depth);

  T      mem_q[Depth];
  mark_t pushed_q, popped_q, level;
  logic  pop;

  assign level       = pushed_q - popped_q;
  assign room_o      = level <= mark_t'(Depth - Slack);
  assign out_valid_o = pushed_q != popped_q;
  assign pop         = out_valid_o && out_ready_i;
  assign out_o       = mem_q[popped_q[IndexW-1:0]];
  assign pushed_o    = pushed_q;
  assign popped_o    = popped_q;

  always_ff @(posedge clk_i) begin
    if (in_valid_i) mem_q[pushed_q[IndexW-1:0]] <= in_i;
    pushed_q <= pushed_q + mark_t'(in_valid_i);
    popped_q <= popped_q + mark_t'(pop);
    if (rst_i) begin
      pushed_q <= '0;
      popped_q <= '0;
    end
  end

`ifndef SYNTHESIS
  always_ff @(posedge clk_i) begin
    if (!rst_i) begin
      no_overflow : assert (!in_valid_i || level < mark_t'(Depth));
    end
  end
`endif

endmodule
