// SPDX-License-Identifier: Apache-2.0
// Who is told of an error, and what is remembered of it: Device Status and Advanced Error Reporting of all functions, and the
// messages to the root complex. PCI Express Base Specification 5.0, sections 6.2.4 (figure 6-2), 7.5.3.5, 7.8.4, 9.4;
// docs/config-space.md, "Error signalling".
//
//   Sweep (after reset) --> Idle --> Apply (one error: read, decide, write back) --> Idle
//                            \----> Wipe (Device Status of a function in reset) --> Idle
//
// Idle reads the word of the function that a configuration request is about; while that word is fresh, the request may take effect and write
// it back. Errors of dma come first: no configuration request passes one that waits.

module svnic_aer
  import svnic_pkg::*;
  import svnic_cfg_pkg::*;
(
    input logic clk_i,
    input logic rst_i,

    input error_policy_t policy_i,
    input logic [255:0]  exists_i,
    input logic [255:0]  in_reset_i,
    input logic          hold_i,       // resets begin just now: dma's errors wait

    input  dma_error_t dma_error_i,
    input  logic       error_valid_i,  // of a host's request. Taken: logged before anything else
    output logic       error_ready_o,
    input  fault_t     error_i,

    // the state of config_func_i, and what a configuration write makes of it
    input  func_t        config_func_i,
    output logic         config_fresh_o,
    output error_state_t config_state_o,
    output logic [127:0] config_log_o,   // DW 0 of the header log in 31:0
    input  logic         config_write_i, // only while fresh
    input  error_state_t config_state_i,

    input  logic  wipe_valid_i,  // Device Status of this function is reset; the rest is sticky
    output logic  wipe_ready_o,
    input  func_t wipe_func_i,

    output logic    wr_valid_o,
    input  logic    wr_ready_i,
    output wr_req_t wr_req_o,

    output logic    sweeping_o,  // not yet usable
    output logic    busy_o,
    output commit_t commit_o
);

  typedef enum logic [1:0] {
    Sweep,
    Idle,
    Apply,
    Wipe
  } state_e;

  state_e state_d, state_q;
  func_t  sweep_q;

  // ---- Errors of dma wait here: they come as pulses -----------------------------------------------------------------------
  typedef struct packed {
    func_t      func;
    dma_error_e kind;
    tlp_t       hdr;
  } seen_t;

  logic  seen_valid, seen_take, seen_room;
  seen_t seen, seen_in;

  assign seen_in = '{func: dma_error_i.func, kind: dma_error_i.kind, hdr: dma_error_i.hdr};

  svnic_fifo #(
      .T    (seen_t),
      .Depth(16)
  ) u_seen (
      .clk_i,
      .rst_i,
      .in_valid_i (dma_error_i.valid),
      .in_ready_o (seen_room),  // none: lost. Sixteen errors wait, and tell what there is to tell
      .in_i       (seen_in),
      .out_valid_o(seen_valid),
      .out_ready_i(seen_take),
      .out_o      (seen)
  );

  fault_t seen_error;

  always_comb begin
    seen_error = '{func: seen.func, kind: ErrTimeout, non_posted: 1'b0, hdr: seen.hdr};
    unique case (seen.kind)
      DmaUnexpected: begin
        seen_error.kind = ErrUnexpected;
        // To nobody: the PF's. Who exists does not change while an error waits: no configuration request passes it.
        if (!exists_i[seen.func]) seen_error.func = '0;
      end
      DmaPoisoned:   seen_error.kind = ErrPoisoned;
      default:       ;
    endcase
  end

  // ---- Steps ------------------------------------------------------------------------------------------------------------
  logic   error_take, from_dma_q, apply, message_room, config_read;
  fault_t error_q;

  assign seen_take     = state_q == Idle && seen_valid && !hold_i;
  assign error_ready_o = state_q == Idle && !seen_valid;
  assign error_take    = error_valid_i && error_ready_o;
  assign wipe_ready_o  = state_q == Wipe;
  assign config_read   = state_q == Idle && !seen_valid && !error_valid_i && !wipe_valid_i;
  assign apply         = state_q == Apply && message_room;
  assign sweeping_o    = state_q == Sweep;

  always_comb begin
    state_d = state_q;
    unique case (state_q)
      Sweep:   if (&sweep_q) state_d = Idle;
      Idle:
      if (seen_take || error_take) state_d = Apply;
      else if (wipe_valid_i && !seen_valid) state_d = Wipe;
      Apply:   if (apply) state_d = Idle;
      default: state_d = Idle;
    endcase
  end

  always_ff @(posedge clk_i) begin
    state_q <= state_d;
    sweep_q <= sweep_q + func_t'(sweeping_o);
    if (seen_take || error_take) begin
      error_q    <= seen_valid ? seen_error : error_i;
      from_dma_q <= seen_valid;
    end
    if (rst_i) begin
      state_q <= Sweep;
      sweep_q <= '0;
    end
  end

  // ---- One error (figure 6-2) ----------------------------------------------------------------------------------------------
  error_state_t state_word, applied;
  logic         logged, record, is_advisory, is_fatal, is_ur, masked, first_valid, message, send;
  logic [7:0]   code;

  always_comb begin
    is_ur       = error_q.kind == ErrUnsupported;
    is_fatal    = policy_i.severity[error_q.kind];
    masked      = policy_i.mask[error_q.kind];
    is_advisory = !is_fatal && (error_q.kind == ErrUnexpected || (error_q.non_posted && error_q.kind inside {ErrUnsupported, ErrAbort}));
    first_valid = |(error_register(state_word.uncorrectable) & 32'd1 << state_word.first);

    applied = state_word;
    record  = 1'b0;
    message = 1'b0;
    code    = 8'h30;  // ERR_COR
    if (is_ur) applied.device[3] = 1'b1;
    if (is_advisory) begin
      applied.device[0] = 1'b1;
      applied.advisory  = 1'b1;
      if (!policy_i.advisory_mask) begin
        applied.uncorrectable[error_q.kind] = 1'b1;
        record  = !masked && !first_valid;
        message = policy_i.correctable && (policy_i.ur || !is_ur);
      end
    end else begin
      applied.device[is_fatal ? 2 : 1]    = 1'b1;
      applied.uncorrectable[error_q.kind] = 1'b1;
      record  = !masked && !first_valid;
      message = !masked && (policy_i.serr || ((is_fatal ? policy_i.fatal : policy_i.non_fatal) && (policy_i.ur || !is_ur)));
      code    = is_fatal ? 8'h33 : 8'h31;  // ERR_FATAL, ERR_NONFATAL
    end
    if (record) applied.first = error_position(error_q.kind);
  end

  // A function in reset has no errors.
  assign logged = apply && !in_reset_i[error_q.func];
  assign send   = logged && message;

  // ---- What is remembered, in RAM --------------------------------------------------------------------------------------------
  // A word is never read in the cycle in which it is written and then used: what changes it passes through Idle again.
  (* no_rw_check *) error_state_t state_mem_q[256];
  (* no_rw_check *) logic [127:0] log_mem_q[256];
  logic [127:0] log_word, header;
  func_t        addr;
  logic         state_write, log_write, fresh_q;
  error_state_t state_new;

  svnic_aer_header u_header (
      .hdr_i   (error_q.hdr),
      .header_o(header)
  );

  always_comb begin
    addr = config_func_i;
    unique case (state_q)
      Sweep: addr = sweep_q;
      Idle:
      if (seen_valid) addr = seen_error.func;
      else if (error_valid_i) addr = error_i.func;
      else if (wipe_valid_i) addr = wipe_func_i;
      Apply: addr = error_q.func;
      default: addr = wipe_func_i;
    endcase

    state_write = config_write_i;
    state_new   = config_state_i;
    log_write   = sweeping_o || (logged && record);
    unique case (state_q)
      Sweep: begin
        state_write = 1'b1;
        state_new   = '0;
      end
      Apply: begin
        state_write = logged;
        state_new   = applied;
      end
      Wipe: begin
        state_write      = 1'b1;
        state_new        = state_word;
        state_new.device = '0;
      end
      default: ;
    endcase
  end

  always_ff @(posedge clk_i) begin
    if (state_write) state_mem_q[addr] <= state_new;
    if (log_write) log_mem_q[addr] <= sweeping_o ? '0 : header;
    state_word <= state_mem_q[addr];
    log_word   <= log_mem_q[addr];
    fresh_q    <= config_read && !config_write_i && !rst_i;
  end

  assign config_fresh_o = config_read && fresh_q;
  assign config_state_o = state_word;
  assign config_log_o   = log_word;

  // ---- Messages ------------------------------------------------------------------------------------------------------------
  typedef struct packed {
    func_t      func;
    logic [7:0] code;
  } message_t;

  message_t out, message_in;
  assign message_in = '{func: error_q.func, code: code};

  svnic_fifo #(
      .T    (message_t),
      .Depth(8)
  ) u_messages (
      .clk_i,
      .rst_i,
      .in_valid_i (send),
      .in_ready_o (message_room),
      .in_i       (message_in),
      .out_valid_o(wr_valid_o),
      .out_ready_i(wr_ready_i),
      .out_o      (out)
  );

  (* maybe_unused *) logic unused;
  assign unused = seen_room;

  assign wr_req_o = '{func: out.func, data: 512'(out.code), default: '0};
  assign busy_o   = state_q != Idle || seen_valid || wr_valid_o;
  assign commit_o = apply && from_dma_q ? '{kind: AerTake, default: '0} : '0;

endmodule
