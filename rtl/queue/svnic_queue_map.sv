// SPDX-License-Identifier: Apache-2.0
// Which queue does a function mean? {function, local QP} -> card QP in RAM, written by the PF only; who owns a card QP stands in its contexts.
// Takes the host's operations: decodes, looks up, hands them to the pipelines, and answers in the cycle of the decision.
//
// A write of the map takes the owner from the old QP and gives it to the new one by two operations on both directions. Between them and the answer
// no receive lookup is under way: hold_o.

module svnic_queue_map
  import svnic_pkg::*;
  import svnic_regs_pkg::*;
  import svnic_queue_pkg::*;
#(
    parameter int NumVfs = 64,
    parameter int NumQps = 512
) (
    input logic clk_i,
    input logic rst_i,

    input  logic     reg_valid_i,
    input  reg_req_t reg_req_i,
    output reg_rsp_t reg_rsp_o,

    // operations: of the host on one direction, of a map write on both at once
    output logic [1:0]        op_valid_o,
    input  logic [1:0]        op_ready_i,  // does not depend on valid
    output op_t               op_o,
    input  decision_t [1:0]   decision_i,

    // receive: QP of a function's first queue pair, one cycle after the request
    output logic  hold_o,          // no lookup now ...
    input  logic  rx_pending_i,    // ... and this one is still before the pipeline
    input  logic  rx_valid_i,
    input  func_t rx_func_i,
    output logic  rx_assigned_o,
    output qp_t   rx_qp_o,

    // function reset: QP of any local number, one cycle after the grant
    input  logic   walk_valid_i,
    output logic   walk_ready_o,
    input  func_t  walk_func_i,
    input  local_t walk_local_i,
    output logic   walk_assigned_o,
    output qp_t    walk_qp_o,

    input logic        clear_valid_i,  // after reset, and when the PF is reset
    input logic [11:0] clear_index_i,

    output logic busy_o
);

  localparam int FunctionW = $clog2(NumVfs + 1);
  typedef logic [FunctionW-1:0] function_t;
  typedef logic [FunctionW+3:0] place_t;
  typedef struct packed {
    logic        valid;
    logic [15:0] card;
  } entry_t;

  entry_t map_q[2**(FunctionW+4)];
  entry_t first_q[2**FunctionW];  // a copy of local QP 0, for receive

  function automatic logic assigned(entry_t entry);
    return entry.valid && entry.card < 16'(NumQps);
  endfunction

  // ---- What the host wants -------------------------------------------------------------------------------------------------
  typedef enum logic [2:0] {
    Rest,
    Looked,   // the map's entry is here
    Drain,    // map write: no receive lookup is under way any more
    Disown,
    Own,
    Operate,  // a queue's register or doorbell
    Wait,
    Answer    // the cycle of the decision
  } state_e;

  state_e state_d, state_q;
  logic   is_map, is_queue, exists, from_pipe_q, granted;
  func_t  func;
  local_t local_qp;
  logic   rx;
  entry_t entry_q, written;

  assign is_map   = !reg_req_i.doorbell && reg_req_i.addr[18:14] == 5'(QpMapBase >> 14);
  assign is_queue = reg_req_i.doorbell ? reg_req_i.addr[11:0] < 12'(QueueDbCount * 8)
                                       : reg_req_i.addr[18:12] == 7'(QueueBase >> 12) && reg_req_i.addr[11:0] < 12'(QueueCount * 32);
  assign func     = is_map ? reg_req_i.addr[13:6] : reg_req_i.func;
  assign local_qp = is_map ? reg_req_i.addr[5:2] : reg_req_i.doorbell ? reg_req_i.addr[7:4] : reg_req_i.addr[9:6];
  assign rx       = reg_req_i.doorbell ? reg_req_i.addr[3] : reg_req_i.addr[5];
  assign exists   = 32'(func) <= NumVfs;
  assign written  = '{valid: reg_req_i.wdata[31], card: reg_req_i.wdata[15:0]};

  always_comb begin
    state_d = state_q;
    unique case (state_q)
      Rest:    if (reg_valid_i && !walk_valid_i && !clear_valid_i) state_d = Looked;
      Looked: begin
        state_d = Rest;  // answered at once
        if (is_map && reg_req_i.write && exists) state_d = Drain;
        else if (is_queue && assigned(entry_q)) state_d = Operate;
      end
      Drain:   if (!rx_pending_i) state_d = assigned(entry_q) ? Disown : assigned(written) ? Own : Answer;
      Disown:  if (granted) state_d = assigned(written) ? Own : Wait;
      Own:     if (granted) state_d = Wait;
      Operate: if (granted) state_d = Wait;
      Wait:    state_d = Answer;
      default: state_d = Rest;
    endcase
  end

  assign hold_o = state_q inside {Drain, Disown, Own, Wait, Answer} && is_map;

  // ---- Operations ------------------------------------------------------------------------------------------------------------
  owner_arg_t owner_arg;
  host_arg_t  host_arg;

  assign owner_arg = '{func: func, local_qp: local_qp, keep: 1'b0};
  assign host_arg = '{
      func: func,
      local_qp: local_qp,
      write: reg_req_i.write || reg_req_i.doorbell,
      doorbell: reg_req_i.doorbell,
      dw: reg_req_i.addr[4:2],
      wdata: reg_req_i.wdata
  };

  always_comb begin
    op_valid_o = '0;
    op_o       = '{op: OpHost, qp: qp_t'(entry_q.card), arg: host_arg};
    granted    = op_ready_i[rx];
    unique case (state_q)
      Disown, Own: begin  // both directions in the same cycle
        granted    = &op_ready_i;
        op_valid_o = {2{granted}};
        op_o.op    = state_q == Own ? OpOwn : OpDisown;
        op_o.qp    = state_q == Own ? qp_t'(written.card) : qp_t'(entry_q.card);
        op_o.arg   = ArgW'(owner_arg);
      end
      Operate: op_valid_o[rx] = 1'b1;
      default: ;
    endcase
  end

  // ---- Answer ---------------------------------------------------------------------------------------------------------------
  decision_t decision;
  logic      write_map, at_once;

  assign decision  = decision_i[rx];
  assign at_once   = state_q == Looked && state_d == Rest;
  assign write_map = state_q == Answer && !from_pipe_q;

  always_comb begin
    reg_rsp_o     = '0;
    reg_rsp_o.ack = at_once || state_q == Answer;
    if (at_once) begin
      if (is_map && exists && !reg_req_i.write) reg_rsp_o.rdata = {entry_q.valid, 15'd0, entry_q.card};
      reg_rsp_o.bad = is_queue && (reg_req_i.write || reg_req_i.doorbell);
    end else if (state_q == Answer && from_pipe_q) begin
      reg_rsp_o.rdata = decision.rdata;
      reg_rsp_o.bad   = decision.bad;
    end
  end

  always_ff @(posedge clk_i) begin
    state_q <= state_d;
    if (state_q == Looked) from_pipe_q <= !is_map;
    if (rst_i) state_q <= Rest;
  end

  // ---- RAM ------------------------------------------------------------------------------------------------------------------
  place_t    place, write_place;
  entry_t    first_read_q;
  logic      first_exists_q, walk_exists_q;

  assign walk_ready_o = state_q == Rest && !clear_valid_i;
  assign place        = walk_valid_i ? {function_t'(walk_func_i), walk_local_i} : {function_t'(func), local_qp};
  assign write_place  = clear_valid_i ? place_t'(clear_index_i) : {function_t'(func), local_qp};

  always_ff @(posedge clk_i) begin
    if (write_map || clear_valid_i) map_q[write_place] <= clear_valid_i ? '0 : written;
    if ((write_map || clear_valid_i) && write_place[3:0] == '0) first_q[write_place[FunctionW+3:4]] <= clear_valid_i ? '0 : written;
    if (state_q == Rest) begin
      entry_q       <= map_q[place];
      walk_exists_q <= walk_valid_i ? 32'(walk_func_i) <= NumVfs : exists;
    end
    if (rx_valid_i) begin
      first_read_q   <= first_q[function_t'(rx_func_i)];
      first_exists_q <= 32'(rx_func_i) <= NumVfs;
    end
  end

  assign rx_assigned_o   = first_exists_q && assigned(first_read_q);
  assign rx_qp_o         = qp_t'(first_read_q.card);
  assign walk_assigned_o = walk_exists_q && assigned(entry_q);
  assign walk_qp_o       = qp_t'(entry_q.card);

  assign busy_o = reg_valid_i;

  logic unused;
  assign unused = ^{reg_req_i.msix, reg_req_i.second, reg_req_i.addr[1:0], decision, clear_index_i};

endmodule
