// SPDX-License-Identifier: Apache-2.0
// Round robin between N requests: the first one above the last that was taken. Combinational pick; `take_i` moves the turn on.

module svnic_round_robin #(
    parameter int N = 2
) (
    input logic clk_i,
    input logic rst_i,

    input  logic [N-1:0]         request_i,
    input  logic                 take_i,    // the pick was served
    output logic                 valid_o,
    output logic [$clog2(N)-1:0] pick_o
);

  typedef logic [$clog2(N)-1:0] pick_t;
  typedef logic [N-1:0] mask_t;

  mask_t above_q;  // whose turn comes first: all behind the last one taken
  mask_t first;
  pick_t pick;

  assign first   = |(request_i & above_q) ? request_i & above_q : request_i;
  assign valid_o = |request_i;
  assign pick_o  = pick;

  always_comb begin
    pick = '0;
    for (int i = N - 1; i >= 0; i--) if (first[i]) pick = pick_t'(unsigned'(i));
  end

  always_ff @(posedge clk_i) begin
    if (take_i) above_q <= ~((mask_t'(2) << pick) - mask_t'(1));
    if (rst_i) above_q <= '1;
  end

endmodule
