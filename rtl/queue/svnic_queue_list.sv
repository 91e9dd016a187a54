// SPDX-License-Identifier: Apache-2.0
// A work list: which queue has work, and is the next to be served? Each queue is in it once; who joins is said by svnic_queue_listed.

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

  logic   push, in_ready;
  index_t update_qp, head;

  assign update_qp = index_t'(update_qp_i);
  assign qp_o      = qp_t'(head);

  svnic_queue_listed #(
      .NumQps(NumQps)
  ) u_listed (
      .clk_i,
      .update_valid_i,
      .update_qp_i(update_qp),
      .update_wants_i,
      .update_turn_i,
      .push_o     (push)
  );

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
