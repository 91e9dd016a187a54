// SPDX-License-Identifier: Apache-2.0
// Who hears of what, when, and how? Slots: what waits for a CPU of a function is written to its event ring, and its MSI-X message goes out when
// the hold-off is over. docs/architecture.md 3, docs/programming.md 6.
//
//   host, resets, raised events --> map --+
//   posts, notifications, stops,          +--> context (one decision per cycle) --+--> entries --> dma
//   unmasked vectors ---------------------+        ^                              +--> vectors --> dma (behind the entries before them)
//                                                  +-- work lists, timer <--------+
//
// What decides is svnic_event_decide (slots) and svnic_msix (vectors); the rest are lists, FIFOs and formats around them.

module svnic_event
  import svnic_pkg::*;
  import svnic_event_pkg::*;
#(
    parameter int NumVfs   = 64,
    parameter int NumSlots = 512
) (
    input logic         clk_i,
    input logic         rst_i,
    input nanoseconds_t now_i,
    input functions_t   functions_i,
    input logic [255:0] redirect_i,   // what the PF allows a function
    input logic [255:0] rescue_i,

    input  logic      reg_valid_i,
    input  reg_req_t  reg_req_i,
    output reg_rsp_t  reg_rsp_o,
    input  fn_reset_t fn_reset_i,
    output logic      fn_reset_done_o,

    input  logic     raise_valid_i,
    output logic     raise_ready_o,
    input  raise_t   raise_i,
    input  logic     control_valid_i,
    output logic     control_ready_o,
    input  control_t control_i,

    output logic    wr_event_valid_o,
    input  logic    wr_event_ready_i,
    output wr_req_t wr_event_o,
    output logic    wr_msix_valid_o,
    input  logic    wr_msix_ready_i,
    output wr_req_t wr_msix_o,

    output logic  note_valid_o,
    input  logic  note_ready_i,
    output note_t note_o,

    input logic [15:0] wr_granted_i,
    input logic [15:0] wr_left_i,

    output logic                       due_valid_o,
    output nanoseconds_t               due_o,
    output logic                       busy_o,
    output commit_t [CommitsEvent-1:0] commit_o
);

  // ---- Operations: what was looked up never waits; of the others one, the first that has something and room -------------------------------------
  localparam int Own = 0, AtOnce = 1, Timed = 2, Post = 3, Stop = 4, Unmask = 5;
  localparam int Requesters = 6;

  logic [Requesters-1:0] op_valid, op_ready;
  op_t  [Requesters-1:0] op;
  logic                  clear_op_valid, looked_valid, pipe_valid;
  op_t                   clear_op, looked, pipe_op;

  always_comb begin
    op_ready   = '0;
    pipe_valid = clear_op_valid || looked_valid;
    pipe_op    = clear_op_valid ? clear_op : looked;
    for (int i = 0; i < Requesters; i++)
      if (!pipe_valid && op_valid[i]) begin
        op_ready[i] = 1'b1;
        pipe_valid  = 1'b1;
        pipe_op     = op[i];
      end
  end

  logic        decided_valid, pipe_busy, answered;
  op_t         decided;
  func_t       decided_func, vector_func;
  local_t      vector;
  decision_t   decision;
  entry_t      entry;
  after_t      after;
  nanoseconds_t decided_due;
  logic        about_valid;  // FUNCTION events of the PF's slot 0
  func_t       about;

  svnic_event_context #(
      .NumSlots(NumSlots)
  ) u_context (
      .clk_i,
      .rst_i,
      .now_i,
      .in_reset_i      (functions_i.in_reset),
      .rescue_i,
      .op_valid_i      (pipe_valid),
      .op_i            (pipe_op),
      .function_valid_i(about_valid),
      .function_i      (about),
      .vector_func_o   (vector_func),
      .vector_o        (vector),
      .decided_valid_o (decided_valid),
      .decided_o       (decided),
      .decided_func_o  (decided_func),
      .decided_due_o   (decided_due),
      .decision_o      (decision),
      .entry_o         (entry),
      .after_o         (after),
      .busy_o          (pipe_busy)
  );

  // ---- Local numbers -------------------------------------------------------------------------------------------------------------
  logic        sweeping, clearing, host_held, host_busy, walk_valid, map_busy, reset_busy, room_note, room_entry, room_send;
  logic        rescue_valid, rescue_ready, rescue_room;
  rescue_t     rescue;
  logic [11:0] clear_index;
  local_t      walk_local;
  mark_t [3:0] pushed, popped;  // entries, vectors, notes, stops

  svnic_event_map #(
      .NumVfs  (NumVfs),
      .NumSlots(NumSlots)
  ) u_map (
      .clk_i,
      .rst_i,
      .now_i,
      .redirect_i,
      .hold_i         (host_held),
      .host_room_i    (room_note && rescue_room),
      .reg_valid_i,
      .reg_req_i,
      .answered_i     (answered),
      .usable_changes_i(decision.usable_changes),
      .usable_i       (decision.usable),
      .host_busy_o    (host_busy),
      .walk_valid_i   (walk_valid),
      .walk_func_i    (fn_reset_i.func),
      .walk_local_i   (walk_local),
      .room_i         (room_note),
      .rescue_valid_i (rescue_valid),
      .rescue_ready_o (rescue_ready),
      .rescue_i       (rescue),
      .raise_valid_i,
      .raise_ready_o,
      .raise_i,
      .control_valid_i,
      .control_ready_o,
      .control_i,
      .looked_valid_o (looked_valid),
      .looked_o       (looked),
      .own_valid_o    (op_valid[Own]),
      .own_ready_i    (op_ready[Own]),
      .own_o          (op[Own]),
      .clear_valid_i  (clearing),
      .clear_index_i  (clear_index),
      .busy_o         (map_busy),
      .commit_o       (commit_o[3])
  );

  svnic_event_reset #(
      .NumVfs  (NumVfs),
      .NumSlots(NumSlots),
      .NumMarks(4)
  ) u_reset (
      .clk_i,
      .rst_i,
      .fn_reset_i,
      .fn_reset_done_o,
      .sweep_o      (sweeping),
      .clear_valid_o(clearing),
      .clear_index_o(clear_index),
      .op_valid_o   (clear_op_valid),
      .op_o         (clear_op),
      .hold_o       (host_held),
      .host_busy_i  (host_busy),
      .walk_valid_o (walk_valid),
      .walk_local_o (walk_local),
      .pipe_busy_i  (pipe_busy || looked_valid || rescue_valid),
      .pushed_i     (pushed),
      .popped_i     (popped),
      .busy_o       (reset_busy),
      .commit_o     (commit_o[2])
  );

  assign answered = decided_valid && decided.answer;

  svnic_fifo #(
      .T    (rescue_t),
      .Depth(4)
  ) u_rescues (
      .clk_i,
      .rst_i,
      .in_valid_i (decision.rescue),
      .in_ready_o (rescue_room),
      .in_i       ('{func: decided_func, slot: decided.local_slot}),
      .out_valid_o(rescue_valid),
      .out_ready_i(rescue_ready),
      .out_o      (rescue)
  );

  // ---- Vectors --------------------------------------------------------------------------------------------------------------------
  logic [31:0] msix_rdata;
  logic        send, found, unmasked, unmask_busy;
  func_t       send_func;
  vector_t     send_vector;
  local_t      found_vector;

  svnic_msix #(
      .NumVfs(NumVfs)
  ) u_msix (
      .clk_i,
      .rst_i,
      .functions_i,
      .func_i        (vector_func),
      .vector_i      (vector),
      .valid_i       (decided_valid),
      .op_i          (decided),
      .notify_i      (decision.notify),
      .rdata_o       (msix_rdata),
      .send_o        (send),
      .func_o        (send_func),
      .entry_o       (send_vector),
      .found_o       (found),
      .found_vector_o(found_vector),
      .unmasked_o    (unmasked),
      .commit_o      (commit_o[1]),
      .sweep_i       (sweeping),
      .sweep_index_i (clear_index)
  );

  logic unmask_valid;
  svnic_event_unmask u_unmask (
      .clk_i,
      .rst_i,
      .functions_i,
      .unmasked_i(unmasked),
      .func_i    (send_func),
      .op_valid_o(unmask_valid),
      .op_ready_i(op_ready[Unmask]),
      .op_o      (op[Unmask]),
      .decided_i (decided_valid && decided.op inside {OpCheck, OpSend}),
      .found_i   (found),
      .vector_i  (found_vector),
      .busy_o    (unmask_busy)
  );
  assign op_valid[Unmask] = unmask_valid && room_send;

  assign reg_rsp_o = '{ack: answered, bad: answered && decision.bad, rdata: answered ? decision.rdata | msix_rdata : '0};

  // ---- Work lists: who may post; whose hold-off of 0 is over ----------------------------------------------------------------------------------
  logic  post_wanted, at_once_wanted;
  slot_t post_slot, at_once_slot;

  svnic_queue_list #(
      .NumQps(NumSlots)
  ) u_posts (
      .clk_i,
      .rst_i,
      .update_valid_i(after.valid),
      .update_qp_i   (after.slot),
      .update_wants_i(after.post),
      .update_turn_i (after.posted),
      .valid_o       (post_wanted),
      .ready_i       (op_ready[Post]),
      .qp_o          (post_slot)
  );
  assign op_valid[Post] = post_wanted && room_entry && room_note;
  assign op[Post]       = '{op: OpPost, slot: post_slot, default: '0};

  svnic_queue_list #(
      .NumQps(NumSlots)
  ) u_at_once (
      .clk_i,
      .rst_i,
      .update_valid_i(after.valid),
      .update_qp_i   (after.slot),
      .update_wants_i(after.notify),
      .update_turn_i (after.notified),
      .valid_o       (at_once_wanted),
      .ready_i       (op_ready[AtOnce]),
      .qp_o          (at_once_slot)
  );
  assign op_valid[AtOnce] = at_once_wanted && room_send && room_note;
  assign op[AtOnce]       = '{op: OpNotify, slot: at_once_slot, default: '0};

  // ---- Hold-offs ----------------------------------------------------------------------------------------------------------------------
  logic  timer_valid, timer_busy;
  slot_t timer_slot;

  svnic_event_timer #(
      .NumSlots(NumSlots)
  ) u_timer (
      .clk_i,
      .rst_i,
      .change_valid_i(decided_valid && decision.holds_changed && !sweeping),
      .change_slot_i (decided.slot),
      .change_set_i  (decision.holds),
      .change_due_i  (decided_due),
      .sweep_i       (sweeping),
      .sweep_index_i (clear_index),
      .now_i,
      .fire_valid_o  (timer_valid),
      .fire_ready_i  (op_ready[Timed]),
      .fire_slot_o   (timer_slot),
      .due_valid_o,
      .due_o,
      .busy_o        (timer_busy)
  );
  assign op_valid[Timed] = timer_valid && room_send && room_note;
  assign op[Timed]       = '{op: OpNotify, slot: timer_slot, default: '0};

  // ---- FUNCTION events of the PF's slot 0: each function once, in the order in which they came ---------------------------------------------------
  logic [255:0] about_q;
  logic         about_push, about_room, about_pop, about_forget;
  source_arg_t  control_arg;

  assign control_arg  = source_arg_t'(decided.arg[$bits(source_arg_t)-1:0]);
  assign about_pop    = decision.post && decision.function_;
  assign about_push   = decision.function_waits && !about_q[control_arg.source];
  assign about_forget = decision.forget_functions;

  svnic_fifo #(
      .T    (func_t),
      .Depth(256)
  ) u_about (
      .clk_i,
      .rst_i      (rst_i || about_forget),
      .in_valid_i (about_push),
      .in_ready_o (about_room),
      .in_i       (control_arg.source),
      .out_valid_o(about_valid),
      .out_ready_i(about_pop),
      .out_o      (about)
  );

  always_ff @(posedge clk_i) begin
    if (about_pop) about_q[about] <= 1'b0;
    if (about_push) about_q[control_arg.source] <= 1'b1;
    if (rst_i || about_forget) about_q <= '0;
  end

  // ---- Draining: off when what was written until then has left ------------------------------------------------------------------------------------
  typedef struct packed {
    slot_t slot;
    mark_t entries;
    mark_t sends;
  } stop_t;

  stop_t       stop;
  logic        stop_wanted, stop_room, passed, passed_q, left;
  logic [15:0] granted_q;

  svnic_queue_fifo #(
      .T    (stop_t),
      .Depth(NumSlots),
      .Slack(1)
  ) u_stops (
      .clk_i,
      .rst_i,
      .in_valid_i (decision.drains),
      .in_i       ('{slot: decided.slot, entries: pushed[0], sends: pushed[1]}),
      .room_o     (stop_room),  // one place for each slot: always
      .out_valid_o(stop_wanted),
      .out_ready_i(op_ready[Stop]),
      .out_o      (stop),
      .pushed_o   (pushed[3]),
      .popped_o   (popped[3])
  );

  assign passed = stop_wanted && $signed(popped[0] - stop.entries) >= 0 && $signed(popped[1] - stop.sends) >= 0;
  assign left   = $signed(wr_left_i - granted_q) >= 0;

  always_ff @(posedge clk_i) begin
    passed_q <= passed && !op_ready[Stop] && !rst_i;
    if (!passed_q) granted_q <= wr_granted_i;
  end

  assign op_valid[Stop] = passed_q && left;
  assign op[Stop]       = '{op: OpStop, slot: stop.slot, default: '0};

  // ---- To dma: an MSI-X message goes behind all entries that were posted before it ------------------------------------------------------------------
  typedef struct packed {
    func_t   func;
    vector_t entry;
    mark_t   entries;
  } send_t;

  entry_t out;
  send_t  message;
  logic   message_valid;

  svnic_queue_fifo #(
      .T    (entry_t),
      .Depth(8),
      .Slack(4)
  ) u_entries (
      .clk_i,
      .rst_i,
      .in_valid_i (decision.post),
      .in_i       (entry),
      .room_o     (room_entry),
      .out_valid_o(wr_event_valid_o),
      .out_ready_i(wr_event_ready_i),
      .out_o      (out),
      .pushed_o   (pushed[0]),
      .popped_o   (popped[0])
  );
  assign wr_event_o = '{func: out.func, addr: out.addr, len: bytes_t'(8), src: '0, data: 512'(out.entry)};

  svnic_queue_fifo #(
      .T    (send_t),
      .Depth(8),
      .Slack(4)
  ) u_sends (
      .clk_i,
      .rst_i,
      .in_valid_i (send),
      .in_i       ('{func: send_func, entry: send_vector, entries: pushed[0]}),
      .room_o     (room_send),
      .out_valid_o(message_valid),
      .out_ready_i(wr_msix_ready_i && wr_msix_valid_o),
      .out_o      (message),
      .pushed_o   (pushed[1]),
      .popped_o   (popped[1])
  );
  assign wr_msix_valid_o = message_valid && $signed(popped[0] - message.entries) >= 0;
  assign wr_msix_o = '{func: message.func, addr: {message.entry.address, 2'd0}, len: bytes_t'(4), src: '0, data: 512'(message.entry.data)};

  // ---- To mgmt ------------------------------------------------------------------------------------------------------------------------------
  note_t note;

  always_comb begin
    note        = '0;
    note.func   = decided_func;
    note.count  = decision.counts;
    note.stat   = decision.counts ? decision.stat : '0;
    note.amount = bytes_t'(decision.counts);
    note.also   = decision.also;
    note.bytes  = bytes_t'(decision.also);
    note.error  = decision.illegal;
    note.bit_no = decision.illegal ? 3'd3 : '0;  // ERROR.illegal acknowledgement
  end

  svnic_queue_fifo #(
      .T    (note_t),
      .Depth(8),
      .Slack(4)
  ) u_notes (
      .clk_i,
      .rst_i,
      .in_valid_i (decision.counts || decision.illegal),
      .in_i       (note),
      .room_o     (room_note),
      .out_valid_o(note_valid_o),
      .out_ready_i(note_ready_i),
      .out_o      (note_o),
      .pushed_o   (pushed[2]),
      .popped_o   (popped[2])
  );

  // A stop that waits for dma's writes to leave is dma's business.
  assign busy_o = pipe_busy || map_busy || reset_busy || unmask_busy || timer_busy || post_wanted || at_once_wanted || wr_event_valid_o
                || message_valid || note_valid_o || stop_wanted;

  assign commit_o[0] = decision.commit;

`ifndef SYNTHESIS
  always_ff @(posedge clk_i) begin
    if (!rst_i) begin
      about_has_room : assert (!about_push || about_room);
      raise_is_decided : assert (!(clear_op_valid && looked_valid && looked.op == OpRaise));  // queue has none then
    end
  end
`endif

  logic unused;
  assign unused = ^{functions_i, about_room, stop_room, decision, control_arg};

endmodule
