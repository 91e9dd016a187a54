// SPDX-License-Identifier: Apache-2.0
// Proof for svnic_event_redirect, any look-ups in any density, any run-states in any sequence, any dwell, any slots started and stopped, any progress of time (E3): what
// is picked is the home or a slot that the function started, and it is the one that docs/programming.md section 6 names. The rows of one function are watched,
// the last choice of one home of it, and the order of two slots a and b; which ones is free. A look-up sees what the look-ups before it counted
// and chose, and what the host wrote in a cycle before it, not in its own.
//
// In two steps (tasks of the .sby): of whatever rows a look-up finds, the right slot is picked (PICKS: the rows are cut free, so one cycle says all); and it finds
// the rows as they were left, whatever is picked (the pick is cut free).
//
// What svnic_event_map promises is made so here: one operation of the host at a time, answered two cycles behind its look-up at the earliest
// (e4_redirect_hears_of_the_same_slot); none while a function is reset or rows are swept; no event is raised while rows are swept
// (svnic_event: raise_is_decided), and no function is reset while they are.

module svnic_event_redirect_formal
  import svnic_pkg::*;
  import svnic_regs_pkg::*;
  import svnic_event_pkg::*;
#(
    parameter int NumVfs = 1
) (
    input logic        clk_i,
    input logic [10:0] step_i,          // time goes on by that
    input logic [1:0]  redirect_i,
    input logic        look_i,
    input look_as_e    as_i,
    input logic [0:0]  func_i,
    input local_t      local_i,
    input logic        movable_i,
    input logic        answer_i,
    input logic        run_write_i,
    input run_state_e  run_state_i,
    input logic        usable_write_i,
    input logic        usable_i,
    input logic        dwell_write_i,
    input logic [15:0] dwell_i,
    input logic        forget_i,
    input logic [0:0]  forget_func_i,
    input logic        clear_i,
    input logic [4:0]  clear_index_i,
    input logic [0:0]  watched_func_i,
    input local_t      watched_home_i,
    input local_t      a_i,
    input local_t      b_i
);

  typedef struct packed {
    logic        made;
    local_t      slot;
    logic [19:0] since;
  } choice_t;
  typedef struct packed {  // of the watched function, and home
    logic [15:0]      usable;
    logic [15:0][1:0] state;
    logic [15:0][3:0] load;
    logic             in_order;  // a and b stand in it, once each: since the sweep behind reset, or as memory was
    logic             a_before;  // a was preempted before b
    choice_t          choice;
    logic [15:0]      dwell;
  } rows_t;

  logic [1:0]   started_q = 2'd0;  // rows are looked at in the second cycle of reset: in the first one they may be written
  logic         rst, moved, nobody;
  local_t       slot;
  run_state_e   state;
  logic [15:0]  dwell;
  nanoseconds_t now_q;
  assign rst = !started_q[1];

  // ---- The host, resets, sweeps ------------------------------------------------------------------------------------------------
  logic       look, answered, forget, clear;
  look_as_e   as;
  logic [1:0] host_q;  // its operation is looked up; was
  logic       host_func_q;
  local_t     host_local_q;

  logic     valid_q, may_move_q, func1_q;
  look_as_e as_q;
  local_t   local1_q;

  assign answered = host_q[1] && answer_i && !rst;
  assign forget   = forget_i && !clear_i && host_q == '0 && !rst;
  assign clear    = clear_i && host_q == '0 && !(valid_q && as_q == AsRaise) && !rst;
  assign look     = look_i && !rst && !(as_i == AsHost && (host_q != '0 || forget || clear)) && !(as_i == AsRaise && clear);
  assign as       = as_i;

  svnic_event_redirect #(
      .NumVfs(NumVfs)
  ) u_redirect (
      .clk_i,
      .rst_i         (rst),
      .now_i         (now_q),
      .redirect_i    (256'(redirect_i)),
      .look_i        (look),
      .as_i          (as),
      .func_i        (func_t'(func_i)),
      .local_i,
      .movable_i,
      .slot_o        (slot),
      .moved_o       (moved),
      .nobody_o      (nobody),
      .state_o       (state),
      .run_write_i   (answered && run_write_i),
      .run_state_i,
      .usable_write_i(answered && usable_write_i),
      .usable_i,
      .dwell_write_i (answered && dwell_write_i),
      .dwell_i,
      .dwell_o       (dwell),
      .forget_i      (forget),
      .forget_func_i (func_t'(forget_func_i)),
      .clear_valid_i (clear),
      .clear_index_i (12'(clear_index_i))
  );

  // ---- The watched rows, as if there were no pipeline ------------------------------------------------------------------------------
  logic    func_q, ours, our_home;
  local_t  home_q, a_q, b_q, b_pick;
  rows_t   rows_q, counted, rows_d, seen_q;  // counted: what the look-up before left; seen_q: what the look-up in cycle 1 must have seen
  logic [19:0] tick_q;

  function automatic logic once(local_t [15:0] order, local_t slot);
    logic [15:0] at;
    for (int i = 0; i < 16; i++) at[i] = order[i] == slot;
    return $onehot(at);
  endfunction

  function automatic logic ahead(local_t [15:0] order, local_t first, local_t second);
    logic found, both;
    {found, both} = '0;
    for (int i = 0; i < 16; i++) begin
      if (order[i] == second && found) both = 1'b1;
      if (order[i] == first) found = 1'b1;
    end
    return both;
  endfunction

  assign b_pick   = b_i == a_i ? a_i + 4'd1 : b_i;
  assign ours     = valid_q && func1_q == func_q;
  assign our_home = ours && local1_q == home_q;

  always_comb begin
    counted = rows_q;
    if (ours && as_q == AsRaise) begin
      if (rows_q.load[slot] == 4'd15) for (int i = 0; i < 16; i++) counted.load[i] = rows_q.load[i] / 4'd2;
      counted.load[slot] += 4'd1;
    end
    if (our_home && may_move_q && !(rows_q.choice.made && rows_q.choice.slot == slot)) counted.choice = '{made: 1'b1, slot: slot, since: tick_q};

    rows_d = counted;
    if (answered && host_func_q == func_q) begin
      if (run_write_i) begin
        if (run_state_i == RunStatePreempted && rows_q.state[host_local_q] != RunStatePreempted) begin
          if (host_local_q == a_q) rows_d.a_before = 1'b0;
          if (host_local_q == b_q) rows_d.a_before = 1'b1;
        end
        rows_d.state[host_local_q] = run_state_i;
      end
      if (usable_write_i) rows_d.usable[host_local_q] = usable_i;
    end
    if (answered && dwell_write_i) rows_d.dwell = dwell_i;
    if (forget && forget_func_i == func_q) rows_d.usable = '0;
    if (clear) begin
      rows_d.dwell = '0;
      if (clear_index_i[4] == func_q) begin
        {rows_d.usable, rows_d.state, rows_d.load} = '0;
        {rows_d.in_order, rows_d.a_before}            = {1'b1, a_q < b_q};
        if (clear_index_i[3:0] == home_q) rows_d.choice = '0;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    started_q <= {started_q[0], 1'b1};
    now_q     <= rst ? '0 : now_q + 64'(step_i);
    valid_q   <= look;
    if (look) begin
      {as_q, func1_q, local1_q} <= {as, func_i, local_i};
      may_move_q                <= as == AsRaise && movable_i && redirect_i[func_i];
      tick_q                    <= now_q[29:10];
      seen_q                    <= counted;
    end
    host_q <= rst || answered ? '0 : {host_q[1] || host_q[0], look && as == AsHost};
    if (look && as == AsHost) {host_func_q, host_local_q} <= {func_i, local_i};
    rows_q <= rows_d;
    if (rst) begin
      {func_q, home_q, a_q, b_q} <= {watched_func_i, watched_home_i, a_i, b_pick};
      rows_q <= '{
          usable: u_redirect.usable_q[watched_func_i],
          state: u_redirect.runs_q[watched_func_i].state,
          load: u_redirect.loads_q[watched_func_i],
          choice: u_redirect.choice_q[{watched_func_i, watched_home_i}],
          in_order: once(u_redirect.runs_q[watched_func_i].order, a_i) && once(u_redirect.runs_q[watched_func_i].order, b_pick),
          a_before: ahead(u_redirect.runs_q[watched_func_i].order, a_i, b_pick),
          dwell: '0
      };
    end
  end

  // ---- Properties: what was seen, and what was picked -----------------------------------------------------------------------------
  logic [15:0] running, blocked, preempted;
  logic        picks, stands, young, runs_home, least, others_run;

  rows_t saw;
`ifdef PICKS
  assign saw = '{
      usable: u_redirect.usable1_q,
      state: u_redirect.runs1_q.state,
      load: u_redirect.loads1_q,
      in_order: once(u_redirect.runs1_q.order, a_q) && once(u_redirect.runs1_q.order, b_q) && a_q != b_q,
      a_before: ahead(u_redirect.runs1_q.order, a_q, b_q),
      choice: u_redirect.choice1_q,
      dwell: u_redirect.dwell1_q
  };
`else
  assign saw = seen_q;
`endif

  always_comb begin
    for (int i = 0; i < 16; i++) begin
      running[i]   = saw.usable[i] && saw.state[i] inside {2'd0, 2'd3};
      blocked[i]   = saw.usable[i] && saw.state[i] == RunStateBlocked;
      preempted[i] = saw.usable[i] && saw.state[i] == RunStatePreempted;
    end
  end

  assign picks      = our_home && may_move_q;
  assign young      = 20'(tick_q - saw.choice.since) < 20'(saw.dwell);
  assign stands     = saw.choice.made && saw.usable[saw.choice.slot] && (running[saw.choice.slot] || young);
  assign runs_home  = running[local1_q] || blocked[local1_q];
  assign least      = !running[b_q] || saw.load[slot] < saw.load[b_q] || (saw.load[slot] == saw.load[b_q] && slot <= b_q);  // than any
  assign others_run = (running & ~(16'd1 << local1_q)) != '0;

  function automatic logic ordered(local_t [15:0] order, logic a_before);
    return once(order, a_q) && once(order, b_q) && ahead(order, a_q, b_q) == a_before;
  endfunction

  always_ff @(posedge clk_i)
    if (!rst) begin
`ifdef PICKS
      e3_home_or_started :
      assert (!(ours && as_q == AsRaise) || slot == local1_q || saw.usable[slot] || (saw.usable != '0 && !(saw.usable[a_q] && saw.in_order)));
      e3_started_if_any :  // as a is
      assert (!(ours && may_move_q && saw.usable[a_q] && saw.in_order) || saw.usable[slot]);
      e3_none_started_home :
      assert (!(ours && may_move_q && saw.usable == '0) || slot == local1_q);
      may_not_move_stays :
      assert (!(valid_q && !may_move_q && as_q != AsRescue) || (slot == local1_q && !moved));
      moved_if_not_at_home :
      assert (!(valid_q && may_move_q) || moved == (slot != local1_q));
      last_choice_stands :
      assert (!(picks && stands) || slot == saw.choice.slot);
      home_that_runs_or_sleeps :
      assert (!(picks && runs_home && slot != local1_q) || (stands && slot == saw.choice.slot));
      preempted_only_while_young :
      assert (!(picks && running != '0 && preempted[slot]) || (saw.choice.made && slot == saw.choice.slot && young));
      least_loaded_of_the_running :
      assert (!(picks && !stands && !runs_home && running != '0) || (running[slot] && least));
      lowest_of_the_blocked :
      assert (!(picks && !stands && !runs_home && running == '0 && blocked != '0) || (blocked[slot] && !(blocked[b_q] && b_q < slot)));
      preempted_longest_ago :
      assert (!(picks && !stands && running == '0 && blocked == '0 && preempted[b_q] && saw.in_order)
              || (preempted[slot] && !(slot == a_q && !saw.a_before)));
      rescuer_runs :
      assert (!(ours && as_q == AsRescue) || nobody || (running[slot] && slot != local1_q));
      rescuer_has_least_load :
      assert (!(ours && as_q == AsRescue) || nobody || b_q == local1_q || least);
      nobody_if_none :
      assert (!(ours && as_q == AsRescue) || nobody == !others_run);
`else
      finds_what_was_left :
      assert (!ours || {u_redirect.usable1_q, u_redirect.runs1_q.state, u_redirect.loads1_q} == {seen_q.usable, seen_q.state, seen_q.load});
      finds_its_last_choice :
      assert (!our_home || u_redirect.choice1_q == seen_q.choice);
      in_order_of_preemption :  // each slot stands once in it
      assert (!(ours && seen_q.in_order) || ordered(u_redirect.runs1_q.order, seen_q.a_before));
      reads_what_was_written :
      assert ((!ours || state == seen_q.state[local1_q]) && dwell == rows_q.dwell);
`endif

`ifdef INDUCTION
      i_differ :
      assert (a_q != b_q);
      i_looked :
      assert (u_redirect.valid_q == valid_q && (!valid_q || {u_redirect.as_q, u_redirect.function_q, u_redirect.local_q, u_redirect.may_move_q, u_redirect.tick_q}
                                                            == {as_q, func1_q, local1_q, may_move_q, tick_q}));
      i_seen :
      assert (!(ours && as_q == AsRaise) || {seen_q.load, seen_q.choice} == {rows_q.load, rows_q.choice});
      i_in_memory :
      assert ({u_redirect.usable_q[func_q], u_redirect.runs_q[func_q].state, u_redirect.loads_q[func_q], u_redirect.choice_q[{func_q, home_q}], u_redirect.dwell_q}
              == {rows_q.usable, rows_q.state, rows_q.load, rows_q.choice, rows_q.dwell});
      i_order_in_memory :
      assert (!rows_q.in_order || ordered(u_redirect.runs_q[func_q].order, rows_q.a_before));
      i_dwell :
      assert (!ours || u_redirect.dwell1_q == seen_q.dwell);
      i_may_move :
      assert (!(valid_q && may_move_q) || as_q == AsRaise);
      i_host :
      assert ($onehot0(host_q) && (!host_q[0] || (valid_q && as_q == AsHost && {func1_q, local1_q} == {host_func_q, host_local_q}))
              && (!(valid_q && as_q == AsHost) || host_q[0])
              && (!(host_q[0] && ours) || {seen_q.usable, seen_q.state, seen_q.in_order, seen_q.a_before} == {rows_q.usable, rows_q.state, rows_q.in_order, rows_q.a_before}));
      i_host_keeps :
      assert (!host_q[1] || {u_redirect.host_function_q, u_redirect.host_local_q} == {host_func_q, host_local_q});
      i_host_rows :
      assert (!(host_q[1] && host_func_q == func_q) || ({u_redirect.host_usable_q, u_redirect.host_runs_q.state} == {rows_q.usable, rows_q.state}
                                                        && (!rows_q.in_order || ordered(u_redirect.host_runs_q.order, rows_q.a_before))));
`endif

      c_least_loaded :
      cover (picks && !stands && moved && running[b_q] && saw.load[slot] != '0 && slot > b_q && func_q);
      c_last_choice_is_preempted :
      cover (picks && stands && moved && preempted[slot] && running != '0 && saw.in_order);
      c_last_choice_is_old :
      cover (picks && saw.choice.made && !stands && moved && preempted[saw.choice.slot] && running[slot] && saw.dwell != '0);
      c_back_home :
      cover (picks && saw.choice.made && saw.choice.slot != slot && !moved && running[slot]);
      c_blocked :
      cover (picks && moved && running == '0 && blocked[slot] && preempted[home_q]);
      c_longest_ago :
      cover (picks && moved && preempted[slot] && slot == a_q && preempted[b_q] && a_q > b_q && saw.in_order);
      c_halved :
      cover (ours && as_q == AsRaise && saw.load[slot] == 4'd15 && saw.load[b_q] == 4'd9 && slot != b_q);
      c_forwarded :
      cover (picks && look && as == AsRaise && movable_i && redirect_i[func_i] && func_i == func_q && local_i == home_q && counted.choice != rows_q.choice);
      c_rescuer :
      cover (ours && as_q == AsRescue && !nobody && preempted[local1_q] && running[b_q] && slot > b_q);
      c_nobody :
      cover (ours && as_q == AsRescue && nobody && running[local1_q]);
      c_written_in_its_cycle :
      cover (ours && look && func_i == func_q && answered && host_func_q == func_q && rows_d.usable != rows_q.usable);
      c_forgotten :
      cover (picks && saw.usable == '0 && saw.choice.made && saw.choice.slot != home_q);
      c_another :
      cover (valid_q && !ours && as_q == AsRaise);
    end

`ifdef INDUCTION
  always_ff @(posedge clk_i) begin
    i_reset_empties :
    assert (started_q != 2'b10 && (started_q != 2'b01 || (!u_redirect.valid_q && u_redirect.dwell_q == '0 && !valid_q && host_q == '0)));
  end
`endif

endmodule
