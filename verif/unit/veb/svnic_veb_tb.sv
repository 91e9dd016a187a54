// SPDX-License-Identifier: Apache-2.0
// svnic_tx, svnic_veb and svnic_rx as the card joins them (tx -> switch -> wire, loopback -> rx), with their structs taken apart, for test.cpp.
// What is added: loop_go_i holds up the loopback between tx and rx.

module svnic_veb_tb
  import svnic_pkg::*;
#(
    parameter int DataW = 512
) (
    input logic clk_i,
    input logic rst_i,

    input logic [255:0] exists_i,
    input logic [255:0] in_reset_i,
    input logic [255:0] link_i,
    input logic [255:0] spoof_check_i,
    input logic [255:0] rx_enable_i,
    input logic         carrier_i,

    input  logic        reg_valid_i,
    input  logic        reg_write_i,
    input  logic [18:0] reg_addr_i,
    input  logic [31:0] reg_wdata_i,
    output logic        reg_ack_o,
    output logic        reg_bad_o,
    output logic [31:0] reg_rdata_o,
    input  logic        fn_reset_valid_i,
    input  logic [7:0]  fn_reset_func_i,
    input  logic        fn_reset_conventional_i,
    output logic        fn_reset_done_o,

    input  logic        desc_valid_i,
    output logic        desc_ready_o,
    input  logic [7:0]  desc_func_i,
    input  logic [8:0]  desc_qp_i,
    input  logic [63:0] desc_addr_i,
    input  logic [13:0] desc_len_i,
    input  logic        desc_first_i,
    input  logic        desc_last_i,
    input  logic [7:0]  desc_status_i,
    input  logic [4:0]  desc_count_i,
    input  logic        desc_loop_i,
    output logic        tx_done_valid_o,
    input  logic        tx_done_ready_i,
    output logic [8:0]  tx_done_qp_o,
    output logic [4:0]  tx_done_count_o,
    output logic [7:0]  tx_done_status_o,

    output logic             rd_valid_o,
    input  logic             rd_ready_i,
    output logic [7:0]       rd_func_o,
    output logic [63:0]      rd_addr_o,
    output logic [13:0]      rd_len_o,
    output logic [19:0]      rd_dest_o,
    output logic [15:0]      rd_id_o,
    input  logic             rd_data_valid_i,
    input  logic [1:0]       rd_data_client_i,
    input  logic [19:0]      rd_data_dest_i,
    input  logic [6:0]       rd_data_bytes_i,
    input  logic [DataW-1:0] rd_data_i,
    input  logic             rd_done_valid_i,
    input  logic [1:0]       rd_done_client_i,
    input  logic [15:0]      rd_done_id_i,
    input  logic             rd_done_error_i,

    output logic               wtx_valid_o,
    input  logic               wtx_ready_i,
    output logic               wtx_last_o,
    output logic [DataW/8-1:0] wtx_keep_o,
    output logic [DataW-1:0]   wtx_data_o,
    input  logic               wrx_valid_i,
    output logic               wrx_ready_o,
    input  logic               wrx_last_i,
    input  logic [DataW/8-1:0] wrx_keep_i,
    input  logic [DataW-1:0]   wrx_data_i,
    input  logic               loop_go_i,

    output logic        take_valid_o,
    input  logic        take_ready_i,
    output logic [7:0]  take_func_o,
    output logic [13:0] take_len_o,
    input  logic        buffer_valid_i,
    output logic        buffer_ready_o,
    input  logic        buffer_ok_i,
    input  logic [8:0]  buffer_qp_i,
    input  logic [63:0] buffer_addr_i,
    input  logic [13:0] buffer_len_i,
    input  logic        buffer_last_i,
    output logic        rx_done_valid_o,
    input  logic        rx_done_ready_i,
    output logic [8:0]  rx_done_qp_o,
    output logic [13:0] rx_done_len_o,
    output logic        rx_done_last_o,
    output logic        rx_done_loopback_o,

    output logic             wr_valid_o,
    input  logic             wr_ready_i,
    output logic [7:0]       wr_func_o,
    output logic [63:0]      wr_addr_o,
    output logic [13:0]      wr_len_o,
    output logic [17:0]      wr_src_o,
    input  logic             src_valid_i,
    input  logic [17:0]      src_addr_i,
    output logic [DataW-1:0] src_data_o,
    input  logic             src_done_i,

    output logic [1:0]  note_valid_o,  // 0 tx, 1 rx
    input  logic [1:0]  note_ready_i,
    output logic [7:0]  note_func_o  [2],
    output logic        note_count_o [2],
    output logic [4:0]  note_stat_o  [2],
    output logic [13:0] note_amount_o[2],
    output logic        note_also_o  [2],
    output logic [13:0] note_bytes_o [2],
    output logic        note_error_o [2],
    output logic [2:0]  note_bit_o   [2],

    output logic [1:0] busy_o,
    output logic [5:0] commit_tx_o,
    output logic [5:0] commit_veb_o,
    output logic [5:0] commit_rx_o  [CommitsRx],
    output logic [7:0] commit_rx_a_o[CommitsRx]
);

  functions_t functions;
  always_comb begin
    functions          = '0;
    functions.exists   = exists_i;
    functions.in_reset = in_reset_i;
  end

  /* verilator lint_off UNUSEDSIGNAL */  // the test looks at what it needs
  tx_work_t   desc;
  tx_done_t   tx_done;
  rd_req_t    rd_req;
  rd_done_t   rd_done;
  rx_take_t   take;
  rx_buffer_t buffer;
  rx_done_t   rx_done;
  wr_req_t    wr_req;
  reg_req_t   reg_req;
  reg_rsp_t   reg_rsp;
  fn_reset_t  fn_reset;
  note_t [1:0] note;
  commit_t [CommitsTx-1:0]  commit_tx;
  commit_t [CommitsVeb-1:0] commit_veb;
  commit_t [CommitsRx-1:0]  commit_rx;
  /* verilator lint_on UNUSEDSIGNAL */
  logic     tx_lookup_valid, tx_lookup_ready, tx_forward_valid, rx_lookup_valid, rx_lookup_ready, rx_forward_valid;
  lookup_t  tx_lookup, rx_lookup;
  forward_t tx_forward, rx_forward;
  logic     loop_valid, loop_ready, loop_last;
  logic [DataW-1:0]   loop_data;
  logic [DataW/8-1:0] loop_keep;
  logic [255:0]       loop_members;

  assign desc = '{func: desc_func_i, qp: desc_qp_i, addr: desc_addr_i, len: desc_len_i, first: desc_first_i, last: desc_last_i,
                  status: desc_status_i, count: desc_count_i, loop: desc_loop_i};
  assign {tx_done_qp_o, tx_done_count_o, tx_done_status_o} = {tx_done.qp, tx_done.count, tx_done.status};
  assign {rd_func_o, rd_addr_o, rd_len_o, rd_dest_o, rd_id_o} = {rd_req.func, rd_req.addr, rd_req.len, rd_req.dest, rd_req.id};
  assign rd_done = '{valid: rd_done_valid_i, client: rd_client_e'(rd_done_client_i), id: rd_done_id_i, error: rd_done_error_i};
  assign {take_func_o, take_len_o} = {take.func, take.len};
  assign buffer = '{ok: buffer_ok_i, qp: buffer_qp_i, addr: buffer_addr_i, len: buffer_len_i, last: buffer_last_i};
  assign {rx_done_qp_o, rx_done_len_o, rx_done_last_o, rx_done_loopback_o} = {rx_done.qp, rx_done.len, rx_done.last, rx_done.loopback};
  assign {wr_func_o, wr_addr_o, wr_len_o, wr_src_o} = {wr_req.func, wr_req.addr, wr_req.len, wr_req.src};
  assign reg_req = '{write: reg_write_i, addr: reg_addr_i, wdata: {32'd0, reg_wdata_i}, default: '0};
  assign {reg_ack_o, reg_bad_o, reg_rdata_o} = {reg_rsp.ack, reg_rsp.bad, reg_rsp.rdata};
  assign fn_reset = '{valid: fn_reset_valid_i, func: fn_reset_func_i, conventional: fn_reset_conventional_i};

  always_comb begin
    for (int i = 0; i < 2; i++) begin
      note_func_o[i]   = note[i].func;
      note_count_o[i]  = note[i].count;
      note_stat_o[i]   = note[i].stat;
      note_amount_o[i] = note[i].amount;
      note_also_o[i]   = note[i].also;
      note_bytes_o[i]  = note[i].bytes;
      note_error_o[i]  = note[i].error;
      note_bit_o[i]    = note[i].bit_no;
    end
    for (int i = 0; i < CommitsRx; i++) begin
      commit_rx_o[i]   = commit_rx[i].kind;
      commit_rx_a_o[i] = commit_rx[i].a;
    end
    commit_tx_o  = commit_tx[0].kind;
    commit_veb_o = commit_veb[0].kind;
  end

  svnic_tx #(.DataW(DataW)) u_tx (
      .clk_i, .rst_i, .functions_i(functions), .carrier_i,
      .desc_valid_i, .desc_ready_o, .desc_i(desc), .done_valid_o(tx_done_valid_o), .done_ready_i(tx_done_ready_i), .done_o(tx_done),
      .rd_valid_o, .rd_ready_i, .rd_req_o(rd_req),
      .rd_data_valid_i, .rd_data_client_i(rd_client_e'(rd_data_client_i)), .rd_data_dest_i, .rd_data_bytes_i, .rd_data_i, .rd_done_i(rd_done),
      .lookup_valid_o(tx_lookup_valid), .lookup_ready_i(tx_lookup_ready), .lookup_o(tx_lookup),
      .forward_valid_i(tx_forward_valid), .forward_i(tx_forward),
      .wtx_valid_o, .wtx_ready_i, .wtx_last_o, .wtx_keep_o, .wtx_data_o,
      .loop_valid_o(loop_valid), .loop_ready_i(loop_ready && loop_go_i), .loop_last_o(loop_last), .loop_data_o(loop_data),
      .loop_keep_o(loop_keep), .loop_members_o(loop_members),
      .note_valid_o(note_valid_o[0]), .note_ready_i(note_ready_i[0]), .note_o(note[0]), .busy_o(busy_o[0]), .commit_o(commit_tx)
  );

  svnic_veb u_veb (
      .clk_i, .rst_i, .now_i('0), .link_i, .spoof_check_i,
      .reg_valid_i, .reg_req_i(reg_req), .reg_rsp_o(reg_rsp), .fn_reset_i(fn_reset), .fn_reset_done_o,
      .tx_lookup_valid_i(tx_lookup_valid), .tx_lookup_ready_o(tx_lookup_ready), .tx_lookup_i(tx_lookup),
      .tx_forward_valid_o(tx_forward_valid), .tx_forward_o(tx_forward),
      .rx_lookup_valid_i(rx_lookup_valid), .rx_lookup_ready_o(rx_lookup_ready), .rx_lookup_i(rx_lookup),
      .rx_forward_valid_o(rx_forward_valid), .rx_forward_o(rx_forward), .commit_o(commit_veb)
  );

  svnic_rx #(.DataW(DataW)) u_rx (
      .clk_i, .rst_i, .functions_i(functions), .link_i, .rx_enable_i,
      .wrx_valid_i, .wrx_ready_o, .wrx_last_i, .wrx_keep_i, .wrx_data_i,
      .loop_valid_i(loop_valid && loop_go_i), .loop_ready_o(loop_ready), .loop_last_i(loop_last), .loop_data_i(loop_data),
      .loop_keep_i(loop_keep), .loop_members_i(loop_members),
      .lookup_valid_o(rx_lookup_valid), .lookup_ready_i(rx_lookup_ready), .lookup_o(rx_lookup),
      .forward_valid_i(rx_forward_valid), .forward_i(rx_forward),
      .take_valid_o, .take_ready_i, .take_o(take), .buffer_valid_i, .buffer_ready_o, .buffer_i(buffer),
      .rx_done_valid_o, .rx_done_ready_i, .rx_done_o(rx_done),
      .wr_valid_o, .wr_ready_i, .wr_req_o(wr_req), .src_valid_i, .src_addr_i, .src_data_o, .src_done_i,
      .note_valid_o(note_valid_o[1]), .note_ready_i(note_ready_i[1]), .note_o(note[1]), .busy_o(busy_o[1]), .commit_o(commit_rx)
  );

endmodule
