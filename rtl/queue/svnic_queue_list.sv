// SPDX-License-Identifier: Apache-2.0
// A work list: which queue has work, and is the next to be served? Each queue is in it once. After each operation on a queue it is told whether
// the queue has work, and whether the operation was the queue's turn; only a turn takes a queue off the list.

module svnic_queue_list
  import svnic_pkg::*;
#(
    parameter int NumQps = 512
) (
    input logic clk_i,
    input logic rst_i,

    input logic update_valid_i,
    input qp_t  update_qp_i,
    input logic update_wants_i,  // it has work
    input logic update_turn_i,   // this was its turn

    output logic valid_o,
    input  logic ready_i,
    output qp_t  qp_o
);

  localparam int QpW = $clog2(NumQps);
  typedef logic [QpW-1:0] index_t;

  // Written a cycle later: at one address with the read, Yosys takes it for a RAM of one port, and has none of 512 bits.
  logic   listed_q[NumQps];
  logic   write_q, written_q, listed, push, in_ready;
  index_t update_qp, write_qp_q, head;

  assign update_qp = index_t'(update_qp_i);
  assign listed    = (write_q && write_qp_q == update_qp ? written_q : listed_q[update_qp]) && !update_turn_i;
  assign push      = update_valid_i && update_wants_i && !listed;
  assign qp_o      = qp_t'(head);

  always_ff @(posedge clk_i) begin
    write_q    <= update_valid_i;
    write_qp_q <= update_qp;
    written_q  <= listed || update_wants_i;
    if (write_q) listed_q[write_qp_q] <= written_q;
  end

  svnic_fifo #(
      .T    (index_t),
      .Depth(NumQps)
  ) u_fifo (
      .clk_i,
      .rst_i,
      .in_valid_i (push),
      .in_ready_o (in_ready),  // one place for each queue: always
      .in_i       (update_qp),
      .out_valid_o(valid_o),
      .out_ready_i(ready_i),
      .out_o      (head)
  );

`ifndef SYNTHESIS
  always_ff @(posedge clk_i) begin
    if (!rst_i) begin
      once : assert (!push || in_ready);
    end
  end
`else
  logic unused;
  assign unused = in_ready;
`endif

endmodule
