// SPDX-License-Identifier: Apache-2.0
// A frame streams out of the transmit buffer to the wire, the loopback, or both; then its descriptors are answered and its place in the buffer
// is free. A frame that goes nowhere passes through without a read.
//
// Reads are issued ahead into a FIFO that has room for all of them, so the stream never stalls on the buffer's two cycles.

module svnic_tx_out
  import svnic_pkg::*;
  import svnic_tx_pkg::*;
  import svnic_regs_pkg::FramePad;
#(
    parameter int DataW = 512
) (
    input logic clk_i,
    input logic rst_i,

    input  logic      outgoing_valid_i,
    output logic      outgoing_ready_o,
    input  outgoing_t outgoing_i,

    output logic                   read_o,
    input  logic                   read_ready_i,
    output logic [BufferAddrW-1:0] read_addr_o,
    input  logic [      DataW-1:0] read_data_i,   // two cycles later

    output logic               wtx_valid_o,
    input  logic               wtx_ready_i,
    output logic               wtx_last_o,
    output logic [DataW/8-1:0] wtx_keep_o,
    output logic [  DataW-1:0] wtx_data_o,

    output logic               loop_valid_o,
    input  logic               loop_ready_i,
    output logic               loop_last_o,
    output logic [  DataW-1:0] loop_data_o,
    output logic [DataW/8-1:0] loop_keep_o,
    output logic [      255:0] loop_members_o,

    output logic     done_valid_o,
    input  logic     done_ready_i,
    output tx_done_t done_o,

    output addr_t freed_o,
    output logic  busy_o
);

  localparam int Bytes = DataW / 8;
  localparam int Ahead = 8;

  typedef logic [Bytes-1:0] keep_t;

  typedef struct packed {  // a beat; its data comes two cycles after its read
    logic   last;
    logic   wire_;
    logic   loop;
    logic [7:0] bytes;     // of the frame; the rest of keep is padding: zeros
    keep_t  keep;
  } beat_t;

  // ---- Reads ------------------------------------------------------------------------------------------------------------
  bytes_t offset_q, padded, left, kept;
  logic   nowhere, step, finish, room, answered, answered_room, members_room;
  beat_t  beat;
  logic [3:0] ahead_q;  // beats read, or in the FIFO

  assign padded  = outgoing_i.len < bytes_t'(FramePad) ? bytes_t'(FramePad) : outgoing_i.len;
  assign nowhere = !outgoing_i.wire_ && outgoing_i.members == '0;
  assign left    = outgoing_i.len > offset_q ? outgoing_i.len - offset_q : '0;
  assign kept    = padded - offset_q;

  assign beat = '{
      last: kept <= bytes_t'(Bytes),
      wire_: outgoing_i.wire_,
      loop: outgoing_i.members != '0,
      bytes: left > bytes_t'(Bytes) ? 8'(Bytes) : left[7:0],
      keep: kept >= bytes_t'(Bytes) ? '1 : ~(keep_t'('1) << kept)
  };

  assign room        = ahead_q != 4'(Ahead) && answered_room && members_room;
  assign read_o      = outgoing_valid_i && !nowhere && room;
  assign read_addr_o = outgoing_i.start + BufferAddrW'(offset_q);
  assign step        = read_o && read_ready_i;
  assign finish      = step && beat.last;

  // An answer and the freed place may not overtake the data: the last beat's read is on its way, and data that arrives later goes elsewhere
  // (two cycles are shorter than any read of the host).
  assign answered         = finish || (outgoing_valid_i && nowhere && answered_room);
  assign outgoing_ready_o = answered;

  always_ff @(posedge clk_i) begin
    if (step) offset_q <= beat.last ? '0 : offset_q + bytes_t'(Bytes);
    if (answered) freed_o <= outgoing_i.behind;
    if (rst_i) begin
      offset_q <= '0;
      freed_o  <= '0;
    end
  end

  // ---- Data joins its beat --------------------------------------------------------------------------------------------------
  typedef struct packed {
    logic             last;
    logic             wire_;
    logic             loop;
    keep_t            keep;
    logic [DataW-1:0] data;
  } ready_t;

  beat_t            first_q, second_q;
  logic             first_valid_q, second_valid_q;
  logic [DataW-1:0] shown;
  ready_t           ready;
  logic             ready_valid, ready_pop, unused_room;

  always_ff @(posedge clk_i) begin
    first_valid_q  <= step && !rst_i;
    second_valid_q <= first_valid_q && !rst_i;
    first_q        <= beat;
    second_q       <= first_q;
  end

  always_comb begin
    for (int b = 0; b < Bytes; b++) shown[8*b+:8] = 8'(unsigned'(b)) < second_q.bytes ? read_data_i[8*b+:8] : '0;
  end

  svnic_fifo #(
      .T    (ready_t),
      .Depth(Ahead)
  ) u_ready (
      .clk_i,
      .rst_i,
      .in_valid_i (second_valid_q),
      .in_ready_o (unused_room),
      .in_i       ('{last: second_q.last, wire_: second_q.wire_, loop: second_q.loop, keep: second_q.keep, data: shown}),
      .out_valid_o(ready_valid),
      .out_ready_i(ready_pop),
      .out_o      (ready)
  );

  always_ff @(posedge clk_i) begin
    ahead_q <= ahead_q + 4'(step) - 4'(ready_pop);
    if (rst_i) ahead_q <= '0;
  end

  // ---- Both takers take each beat, in whatever order ----------------------------------------------------------------------------
  logic wire_took_q, loop_took_q, wire_takes, loop_takes;

  assign wtx_valid_o  = ready_valid && ready.wire_ && !wire_took_q;
  assign loop_valid_o = ready_valid && ready.loop && !loop_took_q;
  assign wire_takes   = !ready.wire_ || wire_took_q || wtx_ready_i;
  assign loop_takes   = !ready.loop || loop_took_q || loop_ready_i;
  assign ready_pop    = ready_valid && wire_takes && loop_takes;

  always_ff @(posedge clk_i) begin
    wire_took_q <= ready_valid && wire_takes && !ready_pop;
    loop_took_q <= ready_valid && loop_takes && !ready_pop;
    if (rst_i) {wire_took_q, loop_took_q} <= '0;
  end

  assign wtx_last_o  = ready.last;
  assign wtx_keep_o  = ready.keep;
  assign wtx_data_o  = ready.data;
  assign loop_last_o = ready.last;
  assign loop_keep_o = ready.keep;
  assign loop_data_o = ready.data;

  // ---- Receivers of the frames whose beats are ahead -------------------------------------------------------------------------------
  logic         members_valid;
  logic [255:0] members_head;
  svnic_fifo #(
      .T    (logic [255:0]),
      .Depth(8)
  ) u_members (
      .clk_i,
      .rst_i,
      .in_valid_i (finish && beat.loop),
      .in_ready_o (members_room),
      .in_i       (outgoing_i.members),
      .out_valid_o(members_valid),
      .out_ready_i(ready_pop && ready.loop && ready.last),
      .out_o      (members_head)
  );
  // A frame longer than what is read ahead shows its receivers before its last beat is read.
  assign loop_members_o = members_valid ? members_head : outgoing_i.members;

  // ---- Answers -------------------------------------------------------------------------------------------------------------------
  svnic_fifo #(
      .T    (tx_done_t),
      .Depth(8)
  ) u_answers (
      .clk_i,
      .rst_i,
      .in_valid_i (answered),
      .in_ready_o (answered_room),
      .in_i       ('{qp: outgoing_i.qp, count: outgoing_i.count, status: outgoing_i.status}),
      .out_valid_o(done_valid_o),
      .out_ready_i(done_ready_i),
      .out_o      (done_o)
  );

  assign busy_o = outgoing_valid_i || ahead_q != '0 || done_valid_o;

`ifndef SYNTHESIS
  always_ff @(posedge clk_i) begin
    if (!rst_i && second_valid_q) begin
      has_room : assert (unused_room);
    end
  end
`endif

endmodule
