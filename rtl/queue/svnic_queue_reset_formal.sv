// SPDX-License-Identifier: Apache-2.0
// Proof for svnic_queue_reset, any functions and maps, any patience of map, pipelines and FIFOs, work that ends at any time: after reset each place and
// each queue, in both directions, is cleared once before anything else begins; a function reset stops each of the function's queues once, in both
// directions, and no other; it is done only when nothing of them is inside, and all that was told until then has left its FIFO; maps are cleared with
// the PF's reset and no other. It waits only while something is inside that will end: nothing that ends is missed. One queue and direction, one place
// and one thing in the FIFOs are watched; which ones is free.
//
// What the neighbours promise is done here: cfg holds the reset until it is done; the map answers in the next cycle; an operation is decided two cycles
// after it was taken, one per direction and cycle; of a queue that was stopped nothing new begins (svnic_queue_decide_formal), and what ends is told in
// the cycle behind it.

module svnic_queue_reset_formal
  import svnic_pkg::*;
  import svnic_queue_pkg::*;
#(
    parameter int NumVfs   = 1,
    parameter int NumQps   = 20,
    parameter int NumMarks = 2,
    parameter bit Late     = 0   // bounded check: the last number only has a queue, and until it is walked all answer at once and nothing ends
) (
    input logic                clk_i,
    input logic                begin_i,        // a function reset
    input func_t               func_i,
    input logic                conventional_i,
    input logic                end_i,          // the other blocks are done too
    input logic                walk_ready_i,
    input logic [1:0]          op_ready_i,
    input logic [15:0]         assigned_i,
    input logic [1:0][15:0]    inside_i,       // what is inside when the reset begins
    input logic [1:0]          ends_i,         // of this local number's queue all that was inside has ended
    input local_t [1:0]        ends_local_i,
    input logic [1:0]          idle_i,         // something of somebody ended
    input func_t [1:0]         idle_func_i,
    input logic [NumMarks-1:0] push_i,
    input logic [NumMarks-1:0] pop_i,
    input logic                pick_i,         // the thing that goes in now is watched
    input logic                which_i,        // ... of this FIFO
    input local_t              watched_i,
    input logic                direction_i,
    input logic [4:0]          place_i
);

  localparam int MapW = $clog2(NumVfs + 1) + 4;
  localparam int Places = 1 << MapW;  // more than queues
  localparam int Depth = 4;           // of the FIFOs

  logic         started_q = 1'b0;
  logic         rst, done, clear, ready, walk, busy;
  logic [11:0]  clear_index;
  func_t        walk_func;
  local_t       walk_local;
  logic [1:0]   op_valid, taken;
  op_t          op;
  owner_arg_t   arg;

  assign rst = !started_q;
  always_ff @(posedge clk_i) started_q <= 1'b1;

  function automatic qp_t queue(local_t number);  // whose number it is
    return {5'h15, ~number};
  endfunction

  // ---- Map and pipelines ------------------------------------------------------------------------------------------------------------------------------
  fn_reset_t         reset_q;
  logic [15:0]       assigned, assigned_q;
  local_t            looked_q;
  logic [1:0]        way1_q, way2_q, left, ended_q;
  local_t [1:0]      way1_local_q, way2_local_q;
  logic [1:0][15:0]  inside_q, stopped_q;
  after_t [1:0]      after;
  logic              late_q, walk_ready;
  logic [1:0]        op_ready, ends;

  assign arg   = owner_arg_t'(op.arg[$bits(owner_arg_t)-1:0]);
  assign taken = op_valid & op_ready;

  always_ff @(posedge clk_i) late_q <= !rst && (late_q || !Late || (walk && walk_local == 4'd15));
  assign op_ready   = late_q ? op_ready_i : '1;
  assign walk_ready = walk_ready_i || !late_q;
  assign assigned   = Late ? 16'h8000 : assigned_i;
  assign ends       = late_q ? ends_i : '0;

  always_comb
    for (int d = 0; d < 2; d++) begin
      left[d]       = way2_q[d] && inside_q[d][way2_local_q[d]];
      after[d]      = '0;
      after[d].idle = ended_q[d] || (idle_i[d] && late_q);
      after[d].func = ended_q[d] ? reset_q.func : idle_func_i[d];
    end

  // ---- FIFOs --------------------------------------------------------------------------------------------------------------------------------------------
  mark_t [NumMarks-1:0] pushed_q, popped_q;
  logic [NumMarks-1:0]  push, pop;

  always_comb
    for (int i = 0; i < NumMarks; i++) begin
      push[i] = push_i[i] && late_q && pushed_q[i] - popped_q[i] < mark_t'(Depth);
      pop[i]  = pop_i[i] && pushed_q[i] != popped_q[i];
    end

  svnic_queue_reset #(
      .NumVfs  (NumVfs),
      .NumQps  (NumQps),
      .NumMarks(NumMarks)
  ) u_reset (
      .clk_i,
      .rst_i          (rst),
      .fn_reset_i     (reset_q),
      .fn_reset_done_o(done),
      .clear_valid_o  (clear),
      .clear_index_o  (clear_index),
      .ready_o        (ready),
      .walk_valid_o   (walk),
      .walk_ready_i   (walk_ready),
      .walk_func_o    (walk_func),
      .walk_local_o   (walk_local),
      .walk_assigned_i(assigned_q[looked_q]),
      .walk_qp_i      (queue(looked_q)),
      .op_valid_o     (op_valid),
      .op_ready_i     (op_ready),
      .op_o           (op),
      .left_i         (left),
      .after_i        (after),
      .pushed_i       (pushed_q),
      .popped_i       (popped_q),
      .busy_o         (busy)
  );

  always_ff @(posedge clk_i) begin
    if (!reset_q.valid) reset_q <= '{valid: begin_i || (Late && !late_q), func: func_i, conventional: conventional_i};
    else if (done && end_i) reset_q.valid <= 1'b0;
    looked_q <= walk_local;
    for (int d = 0; d < 2; d++) begin
      way1_q[d]       <= taken[d] && op.op != OpClear;
      way1_local_q[d] <= arg.local_qp;
      way2_q[d]       <= way1_q[d];
      way2_local_q[d] <= way1_local_q[d];
      ended_q[d]      <= 1'b0;
      if (way2_q[d]) stopped_q[d][way2_local_q[d]] <= 1'b1;  // OpReset comes first: stops_first
      else if (ends[d] && inside_q[d][ends_local_i[d]]) begin
        inside_q[d][ends_local_i[d]] <= 1'b0;
        ended_q[d]                   <= reset_q.valid;
      end else if (late_q && inside_i[d][ends_local_i[d]] && assigned_q[ends_local_i[d]] && !stopped_q[d][ends_local_i[d]])
        inside_q[d][ends_local_i[d]] <= 1'b1;
    end
    if (!reset_q.valid || rst) begin
      assigned_q <= assigned;
      inside_q   <= inside_i & {2{assigned}};
      stopped_q  <= '0;
    end
    for (int i = 0; i < NumMarks; i++) begin
      pushed_q[i] <= pushed_q[i] + mark_t'(push[i]);
      popped_q[i] <= popped_q[i] + mark_t'(pop[i]);
    end
    if (rst) begin
      reset_q.valid <= 1'b0;
      {way1_q, way2_q, ended_q, pushed_q, popped_q} <= '0;
    end
  end

  // ---- What has been done, since reset or in this function reset --------------------------------------------------------------------------------------
  logic [4:0] place_q;
  local_t     local_q;
  logic       dir_q;
  logic       swept_q, stopped_once_q, valid_q, waited_q;
  logic [5:0] cleared_q;
  logic       place_cleared_q, queue_cleared_q;

  // One thing of the function, in a FIFO: told before the last look
  logic  thing_q, which_q;
  mark_t before_q;

  logic moves;  // on to the next place
  assign moves = clear && u_reset.step;

  always_ff @(posedge clk_i) begin
    valid_q <= reset_q.valid;
    if (!busy) waited_q <= reset_q.valid && !done;
    if (ready) swept_q <= 1'b1;
    if (moves) cleared_q <= cleared_q + 6'd1;
    if (clear && clear_index == 12'(place_q)) place_cleared_q <= 1'b1;
    if (taken[dir_q] && op.op == OpClear && op.qp == qp_t'(place_q)) queue_cleared_q <= 1'b1;
    if (ready && !(swept_q && reset_q.valid)) {cleared_q, place_cleared_q, queue_cleared_q} <= '0;
    if (taken[dir_q] && op.op == OpReset && arg.local_qp == local_q) stopped_once_q <= 1'b1;
    if (!reset_q.valid) stopped_once_q <= 1'b0;

    if (thing_q) begin
      before_q <= before_q - mark_t'(pop[which_q]);
      if (pop[which_q] && before_q == '0) thing_q <= 1'b0;
    end else if (pick_i && push[which_i] && reset_q.valid && (walk || way1_q != '0 || way2_q != '0)) begin
      thing_q  <= 1'b1;
      which_q  <= which_i;
      before_q <= pushed_q[which_i] - popped_q[which_i] - mark_t'(pop[which_i]);
    end

    if (rst) begin
      {swept_q, cleared_q, place_cleared_q, queue_cleared_q, stopped_once_q, thing_q, waited_q} <= '0;
      local_q <= watched_i;
      dir_q   <= direction_i;
      place_q <= place_i & 5'(Places - 1);
    end
  end

`ifdef INDUCTION
  typedef enum logic [3:0] {Sweep, Rest, Look, Looked, Operate, Wait, Decide, Next, Pause, Flush, Forget, Done} state_e;
  state_e              state;
  logic                passes, seen;  // a pass is under way; in it, the watched queue was looked at
  logic [1:0]          way;
  logic [NumMarks-1:0] fits;
  mark_t               ahead;         // of the watched FIFO, up to its mark

  assign state  = state_e'(u_reset.state_q);
  assign passes = state inside {[Look:Next]};
  assign ahead  = u_reset.marks_q[which_q] - popped_q[which_q];

  always_comb begin
    seen = passes && local_q < u_reset.local_q;
    if (local_q == u_reset.local_q)
      seen = state == Next || (state inside {[Operate:Decide]} && (state != Operate || u_reset.sent_q[dir_q]) && !way1_q[dir_q] && !way2_q[dir_q]);
    if (!assigned_q[local_q]) seen = 1'b0;
    for (int d = 0; d < 2; d++)
      way[d] = (!way1_q[d] || (way1_local_q[d] == u_reset.local_q && ((state == Operate && u_reset.sent_q[d]) || state == Wait)))
               && (!way2_q[d] || (way2_local_q[d] == u_reset.local_q && ((state == Operate && u_reset.sent_q[d]) || state inside {Wait, Decide})))
               && !(way1_q[d] && way2_q[d]);
    for (int i = 0; i < NumMarks; i++) fits[i] = pushed_q[i] - popped_q[i] <= mark_t'(Depth);
  end
`endif

  logic operates;
  assign operates = op_valid != '0 && op.op != OpClear;

  always_ff @(posedge clk_i)
    if (!rst) begin
      swept_first :
      assert (!(walk || operates || done) || swept_q);
      swept_is_cleared :
      assert (!ready || swept_q || (cleared_q == 6'(Places) && place_cleared_q && queue_cleared_q == (place_q < 5'(NumQps))));
      clears_a_queue_once :
      assert (!(op_valid[dir_q] && op.op == OpClear && op.qp == qp_t'(place_q)) || !queue_cleared_q);
      clears_what_it_says :
      assert (!(op_valid != '0 && op.op == OpClear) || (clear && 12'(op.qp) == clear_index && clear_index < 12'(NumQps)));
      forgets_all_but_with_the_pf :
      assert (!(op_valid != '0 && op.op == OpClear) || arg.keep == ready);
      cleared_by_the_pf_only :
      assert (!clear || !ready || (reset_q.valid && reset_q.func == '0 && reset_q.conventional));
      pf_clears_all :
      assert (!(done && reset_q.valid) || cleared_q == (reset_q.func == '0 && reset_q.conventional ? 6'(Places) : '0));
      walks_for_the_reset :
      assert (!walk || (reset_q.valid && walk_func == reset_q.func));
      operates_on_its_queues_only :
      assert (!operates || (op.op inside {OpReset, OpLook} && arg.func == reset_q.func && !arg.keep
                            && op.qp == queue(arg.local_qp) && assigned_q[arg.local_qp]));
      stops_first :
      assert (!(operates && op.op == OpLook && op_valid[dir_q] && arg.local_qp == local_q) || stopped_once_q);
      stops_once :
      assert (!(operates && op.op == OpReset && op_valid[dir_q] && arg.local_qp == local_q) || !stopped_once_q);
      done_when_stopped :
      assert (!(done && reset_q.valid) || stopped_once_q == assigned_q[local_q]);
      nothing_is_inside :
      assert (!(done && reset_q.valid) || !inside_q[dir_q][local_q]);
      nothing_is_untold :
      assert (!(done && reset_q.valid) || !thing_q);
      waits_for_something :  // and nothing that ended is overlooked
      assert (busy || !reset_q.valid || !valid_q || done || !swept_q || |inside_q || |ended_q || after[0].idle || after[1].idle);

`ifdef INDUCTION
      i_numbers :
      assert (state <= Done && place_q < 6'(Places) && 12'(u_reset.index_q) < 12'(Places) && (inside_q & ~{2{assigned_q}}) == '0);
      i_valid :
      assert (!(state inside {[Look:Forget]}) || reset_q.valid);
      i_swept :
      assert (state == Sweep ? !swept_q : swept_q || state == Rest);
      i_clears :
      assert (clear ? cleared_q == 6'(u_reset.index_q) : u_reset.index_q == '0);
      i_clears_place :
      assert (!clear || (u_reset.index_q > place_q ? place_cleared_q : u_reset.index_q == place_q || !place_cleared_q));
      i_clears_queue :
      assert (!clear || queue_cleared_q == (u_reset.index_q > place_q ? place_q < 5'(NumQps) : u_reset.index_q == place_q && u_reset.sent_q[dir_q]));
      i_cleared :
      assert (!(state inside {[Rest:Flush]}) || {cleared_q, place_cleared_q, queue_cleared_q} == (swept_q ? '0 : {6'(Places), 1'b1, place_q < 5'(NumQps)}));
      i_sent :
      assert (u_reset.sent_q == '0 || state inside {Operate, Wait} || (clear && u_reset.in_contexts));
      i_looked_up :
      assert (!(state == Looked) || looked_q == u_reset.local_q);
      i_operates :
      assert (!(state == Operate) || (assigned_q[u_reset.local_q] && u_reset.qp_q == queue(u_reset.local_q)));
      i_way :
      assert (&way);
      i_first :
      assert (!(state inside {[Pause:Forget]}) || !u_reset.first_q);
      i_stopped_once :
      assert (!passes || stopped_once_q == (assigned_q[local_q] && (!u_reset.first_q || local_q < u_reset.local_q
              || (local_q == u_reset.local_q && (state inside {[Wait:Next]} || (state == Operate && u_reset.sent_q[dir_q]))))));
      i_stopped_at_rest :
      assert (state > Rest || !stopped_once_q);
      i_stopped_all :
      assert (!(state inside {[Pause:Forget]} || (state == Done && reset_q.valid)) || stopped_once_q == assigned_q[local_q]);
      i_stopped :
      assert (!(assigned_q[local_q] && (seen || (!u_reset.first_q && passes) || state inside {[Pause:Forget]} || (state == Done && reset_q.valid)))
              || stopped_q[dir_q][local_q]);
      i_seen :
      assert (!seen || !inside_q[dir_q][local_q] || u_reset.left_q);
      i_gone :
      assert (!(state inside {Flush, Forget} || (state == Done && reset_q.valid)) || !inside_q[dir_q][local_q]);
      i_left :
      assert (!((passes && u_reset.left_q) || state == Pause) || |inside_q || |ended_q || u_reset.stirred_q);
      i_fits :
      assert (&fits && which_q < NumMarks);
      i_thing :
      assert (!thing_q || (reset_q.valid && before_q < pushed_q[which_q] - popped_q[which_q] && !(state inside {Forget, Done})));
      i_before_the_mark :
      assert (!(thing_q && state == Flush) || (ahead <= mark_t'(Depth) && before_q < ahead));
`endif

      c_stopped :
      cover (done && reset_q.valid && stopped_once_q && !waited_q);
      c_waits :
      cover (reset_q.valid && swept_q && !busy && |inside_q);
      c_waits_for_what_was_told :
      cover (u_reset.state_q == 4'd9 && thing_q && before_q == mark_t'(1));
    end

endmodule
