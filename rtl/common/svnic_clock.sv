// SPDX-License-Identifier: Apache-2.0
// The card's time: nanoseconds since reset, advanced by each cycle's increment (32.16 fixed point) but never past what falls due next: an
// increment that would is cut to end there, so no timer is late by more than the cycles that it takes to be served.

module svnic_clock
  import svnic_pkg::*;
(
    input logic clk_i,
    input logic rst_i,

    input logic         [47:0] time_inc_i,
    input logic                due_valid_i,
    input nanoseconds_t        due_i,

    output nanoseconds_t now_o
);

  logic [79:0] time_d, time_q;  // 64.16
  logic        past;

  assign time_d = time_q + 80'(time_inc_i);
  assign past   = due_valid_i && due_i > now_o && due_i < time_d[79:16];
  assign now_o  = time_q[79:16];

  always_ff @(posedge clk_i) begin
    time_q <= past ? {due_i, 16'd0} : time_d;
    if (rst_i) time_q <= '0;
  end

endmodule
