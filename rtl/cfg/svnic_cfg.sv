// SPDX-License-Identifier: Apache-2.0
// The host's side of the card: requests of the root complex, configuration space of all functions, their resets, their errors.
// docs/architecture.md section 3, docs/config-space.md. A board whose hard PCIe block owns configuration space replaces this block.

module svnic_cfg
  import svnic_pkg::*;
  import svnic_cfg_pkg::*;
#(
    parameter int NumVfs = 64,
    parameter int DataW  = 512
) (
    input logic clk_i,
    input logic rst_i,

    input  logic             hrq_valid_i,
    output logic             hrq_ready_o,
    input  logic             hrq_sop_i,
    input  logic             hrq_eop_i,
    input  tlp_t             hrq_hdr_i,
    input  logic [DataW-1:0] hrq_data_i,
    output logic             hcp_valid_o,
    input  logic             hcp_ready_i,
    output tlp_t             hcp_hdr_o,
    output logic [DataW-1:0] hcp_data_o,

    output functions_t   functions_o,
    input  logic [255:0] reads_pending_i,
    input  dma_error_t   dma_error_i,

    output logic     [NumTargets-1:0] reg_valid_o,
    output reg_req_t                  reg_req_o,
    input  reg_rsp_t [NumTargets-1:0] reg_rsp_i,

    output fn_reset_t             fn_reset_o,
    input  logic [NumTargets-1:0] fn_reset_done_i,

    input  logic    [15:0] wr_granted_i,
    input  logic    [15:0] wr_left_i,
    output logic           wr_valid_o,
    input  logic           wr_ready_i,
    output wr_req_t        wr_req_o,

    output logic  note_valid_o,
    input  logic  note_ready_i,
    output note_t note_o,

    output logic                     busy_o,
    output commit_t [CommitsCfg-1:0] commit_o
);

  windows_t      windows;
  error_policy_t policy;

  logic        config_op, config_fresh, config_write, capture;
  config_req_t config_req;
  logic [31:0] config_rdata;
  logic [7:0]  capture_bus;

  logic         error_valid, error_ready;
  fault_t       error;
  error_state_t state, state_new;
  logic [127:0] header_log;

  reset_range_t reset;
  logic         beginning, begin_valid;
  func_t        begin_func;
  logic [255:0] in_reset;
  logic         wipe_valid, wipe_ready;

  logic busy_host, busy_aer, busy_reset, sweeping;

  svnic_host #(
      .DataW(DataW)
  ) u_host (
      .clk_i,
      .rst_i,
      .hrq_valid_i,
      .hrq_ready_o,
      .hrq_sop_i,
      .hrq_eop_i,
      .hrq_hdr_i,
      .hrq_data_i,
      .hcp_valid_o,
      .hcp_ready_i,
      .hcp_hdr_o,
      .hcp_data_o,
      .hold_i        (sweeping || beginning),
      .windows_i     (windows),
      .functions_i   (functions_o),
      .config_fresh_i(config_fresh),
      .config_op_o   (config_op),
      .config_req_o  (config_req),
      .config_rdata_i(config_rdata),
      .capture_o     (capture),
      .capture_bus_o (capture_bus),
      .error_valid_o (error_valid),
      .error_ready_i (error_ready),
      .error_o       (error),
      .reg_valid_o,
      .reg_req_o,
      .reg_rsp_i,
      .wr_granted_i,
      .wr_left_i,
      .note_valid_o,
      .note_ready_i,
      .note_o,
      .busy_o        (busy_host),
      .commit_o      (commit_o[1])
  );

  svnic_config_space #(
      .NumVfs(NumVfs)
  ) u_config_space (
      .clk_i,
      .rst_i,
      .op_i         (config_op),
      .req_i        (config_req),
      .rdata_o      (config_rdata),
      .capture_i    (capture),
      .capture_bus_i(capture_bus),
      .state_i      (state),
      .log_i        (header_log),
      .state_write_o(config_write),
      .state_o      (state_new),
      .reset_o      (reset),
      .begin_valid_i(begin_valid),
      .begin_func_i (begin_func),
      .in_reset_i   (in_reset),
      .reads_pending_i,
      .windows_o    (windows),
      .policy_o     (policy),
      .functions_o
  );

  svnic_aer u_aer (
      .clk_i,
      .rst_i,
      .policy_i      (policy),
      .exists_i      (functions_o.exists),
      .in_reset_i    (in_reset),
      .hold_i        (beginning),
      .dma_error_i,
      .error_valid_i (error_valid),
      .error_ready_o (error_ready),
      .error_i       (error),
      .config_func_i (config_req.func),
      .config_fresh_o(config_fresh),
      .config_state_o(state),
      .config_log_o  (header_log),
      .config_write_i(config_write),
      .config_state_i(state_new),
      .wipe_valid_i  (wipe_valid),
      .wipe_ready_o  (wipe_ready),
      .wipe_func_i   (fn_reset_o.func),
      .wr_valid_o,
      .wr_ready_i,
      .wr_req_o,
      .sweeping_o    (sweeping),
      .busy_o        (busy_aer),
      .commit_o      (commit_o[0])
  );

  svnic_function_reset u_function_reset (
      .clk_i,
      .rst_i,
      .start_i       (reset),
      .beginning_o   (beginning),
      .begin_valid_o (begin_valid),
      .begin_func_o  (begin_func),
      .in_reset_o    (in_reset),
      .fn_reset_o,
      .fn_reset_done_i,
      .reads_pending_i,
      .wipe_valid_o  (wipe_valid),
      .wipe_ready_i  (wipe_ready),
      .busy_o        (busy_reset),
      .commit_begin_o(commit_o[2]),
      .commit_done_o (commit_o[3])
  );

  assign busy_o = busy_host || busy_aer || busy_reset;

endmodule
