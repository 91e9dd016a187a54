// SPDX-License-Identifier: Apache-2.0
// A frame goes to its receivers, one after the other in ascending order. Each that may receive asks the queue block for buffers; the answers
// come back in order and become payload writes. A frame is over behind the payload writes of its last receiver: then its place in the buffer is free.
//
//   addressed frames -> turns (receiver by receiver) -> answers of the queue block -> payload writes -> completions
//
// Several turns may be ahead of the answers, several payload writes ahead of their grants.

module svnic_rx_deliver
  import svnic_pkg::*;
  import svnic_rx_pkg::*;
  import svnic_regs_pkg::StatRxFrames, svnic_regs_pkg::StatRxMulticast, svnic_regs_pkg::StatRxDropNoDesc,
      svnic_regs_pkg::StatRxDropDisabled;
(
    input logic clk_i,
    input logic rst_i,

    input logic [255:0] may_receive_i,  // link, receive enable, not in reset

    input  logic       addressed_valid_i,
    output logic       addressed_ready_o,
    input  addressed_t addressed_i,

    output logic       take_valid_o,
    input  logic       take_ready_i,
    output rx_take_t   take_o,
    input  logic       buffer_valid_i,
    output logic       buffer_ready_o,
    input  rx_buffer_t buffer_i,

    output logic     rx_done_valid_o,
    input  logic     rx_done_ready_i,
    output rx_done_t rx_done_o,
    output logic     wr_valid_o,
    input  logic     wr_ready_i,
    output wr_req_t  wr_req_o,
    input  logic     src_done_i,
    output addr_t    freed_o,

    output logic    note_valid_o,
    input  logic    note_ready_i,
    output note_t   note_o,
    output logic    busy_o,
    output commit_t commit_o
);

  // ---- Turns: the lowest receiver that has not had its turn ------------------------------------------------------------
  logic [255:0] had_q, left;      // of the frame in hand
  func_t        lowest;
  logic         none, turn, turn_room, take_room, may;
  turn_t        next_turn;

  assign left = addressed_i.members & ~had_q;
  assign none = left == '0;
  assign may  = may_receive_i[lowest];

  svnic_first_one u_lowest (
      .bits_i (left),
      .index_o(lowest)
  );

  assign turn              = addressed_valid_i && turn_room && take_room;
  assign addressed_ready_o = turn && none;

  always_ff @(posedge clk_i) begin
    if (turn) had_q[lowest] <= 1'b1;
    if (rst_i || (turn && none)) had_q <= '0;
  end

  assign next_turn = '{
      over: none,
      disabled: !may,
      func: lowest,
      start: addressed_i.start,
      behind: addressed_i.behind,
      len: addressed_i.len,
      loopback: addressed_i.loopback,
      multicast: addressed_i.multicast
  };
  assign commit_o = turn && !none ? '{kind: RxMember, a: lowest, default: '0} : '0;

  logic  now_valid, now_pop;
  turn_t now;

  svnic_fifo #(
      .T    (turn_t),
      .Depth(16)
  ) u_turns (
      .clk_i,
      .rst_i,
      .in_valid_i (turn),
      .in_ready_o (turn_room),
      .in_i       (next_turn),
      .out_valid_o(now_valid),
      .out_ready_i(now_pop),
      .out_o      (now)
  );

  svnic_fifo #(
      .T    (rx_take_t),
      .Depth(16)
  ) u_takes (
      .clk_i,
      .rst_i,
      .in_valid_i (turn && !none && may),
      .in_ready_o (take_room),
      .in_i       ('{func: lowest, len: addressed_i.len}),
      .out_valid_o(take_valid_o),
      .out_ready_i(take_ready_i),
      .out_o      (take_o)
  );

  // ---- Answers become payload writes ----------------------------------------------------------------------------------------
  place_t   src_q, src;
  logic     first_q, answer, step, ends, payload_room, note_room;
  payload_t payload, next_payload;
  logic     payload_valid, payload_pop;

  assign src    = first_q ? now.start : src_q;
  assign answer = now_valid && !now.over && !now.disabled;
  assign step   = now_valid && payload_room && note_room && (buffer_valid_i || !answer);
  assign ends   = !answer || !buffer_i.ok || buffer_i.last;
  assign now_pop        = step && ends;
  assign buffer_ready_o = step && answer;

  always_ff @(posedge clk_i) begin
    if (step && answer) begin
      first_q <= ends;
      src_q   <= src + place_t'(buffer_i.len);
    end
    if (rst_i) first_q <= 1'b1;
  end

  assign next_payload = '{
      over: now.over,
      behind: now.behind,
      func: now.func,
      addr: buffer_i.addr,
      len: buffer_i.len,
      src: src,
      done: '{qp: buffer_i.qp, len: buffer_i.len, last: buffer_i.last, loopback: now.loopback}
  };

  svnic_fifo #(
      .T    (payload_t),
      .Depth(64)
  ) u_payloads (
      .clk_i,
      .rst_i,
      .in_valid_i (step && (now.over || (answer && buffer_i.ok))),
      .in_ready_o (payload_room),
      .in_i       (next_payload),
      .out_valid_o(payload_valid),
      .out_ready_i(payload_pop),
      .out_o      (payload)
  );

  // ---- Notes: one of frames and bytes, or of the drop; then, for a multicast frame, another one -----------------------------------
  note_t note;
  func_t multicast_func_q;
  logic  multicast_q;  // the second one is due
  logic  notes_room, note_due;
  always_comb begin
    note = '{func: now.func, count: 1'b1, amount: bytes_t'(1), default: '0};
    if (now.disabled) note.stat = StatRxDropDisabled;
    else if (!buffer_i.ok) note.stat = StatRxDropNoDesc;
    else begin
      note.stat  = StatRxFrames;
      note.also  = 1'b1;
      note.bytes = now.len;
    end
    if (multicast_q) note = '{func: multicast_func_q, count: 1'b1, stat: StatRxMulticast, amount: bytes_t'(1), default: '0};
  end

  assign note_due  = now_pop && !now.over;
  assign note_room = notes_room && !multicast_q;

  always_ff @(posedge clk_i) begin
    multicast_q <= (note_due && answer && buffer_i.ok && now.multicast) || (multicast_q && !notes_room);
    if (note_due) multicast_func_q <= now.func;
    if (rst_i) multicast_q <= 1'b0;
  end

  svnic_fifo #(
      .T    (note_t),
      .Depth(8)
  ) u_notes (
      .clk_i,
      .rst_i,
      .in_valid_i (note_due || multicast_q),
      .in_ready_o (notes_room),
      .in_i       (note),
      .out_valid_o(note_valid_o),
      .out_ready_i(note_ready_i),
      .out_o      (note_o)
  );

  // ---- Payload writes; what was granted waits until its data was read ----------------------------------------------------------------
  typedef struct packed {
    logic  over;
    addr_t behind;
  } granted_t;

  granted_t granted;
  logic     grant, granted_room, granted_valid, granted_pop, done_room;

  assign wr_valid_o  = payload_valid && !payload.over && granted_room && done_room;
  assign wr_req_o    = '{func: payload.func, addr: payload.addr, len: payload.len, src: 18'(payload.src), data: '0};
  assign grant       = wr_valid_o && wr_ready_i;
  assign payload_pop = grant || (payload_valid && payload.over && granted_room);

  svnic_fifo #(
      .T    (granted_t),
      .Depth(64)
  ) u_granted (
      .clk_i,
      .rst_i,
      .in_valid_i (payload_pop),
      .in_ready_o (granted_room),
      .in_i       ('{over: payload.over, behind: payload.behind}),
      .out_valid_o(granted_valid),
      .out_ready_i(granted_pop),
      .out_o      (granted)
  );

  svnic_fifo #(
      .T    (rx_done_t),
      .Depth(8)
  ) u_done (
      .clk_i,
      .rst_i,
      .in_valid_i (grant),
      .in_ready_o (done_room),
      .in_i       (payload.done),
      .out_valid_o(rx_done_valid_o),
      .out_ready_i(rx_done_ready_i),
      .out_o      (rx_done_o)
  );

  logic [6:0] early_q;  // ends of reads that met an `over` at the head
  // src_done may come in the cycle of the grant's successor at the earliest, so what it ends is in the FIFO.
  assign granted_pop = granted_valid && (granted.over || src_done_i || early_q != '0);

  always_ff @(posedge clk_i) begin
    early_q <= early_q + 7'(src_done_i) - 7'(granted_pop && !granted.over);
    if (granted_pop && granted.over) freed_o <= granted.behind;
    if (rst_i) begin
      early_q <= '0;
      freed_o <= '0;
    end
  end

  assign busy_o = addressed_valid_i || now_valid || payload_valid || granted_valid || rx_done_valid_o || note_valid_o || multicast_q;

endmodule
