// SPDX-License-Identifier: Apache-2.0
// What is there to send and where does received data go, whose is it, and who must hear of it? Queues: their registers and doorbells, descriptors
// fetched ahead, frames that take them, completions back. docs/architecture.md 3, docs/programming.md 3.
//
//                +--> fetch --> dma ... cache --> tx_frame, rx_buffers --> tx, rx
//   operations --+--> gather .. completion --> dma (writes)                          one context pipeline per direction,
//                +--> tell --> event, mgmt                                           TX is 0, RX is 1 everywhere
//
// What decides is svnic_queue_decide; the rest are lists, FIFOs and formats around it.

module svnic_queue
  import svnic_pkg::*;
  import svnic_queue_pkg::*;
#(
    parameter int NumVfs     = 64,
    parameter int NumQps     = 512,
    parameter int DataW      = 512,
    parameter int CacheDepth = 32
) (
    input logic       clk_i,
    input logic       rst_i,
    input functions_t functions_i,

    input  logic      reg_valid_i,
    input  reg_req_t  reg_req_i,
    output reg_rsp_t  reg_rsp_o,
    input  fn_reset_t fn_reset_i,
    output logic      fn_reset_done_o,

    // descriptor reads: TX, RX
    output logic    [1:0]       rd_valid_o,
    input  logic    [1:0]       rd_ready_i,
    output rd_req_t [1:0]       rd_req_o,
    input  logic                rd_data_valid_i,
    input  rd_client_e          rd_data_client_i,
    input  logic    [19:0]      rd_data_dest_i,
    input  logic    [6:0]       rd_data_bytes_i,
    input  logic    [DataW-1:0] rd_data_i,
    input  rd_done_t            rd_done_i,

    output logic       tx_desc_valid_o,
    input  logic       tx_desc_ready_i,
    output tx_work_t   tx_desc_o,
    input  logic       tx_done_valid_i,
    output logic       tx_done_ready_o,
    input  tx_done_t   tx_done_i,
    input  logic       rx_take_valid_i,
    output logic       rx_take_ready_o,
    input  rx_take_t   rx_take_i,
    output logic       rx_buffer_valid_o,
    input  logic       rx_buffer_ready_i,
    output rx_buffer_t rx_buffer_o,
    input  logic       rx_done_valid_i,
    output logic       rx_done_ready_o,
    input  rx_done_t   rx_done_i,

    // completions
    output logic    wr_valid_o,
    input  logic    wr_ready_i,
    output wr_req_t wr_req_o,

    output logic   raise_valid_o,
    input  logic   raise_ready_i,
    output raise_t raise_o,
    output logic   note_valid_o,
    input  logic   note_ready_i,
    output note_t  note_o,

    input logic [15:0] wr_granted_i,
    input logic [15:0] wr_left_i,

    output logic                       busy_o,
    output commit_t [CommitsQueue-1:0] commit_o
);

  // Who wants an operation, in order of priority
  localparam int End = 0, Host = 1, Reset = 2, Issue = 3, Done = 4, Gather = 5, Fetch = 6, Stop = 7, Take = 8;
  localparam int Requesters = 9;

  logic [1:0][Requesters-1:0] op_valid, op_ready;
  op_t  [1:0][Requesters-1:0] op;

  logic      [1:0]                 decided_valid, eop_valid, pipe_busy;
  op_t       [1:0]                 decided;
  decision_t [1:0]                 decision;
  fetch_t    [1:0]                 fetch;
  take_t     [1:0]                 take;
  write_t    [1:0]                 write;
  after_t    [1:0]                 after;
  qp_t       [1:0]                 eop_qp;
  logic      [1:0][CacheDepth-1:0] eop;

  logic                     tell_room, write_room, swept, clear_valid, clear_contexts;
  logic [11:0]              clear_index;
  logic [1:0]               take_valid, take_room, fetch_room, left;
  logic [1:0]               fetch_busy, stop_busy, gather_busy, cache_busy, cache_valid, cache_ready, cache_first, cache_last, cache_read;
  take_t [1:0]              cache_take;
  logic [1:0][127:0]        cache_desc;
  logic [1:0]               done_valid, done_ready;
  tx_done_t                 tx_done;
  rx_done_t                 rx_done;
  mark_t [3:0]              pushed, popped;  // stops of TX, RX, raises, notes

  // ---- Host, function reset -----------------------------------------------------------------------------------------------------
  logic [1:0] host_valid, host_ready, reset_valid;
  op_t        host_op, reset_op;
  logic       hold, rx_accept, rx_pending_q, rx_assigned, walk_valid, walk_ready, walk_assigned, map_busy, reset_busy;
  func_t      walk_func;
  local_t     walk_local;
  qp_t        rx_qp, walk_qp;

  svnic_queue_map #(
      .NumVfs(NumVfs),
      .NumQps(NumQps)
  ) u_map (
      .clk_i,
      .rst_i,
      .reg_valid_i,
      .reg_req_i,
      .reg_rsp_o,
      .op_valid_o     (host_valid),
      .op_ready_i     (host_ready),
      .op_o           (host_op),
      .decision_i     (decision),
      .hold_o         (hold),
      .rx_pending_i   (rx_pending_q),
      .rx_valid_i     (rx_accept),
      .rx_func_i      (rx_take_i.func),
      .rx_assigned_o  (rx_assigned),
      .rx_qp_o        (rx_qp),
      .walk_valid_i   (walk_valid),
      .walk_ready_o   (walk_ready),
      .walk_func_i    (walk_func),
      .walk_local_i   (walk_local),
      .walk_assigned_o(walk_assigned),
      .walk_qp_o      (walk_qp),
      .clear_valid_i  (clear_valid),
      .clear_index_i  (clear_index),
      .busy_o         (map_busy)
  );

  svnic_queue_reset #(
      .NumVfs  (NumVfs),
      .NumQps  (NumQps),
      .NumMarks(4)
  ) u_reset (
      .clk_i,
      .rst_i,
      .fn_reset_i,
      .fn_reset_done_o,
      .clear_valid_o  (clear_valid),
      .clear_index_o  (clear_index),
      .ready_o        (swept),
      .walk_valid_o   (walk_valid),
      .walk_ready_i   (walk_ready),
      .walk_func_o    (walk_func),
      .walk_local_o   (walk_local),
      .walk_assigned_i(walk_assigned),
      .walk_qp_i      (walk_qp),
      .op_valid_o     (reset_valid),
      .op_ready_i     ({op_ready[1][Reset], op_ready[0][Reset]}),
      .op_o           (reset_op),
      .left_i         (left),
      .after_i        (after),
      .pushed_i       (pushed),
      .popped_i       (popped),
      .busy_o         (reset_busy)
  );

  assign clear_contexts = clear_valid && !swept;  // after reset, not with the PF's

  // ---- Both directions alike ----------------------------------------------------------------------------------------------------
  logic parity_q;  // TX gathers when 0, RX when 1: completions of both directions are in one order

  always_ff @(posedge clk_i) parity_q <= !parity_q && !rst_i;

  for (genvar d = 0; d < 2; d++) begin : gen_direction
    localparam bit IsRx = d == 1;
    localparam rd_client_e Client = IsRx ? RdRxDesc : RdTxDesc;

    logic pipe_valid;
    op_t  pipe_op;

    svnic_queue_arbiter #(
        .N(Requesters)
    ) u_arbiter (
        .valid_i(op_valid[d]),
        .ready_o(op_ready[d]),
        .op_i   (op[d]),
        .valid_o(pipe_valid),
        .op_o   (pipe_op)
    );

    svnic_queue_context #(
        .Rx        (IsRx),
        .NumQps    (NumQps),
        .CacheDepth(CacheDepth)
    ) u_context (
        .clk_i,
        .rst_i,
        .op_valid_i     (pipe_valid),
        .op_i           (pipe_op),
        .in_reset_i     (functions_i.in_reset),
        .eop_valid_o    (eop_valid[d]),
        .eop_qp_o       (eop_qp[d]),
        .eop_i          (eop[d]),
        .decided_valid_o(decided_valid[d]),
        .decided_o      (decided[d]),
        .decision_o     (decision[d]),
        .fetch_o        (fetch[d]),
        .take_o         (take[d]),
        .write_o        (write[d]),
        .after_o        (after[d]),
        .busy_o         (pipe_busy[d])
    );

    // A read ended: never waits.
    logic     end_valid_q;
    rd_done_t end_q;
    always_ff @(posedge clk_i) begin
      if (rd_done_i.valid) end_q <= rd_done_i;
      end_valid_q <= rd_done_i.valid && rd_done_i.client == Client && !rst_i;
    end
    logic end_unused;
    assign end_unused       = ^end_q;
    assign op_valid[d][End] = end_valid_q;
    assign op[d][End]       = '{op: OpEnd, qp: qp_t'(end_q.id >> 2), arg: ArgW'({2'(end_q.id), end_q.error})};

    // The host, and resets
    assign host_ready[d]      = !end_valid_q && tell_room;
    assign op_valid[d][Host]  = host_valid[d] && tell_room;
    assign op[d][Host]        = host_op;
    assign op_valid[d][Reset] = reset_valid[d];
    assign op[d][Reset]       = reset_op;
    assign left[d]            = decided_valid[d] && decided[d].op inside {OpReset, OpLook} && !decision[d].idle;

    // Fetches that ended out of order, or failed
    logic done_wanted;
    qp_t  done_qp;
    svnic_queue_list #(
        .NumQps(NumQps)
    ) u_ended (
        .clk_i,
        .rst_i,
        .update_valid_i(after[d].valid),
        .update_qp_i   (after[d].qp),
        .update_wants_i(after[d].done),
        .update_turn_i (after[d].finished),
        .valid_o       (done_wanted),
        .ready_i       (op_ready[d][Done] && tell_room),
        .qp_o          (done_qp)
    );
    assign op_valid[d][Done] = done_wanted && tell_room;
    assign op[d][Done]       = '{op: OpDone, qp: done_qp, arg: '0};

    // Fetches: behind frames, but not for ever. Meanwhile queues get room for more, and fetches become fewer and larger.
    logic       fetch_wanted, fetch_waits, fetch_go;
    qp_t        fetch_qp;
    logic [3:0] waited_q;

    assign fetch_go = fetch_room[d] && (!take_valid[d] || waited_q == '1);
    always_ff @(posedge clk_i) begin
      if (op_valid[d][Fetch] && op_ready[d][Fetch]) waited_q <= '0;
      else if (fetch_wanted && waited_q != '1) waited_q <= waited_q + 4'd1;
      if (rst_i) waited_q <= '0;
    end

    svnic_queue_list #(
        .NumQps(NumQps)
    ) u_fetches (
        .clk_i,
        .rst_i,
        .update_valid_i(after[d].valid),
        .update_qp_i   (after[d].qp),
        .update_wants_i(after[d].fetch),
        .update_turn_i (after[d].fetched),
        .valid_o       (fetch_wanted),
        .ready_i       (op_ready[d][Fetch] && fetch_go),
        .qp_o          (fetch_qp)
    );
    assign op_valid[d][Fetch] = fetch_wanted && fetch_go;
    assign op[d][Fetch]       = '{op: OpFetch, qp: fetch_qp, arg: '0};

    svnic_queue_fetch #(
        .CacheDepth(CacheDepth)
    ) u_fetch (
        .clk_i,
        .rst_i,
        .fetch_valid_i(decision[d].fetch),
        .fetch_i      (fetch[d]),
        .room_o       (fetch_room[d]),
        .taken_i      (decision[d].take && take[d].ok ? take[d].count : '0),
        .read_i       (cache_read[d]),
        .rd_valid_o   (rd_valid_o[d]),
        .rd_ready_i   (rd_ready_i[d]),
        .rd_req_o     (rd_req_o[d]),
        .busy_o       (fetch_waits)
    );
    assign fetch_busy[d] = (fetch_wanted || fetch_waits) && !(rd_valid_o[d] && !rd_ready_i[d]);

    svnic_queue_cache #(
        .NumQps    (NumQps),
        .DataW     (DataW),
        .CacheDepth(CacheDepth)
    ) u_cache (
        .clk_i,
        .rst_i,
        .data_valid_i(rd_data_valid_i && rd_data_client_i == Client),
        .data_dest_i (rd_data_dest_i),
        .data_bytes_i(rd_data_bytes_i),
        .data_i      (rd_data_i),
        .take_valid_i(decision[d].take),
        .take_i      (take[d]),
        .room_o      (take_room[d]),
        .valid_o     (cache_valid[d]),
        .ready_i     (cache_ready[d]),
        .take_o      (cache_take[d]),
        .first_o     (cache_first[d]),
        .last_o      (cache_last[d]),
        .desc_o      (cache_desc[d]),
        .read_o      (cache_read[d]),
        .busy_o      (cache_busy[d])
    );

    // Completions
    logic gather_valid;
    svnic_queue_gather u_gather (
        .clk_i,
        .rst_i,
        .done_valid_i(done_valid[d]),
        .done_ready_o(done_ready[d]),
        .done_qp_i   (IsRx ? rx_done.qp : tx_done.qp),
        .done_count_i(IsRx ? 5'd1 : tx_done.count),
        .done_unit_i (IsRx ? '{eop: rx_done.last, loopback: rx_done.loopback, status: '0, len: rx_done.len}
                           : '{eop: 1'b1, loopback: 1'b0, status: code_t'(tx_done.status), len: '0}),
        .op_valid_o  (gather_valid),
        .op_ready_i  (op_ready[d][Gather] && write_room && parity_q == IsRx),
        .op_o        (op[d][Gather]),
        .busy_o      (gather_busy[d])
    );
    assign op_valid[d][Gather] = gather_valid && write_room && parity_q == IsRx;

    // Queues that have drained: off when what was granted until then has left.
    typedef struct packed {
      qp_t         qp;
      logic [15:0] granted;
    } stop_t;
    stop_t stop;
    logic  stop_wanted, stop_unused;
    svnic_queue_fifo #(
        .T    (stop_t),
        .Depth(NumQps),
        .Slack(1)
    ) u_stops (
        .clk_i,
        .rst_i,
        .in_valid_i (after[d].drained),
        .in_i       ('{qp: after[d].qp, granted: wr_granted_i}),
        .room_o     (stop_unused),  // one place for each queue: always
        .out_valid_o(stop_wanted),
        .out_ready_i(op_ready[d][Stop] && op_valid[d][Stop]),
        .out_o      (stop),
        .pushed_o   (pushed[d]),
        .popped_o   (popped[d])
    );
    assign op_valid[d][Stop] = stop_wanted && $signed(wr_left_i - stop.granted) >= 0;
    assign op[d][Stop]       = '{op: OpStop, qp: stop.qp, arg: '0};
    assign stop_busy[d]      = op_valid[d][Stop];
  end

  // ---- TX: whose turn it is, and its frame -----------------------------------------------------------------------------------------
  logic        turn_valid, turn_again, schedule_busy, charge_valid;
  qp_t         turn_qp;
  func_t       charge_func;
  bytes_t      charge_bytes;
  take_arg_t   tx_arg, rx_arg;

  svnic_queue_schedule #(
      .NumQps(NumQps)
  ) u_schedule (
      .clk_i,
      .rst_i,
      .update_valid_i(after[0].valid),
      .update_qp_i   (after[0].qp),
      .update_func_i (after[0].func),
      .update_wants_i(after[0].take),
      .update_turn_i (after[0].tried),
      .valid_o       (turn_valid),
      .qp_o          (turn_qp),
      .again_o       (turn_again),
      .ready_i       (op_ready[0][Take] && op_valid[0][Take]),
      .charge_valid_i(charge_valid),
      .charge_func_i (charge_func),
      .charge_bytes_i(charge_bytes),
      .clear_valid_i (clear_contexts),
      .clear_func_i  (func_t'(clear_index)),
      .busy_o        (schedule_busy)
  );

  assign tx_arg            = '{again: turn_again, default: '0};
  assign take_valid[0]     = turn_valid && take_room[0] && tell_room;
  assign op_valid[0][Take] = take_valid[0];
  assign op[0][Take]       = '{op: OpTake, qp: turn_qp, arg: ArgW'(tx_arg)};

  svnic_queue_eop #(
      .NumQps    (NumQps),
      .DataW     (DataW),
      .CacheDepth(CacheDepth)
  ) u_eop (
      .clk_i,
      .rst_i,
      .data_valid_i(rd_data_valid_i && rd_data_client_i == RdTxDesc),
      .data_dest_i (rd_data_dest_i),
      .data_bytes_i(rd_data_bytes_i),
      .data_i      (rd_data_i),
      .rd_valid_i  (eop_valid[0]),
      .rd_qp_i     (eop_qp[0]),
      .eop_o       (eop[0])
  );
  assign eop[1] = '0;

  svnic_queue_tx_frame u_tx_frame (
      .clk_i,
      .rst_i,
      .valid_i       (cache_valid[0]),
      .ready_o       (cache_ready[0]),
      .take_i        (cache_take[0]),
      .first_i       (cache_first[0]),
      .last_i        (cache_last[0]),
      .desc_i        (cache_desc[0]),
      .tx_desc_valid_o,
      .tx_desc_ready_i,
      .tx_desc_o,
      .charge_valid_o(charge_valid),
      .charge_func_o (charge_func),
      .charge_bytes_o(charge_bytes)
  );

  // ---- RX: a frame takes buffers ---------------------------------------------------------------------------------------------------
  rx_take_t rx_take_q;
  logic     rx_go;

  assign rx_go             = op_valid[1][Take] && op_ready[1][Take];
  assign rx_take_ready_o   = swept && !hold && (!rx_pending_q || rx_go);
  assign rx_accept         = rx_take_valid_i && rx_take_ready_o;
  assign rx_arg            = '{again: 1'b0, assigned: rx_assigned, func: rx_take_q.func, len: rx_take_q.len};
  assign take_valid[1]     = rx_pending_q && take_room[1];
  assign op_valid[1][Take] = take_valid[1];
  assign op[1][Take]       = '{op: OpTake, qp: rx_assigned ? rx_qp : '0, arg: ArgW'(rx_arg)};

  always_ff @(posedge clk_i) begin
    if (rx_accept) rx_take_q <= rx_take_i;
    rx_pending_q <= (rx_accept || (rx_pending_q && !rx_go)) && !rst_i;
  end

  svnic_queue_rx_buffers u_rx_buffers (
      .clk_i,
      .valid_i(cache_valid[1]),
      .ready_o(cache_ready[1]),
      .take_i (cache_take[1]),
      .first_i(cache_first[1]),
      .last_i (cache_last[1]),
      .desc_i (cache_desc[1]),
      .rx_buffer_valid_o,
      .rx_buffer_ready_i,
      .rx_buffer_o
  );

  // ---- Completions -----------------------------------------------------------------------------------------------------------------
  logic [1:0] issue_valid;
  op_t        issue_op;
  logic       completion_busy;

  svnic_fifo #(
      .T    (tx_done_t),
      .Depth(8)
  ) u_tx_done (
      .clk_i,
      .rst_i,
      .in_valid_i (tx_done_valid_i),
      .in_ready_o (tx_done_ready_o),
      .in_i       (tx_done_i),
      .out_valid_o(done_valid[0]),
      .out_ready_i(done_ready[0]),
      .out_o      (tx_done)
  );

  svnic_fifo #(
      .T    (rx_done_t),
      .Depth(8)
  ) u_rx_done (
      .clk_i,
      .rst_i,
      .in_valid_i (rx_done_valid_i),
      .in_ready_o (rx_done_ready_o),
      .in_i       (rx_done_i),
      .out_valid_o(done_valid[1]),
      .out_ready_i(done_ready[1]),
      .out_o      (rx_done)
  );

  svnic_queue_completion u_completion (
      .clk_i,
      .rst_i,
      .write_valid_i(decision[0].write || decision[1].write),
      .write_i      (decision[0].write ? write[0] : write[1]),
      .room_o       (write_room),
      .wr_valid_o,
      .wr_ready_i,
      .wr_req_o,
      .op_valid_o   (issue_valid),
      .op_ready_i   ({op_ready[1][Issue], op_ready[0][Issue]} & {2{tell_room}}),
      .op_o         (issue_op),
      .busy_o       (completion_busy)
  );

  for (genvar d = 0; d < 2; d++) begin : gen_issue
    assign op_valid[d][Issue] = issue_valid[d] && tell_room;
    assign op[d][Issue]       = issue_op;
  end

  // ---- Events ------------------------------------------------------------------------------------------------------------------------
  logic tell_busy;

  svnic_queue_tell u_tell (
      .clk_i,
      .rst_i,
      .tell_i  ({decision[1].tell, decision[0].tell}),
      .swap_i  (decided[0].op == OpHost),
      .room_o  (tell_room),
      .raise_valid_o,
      .raise_ready_i,
      .raise_o,
      .note_valid_o,
      .note_ready_i,
      .note_o,
      .pushed_o(pushed[3:2]),
      .popped_o(popped[3:2]),
      .busy_o  (tell_busy)
  );

  // ---- Busy: what waits for others is theirs ----------------------------------------------------------------------------------------
  logic busy_q, tx_blocked, rx_blocked, wr_blocked;

  assign tx_blocked = tx_desc_valid_o && !tx_desc_ready_i;
  assign rx_blocked = rx_buffer_valid_o && !rx_buffer_ready_i;
  assign wr_blocked = wr_valid_o && !wr_ready_i;
  assign busy_o     = busy_q;

  always_ff @(posedge clk_i) begin
    busy_q <= map_busy || reset_busy || tell_busy || |pipe_busy || |fetch_busy ||
              |stop_busy || rd_done_i.valid || op_valid[0][End] || op_valid[1][End] || op_valid[0][Done] || op_valid[1][Done] ||
              ((schedule_busy || cache_busy[0]) && !tx_blocked) ||
              ((rx_take_valid_i || rx_pending_q || cache_busy[1]) && !rx_blocked) ||
              ((|gather_busy || completion_busy || tx_done_valid_i || rx_done_valid_i) && !wr_blocked) || !swept;
    if (rst_i) busy_q <= 1'b1;
  end

  always_comb begin
    commit_o      = '0;
    commit_o[1:0] = decision[0].commit;
    commit_o[3:2] = decision[1].commit;
  end

  logic unused;
  assign unused = ^{functions_i, eop_valid[1], eop_qp[1]};

endmodule
