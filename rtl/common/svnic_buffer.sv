// SPDX-License-Identifier: Apache-2.0
// What bytes stand at this address? 2**AddrW bytes with one unaligned write and one unaligned read of up to DataW/8 bytes in every cycle, both
// wrapping at the end. Even words are in one bank, odd ones in the other: any DataW/8 consecutive bytes need each bank once.
//
// A read given in cycle t has its data in cycle t + 2 (byte at rd_addr_i in 7:0), where it stands until that of the next read. It sees every
// write of cycles before t; of one in t itself it sees the old or the new bytes.

module svnic_buffer #(
    parameter int AddrW = 16,  // at least 2 + log2(DataW / 8)
    parameter int DataW = 512  // 128, 256, 512
) (
    input logic clk_i,
    input logic rst_i,

    input logic             wr_valid_i,
    input logic [AddrW-1:0] wr_addr_i,
    input logic [6:0]       wr_bytes_i,  // 1..DataW/8
    input logic [DataW-1:0] wr_data_i,   // first byte in 7:0

    input  logic             rd_valid_i,
    input  logic [AddrW-1:0] rd_addr_i,
    output logic [DataW-1:0] rd_data_o
);

  localparam int Bytes = DataW / 8;
  localparam int OffsetW = $clog2(Bytes);
  localparam int RowW = AddrW - OffsetW - 1;

  typedef logic [RowW-1:0] row_t;
  typedef logic [OffsetW-1:0] offset_t;

  // The word at the address is in bank `odd`, the one behind it in the other bank; behind an odd word the row changes.
  logic    wr_odd, rd_odd;
  row_t    wr_row, rd_row;
  offset_t wr_offset, rd_offset;
  assign {wr_row, wr_odd, wr_offset} = wr_addr_i;
  assign {rd_row, rd_odd, rd_offset} = rd_addr_i;

  logic [2*Bytes-1:0] wr_lanes;  // of the word at the address, and of the one behind it
  logic [DataW-1:0]   wr_rotated;
  assign wr_lanes = ~('1 << wr_bytes_i) << wr_offset;
  always_comb begin
    wr_rotated = wr_data_i;
    if (wr_valid_i) wr_rotated = DataW'({wr_data_i, wr_data_i} >> (DataW - 8 * wr_offset));
  end

  logic [1:0][Bytes-1:0] wr_enable;
  logic [1:0][DataW-1:0] rd_word;
  typedef logic [1:0][Bytes-1:0] lanes_t;
  always_comb begin
    wr_enable = '0;
    if (wr_valid_i) wr_enable = lanes_t'(wr_odd ? {wr_lanes[Bytes-1:0], wr_lanes[2*Bytes-1:Bytes]} : wr_lanes);
  end

  for (genvar b = 0; b < 2; b++) begin : gen_bank
    svnic_ram_bytes #(.AddrW(RowW), .DataW(DataW)) u_ram (
        .clk_i,
        .wr_enable_i(wr_enable[b]),
        .wr_addr_i  (wr_row + row_t'(wr_odd && b == 0)),
        .wr_data_i  (wr_rotated),
        .rd_valid_i,
        .rd_addr_i  (rd_row + row_t'(rd_odd && b == 0)),
        .rd_data_o  (rd_word[b])
    );
  end

  logic    valid_q, odd_q;
  offset_t offset_q;
  always_ff @(posedge clk_i) begin
    valid_q  <= rd_valid_i && !rst_i;
    odd_q    <= rd_odd;
    offset_q <= rd_offset;
    if (valid_q) rd_data_o <= DataW'((odd_q ? {rd_word[0], rd_word[1]} : rd_word) >> 8 * offset_q);
  end

`ifndef SYNTHESIS
  always_ff @(posedge clk_i) begin
    if (!rst_i && wr_valid_i) begin
      bytes_in_range : assert (wr_bytes_i >= 7'd1 && wr_bytes_i <= 7'(Bytes));
    end
  end
`endif

endmodule
