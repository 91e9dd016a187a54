// SPDX-License-Identifier: Apache-2.0
// Proof for svnic_event_context, two slots, any operations in any order and density: each operation finds its slot as the last one on that slot left it, however close they
// follow (forwarding), an operation on one slot changes no other, and a vector is looked up for the owner of the slot that notifies. So what is proven of one
// slot in svnic_event_decide holds for each of many. One slot is watched; which one is free. Nothing is assumed but a reset at the start.
// What a decision makes of a slot is cut free (cutpoint in the .sby): the pipeline must be right whatever is decided.

module svnic_event_context_formal
  import svnic_pkg::*;
  import svnic_event_pkg::*;
#(
    parameter int NumSlots = 2
) (
    input logic         clk_i,
    input logic         op_valid_i,
    input op_t          op_i,
    input nanoseconds_t now_i,
    input logic [255:0] in_reset_i,
    input logic [255:0] rescue_i,
    input logic         function_valid_i,
    input func_t        function_i,
    input logic [0:0]   watched_i
);

  localparam int SlotW = $clog2(NumSlots);

  logic [1:0]       started_q = 2'd0;  // a pipeline that wakes up with anything in it writes in its first cycle of reset
  logic             rst, decided, busy;
  logic [SlotW-1:0] watched_q;
  op_t              op, op2;
  func_t            vector_func, decided_func, vector_func_q;
  local_t           vector, vector_q;
  nanoseconds_t     decided_due;
  decision_t        decision;
  entry_t           entry;
  after_t           after;

  assign rst = !started_q[1];

  always_comb begin
    op      = op_i;
    op.slot = slot_t'(SlotW'(op_i.slot));  // a number that the card has: svnic_event_map_formal
  end

  svnic_event_context #(
      .NumSlots(NumSlots)
  ) u_context (
      .clk_i,
      .rst_i          (rst),
      .now_i,
      .in_reset_i,
      .rescue_i,
      .op_valid_i     (op_valid_i && !rst),
      .op_i           (op),
      .function_valid_i,
      .function_i,
      .vector_func_o  (vector_func),
      .vector_o       (vector),
      .decided_valid_o(decided),
      .decided_o      (op2),
      .decided_func_o (decided_func),
      .decided_due_o  (decided_due),
      .decision_o     (decision),
      .entry_o        (entry),
      .after_o        (after),
      .busy_o         (busy)
  );

  // The watched slot, as if there were no pipeline: what the last decision on it made of it.
  setting_t setting_q;
  dynamic_t dynamic_q;
  logic     ours;

  assign ours = decided && op2.slot == slot_t'(watched_q);

  always_ff @(posedge clk_i) begin
    started_q   <= {started_q[0], 1'b1};
    vector_func_q <= vector_func;
    vector_q      <= vector;
    if (rst) begin
      watched_q <= watched_i;
      setting_q <= u_context.setting_mem_q[watched_i];
      dynamic_q <= u_context.dynamic_mem_q[watched_i];
    end else if (ours) begin
      setting_q <= u_context.setting2;
      dynamic_q <= u_context.dynamic2;
    end
  end

  // For induction: where its newest state is
  logic in_1, in_2, in_3;
  assign in_1 = u_context.valid1_q && u_context.op1_q.slot == slot_t'(watched_q);
  assign in_2 = ours;
  assign in_3 = u_context.valid3_q && u_context.slot3_q == slot_t'(watched_q);

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
      e4_owners_vector :  // of the owner at the decision, not of one before
      assert (!(ours && op2.op == OpNotify) || {vector_func_q, vector_q, decided_func} == {setting_q.func, setting_q.local_slot, setting_q.func});
      told_behind_its_decision :
      assert (!in_3 || {u_context.setting3_q, u_context.dynamic3_q} == {setting_q, dynamic_q});

`ifdef INDUCTION
      i_in_memory :
      assert ({u_context.setting_mem_q[watched_q], u_context.dynamic_mem_q[watched_q]} == {setting_q, dynamic_q});
      i_numbers :
      assert ((!u_context.valid1_q || u_context.op1_q.slot < slot_t'(NumSlots)) && (!decided || op2.slot < slot_t'(NumSlots))
              && (!u_context.valid3_q || u_context.slot3_q < slot_t'(NumSlots)));
      i_read :  // what stage 1 read is old only by what stages 2 and 3 have
      assert (!in_1 || in_3 || {u_context.setting1_q, u_context.dynamic1_q} == {setting_q, dynamic_q});
      i_vector :
      assert (!(decided && op2.op == OpNotify) || {vector_func_q, vector_q} == {u_context.setting2_q.func, u_context.setting2_q.local_slot});
`endif

      c_close :
      cover (in_1 && in_2 && in_3);
      c_with_a_gap :
      cover (in_1 && !in_2 && decided && in_3);
      c_notifies :
      cover (ours && op2.op == OpNotify && setting_q.func == 8'd5);
      c_another :
      cover (decided && !ours);
    end

  logic unused;
  assign unused = ^{decided_due, decision, entry, after, busy};

endmodule
