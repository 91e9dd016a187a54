// SPDX-License-Identifier: Apache-2.0
// A block RAM of 2**AddrW words: one write port with byte enables, one registered read port. A read in the cycle of a write to the same word
// sees old or new bytes: users never rely on which.

module svnic_ram_bytes #(
    parameter int AddrW = 9,
    parameter int DataW = 512
) (
    input logic clk_i,

    input logic [DataW/8-1:0] wr_enable_i,
    input logic [AddrW-1:0]   wr_addr_i,
    input logic [DataW-1:0]   wr_data_i,

    input  logic             rd_valid_i,
    input  logic [AddrW-1:0] rd_addr_i,
    output logic [DataW-1:0] rd_data_o
);

  (* no_rw_check *)  // see above
  logic [DataW-1:0] mem_q[2**AddrW];

  always_ff @(posedge clk_i) begin
    if (|wr_enable_i) for (int i = 0; i < DataW / 8; i++) if (wr_enable_i[i]) mem_q[wr_addr_i][8*i+:8] <= wr_data_i[8*i+:8];
    if (rd_valid_i) rd_data_o <= mem_q[rd_addr_i];
  end

endmodule
