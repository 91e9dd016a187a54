// SPDX-License-Identifier: Apache-2.0
// Proof for svnic_queue_decide, one queue of either direction, any sequence of operations with any arguments (also foreign, hostile and needless ones), any
// resets. Ownership: who owns a queue is changed by the map's operations alone, whoever is not the owner changes nothing, hears nothing and gets nothing, and
// what the queue does carries its owner's number and stays in its ring. No lost doorbell: armed and passed is told in the very decision that makes it so.
// A driver that arms with what it saw and then sleeps has seen all that is issued; its doorbell arrives any time later, older ones of its other CPUs between.

module svnic_queue_decide_formal
  import svnic_pkg::*;
  import svnic_regs_pkg::*;
  import svnic_queue_pkg::*;
#(
    parameter bit Rx = 1'b0
) (
    input logic         clk_i,
    input logic         valid_i,
    input op_t          op_i,
    input logic [31:0]  eop_i,
    input logic         in_reset_i,  // the queue's function
    input setting_t     setting_i,   // at the start: an off queue, of anybody, set to anything
    input logic         grant_i,     // completions are with the host ...
    input logic [2:0]   granted_i,
    input logic         look_i,      // ... whose driver sees them
    input logic         send_i,      // ... and arms with what it saw
    input logic         arrive_i,    // ... which reaches the card
    input index_t       producer_i,
    input logic         burst_i,     // as many given, and done with, as that: else the end of a ring is too far for a bounded check
    input index_t       burst_descriptors_i
);

  localparam int CacheDepth = 32;
  localparam index_t LargestRing = index_t'(1) << RingLog2Max;

  logic         started_q = 1'b0;
  logic         rst, valid, honest_arm, changes, burst;
  op_t          op;
  setting_t     setting_q, setting_d;
  dynamic_t     dynamic_q, dynamic_d;
  decision_t    decision;
  fetch_t       fetch;
  take_t        take;
  write_t       write;
  logic [255:0] in_reset;

  assign rst = !started_q;

  // ---- The driver, and what it can see: completions are with the host before the card counts them as issued ------------------------------------
  index_t    seen_q, sent_q, written_q;
  logic      looked_q, in_flight_q, sleeps_q, honest_q, look, send, grant;
  host_arg_t arm;
  queue_db_t arm_word;

  assign look       = look_i && !in_flight_q;
  assign send       = send_i && looked_q && !in_flight_q && !look_i;
  assign honest_arm = in_flight_q && arrive_i;
  assign arm_word   = '{arm: 1'b1, consumed: sent_q, producer: producer_i, default: '0};
  assign arm        = '{func: setting_q.func, local_qp: setting_q.local_qp, write: 1'b1, doorbell: 1'b1, dw: '0, wdata: arm_word};
  // It has no more under way than a ring holds. Of writes between grant and issue there are few.
  assign grant      = grant_i && !burst && written_q + 16'(granted_i) - seen_q <= LargestRing && written_q + 16'(granted_i) - dynamic_q.issued <= 16'd64;

  issue_arg_t issue;
  assign issue = issue_arg_t'(op_i.arg[$bits(issue_arg_t)-1:0]);

  always_comb begin
    valid = valid_i;
    op    = op_i;
    // svnic_queue_completion: what it says was issued was written before.
    if (op.op == OpIssue && dynamic_q.state != QueueStateOff && 16'(issue.count) > written_q - dynamic_q.issued) valid = 1'b0;
    if (honest_arm) {valid, op} = {1'b1, op_t'({OpHost, op_i.qp, arm})};
    if (rst) valid = 1'b0;
    in_reset                 = '0;
    in_reset[setting_q.func] = in_reset_i;
  end

  svnic_queue_decide #(
      .Rx        (Rx),
      .CacheDepth(CacheDepth)
  ) u_decide (
      .valid_i         (valid),
      .op_i            (op),
      .setting_i       (setting_q),
      .dynamic_i       (dynamic_q),
      .eop_i,
      .in_reset_i      (in_reset),
      .setting_change_o(changes),
      .setting_o       (setting_d),
      .dynamic_o       (dynamic_d),
      .decision_o      (decision),
      .fetch_o         (fetch),
      .take_o          (take),
      .write_o         (write)
  );

  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    if (changes) setting_q <= setting_d;
    if (valid) dynamic_q <= dynamic_d;
    if (burst) begin
      dynamic_q.producer <= dynamic_q.producer + burst_descriptors_i;
      dynamic_q.fetched  <= dynamic_q.fetched + burst_descriptors_i;
      dynamic_q.arrived  <= dynamic_q.arrived + burst_descriptors_i;
      dynamic_q.taken    <= dynamic_q.taken + burst_descriptors_i;
      dynamic_q.gathered <= dynamic_q.gathered + burst_descriptors_i;
      dynamic_q.issued   <= dynamic_q.issued + burst_descriptors_i;
    end
    if (rst) {setting_q, dynamic_q} <= {setting_i, $bits(dynamic_t)'(0)};
  end

  // ---- What happened -------------------------------------------------------------------------------------------------------------------------
  host_arg_t  host;
  owner_arg_t owner;
  take_arg_t  take_arg;
  queue_db_t  doorbell;
  logic       on, rings, overrun, arms, starts, mine, foreign, changes_hands, stale, told;
  index_t     entries;

  assign host     = host_arg_t'(op.arg);
  assign owner    = owner_arg_t'(op.arg[$bits(owner_arg_t)-1:0]);
  assign take_arg = take_arg_t'(op.arg[$bits(take_arg_t)-1:0]);
  assign doorbell = queue_db_t'(host.wdata);
  assign on       = dynamic_q.state == QueueStateOn;
  assign entries  = index_t'(1) << setting_q.ring_log2;
  assign starts   = valid && dynamic_q.state == QueueStateOff && dynamic_d.state == QueueStateOn;
  assign told     = decision.tell.queue_event || decision.tell.stopped_event;

  always_comb begin
    unique case (op.op)
      OpHost:            mine = setting_q.owned && setting_q.func == host.func && setting_q.local_qp == host.local_qp;
      OpTake:            mine = !Rx || (take_arg.assigned && setting_q.owned && setting_q.func == take_arg.func && setting_q.local_qp == '0);
      OpDisown, OpReset: mine = setting_q.owned && setting_q.func == owner.func && setting_q.local_qp == owner.local_qp;
      default:           mine = 1'b1;
    endcase
  end
  assign foreign       = valid && !mine;
  assign changes_hands = valid && {setting_d.owned, setting_d.func, setting_d.local_qp} != {setting_q.owned, setting_q.func, setting_q.local_qp};

  // A doorbell of its owner: one that gives more than the ring holds stops the queue, any other one arms if it says so.
  assign rings   = valid && op.op == OpHost && mine && host.doorbell && on;
  assign overrun = $signed(doorbell.producer - dynamic_q.producer) > 0 && doorbell.producer - dynamic_q.issued > entries;
  assign arms    = rings && doorbell.arm && !overrun;
  assign stale   = $signed(doorbell.consumed - sent_q) <= 0 && $signed(doorbell.consumed - sent_q) > -16'sd16384;

  logic   armed_q;  // as the doorbells said
  index_t armed_at_q;

  assign burst = burst_i && !valid && !armed_q && !looked_q && !in_flight_q && !sleeps_q && !look_i;

  always_ff @(posedge clk_i) begin
    if (arms) {armed_q, armed_at_q} <= {1'b1, doorbell.consumed};
    if (decision.tell.queue_event || (valid && dynamic_d.state != QueueStateOn) || starts) armed_q <= 1'b0;

    if (grant) written_q <= written_q + 16'(granted_i);
    if (burst) {written_q, seen_q} <= {written_q + burst_descriptors_i, seen_q + burst_descriptors_i};
    if (look) {looked_q, seen_q} <= {1'b1, written_q};
    if (send) {looked_q, in_flight_q, sent_q} <= {1'b0, 1'b1, seen_q};
    if (honest_arm) {in_flight_q, sleeps_q} <= {1'b0, on};
    if (told || look) sleeps_q <= 1'b0;
    if ((arms && !honest_arm && !stale) || changes_hands) honest_q <= 1'b0;
    if (starts) {looked_q, in_flight_q, sleeps_q, honest_q, written_q, seen_q} <= {4'b0001, 32'd0};
    if (rst) {armed_q, looked_q, in_flight_q, sleeps_q, honest_q, written_q, seen_q} <= '0;
  end

  logic in_ring;  // the fetch, in its queue's ring
  logic [63:0] offset;
  assign offset = fetch.addr - {setting_q.ring, 12'd0};
  assign in_ring = offset[3:0] == '0 && offset + {55'd0, fetch.count, 4'd0} <= {44'd0, entries, 4'd0};

  logic quiet;
  assign quiet = !(decision.fetch || decision.write || decision.arrived || decision.settled || told) && decision.rdata == '0
               && (!decision.take || (Rx && op.op == OpTake && !take.ok));

  // ---- Properties ----------------------------------------------------------------------------------------------------------------------------
  always_ff @(posedge clk_i)
    if (!rst) begin
      owner_by_map_only :
      assert (!changes_hands || op.op inside {OpClear, OpDisown, OpOwn});
      foreign_changes_nothing :
      assert (!foreign || (!changes && dynamic_d == dynamic_q && quiet));
      foreign_is_bad :
      assert (!(foreign && op.op == OpHost) || decision.bad == host.write);
      acts_for_its_owner :
      assert ((!decision.fetch || fetch.func == setting_q.func) && (!decision.take || !take.ok || take.func == setting_q.func)
              && (!decision.write || {write.func, write.cpl} == {setting_q.func, setting_q.cpl})
              && (!told || {decision.tell.func, decision.tell.source} == {setting_q.func, setting_q.local_qp, Rx}));
      fetches_its_ring :
      assert (!decision.fetch || (in_ring && fetch.count != '0 && 16'(fetch.count) <= dynamic_q.producer - dynamic_q.fetched));
      only_when_on :
      assert (on || !(decision.fetch || decision.write || decision.arrived || told || (decision.take && take.ok)));
      silent_in_reset :
      assert (!in_reset_i || !(decision.fetch || (!Rx && decision.take)));
      settings_only_when_off :
      assert (!(changes && dynamic_q.state != QueueStateOff) || op.op != OpHost);

      armed_and_passed_is_told :
      assert (!(on && armed_q) || $signed(dynamic_q.issued - armed_at_q) <= 0);
      told_if_armed :
      assert (!decision.tell.queue_event || armed_q || arms);
      no_lost_doorbell :
      assert (!(on && honest_q && sleeps_q) || $signed(dynamic_q.issued - sent_q) <= 0);
      stop_is_told :
      assert (!valid || decision.tell.stopped_event == (dynamic_d.state == QueueStateStopped && dynamic_q.state != QueueStateStopped));

`ifdef INDUCTION  // what it must know; the bounded check does without, so that a fault is found by the property that it breaks
      i_ring_in_range :
      assert (dynamic_q.state == QueueStateOff || setting_q.ring_log2 inside {[4'(RingLog2Min) : 4'(RingLog2Max)]});
      i_armed :
      assert (dynamic_q.armed == armed_q && (!armed_q || (on && dynamic_q.armed_at == armed_at_q)));
      i_driver_is_owner :
      assert (!(on && honest_q) || setting_q.owned);
      i_looks_sends_or_sleeps :
      assert ($onehot0({looked_q, in_flight_q, sleeps_q}));
      i_written :
      assert (!on || written_q - dynamic_q.issued <= 16'd64);
      i_seen :
      assert (!on || written_q - seen_q <= LargestRing);
      i_sent :
      assert (!((in_flight_q || sleeps_q) && on) || sent_q == seen_q);
      i_sleeps_armed :
      assert (!(on && honest_q && sleeps_q) || (armed_q && $signed(armed_at_q - sent_q) <= 0 && $signed(armed_at_q - sent_q) > -16'sd16384));
`endif

      c_passed_when_armed :  // what the re-check is for
      cover (honest_q && honest_arm && decision.tell.queue_event && !armed_q);
      c_passed_later :
      cover (honest_q && sleeps_q && op.op == OpIssue && decision.tell.queue_event);
      c_sleeps_ahead_of_issued :  // it saw what the card has not counted yet
      cover (honest_q && sleeps_q && on && dynamic_q.issued != sent_q);
      c_older_arm_between :
      cover (arms && !honest_arm && stale && sleeps_q && honest_q && doorbell.consumed != sent_q);
      c_overrun :
      cover (rings && overrun && doorbell.arm && decision.tell.stopped_event);
      c_foreign :
      cover (foreign && on && op.op == OpHost && host.doorbell && setting_q.func != '0);
      c_foreign_reset :
      cover (foreign && on && op.op == OpReset);
      c_foreign_disown :
      cover (foreign && op.op == OpDisown);
      c_fetches :
      cover (decision.fetch && dynamic_q.fetched != '0);
      c_takes :
      cover (decision.take && take.ok && (Rx || take.count != '0));
      c_writes :
      cover (decision.write && setting_q.func != '0);
      c_changes_hands :
      cover (changes_hands && on);
      c_ring_wraps :
      cover (decision.fetch && 16'(fetch.count) == entries - (dynamic_q.fetched & (entries - 16'd1)) && dynamic_q.fetched > entries);
      c_in_reset :
      cover (in_reset_i && on && op.op == OpFetch && valid);
      c_second_run :
      cover (starts && written_q != '0);
    end

endmodule
