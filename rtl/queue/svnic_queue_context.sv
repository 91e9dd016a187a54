// SPDX-License-Identifier: Apache-2.0
// The queues of one direction: their contexts, and what operations do to them. One operation per cycle, in any order, also on the same queue in
// successive cycles; each is decided in one cycle, the third:
//
//   0  op_i: the context is read      1  forwarding      2  the decision, written back      3  after_o: which lists does the queue belong to?

module svnic_queue_context
  import svnic_pkg::*;
  import svnic_queue_pkg::*;
#(
    parameter bit Rx         = 1'b0,
    parameter int NumQps     = 512,
    parameter int CacheDepth = 32
) (
    input logic clk_i,
    input logic rst_i,

    input logic         op_valid_i,
    input op_t          op_i,
    input logic [255:0] in_reset_i,

    output logic                  eop_valid_o,  // cycle 1; its answer comes with the decision
    output qp_t                   eop_qp_o,
    input  logic [CacheDepth-1:0] eop_i,

    output logic      decided_valid_o,  // cycle 2
    output op_t       decided_o,
    output decision_t decision_o,
    output fetch_t    fetch_o,
    output take_t     take_o,
    output write_t    write_o,
    output after_t    after_o,
    output logic      busy_o
);

  localparam int QpW = $clog2(NumQps);
  typedef logic [QpW-1:0] qp_index_t;

  setting_t setting_mem_q[NumQps];
  dynamic_t dynamic_mem_q[NumQps];

  // ---- 0, 1: read, forward ------------------------------------------------------------------------------------------------
  logic     valid1_q, valid2_q, valid3_q, setting3_q;
  op_t      op1_q, op2_q;
  setting_t setting1_q, setting1, setting2_q, setting2, setting3_data_q;
  dynamic_t dynamic1_q, dynamic1, dynamic2_q, dynamic2, dynamic3_data_q;
  logic     setting_change, same2, same3;
  qp_t      qp3_q;

  // What the operations one and two before this one made of the same queue is not in what it read.
  assign same2 = valid2_q && op2_q.qp == op1_q.qp;
  assign same3 = valid3_q && qp3_q == op1_q.qp;

  always_comb begin
    setting1 = setting1_q;
    dynamic1 = dynamic1_q;
    if (same2) dynamic1 = dynamic2;
    else if (same3) dynamic1 = dynamic3_data_q;
    if (same2 && setting_change) setting1 = setting2;
    else if (same3 && setting3_q) setting1 = setting3_data_q;
  end

  always_ff @(posedge clk_i) begin
    if (op_valid_i) begin
      op1_q      <= op_i;
      setting1_q <= setting_mem_q[qp_index_t'(op_i.qp)];
      dynamic1_q <= dynamic_mem_q[qp_index_t'(op_i.qp)];
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

  assign eop_valid_o = valid1_q;
  assign eop_qp_o    = op1_q.qp;

  // ---- 2: decide ----------------------------------------------------------------------------------------------------------
  svnic_queue_decide #(
      .Rx        (Rx),
      .CacheDepth(CacheDepth)
  ) u_decide (
      .valid_i         (valid2_q),
      .op_i            (op2_q),
      .setting_i       (setting2_q),
      .dynamic_i       (dynamic2_q),
      .eop_i,
      .in_reset_i,
      .setting_change_o(setting_change),
      .setting_o       (setting2),
      .dynamic_o       (dynamic2),
      .decision_o,
      .fetch_o,
      .take_o,
      .write_o
  );

  assign decided_valid_o = valid2_q;
  assign decided_o       = op2_q;

  always_ff @(posedge clk_i) begin
    if (setting_change) setting_mem_q[qp_index_t'(op2_q.qp)] <= setting2;
    if (valid2_q) dynamic_mem_q[qp_index_t'(op2_q.qp)] <= dynamic2;
  end

  // ---- 3: lists -----------------------------------------------------------------------------------------------------------
  op_e  op3_q;
  logic turn3_q, clear3_q, fetch3_q, take3_q, arrived3_q, settled3_q;
  take_arg_t take_arg;
  owner_arg_t owner_arg;

  assign take_arg  = take_arg_t'(op2_q.arg[$bits(take_arg_t)-1:0]);
  assign owner_arg = owner_arg_t'(op2_q.arg[$bits(owner_arg_t)-1:0]);

  always_ff @(posedge clk_i) begin
    setting3_q <= setting_change;
    if (valid2_q) begin
      op3_q           <= op2_q.op;
      qp3_q           <= op2_q.qp;
      setting3_data_q <= setting2;
      dynamic3_data_q <= dynamic2;
      turn3_q         <= op2_q.op == OpTake && !take_arg.again;
      clear3_q        <= op2_q.op == OpClear && !owner_arg.keep;
      fetch3_q        <= decision_o.fetch;
      take3_q         <= decision_o.take;
      arrived3_q      <= decision_o.arrived;
      settled3_q      <= decision_o.settled;
    end
  end

  logic on, idle;
  assign on   = dynamic3_data_q.state == svnic_regs_pkg::QueueStateOn;
  assign idle = is_idle(dynamic3_data_q);

  assign after_o = '{
      valid: valid3_q,
      qp: qp3_q,
      func: setting3_data_q.func,
      fetch: (op3_q != OpFetch || fetch3_q) && fetch_size(dynamic3_data_q, setting3_data_q.ring_log2, 7'(unsigned'(CacheDepth))) != '0,
      fetched: op3_q == OpFetch || clear3_q,
      done: dynamic3_data_q.fetches != '0 && dynamic3_data_q.ended[dynamic3_data_q.oldest],
      finished: op3_q == OpDone || clear3_q,
      take: on && (op3_q == OpTake ? take3_q : arrived3_q) && dynamic3_data_q.arrived != dynamic3_data_q.taken,
      tried: turn3_q || clear3_q,
      drained: valid3_q && settled3_q && idle && dynamic3_data_q.state == svnic_regs_pkg::QueueStateDraining,
      idle: valid3_q && settled3_q && idle
  };

  assign busy_o = valid1_q || valid2_q || valid3_q;

  logic unused;
  assign unused = ^{take_arg, owner_arg};

endmodule
