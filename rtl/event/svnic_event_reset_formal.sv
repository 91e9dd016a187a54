// SPDX-License-Identifier: Apache-2.0
// Proof for svnic_event_reset, any functions, any patience of host, pipeline and FIFOs: after reset every place is cleared once before anything else
// begins; a function reset walks each of the function's 16 local numbers once, with the host's operations ended before and held until the end; it is
// told once, and done only when all that was decided of the function until the pipeline had run empty of the walk has left; slots lose their owner with
// the PF's reset and no other (E4, E6). It ends as soon as that has left. One local number, one place of the sweep and one thing in the FIFOs are
// watched; which ones is free.
//
// What the neighbours promise is done here: cfg holds the reset until it is done, the host begins nothing while held, the walk is in the pipeline for
// four cycles, what goes into a FIFO was decided in the pipeline, and no FIFO passes 2,000 things on while another one (they all end at dma and mgmt, in
// turns) passes its oldest.

module svnic_event_reset_formal
  import svnic_pkg::*;
  import svnic_event_pkg::*;
#(
    parameter int NumVfs   = 1,
    parameter int NumSlots = 20,
    parameter int NumMarks = 2,
    parameter bit Late     = 0   // nothing else is done before the walk is at its end: what is before is too much for a bounded check
) (
    input logic                clk_i,
    input logic                begin_i,        // a function reset
    input func_t               func_i,
    input logic                conventional_i,
    input logic                end_i,          // the other blocks are done too
    input logic                host_begin_i,
    input logic                host_end_i,
    input logic                pipe_busy_i,    // other operations
    input logic [NumMarks-1:0] push_i,
    input logic [NumMarks-1:0] pop_i,
    input logic                pick_i,         // the thing that goes in now is watched
    input logic                which_i,        // ... of this FIFO
    input local_t              watched_i,
    input logic [4:0]          place_i
);

  localparam int MapW = $clog2(NumVfs + 1) + 4;
  localparam int Places = 1 << MapW;  // more than slots
  localparam int Depth = 4;  // of the FIFOs

  logic       started_q = 1'b0;
  logic       rst, done, sweep, clear, op_valid, hold, walk, busy;
  logic [11:0] clear_index;
  op_t        op;
  local_t     walk_local;
  commit_t    commit;

  assign rst = !started_q;
  always_ff @(posedge clk_i) started_q <= 1'b1;

  // ---- Neighbours -----------------------------------------------------------------------------------------------------------------------------------
  logic [4:0]          walked_count_q;
  fn_reset_t           reset_q;
  logic                host_q, pipe_busy;
  logic [3:0]          walks_q;         // walked numbers that are still in the pipeline
  mark_t [NumMarks-1:0] pushed_q, popped_q;
  logic                empty_q;         // the pipeline has run empty of the walk
  mark_t [NumMarks-1:0] beyond_q;       // went in since then
  logic [NumMarks-1:0] push, pop;

  assign pipe_busy = (pipe_busy_i && (!Late || walked_count_q >= 5'd15)) || walks_q != '0;

  always_comb
    for (int i = 0; i < NumMarks; i++) begin
      push[i] = push_i[i] && pipe_busy && pushed_q[i] - popped_q[i] < mark_t'(Depth) && beyond_q[i] < mark_t'(2000)
                && (!Late || walked_count_q >= 5'd15);
      pop[i]  = pop_i[i] && pushed_q[i] != popped_q[i];
    end

  always_ff @(posedge clk_i) begin
    if (!reset_q.valid) reset_q <= '{valid: begin_i, func: func_i, conventional: conventional_i};
    else if (done && end_i) reset_q.valid <= 1'b0;
    host_q  <= host_q ? !host_end_i : host_begin_i && !hold;
    walks_q <= {walks_q[2:0], walk};
    for (int i = 0; i < NumMarks; i++) begin
      pushed_q[i] <= pushed_q[i] + mark_t'(push[i]);
      popped_q[i] <= popped_q[i] + mark_t'(pop[i]);
      beyond_q[i] <= empty_q && reset_q.valid ? beyond_q[i] + mark_t'(push[i]) : '0;
    end
    if (rst) begin
      reset_q.valid <= 1'b0;
      {host_q, walks_q, pushed_q, popped_q, beyond_q} <= '0;
    end
  end

  svnic_event_reset #(
      .NumVfs  (NumVfs),
      .NumSlots(NumSlots),
      .NumMarks(NumMarks)
  ) u_reset (
      .clk_i,
      .rst_i          (rst),
      .fn_reset_i     (reset_q),
      .fn_reset_done_o(done),
      .sweep_o        (sweep),
      .clear_valid_o  (clear),
      .clear_index_o  (clear_index),
      .op_valid_o     (op_valid),
      .op_o           (op),
      .hold_o         (hold),
      .host_busy_i    (host_q),
      .walk_valid_o   (walk),
      .walk_local_o   (walk_local),
      .pipe_busy_i    (pipe_busy),
      .pushed_i       (pushed_q),
      .popped_i       (popped_q),
      .busy_o         (busy),
      .commit_o       (commit)
  );

  // ---- What has been done, since reset or in this function reset --------------------------------------------------------------------------------------
  host_arg_t  keep;
  logic [4:0] place_q;
  local_t     local_q;
  logic       swept_q, cleared_q, walked_q, told_q;
  logic [5:0] cleared_count_q;

  assign keep = host_arg_t'(op.arg);

  // ---- One thing of the function, in a FIFO ------------------------------------------------------------------------------------------------------------
  logic  inside_q, which_q;
  mark_t before_q;

  // ---- Cycles since something else had to be waited for ------------------------------------------------------------------------------------------------
  logic [6:0] idle_q;
  logic       waits;
  assign waits = host_q || pipe_busy || pushed_q != popped_q || !reset_q.valid || done || sweep;

  always_ff @(posedge clk_i) begin
    if (clear && clear_index == 12'(place_q)) cleared_q <= 1'b1;
    if (clear) cleared_count_q <= cleared_count_q + 6'd1;
    if (!sweep) swept_q <= 1'b1;
    if (walk) walked_count_q <= walked_count_q + 5'd1;
    if (walk && walk_local == local_q) walked_q <= 1'b1;
    if (walked_count_q == 5'd16 && !pipe_busy) empty_q <= 1'b1;
    if (commit.kind == EventReset) told_q <= 1'b1;
    if (!reset_q.valid) {walked_q, walked_count_q, empty_q, told_q} <= '0;
    if (!sweep && !(swept_q && reset_q.valid)) {cleared_q, cleared_count_q} <= '0;

    if (inside_q) begin
      before_q <= before_q - mark_t'(pop[which_q]);
      if (pop[which_q] && before_q == '0) inside_q <= 1'b0;
    end else if (pick_i && push[which_i] && !empty_q) begin
      inside_q <= 1'b1;
      which_q  <= which_i;
      before_q <= pushed_q[which_i] - popped_q[which_i] - mark_t'(pop[which_i]);
    end
    idle_q <= waits ? '0 : idle_q + 7'd1;

    if (rst) begin
      {cleared_q, cleared_count_q, swept_q, walked_q, walked_count_q, empty_q, told_q, inside_q, idle_q} <= '0;
      local_q <= watched_i;
      place_q <= place_i & 5'(Places - 1);
    end
  end

`ifdef INDUCTION
  logic [NumMarks-1:0] fits, marked;
  mark_t               ahead;  // of the watched FIFO, up to its mark

  always_comb
    for (int i = 0; i < NumMarks; i++) begin
      fits[i]   = pushed_q[i] - popped_q[i] <= mark_t'(Depth) && beyond_q[i] <= mark_t'(2000) && (empty_q || beyond_q[i] == '0);
      marked[i] = pushed_q[i] - u_reset.marks_q[i] == beyond_q[i];
    end
  assign ahead = u_reset.marks_q[which_q] - popped_q[which_q];
`endif

  logic told;
  assign told = commit.kind == EventReset;

  always_ff @(posedge clk_i)
    if (!rst) begin
      swept_first :
      assert (!(walk || told || done) || swept_q);
      swept_is_cleared :
      assert (sweep || swept_q || (cleared_q && cleared_count_q == 6'(Places)));
      clears_once :
      assert (!(clear && clear_index == 12'(place_q)) || !cleared_q);
      slots_are_cleared :
      assert (op_valid == (clear && clear_index < 12'(NumSlots)) && (!op_valid || (op.op == OpClear && 12'(op.slot) == clear_index)));
      forgets_all_but_with_the_pf :
      assert (!op_valid || keep.write == !sweep);
      e4_disowned_by_the_pf_only :
      assert (!clear || sweep || (reset_q.valid && reset_q.func == '0));
      e4_pf_disowns_all :
      assert (!told || (reset_q.func == '0 ? cleared_q && cleared_count_q == 6'(Places) : cleared_count_q == '0));
      walks_for_the_reset :
      assert (!walk || (reset_q.valid && !host_q && walked_count_q < 5'd16));
      walks_each_once :
      assert (!(walk && walk_local == local_q) || !walked_q);
      told_when_walked :
      assert (!told || (walked_q && walked_count_q == 5'd16 && empty_q));
      e6_nothing_is_left :
      assert (!told || !inside_q);
      told_once :
      assert (!told || (!told_q && reset_q.valid && commit.a == reset_q.func));
      done_is_told :
      assert (!done || told_q);
      host_is_held :
      assert (hold == (sweep || (reset_q.valid && !done)) && (!host_q || !(walk || told || clear)));
      ends_in_time :
      assert (idle_q <= 7'(Places + 16 + 4));
      busy_until_done :
      assert (busy || !reset_q.valid || done || host_q || walked_count_q == '0);

`ifdef INDUCTION
      i_numbers :
      assert (place_q < 6'(Places) && walked_count_q <= 5'd16 && u_reset.state_q <= 3'd6 && 12'(u_reset.index_q) < 12'(Places));
      i_clears :
      assert (clear ? cleared_count_q == 6'(u_reset.index_q) && cleared_q == (u_reset.index_q > place_q) : u_reset.index_q == '0);
      i_swept :
      assert (sweep ? !swept_q : swept_q || cleared_count_q == 6'(Places));
      i_cleared :
      assert (clear || cleared_count_q == '0 || cleared_count_q == 6'(Places));
      i_cleared_when :
      assert (!(u_reset.state_q inside {3'd1, 3'd2, 3'd3}) || cleared_count_q == '0 || !swept_q);
      i_cleared_then :
      assert (!(u_reset.state_q inside {3'd5, 3'd6}) || !reset_q.valid || (cleared_count_q != '0) == (reset_q.func == '0));
      i_count :
      assert (cleared_q == (cleared_count_q > 6'(place_q)));
      i_walks :
      assert (u_reset.state_q == 3'd2 ? walked_count_q == 5'(u_reset.local_q) && walked_q == (u_reset.local_q > local_q)
              : u_reset.local_q == '0 || (sweep && u_reset.index_q == '0));
      i_walked :
      assert (u_reset.state_q inside {3'd2} || (u_reset.state_q inside {3'd0, 3'd1} ? walked_count_q == '0 : walked_count_q == 5'd16 || !reset_q.valid));
      i_walked_one :
      assert (walked_q == (walked_count_q > 5'(local_q)));
      i_valid :
      assert (!(u_reset.state_q inside {3'd2, 3'd3, 3'd4, 3'd5}) || reset_q.valid);
      i_told :
      assert (told_q == (u_reset.state_q == 3'd6 && told_q) && (u_reset.state_q != 3'd6 || !reset_q.valid || told_q));
      i_empty :
      assert (empty_q ? walked_count_q == 5'd16 && u_reset.state_q >= 3'd3 : u_reset.state_q <= 3'd3 || !reset_q.valid);
      i_settled :
      assert (u_reset.state_q == 3'd3 ? u_reset.settled_q == empty_q : !u_reset.settled_q || u_reset.state_q inside {3'd4, 3'd5});
      i_pipeline :
      assert (!(u_reset.state_q == 3'd2 && u_reset.local_q != '0) || walks_q[0]);
      i_fits :
      assert (&fits && which_q < NumMarks);
      i_marked :
      assert (!(u_reset.state_q == 3'd3 && empty_q) || &marked);
      i_inside :
      assert (!inside_q || before_q < pushed_q[which_q] - popped_q[which_q]);
      i_before_the_mark :
      assert (!(inside_q && empty_q) || (u_reset.state_q == 3'd3 && ahead <= mark_t'(Depth) && before_q < ahead));
      i_host :
      assert (!host_q || u_reset.state_q inside {3'd1, 3'd6});
      i_idle :
      assert (idle_q <= (u_reset.state_q == 3'd2 && u_reset.local_q <= 4'd1 ? 7'(u_reset.local_q) + 7'd1
                         : u_reset.state_q == 3'd3 ? 7'(u_reset.settled_q)
                         : u_reset.state_q == 3'd4 ? 7'd2 + 7'(u_reset.index_q)
                         : u_reset.state_q == 3'd5 ? 7'(Places) + 7'd2
                         : u_reset.state_q == 3'd6 ? 7'(Places) + 7'd3 : 7'd0));
`endif

      c_of_a_vf :
      cover (done && reset_q.func == 8'd1 && swept_q);
      c_of_the_pf :
      cover (done && reset_q.func == '0 && cleared_q);
      c_waits_for_the_host :
      cover (reset_q.valid && host_q && swept_q);
      c_waits_for_what_is_inside :
      cover (empty_q && inside_q && before_q == mark_t'(2));
      c_goes_while_it_waits :
      cover (told && which_q && pushed_q[1] != popped_q[1]);
    end

endmodule
