// SPDX-License-Identifier: Apache-2.0
// svnic_mgmt with its structs taken apart, for test.cpp.

module svnic_mgmt_tb
  import svnic_pkg::*;
#(
    parameter int NumVfs   = 64,
    parameter int NumQps   = 512,
    parameter int NumSlots = 512
) (
    input logic clk_i,
    input logic rst_i,

    input  logic         carrier_i,
    output logic         carrier_o,
    input  logic [255:0] exists_i,
    input  logic [255:0] in_reset_i,

    input  logic        reg_valid_i,
    input  logic        reg_write_i,
    input  logic        reg_second_i,
    input  logic [7:0]  reg_func_i,
    input  logic [18:0] reg_addr_i,
    input  logic [31:0] reg_wdata_i,
    output logic        reg_ack_o,
    output logic        reg_bad_o,
    output logic [31:0] reg_rdata_o,
    input  logic        fn_reset_valid_i,
    input  logic [7:0]  fn_reset_func_i,
    input  logic        fn_reset_conventional_i,
    output logic        fn_reset_done_o,

    output logic [255:0] link_o,
    output logic [255:0] spoof_check_o,
    output logic [255:0] redirect_o,
    output logic [255:0] rescue_o,
    output logic [255:0] rx_enable_o,

    input  logic [NumNotes-1:0] note_valid_i,
    output logic [NumNotes-1:0] note_ready_o,
    input  logic [7:0]  note_func_i  [NumNotes],
    input  logic        note_count_i [NumNotes],
    input  logic [4:0]  note_stat_i  [NumNotes],
    input  logic [13:0] note_amount_i[NumNotes],
    input  logic        note_also_i  [NumNotes],
    input  logic [13:0] note_bytes_i [NumNotes],
    input  logic        note_error_i [NumNotes],
    input  logic [2:0]  note_bit_i   [NumNotes],

    output logic       control_valid_o,
    input  logic       control_ready_i,
    output logic [7:0] control_func_o,
    output logic [2:0] control_kind_o,
    output logic [7:0] control_source_o,

    output logic        busy_o,
    output logic [15:0] num_vfs_o,
    output logic [5:0]  commit_kind_o[CommitsMgmt],
    output logic [7:0]  commit_a_o   [CommitsMgmt],
    output logic [15:0] commit_b_o   [CommitsMgmt],
    output logic [7:0]  commit_c_o   [CommitsMgmt]
);

  functions_t functions;
  note_t [NumNotes-1:0] note;
  reg_req_t   reg_req;
  reg_rsp_t   reg_rsp;
  fn_reset_t  fn_reset;
  control_t   control;
  commit_t [CommitsMgmt-1:0] commit;

  always_comb begin
    functions          = '0;
    functions.exists   = exists_i;
    functions.in_reset = in_reset_i;
    for (int i = 0; i < NumNotes; i++)
      note[i] = '{func: note_func_i[i], count: note_count_i[i], stat: note_stat_i[i], amount: note_amount_i[i], also: note_also_i[i],
                  bytes: note_bytes_i[i], error: note_error_i[i], bit_no: note_bit_i[i]};
    for (int i = 0; i < CommitsMgmt; i++) begin
      commit_kind_o[i] = commit[i].kind;
      commit_a_o[i]    = commit[i].a;
      commit_b_o[i]    = commit[i].b;
      commit_c_o[i]    = commit[i].c;
    end
  end

  assign reg_req = '{write: reg_write_i, func: reg_func_i, second: reg_second_i, addr: reg_addr_i, wdata: {32'd0, reg_wdata_i}, default: '0};
  assign {reg_ack_o, reg_bad_o, reg_rdata_o} = {reg_rsp.ack, reg_rsp.bad, reg_rsp.rdata};
  assign fn_reset = '{valid: fn_reset_valid_i, func: fn_reset_func_i, conventional: fn_reset_conventional_i};
  assign {control_func_o, control_kind_o, control_source_o} = {control.func, control.kind, control.source};
  assign num_vfs_o = 16'(NumVfs);

  svnic_mgmt #(.NumVfs(NumVfs), .NumQps(NumQps), .NumSlots(NumSlots)) u_mgmt (
      .clk_i, .rst_i, .carrier_i, .carrier_o, .functions_i(functions),
      .reg_valid_i, .reg_req_i(reg_req), .reg_rsp_o(reg_rsp), .fn_reset_i(fn_reset), .fn_reset_done_o,
      .link_o, .spoof_check_o, .redirect_o, .rescue_o, .rx_enable_o, .note_valid_i, .note_ready_o, .note_i(note),
      .control_valid_o, .control_ready_i, .control_o(control), .busy_o, .commit_o(commit)
  );

endmodule
