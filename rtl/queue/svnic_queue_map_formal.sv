// SPDX-License-Identifier: Apache-2.0
// Proof for svnic_queue_map, for any operations of any functions, any walks of resets, any receive lookups: the entry of {function, local number} changes by the
// PF's writes alone; an operation, a lookup and a walk find the card number that stands there; an operation carries the number of the function that asked; the
// answer is the decision on that very operation. One entry is watched; which one is free.
//
// What the host's side promises (svnic_window_formal: pages_of_a_vf, svnic_host_formal: reaches_its_own_only): a VF's addresses end at 64 KiB. The environment makes them so.

module svnic_queue_map_formal
  import svnic_pkg::*;
  import svnic_regs_pkg::*;
  import svnic_queue_pkg::*;
#(
    parameter int NumVfs = 1,
    parameter int NumQps = 4
) (
    input logic            clk_i,
    input logic            reg_valid_i,
    input reg_req_t        reg_req_i,
    input logic [1:0]      op_ready_i,
    input decision_t [1:0] decision_i,
    input logic            rx_want_i,
    input func_t           rx_func_i,
    input logic            rx_go_i,       // the pipeline takes the lookup
    input logic            walk_valid_i,
    input func_t           walk_func_i,
    input local_t          walk_local_i,
    input logic            clear_i,       // the PF is reset
    input logic [5:0]      sweep_i,       // the map at the start is anything, and swept from here on: 32 cycles are too far for a bounded check
    input func_t           watched_func_i,
    input local_t          watched_local_i
);

  localparam int Entries = 2 * 16;

  logic [1:0]     started_q = 2'd0;  // the map is looked at in the second cycle of reset: in the first one it may be written
  logic           rst, hold, rx_assigned, walk_ready, walk_assigned, busy, clear_valid;
  logic [1:0]     op_valid;
  op_t            op;
  qp_t            rx_qp, walk_qp;
  reg_rsp_t       rsp;

  assign rst = !started_q[1];

  // ---- The host: one operation at a time, held until its answer ----------------------------------------------------------------------------
  logic     asks_q;
  reg_req_t asks, req_q;

  always_comb begin
    asks = reg_req_i;
    if (asks.func != '0) asks.addr[18:16] = '0;
    if (asks.doorbell) asks.addr[18:12] = 7'(DoorbellPage >> 12);
  end

  // ---- Sweeps: after reset all, later with the PF's ---------------------------------------------------------------------------------------------
  logic [5:0] sweep_q;  // Entries: at rest
  assign clear_valid = sweep_q != 6'(Entries) && !rst;

  // ---- A receive lookup waits until the pipeline takes it, as in svnic_queue -------------------------------------------------------------------------
  logic  rx_pending_q, rx_accept, rx_go;
  func_t rx_func_q;
  assign rx_go     = rx_pending_q && rx_go_i;
  assign rx_accept = rx_want_i && !clear_i && !clear_valid && !rst && !hold && (!rx_pending_q || rx_go);

  svnic_queue_map #(
      .NumVfs(NumVfs),
      .NumQps(NumQps)
  ) u_map (
      .clk_i,
      .rst_i          (rst),
      .reg_valid_i    (asks_q),
      .reg_req_i      (req_q),
      .reg_rsp_o      (rsp),
      .op_valid_o     (op_valid),
      .op_ready_i,
      .op_o           (op),
      .decision_i,
      .hold_o         (hold),
      .rx_pending_i   (rx_pending_q),
      .rx_valid_i     (rx_accept),
      .rx_func_i,
      .rx_assigned_o  (rx_assigned),
      .rx_qp_o        (rx_qp),
      .walk_valid_i   (walk_valid_i && !clear_valid),
      .walk_ready_o   (walk_ready),
      .walk_func_i,
      .walk_local_i,
      .walk_assigned_o(walk_assigned),
      .walk_qp_o      (walk_qp),
      .clear_valid_i  (clear_valid),
      .clear_index_i  (12'(sweep_q)),
      .busy_o         (busy)
  );

  // ---- The watched entry -------------------------------------------------------------------------------------------------------------------------
  func_t       func_q;
  local_t      local_q;
  logic        swept, entry_valid_q, walked_q;
  logic [15:0] entry_q;
  logic [1:0]  since_q;    // cycles since an operation went into the pipeline
  logic        direction_q;
  logic        is_write, is_watched, has;

  assign swept      = sweep_q == 6'(Entries);
  assign is_write   = asks_q && rsp.ack && req_q.write && !req_q.doorbell && req_q.addr[18:14] == 5'(QpMapBase >> 14);
  assign is_watched = req_q.addr[13:6] == func_q && req_q.addr[5:2] == local_q;
  assign has        = entry_valid_q && entry_q < 16'(NumQps);

  func_t  func_pick;
  logic   copied_q;  // what receive looks up is the entry's copy: not at the start
  assign func_pick = watched_func_i < func_t'(NumVfs) ? watched_func_i : func_t'(NumVfs);

  host_arg_t  host;
  owner_arg_t owner;
  assign host  = host_arg_t'(op.arg);
  assign owner = owner_arg_t'(op.arg[$bits(owner_arg_t)-1:0]);

  logic [1:0] taken;
  logic       host_op, asks_watched;
  assign taken   = op_valid & op_ready_i;
  assign host_op = |op_valid && op.op == OpHost;
  assign asks_watched = req_q.func == func_q
                      && local_q == (req_q.doorbell ? req_q.addr[7:4] : req_q.addr[9:6]);


  always_ff @(posedge clk_i) begin
    started_q <= {started_q[0], 1'b1};
    if (!asks_q || rsp.ack) {asks_q, req_q} <= {reg_valid_i && swept && !clear_i, asks};
    if (clear_valid) sweep_q <= sweep_q + 6'd1;
    else if (clear_i && !asks_q && !rx_pending_q) sweep_q <= '0;
    rx_pending_q <= rx_accept || (rx_pending_q && !rx_go);
    if (rx_accept) rx_func_q <= rx_func_i;
    walked_q <= walk_valid_i && walk_ready && walk_func_i == func_q && walk_local_i == local_q && swept;

    if (is_write && is_watched) {entry_valid_q, entry_q} <= {req_q.wdata[31], req_q.wdata[15:0]};
    if (clear_valid && sweep_q == 6'({func_q[0], local_q})) {entry_valid_q, entry_q} <= '0;
    if ((is_write && is_watched) || (clear_valid && sweep_q == 6'({func_q[0], local_q}))) copied_q <= 1'b1;
    if (|taken) direction_q <= taken[1];
    since_q <= |taken && host_op ? 2'd1 : since_q == 2'd1 ? 2'd2 : '0;

    if (rst) begin
      func_q  <= func_pick;
      local_q <= watched_local_i;
      {entry_valid_q, entry_q} <= u_map.map_q[{func_pick[0], watched_local_i}];
      sweep_q <= sweep_i < 6'(Entries) ? sweep_i : 6'(Entries);
      {asks_q, rx_pending_q, walked_q, since_q} <= '0;
      copied_q <= u_map.first_q[func_pick[0]] == u_map.map_q[{func_pick[0], 4'd0}];
    end
  end

`ifdef INDUCTION
  typedef enum logic [2:0] {Rest, Looked, Drain, Disown, Own, Operate, Wait, Answer} state_e;  // as in svnic_queue_map
  state_e state;
  logic   found, gives;
  assign state = state_e'(u_map.state_q);
  assign found = u_map.entry_q[16] && u_map.entry_q[15:0] < 16'(NumQps);
  assign gives = req_q.wdata[31] && req_q.wdata[15:0] < 16'(NumQps);
`endif

  // ---- Properties ----------------------------------------------------------------------------------------------------------------------------------
`ifdef INDUCTION
  always_ff @(posedge clk_i) begin
    i_reset_empties :
    assert (started_q != 2'b10 && (started_q != 2'b01 || state == Rest));
  end
`endif

  always_ff @(posedge clk_i)
    if (!rst) begin
      asks_for_itself :
      assert (!host_op || (host.func == req_q.func && $onehot(op_valid)));
      owner_by_pf_only :
      assert (!(|op_valid && op.op inside {OpOwn, OpDisown}) || (req_q.func == '0 && asks_q && req_q.write && op_valid == 2'b11));
      nothing_else_is_asked :
      assert (op_valid == '0 || op.op inside {OpHost, OpOwn, OpDisown});
      means_its_own_queue :
      assert (!(host_op && asks_watched) || (has && 16'(op.qp) == entry_q));
      owns_what_is_written :
      assert (!(|op_valid && op.op == OpOwn) || (owner.func == req_q.addr[13:6] && owner.local_qp == req_q.addr[5:2] && 16'(op.qp) == req_q.wdata[15:0]
                                                 && req_q.wdata[31]));
      disowns_what_was :
      assert (!(|op_valid && op.op == OpDisown && is_watched) || (has && 16'(op.qp) == entry_q && owner.func == func_q && owner.local_qp == local_q));
      walk_finds_it :
      assert (!walked_q || (walk_assigned == has && (!has || 16'(walk_qp) == entry_q)));
      lookup_finds_it :  // for as long as it waits
      assert (!(rx_pending_q && rx_func_q == func_q && local_q == '0 && copied_q) || (rx_assigned == has && (!has || 16'(rx_qp) == entry_q)));
      nothing_for_strangers :
      assert (!(rx_pending_q && rx_func_q > func_t'(NumVfs)) || !rx_assigned);
      answered_by_its_decision :
      assert (since_q != 2'd2 || (rsp.ack && {rsp.bad, rsp.rdata} == {decision_i[direction_q].bad, decision_i[direction_q].rdata}));
      reads_its_map :
      assert (!(asks_q && rsp.ack && !req_q.write && !req_q.doorbell && req_q.addr[18:14] == 5'(QpMapBase >> 14) && is_watched)
              || rsp.rdata == {entry_valid_q, 15'd0, entry_q});

`ifdef INDUCTION
      i_request :
      assert ((state == Rest || asks_q) && (!asks_q || swept) && sweep_q <= 6'(Entries) && (swept || !rx_pending_q));
      i_addresses :
      assert (!asks_q || ((req_q.func == '0 || req_q.addr[18:16] == '0) && (!req_q.doorbell || req_q.addr[18:12] == 7'(DoorbellPage >> 12))));
      i_watched :
      assert (func_q <= func_t'(NumVfs));
      i_in_memory :
      assert (u_map.map_q[{func_q[0], local_q}] == {entry_valid_q, entry_q} && (local_q != '0 || !copied_q || u_map.first_q[func_q[0]] == {entry_valid_q, entry_q}));
      i_answer :
      assert (since_q != 2'd3 && (since_q != 2'd1 || (state == Wait && u_map.from_pipe_q && direction_q == u_map.rx))
              && (since_q != 2'd2 || (state == Answer && u_map.from_pipe_q && direction_q == u_map.rx)));
      i_lookup :
      assert (!rx_pending_q || (swept && u_map.first_exists_q == (rx_func_q <= func_t'(NumVfs)) && !(u_map.is_map && state inside {Disown, Own, Wait, Answer})));
      i_looked :
      assert (!(state inside {Looked, Drain, Disown, Own, Operate}) || !(u_map.is_map ? is_watched : u_map.is_queue && asks_watched)
              || u_map.entry_q == {entry_valid_q, entry_q});
      i_way :
      assert (state inside {Rest, Looked, Drain, Disown, Own, Operate, Wait, Answer}
              && (!(state inside {Drain, Disown, Own}) || u_map.is_map) && (state != Operate || !u_map.is_map)
              && (!(state inside {Drain, Disown, Own, Wait, Answer, Operate})
                  || (u_map.from_pipe_q == !u_map.is_map && (u_map.is_map ? req_q.write && u_map.exists : u_map.is_queue)))
              && (state != Operate || found)
              && (state != Disown || found) && (state != Own || gives));
`endif

      c_operates :
      cover (host_op && |taken && asks_watched && func_q != '0);
      c_doorbell :
      cover (host_op && req_q.doorbell && taken[1] && asks_watched);
      c_moves :
      cover (|taken && op.op == OpOwn && is_watched && entry_valid_q && swept);
      c_disowns :
      cover (|taken && op.op == OpDisown && is_watched);
      c_walk :
      cover (walked_q && has);
      c_lookup :
      cover (rx_pending_q && rx_func_q == func_q && local_q == '0 && has);
      c_vf_writes_behind_its_pages :
      cover (asks_q && req_q.func != '0 && req_q.write && rsp.ack && !rsp.bad);
      c_answer :
      cover (since_q == 2'd2 && rsp.rdata != '0);
    end

  logic unused;
  assign unused = busy;

endmodule
