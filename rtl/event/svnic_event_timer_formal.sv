// SPDX-License-Identifier: Apache-2.0
// Proof for svnic_event_timer, four slots, any changes in any order, one in each cycle or none: when all have arrived, the next due time is the earliest
// of all leaves, it is whose turn it is, and it is offered when it is over. A level more or less is the same generate loop.

module svnic_event_timer_formal
  import svnic_pkg::*;
  import svnic_event_pkg::*;
(
    input logic       clk_i,
    input logic       change_valid_i,
    input logic [1:0] change_slot_i,
    input logic       change_set_i,
    input logic [2:0] change_due_i,   // few times, so that they meet
    input logic [1:0] step_i,
    input logic       fire_ready_i
);

  localparam int NumSlots = 4;

  logic [2:0]   cycle_q = '0;  // reset, then the sweep
  logic         rst, sweep, change, fire_valid, due_valid, busy;
  slot_t        fire_slot;
  nanoseconds_t due;
  logic [3:0]   now_q;

  assign rst    = cycle_q == '0;
  assign sweep  = cycle_q < 3'd5 && !rst;
  assign change = change_valid_i && !rst && !sweep;

  svnic_event_timer #(
      .NumSlots(NumSlots)
  ) u_timer (
      .clk_i,
      .rst_i         (rst),
      .change_valid_i(change),
      .change_slot_i (slot_t'(change_slot_i)),
      .change_set_i,
      .change_due_i  ({61'd0, change_due_i}),
      .sweep_i       (sweep),
      .sweep_index_i (12'(cycle_q - 3'd1)),
      .now_i         ({60'd0, now_q}),
      .fire_valid_o  (fire_valid),
      .fire_ready_i,
      .fire_slot_o   (fire_slot),
      .due_valid_o   (due_valid),
      .due_o         (due),
      .busy_o        (busy)
  );

  // The leaves as they should be, and the earliest of them
  logic [NumSlots-1:0]      some_q;
  logic [NumSlots-1:0][2:0] due_q;
  logic                     any;
  logic [2:0]               earliest;

  always_comb begin
    any      = some_q != '0;
    earliest = '1;
    for (int i = 0; i < NumSlots; i++) if (some_q[i] && due_q[i] < earliest) earliest = due_q[i];
  end

  // A change has two cycles for each level, and one for the root.
  localparam int Arrival = 2 * $clog2(NumSlots) + 2;
  logic [Arrival-1:0] changed_q;
  logic               arrived, fired_q;
  assign arrived = changed_q == '0;

  always_ff @(posedge clk_i) begin
    if (cycle_q < 3'd5) cycle_q <= cycle_q + 3'd1;
    now_q     <= rst ? '0 : now_q + ((&now_q[3:2]) ? 4'd0 : 4'(step_i));
    changed_q <= rst ? '0 : {changed_q[Arrival-2:0], change};
    fired_q   <= !rst && ((fire_valid && fire_ready_i) || (fired_q && arrived));
    if (change) {some_q[change_slot_i], due_q[change_slot_i]} <= {change_set_i, change_due_i};
    if (rst) some_q <= '0;
  end

  always_ff @(posedge clk_i)
    if (!rst && !sweep) begin
      next_due_is_exact :
      assert (!arrived || due_valid == (any && {1'b0, earliest} > now_q));
      next_due_is_the_earliest :
      assert (!(arrived && due_valid) || due == {61'd0, earliest});
      over_is_busy :
      assert (!(arrived && any && {1'b0, earliest} <= now_q) || busy);
      over_is_offered :
      assert (!(arrived && any && {1'b0, earliest} <= now_q) || fire_valid || fired_q);
      offers_the_earliest :
      assert (!(arrived && fire_valid) || (fire_slot < 9'(NumSlots) && some_q[fire_slot[1:0]] && due_q[fire_slot[1:0]] == earliest));
      quiescent_is_not_busy :
      assert (!(arrived && !any) || !busy);
      one_cycle_at_most_late :
      assert (arrived || busy || changed_q == {1'b1, {(Arrival - 1) {1'b0}}} || changed_q[0]);

      c_all_set :
      cover (arrived && &some_q && due_valid && fire_slot == 9'd3);
      c_cancelled :
      cover (arrived && some_q == 4'b0001 && due_valid && due == 64'd7);
      c_offered :
      cover (arrived && fire_valid && &some_q && earliest == 3'd2);
      c_each_cycle :
      cover (&changed_q);
    end

endmodule
