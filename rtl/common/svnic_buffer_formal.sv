// SPDX-License-Identifier: Apache-2.0
// Proof for svnic_buffer with its RAMs, words of 4 bytes, 32 bytes, any reads and writes (nothing is assumed but a reset at the start): two cycles after
// a read each of its bytes is what was last written there in the cycles before the read, and stays until the data of the next one. One byte is watched;
// which one is free. What a write in the cycle of the read makes of it is left open.

module svnic_buffer_formal #(
    parameter int AddrW = 5,
    parameter int DataW = 32,
    parameter bit Any   = 1   // bounded: the byte at 8, behind an odd word
) (
    input logic             clk_i,
    input logic             wr_valid_i,
    input logic [AddrW-1:0] wr_addr_i,
    input logic [6:0]       wr_bytes_i,
    input logic [DataW-1:0] wr_data_i,
    input logic             rd_valid_i,
    input logic [AddrW-1:0] rd_addr_i,
    input logic [AddrW-1:0] watched_i
);

  localparam int Bytes = DataW / 8;
  localparam int OffsetW = $clog2(Bytes);
  typedef logic [AddrW-1:0] addr_t;
  typedef logic [OffsetW-1:0] offset_t;
  typedef logic [AddrW-OffsetW-2:0] row_t;

  logic             started_q = 1'b0;
  logic             rst, wr_valid;
  logic [6:0]       wr_bytes;
  logic [DataW-1:0] rd_data;
  addr_t            addr_q;

  // Who writes, writes at least one byte, and no more than a word.
  assign rst      = !started_q;
  assign wr_bytes = wr_bytes_i % 7'(Bytes) + 7'd1;
  assign wr_valid = wr_valid_i && !rst;

  svnic_buffer #(
      .AddrW(AddrW),
      .DataW(DataW)
  ) u_buffer (
      .clk_i,
      .rst_i     (rst),
      .wr_valid_i(wr_valid),
      .wr_addr_i,
      .wr_bytes_i(wr_bytes),
      .wr_data_i,
      .rd_valid_i,
      .rd_addr_i,
      .rd_data_o (rd_data)
  );

  // ---- The watched byte: what was last written; what a read two cycles ago, or before, has found -----------------------------------------------------
  addr_t      wr_place, rd_place;  // of the watched byte in what is written, read
  logic       writes, written_q;
  logic [7:0] byte_q;
  logic       read_q, finds_q, knows_q;     // a read of the cycle before: of this byte; it is known what it finds
  offset_t    place_q, shown_place_q;
  logic [7:0] found_q, shown_q;
  logic       shown_known_q;                // the data at the output has the byte, and it is known

  assign wr_place = addr_q - wr_addr_i;
  assign rd_place = addr_q - rd_addr_i;
  assign writes   = wr_valid && wr_place < addr_t'(wr_bytes);

  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    if (writes) begin
      written_q <= 1'b1;
      byte_q    <= wr_data_i[8*offset_t'(wr_place)+:8];
    end
    read_q  <= rd_valid_i && !rst;
    finds_q <= rd_valid_i && rd_place < addr_t'(Bytes);
    knows_q <= written_q && !writes;
    place_q <= offset_t'(rd_place);
    found_q <= byte_q;
    if (read_q) begin
      shown_known_q <= finds_q && knows_q;
      shown_place_q <= place_q;
      shown_q       <= found_q;
    end
    if (rst) begin
      {written_q, shown_known_q} <= '0;
      addr_q <= Any ? watched_i : addr_t'(8);
    end
  end

  // For induction: where the byte stands, in the RAM and in what was read of it
  row_t       row;
  logic       odd;
  offset_t    offset;
  logic [7:0] in_ram, in_read;

  assign {row, odd, offset} = addr_q;
  assign in_ram  = odd ? u_buffer.gen_bank[1].u_ram.mem_q[row][8*offset+:8] : u_buffer.gen_bank[0].u_ram.mem_q[row][8*offset+:8];
  assign in_read = odd ? u_buffer.gen_bank[1].u_ram.rd_data_o[8*offset+:8] : u_buffer.gen_bank[0].u_ram.rd_data_o[8*offset+:8];

  always_ff @(posedge clk_i)
    if (!rst) begin
      finds_what_was_written :
      assert (!shown_known_q || rd_data[8*shown_place_q+:8] == shown_q);

`ifdef INDUCTION
      i_in_ram :
      assert (!written_q || in_ram == byte_q);
      i_in_read :
      assert (!(read_q && finds_q && knows_q) || in_read == found_q);
      i_read :
      assert (u_buffer.valid_q == read_q && (!(read_q && finds_q)
              || addr_t'({u_buffer.odd_q, u_buffer.offset_q}) == ((addr_q - addr_t'(place_q)) & addr_t'(2 * Bytes - 1))));
`endif

      c_across_words :
      cover (shown_known_q && shown_place_q != '0 && shown_q == 8'h5a && offset < shown_place_q);
      c_across_the_end :
      cover (shown_known_q && addr_q == '0 && shown_place_q == offset_t'(Bytes - 1));
      c_written_in_the_cycle_of_the_read :
      cover (rd_valid_i && rd_place < addr_t'(Bytes) && writes && written_q);
      c_stays :
      cover (shown_known_q && !read_q && written_q && byte_q != shown_q);
    end

endmodule
