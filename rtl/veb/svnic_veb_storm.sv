// SPDX-License-Identifier: Apache-2.0
// Storm control: of a VF, the switch takes at most `limit` multicast and broadcast frames in each window of 2^24 ns (16.8 ms). docs/programming.md section 9.
//
// A lookup begins with take_i and ends, if at all, with count_i some cycles later; over_o says meanwhile that the window is full.

module svnic_veb_storm
  import svnic_pkg::*;
(
    input logic clk_i,

    input nanoseconds_t now_i,
    input logic [15:0]  limit_i,    // 0: any number
    input logic         clear_i,    // sweep: nobody has sent anything
    input logic [7:0]   sweep_i,

    input  logic  take_i,
    input  func_t source_i,
    input  logic  count_i,          // the frame is one of those that count
    output logic  over_o            // from the second cycle on: one more would be too many
);

  localparam int WindowW = 24;

  typedef struct packed {
    logic [WindowW-1:0] window;     // the last one in which it sent
    logic [15:0]        frames;
  } sent_t;

  (* no_rw_check *) sent_t mem_q[256];  // read with take_i, written cycles later
  sent_t                   sent_q;
  func_t                   source_q;
  logic [WindowW-1:0]      window_q;
  logic [15:0]             limit_q, frames;

  assign frames = sent_q.window == window_q ? sent_q.frames : '0;
  assign over_o = limit_q != '0 && source_q != '0 && frames >= limit_q;

  always_ff @(posedge clk_i) begin
    if (take_i) begin
      sent_q   <= mem_q[source_i];
      source_q <= source_i;
      window_q <= now_i[24+:WindowW];
      limit_q  <= limit_i;
    end
    if (clear_i || (count_i && !over_o))
      mem_q[clear_i ? sweep_i : source_q] <= clear_i ? '0 : sent_t'{window: window_q, frames: frames + 16'd1};
  end

  logic unused;
  assign unused = ^{now_i[63:48], now_i[23:0]};

endmodule
