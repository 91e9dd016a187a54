// SPDX-License-Identifier: Apache-2.0
// Proof for svnic_function_reset, for any order of requests, blocks that are done when they like, and reads that end when they like
// (but begin for nobody in reset, which dma promises): no reset ends early, none is begun twice, nobody waits for the host.
// One function is watched; which one is free.

module svnic_function_reset_formal
  import svnic_pkg::*;
  import svnic_cfg_pkg::*;
(
    input logic                  clk_i,
    input reset_range_t          start_i,
    input logic [NumTargets-1:0] finish_i,  // the block ends its part
    input func_t                 watched_i,
    input logic                  read_i,    // a read of the watched function is pending
    input logic                  wipe_ready_i
);

  logic         started_q = 1'b0;
  logic         rst;
  reset_range_t start;
  logic         beginning, begin_valid, wipe_valid, busy;
  func_t        begin_func;
  logic [255:0] in_reset, reads_pending;
  fn_reset_t    fn_reset;
  commit_t      commit_begin, commit_done;

  func_t watched;  // chosen once

  assign rst = !started_q;
  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    if (rst) watched <= watched_i & 8'd3;
  end

  // The host asks for VFs, with or without the PF, and not while resets begin (svnic_host: hold_i). Three VFs are enough for every order
  // and keep the solver's time short.
  always_comb begin
    start       = '{valid: start_i.valid && !beginning && !rst, first: 9'(start_i.first[1:0]), last: 9'(start_i.last[1:0]), pf: start_i.pf};
    if (start.first == '0) start.first = 9'd1;
  end

  // Blocks: done answers valid and stays until it falls
  logic [NumTargets-1:0] done_q;
  always_ff @(posedge clk_i) done_q <= !rst && fn_reset.valid ? done_q | finish_i : '0;

  // dma: no read of a function in reset begins
  logic read_q;
  always_ff @(posedge clk_i) read_q <= !rst && read_i && (read_q || !in_reset[watched]);
  always_comb begin
    reads_pending          = '0;
    reads_pending[watched] = read_q;
  end

  svnic_function_reset u_reset (
      .clk_i,
      .rst_i          (rst),
      .start_i        (start),
      .beginning_o    (beginning),
      .begin_valid_o  (begin_valid),
      .begin_func_o   (begin_func),
      .in_reset_o     (in_reset),
      .fn_reset_o     (fn_reset),
      .fn_reset_done_i(done_q),
      .reads_pending_i(reads_pending),
      .wipe_valid_o   (wipe_valid),
      .wipe_ready_i   (wipe_ready_i),
      .busy_o         (busy),
      .commit_begin_o (commit_begin),
      .commit_done_o  (commit_done)
  );

  // What happened to the watched function since its reset began
  logic resetting_q, walked_q, wiped_q, begins, ends, was_q;
  assign begins = begin_valid && begin_func == watched;
  assign ends   = commit_done.kind == ResetDone && commit_done.a == watched;

  always_ff @(posedge clk_i) begin
    was_q       <= in_reset[watched];
    resetting_q <= !rst && (begins || (resetting_q && !ends));
    walked_q    <= resetting_q && !begins && (walked_q || (fn_reset.valid && fn_reset.func == watched && &done_q));
    wiped_q     <= resetting_q && !begins && (wiped_q || (wipe_valid && wipe_ready_i && fn_reset.func == watched));
  end

  always_ff @(posedge clk_i)
    if (!rst) begin
      in_reset_from_begin_to_done :
      assert (in_reset[watched] == resetting_q);
      begun_once :
      assert (!(begins && resetting_q));
      done_is_begun :
      assert (!ends || resetting_q);
      done_is_walked :
      assert (!ends || (walked_q && wiped_q && !read_q));
      walk_is_in_reset :
      assert (!(fn_reset.valid && fn_reset.func == watched) || resetting_q);
      commits :
      assert ((commit_begin.kind == ResetBegin) == begin_valid);
      not_while_others_begin :
      assert (!(ends && (beginning || start.valid)));
      waiting_is_busy :
      assert (busy || !resetting_q || read_q || begins);

      c_done :
      cover (ends && watched == 8'd3);
      c_pf :
      cover (ends && watched == '0);
      c_second :
      cover (ends && was_q && $past(done_q) == '0 && watched == 8'd2 && in_reset[1] == 1'b0);
      c_asked_again :
      cover (start.valid && resetting_q && start.first <= {1'b0, watched} && start.last >= {1'b0, watched});
      c_waits_for_read :
      cover (resetting_q && walked_q && read_q);
    end

endmodule
