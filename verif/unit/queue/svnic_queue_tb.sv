// SPDX-License-Identifier: Apache-2.0
// svnic_queue with plain ports for C++.

module svnic_queue_tb
  import svnic_pkg::*;
#(
    parameter int DataW      = 512,
    parameter int CacheDepth = 32,
    parameter int NumQps     = 64,
    parameter int NumVfs     = 63
) (
    input  logic         clk_i,
    input  logic         rst_i,
    input  logic [63:0]  in_reset,

    input  logic         reg_valid, reg_write, reg_doorbell,
    input  logic [7:0]   reg_func,
    input  logic [18:0]  reg_addr,
    input  logic [63:0]  reg_wdata,
    output logic         reg_ack, reg_bad,
    output logic [31:0]  reg_rdata,
    input  logic         fn_valid,
    input  logic [7:0]   fn_func,
    output logic         fn_done,

    output logic [1:0]   rd_valid,
    input  logic [1:0]   rd_ready,
    output logic [7:0]   rd0_func, rd1_func,
    output logic [63:0]  rd0_addr, rd1_addr,
    output logic [13:0]  rd0_len, rd1_len,
    output logic [19:0]  rd0_dest, rd1_dest,
    output logic [15:0]  rd0_id, rd1_id,
    input  logic         data_valid,
    input  logic [1:0]   data_client,
    input  logic [19:0]  data_dest,
    input  logic [6:0]   data_bytes,
    input  logic [DataW-1:0] data,
    input  logic         done_valid, done_error,
    input  logic [1:0]   done_client,
    input  logic [15:0]  done_id,

    output logic         txd_valid, txd_first, txd_last,
    input  logic         txd_ready,
    output logic [7:0]   txd_func, txd_status,
    output logic [8:0]   txd_qp,
    output logic [63:0]  txd_addr,
    output logic [13:0]  txd_len,
    output logic [4:0]   txd_count,
    output logic         txd_loop,
    input  logic         txf_valid,
    output logic         txf_ready,
    input  logic [8:0]   txf_qp,
    input  logic [4:0]   txf_count,
    input  logic [7:0]   txf_status,

    input  logic         take_valid,
    output logic         take_ready,
    input  logic [7:0]   take_func,
    input  logic [13:0]  take_len,
    output logic         buf_valid, buf_ok, buf_last,
    input  logic         buf_ready,
    output logic [8:0]   buf_qp,
    output logic [63:0]  buf_addr,
    output logic [13:0]  buf_len,
    input  logic         rxf_valid, rxf_last, rxf_loopback,
    output logic         rxf_ready,
    input  logic [8:0]   rxf_qp,
    input  logic [13:0]  rxf_len,

    output logic         wr_valid,
    input  logic         wr_ready,
    output logic [7:0]   wr_func,
    output logic [63:0]  wr_addr,
    output logic [13:0]  wr_len,
    output logic [511:0] wr_data,
    input  logic [15:0]  wr_granted, wr_left,

    output logic         raise_valid, raise_stopped, raise_movable,
    input  logic         raise_ready,
    output logic [7:0]   raise_func,
    output logic [3:0]   raise_slot,
    output logic [4:0]   raise_source,
    output logic         note_valid,
    input  logic         note_ready,
    output logic [7:0]   note_func,
    output logic         note_good,

    output logic         busy,
    output logic [5:0][7:0]  commit_kind, commit_a, commit_c,
    output logic [5:0][15:0] commit_b,
    output logic [15:0][7:0] kinds  // numbers of the commits that the test knows
);

  functions_t         functions;
  reg_req_t           reg_req;
  reg_rsp_t           reg_rsp;
  fn_reset_t          fn_reset;
  rd_req_t    [1:0]   rd_req;
  rd_done_t           rd_done;
  tx_work_t           tx_desc;
  tx_done_t           tx_done;
  rx_take_t           rx_take;
  rx_buffer_t         rx_buffer;
  rx_done_t           rx_done;
  wr_req_t            wr_req;
  raise_t             raise;
  note_t              note;
  commit_t [CommitsQueue-1:0] commit;

  always_comb begin
    functions          = '0;
    functions.in_reset = 256'(in_reset);
    reg_req            = '0;
    reg_req.write      = reg_write;
    reg_req.doorbell   = reg_doorbell;
    reg_req.func       = reg_func;
    reg_req.addr       = reg_addr;
    reg_req.wdata      = reg_wdata;
    fn_reset           = '{valid: fn_valid, func: fn_func, conventional: fn_func == '0};
    rd_done            = '{valid: done_valid, client: rd_client_e'(done_client), id: done_id, error: done_error};
    tx_done            = '{qp: txf_qp, count: txf_count, status: txf_status};
    rx_take            = '{func: take_func, len: take_len};
    rx_done            = '{qp: rxf_qp, len: rxf_len, last: rxf_last, loopback: rxf_loopback};
  end

  assign {reg_ack, reg_bad, reg_rdata} = reg_rsp;
  assign {rd0_func, rd0_addr, rd0_len, rd0_dest, rd0_id} = rd_req[0];
  assign {rd1_func, rd1_addr, rd1_len, rd1_dest, rd1_id} = rd_req[1];
  assign txd_func   = tx_desc.func;
  assign txd_qp     = tx_desc.qp;
  assign txd_addr   = tx_desc.addr;
  assign txd_len    = tx_desc.len;
  assign txd_first  = tx_desc.first;
  assign txd_last   = tx_desc.last;
  assign txd_status = tx_desc.status;
  assign txd_count  = tx_desc.count;
  assign txd_loop   = tx_desc.loop;
  assign buf_ok     = rx_buffer.ok;
  assign buf_qp     = rx_buffer.qp;
  assign buf_addr   = rx_buffer.addr;
  assign buf_len    = rx_buffer.len;
  assign buf_last   = rx_buffer.last;
  assign wr_func    = wr_req.func;
  assign wr_addr    = wr_req.addr;
  assign wr_len     = wr_req.len;
  assign wr_data    = wr_req.data;
  assign {raise_func, raise_slot, raise_source, raise_stopped, raise_movable} = raise;
  assign note_func  = note.func;
  assign note_good  = note.error && note.bit_no == 3'd1 && !note.count;

  for (genvar i = 0; i < CommitsQueue; i++) begin : gen_commit
    assign commit_kind[i] = 8'(commit[i].kind);
    assign commit_a[i]    = commit[i].a;
    assign commit_b[i]    = commit[i].b;
    assign commit_c[i]    = commit[i].c;
  end
  assign kinds = '{0: 8'(CommitNone), 1: 8'(FetchIssue), 2: 8'(FetchDone), 3: 8'(TxTake), 4: 8'(RxTake), 5: 8'(CplGather),
                   6: 8'(CplIssue), 7: 8'(QueueReset), 8: 8'(StopDone), default: '0};

  svnic_queue #(
      .NumVfs    (NumVfs),
      .NumQps    (NumQps),
      .DataW     (DataW),
      .CacheDepth(CacheDepth)
  ) u_queue (
      .clk_i,
      .rst_i,
      .functions_i      (functions),
      .reg_valid_i      (reg_valid),
      .reg_req_i        (reg_req),
      .reg_rsp_o        (reg_rsp),
      .fn_reset_i       (fn_reset),
      .fn_reset_done_o  (fn_done),
      .rd_valid_o       (rd_valid),
      .rd_ready_i       (rd_ready),
      .rd_req_o         (rd_req),
      .rd_data_valid_i  (data_valid),
      .rd_data_client_i (rd_client_e'(data_client)),
      .rd_data_dest_i   (data_dest),
      .rd_data_bytes_i  (data_bytes),
      .rd_data_i        (data),
      .rd_done_i        (rd_done),
      .tx_desc_valid_o  (txd_valid),
      .tx_desc_ready_i  (txd_ready),
      .tx_desc_o        (tx_desc),
      .tx_done_valid_i  (txf_valid),
      .tx_done_ready_o  (txf_ready),
      .tx_done_i        (tx_done),
      .rx_take_valid_i  (take_valid),
      .rx_take_ready_o  (take_ready),
      .rx_take_i        (rx_take),
      .rx_buffer_valid_o(buf_valid),
      .rx_buffer_ready_i(buf_ready),
      .rx_buffer_o      (rx_buffer),
      .rx_done_valid_i  (rxf_valid),
      .rx_done_ready_o  (rxf_ready),
      .rx_done_i        (rx_done),
      .wr_valid_o       (wr_valid),
      .wr_ready_i       (wr_ready),
      .wr_req_o         (wr_req),
      .raise_valid_o    (raise_valid),
      .raise_ready_i    (raise_ready),
      .raise_o          (raise),
      .note_valid_o     (note_valid),
      .note_ready_i     (note_ready),
      .note_o           (note),
      .wr_granted_i     (wr_granted),
      .wr_left_i        (wr_left),
      .busy_o           (busy),
      .commit_o         (commit)
  );

endmodule
