// SPDX-License-Identifier: Apache-2.0
// Which of the cached TX descriptors end a packet? One bit for each, picked from the data of descriptor reads as it passes. A read in cycle t
// (its answer stands in t + 1) sees all beats of cycles before t - 1.

module svnic_queue_eop
  import svnic_pkg::*;
#(
    parameter int NumQps     = 512,
    parameter int DataW      = 512,
    parameter int CacheDepth = 32
) (
    input logic clk_i,
    input logic rst_i,

    input logic             data_valid_i,
    input logic [19:0]      data_dest_i,
    input logic [6:0]       data_bytes_i,
    input logic [DataW-1:0] data_i,

    input  logic                  rd_valid_i,
    input  qp_t                   rd_qp_i,
    output logic [CacheDepth-1:0] eop_o
);

  localparam int QpW = $clog2(NumQps);
  localparam int PositionW = $clog2(CacheDepth);
  localparam int Lanes = DataW / 128;

  typedef logic [QpW-1:0] qp_index_t;
  typedef logic [PositionW-1:0] position_t;
  typedef logic [CacheDepth-1:0] bits_t;

  bits_t mem_q[NumQps];

  // EOP is bit 0 of byte 10. Completions may be cut at any DW: the first byte here is byte 0, 4, 8 or 12 of a descriptor.
  bits_t      mask, value;
  position_t  position;
  logic [3:0] at;
  logic [6:0] bit_at;
  logic [127:0] lane;

  always_comb begin
    at       = 4'd10 - {data_dest_i[3:2], 2'd0};
    bit_at   = {at, 3'd0};
    position = position_t'(data_dest_i >> 4) + position_t'(data_dest_i[3:2] == 2'd3);
    mask     = '0;
    value    = '0;
    lane     = '0;
    if (data_valid_i) begin
      for (int i = 0; i < Lanes; i++) begin
        mask[position+position_t'(i)]  = data_bytes_i > 7'(unsigned'(16 * i)) + 7'(at);
        lane = data_i[128*i+:128];
        value[position+position_t'(i)] = lane[bit_at];
      end
    end
  end

  logic      valid_q, written_q;
  qp_index_t qp_q, written_qp_q;
  bits_t     mask_q, value_q, read_q, written_data_q, old, next;

  assign old  = written_q && written_qp_q == qp_q ? written_data_q : read_q;
  assign next = (old & ~mask_q) | (value_q & mask_q);

  always_ff @(posedge clk_i) begin
    if (data_valid_i) begin
      qp_q    <= qp_index_t'(data_dest_i >> (4 + PositionW));
      mask_q  <= mask;
      value_q <= value;
      read_q  <= mem_q[qp_index_t'(data_dest_i>>(4+PositionW))];
    end
    if (valid_q) begin
      mem_q[qp_q]    <= next;
      written_qp_q   <= qp_q;
      written_data_q <= next;
    end
    if (rd_valid_i) eop_o <= mem_q[qp_index_t'(rd_qp_i)];
    valid_q   <= data_valid_i && !rst_i;
    written_q <= valid_q;
  end

endmodule
