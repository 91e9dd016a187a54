// SPDX-License-Identifier: Apache-2.0
// Proof for svnic_event_decide, one slot, any sequence of operations with any arguments (also foreign, hostile and needless ones), any progress of time,
// any resets: E2 (one notification between two acknowledgements), E4 (nothing of another function), E5 (a hold-off is never stretched, and
// never short), E6 (a ring never overflows, what waits is neither lost nor posted twice). E1 (no lost wake-up) holds for a driver that looks at its
// ring after an interrupt and acknowledges what it saw, when it likes; the acknowledgement arrives any time later. E1 of a rescue: its entry comes before those
// of queues and is notified without hold-off, unless an acknowledgement is owed anyhow. E3: what CPUs do (OpRun) changes no slot but that it asks for one rescue.

module svnic_event_decide_formal
  import svnic_pkg::*;
  import svnic_regs_pkg::*;
  import svnic_event_pkg::*;
(
    input logic         clk_i,
    input logic         valid_i,
    input op_t          op_i,
    input logic [15:0]  step_i,            // time goes on by that
    input logic         in_reset_i,        // the slot's function
    input logic         function_valid_i,
    input func_t        function_i,
    input logic         look_i,            // the driver reads its ring
    input logic         send_i,            // ... and acknowledges what it saw
    input logic         arrive_i,          // ... which reaches the card
    input logic [15:0]  holdoff_i,
    input logic [4:0]   watched_i,         // queue
    input local_t       rescued_i,         // slot whose rescue is watched
    input logic         may_rescue_i,      // the PF allows it
    input setting_t     setting_i,         // at the start: an off slot, of anybody, set to anything
    input logic         burst_i,           // as many more raised and posted as there is room: else a full ring is too far for a bounded check
    input index_t       burst_entries_i
);

  logic         started_q = 1'b0;
  logic         rst, valid, honest_ack, burst;
  op_t          op;
  host_arg_t    driver, host;
  source_arg_t  source;
  setting_t     setting_q, setting_d;
  dynamic_t     dynamic_q, dynamic_d;
  decision_t    decision;
  entry_t       entry;
  nanoseconds_t now_q;
  logic [255:0] in_reset, rescue;

  assign rst = !started_q;

  // The driver: what it saw last, and at most one acknowledgement on its way
  index_t seen_q, sent_q;
  logic   looked_q, in_flight_q, irq_q, honest_q, look, send;

  assign look       = look_i && !in_flight_q;
  assign send       = send_i && looked_q && !in_flight_q;
  assign honest_ack = in_flight_q && arrive_i;
  assign driver     = '{write: 1'b1, doorbell: 1'b1, addr: '0, wdata: {32'd0, holdoff_i, sent_q}};

  always_comb begin
    valid = valid_i;
    op    = op_i;
    if (honest_ack) begin
      valid = 1'b1;
      op    = '{op: OpHost, answer: 1'b1, assigned: 1'b1, slot: '0, func: setting_q.func, local_slot: setting_q.local_slot, arg: driver};
    end
    if (rst) valid = 1'b0;
    in_reset                 = '0;
    in_reset[setting_q.func] = in_reset_i;
    rescue                   = '0;
    rescue[setting_q.func]   = may_rescue_i;
  end

  svnic_event_decide u_decide (
      .valid_i   (valid),
      .op_i      (op),
      .setting_i (setting_q),
      .dynamic_i (dynamic_q),
      .now_i     (now_q),
      .in_reset_i(in_reset),
      .rescue_i  (rescue),
      .function_valid_i,
      .function_i,
      .setting_o (setting_d),
      .dynamic_o (dynamic_d),
      .decision_o(decision),
      .entry_o   (entry)
  );

  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    now_q     <= rst ? '0 : now_q + 64'(step_i);
    if (valid) {setting_q, dynamic_q} <= {setting_d, dynamic_d};
    if (burst) dynamic_q.produced <= dynamic_q.produced + burst_entries_i;
    if (rst) {setting_q, dynamic_q} <= {setting_i, $bits(dynamic_t)'(0)};
  end

  // ---- What happened ------------------------------------------------------------------------------------------------------------
  logic   on, mine, starts, host_slot, legal_ack, changes_hands;
  index_t unconsumed, offered, entries;

  assign host       = host_arg_t'(op.arg);
  assign source     = source_arg_t'(op.arg[$bits(source_arg_t)-1:0]);
  assign on         = dynamic_q.state == SlotStateOn;
  assign mine       = op.assigned && setting_q.owned && setting_q.func == op.func && setting_q.local_slot == op.local_slot;
  assign host_slot  = valid && op.op == OpHost && mine;
  assign entries    = index_t'(1) << setting_q.ring_log2;
  assign unconsumed = dynamic_q.produced - dynamic_q.consumed;
  assign offered    = host.wdata[15:0] - dynamic_q.consumed;
  assign legal_ack  = host_slot && host.doorbell && on && offered <= unconsumed;
  // An entry that is posted behind others does nothing but count.
  assign burst      = burst_i && !valid && on && dynamic_q.phase != Idle && burst_entries_i <= entries && unconsumed + burst_entries_i <= entries;
  assign starts     = valid && !on && dynamic_d.state == SlotStateOn;
  // Maps are changed only while a slot is off: else its driver is no longer the one that it notifies.
  assign changes_hands = valid && (setting_d.owned != setting_q.owned || setting_d.func != setting_q.func || setting_d.local_slot != setting_q.local_slot);

  logic         leaf_q, forgotten_q;  // the slot's leaf of the timer; its function was in reset when the hold-off ended
  nanoseconds_t leaf_due_q, hold_since_q;
  logic [15:0]  hold_ticks_q;
  logic [1:0]   since_ack_q;          // notifications
  logic [4:0]   watched_q;
  logic         waits_q, hold_begins;

  local_t       rescued_q;
  logic         rescue_waits_q, hurries_q, posts_rescue, overtaken;  // a RESCUE of the watched slot; one is posted, and notified without hold-off
  logic [1:0]   asked_q;                                              // rescues of this slot since its last acknowledgement

  assign posts_rescue = decision.post && entry.entry[23:16] == 8'(EventKindRescue);
  assign overtaken    = valid && op.op == OpRun && host.wdata[0] && mine && on && unconsumed != '0 && !in_reset_i;
  assign hold_begins  = valid && dynamic_d.phase == Hold && (dynamic_q.phase != Hold || !on || (legal_ack && offered != '0) || posts_rescue);

  always_ff @(posedge clk_i) begin
    if (rst) watched_q <= watched_i;
    if (decision.holds_changed) {leaf_q, leaf_due_q} <= {decision.holds, dynamic_d.due};
    if (hold_begins || !on) forgotten_q <= 1'b0;
    else if (valid && op.op == OpNotify && in_reset_i) forgotten_q <= 1'b1;
    if (hold_begins) {hold_since_q, hold_ticks_q} <= {now_q, posts_rescue ? 16'd0 : dynamic_d.holdoff};

    if (starts || legal_ack) since_ack_q <= '0;
    else since_ack_q <= since_ack_q + 2'(decision.notify);

    if (look) {looked_q, seen_q} <= {1'b1, dynamic_q.produced};
    if (send) {looked_q, in_flight_q, sent_q} <= {1'b0, 1'b1, seen_q};
    else if (honest_ack) in_flight_q <= 1'b0;
    irq_q <= decision.notify || (irq_q && !look);  // an interrupt stays pending until the driver looks
    if ((legal_ack && !honest_ack) || changes_hands) honest_q <= 1'b0;
    if (starts) {looked_q, in_flight_q, irq_q, honest_q} <= 4'b0001;

    // The watched queue waits from its raise to its entry, or until the slot is given away, or reset.
    if (valid && op.op == OpRaise && mine && !source.stopped && source.source[4:0] == watched_q) waits_q <= 1'b1;
    if (decision.post && decision.commit.a == 8'(watched_q)) waits_q <= 1'b0;
    if (valid && ((op.op == OpOwn && !mine) || (op.op inside {OpDisown, OpReset} && mine) || (op.op == OpClear && !host.write))) waits_q <= 1'b0;

    // The watched rescue likewise; what is forgotten in a reset never waits.
    if (rst) rescued_q <= rescued_i;
    if (valid && op.op == OpRescue && mine && !in_reset_i && source.source[3:0] == rescued_q) rescue_waits_q <= 1'b1;
    if (posts_rescue && entry.entry[7:0] == 8'(rescued_q)) rescue_waits_q <= 1'b0;
    if (valid && ((op.op == OpOwn && !mine) || (op.op inside {OpDisown, OpReset} && mine) || (op.op == OpClear && !host.write))) rescue_waits_q <= 1'b0;

    if (posts_rescue && dynamic_q.phase != Owed) hurries_q <= 1'b1;
    else if (decision.notify || (legal_ack && offered != '0) || (valid && dynamic_d.state != SlotStateOn)) hurries_q <= 1'b0;

    if (starts || legal_ack) asked_q <= '0;
    else asked_q <= asked_q + 2'(decision.rescue);

    if (rst) {leaf_q, forgotten_q, looked_q, in_flight_q, irq_q, honest_q, waits_q, since_ack_q, rescue_waits_q, hurries_q, asked_q} <= '0;
  end

  // ---- Properties -----------------------------------------------------------------------------------------------------------------
  logic   driver_sleeps, foreign;

  assign driver_sleeps = !looked_q && !in_flight_q && !irq_q;
  assign foreign       = valid && op.op inside {OpHost, OpRaise, OpControl, OpReset, OpDisown, OpRun, OpRescue} && !mine;

  // 64 bit of nanoseconds wrap after 584 years.
  always_ff @(posedge clk_i) no_wrap : assume (now_q[63] == 1'b0);

  always_ff @(posedge clk_i)
    if (!rst) begin
      e1_no_lost_wakeup :
      assert (!(on && honest_q && driver_sleeps && unconsumed != '0) || dynamic_q.phase == Hold);
      e1_hold_is_awaited :  // by its leaf, or as one of hold-off 0 (svnic_event_context lists it)
      assert (!(on && dynamic_q.phase == Hold && !forgotten_q) || dynamic_q.at_once || (leaf_q && leaf_due_q == dynamic_q.due));
      e1_nothing_else_is_awaited :
      assert (!leaf_q || (on && dynamic_q.phase == Hold && !dynamic_q.at_once && !forgotten_q));
      e1_rescue_waits_until_posted :
      assert (rescue_waits_q == dynamic_q.rescues[rescued_q]);
      e1_rescue_is_posted :
      assert (!(valid && op.op == OpPost && on && rescue_waits_q && unconsumed < entries && !in_reset_i) || decision.post);
      e1_rescue_before_queues :
      assert (!(decision.post && rescue_waits_q) || entry.entry[23:16] != 8'(EventKindQueue));
      e1_rescue_at_once :  // whatever is posted behind it
      assert (!hurries_q || (on && dynamic_q.phase == Hold && dynamic_q.at_once && dynamic_q.due <= now_q));
      e1_rescue_is_notified :
      assert (!(hurries_q && valid && op.op == OpNotify && !in_reset_i) || decision.notify);
      rescue_asked_once :
      assert (asked_q <= 2'd1);
      rescue_asked_if_overtaken :
      assert (decision.rescue == (overtaken && may_rescue_i && asked_q == '0));
      e3_run_changes_nothing_else :
      assert (!(valid && op.op == OpRun) || ({setting_d, dynamic_d[$bits(dynamic_t)-1:1]} == {setting_q, dynamic_q[$bits(dynamic_t)-1:1]}
                                             && !decision.post && !decision.notify && !decision.holds_changed && !decision.usable_changes));
      usable_is_told :  // resets tell svnic_event_redirect themselves
      assert (!valid || (dynamic_d.state == SlotStateOn) == on || op.op inside {OpReset, OpClear}
              || (decision.usable_changes && decision.usable == (dynamic_d.state == SlotStateOn)));
      usable_is_true :
      assert (!decision.usable_changes || (host_slot && decision.usable == (dynamic_d.state == SlotStateOn)));
      e2_one_notification :
      assert (since_ack_q <= 2'd1);
      e2_for_something :
      assert (!decision.notify || (on && unconsumed != '0 && !in_reset_i));
      e4_foreign_changes_nothing :
      assert (!foreign || ({setting_d, dynamic_d} == {setting_q, dynamic_q} && !decision.illegal && !decision.drains && !decision.holds_changed
                           && !decision.function_waits && !decision.rescue && !decision.usable_changes && !decision.counts && decision.rdata == '0));
      e4_within_its_ring :
      assert (!decision.post || (entry.func == setting_q.func && entry.addr[2:0] == '0
                                 && entry.addr - {setting_q.ring, 12'd0} < {45'd0, entries, 3'd0}));
      e5_never_short :
      assert (!decision.notify || now_q - hold_since_q >= {42'd0, hold_ticks_q, 6'd0});
      e5_not_stretched :
      assert (!(on && dynamic_q.phase == Hold && valid && dynamic_d.phase == Hold && !(legal_ack && offered != '0)) || dynamic_d.due == dynamic_q.due
              || (posts_rescue && dynamic_d.due == now_q));
      e6_no_overflow :
      assert (!on || unconsumed <= entries);
      e6_waits_until_posted :
      assert (waits_q == dynamic_q.queues[watched_q]);
      illegal_is_told :
      assert (!(host_slot && host.doorbell && on) || decision.illegal == !legal_ack);
      illegal_changes_nothing :
      assert (!decision.illegal || {setting_d, dynamic_d} == {setting_q, dynamic_q});
      settings_only_when_off :
      assert (!(valid && dynamic_q.state != SlotStateOff && op.op == OpHost) || setting_d == setting_q);
      off_is_silent :
      assert (on || !(decision.post || decision.notify));

`ifdef INDUCTION  // what it must know; the bounded check does without, so that a fault is found by the property that it breaks
      i_idle_is_empty :
      assert (!on || (dynamic_q.phase == Idle) == (unconsumed == '0));
      i_phase :
      assert (dynamic_q.phase inside {Idle, Hold, Owed});
      i_owed_is_notified :
      assert (!on || (dynamic_q.phase == Owed) == (since_ack_q == 2'd1));
      i_asked :
      assert (!on || dynamic_q.rescued == (asked_q == 2'd1));
      i_ring_in_range :
      assert (dynamic_q.state == SlotStateOff || setting_q.ring_log2 inside {[4'(RingLog2Min):4'(RingLog2Max)]});
      i_due :
      assert (!(on && dynamic_q.phase == Hold)
              || (dynamic_q.due == hold_since_q + {42'd0, hold_ticks_q, 6'd0} && hold_since_q <= now_q && dynamic_q.at_once == (hold_ticks_q == '0)));
      i_driver_is_owner :
      assert (!(on && honest_q) || setting_q.owned);
      i_looks_or_sends :
      assert (!(looked_q && in_flight_q));
      i_owed_to_a_driver :
      assert (!(on && honest_q && dynamic_q.phase == Owed) || !driver_sleeps);
      i_seen :
      assert (!(on && honest_q && looked_q) || index_t'(seen_q - dynamic_q.consumed) <= unconsumed);
      i_sent :
      assert (!(on && honest_q && in_flight_q) || index_t'(sent_q - dynamic_q.consumed) <= unconsumed);
`endif

      c_polled_away :
      cover (honest_q && dynamic_q.phase == Hold && leaf_q && honest_ack && dynamic_d.phase == Idle);
      c_crossed :
      cover (honest_q && dynamic_q.phase == Owed && honest_ack && dynamic_d.phase == Hold);
      c_second_notification :
      cover (honest_q && decision.notify && dynamic_q.consumed != '0);
      c_sleeps_in_hold :
      cover (on && honest_q && driver_sleeps && unconsumed != '0);
      c_at_once :
      cover (decision.notify && dynamic_q.at_once);
      c_hostile :
      cover (decision.illegal);
      c_forgotten :
      cover (forgotten_q);
      c_foreign :
      cover (foreign && on && setting_q.func != '0);
      c_ack_of_nothing_in_hold :
      cover (legal_ack && offered == '0 && dynamic_q.phase == Hold);
      c_watched_waits_behind_control :
      cover (decision.post && decision.commit.a == 8'd32 + 8'(EventKindLink) && waits_q);
      c_full :
      cover (on && unconsumed == entries && valid && op.op == OpPost && waits_q);
      c_wraps :
      cover (decision.post && dynamic_q.produced == entries);
      c_rescue_hurries :
      cover (posts_rescue && dynamic_q.phase == Hold && !dynamic_q.at_once && dynamic_q.queues != '0);
      c_rescue_of_an_owed_one :
      cover (posts_rescue && dynamic_q.phase == Owed);
      c_rescue_is_notified :
      cover (hurries_q && decision.notify && dynamic_q.holdoff != '0 && setting_q.func != '0);
      c_rescue_asked_again :
      cover (decision.rescue && dynamic_q.consumed != '0);
      c_rescue_not_asked_twice :
      cover (overtaken && may_rescue_i && !decision.rescue);
      c_rescue_not_allowed :
      cover (overtaken && !may_rescue_i && asked_q == '0);
      c_foreign_run :
      cover (foreign && op.op == OpRun && host.wdata[0] && on && unconsumed != '0);
      c_unusable :
      cover (decision.usable_changes && !decision.usable && on);
      c_moved :
      cover (changes_hands && waits_q && on);
    end

endmodule
