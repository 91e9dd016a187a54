// SPDX-License-Identifier: Apache-2.0
// Which read request is done? It is when as many of its TLPs have ended as it has, in any order; it failed if one of them did.
// What a function has asked for and not got yet is `pending`; what failed becomes a note.

module svnic_dma_requests
  import svnic_pkg::*;
  import svnic_dma_pkg::*;
  import svnic_regs_pkg::StatDmaErrors;
(
    input logic clk_i,
    input logic rst_i,

    input logic  init_i,
    input place_t init_slot_i,

    output logic  room_o,  // another request may be granted: its note has a place
    input  logic  grant_valid_i,
    input  func_t grant_func_i,

    input logic       issue_valid_i,
    input place_t      issue_slot_i,
    input request_t   issue_request_i,
    input tlp_event_t event_i,

    input  logic     fail_valid_i,
    output logic     fail_ready_o,
    input  asker_t   fail_i,

    output logic         slot_put_valid_o,
    output place_t        slot_put_o,
    output rd_done_t     done_o,
    output logic [255:0] pending_o,

    output logic  note_valid_o,
    input  logic  note_ready_i,
    output note_t note_o,

    output logic    busy_o,
    output commit_t commit_o
);

  typedef struct packed {
    tlps_t ended;
    logic  failed;
  } progress_t;

  request_t  request_mem_q[Requests];
  progress_t progress_mem_q[Requests];  // zero while the slot is free

  // Stage 1 is the completion's decision: read the request. Stage 2: count.
  tlp_event_t event_q;
  request_t   request_q;
  progress_t  progress_q, progress, written;
  logic       final_;

  assign progress = '{ended: progress_q.ended + tlps_t'(event_q.ended), failed: progress_q.failed || event_q.failed};
  assign final_   = event_q.valid && event_q.ended && request_q.tlps == progress.ended;
  assign written  = init_i || final_ ? '0 : progress;

  always_ff @(posedge clk_i) begin
    if (issue_valid_i) request_mem_q[issue_slot_i] <= issue_request_i;
    if (init_i || event_q.valid) progress_mem_q[init_i ? init_slot_i : event_q.slot] <= written;
    event_q <= event_i;
    if (event_i.valid) begin
      request_q  <= request_mem_q[event_i.slot];
      progress_q <= event_q.valid && event_q.slot == event_i.slot ? written : progress_mem_q[event_i.slot];
    end
    if (rst_i) event_q.valid <= 1'b0;
  end

  assign slot_put_valid_o = final_;
  assign slot_put_o       = event_q.slot;

  // Done
  logic     done, failed;
  asker_t who;
  assign fail_ready_o = !final_;
  assign done         = final_ || fail_valid_i;
  assign who          = final_ ? request_q.asker : fail_i;
  assign failed       = !final_ || progress.failed;

  always_ff @(posedge clk_i) begin
    done_o.valid <= done && !rst_i;
    if (done) begin
      done_o.client <= who.client;
      done_o.id     <= who.id;
      done_o.error  <= failed;
    end
  end

  // Notes wait for mgmt; a place is kept for each request that was granted.
  func_t      note_func;
  logic       note_space;
  logic [8:0] room_q;
  svnic_fifo #(.T(func_t), .Depth(Requests)) u_notes (
      .clk_i, .rst_i, .in_valid_i(done && failed), .in_ready_o(note_space), .in_i(who.func),
      .out_valid_o(note_valid_o), .out_ready_i(note_ready_i), .out_o(note_func)
  );
  assign note_o = '{
      func: note_func, count: 1'b1, stat: StatDmaErrors, amount: bytes_t'(1), error: 1'b1, bit_no: 3'd2, default: '0
  };
  assign room_o = room_q != '0;
  always_ff @(posedge clk_i) begin
    room_q <= room_q - 9'(grant_valid_i) + 9'(done && !failed) + 9'(note_valid_o && note_ready_i);
    if (rst_i) room_q <= 9'(Requests);
  end

  svnic_dma_pending u_pending (
      .clk_i, .rst_i, .grant_valid_i, .grant_func_i, .done_valid_i(done), .done_func_i(who.func), .pending_o
  );

  assign busy_o   = event_q.valid || done_o.valid || note_valid_o;
  assign commit_o = '{kind: done ? ReadEnd : CommitNone, a: 8'(who.client), b: who.id, c: '0};

`ifndef SYNTHESIS
  always_ff @(posedge clk_i) begin
    if (!rst_i) begin
      note_has_a_place : assert (!(done && failed) || note_space);
      room_never_overflows : assert (room_q <= 9'(Requests));
    end
    if (!rst_i && event_q.valid && event_q.ended && request_q.tlps != '0) begin
      not_more_ends_than_tlps : assert (progress.ended <= request_q.tlps);
    end
  end
`endif

endmodule
