// SPDX-License-Identifier: Apache-2.0
// Proof for svnic_event_map, any operations of any functions, any raised and control events, any walks of resets: the entry of {function, local slot} changes by the PF's
// writes alone (E4); whatever names that slot becomes an operation on the card slot that stands there and carries the number of the function whose it is; what
// was taken is looked up in the next cycle, once (E1); a slot changes hands only when no event is on its way. One entry is watched; which one is free.
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
  logic       rst, host_busy, raise_ready, control_ready, looked_valid, own_valid, busy, clear_valid, answered, walk;
  op_t        looked, own;

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

  // mgmt holds its event until it is taken
  logic     control_q;
  control_t control_req_q;

  logic [5:0] sweep_q;  // Entries: at rest
  assign clear_valid = sweep_q != 6'(Entries) && !rst;
  assign walk        = walk_valid_i && !clear_valid && !rst && !host_busy;

  svnic_event_map #(
      .NumVfs  (NumVfs),
      .NumSlots(NumSlots)
  ) u_map (
      .clk_i,
      .rst_i          (rst),
      .hold_i         (hold_i || clear_valid || walk || clear_i),
      .host_room_i,
      .reg_valid_i    (asks_q),
      .reg_req_i      (req_q),
      .answered_i     (answered),
      .host_busy_o    (host_busy),
      .walk_valid_i   (walk),
      .walk_func_i,
      .walk_local_i,
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
      .busy_o         (busy)
  );

  // ---- The watched entry -------------------------------------------------------------------------------------------------------------------------
  func_t       func_q, func_pick;
  local_t      local_q;
  logic        swept, entry_valid_q, has, is_map, is_watched;
  logic [15:0] entry_q;

  assign func_pick  = watched_func_i < func_t'(NumVfs) ? watched_func_i : func_t'(NumVfs);
  assign swept      = sweep_q == 6'(Entries);
  assign is_map     = asks_q && !req_q.msix && !req_q.doorbell && req_q.addr[18:14] == 5'(SlotMapBase >> 14);
  assign is_watched = req_q.addr[13:6] == func_q && req_q.addr[5:2] == local_q;
  assign has        = entry_valid_q && entry_q < 16'(NumSlots);

  // What was taken in the cycle before
  logic   raised_q, walked_q, swept_q;  // a look-up that meets the sweep is dropped: its slot has no owner
  raise_t raise_q;
  func_t  walk_func_q;
  local_t walk_local_q;
  logic [2:0] on_way_q;  // raised or control events between look-up and decision

  always_ff @(posedge clk_i) begin
    started_q <= {started_q[0], 1'b1};
    if (!asks_q || answered) {asks_q, req_q} <= {reg_valid_i && swept && !clear_i, asks};
    answer_q <= rst ? '0 : {answer_q[0], (looked_valid && looked.answer) || (own_valid && own_ready_i)};
    if (!control_q || control_ready) {control_q, control_req_q} <= {control_valid_i, control_i};
    if (clear_valid) sweep_q <= sweep_q + 6'd1;
    else if (clear_i && !host_busy && !raised_q && !walked_q) sweep_q <= '0;

    swept_q      <= swept && !rst;
    raised_q     <= raise_valid_i && raise_ready && !rst;
    raise_q      <= raise_i;
    walked_q     <= walk;
    walk_func_q  <= walk_func_i;
    walk_local_q <= walk_local_i;
    on_way_q     <= {on_way_q[1:0], !rst && (u_map.take_raise || u_map.take_control)};

    if (is_map && answered && req_q.write && is_watched) {entry_valid_q, entry_q} <= {req_q.wdata[31], req_q.wdata[15:0]};
    if (clear_valid && sweep_q == 6'({func_q[0], local_q})) {entry_valid_q, entry_q} <= '0;
    if (rst) begin
      func_q  <= func_pick;
      local_q <= watched_local_i;
      {entry_valid_q, entry_q} <= u_map.map_q[{func_pick[0], watched_local_i}];
      sweep_q <= sweep_i < 6'(Entries) ? sweep_i : 6'(Entries);
      {asks_q, control_q, raised_q, walked_q, on_way_q} <= '0;
    end
  end

  // ---- Properties ----------------------------------------------------------------------------------------------------------------------------------
  host_arg_t host;
  assign host = host_arg_t'(looked.arg);

  logic watched_op, changes_owner;
  assign watched_op    = looked_valid && looked.func == func_q && looked.local_slot == local_q && swept_q;
  assign changes_owner = (looked_valid && looked.op == OpDisown) || own_valid;

  always_ff @(posedge clk_i)
    if (!rst) begin
      e4_means_its_own_slot :
      assert (!watched_op || (looked.assigned == has && (!has || 16'(looked.slot) == entry_q)));
      e4_asks_for_itself :
      assert (!(looked_valid && looked.op inside {OpHost, OpMsix}) || (asks_q && looked.func == req_q.func));
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
      assert (!raised_q || (looked_valid && looked.op == OpRaise && looked.func == raise_q.func && looked.local_slot == (raise_q.stopped ? 4'd0 : raise_q.slot)
                            && looked.arg[11:0] == {8'(raise_q.source), raise_q.stopped, 3'd0}));
      e1_nothing_comes_of_nothing :
      assert (!(looked_valid && looked.op == OpRaise) || raised_q);
      walk_is_looked_up :
      assert (!walked_q || (looked_valid && looked.op == OpReset && looked.func == walk_func_q && looked.local_slot == walk_local_q));
      control_of_its_own :
      assert (!(looked_valid && looked.op == OpControl) || (looked.func == control_req_q.func && looked.local_slot == '0
                                                            && looked.arg[11:0] == {control_req_q.source, 1'b0, control_req_q.kind}));
      reads_its_map :
      assert (!(looked_valid && looked.op == OpMap && is_map && !req_q.write && is_watched && swept_q) || looked.arg[31:0] == {entry_valid_q, 15'd0, entry_q});

`ifdef INDUCTION
      i_addresses :
      assert (!asks_q || ((req_q.func == '0 || req_q.addr[18:16] == '0) && (!req_q.doorbell || {req_q.msix, req_q.addr[18:12]} == {1'b0, 7'(DoorbellPage >> 12)})));
      i_watched :
      assert (func_q <= func_t'(NumVfs) && sweep_q <= 6'(Entries));
      i_in_memory :
      assert (u_map.map_q[{func_q[0], local_q}] == {entry_valid_q, entry_q});
      i_looked :
      assert (!watched_op || (u_map.exists_q && u_map.entry_q == {entry_valid_q, entry_q}));
      i_kinds :
      assert (!looked_valid || u_map.asked_q.op inside {OpHost, OpMsix, OpMap, OpDisown, OpRaise, OpControl, OpReset});
      i_host :
      assert ((u_map.state_q == '0 || asks_q) && u_map.state_q <= 3'd4
              && (!(u_map.state_q inside {3'd1, 3'd2, 3'd3}) || (is_map && req_q.write && u_map.exists && answer_q == '0)));
      i_sweeps_alone :
      assert (swept || u_map.state_q == '0);
      i_asked :
      assert (!looked_valid || !(u_map.asked_q.op inside {OpHost, OpMsix, OpMap, OpDisown})
              || (asks_q && u_map.asked_q.func == (u_map.is_map ? req_q.addr[13:6] : req_q.func) && u_map.asked_q.local_slot == u_map.local_slot));
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
      assert ((looked_valid && u_map.asked_q.op == OpRaise) == raised_q && (!walked_q || looked_valid));
      i_disown :
      assert (!(looked_valid && u_map.asked_q.op == OpDisown) || (u_map.state_q == 3'd3 && is_map && req_q.write));
      i_silence :
      assert (!(u_map.state_q inside {3'd2, 3'd3} || (u_map.state_q == 3'd4 && u_map.map_write)) || on_way_q == '0);
`endif

      c_doorbell :
      cover (watched_op && looked.op == OpHost && host.doorbell && has && func_q != '0);
      c_raised :
      cover (watched_op && looked.op == OpRaise && has && raise_q.stopped);
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
  assign unused = ^{busy, host, own};

endmodule
