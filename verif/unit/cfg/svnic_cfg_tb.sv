// SPDX-License-Identifier: Apache-2.0
// svnic_cfg with its structs taken apart, for test.cpp.

module svnic_cfg_tb
  import svnic_pkg::*;
#(
    parameter int NumVfs = 64,
    parameter int DataW  = 128
) (
    input logic clk_i,
    input logic rst_i,

    input  logic             hrq_valid_i,
    output logic             hrq_ready_o,
    input  logic             hrq_sop_i,
    input  logic             hrq_eop_i,
    input  logic       [3:0] hrq_kind_i,
    input  logic             hrq_relaxed_i,
    input  logic             hrq_no_snoop_i,
    input  logic       [2:0] hrq_tc_i,
    input  logic             hrq_poisoned_i,
    input  logic      [15:0] hrq_requester_i,
    input  logic      [15:0] hrq_completer_i,
    input  logic       [9:0] hrq_tag_i,
    input  logic      [10:0] hrq_dw_i,
    input  logic       [3:0] hrq_first_be_i,
    input  logic       [3:0] hrq_last_be_i,
    input  logic      [63:0] hrq_address_i,
    input  logic      [63:0] hrq_data_i,

    output logic        hcp_valid_o,
    input  logic        hcp_ready_i,
    output logic  [3:0] hcp_kind_o,
    output logic        hcp_relaxed_o,
    output logic        hcp_no_snoop_o,
    output logic  [2:0] hcp_tc_o,
    output logic [15:0] hcp_requester_o,
    output logic [15:0] hcp_completer_o,
    output logic  [9:0] hcp_tag_o,
    output logic [10:0] hcp_dw_o,
    output logic  [2:0] hcp_status_o,
    output logic  [6:0] hcp_lower_address_o,
    output logic [12:0] hcp_byte_count_o,
    output logic [63:0] hcp_data_o,

    output logic [255:0] exists_o,
    output logic [255:0] in_reset_o,
    output logic [255:0] bus_master_o,
    output logic [255:0] msix_enable_o,
    output logic [255:0] msix_mask_o,
    output logic   [7:0] bus_o,
    output logic   [2:0] mps_o,
    output logic   [2:0] mrrs_o,
    output logic         ext_tag_o,
    output logic         relaxed_o,
    output logic         no_timeout_o,
    input  logic [255:0] reads_pending_i,

    input logic        dma_error_valid_i,
    input logic  [7:0] dma_error_func_i,
    input logic  [2:0] dma_error_kind_i,
    input logic [15:0] dma_error_requester_i,
    input logic  [9:0] dma_error_tag_i,

    output logic  [3:0] reg_valid_o,
    output logic        reg_write_o,
    output logic  [7:0] reg_func_o,
    output logic        reg_msix_o,
    output logic        reg_second_o,
    output logic        reg_doorbell_o,
    output logic [18:0] reg_addr_o,
    output logic [63:0] reg_wdata_o,
    input  logic  [3:0] reg_ack_i,
    input  logic        reg_bad_i,
    input  logic [31:0] reg_rdata_i,

    output logic       fn_reset_valid_o,
    output logic [7:0] fn_reset_func_o,
    output logic       fn_reset_conventional_o,
    input  logic [3:0] fn_reset_done_i,

    input  logic [15:0] wr_granted_i,
    input  logic [15:0] wr_left_i,
    output logic        wr_valid_o,
    input  logic        wr_ready_i,
    output logic  [7:0] wr_func_o,
    output logic  [7:0] wr_code_o,
    output logic        note_valid_o,
    input  logic        note_ready_i,
    output logic  [7:0] note_func_o,
    output logic  [4:0] note_stat_o,
    output logic        busy_o,
    output logic [31:0] commit_kind_o,  // four of 8 bits
    output logic [31:0] commit_a_o
);

  tlp_t       hrq_hdr, hcp_hdr;
  functions_t functions;
  dma_error_t dma_error;
  reg_req_t   reg_req;
  reg_rsp_t [NumTargets-1:0] reg_rsp;
  fn_reset_t  fn_reset;
  wr_req_t    wr_req;
  note_t      note;
  commit_t [CommitsCfg-1:0] commit;
  logic [DataW-1:0] hcp_data;

  always_comb begin
    hrq_hdr           = '0;
    hrq_hdr.kind      = tlp_type_e'(hrq_kind_i);
    hrq_hdr.relaxed   = hrq_relaxed_i;
    hrq_hdr.no_snoop  = hrq_no_snoop_i;
    hrq_hdr.tc        = hrq_tc_i;
    hrq_hdr.poisoned  = hrq_poisoned_i;
    hrq_hdr.requester = hrq_requester_i;
    hrq_hdr.completer = hrq_completer_i;
    hrq_hdr.tag       = hrq_tag_i;
    hrq_hdr.dw        = hrq_dw_i;
    hrq_hdr.first_be  = hrq_first_be_i;
    hrq_hdr.last_be   = hrq_last_be_i;
    hrq_hdr.address   = hrq_address_i;

    dma_error               = '0;
    dma_error.valid         = dma_error_valid_i;
    dma_error.func          = dma_error_func_i;
    dma_error.kind          = dma_error_e'(dma_error_kind_i);
    dma_error.hdr.requester = dma_error_requester_i;
    dma_error.hdr.tag       = dma_error_tag_i;
    if (dma_error.kind != DmaTimeout) begin
      dma_error.hdr.kind       = TlpCplD;
      dma_error.hdr.dw         = 11'd16;
      dma_error.hdr.byte_count = 13'd64;
      dma_error.hdr.poisoned   = dma_error.kind == DmaPoisoned;
    end

    for (int t = 0; t < NumTargets; t++) reg_rsp[t] = '{ack: reg_ack_i[t], bad: reg_bad_i && reg_ack_i[t], rdata: reg_ack_i[t] ? reg_rdata_i : '1};
    for (int c = 0; c < CommitsCfg; c++) begin
      commit_kind_o[8*c+:8] = 8'(commit[c].kind);
      commit_a_o[8*c+:8]    = commit[c].a;
    end
  end

  svnic_cfg #(
      .NumVfs(NumVfs),
      .DataW (DataW)
  ) u_cfg (
      .clk_i,
      .rst_i,
      .hrq_valid_i,
      .hrq_ready_o,
      .hrq_sop_i,
      .hrq_eop_i,
      .hrq_hdr_i    (hrq_hdr),
      .hrq_data_i   (DataW'(hrq_data_i)),
      .hcp_valid_o,
      .hcp_ready_i,
      .hcp_hdr_o    (hcp_hdr),
      .hcp_data_o   (hcp_data),
      .functions_o  (functions),
      .reads_pending_i,
      .dma_error_i  (dma_error),
      .reg_valid_o,
      .reg_req_o    (reg_req),
      .reg_rsp_i    (reg_rsp),
      .fn_reset_o   (fn_reset),
      .fn_reset_done_i,
      .wr_granted_i,
      .wr_left_i,
      .wr_valid_o,
      .wr_ready_i,
      .wr_req_o     (wr_req),
      .note_valid_o,
      .note_ready_i,
      .note_o       (note),
      .busy_o,
      .commit_o     (commit)
  );

  assign hcp_kind_o          = hcp_hdr.kind;
  assign hcp_relaxed_o       = hcp_hdr.relaxed;
  assign hcp_no_snoop_o      = hcp_hdr.no_snoop;
  assign hcp_tc_o            = hcp_hdr.tc;
  assign hcp_requester_o     = hcp_hdr.requester;
  assign hcp_completer_o     = hcp_hdr.completer;
  assign hcp_tag_o           = hcp_hdr.tag;
  assign hcp_dw_o            = hcp_hdr.dw;
  assign hcp_status_o        = hcp_hdr.status;
  assign hcp_lower_address_o = hcp_hdr.lower_address;
  assign hcp_byte_count_o    = hcp_hdr.byte_count;
  assign hcp_data_o          = hcp_data[63:0];

  assign exists_o      = functions.exists;
  assign in_reset_o    = functions.in_reset;
  assign bus_master_o  = functions.bus_master;
  assign msix_enable_o = functions.msix_enable;
  assign msix_mask_o   = functions.msix_mask;
  assign bus_o         = functions.bus;
  assign mps_o         = functions.mps;
  assign mrrs_o        = functions.mrrs;
  assign ext_tag_o     = functions.ext_tag;
  assign relaxed_o     = functions.relaxed;
  assign no_timeout_o  = functions.no_timeout;

  assign reg_write_o    = reg_req.write;
  assign reg_func_o     = reg_req.func;
  assign reg_msix_o     = reg_req.msix;
  assign reg_second_o   = reg_req.second;
  assign reg_doorbell_o = reg_req.doorbell;
  assign reg_addr_o     = reg_req.addr;
  assign reg_wdata_o    = reg_req.wdata;

  assign fn_reset_valid_o        = fn_reset.valid;
  assign fn_reset_func_o         = fn_reset.func;
  assign fn_reset_conventional_o = fn_reset.conventional;

  assign wr_func_o   = wr_req.func;
  assign wr_code_o   = wr_req.data[7:0];
  assign note_func_o = note.func;
  assign note_stat_o = note.stat;

endmodule
