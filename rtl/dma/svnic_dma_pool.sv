// SPDX-License-Identifier: Apache-2.0
// Which numbers of First..First+Count-1 are free? First the fresh ones in order, so that nothing needs to be filled after reset, then
// those that came back, the longest unused one first.

module svnic_dma_pool #(
    parameter int First = 0,
    parameter int Count = 32  // at most 256
) (
    input logic clk_i,
    input logic rst_i,

    output logic       valid_o,  // there is a free one: index_o
    output logic [7:0] index_o,
    input  logic       take_i,

    input logic       put_valid_i,
    input logic [7:0] put_i
);

  logic [7:0] mem_q[256];
  logic [8:0] head_q, tail_q;  // one bit more than the index
  logic [8:0] fresh_q;
  logic       fresh;

  assign fresh   = fresh_q != 9'(Count);
  assign valid_o = fresh || head_q != tail_q;
  assign index_o = fresh ? 8'(fresh_q + 9'(First)) : mem_q[head_q[7:0]];

  always_ff @(posedge clk_i) begin
    if (put_valid_i) mem_q[tail_q[7:0]] <= put_i;
    tail_q  <= tail_q + 9'(put_valid_i);
    head_q  <= head_q + 9'(take_i && !fresh);
    fresh_q <= fresh_q + 9'(take_i && fresh);
    if (rst_i) begin
      tail_q  <= '0;
      head_q  <= '0;
      fresh_q <= '0;
    end
  end

`ifndef SYNTHESIS
  logic [8:0] free;
  assign free = 9'(Count) - fresh_q + tail_q - head_q;
  always_ff @(posedge clk_i) begin
    if (!rst_i) begin
      take_of_what_is_free : assert (!take_i || valid_o);
      put_of_what_was_taken : assert (!put_valid_i || free < 9'(Count));
    end
  end
`endif

endmodule
