// SPDX-License-Identifier: Apache-2.0
// Proof for svnic_clock, for any increments and anything due at any time: time never runs back, never jumps past what is due, and advances by exactly
// its increment unless it is cut to end at what is due.
//
// Assumed: the card is younger than 2**63 ns (292 years), so that time does not wrap.

module svnic_clock_formal
  import svnic_pkg::*;
(
    input logic                clk_i,
    input logic         [47:0] time_inc_i,
    input logic                due_valid_i,
    input nanoseconds_t        due_i
);

  logic         started_q = 1'b0;
  logic         rst;
  nanoseconds_t now;

  assign rst = !started_q;
  always_ff @(posedge clk_i) started_q <= 1'b1;

  svnic_clock u_clock (
      .clk_i,
      .rst_i(rst),
      .time_inc_i,
      .due_valid_i,
      .due_i,
      .now_o(now)
  );

  // The cycle before
  logic         valid_q, ahead_q;  // what was due lay ahead
  nanoseconds_t due_q;
  logic [79:0]  time_q, sum_q;     // 64.16

  always_ff @(posedge clk_i) begin
    valid_q <= !rst;
    ahead_q <= due_valid_i && due_i > now;
    due_q   <= due_i;
    time_q  <= u_clock.time_q;
    sum_q   <= u_clock.time_q + 80'(time_inc_i);
  end

  always_comb
    if (!rst) begin
      young :
      assume (!now[63]);
    end

  always_ff @(posedge clk_i)
    if (!rst) begin
      starts_at_zero :
      assert (valid_q || u_clock.time_q == '0);
      never_back :
      assert (!valid_q || u_clock.time_q >= time_q);
      never_past_due :
      assert (!(valid_q && ahead_q) || now <= due_q);
      exact_or_cut :
      assert (!valid_q || u_clock.time_q == sum_q || (ahead_q && u_clock.time_q == {due_q, 16'd0} && sum_q > u_clock.time_q));
      late_holds_nothing_up :
      assert (!valid_q || ahead_q || u_clock.time_q == sum_q);

      c_cut :
      cover (valid_q && ahead_q && now == due_q && u_clock.time_q != sum_q && time_q[15:0] != '0);
      c_due_met_exactly :
      cover (valid_q && ahead_q && now == due_q && u_clock.time_q == sum_q);
      c_overdue :
      cover (valid_q && due_valid_i && due_i < now && now > 64'd1000);
    end

endmodule
