// SPDX-License-Identifier: Apache-2.0
// Which queues are on a list, each at most once? After each operation on a queue it is told whether the queue has work, and whether the operation was
// the queue's turn; only a turn takes a queue off the list. A queue with work that is not on it joins now: push_o, in the cycle of the update.

module svnic_queue_listed #(
    parameter int NumQps = 512
) (
    input logic clk_i,

    input  logic                      update_valid_i,
    input  logic [$clog2(NumQps)-1:0] update_qp_i,
    input  logic                      update_wants_i,  // it has work
    input  logic                      update_turn_i,   // this was its turn
    output logic                      push_o
);

  // Written a cycle later: at one address with the read, Yosys takes it for a RAM of one port, and has none of 512 bits.
  logic                      listed_q[NumQps];
  logic                      write_q, written_q, listed;
  logic [$clog2(NumQps)-1:0] write_qp_q;

  assign listed = (write_q && write_qp_q == update_qp_i ? written_q : listed_q[update_qp_i]) && !update_turn_i;
  assign push_o = update_valid_i && update_wants_i && !listed;

  always_ff @(posedge clk_i) begin
    write_q    <= update_valid_i;
    write_qp_q <= update_qp_i;
    written_q  <= listed || update_wants_i;
    if (write_q) listed_q[write_qp_q] <= written_q;
  end

endmodule
