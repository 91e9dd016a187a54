// SPDX-License-Identifier: Apache-2.0
// Proof for svnic_queue_tell with its FIFOs, any decisions, any patience of the event block and of mgmt: what a decision tells is raised once, unchanged, in the
// order of decisions, and nothing else is; each stop is a note too. With svnic_queue_decide's proof: armed and passed leads to a raise. One event is
// watched, the one told when pick_i says so. What the neighbours promise (svnic_queue: whoever may tell asks room_o three cycles before) is done here.

module svnic_queue_tell_formal
  import svnic_pkg::*;
  import svnic_queue_pkg::*;
(
    input logic        clk_i,
    input tell_t [1:0] tell_i,
    input logic        swap_i,
    input logic        go_i,          // an operation that may tell goes into the pipeline
    input logic        raise_ready_i,
    input logic        note_ready_i,
    input logic        pick_i,
    input logic [1:0]  pick_which_i   // of up to four of a decision
);

  localparam int Depth = 16;

  logic        started_q = 1'b0;
  logic        rst, room, raise_valid, note_valid, busy;
  logic [2:0]  way_q;         // operations in the pipeline, the last is decided now
  tell_t [1:0] tell;
  raise_t      raise;
  note_t       note;
  mark_t [1:0] pushed, popped;

  assign rst = !started_q;

  always_comb begin
    tell = tell_i;
    if (!way_q[1] || rst)
      for (int d = 0; d < 2; d++) {tell[d].queue_event, tell[d].stopped_event} = '0;
  end

  svnic_queue_tell u_tell (
      .clk_i,
      .rst_i        (rst),
      .tell_i       (tell),
      .swap_i,
      .room_o       (room),
      .raise_valid_o(raise_valid),
      .raise_ready_i,
      .raise_o      (raise),
      .note_valid_o (note_valid),
      .note_ready_i,
      .note_o       (note),
      .pushed_o     (pushed),
      .popped_o     (popped),
      .busy_o       (busy)
  );

  // ---- What is told, in order ----------------------------------------------------------------------------------------------------------------
  logic [3:0]   told;      // of the two directions, event before stop
  raise_t [3:0] events;
  logic [2:0]   ahead;    // of this decision, before the one that is picked
  logic [2:0]   many;
  tell_t        first;

  always_comb begin
    for (int i = 0; i < 2; i++) begin
      first         = tell[1'(i) ^ swap_i];
      told[2*i]     = first.queue_event;
      told[2*i+1]   = first.stopped_event;
      events[2*i]   = '{func: first.func, slot: first.slot, source: first.source, stopped: 1'b0, movable: first.movable};
      events[2*i+1] = '{func: first.func, slot: '0, source: first.source, stopped: 1'b1, movable: first.movable};
    end
    ahead = '0;
    many   = '0;
    for (int i = 0; i < 4; i++) begin
      if (2'(i) < pick_which_i) ahead += 3'(told[i]);
      many += 3'(told[i]);
    end
  end

  logic       passes, watches, inside_q;
  logic [6:0] waiting_q, before_q;   // events told and not raised; of them before the watched one
  logic [6:0] stops_q;               // stops raised, and not noted
  raise_t     watched_q;

  assign passes  = raise_valid && raise_ready_i;
  assign watches = pick_i && told[pick_which_i] && !inside_q;

  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    way_q     <= rst ? '0 : {way_q[1:0], go_i && room};
    waiting_q <= waiting_q + 7'(many) - 7'(passes);
    stops_q   <= stops_q + 7'(passes && raise.stopped) - 7'(note_valid && note_ready_i);
    if (watches) begin
      inside_q  <= 1'b1;
      watched_q <= events[pick_which_i];
      before_q  <= waiting_q + 7'(ahead) - 7'(passes);
    end else if (inside_q && passes) begin
      before_q <= before_q - 7'd1;
      if (before_q == '0) inside_q <= 1'b0;
    end
    if (rst) {waiting_q, stops_q, inside_q, before_q} <= '0;
  end

  always_ff @(posedge clk_i)
    if (!rst) begin
      raised_in_its_turn :
      assert (!(inside_q && before_q == '0 && raise_valid) || raise == watched_q);
      never_forgotten :
      assert (!inside_q || before_q < waiting_q);
      raised_if_anything_waits :
      assert (raise_valid == (waiting_q != '0 && stops_q < 7'd4));
      stop_is_noted :
      assert (note_valid == (stops_q != '0));
      note_is_a_stop :
      assert (!note_valid || (note.error && note.bit_no == 3'd1 && !note.count));
      never_overflows :
      assert (pushed[0] - popped[0] <= mark_t'(Depth) && pushed[1] - popped[1] <= mark_t'(4));

      c_four :
      cover (many == 3'd4 && waiting_q != '0);
      c_watched :
      cover (inside_q && before_q == '0 && passes && watched_q.stopped && watched_q.func != '0);
      c_held_by_notes :
      cover (waiting_q != '0 && !raise_valid);
      c_swapped :
      cover (swap_i && told == 4'b0101 && watches);
    end

  logic unused;
  assign unused = busy;

endmodule
