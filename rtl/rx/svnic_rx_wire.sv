// SPDX-License-Identifier: Apache-2.0
// The wire's FIFO: whole frames of legal length, the rest is dropped. The wire is never stalled, so a frame for which there is no room when one of its
// beats arrives is taken back and its rest ignored.

module svnic_rx_wire
  import svnic_pkg::*;
#(
    parameter int DataW = 512
) (
    input logic clk_i,
    input logic rst_i,

    input logic               wrx_valid_i,
    input logic               wrx_last_i,
    input logic [DataW/8-1:0] wrx_keep_i,
    input logic [  DataW-1:0] wrx_data_i,

    output logic               out_valid_o,  // a whole frame is there
    input  logic               out_ready_i,
    output logic               out_last_o,
    output logic [DataW/8-1:0] out_keep_o,
    output logic [  DataW-1:0] out_data_o,

    output logic    dropped_o,  // pulse
    output commit_t commit_o
);

  localparam int Bytes = DataW / 8;
  localparam int IndexW = $clog2(32768 / Bytes);  // 32 KiB: a jumbo frame that is being taken in, and more behind it
  localparam logic [13:0] Shortest = 14'd14;

  typedef logic [IndexW:0] index_t_;
  typedef struct packed {
    logic             last;
    logic [Bytes-1:0] keep;
    logic [DataW-1:0] data;
  } beat_t;

  beat_t   mem_q[1 << IndexW];
  index_t_ head_q, tail_q, whole_q;  // whole: behind the last complete frame
  logic    lost_q, full, lost, take, legal, long_q;
  bytes_t  length_q, length;
  logic [$clog2(Bytes+1)-1:0] bytes;

  always_comb begin
    bytes = '0;
    if (wrx_valid_i) for (int b = 0; b < Bytes; b++) bytes = bytes + ($clog2(Bytes+1))'(wrx_keep_i[b]);
  end

  assign full   = tail_q - head_q == index_t_'(1 << IndexW);
  assign length = length_q + bytes_t'(bytes);
  assign lost   = lost_q || full || long_q;
  assign legal  = !lost && length >= Shortest && length <= bytes_t'(MaxFrame);
  assign take   = wrx_valid_i && wrx_last_i && legal;

  always_ff @(posedge clk_i) begin
    if (wrx_valid_i && !lost) mem_q[tail_q[IndexW-1:0]] <= '{last: wrx_last_i, keep: wrx_keep_i, data: wrx_data_i};
    if (wrx_valid_i) begin
      tail_q   <= lost ? whole_q : tail_q + index_t_'(1);
      lost_q   <= lost && !wrx_last_i;
      length_q <= wrx_last_i ? '0 : length;
      long_q   <= !wrx_last_i && (long_q || length > bytes_t'(MaxFrame));
      if (wrx_last_i) begin
        tail_q <= legal ? tail_q + index_t_'(1) : whole_q;
        if (legal) whole_q <= tail_q + index_t_'(1);
      end
    end
    if (out_valid_o && out_ready_i) head_q <= head_q + index_t_'(1);
    if (rst_i) begin
      head_q   <= '0;
      tail_q   <= '0;
      whole_q  <= '0;
      lost_q   <= 1'b0;
      long_q   <= 1'b0;
      length_q <= '0;
    end
  end

  beat_t head;
  assign head        = mem_q[head_q[IndexW-1:0]];
  assign out_valid_o = head_q != whole_q;
  assign out_last_o  = head.last;
  assign out_keep_o  = head.keep;
  assign out_data_o  = head.data;

  assign dropped_o = wrx_valid_i && wrx_last_i && !legal;
  assign commit_o  = take ? '{kind: RxWireTake, default: '0} : dropped_o ? '{kind: RxWireDrop, default: '0} : '0;

endmodule
