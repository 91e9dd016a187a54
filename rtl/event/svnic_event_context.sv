// SPDX-License-Identifier: Apache-2.0
// The slots' contexts, and what operations do to them: one per cycle, in any order, also on the same slot in successive cycles.
//
//   0  op_i: the context is read   1  forwarding; the vector is read (svnic_msix)   2  the decision, written back   3  after_o: work lists

module svnic_event_context
  import svnic_pkg::*;
  import svnic_event_pkg::*;
#(
    parameter int NumSlots = 512
) (
    input logic clk_i,
    input logic rst_i,

    input nanoseconds_t now_i,
    input logic [255:0] in_reset_i,
    input logic [255:0] rescue_i,
    input logic         op_valid_i,
    input op_t          op_i,
    input logic         function_valid_i,
    input func_t        function_i,

    output func_t  vector_func_o,  // cycle 1: whose vector the operation may need
    output local_t vector_o,

    output logic         decided_valid_o,  // cycle 2
    output op_t          decided_o,
    output func_t        decided_func_o,   // the slot's
    output nanoseconds_t decided_due_o,
    output decision_t    decision_o,
    output entry_t       entry_o,
    output after_t       after_o,
    output logic         busy_o
);

  localparam int SlotW = $clog2(NumSlots);
  typedef logic [SlotW-1:0] slot_index_t;

  setting_t setting_mem_q[NumSlots];
  dynamic_t dynamic_mem_q[NumSlots];

  // ---- 0, 1: read, forward ------------------------------------------------------------------------------------------------
  logic     valid1_q, valid2_q, valid3_q;
  op_t      op1_q, op2_q;
  setting_t setting1_q, setting1, setting2_q, setting2, setting3_q;
  dynamic_t dynamic1_q, dynamic1, dynamic2_q, dynamic2, dynamic3_q;
  slot_t    slot3_q;
  logic     same2, same3;

  // What the operations one and two before this one made of the same slot is not in what it read.
  assign same2 = valid2_q && op2_q.slot == op1_q.slot;
  assign same3 = valid3_q && slot3_q == op1_q.slot;

  always_comb begin
    {setting1, dynamic1} = {setting1_q, dynamic1_q};
    if (same2) {setting1, dynamic1} = {setting2, dynamic2};
    else if (same3) {setting1, dynamic1} = {setting3_q, dynamic3_q};
  end

  always_ff @(posedge clk_i) begin
    if (op_valid_i) begin
      op1_q      <= op_i;
      setting1_q <= setting_mem_q[slot_index_t'(op_i.slot)];
      dynamic1_q <= dynamic_mem_q[slot_index_t'(op_i.slot)];
    end
    if (valid1_q) begin
      op2_q      <= op1_q;
      setting2_q <= setting1;
      dynamic2_q <= dynamic1;
    end
    valid1_q <= op_valid_i && !rst_i;
    valid2_q <= valid1_q && !rst_i;
    valid3_q <= valid2_q && !rst_i;
  end

  assign vector_func_o = op1_q.op == OpNotify ? setting1.func : op1_q.func;
  assign vector_o      = op1_q.op == OpNotify ? setting1.local_slot : op1_q.local_slot;

  // ---- 2: decide ----------------------------------------------------------------------------------------------------------
  svnic_event_decide u_decide (
      .valid_i   (valid2_q),
      .op_i      (op2_q),
      .setting_i (setting2_q),
      .dynamic_i (dynamic2_q),
      .now_i,
      .in_reset_i,
      .rescue_i,
      .function_valid_i,
      .function_i,
      .setting_o (setting2),
      .dynamic_o (dynamic2),
      .decision_o,
      .entry_o
  );

  assign decided_valid_o = valid2_q;
  assign decided_o       = op2_q;
  assign decided_func_o  = setting2_q.func;
  assign decided_due_o   = dynamic2.due;

  always_ff @(posedge clk_i) begin
    if (valid2_q) begin
      setting_mem_q[slot_index_t'(op2_q.slot)] <= setting2;
      dynamic_mem_q[slot_index_t'(op2_q.slot)] <= dynamic2;
      setting3_q <= setting2;
      dynamic3_q <= dynamic2;
      slot3_q    <= op2_q.slot;
    end
  end

  // ---- 3: lists -----------------------------------------------------------------------------------------------------------
  op_e    op3_q;
  logic   clear3_q, on, waits;
  index_t unconsumed;

  always_ff @(posedge clk_i) begin
    if (valid2_q) begin
      op3_q    <= op2_q.op;
      clear3_q <= op2_q.op == OpClear;
    end
  end

  assign on         = dynamic3_q.state == svnic_regs_pkg::SlotStateOn;
  assign unconsumed = dynamic3_q.produced - dynamic3_q.consumed;
  assign waits = dynamic3_q.queues != '0 || dynamic3_q.stopped != '0 || dynamic3_q.kinds != '0 || dynamic3_q.rescues != '0
               || (function_valid_i && setting3_q.owned && setting3_q.func == '0 && setting3_q.local_slot == '0);

  assign after_o = '{
      valid: valid3_q,
      slot: slot3_q,
      post: on && waits && unconsumed < index_t'(1) << setting3_q.ring_log2 && !in_reset_i[setting3_q.func],
      posted: op3_q == OpPost || clear3_q,
      notify: on && dynamic3_q.phase == Hold && dynamic3_q.at_once && !in_reset_i[setting3_q.func],
      notified: op3_q == OpNotify || clear3_q
  };

  assign busy_o = valid1_q || valid2_q || valid3_q;

endmodule
