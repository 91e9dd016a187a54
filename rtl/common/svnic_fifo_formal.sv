// SPDX-License-Identifier: Apache-2.0
// Proof for svnic_fifo, for any use (nothing is assumed but a reset at the start): what goes in comes out once, unchanged, in order, and nothing else
// does. One element is watched, the one that enters when pick_i says so: which one, and when, is free.

module svnic_fifo_formal #(
    parameter int Depth = 4,
    parameter int Width = 4
) (
    input logic             clk_i,
    input logic             in_valid_i,
    input logic [Width-1:0] in_i,
    input logic             out_ready_i,
    input logic             pick_i
);

  localparam int CountW = $clog2(Depth) + 1;
  typedef logic [CountW-1:0] count_t;

  logic             started_q = 1'b0;
  logic             rst, in_ready, out_valid, push, pop;
  logic [Width-1:0] out;

  assign rst = !started_q;
  always_ff @(posedge clk_i) started_q <= 1'b1;

  svnic_fifo #(
      .T    (logic [Width-1:0]),
      .Depth(Depth)
  ) u_fifo (
      .clk_i,
      .rst_i      (rst),
      .in_valid_i,
      .in_ready_o (in_ready),
      .in_i,
      .out_valid_o(out_valid),
      .out_ready_i,
      .out_o      (out)
  );

  assign push = in_valid_i && in_ready;
  assign pop  = out_valid && out_ready_i;

  // How many are inside; how many stand before the watched one, and what it is.
  count_t           fill_q, before_q;
  logic             inside_q, stalled_q;
  logic [Width-1:0] watched_q, out_q;

  always_ff @(posedge clk_i) begin
    fill_q    <= rst ? '0 : fill_q + count_t'(push) - count_t'(pop);
    stalled_q <= !rst && out_valid && !out_ready_i;
    out_q     <= out;
    if (rst) inside_q <= 1'b0;
    else if (inside_q) begin
      before_q <= before_q - count_t'(pop);
      if (pop && before_q == '0) inside_q <= 1'b0;
    end else if (push && pick_i) begin
      inside_q  <= 1'b1;
      before_q  <= fill_q - count_t'(pop);
      watched_q <= in_i;
    end
  end

  // For induction: the watched element stands in the memory where its turn will come.
  logic [CountW-2:0] place;
  assign place = u_fifo.head_q[CountW-2:0] + before_q[CountW-2:0];

  always_ff @(posedge clk_i)
    if (!rst) begin
      i_fill_is_distance :
      assert (u_fifo.tail_q - u_fifo.head_q == fill_q && fill_q <= count_t'(Depth));
      i_watched_is_inside :
      assert (!inside_q || before_q < fill_q);
      i_watched_in_memory :
      assert (!inside_q || u_fifo.mem_q[place] == watched_q);

      comes_out_in_its_turn :
      assert (!(inside_q && before_q == '0) || (out_valid && out == watched_q));
      offers_what_it_has :
      assert (out_valid == (fill_q != '0));
      takes_while_room :
      assert (in_ready == (fill_q != count_t'(Depth)));
      stays_until_taken :
      assert (!stalled_q || (out_valid && out == out_q));

      c_full :
      cover (fill_q == count_t'(Depth) && inside_q && before_q == count_t'(Depth - 1));
      c_watched_leaves_full :
      cover (pop && inside_q && before_q == '0 && fill_q == count_t'(Depth));
      c_both_at_once :
      cover (push && pop && inside_q && stalled_q);
    end

endmodule
