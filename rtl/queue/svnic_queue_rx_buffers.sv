// SPDX-License-Identifier: Apache-2.0
// Where do a frame's bytes go? Cuts the frame over the buffers that it has taken.

module svnic_queue_rx_buffers
  import svnic_pkg::*;
  import svnic_queue_pkg::*;
(
    input logic clk_i,

    input  logic         valid_i,
    output logic         ready_o,
    input  take_t        take_i,
    input  logic         first_i,
    input  logic         last_i,
    input  logic [127:0] desc_i,

    output logic       rx_buffer_valid_o,
    input  logic       rx_buffer_ready_i,
    output rx_buffer_t rx_buffer_o
);

  bytes_t      so_far, so_far_q, left;
  logic [15:0] size;

  assign so_far = first_i ? '0 : so_far_q;
  assign size   = 16'd1 << take_i.buffer_log2;
  assign left   = take_i.len - so_far;

  assign rx_buffer_valid_o = valid_i;
  assign ready_o           = rx_buffer_ready_i;
  assign rx_buffer_o = '{
      ok: take_i.ok,
      qp: take_i.qp,
      addr: desc_i[63:0],
      len: last_i ? left : bytes_t'(size),
      last: last_i
  };

  always_ff @(posedge clk_i) if (valid_i && rx_buffer_ready_i) so_far_q <= so_far + bytes_t'(size);

  logic unused;
  assign unused = ^{take_i, desc_i, size};

endmodule
