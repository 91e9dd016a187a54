// SPDX-License-Identifier: Apache-2.0
// From descriptors to payload reads: a frame's descriptors wait until its last one says whether the frame is sound, then each
// becomes a read into the transmit buffer. A frame starts on a row of the buffer and only if all of it fits.

module svnic_tx_issue
  import svnic_pkg::*;
  import svnic_tx_pkg::*;
#(
    parameter int DataW = 512
) (
    input logic clk_i,
    input logic rst_i,

    input  logic     desc_valid_i,
    output logic     desc_ready_o,
    input  tx_work_t desc_i,

    output logic    rd_valid_o,
    input  logic    rd_ready_i,
    output rd_req_t rd_req_o,

    output logic   frame_valid_o,  // to the table of frames, when the last read of one is handed over
    input  logic   frame_ready_i,  // may be taken, if it comes
    output frame_t frame_o,
    input  id_t    id_i,           // which the next one will have

    input addr_t freed_i,  // all before this position of the buffer is free

    output logic busy_o  // a fragment moves on; one that has no place, or is not granted, waits for others
);

  typedef struct packed {
    logic [63:0] addr;
    bytes_t      len;
    logic        last;
  } fragment_t;

  typedef struct packed {
    func_t      func;
    qp_t        qp;
    bytes_t     len;
    logic [7:0] status;
    logic [4:0] count;
    logic       loop;
  } sound_t;  // what is known with the last descriptor

  // ---- Gather: sums up until the last descriptor ----------------------------------------------------------------------
  bytes_t    sum_q, sum;
  fragment_t fragment;
  sound_t    sound;
  logic      fragment_room, fragment_valid, fragment_pop, sound_room, sound_valid, sound_pop, take;

  assign sum          = (desc_i.first ? '0 : sum_q) + desc_i.len;
  assign desc_ready_o = fragment_room && sound_room;
  assign take         = desc_valid_i && desc_ready_o;

  always_ff @(posedge clk_i) if (take) sum_q <= sum;

  svnic_fifo #(
      .T    (fragment_t),
      .Depth(64)
  ) u_fragments (
      .clk_i,
      .rst_i,
      .in_valid_i (take),
      .in_ready_o (fragment_room),
      .in_i       ('{addr: desc_i.addr, len: desc_i.len, last: desc_i.last}),
      .out_valid_o(fragment_valid),
      .out_ready_i(fragment_pop),
      .out_o      (fragment)
  );

  svnic_fifo #(
      .T    (sound_t),
      .Depth(64)
  ) u_sound (
      .clk_i,
      .rst_i,
      .in_valid_i (take && desc_i.last),
      .in_ready_o (sound_room),
      .in_i       ('{func: desc_i.func, qp: desc_i.qp, len: sum, status: desc_i.status, count: desc_i.count, loop: desc_i.loop}),
      .out_valid_o(sound_valid),
      .out_ready_i(sound_pop),
      .out_o      (sound)
  );

  // ---- Issue: one fragment a cycle ---------------------------------------------------------------------------------------
  addr_t  tail_q;             // where the frame in hand starts
  bytes_t offset_q;           // of the fragment in it
  addr_t  rows;               // bytes that the frame takes in the buffer
  logic   fits, bad, step, room;

  assign rows = (addr_t'(sound.len) + addr_t'(DataW / 8 - 1)) & ~addr_t'(DataW / 8 - 1);
  assign bad  = sound.status != '0;
  assign fits = tail_q - freed_i + rows <= addr_t'(BufferBytes);
  assign room = sound_valid && fragment_valid && frame_ready_i && (fits || bad);

  assign rd_valid_o = room && !bad;
  assign rd_req_o = '{
      func: sound.func,
      addr: fragment.addr,
      len: fragment.len,
      dest: 20'(BufferAddrW'(tail_q + addr_t'(offset_q))),
      id: 16'(id_i)
  };
  assign step         = room && (bad || rd_ready_i);
  assign busy_o       = step;
  assign fragment_pop = step;
  assign sound_pop    = step && fragment.last;

  assign frame_valid_o = sound_pop;
  assign frame_o = '{
      func: sound.func,
      qp: sound.qp,
      start: BufferAddrW'(tail_q),
      len: sound.len,
      status: sound.status,
      count: sound.count,
      loop: sound.loop,
      behind: bad ? tail_q : tail_q + rows
  };

  always_ff @(posedge clk_i) begin
    if (step) offset_q <= fragment.last ? '0 : offset_q + fragment.len;
    if (sound_pop && !bad) tail_q <= tail_q + rows;
    if (rst_i) begin
      offset_q <= '0;
      tail_q   <= '0;
    end
  end

endmodule
