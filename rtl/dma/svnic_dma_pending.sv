// SPDX-License-Identifier: Apache-2.0
// Which functions have granted read requests that are not done? Counted per function in two RAMs (granted, done), each with one writer.
// The answer is of the cycle before: cfg takes it in the cycle behind a host operation, and so sees what was decided beside the operation and no more.

module svnic_dma_pending
  import svnic_pkg::*;
(
    input logic clk_i,
    input logic rst_i,

    input logic  grant_valid_i,
    input func_t grant_func_i,
    input logic  done_valid_i,
    input func_t done_func_i,

    output logic [255:0] pending_o
);

  typedef logic [8:0] count_t;  // never more than 256 of a function

  count_t granted_mem_q[256];
  count_t done_mem_q[256];
  logic [255:0] pending_d, pending_q;

  // Both counts are equal while nothing is pending, whatever they are: the first grant starts from the done count.
  count_t granted, done;
  logic   clear;
  assign granted = (pending_q[grant_func_i] ? granted_mem_q[grant_func_i] : done_mem_q[grant_func_i]) + count_t'(1);
  assign done    = done_mem_q[done_func_i] + count_t'(1);
  assign clear   = done_valid_i && done == granted_mem_q[done_func_i] && !(grant_valid_i && grant_func_i == done_func_i);

  always_ff @(posedge clk_i) begin
    if (grant_valid_i) granted_mem_q[grant_func_i] <= granted;
    if (done_valid_i) done_mem_q[done_func_i] <= done;
    pending_q <= pending_d;
    if (rst_i) pending_q <= '0;
  end

  always_comb begin
    pending_d = pending_q;
    if (clear) pending_d[done_func_i] = 1'b0;
    if (grant_valid_i) pending_d[grant_func_i] = 1'b1;
  end

  assign pending_o = pending_q;

`ifndef SYNTHESIS
  always_ff @(posedge clk_i) begin
    if (!rst_i && done_valid_i) begin
      done_was_pending : assert (pending_q[done_func_i]);
    end
  end
`endif

endmodule
