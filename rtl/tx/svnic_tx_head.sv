// SPDX-License-Identifier: Apache-2.0
// The oldest complete frame: its fate. A frame with an error, or of a function in reset, goes no further; any other one is looked up.
//
//   Idle --error, in reset--> Idle (nothing is sent)
//     \--> Read --> Wait --> Ask --switch samples--> Answer --forward--> Idle
//
// TxOut is committed where the frame's fate is fixed: with the drop, or when the switch samples.

module svnic_tx_head
  import svnic_pkg::*;
  import svnic_tx_pkg::*;
  import svnic_regs_pkg::StatTxFrames, svnic_regs_pkg::StatTxErrors, svnic_regs_pkg::StatTxDropSpoof,
      svnic_regs_pkg::StatTxDropDisabled, svnic_regs_pkg::ErrorCodeDataDma, svnic_regs_pkg::FramePad;
(
    input logic clk_i,
    input logic rst_i,

    input logic [255:0] in_reset_i,
    input logic         carrier_i,

    input  logic   oldest_valid_i,
    input  frame_t oldest_i,
    input  logic   oldest_error_i,
    output logic   oldest_pop_o,

    output logic        read_o,       // of the frame's first bytes
    input  logic [95:0] addresses_i,  // two cycles later, and until the next read of anybody

    output logic     lookup_valid_o,
    input  logic     lookup_ready_i,
    output lookup_t  lookup_o,
    input  logic     forward_valid_i,
    input  forward_t forward_i,

    output logic      outgoing_valid_o,
    input  logic      outgoing_ready_i,
    output outgoing_t outgoing_o,

    output logic    note_valid_o,
    input  logic    note_ready_i,
    output note_t   note_o,
    output commit_t commit_o
);

  typedef enum logic [2:0] {
    Idle,
    Read,
    Wait,
    Ask,
    Answer
  } state_e;

  localparam logic [2:0] SpoofedBit = 3'd4;  // of ERROR

  state_e      state_d, state_q;
  logic [95:0] addresses_q;
  logic        in_reset, bad, drop, carrier_q, reset_q;
  logic        room;  // for the frame's outcome
  logic [7:0]  status;
  bytes_t      padded;

  assign in_reset = in_reset_i[oldest_i.func];
  assign bad      = oldest_i.status != '0 || oldest_error_i;
  assign status   = oldest_error_i ? 8'(ErrorCodeDataDma) : oldest_i.status;
  assign drop     = state_q == Idle && oldest_valid_i && room && (bad || in_reset);
  assign padded   = oldest_i.len < bytes_t'(FramePad) ? bytes_t'(FramePad) : oldest_i.len;

  always_comb begin
    unique case (state_q)
      Idle:    state_d = oldest_valid_i && room && !drop ? Read : Idle;
      Read:    state_d = Wait;
      Wait:    state_d = Ask;
      Ask:     state_d = lookup_ready_i ? Answer : Ask;
      default: state_d = forward_valid_i ? Idle : Answer;
    endcase
  end

  always_ff @(posedge clk_i) begin
    state_q <= state_d;
    if (state_q == Wait) addresses_q <= addresses_i;
    if (lookup_ready_i) begin
      carrier_q <= carrier_i;
      reset_q   <= in_reset;
    end
    if (rst_i) state_q <= Idle;
  end

  assign read_o         = state_q == Idle && state_d == Read;
  assign lookup_valid_o = state_q == Ask;
  assign lookup_o = '{
      from_function: 1'b1, loop: oldest_i.loop, source: oldest_i.func, dst: addresses_q[47:0], src: addresses_q[95:48]};

  // ---- The outcome ------------------------------------------------------------------------------------------------------
  logic      decided, sent;
  outgoing_t outgoing;
  note_t     note;
  logic      outgoing_room, note_room;

  assign decided      = drop || (state_q == Answer && forward_valid_i);
  assign sent         = !drop && !reset_q && !forward_i.spoofed && !forward_i.disabled;
  assign oldest_pop_o = decided;
  assign room         = outgoing_room && note_room;

  assign outgoing = '{
      start: oldest_i.start,
      len: oldest_i.len,
      qp: oldest_i.qp,
      count: oldest_i.count,
      status: status,
      behind: oldest_i.behind,
      wire_: sent && forward_i.wire_ && carrier_q,
      members: sent ? forward_i.members : '0
  };

  always_comb begin
    note = '{func: oldest_i.func, count: 1'b1, amount: bytes_t'(1), default: '0};
    if (drop) note.stat = StatTxErrors;
    else if (forward_i.disabled) note.stat = StatTxDropDisabled;
    else if (forward_i.spoofed) begin
      note.stat   = StatTxDropSpoof;
      note.error  = 1'b1;
      note.bit_no = SpoofedBit;
    end else begin
      note.stat  = StatTxFrames;
      note.also  = 1'b1;
      note.bytes = padded;
    end
  end

  svnic_fifo #(
      .T    (outgoing_t),
      .Depth(4)
  ) u_outgoing (
      .clk_i,
      .rst_i,
      .in_valid_i (decided),
      .in_ready_o (outgoing_room),
      .in_i       (outgoing),
      .out_valid_o(outgoing_valid_o),
      .out_ready_i(outgoing_ready_i),
      .out_o      (outgoing_o)
  );

  // A frame that was dropped only because its function is in reset is nobody's statistic.
  svnic_fifo #(
      .T    (note_t),
      .Depth(4)
  ) u_notes (
      .clk_i,
      .rst_i,
      .in_valid_i (decided && (drop ? bad : !reset_q)),
      .in_ready_o (note_room),
      .in_i       (note),
      .out_valid_o(note_valid_o),
      .out_ready_i(note_ready_i),
      .out_o      (note_o)
  );

  assign commit_o = drop || (state_q == Ask && lookup_ready_i) ? '{kind: TxOut, default: '0} : '0;

  logic unused;
  assign unused = ^{forward_i.unknown, forward_i.multicast};

endmodule
