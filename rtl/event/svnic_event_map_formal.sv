// SPDX-License-Identifier: Apache-2.0
// Proof for svnic_event_map, any operations of any functions, any raised and control events, any walks of resets: the entry of {function, local slot} changes by the PF's
// writes alone (E4); whatever names that slot becomes an operation on the card slot that stands there and carries the number of the function whose it is; what
// was taken is looked up in the next cycle, once (E1); a slot changes hands only when no event is on its way. One entry is watched; which one is free.
// Whatever is picked instead of the home is of the same function's row: svnic_event_redirect stands in its place, but what it read of its rows, and its pick, are
// cut free (cutpoint in the .sby). What a host's operation says of run-states and started slots is of the slot that it named.
//
// What the host's side promises (svnic_window_formal: pages_of_a_vf): a VF's addresses end at 64 KiB. The environment makes them so.

module svnic_event_map_formal
  import svnic_pkg::*;
  import svnic_regs_pkg::*;
  import svnic_event_pkg::*;
#(
    parameter int NumVfs   = 1,
    parameter int NumSlots = 4
) (
    input logic        clk_i,
    input logic        hold_i,
    input logic        host_room_i,
    input logic        reg_valid_i,
    input reg_req_t    reg_req_i,
    input logic        walk_valid_i,
    input func_t       walk_func_i,
    input local_t      walk_local_i,
    input logic        room_i,
    input logic        redirect_i,     // of the function that raises
    input logic        usable_changes_i,
    input logic        usable_i,
    input logic        rescue_valid_i,
    input rescue_t     rescue_i,
    input logic        raise_valid_i,
    input raise_t      raise_i,
    input logic        control_valid_i,
    input control_t    control_i,
    input logic        own_ready_i,
    input logic        clear_i,        // the PF is reset
    input logic [5:0]  sweep_i,        // the map at the start is anything, and swept from here on: 32 cycles are too far for a bounded check
    input func_t       watched_func_i,
    input local_t      watched_local_i
);

  localparam int Entries = 2 * 16;

  logic [1:0] started_q = 2'd0;  // the map is looked at in the second cycle of reset: in the first one it may be written
  logic       rst, host_busy, raise_ready, rescue_ready, control_ready, looked_valid, own_valid, busy, clear_valid, answered, walk;
  op_t        looked, own;
  commit_t    commit;

  assign rst = !started_q[1];

  // ---- The host: one operation at a time, held until its answer; its decision is two cycles behind (svnic_event_context) ------------------------------
  logic       asks_q;
  reg_req_t   asks, req_q;
  logic [1:0] answer_q;

  always_comb begin
    asks = reg_req_i;
    if (asks.func != '0) asks.addr[18:16] = '0;
    if (asks.doorbell) {asks.msix, asks.addr[18:12]} = {1'b0, 7'(DoorbellPage >> 12)};
  end
  assign answered = answer_q[1];

  logic is_map, is_slot;
  assign is_slot = asks_q && !req_q.msix && !req_q.doorbell && req_q.addr[18:12] == 7'(SlotBase >> 12);
  assign is_map = asks_q && !req_q.msix && !req_q.doorbell && req_q.addr[18:14] == 5'(SlotMapBase >> 14);

  // mgmt holds its event until it is taken
  logic     control_q;
  control_t control_req_q;

  logic [255:0] redirect;
  always_comb begin
    redirect               = '0;
    redirect[raise_i.func] = redirect_i;
  end

  logic [5:0] sweep_q;  // Entries: at rest
  assign clear_valid = sweep_q != 6'(Entries) && !rst;
  assign walk        = walk_valid_i && !clear_valid && !rst && !host_busy;

  svnic_event_map #(
      .NumVfs  (NumVfs),
      .NumSlots(NumSlots)
  ) u_map (
      .clk_i,
      .rst_i          (rst),
      .now_i          ('0),
      .redirect_i     (redirect),
      .hold_i         (hold_i || clear_valid || walk || clear_i),
      .host_room_i,
      .reg_valid_i    (asks_q),
      .reg_req_i      (req_q),
      .answered_i     (answered),
      .usable_changes_i(usable_changes_i && is_slot),  // no other: svnic_event_decide_formal, usable_is_true
      .usable_i,
      .host_busy_o    (host_busy),
      .walk_valid_i   (walk),
      .walk_func_i,
      .walk_local_i,
      .room_i,
      .rescue_valid_i (rescue_valid_i && !rst),
      .rescue_ready_o (rescue_ready),
      .rescue_i,
      .raise_valid_i  (raise_valid_i && !rst),
      .raise_ready_o  (raise_ready),
      .raise_i,
      .control_valid_i(control_q),
      .control_ready_o(control_ready),
      .control_i      (control_req_q),
      .looked_valid_o (looked_valid),
      .looked_o       (looked),
      .own_valid_o    (own_valid),
      .own_ready_i,
      .own_o          (own),
      .clear_valid_i  (clear_valid),
      .clear_index_i  (12'(sweep_q)),
      .busy_o         (busy),
      .commit_o       (commit)
  );

  // ---- The watched entry -------------------------------------------------------------------------------------------------------------------------
  func_t       func_q, func_pick;
  local_t      local_q;
  logic        swept, entry_valid_q, has, is_watched;
  logic [15:0] entry_q;

  assign func_pick  = watched_func_i < func_t'(NumVfs) ? watched_func_i : func_t'(NumVfs);
  assign swept      = sweep_q == 6'(Entries);
  assign is_watched = req_q.addr[13:6] == func_q && req_q.addr[5:2] == local_q;
  assign has        = entry_valid_q && entry_q < 16'(NumSlots);

  // What was taken in the cycle before
  logic   raised_q, rescued_q, may_move_q, walked_q, swept_q;  // a look-up that meets the sweep is dropped: its slot has no owner
  raise_t raise_q;
  rescue_t rescue_q;
  func_t  walk_func_q;
  local_t walk_local_q;
  logic [2:0] on_way_q;  // raised or control events between look-up and decision

  always_ff @(posedge clk_i) begin
    started_q <= {started_q[0], 1'b1};
    if (!asks_q || answered) {asks_q, req_q} <= {reg_valid_i && swept && !clear_i, asks};
    answer_q <= rst ? '0 : {answer_q[0], (looked_valid && looked.answer) || (own_valid && own_ready_i)};
    if (!control_q || control_ready) {control_q, control_req_q} <= {control_valid_i, control_i};
    if (clear_valid) sweep_q <= sweep_q + 6'd1;
    else if (clear_i && !host_busy && !raised_q && !rescued_q && !walked_q) sweep_q <= '0;

    swept_q      <= swept && !rst;
    raised_q     <= raise_valid_i && raise_ready && !rst;
    raise_q      <= raise_i;
    may_move_q   <= raise_i.movable && !raise_i.stopped && redirect_i;
    rescued_q    <= rescue_valid_i && rescue_ready && !rst;
    rescue_q     <= rescue_i;
    walked_q     <= walk;
    walk_func_q  <= walk_func_i;
    walk_local_q <= walk_local_i;
    on_way_q     <= {on_way_q[1:0], !rst && (u_map.take_rescue || u_map.take_raise || u_map.take_control)};

    if (is_map && answered && req_q.write && is_watched) {entry_valid_q, entry_q} <= {req_q.wdata[31], req_q.wdata[15:0]};
    if (clear_valid && sweep_q == 6'({func_q[0], local_q})) {entry_valid_q, entry_q} <= '0;
    if (rst) begin
      func_q  <= func_pick;
      local_q <= watched_local_i;
      {entry_valid_q, entry_q} <= u_map.map_q[func_pick[0]][watched_local_i];
      sweep_q <= sweep_i < 6'(Entries) ? sweep_i : 6'(Entries);
      {asks_q, control_q, raised_q, rescued_q, walked_q, on_way_q} <= '0;
    end
  end

  // ---- Properties ----------------------------------------------------------------------------------------------------------------------------------
  host_arg_t   host;
  source_arg_t source;
  local_t      named;
  func_t       named_func;
  logic        is_run, is_dwell, nobody;
  assign host   = host_arg_t'(looked.arg);
  assign source = source_arg_t'(looked.arg[$bits(source_arg_t)-1:0]);
  assign nobody = looked.op == OpRescue && u_map.u_redirect.nobody_o;  // runs: then it is an operation on no slot

  // What the host's operation names, by the address maps of docs/registers.md
  assign is_run     = asks_q && !req_q.msix && !req_q.doorbell && req_q.addr[18:14] == 5'(RunStateBase >> 14);
  assign is_dwell   = asks_q && !req_q.msix && !req_q.doorbell && {req_q.addr[18:2], 2'd0} == RegRedirect;
  assign named_func = is_map || is_run ? req_q.addr[13:6] : req_q.func;
  always_comb begin
    named = req_q.addr[8:5];
    if (req_q.doorbell) named = req_q.addr[6:3];
    if (req_q.msix) named = req_q.addr[7:4];
    if (is_map || is_run) named = req_q.addr[5:2];
  end

  logic watched_op, changes_owner;
  assign watched_op    = looked_valid && looked.func == func_q && looked.local_slot == local_q && swept_q;
  assign changes_owner = (looked_valid && looked.op == OpDisown) || own_valid;

  always_ff @(posedge clk_i)
    if (!rst) begin
      e4_means_its_own_slot :
      assert (!watched_op || (looked.assigned == (has && !nobody) && (!looked.assigned || 16'(looked.slot) == entry_q)));
      e4_asks_for_itself :
      assert (!(looked_valid && looked.op inside {OpHost, OpMsix}) || (asks_q && looked.func == req_q.func && looked.local_slot == named));
      e3_run_state_by_pf_only :
      assert (!((looked_valid && looked.op == OpRun) || u_map.u_redirect.run_write_i) || (is_run && req_q.write && req_q.func == '0));
      e3_dwell_by_pf_only :
      assert (!u_map.u_redirect.dwell_write_i || (is_dwell && req_q.write && req_q.func == '0));
      e4_run_state_of_its_slot :
      assert (!(looked_valid && looked.op == OpRun) || {looked.func, looked.local_slot} == {named_func, named});
      e4_redirect_hears_of_the_same_slot :
      assert (!(u_map.u_redirect.run_write_i || u_map.u_redirect.usable_write_i)
              || {u_map.u_redirect.host_function_q, u_map.u_redirect.host_local_q} == {named_func[0], named});
      e3_a_slot_that_goes_is_not_usable :
      assert (!(u_map.u_redirect.usable_write_i && is_map && req_q.write) || !u_map.u_redirect.usable_i);
      rescue_if_preempted_just_now :
      assert (!(looked_valid && looked.op == OpRun)
              || host.wdata[0] == (req_q.wdata[1:0] == RunStatePreempted && u_map.u_redirect.state_o != RunStatePreempted));
      e4_owner_by_pf_only :
      assert (!changes_owner || (is_map && req_q.write && req_q.func == '0));
      e4_gives_as_written :
      assert (!(own_valid && own.op == OpOwn) || (own.func == req_q.addr[13:6] && own.local_slot == req_q.addr[5:2]
                                                  && req_q.wdata[31] && 16'(own.slot) == req_q.wdata[15:0] && req_q.wdata[15:0] < 16'(NumSlots)));
      e4_takes_what_was :
      assert (!(looked_valid && looked.op == OpDisown) || (looked.func == req_q.addr[13:6] && looked.local_slot == req_q.addr[5:2]));
      e4_changes_hands_in_silence :  // and it stays so until the map is written
      assert (!changes_owner || on_way_q == '0);
      e1_raised_is_looked_up :
      assert (!raised_q || (looked_valid && looked.op == OpRaise && looked.func == raise_q.func
                            && (looked.local_slot == (raise_q.stopped ? 4'd0 : raise_q.slot) || may_move_q)
                            && source == source_arg_t'{source: 8'(raise_q.source), moved: u_map.u_redirect.moved_o, stopped: raise_q.stopped, kind: '0}));
      e1_rescue_is_looked_up :  // and the slot that needs one is told
      assert (!rescued_q || (looked_valid && looked.op == OpRescue && looked.func == rescue_q.func
                             && source == source_arg_t'{source: 8'(rescue_q.slot), default: '0}));
      e1_no_rescue_of_nothing :
      assert (!(looked_valid && looked.op == OpRescue) || rescued_q);
      e1_nothing_comes_of_nothing :
      assert (!(looked_valid && looked.op == OpRaise) || raised_q);
      walk_is_looked_up :
      assert (!walked_q || (looked_valid && looked.op == OpReset && looked.func == walk_func_q && looked.local_slot == walk_local_q));
      control_of_its_own :
      assert (!(looked_valid && looked.op == OpControl) || (looked.func == control_req_q.func && looked.local_slot == '0
                                                            && source == source_arg_t'{source: control_req_q.source, kind: control_req_q.kind, default: '0}));
      reads_its_map :
      assert (!(looked_valid && looked.op == OpMap && is_map && !req_q.write && is_watched && swept_q) || looked.arg[31:0] == {entry_valid_q, 15'd0, entry_q});

`ifdef INDUCTION
      i_addresses :
      assert (!asks_q || ((req_q.func == '0 || req_q.addr[18:16] == '0) && (!req_q.doorbell || {req_q.msix, req_q.addr[18:12]} == {1'b0, 7'(DoorbellPage >> 12)})));
      i_watched :
      assert (func_q <= func_t'(NumVfs) && sweep_q <= 6'(Entries));
      i_in_memory :
      assert (u_map.map_q[func_q[0]][local_q] == {entry_valid_q, entry_q});
      i_looked :
      assert (!(looked_valid && looked.func == func_q && swept_q) || (u_map.exists_q && u_map.row_q[local_q] == {entry_valid_q, entry_q}));
      i_kinds :
      assert (!looked_valid || u_map.asked_q.op inside {OpHost, OpMsix, OpMap, OpDisown, OpRun, OpRaise, OpRescue, OpControl, OpReset});
      i_host :
      assert ((u_map.state_q == '0 || asks_q) && u_map.state_q <= 3'd4
              && (!(u_map.state_q inside {3'd1, 3'd2, 3'd3}) || (is_map && req_q.write && u_map.exists && answer_q == '0)));
      i_sweeps_alone :
      assert (swept || u_map.state_q == '0);
      i_asked :
      assert (!looked_valid || !(u_map.asked_q.op inside {OpHost, OpMsix, OpMap, OpDisown, OpRun})
              || (asks_q && {u_map.asked_q.func, u_map.asked_q.local_slot} == {named_func, named} && (u_map.asked_q.op != OpRun || (is_run && req_q.write))));
      i_redirect_looks_too :
      assert (u_map.u_redirect.valid_q == looked_valid
              && (!looked_valid || ({u_map.u_redirect.function_q, u_map.u_redirect.local_q} == {u_map.asked_q.func[0], u_map.asked_q.local_slot}
                                    && (u_map.u_redirect.as_q == AsHost) == (u_map.asked_q.op inside {OpHost, OpMsix, OpMap, OpDisown, OpRun})
                                    && (u_map.u_redirect.as_q == AsRescue) == (u_map.asked_q.op == OpRescue)
                                    && (u_map.u_redirect.as_q == AsRaise) == (raised_q && !raise_q.stopped)
                                    && u_map.u_redirect.may_move_q == (raised_q && may_move_q))));
      i_who_is_looked_up :
      assert ((!(raised_q || rescued_q) || on_way_q[0]) && (!walked_q || u_map.state_q == '0)
              && (!(looked_valid && u_map.asked_q.answer) || u_map.asked_q.op inside {OpHost, OpMsix, OpMap, OpRun}));
      i_redirect_keeps_the_host :
      assert (!(answer_q != '0 || (u_map.state_q == 3'd3 && !looked_valid))
              || {u_map.u_redirect.host_function_q, u_map.u_redirect.host_local_q} == {named_func[0], named});
      i_answer_is_awaited :
      assert (!((looked_valid && u_map.asked_q.answer) || answer_q != '0) || u_map.state_q == 3'd4);
      i_one_answer :
      assert ($onehot0({looked_valid && u_map.asked_q.answer, answer_q}));
      i_control :
      assert (!(looked_valid && u_map.asked_q.op == OpControl) || (control_q && u_map.control_q[0]));
      i_control_way :
      assert ($onehot0(u_map.control_q) && (u_map.control_q & ~u_map.sources_q) == '0 && (u_map.control_q == '0 || control_q));
      i_on_way :
      assert (on_way_q == u_map.sources_q);
      i_raised :
      assert ((looked_valid && u_map.asked_q.op == OpRaise) == raised_q && (looked_valid && u_map.asked_q.op == OpRescue) == rescued_q
              && (looked_valid && u_map.asked_q.op == OpReset) == walked_q);
      i_disown :
      assert (!(looked_valid && u_map.asked_q.op == OpDisown) || (u_map.state_q == 3'd3 && is_map && req_q.write));
      i_silence :
      assert (!(u_map.state_q inside {3'd2, 3'd3} || (u_map.state_q == 3'd4 && u_map.map_write)) || on_way_q == '0);
`endif

      c_doorbell :
      cover (watched_op && looked.op == OpHost && host.doorbell && has && func_q != '0);
      c_raised :
      cover (watched_op && looked.op == OpRaise && has && raise_q.stopped);
      c_moved :
      cover (watched_op && looked.op == OpRaise && has && source.moved && func_q != '0);
      c_rescue :
      cover (watched_op && looked.op == OpRescue && looked.assigned && source.source != 8'(local_q));
      c_nobody :
      cover (looked_valid && looked.op == OpRescue && nobody);
      c_preempted :
      cover (u_map.u_redirect.run_write_i && named_func != '0 && req_q.wdata[1:0] == RunStatePreempted);
      c_usable :
      cover (u_map.u_redirect.usable_write_i && u_map.u_redirect.usable_i && req_q.func != '0);
      c_goes :
      cover (u_map.u_redirect.usable_write_i && is_map);
      c_control :
      cover (watched_op && looked.op == OpControl && has);
      c_moves :
      cover (own_valid && own.op == OpOwn && is_watched && has);
      c_waits_for_silence :
      cover (is_map && req_q.write && u_map.state_q == 3'd1 && on_way_q != '0);
      c_walk :
      cover (watched_op && walked_q && has);
      c_reads :
      cover (looked_valid && looked.op == OpMap && is_map && !req_q.write && is_watched && has);
      c_vf_writes_behind_its_pages :
      cover (asks_q && req_q.func != '0 && req_q.write && answered && !req_q.msix);
    end

`ifdef INDUCTION
  always_ff @(posedge clk_i) begin
    i_reset_empties :
    assert (started_q != 2'b10 && (started_q != 2'b01 || (!looked_valid && u_map.state_q == '0 && answer_q == '0 && u_map.control_q == '0)));
  end
`endif

  logic unused;
  assign unused = ^{busy, host, own, commit, named_func};

endmodule
