// SPDX-License-Identifier: Apache-2.0
// svnic_dma with its structs taken apart, and with a receive buffer behind its src port, for test.cpp.

module svnic_dma_tb
  import svnic_pkg::*;
#(
    parameter int DataW = 256
) (
    input logic clk_i,
    input logic rst_i,

    input  logic [63:0]  now_i,
    input  logic [255:0] in_reset_i,
    input  logic [255:0] bus_master_i,
    input  logic [7:0]   bus_i,
    input  logic [2:0]   mps_i,
    input  logic [2:0]   mrrs_i,
    input  logic         ext_tag_i,
    input  logic         relaxed_i,
    input  logic         no_timeout_i,

    input  logic [2:0]  rd_valid_i,
    output logic [2:0]  rd_ready_o,
    input  logic [7:0]  rd_func_i[3],
    input  logic [63:0] rd_addr_i[3],
    input  logic [13:0] rd_len_i[3],
    input  logic [19:0] rd_dest_i[3],
    input  logic [15:0] rd_id_i[3],
    output logic             rd_data_valid_o,
    output logic [1:0]       rd_data_client_o,
    output logic [19:0]      rd_data_dest_o,
    output logic [6:0]       rd_data_bytes_o,
    output logic [DataW-1:0] rd_data_o,
    output logic             done_valid_o,
    output logic [1:0]       done_client_o,
    output logic [15:0]      done_id_o,
    output logic             done_error_o,
    output logic [255:0]     reads_pending_o,

    input  logic [4:0]       wr_valid_i,
    output logic [4:0]       wr_ready_o,
    input  logic [7:0]       wr_func_i[5],
    input  logic [63:0]      wr_addr_i[5],
    input  logic [13:0]      wr_len_i[5],
    input  logic [17:0]      wr_src_i,
    input  logic [511:0]     wr_data_i[5],
    input  logic             buffer_valid_i,
    input  logic [15:0]      buffer_addr_i,
    input  logic [6:0]       buffer_bytes_i,
    input  logic [DataW-1:0] buffer_data_i,
    output logic             src_valid_o,
    output logic             src_done_o,
    output logic [15:0]      wr_granted_o,
    output logic [15:0]      wr_left_o,

    output logic       error_valid_o,
    output logic [7:0] error_func_o,
    output logic [2:0] error_kind_o,
    output logic [9:0] error_tag_o,

    output logic             wrq_valid_o,
    input  logic             wrq_ready_i,
    output logic             wrq_sop_o,
    output logic             wrq_eop_o,
    output logic [3:0]       wrq_kind_o,
    output logic             wrq_relaxed_o,
    output logic [15:0]      wrq_requester_o,
    output logic [10:0]      wrq_dw_o,
    output logic [3:0]       wrq_first_be_o,
    output logic [3:0]       wrq_last_be_o,
    output logic [63:0]      wrq_address_o,
    output logic [7:0]       wrq_code_o,
    output logic [DataW-1:0] wrq_data_o,

    output logic        rrq_valid_o,
    input  logic        rrq_ready_i,
    output logic        rrq_relaxed_o,
    output logic [15:0] rrq_requester_o,
    output logic [9:0]  rrq_tag_o,
    output logic [10:0] rrq_dw_o,
    output logic [3:0]  rrq_first_be_o,
    output logic [3:0]  rrq_last_be_o,
    output logic [63:0] rrq_address_o,

    input  logic             rcp_valid_i,
    output logic             rcp_ready_o,
    input  logic             rcp_sop_i,
    input  logic             rcp_eop_i,
    input  logic [3:0]       rcp_kind_i,
    input  logic             rcp_poisoned_i,
    input  logic [15:0]      rcp_requester_i,
    input  logic [9:0]       rcp_tag_i,
    input  logic [10:0]      rcp_dw_i,
    input  logic [2:0]       rcp_status_i,
    input  logic [6:0]       rcp_lower_i,
    input  logic [12:0]      rcp_count_i,
    input  logic [DataW-1:0] rcp_data_i,

    output logic        note_valid_o,
    input  logic        note_ready_i,
    output logic [7:0]  note_func_o,
    output logic        due_valid_o,
    output logic [63:0] due_o,
    output logic        busy_o,
    output logic [5:0]  commit_kind_o[CommitsDma],
    output logic [7:0]  commit_a_o[CommitsDma],
    output logic [15:0] commit_b_o[CommitsDma]
);

  /* verilator lint_off UNUSEDSIGNAL */  // the test looks at what it needs
  functions_t functions;
  rd_req_t [2:0] rd_req;
  wr_req_t [4:0] wr_req;
  tlp_t rcp_hdr, wrq_hdr, rrq_hdr;
  rd_done_t done;
  rd_client_e client;
  dma_error_t error;
  note_t note;
  commit_t [CommitsDma-1:0] commit;
  logic [17:0] src_addr;
  /* verilator lint_on UNUSEDSIGNAL */
  logic [DataW-1:0] src_data;

  always_comb begin
    functions            = '0;
    functions.exists     = '1;
    functions.in_reset   = in_reset_i;
    functions.bus_master = bus_master_i;
    functions.bus        = bus_i;
    functions.mps        = mps_i;
    functions.mrrs       = mrrs_i;
    functions.ext_tag    = ext_tag_i;
    functions.relaxed    = relaxed_i;
    functions.no_timeout = no_timeout_i;
    for (int i = 0; i < 3; i++)
      rd_req[i] = '{func: rd_func_i[i], addr: rd_addr_i[i], len: rd_len_i[i], dest: rd_dest_i[i], id: rd_id_i[i]};
    for (int i = 0; i < 5; i++)
      wr_req[i] = '{func: wr_func_i[i], addr: wr_addr_i[i], len: wr_len_i[i], src: wr_src_i, data: wr_data_i[i]};
    rcp_hdr               = '0;
    rcp_hdr.kind          = tlp_type_e'(rcp_kind_i);
    rcp_hdr.poisoned      = rcp_poisoned_i;
    rcp_hdr.requester     = rcp_requester_i;
    rcp_hdr.tag           = rcp_tag_i;
    rcp_hdr.dw            = rcp_dw_i;
    rcp_hdr.status        = cpl_status_e'(rcp_status_i);
    rcp_hdr.lower_address = rcp_lower_i;
    rcp_hdr.byte_count    = rcp_count_i;
    for (int i = 0; i < CommitsDma; i++) begin
      commit_kind_o[i] = commit[i].kind;
      commit_a_o[i]    = commit[i].a;
      commit_b_o[i]    = commit[i].b;
    end
  end

  assign rd_data_client_o = client;
  assign done_valid_o     = done.valid;
  assign done_client_o    = done.client;
  assign done_id_o        = done.id;
  assign done_error_o     = done.error;
  assign error_valid_o    = error.valid;
  assign error_func_o     = error.func;
  assign error_kind_o     = error.kind;
  assign error_tag_o      = error.hdr.tag;
  assign wrq_kind_o       = wrq_hdr.kind;
  assign wrq_relaxed_o    = wrq_hdr.relaxed;
  assign wrq_requester_o  = wrq_hdr.requester;
  assign wrq_dw_o         = wrq_hdr.dw;
  assign wrq_first_be_o   = wrq_hdr.first_be;
  assign wrq_last_be_o    = wrq_hdr.last_be;
  assign wrq_address_o    = wrq_hdr.address;
  assign wrq_code_o       = wrq_hdr.msg_code;
  assign rrq_relaxed_o    = rrq_hdr.relaxed;
  assign rrq_requester_o  = rrq_hdr.requester;
  assign rrq_tag_o        = rrq_hdr.tag;
  assign rrq_dw_o         = rrq_hdr.dw;
  assign rrq_first_be_o   = rrq_hdr.first_be;
  assign rrq_last_be_o    = rrq_hdr.last_be;
  assign rrq_address_o    = rrq_hdr.address;
  assign note_func_o      = note.func;

  svnic_buffer #(.AddrW(16), .DataW(DataW)) u_buffer (
      .clk_i, .rst_i, .wr_valid_i(buffer_valid_i), .wr_addr_i(buffer_addr_i), .wr_bytes_i(buffer_bytes_i), .wr_data_i(buffer_data_i),
      .rd_valid_i(src_valid_o), .rd_addr_i(src_addr[15:0]), .rd_data_o(src_data)
  );

  svnic_dma #(.DataW(DataW)) u_dma (
      .clk_i, .rst_i, .now_i, .functions_i(functions),
      .rd_valid_i, .rd_ready_o, .rd_req_i(rd_req),
      .rd_data_valid_o, .rd_data_client_o(client), .rd_data_dest_o, .rd_data_bytes_o, .rd_data_o, .rd_done_o(done), .reads_pending_o,
      .wr_valid_i, .wr_ready_o, .wr_req_i(wr_req), .src_valid_o, .src_addr_o(src_addr), .src_data_i(src_data), .src_done_o,
      .wr_granted_o, .wr_left_o, .error_o(error),
      .wrq_valid_o, .wrq_ready_i, .wrq_sop_o, .wrq_eop_o, .wrq_hdr_o(wrq_hdr), .wrq_data_o,
      .rrq_valid_o, .rrq_ready_i, .rrq_hdr_o(rrq_hdr),
      .rcp_valid_i, .rcp_ready_o, .rcp_sop_i, .rcp_eop_i, .rcp_hdr_i(rcp_hdr), .rcp_data_i,
      .note_valid_o, .note_ready_i, .note_o(note), .due_valid_o, .due_o, .busy_o, .commit_o(commit)
  );

endmodule
