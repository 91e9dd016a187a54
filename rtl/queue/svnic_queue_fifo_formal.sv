// SPDX-License-Identifier: Apache-2.0
// Proof for svnic_queue_fifo, any use by somebody who pushes only what a look at room_o allowed, up to Slack times after it: what goes in comes out once, unchanged, in order;
// it never overflows; who waits until popped has passed the pushed of an earlier moment has waited for all that was inside then.
// One element is watched, the one that enters when pick_i says so.

module svnic_queue_fifo_formal
  import svnic_queue_pkg::*;
#(
    parameter int Depth = 8,
    parameter int Slack = 4,
    parameter int Width = 4
) (
    input logic             clk_i,
    input logic             look_i,
    input logic             push_i,
    input logic [Width-1:0] in_i,
    input logic             out_ready_i,
    input logic             pick_i,
    input logic             mark_i
);

  typedef logic [3:0] count_t;

  logic             started_q = 1'b0;
  logic             rst, room, out_valid, push, pop;
  logic [Width-1:0] out;
  mark_t            pushed, popped;
  count_t           allowed_q, fill_q, before_q, ahead_q;  // pushes that a look allows; inside; before the watched one; of those inside at the mark
  logic             inside_q, marked_q;
  logic [Width-1:0] watched_q;
  mark_t            mark_q;

  assign rst  = !started_q;
  assign push = push_i && allowed_q != '0 && !rst;
  assign pop  = out_valid && out_ready_i;

  svnic_queue_fifo #(
      .T    (logic [Width-1:0]),
      .Depth(Depth),
      .Slack(Slack)
  ) u_fifo (
      .clk_i,
      .rst_i      (rst),
      .in_valid_i (push),
      .in_i,
      .room_o     (room),
      .out_valid_o(out_valid),
      .out_ready_i,
      .out_o      (out),
      .pushed_o   (pushed),
      .popped_o   (popped)
  );

  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    allowed_q <= allowed_q - count_t'(push);
    if (look_i && room && !push && allowed_q == '0) allowed_q <= count_t'(Slack);
    fill_q <= fill_q + count_t'(push) - count_t'(pop);
    if (inside_q) begin
      before_q <= before_q - count_t'(pop);
      if (pop && before_q == '0) inside_q <= 1'b0;
    end else if (push && pick_i) begin
      inside_q  <= 1'b1;
      before_q  <= fill_q - count_t'(pop);
      watched_q <= in_i;
    end
    if (mark_i) {marked_q, mark_q, ahead_q} <= {1'b1, pushed, fill_q - count_t'(pop)};
    else if (pop && ahead_q != '0) ahead_q <= ahead_q - count_t'(1);
    if ($signed(popped - mark_q) >= 0 && !mark_i) marked_q <= 1'b0;  // who waits has waited
    if (rst) {allowed_q, fill_q, before_q, ahead_q, inside_q, marked_q} <= '0;
  end

  logic [2:0] place;
  assign place = popped[2:0] + before_q[2:0];

  always_ff @(posedge clk_i)
    if (!rst) begin
      comes_out_in_its_turn :
      assert (!(inside_q && before_q == '0) || (out_valid && out == watched_q));
      offers_what_it_has :
      assert (out_valid == (fill_q != '0));
      never_overflows :
      assert (fill_q <= count_t'(Depth) && (!push || fill_q < count_t'(Depth)));
      room_is_enough :
      assert (!room || fill_q + count_t'(Slack) <= count_t'(Depth));
      mark_is_passed_in_time :
      assert (!marked_q || ($signed(popped - mark_q) >= 0) == (ahead_q == '0));

      i_fill :
      assert (pushed - popped == mark_t'(fill_q) && fill_q + allowed_q <= count_t'(Depth) && allowed_q <= count_t'(Slack));
      i_watched :
      assert (!inside_q || (before_q < fill_q && u_fifo.mem_q[place] == watched_q));
      i_mark :
      assert (!marked_q || (mark_q - popped == mark_t'(ahead_q) && ahead_q <= fill_q));

      c_full :
      cover (fill_q == count_t'(Depth) && inside_q);
      c_passed :
      cover (marked_q && ahead_q == '0 && fill_q == count_t'(2));
      c_watched :
      cover (pop && inside_q && before_q == '0 && push);
    end

endmodule
