// SPDX-License-Identifier: Apache-2.0
// Which slot of a function hears of an event? Its home, unless the event may move and the home's CPU is preempted. docs/programming.md section 6.
// The PF says what CPUs do, the function which slots it started; loads and choices are kept here. A wrong run-state costs time, nothing else:
// what is picked is the home or a slot that the function started.
//
//   0  look_i: the function's rows are read   1  slot_o; load and choice are written back
//
// What the host writes takes effect with its answer: a look-up of that cycle does not see it.

module svnic_event_redirect
  import svnic_pkg::*;
  import svnic_regs_pkg::*;
  import svnic_event_pkg::*;
#(
    parameter int NumVfs = 64
) (
    input logic clk_i,
    input logic rst_i,

    input nanoseconds_t now_i,
    input logic [255:0] redirect_i,  // the PF allows it

    input logic     look_i,
    input look_as_e as_i,
    input func_t    func_i,
    input local_t   local_i,         // home; of a rescue: the slot that needs one
    input logic     movable_i,

    output local_t     slot_o,       // cycle 1: local_i, or the pick
    output logic       moved_o,
    output logic       nobody_o,     // runs that could rescue
    output run_state_e state_o,      // of local_i

    input logic        run_write_i,     // with the answer of the host's operation; its function and slot are those of its look-up
    input run_state_e  run_state_i,
    input logic        usable_write_i,
    input logic        usable_i,
    input logic        dwell_write_i,
    input logic [15:0] dwell_i,
    output logic [15:0] dwell_o,

    input logic        forget_i,     // function reset: its slots are off
    input func_t       forget_func_i,
    input logic        clear_valid_i,
    input logic [11:0] clear_index_i
);

  localparam int FunctionW = $clog2(NumVfs + 1);
  localparam int Slots = LocalSlots;
  localparam int TickW = 20;  // of 1,024 ns
  typedef logic [FunctionW-1:0] function_t;
  typedef logic [FunctionW+3:0] place_t;
  typedef logic [Slots-1:0] slots_t;
  typedef logic [TickW-1:0] tick_t;

  typedef struct packed {
    run_state_e [Slots-1:0] state;
    local_t [Slots-1:0]     order;  // slots by the time of their last preemption, [0] the longest ago
  } runs_t;
  typedef logic [Slots-1:0][3:0] loads_t;
  typedef struct packed {  // where the movable events of a home go
    logic   made;
    local_t slot;
    tick_t  since;
  } choice_t;

  slots_t  usable_q[2**FunctionW];
  runs_t   runs_q[2**FunctionW];
  loads_t  loads_q[2**FunctionW];
  choice_t choice_q[2**(FunctionW+4)];

  function automatic runs_t all_run();
    runs_t runs;
    for (int i = 0; i < Slots; i++) begin
      runs.state[i] = RunStateRunning;
      runs.order[i] = local_t'(i);
    end
    return runs;
  endfunction

  // ---- 0: rows -----------------------------------------------------------------------------------------------------------
  function_t  function_0;
  place_t     place_0;
  logic       valid_q, may_move_q;
  look_as_e   as_q;
  function_t  function_q;
  local_t     local_q;
  slots_t     usable1_q;
  runs_t      runs1_q;
  loads_t     loads1_q, loads_d;
  choice_t    choice1_q, choice_d;
  tick_t      tick_q;
  logic [15:0] dwell_q, dwell1_q;
  logic       counts, chooses;

  assign function_0 = function_t'(func_i);
  assign place_0    = {function_0, local_i};

  always_ff @(posedge clk_i) begin
    if (look_i) begin
      as_q       <= as_i;
      may_move_q <= as_i == AsRaise && movable_i && redirect_i[func_i];
      function_q <= function_0;
      local_q    <= local_i;
      usable1_q  <= usable_q[function_0];
      runs1_q    <= runs_q[function_0];
      loads1_q   <= counts && function_0 == function_q ? loads_d : loads_q[function_0];
      choice1_q  <= chooses && place_0 == {function_q, local_q} ? choice_d : choice_q[place_0];
      tick_q     <= now_i[TickW+9:10];
      dwell1_q   <= dwell_q;
    end
    valid_q <= look_i && !rst_i;
  end

  // ---- 1: the pick ---------------------------------------------------------------------------------------------------------
  function automatic local_t lowest(slots_t slots);
    local_t index;
    index = '0;
    for (int i = Slots - 1; i >= 0; i--) if (slots[i]) index = local_t'(i);
    return index;
  endfunction

  function automatic local_t least_loaded(slots_t slots, loads_t loads);
    slots_t at_level, best;
    best = '0;
    for (int level = 15; level >= 0; level--) begin
      for (int i = 0; i < Slots; i++) at_level[i] = slots[i] && loads[i] == 4'(level);
      if (at_level != '0) best = at_level;
    end
    return lowest(best);
  endfunction

  function automatic local_t preempted_longest(slots_t slots, local_t [Slots-1:0] order);
    local_t slot;
    slot = '0;
    for (int k = Slots - 1; k >= 0; k--) if (slots[order[k]]) slot = order[k];
    return slot;
  endfunction

  slots_t running, blocked, preempted, rescuers;
  logic   stays;
  local_t pick;

  always_comb begin
    for (int i = 0; i < Slots; i++) begin
      preempted[i] = usable1_q[i] && runs1_q.state[i] == RunStatePreempted;
      blocked[i]   = usable1_q[i] && runs1_q.state[i] == RunStateBlocked;
      running[i]   = usable1_q[i] && !preempted[i] && !blocked[i];
    end
    rescuers          = running;
    rescuers[local_q] = 1'b0;

    stays = choice1_q.made && usable1_q[choice1_q.slot] && (running[choice1_q.slot] || tick_q - choice1_q.since < tick_t'(dwell1_q));

    if (stays) pick = choice1_q.slot;
    else if (running[local_q] || blocked[local_q]) pick = local_q;
    else if (running != '0) pick = least_loaded(running, loads1_q);
    else if (blocked != '0) pick = lowest(blocked);
    else if (preempted != '0) pick = preempted_longest(preempted, runs1_q.order);
    else pick = local_q;
  end

  always_comb begin
    slot_o = local_q;
    if (may_move_q) slot_o = pick;
    if (as_q == AsRescue) slot_o = least_loaded(rescuers, loads1_q);
  end
  assign moved_o  = may_move_q && pick != local_q;
  assign nobody_o = rescuers == '0;
  assign state_o  = runs1_q.state[local_q];

  // ---- Loads and choices ---------------------------------------------------------------------------------------------------
  assign counts  = valid_q && as_q == AsRaise;
  assign chooses = valid_q && may_move_q && !(choice1_q.made && choice1_q.slot == pick);

  always_comb begin
    loads_d = loads1_q;
    if (&loads1_q[slot_o]) for (int i = 0; i < Slots; i++) loads_d[i] = {1'b0, loads1_q[i][3:1]};
    loads_d[slot_o] = loads_d[slot_o] + 4'd1;
    choice_d = '{made: 1'b1, slot: pick, since: tick_q};
  end

  always_ff @(posedge clk_i) begin
    if (clear_valid_i || counts) loads_q[clear_valid_i ? function_t'(clear_index_i >> 4) : function_q] <= clear_valid_i ? loads_t'(0) : loads_d;
    if (clear_valid_i || chooses) choice_q[clear_valid_i ? place_t'(clear_index_i) : {function_q, local_q}] <= clear_valid_i ? '0 : choice_d;
  end

  // ---- What the host says: one operation at a time, so nothing changes its rows between look-up and answer -----------------------------------
  function_t host_function_q, usable_function;
  local_t    host_local_q;
  slots_t    host_usable_q, usable_d;
  runs_t     host_runs_q, runs_d;
  slots_t    behind;

  always_ff @(posedge clk_i) begin
    if (valid_q && as_q == AsHost) begin
      host_function_q <= function_q;
      host_local_q    <= local_q;
      host_usable_q   <= usable1_q;
      host_runs_q     <= runs1_q;
    end
  end

  // Preempted: behind all others, which close up.
  always_comb begin
    runs_d = host_runs_q;
    runs_d.state[host_local_q] = run_state_i;
    behind = '0;
    for (int k = 0; k < Slots; k++) behind[k] = (k > 0 && behind[k-1]) || host_runs_q.order[k] == host_local_q;
    if (run_state_i == RunStatePreempted && host_runs_q.state[host_local_q] != RunStatePreempted)
      for (int k = 0; k < Slots; k++) if (behind[k]) runs_d.order[k] = k == Slots - 1 ? host_local_q : host_runs_q.order[k+1];
    usable_d               = host_usable_q;
    usable_d[host_local_q] = usable_i;
    usable_function        = host_function_q;
    if (forget_i) {usable_function, usable_d} = {function_t'(forget_func_i), slots_t'(0)};
    if (clear_valid_i) {usable_function, usable_d} = {function_t'(clear_index_i >> 4), slots_t'(0)};
  end

  always_ff @(posedge clk_i) begin
    if (clear_valid_i || run_write_i) runs_q[clear_valid_i ? function_t'(clear_index_i >> 4) : host_function_q] <= clear_valid_i ? all_run() : runs_d;
    if (clear_valid_i || forget_i || usable_write_i) usable_q[usable_function] <= usable_d;
    if (dwell_write_i) dwell_q <= dwell_i;
    if (rst_i || clear_valid_i) dwell_q <= '0;
  end
  assign dwell_o = dwell_q;

  logic unused;
  assign unused = ^{now_i, clear_index_i, func_i, forget_func_i};

endmodule
