// SPDX-License-Identifier: Apache-2.0
// Proof for svnic_round_robin, for any requests and any times of service (nothing is assumed but a reset at the start): only who requests is picked, and who keeps
// requesting is picked after at most N - 1 others. One requester is watched; which one is free.

module svnic_round_robin_formal #(
    parameter int N = 5
) (
    input logic                 clk_i,
    input logic [N-1:0]         request_i,
    input logic                 take_i,
    input logic [$clog2(N)-1:0] watched_i
);

  typedef logic [$clog2(N)-1:0] pick_t;
  typedef logic [$clog2(N):0] count_t;
  typedef logic [N-1:0] mask_t;

  logic   started_q = 1'b0;
  logic   rst, valid, take;
  pick_t  pick, watched_q;

  assign rst = !started_q;
  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    if (rst) watched_q <= watched_i < pick_t'(N - 1) ? watched_i : pick_t'(N - 1);
  end

  // Users take only what is picked.
  assign take = take_i && valid;

  svnic_round_robin #(
      .N(N)
  ) u_turn (
      .clk_i,
      .rst_i    (rst),
      .request_i,
      .take_i   (take),
      .valid_o  (valid),
      .pick_o   (pick)
  );

  // How many others were served since the watched one began to wait; who was served last.
  count_t others_q, distance;
  pick_t  last_q;
  mask_t  behind_last;

  always_ff @(posedge clk_i) begin
    if (rst || !request_i[watched_q] || (take && pick == watched_q)) others_q <= '0;
    else others_q <= others_q + count_t'(take);
    if (rst) last_q <= pick_t'(N - 1);
    else if (take) last_q <= pick;
  end

  // For induction: whose turns can come before the watched one's.
  assign distance    = watched_q > last_q ? count_t'(watched_q) - count_t'(last_q) - count_t'(1)
                                          : count_t'(watched_q) + count_t'(N - 1) - count_t'(last_q);
  assign behind_last = ~((mask_t'(2) << last_q) - mask_t'(1));

  always_ff @(posedge clk_i)
    if (!rst) begin
      i_numbers :
      assert (watched_q <= pick_t'(N - 1));
      i_turn_is_behind_the_last :
      assert (last_q <= pick_t'(N - 1)
              && (u_turn.above_q == behind_last || (last_q == pick_t'(N - 1) && u_turn.above_q == '1)));
      i_nearer_with_each_other_one :
      assert (others_q + distance <= count_t'(N - 1));

      picks_if_any :
      assert (valid == (request_i != '0));
      picks_a_requester :
      assert (!valid || request_i[pick]);
      fair :
      assert (others_q <= count_t'(N - 1));
      last_chance :
      assert (!(others_q == count_t'(N - 1) && request_i[watched_q]) || pick == watched_q);

      c_waits_longest :
      cover (take && pick == watched_q && others_q == count_t'(N - 1));
      c_all_request :
      cover (take && request_i == '1 && pick == '0 && last_q == pick_t'(N - 1));
      c_alone_again :
      cover (take && pick == last_q && others_q == '0 && pick == watched_q && started_q);
    end

endmodule
