// SPDX-License-Identifier: Apache-2.0
// svnic_event with its structs taken apart, for test.cpp.

module svnic_event_tb
  import svnic_pkg::*;
#(
    parameter int NumVfs   = 64,
    parameter int NumSlots = 512
) (
    input logic        clk_i,
    input logic        rst_i,
    input logic [63:0] now_i,

    input logic [255:0] in_reset_i,
    input logic [255:0] msix_enable_i,
    input logic [255:0] msix_mask_i,
    input logic [255:0] redirect_i,
    input logic [255:0] rescue_i,

    input  logic        reg_valid_i,
    input  logic        reg_write_i,
    input  logic        reg_msix_i,
    input  logic        reg_doorbell_i,
    input  logic [7:0]  reg_func_i,
    input  logic [18:0] reg_addr_i,
    input  logic [63:0] reg_wdata_i,
    output logic        reg_ack_o,
    output logic        reg_bad_o,
    output logic [31:0] reg_rdata_o,
    input  logic        fn_reset_valid_i,
    input  logic [7:0]  fn_reset_func_i,
    output logic        fn_reset_done_o,

    input  logic       raise_valid_i,
    output logic       raise_ready_o,
    input  logic [7:0] raise_func_i,
    input  logic [3:0] raise_slot_i,
    input  logic [4:0] raise_source_i,
    input  logic       raise_stopped_i,
    input  logic       raise_movable_i,
    input  logic       control_valid_i,
    output logic       control_ready_o,
    input  logic [7:0] control_func_i,
    input  logic [2:0] control_kind_i,
    input  logic [7:0] control_source_i,

    output logic [1:0]  wr_valid_o,  // 0 event entries, 1 MSI-X
    input  logic [1:0]  wr_ready_i,
    output logic [7:0]  wr_func_o[2],
    output logic [63:0] wr_addr_o[2],
    output logic [13:0] wr_len_o [2],
    output logic [63:0] wr_data_o[2],
    input  logic [15:0] wr_granted_i,
    input  logic [15:0] wr_left_i,

    output logic        note_valid_o,
    input  logic        note_ready_i,
    output logic [7:0]  note_func_o,
    output logic        note_count_o,
    output logic [4:0]  note_stat_o,
    output logic [13:0] note_amount_o,
    output logic        note_also_o,
    output logic [13:0] note_bytes_o,
    output logic        note_error_o,
    output logic [2:0]  note_bit_o,

    output logic        due_valid_o,
    output logic [63:0] due_o,
    output logic        busy_o,
    output logic [15:0] num_vfs_o,
    output logic [15:0] num_slots_o,
    output logic [5:0]  commit_kind_o[CommitsEvent],
    output logic [7:0]  commit_a_o   [CommitsEvent],
    output logic [15:0] commit_b_o   [CommitsEvent],
    output logic [7:0]  commit_c_o   [CommitsEvent]
);

  /* verilator lint_off UNUSEDSIGNAL */  // the test looks at what it needs
  functions_t                 functions;
  reg_rsp_t                   reg_rsp;
  wr_req_t [1:0]              wr;
  note_t                      note;
  commit_t [CommitsEvent-1:0] commit;
  /* verilator lint_on UNUSEDSIGNAL */

  always_comb begin
    functions             = '0;
    functions.exists      = '1;
    functions.bus_master  = '1;
    functions.in_reset    = in_reset_i;
    functions.msix_enable = msix_enable_i;
    functions.msix_mask   = msix_mask_i;
    for (int i = 0; i < 2; i++) begin
      wr_func_o[i] = wr[i].func;
      wr_addr_o[i] = wr[i].addr;
      wr_len_o[i]  = wr[i].len;
      wr_data_o[i] = wr[i].data[63:0];
    end
    for (int i = 0; i < CommitsEvent; i++) begin
      commit_kind_o[i] = commit[i].kind;
      commit_a_o[i]    = commit[i].a;
      commit_b_o[i]    = commit[i].b;
      commit_c_o[i]    = commit[i].c;
    end
  end
  assign {reg_ack_o, reg_bad_o, reg_rdata_o} = {reg_rsp.ack, reg_rsp.bad, reg_rsp.rdata};
  assign {note_func_o, note_count_o, note_stat_o, note_amount_o, note_also_o, note_bytes_o, note_error_o, note_bit_o} =
         {note.func, note.count, note.stat, note.amount, note.also, note.bytes, note.error, note.bit_no};
  assign num_vfs_o   = 16'(NumVfs);
  assign num_slots_o = 16'(NumSlots);

  svnic_event #(.NumVfs(NumVfs), .NumSlots(NumSlots)) u_event (
      .clk_i, .rst_i, .now_i, .functions_i(functions), .redirect_i, .rescue_i,
      .reg_valid_i,
      .reg_req_i('{write: reg_write_i, func: reg_func_i, msix: reg_msix_i, second: 1'b0, doorbell: reg_doorbell_i, addr: reg_addr_i, wdata: reg_wdata_i}),
      .reg_rsp_o(reg_rsp),
      .fn_reset_i('{valid: fn_reset_valid_i, func: fn_reset_func_i, conventional: 1'b0}), .fn_reset_done_o,
      .raise_valid_i, .raise_ready_o,
      .raise_i('{func: raise_func_i, slot: raise_slot_i, source: raise_source_i, stopped: raise_stopped_i, movable: raise_movable_i}),
      .control_valid_i, .control_ready_o,
      .control_i('{func: control_func_i, kind: control_kind_i, source: control_source_i}),
      .wr_event_valid_o(wr_valid_o[0]), .wr_event_ready_i(wr_ready_i[0]), .wr_event_o(wr[0]),
      .wr_msix_valid_o(wr_valid_o[1]), .wr_msix_ready_i(wr_ready_i[1]), .wr_msix_o(wr[1]),
      .note_valid_o, .note_ready_i, .note_o(note),
      .wr_granted_i, .wr_left_i,
      .due_valid_o, .due_o, .busy_o, .commit_o(commit)
  );

endmodule
