// SPDX-License-Identifier: Apache-2.0
// Proof for svnic_dma_pool, four numbers, any order of takes and of returns of what is out (svnic_dma_completion_formal: a tag is freed
// once): a number is never given out twice, none is lost, and one that came back has its turn after at most as many others. One number is
// watched; which one is free.

module svnic_dma_pool_formal (
    input logic       clk_i,
    input logic [7:0] watched_i,
    input logic       take_i,
    input logic       put_valid_i,
    input logic [7:0] put_i
);

  localparam int First = 32;
  localparam int Count = 4;

  logic             started_q = 1'b0;
  logic             rst, valid, take, put;
  logic [7:0]       index, watched;
  logic [Count-1:0] out_q;  // which are out
  logic [1:0]       which, back;
  logic [2:0]       others_q;  // given out since the watched one came back

  assign rst = !started_q;
  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    if (rst) watched <= 8'(First) + (watched_i & 8'd3);
  end

  assign take  = take_i && valid && !rst;
  assign back  = put_i[1:0];
  assign put   = put_valid_i && out_q[back] && !rst;
  assign which = 2'(index - 8'(First));

  svnic_dma_pool #(
      .First(First),
      .Count(Count)
  ) u_pool (
      .clk_i,
      .rst_i      (rst),
      .valid_o    (valid),
      .index_o    (index),
      .take_i     (take),
      .put_valid_i(put),
      .put_i      (8'(First) + 8'(back))
  );

  always_ff @(posedge clk_i) begin
    if (take) out_q[which] <= 1'b1;
    if (put) out_q[back] <= 1'b0;
    if (rst) out_q <= '0;
    if (rst || (put && 8'(First) + 8'(back) == watched)) others_q <= '0;
    else if (take) others_q <= others_q + 3'd1;
  end

  logic watched_out;
  assign watched_out = out_q[2'(watched - 8'(First))];

  // For induction: what waits in the memory is neither out nor fresh nor there twice, and the watched one is near enough to the head.
  logic [2:0] waits, fresh_left;
  logic [7:0] waiting[Count];
  logic       sound, turn;
  assign waits      = 3'(u_pool.tail_q - u_pool.head_q);
  assign fresh_left = 3'(9'(Count) - u_pool.fresh_q);
  always_comb begin
    sound = 1'b1;
    turn  = watched_out || (9'(watched) - 9'(First) >= u_pool.fresh_q && 9'(others_q) == u_pool.fresh_q);
    for (int i = 0; i < Count; i++) waiting[i] = u_pool.mem_q[8'(u_pool.head_q + 9'(i))];
    for (int i = 0; i < Count; i++) begin
      if (3'(i) < waits) begin
        if (waiting[i] < 8'(First) || 9'(waiting[i]) - 9'(First) >= u_pool.fresh_q || out_q[2'(waiting[i])]) sound = 1'b0;
        for (int j = 0; j < i; j++) if (waiting[j] == waiting[i]) sound = 1'b0;
        if (waiting[i] == watched && 6'(others_q) + 6'(fresh_left) + 6'(i) <= 6'(Count - 1)) turn = 1'b1;
      end
      if (out_q[i] && u_pool.fresh_q <= 9'(i)) sound = 1'b0;
    end
  end

  always_ff @(posedge clk_i)
    if (!rst) begin
      i_fresh_in_range :
      assert (u_pool.fresh_q <= 9'(Count) && watched >= 8'(First) && watched < 8'(First + Count));
      i_all_accounted_for :
      assert (u_pool.tail_q - u_pool.head_q + 9'($countones(out_q)) == u_pool.fresh_q);
      i_what_waits_is_free :
      assert (sound);
      i_turn_comes_near :
      assert (turn);

      in_its_range :
      assert (!valid || (index >= 8'(First) && index < 8'(First + Count)));
      never_twice :
      assert (!valid || !out_q[which]);
      none_is_lost :
      assert (valid == (out_q != '1));
      has_its_turn :
      assert (watched_out || !take || index == watched || others_q < 3'(Count - 1));

      c_all_out :
      cover (&out_q);
      c_watched_again :
      cover (take && index == watched && others_q == 3'd3);
      c_all_back :
      cover (out_q == '0 && others_q != '0 && take && index != watched);
    end

endmodule
