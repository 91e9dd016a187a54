// SPDX-License-Identifier: Apache-2.0
// What does a request of the host do? Takes requests one at a time, in order; finds the function and the register; hands each DW (or
// doorbell) to its block; answers. docs/programming.md section 1 (access rules), docs/config-space.md (which function, which answer).
//
//   Idle --> Decide --> Access (a block, DW by DW) ------> Answer --> Idle
//                  \--> Config (when the errors are fresh) --^  ^
//                  \--> Fail (an error to log) -----------------+
//                  \--> ... (nothing to wait for: also here)
//
// Posted requests skip Answer. A completion waits in its queue until all writes that were granted before its request took effect have left.

module svnic_host
  import svnic_pkg::*;
  import svnic_regs_pkg::*;
  import svnic_cfg_pkg::*;
#(
    parameter int DataW = 512
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

    input logic       hold_i,       // start no request: not yet cleared, or resets begin
    input windows_t   windows_i,
    input functions_t functions_i,

    // configuration space
    input  logic        config_fresh_i,
    output logic        config_op_o,
    output config_req_t config_req_o,
    input  logic [31:0] config_rdata_i,  // a cycle after config_op_o
    output logic        capture_o,
    output logic [7:0]  capture_bus_o,

    output logic   error_valid_o,
    input  logic   error_ready_i,
    output fault_t error_o,

    output logic     [NumTargets-1:0] reg_valid_o,
    output reg_req_t                  reg_req_o,
    input  reg_rsp_t [NumTargets-1:0] reg_rsp_i,

    input logic [15:0] wr_granted_i,
    input logic [15:0] wr_left_i,

    output logic  note_valid_o,
    input  logic  note_ready_i,
    output note_t note_o,

    output logic    busy_o,
    output commit_t commit_o
);

  // ---- Requests: header and the first two DW, the rest of the payload means nothing here ---------------------------------------
  typedef struct packed {
    tlp_t        hdr;
    logic [63:0] data;
  } request_t;

  logic     skipping_q, in_ready, in_valid, take;
  request_t in, arriving;

  assign arriving = '{hdr: hrq_hdr_i, data: hrq_data_i[63:0]};

  svnic_fifo #(
      .T    (request_t),
      .Depth(4)
  ) u_requests (
      .clk_i,
      .rst_i,
      .in_valid_i (hrq_valid_i && hrq_sop_i && !skipping_q),
      .in_ready_o (in_ready),
      .in_i       (arriving),
      .out_valid_o(in_valid),
      .out_ready_i(take),
      .out_o      (in)
  );

  assign hrq_ready_o = in_ready || skipping_q;

  always_ff @(posedge clk_i) begin
    if (hrq_valid_i && hrq_ready_o) skipping_q <= !hrq_eop_i;
    if (rst_i) skipping_q <= 1'b0;
  end

  // ---- Whose window is it? ----------------------------------------------------------------------------------------------------
  place_t place_d, place_q;

  svnic_window u_window (
      .windows_i,
      .exists_i(functions_i.exists),
      .hdr_i   (in.hdr),
      .place_o (place_d)
  );

  // ---- What shall be done ---------------------------------------------------------------------------------------------------
  typedef enum logic [2:0] {
    Idle,
    Decide,
    Access,
    Config,
    Fail,
    Answer
  } state_e;

  state_e      state_d, state_q;
  request_t    req_q;
  cpl_status_e status_d, status_q;
  logic        second_q;  // the high DW's turn
  logic [63:0] rdata_q;

  typedef enum logic [2:0] {
    ToNobody,   // a message, a stray completion: dropped
    ToAbsent,   // the function is in reset: RRS or UR, not logged
    ToError,
    ToConfig,
    ToBad,      // bad access
    ToNothing,  // reads 0, takes writes
    ToBlock
  } verdict_e;

  verdict_e verdict;
  error_e   error_kind;
  func_t    func;
  logic     config_request, known, non_posted, is_write, whole, two, poisoned, doorbell_page, doorbell, on_bus;
  target_e  target;

  assign func           = place_q.claimed ? place_q.func : '0;
  assign config_request = is_config(req_q.hdr.kind);
  assign non_posted     = !(req_q.hdr.kind inside {TlpMWr, TlpMsg, TlpCpl, TlpCplD, TlpNone});
  assign known          = req_q.hdr.kind inside {TlpMRd, TlpMWr, TlpFetchAdd, TlpSwap, TlpCas, TlpDmwr} || config_request;
  assign is_write       = req_q.hdr.kind inside {TlpMWr, TlpCfgWr0};
  assign poisoned       = req_q.hdr.poisoned && !(req_q.hdr.kind inside {TlpMRd, TlpCfgRd0});
  assign two            = req_q.hdr.dw == 11'd2;
  assign whole          = req_q.hdr.first_be == '1 && (two ? req_q.hdr.last_be == '1 : req_q.hdr.dw == 11'd1);
  assign doorbell_page  = !place_q.msix && !place_q.beyond && place_q.addr[18:12] == 7'(DoorbellPage >> 12);
  assign doorbell       = doorbell_page && is_write;

  always_comb begin
    error_kind = ErrUnsupported;
    verdict    = ToBlock;
    if (!known) verdict = ToNobody;
    else if (place_q.claimed && functions_i.in_reset[func]) verdict = ToAbsent;
    else if (poisoned) {verdict, error_kind} = {ToError, ErrPoisoned};
    else if (!place_q.claimed || req_q.hdr.kind inside {TlpFetchAdd, TlpSwap, TlpCas, TlpDmwr}) verdict = ToError;
    else if (config_request) verdict = ToConfig;
    else if (!is_write && req_q.hdr.dw > 11'd2) {verdict, error_kind} = {ToError, ErrAbort};
    else if (is_write && (!whole || (doorbell && (!two || req_q.hdr.address[2])))) verdict = ToBad;
    else if (place_q.beyond || !on_bus) verdict = ToNothing;
  end

  // Which block has the register of the DW whose turn it is
  logic [18:0] addr;
  assign addr = {place_q.addr[18:2] + 17'(second_q), 2'd0};

  always_comb begin
    target = TgtMgmt;
    on_bus = 1'b1;
    unique case (addr[18:12]) inside
      7'h02:           target = TgtQueue;
      7'h03:           target = TgtEvent;
      7'h08: begin
        target = addr[10] ? TgtEvent : TgtQueue;
        on_bus = is_write && !addr[11] && addr[9:8] == '0 && !(addr[10] && addr[7]);  // 8000..80ff, 8400..847f
      end
      [7'h20 : 7'h23]: target = TgtQueue;
      [7'h24 : 7'h27]: target = TgtEvent;
      [7'h28 : 7'h2d]: target = TgtVeb;
      7'h2e, [7'h3c : 7'h3f]: target = TgtEvent;
      default:         ;
    endcase
    if (place_q.msix) begin
      target = TgtEvent;
      on_bus = 1'b1;
    end
  end

  // ---- Steps ------------------------------------------------------------------------------------------------------------------
  reg_rsp_t rsp;
  logic     decided, access_ack, last_dw, effect, bad, room, answer_push, answer_room;

  assign rsp        = reg_rsp_i[target];
  assign access_ack = state_q == Access && rsp.ack;
  assign last_dw    = second_q || !two || doorbell;
  assign decided    = state_q == Decide && room;
  assign bad        = (decided && verdict == ToBad) || (access_ack && rsp.bad);

  // The cycle in which an operation takes effect
  assign effect = access_ack || config_op_o || (error_valid_o && error_ready_i)
                || (decided && verdict inside {ToNobody, ToAbsent, ToBad, ToNothing});

  always_comb begin
    state_d  = state_q;
    status_d = status_q;
    unique case (state_q)
      Idle: begin
        status_d = CplSc;
        if (take) state_d = Decide;
      end
      Decide:
      if (room)
        unique case (verdict)
          ToConfig: state_d = Config;
          ToBlock:  state_d = Access;
          ToError: begin
            state_d  = Fail;
            status_d = error_kind == ErrAbort ? CplCa : CplUr;
          end
          ToAbsent: begin
            state_d  = non_posted ? Answer : Idle;
            status_d = config_request ? CplRrs : CplUr;
          end
          ToNothing: if (last_dw) state_d = non_posted ? Answer : Idle;
          default:   state_d = Idle;  // both posted
        endcase
      Access:
      if (access_ack) begin
        if (!last_dw) state_d = Decide;  // the second DW may belong to another block, or to none
        else state_d = non_posted ? Answer : Idle;
      end
      Config:  if (config_op_o) state_d = Answer;
      Fail:    if (error_ready_i) state_d = non_posted ? Answer : Idle;
      default: if (answer_room) state_d = Idle;
    endcase
  end

  assign take = state_q == Idle && in_valid && !hold_i;

  always_ff @(posedge clk_i) begin
    state_q  <= state_d;
    status_q <= status_d;
    if (take) begin
      req_q    <= in;
      place_q  <= place_d;
      second_q <= 1'b0;
      rdata_q  <= '0;
    end
    if (effect && !last_dw) second_q <= 1'b1;
    if (access_ack) begin
      if (second_q) rdata_q[63:32] <= rsp.rdata;
      else rdata_q[31:0] <= rsp.rdata;
    end
    if (rst_i) state_q <= Idle;
  end

  // Register bus
  always_comb begin
    reg_valid_o = '0;
    if (state_q == Access) reg_valid_o[target] = 1'b1;
    reg_req_o = '{
        write: is_write,
        func: func,
        msix: place_q.msix,
        second: second_q && !place_q.addr[2] && !is_write,
        doorbell: doorbell,
        addr: addr,
        wdata: doorbell ? req_q.data : {32'd0, second_q ? req_q.data[63:32] : req_q.data[31:0]}
    };
  end

  // Configuration space, and errors
  assign config_op_o   = state_q == Config && config_fresh_i;
  assign config_req_o  = '{write: is_write, func: func, offset: {req_q.hdr.address[11:2], 2'd0}, be: req_q.hdr.first_be, wdata: req_q.data[31:0]};
  assign capture_o     = effect && config_request && is_write && place_q.claimed;
  assign capture_bus_o = req_q.hdr.completer[15:8];
  assign error_valid_o = state_q == Fail;
  assign error_o       = '{func: func, kind: error_kind, non_posted: non_posted, hdr: req_q.hdr};

  // ---- Answers ------------------------------------------------------------------------------------------------------------------
  // Sampled in the cycle behind the effect: that includes what was decided beside it.
  logic        sample_q, answers_wait;
  logic [15:0] behind, behind_q;
  logic [31:0] config_rdata, config_rdata_q;
  assign behind       = sample_q ? wr_granted_i : behind_q;
  assign config_rdata = sample_q ? config_rdata_i : config_rdata_q;

  always_ff @(posedge clk_i) begin
    sample_q <= effect;
    if (sample_q) begin
      behind_q       <= wr_granted_i;
      config_rdata_q <= config_rdata_i;
    end
  end

  assign answer_push = state_q == Answer;

  svnic_answer #(
      .DataW(DataW)
  ) u_answer (
      .clk_i,
      .rst_i,
      .valid_i    (answer_push),
      .ready_o    (answer_room),
      .request_i  (req_q.hdr),
      .status_i   (status_q),
      .completer_i({functions_i.bus, func}),
      .data_i     (config_request ? 64'(config_rdata) : rdata_q),
      .behind_i   (behind),
      .wr_left_i,
      .hcp_valid_o,
      .hcp_ready_i,
      .hcp_hdr_o,
      .hcp_data_o,
      .busy_o     (answers_wait)
  );

  // ---- Bad accesses ---------------------------------------------------------------------------------------------------------------
  note_t note;

  assign note = '{func: func, count: 1'b1, stat: StatBadAccess, amount: 14'd1, error: 1'b1, bit_no: 3'd0, default: '0};

  svnic_fifo #(
      .T    (note_t),
      .Depth(4)
  ) u_notes (
      .clk_i,
      .rst_i,
      .in_valid_i (bad),
      .in_ready_o (room),  // asked before an operation starts
      .in_i       (note),
      .out_valid_o(note_valid_o),
      .out_ready_i(note_ready_i),
      .out_o      (note_o)
  );

  (* maybe_unused *) logic unused;
  assign unused = ^{functions_i, hrq_data_i};

  assign busy_o   = in_valid || state_q != Idle || answers_wait || note_valid_o;
  assign commit_o = effect ? '{kind: HostOp, default: '0} : '0;

endmodule
