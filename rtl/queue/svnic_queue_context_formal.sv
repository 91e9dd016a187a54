// SPDX-License-Identifier: Apache-2.0
// Proof for svnic_queue_context, a few queues, any operations in any order and density: each operation finds its queue as the last one on that queue left it,
// however close they follow (forwarding), and an operation on one queue changes no other. So what is proven of one queue in svnic_queue_decide holds for
// each of many. One queue is watched; which one is free. Nothing is assumed but a reset at the start.
// What a decision makes of a queue is cut free (cutpoint in the .sby): the pipeline must be right whatever is decided.

module svnic_queue_context_formal
  import svnic_pkg::*;
  import svnic_queue_pkg::*;
#(
    parameter int NumQps = 2
) (
    input logic         clk_i,
    input logic         op_valid_i,
    input op_t          op_i,
    input logic [255:0] in_reset_i,
    input logic [31:0]  eop_i,
    input logic [0:0]   watched_i
);

  localparam int QpW = $clog2(NumQps);

  logic [1:0]      started_q = 2'd0;  // a pipeline that wakes up with anything in it writes in its first cycle of reset
  logic            rst, decided, eop_valid, busy;
  logic [QpW-1:0]  watched_q;
  op_t             op, op2;
  qp_t             eop_qp;
  decision_t       decision;
  fetch_t          fetch;
  take_t           take;
  write_t          write;
  after_t          after;

  assign rst = !started_q[1];

  always_comb begin
    op    = op_i;
    op.qp = qp_t'(QpW'(op_i.qp));  // a number that the card has: svnic_queue_map_formal
  end

  svnic_queue_context #(
      .NumQps    (NumQps),
      .CacheDepth(32)
  ) u_context (
      .clk_i,
      .rst_i          (rst),
      .op_valid_i     (op_valid_i && !rst),
      .op_i           (op),
      .in_reset_i,
      .eop_valid_o    (eop_valid),
      .eop_qp_o       (eop_qp),
      .eop_i,
      .decided_valid_o(decided),
      .decided_o      (op2),
      .decision_o     (decision),
      .fetch_o        (fetch),
      .take_o         (take),
      .write_o        (write),
      .after_o        (after),
      .busy_o         (busy)
  );

  // The watched queue, as if there were no pipeline: what the last decision on it made of it.
  setting_t setting_q;
  dynamic_t dynamic_q;
  logic     ours;

  assign ours = decided && op2.qp == qp_t'(watched_q);

  always_ff @(posedge clk_i) begin
    started_q <= {started_q[0], 1'b1};
    if (rst) begin
      watched_q <= watched_i;
      setting_q <= u_context.setting_mem_q[watched_i];
      dynamic_q <= u_context.dynamic_mem_q[watched_i];
    end else if (ours) begin
      if (u_context.setting_change) setting_q <= u_context.setting2;
      dynamic_q <= u_context.dynamic2;
    end
  end

  // For induction: where its newest state is
  logic in_1, in_2, in_3;
  assign in_1 = u_context.valid1_q && u_context.op1_q.qp == qp_t'(watched_q);
  assign in_2 = ours;
  assign in_3 = u_context.valid3_q && u_context.qp3_q == qp_t'(watched_q);

`ifdef INDUCTION
  always_ff @(posedge clk_i) begin
    i_reset_empties :
    assert (started_q != 2'b10 && (started_q != 2'b01 || !decided));
  end
`endif

  always_ff @(posedge clk_i)
    if (!rst) begin
      finds_what_was_left :
      assert (!ours || {u_context.setting2_q, u_context.dynamic2_q} == {setting_q, dynamic_q});
      told_behind_its_decision :
      assert (!in_3 || u_context.dynamic3_data_q == dynamic_q);

`ifdef INDUCTION
      i_in_memory :
      assert ({u_context.setting_mem_q[watched_q], u_context.dynamic_mem_q[watched_q]} == {setting_q, dynamic_q});
      i_numbers :
      assert ((!u_context.valid1_q || u_context.op1_q.qp < qp_t'(NumQps)) && (!decided || op2.qp < qp_t'(NumQps))
              && (!u_context.valid3_q || u_context.qp3_q < qp_t'(NumQps)));
      i_setting_of_3 :
      assert (!(in_3 && u_context.setting3_q) || u_context.setting3_data_q == setting_q);
      i_none_changes_without_an_operation :
      assert (!u_context.setting_change || decided);
      i_read :  // what stage 1 read is old only by what stages 2 and 3 have
      assert (!in_1 || in_2 || in_3 || {u_context.setting1_q, u_context.dynamic1_q} == {setting_q, dynamic_q});
      i_read_setting :
      assert (!in_1 || (in_3 && u_context.setting3_q) || u_context.setting1_q == setting_q);
`endif

      c_close :
      cover (in_1 && in_2 && in_3 && u_context.setting_change);
      c_with_a_gap :
      cover (in_1 && !in_2 && decided && in_3 && u_context.setting3_q);
      c_from_memory :
      cover (ours && u_context.op2_q.op == OpHost && dynamic_q.state == svnic_regs_pkg::QueueStateOn);
      c_another :
      cover (decided && !ours && u_context.setting_change);
    end

  logic unused;
  assign unused = ^{in_reset_i, eop_valid, eop_qp, decision, fetch, take, write, after, busy};

endmodule
