// SPDX-License-Identifier: Apache-2.0
// What queues have to say, in the order of decisions: events to the event unit, stops also to mgmt. Both directions may decide in the same
// cycle; an operation of the host comes last in its cycle.

module svnic_queue_tell
  import svnic_pkg::*;
  import svnic_queue_pkg::*;
(
    input logic clk_i,
    input logic rst_i,

    input  tell_t [1:0] tell_i,
    input  logic        swap_i,  // the second one is first
    output logic        room_o,

    output logic   raise_valid_o,
    input  logic   raise_ready_i,
    output raise_t raise_o,
    output logic   note_valid_o,
    input  logic   note_ready_i,
    output note_t  note_o,

    output mark_t [1:0] pushed_o,
    output mark_t [1:0] popped_o,
    output logic        busy_o
);

  // ---- Raises: up to four of an entry, one after the other ---------------------------------------------------------------------
  tell_t [1:0] in, head;
  logic        valid, note_room, pass, stopped;
  logic [3:0]  todo, done_q, next;
  tell_t       now;

  assign in[0] = tell_i[swap_i];
  assign in[1] = tell_i[!swap_i];

  svnic_queue_fifo #(
      .T    (tell_t [1:0]),
      .Depth(16),
      .Slack(4)
  ) u_tells (
      .clk_i,
      .rst_i,
      .in_valid_i (|{in[0].queue_event, in[0].stopped_event, in[1].queue_event, in[1].stopped_event}),
      .in_i       (in),
      .room_o,
      .out_valid_o(valid),
      .out_ready_i(pass && next == todo),
      .out_o      (head),
      .pushed_o   (pushed_o[0]),
      .popped_o   (popped_o[0])
  );

  assign todo = {head[1].stopped_event, head[1].queue_event, head[0].stopped_event, head[0].queue_event} & ~done_q;
  assign next = todo & (~todo + 4'd1);  // the lowest
  assign now  = |next[1:0] ? head[0] : head[1];

  assign stopped = next[1] || next[3];

  assign raise_valid_o = valid && note_room;
  assign raise_o       = '{func: now.func, slot: stopped ? '0 : now.slot, source: now.source, stopped: stopped, movable: now.movable};
  assign pass          = raise_valid_o && raise_ready_i;

  always_ff @(posedge clk_i) begin
    if (pass) done_q <= next == todo ? '0 : done_q | next;
    if (rst_i) done_q <= '0;
  end

  // ---- Notes ---------------------------------------------------------------------------------------------------------------------
  func_t func;

  svnic_queue_fifo #(
      .T    (func_t),
      .Depth(4),
      .Slack(1)
  ) u_notes (
      .clk_i,
      .rst_i,
      .in_valid_i (pass && stopped),
      .in_i       (now.func),
      .room_o     (note_room),
      .out_valid_o(note_valid_o),
      .out_ready_i(note_ready_i),
      .out_o      (func),
      .pushed_o   (pushed_o[1]),
      .popped_o   (popped_o[1])
  );

  logic unused;
  assign unused = ^now;

  assign note_o = '{func: func, error: 1'b1, bit_no: 3'd1, default: '0};  // ERROR.queue_stopped

  assign busy_o = valid || note_valid_o;

endmodule
