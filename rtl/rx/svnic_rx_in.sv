// SPDX-License-Identifier: Apache-2.0
// Frames from the wire and from the loopback enter the receive buffer, one whole frame after the other, in turns: a flood from the
// wire, which has a FIFO to wait in, must not hold up what functions send (frames to wire and functions alike), nor the other way round.

module svnic_rx_in
  import svnic_pkg::*;
  import svnic_rx_pkg::*;
#(
    parameter int DataW = 512
) (
    input logic clk_i,
    input logic rst_i,

    input  logic               wire_valid_i,
    output logic               wire_ready_o,
    input  logic               wire_last_i,
    input  logic [DataW/8-1:0] wire_keep_i,
    input  logic [  DataW-1:0] wire_data_i,

    input  logic               loop_valid_i,
    output logic               loop_ready_o,
    input  logic               loop_last_i,
    input  logic [DataW/8-1:0] loop_keep_i,
    input  logic [  DataW-1:0] loop_data_i,
    input  logic [      255:0] loop_members_i,

    input addr_t freed_i,

    output logic             write_o,
    output place_t           write_addr_o,
    output logic [DataW-1:0] write_data_o,

    output logic     arrived_valid_o,
    input  logic     arrived_ready_i,  // there is room for one more, if one comes
    output arrived_t arrived_o,
    output commit_t  commit_o
);

  localparam int Bytes = DataW / 8;

  typedef enum logic [1:0] {
    Between,
    Wire,
    Loop
  } state_e;

  state_e        state_d, state_q;
  addr_t         tail_q;
  place_t        start_q;
  bytes_t        length_q, length;
  logic [47:0]   dst_q, src_q;
  logic          first_q, valid, last, fits, done, loop_turn_q;
  logic [Bytes-1:0] keep;
  logic [DataW-1:0] data;
  logic [$clog2(Bytes+1)-1:0] bytes;

  // Room for the longest frame, so that no frame stops half-way in.
  assign fits = tail_q - freed_i <= addr_t'(BufferBytes - MaxFrame - Bytes) && arrived_ready_i;

  assign valid        = state_q == Wire ? wire_valid_i : state_q == Loop && loop_valid_i;
  assign last         = state_q == Wire ? wire_last_i : loop_last_i;
  assign keep         = state_q == Wire ? wire_keep_i : loop_keep_i;
  assign data         = state_q == Wire ? wire_data_i : loop_data_i;
  assign wire_ready_o = state_q == Wire;
  assign loop_ready_o = state_q == Loop;
  assign done         = valid && last;

  always_comb begin
    bytes = '0;
    if (valid) for (int b = 0; b < Bytes; b++) bytes = bytes + ($clog2(Bytes+1))'(keep[b]);
  end
  assign length = length_q + bytes_t'(bytes);

  always_comb begin
    state_d = state_q;
    unique case (state_q)
      Between: begin
        if (fits && loop_valid_i) state_d = Loop;
        if (fits && wire_valid_i && !(loop_valid_i && loop_turn_q)) state_d = Wire;
      end
      default: if (done) state_d = Between;
    endcase
  end

  always_ff @(posedge clk_i) begin
    state_q <= state_d;
    if (done) loop_turn_q <= state_q == Wire;
    if (valid) begin
      tail_q   <= tail_q + addr_t'(Bytes);
      first_q  <= last;
      length_q <= last ? '0 : length;
      if (last) start_q <= place_t'(tail_q + addr_t'(Bytes));
      if (first_q) {src_q, dst_q} <= data[95:0];
    end
    if (rst_i) begin
      state_q  <= Between;
      start_q  <= '0;
      tail_q   <= '0;
      length_q <= '0;
      first_q  <= 1'b1;
      loop_turn_q <= 1'b0;
    end
  end

  assign write_o      = valid;
  assign write_addr_o = place_t'(tail_q);
  assign write_data_o = data;

  assign arrived_valid_o = done;
  assign arrived_o = '{
      start: start_q,
      behind: tail_q + addr_t'(Bytes),
      len: length,
      loopback: state_q == Loop,
      members: loop_members_i,
      dst: first_q ? data[47:0] : dst_q,
      src: first_q ? data[95:48] : src_q
  };
  assign commit_o = done ? '{kind: RxIn, a: 8'(state_q == Loop), default: '0} : '0;

endmodule
