// SPDX-License-Identifier: Apache-2.0
// When is nothing of a function left? After reset all contexts and maps are cleared; host and receive wait meanwhile. A function reset walks the
// function's 16 queue pairs: first each queue is stopped and forgotten, then it is looked whether anything of them is still inside, again
// whenever something of the function ended. At the end what was told of them has left, and with the PF's reset the maps are cleared.
//
//   Sweep --> Rest --> Walk (look up, operate, next) --> Pause --> Walk ... --> Flush --> [Forget] --> Done --> Rest

module svnic_queue_reset
  import svnic_pkg::qp_t, svnic_pkg::func_t, svnic_pkg::fn_reset_t;
  import svnic_queue_pkg::*;
#(
    parameter int NumVfs   = 64,
    parameter int NumQps   = 512,
    parameter int NumMarks = 4
) (
    input logic clk_i,
    input logic rst_i,

    input  fn_reset_t fn_reset_i,
    output logic      fn_reset_done_o,

    output logic        clear_valid_o,  // map entry and, by operations, contexts
    output logic [11:0] clear_index_o,
    output logic        ready_o,        // swept after reset

    output logic   walk_valid_o,
    input  logic   walk_ready_i,
    output func_t  walk_func_o,
    output local_t walk_local_o,
    input  logic   walk_assigned_i,
    input  qp_t    walk_qp_i,

    output logic [1:0]      op_valid_o,
    input  logic [1:0]      op_ready_i,
    output op_t             op_o,
    input  logic [1:0]      left_i,   // an OpReset or OpLook is decided: something is left
    input  after_t [1:0]    after_i,

    input mark_t [NumMarks-1:0] pushed_i,  // FIFOs that must have passed on what they have of the function
    input mark_t [NumMarks-1:0] popped_i,

    output logic busy_o
);

  localparam int MapW = $clog2(NumVfs + 1) + 4;
  localparam int IndexW = MapW > $clog2(NumQps) ? MapW : $clog2(NumQps);
  typedef logic [IndexW-1:0] index_t;

  typedef enum logic [3:0] {
    Sweep,
    Rest,
    Look,
    Looked,
    Operate,
    Wait,
    Decide,
    Next,
    Pause,
    Flush,
    Forget,
    Done
  } state_e;

  state_e           state_d, state_q;
  index_t           index_q;
  local_t           local_q;
  logic             first_q;    // pass
  logic             left_q;     // something is left, as far as this pass has come
  logic             stirred_q;  // something ended since the pass began
  logic [1:0]       sent_q, ops;
  logic             last, in_contexts, step, flushed, stirred;
  mark_t [NumMarks-1:0] marks_q;

  assign in_contexts = 32'(index_q) < NumQps;
  assign last        = local_q == '1;
  assign ops         = sent_q | (op_valid_o & op_ready_i);
  assign step        = !in_contexts || ops == '1;  // sweeping
  assign stirred     = (after_i[0].idle && after_i[0].func == fn_reset_i.func) || (after_i[1].idle && after_i[1].func == fn_reset_i.func);

  always_comb begin
    flushed = 1'b1;
    for (int i = 0; i < NumMarks; i++) if ($signed(popped_i[i] - marks_q[i]) < 0) flushed = 1'b0;
  end

  always_comb begin
    state_d = state_q;
    unique case (state_q)
      Sweep:   if (step && index_q == '1) state_d = Rest;
      Rest:    if (fn_reset_i.valid) state_d = Look;
      Look:    if (walk_ready_i) state_d = Looked;
      Looked:  state_d = walk_assigned_i ? Operate : Next;
      Operate: if (ops == '1) state_d = Wait;
      Wait:    state_d = Decide;
      Decide:  state_d = Next;
      Next: begin
        state_d = Look;
        if (last) state_d = left_q ? Pause : Flush;
      end
      Pause:   if (stirred_q) state_d = Look;
      Flush:   if (flushed) state_d = fn_reset_i.func == '0 && fn_reset_i.conventional ? Forget : Done;
      Forget:  if (step && index_q == '1) state_d = Done;
      default: if (!fn_reset_i.valid) state_d = Rest;
    endcase
  end

  assign clear_valid_o   = state_q inside {Sweep, Forget};
  assign clear_index_o   = 12'(index_q);
  assign walk_valid_o    = state_q == Look;
  assign walk_func_o     = fn_reset_i.func;
  assign walk_local_o    = local_q;
  assign fn_reset_done_o = state_q == Done;
  assign ready_o         = state_q != Sweep;

  // ---- Operations, on both directions ---------------------------------------------------------------------------------------------
  qp_t        qp_q;
  owner_arg_t arg;

  assign arg = '{func: fn_reset_i.func, local_qp: local_q, keep: state_q == Forget};

  always_comb begin
    op_valid_o = '0;
    op_o       = '{op: first_q ? OpReset : OpLook, qp: qp_q, arg: ArgW'(arg)};
    if (state_q == Operate) op_valid_o = ~sent_q;
    if (clear_valid_o) begin
      op_valid_o = in_contexts ? ~sent_q : '0;
      op_o.op    = OpClear;
      op_o.qp    = qp_t'(index_q);
    end
  end

  always_ff @(posedge clk_i) begin
    state_q <= state_d;
    if (state_q == Looked) qp_q <= walk_qp_i;
    sent_q <= (clear_valid_o && step) || !(state_q inside {Operate, Sweep, Forget}) ? '0 : ops;
    if (clear_valid_o && step) index_q <= index_q + index_t'(1);
    if (state_q inside {Rest, Pause}) local_q <= '0;
    else if (state_q == Next) local_q <= local_q + 4'd1;
    if (state_q == Rest) first_q <= 1'b1;
    else if (state_q == Next && last) first_q <= 1'b0;
    if (state_q inside {Rest, Pause}) left_q <= 1'b0;
    else if (left_i != '0) left_q <= 1'b1;
    if (stirred) stirred_q <= 1'b1;
    else if (state_q == Rest || (state_q == Pause && stirred_q)) stirred_q <= 1'b0;
    if (state_q == Next) marks_q <= pushed_i;
    if (rst_i) begin
      state_q <= Sweep;
      index_q <= '0;
      sent_q  <= '0;
    end
  end

  // Pausing, it waits for others.
  assign busy_o = state_q != Rest && state_q != Done && (state_q != Pause || stirred_q);

endmodule
