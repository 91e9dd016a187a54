// SPDX-License-Identifier: Apache-2.0
// When is nothing of a function left here? After reset all contexts, maps, vectors and timers are cleared. A function reset walks the function's 16
// local numbers (slot and vector of each), then waits until all that was on its way to dma, mgmt or off has gone. With the PF's reset nobody owns a slot.
//
//   Sweep --> Rest --> Walk --> Flush --> [Disown] --> Told (the commit) --> Done --> Rest

module svnic_event_reset
  import svnic_pkg::*;
  import svnic_event_pkg::*;
#(
    parameter int NumVfs   = 64,
    parameter int NumSlots = 512,
    parameter int NumMarks = 4
) (
    input logic clk_i,
    input logic rst_i,

    input  fn_reset_t fn_reset_i,
    output logic      fn_reset_done_o,

    output logic        sweep_o,        // after reset: everything
    output logic        clear_valid_o,  // sweep, or the PF's: maps and owners
    output logic [11:0] clear_index_o,
    output logic        op_valid_o,     // OpClear, when it is a slot's turn
    output op_t         op_o,
    output logic        hold_o,         // the host waits
    input  logic        host_busy_i,    // ... but what it began is ended before the walk: it may give the function a slot

    output logic   walk_valid_o,        // never waits
    output local_t walk_local_o,
    input  logic   pipe_busy_i,

    input mark_t [NumMarks-1:0] pushed_i,  // FIFOs that must have passed on what they have of the function
    input mark_t [NumMarks-1:0] popped_i,

    output logic    busy_o,
    output commit_t commit_o
);

  localparam int MapW = $clog2(NumVfs + 1) + 4;
  localparam int IndexW = MapW > $clog2(NumSlots) ? MapW : $clog2(NumSlots);
  typedef logic [IndexW-1:0] sweep_index_t;

  typedef enum logic [2:0] {
    Sweep,
    Rest,
    Walk,
    Flush,
    Disown,
    Told,
    Done
  } state_e;

  state_e               state_d, state_q;
  sweep_index_t         index_q;
  local_t               local_q;
  logic                 settled_q, flushed;
  mark_t [NumMarks-1:0] marks_q;
  host_arg_t            keep;

  always_comb begin
    flushed = settled_q;
    for (int i = 0; i < NumMarks; i++) if ($signed(popped_i[i] - marks_q[i]) < 0) flushed = 1'b0;
  end

  always_comb begin
    state_d = state_q;
    unique case (state_q)
      Sweep:   if (index_q == '1) state_d = Rest;
      Rest:    if (fn_reset_i.valid && !host_busy_i) state_d = Walk;
      Walk:    if (local_q == '1) state_d = Flush;
      Flush:   if (flushed) state_d = fn_reset_i.func == '0 ? Disown : Told;
      Disown:  if (index_q == '1) state_d = Told;
      Told:    state_d = Done;
      default: if (!fn_reset_i.valid) state_d = Rest;
    endcase
  end

  always_ff @(posedge clk_i) begin
    state_q <= state_d;
    index_q <= clear_valid_o ? index_q + sweep_index_t'(1) : '0;
    local_q <= state_q == Walk ? local_q + 4'd1 : '0;
    // what was decided before is in the FIFOs when the pipeline has run empty of the walk
    settled_q <= state_q == Flush && (settled_q || !pipe_busy_i);
    if (!settled_q) marks_q <= pushed_i;
    if (rst_i) begin
      state_q   <= Sweep;
      index_q   <= '0;
      settled_q <= 1'b0;
    end
  end

  assign sweep_o         = state_q == Sweep;
  assign clear_valid_o   = state_q inside {Sweep, Disown};
  assign clear_index_o   = 12'(index_q);
  assign keep            = '{write: state_q == Disown, default: '0};
  assign op_valid_o      = clear_valid_o && 32'(index_q) < NumSlots;
  assign op_o            = '{op: OpClear, slot: slot_t'(index_q), arg: keep, default: '0};
  assign hold_o          = state_q inside {Sweep, Walk, Flush, Disown, Told} || (state_q == Rest && fn_reset_i.valid);
  assign walk_valid_o    = state_q == Walk;
  assign walk_local_o    = local_q;
  assign fn_reset_done_o = state_q == Done;
  assign busy_o          = state_q != Rest && state_q != Done;
  assign commit_o        = state_q == Told ? '{kind: EventReset, a: fn_reset_i.func, default: '0} : '0;

  logic unused;
  assign unused = fn_reset_i.conventional;

endmodule
