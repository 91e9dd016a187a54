// SPDX-License-Identifier: Apache-2.0
// How do the blocks reach host memory? Reads with tags, in any order of completion, and posted writes in one order. docs/architecture.md, dma.
//
// Clients see: rd_req granted, its bytes as they come, rd_done at least a cycle after the last of them. Errors end a request like
// data does; its bytes must not be used then. Nothing here can be withheld by a function: completions and data never stall.

module svnic_dma
  import svnic_pkg::*;
  import svnic_dma_pkg::*;
#(
    parameter int DataW = 512  // 128, 256, 512
) (
    input logic clk_i,
    input logic rst_i,

    input nanoseconds_t now_i,
    input functions_t   functions_i,

    input  logic       [NumReaders-1:0] rd_valid_i,
    output logic       [NumReaders-1:0] rd_ready_o,
    input  rd_req_t    [NumReaders-1:0] rd_req_i,
    output logic                        rd_data_valid_o,
    output rd_client_e                  rd_data_client_o,
    output logic       [          19:0] rd_data_dest_o,
    output logic       [           6:0] rd_data_bytes_o,
    output logic       [     DataW-1:0] rd_data_o,
    output rd_done_t                    rd_done_o,
    output logic       [         255:0] reads_pending_o,

    input  logic    [NumWriters-1:0] wr_valid_i,
    output logic    [NumWriters-1:0] wr_ready_o,
    input  wr_req_t [NumWriters-1:0] wr_req_i,
    output logic                     src_valid_o,
    output logic    [          17:0] src_addr_o,
    input  logic    [     DataW-1:0] src_data_i,
    output logic                     src_done_o,
    output logic    [          15:0] wr_granted_o,
    output logic    [          15:0] wr_left_o,

    output dma_error_t error_o,

    output logic             wrq_valid_o,
    input  logic             wrq_ready_i,
    output logic             wrq_sop_o,
    output logic             wrq_eop_o,
    output tlp_t             wrq_hdr_o,
    output logic [DataW-1:0] wrq_data_o,
    output logic             rrq_valid_o,
    input  logic             rrq_ready_i,
    output tlp_t             rrq_hdr_o,
    input  logic             rcp_valid_i,
    output logic             rcp_ready_o,
    input  logic             rcp_sop_i,
    input  logic             rcp_eop_i,
    input  tlp_t             rcp_hdr_i,
    input  logic [DataW-1:0] rcp_data_i,

    output logic  note_valid_o,
    input  logic  note_ready_i,
    output note_t note_o,

    output logic                     due_valid_o,
    output nanoseconds_t             due_o,
    output logic                     busy_o,
    output commit_t [CommitsDma-1:0] commit_o
);

  // After reset the tables are cleared, one entry per cycle.
  logic [8:0] init_q;
  logic       init;
  assign init = !init_q[8];
  always_ff @(posedge clk_i) begin
    if (init) init_q <= init_q + 9'd1;
    if (rst_i) init_q <= '0;
  end

  logic  room, grant_valid, fail_valid, fail_ready, issue_valid, sent_valid, free_valid, slot_put_valid;
  func_t grant_func;
  asker_t   fail;
  request_t issue_request;
  tag_context_t issue_context;
  tag_t  issue_tag, sent_tag, free_tag, expire_tag, timed_out_tag;
  place_t slot_put;
  logic  expire_valid, expire_ready, probe, timed_out_valid;
  tlp_event_t tlp_event;
  logic busy_read, busy_completion, busy_requests, busy_timeout, busy_write;
  commit_t commit_grant, commit_tag, commit_timeout, commit_end, commit_write;

  svnic_dma_read u_read (
      .clk_i, .rst_i, .functions_i, .hold_i(init || !room), .rd_valid_i, .rd_ready_o, .rd_req_i,
      .grant_valid_o(grant_valid), .grant_func_o(grant_func),
      .fail_valid_o(fail_valid), .fail_ready_i(fail_ready), .fail_o(fail),
      .issue_valid_o(issue_valid), .issue_tag_o(issue_tag), .issue_context_o(issue_context), .issue_request_o(issue_request),
      .sent_valid_o(sent_valid), .sent_tag_o(sent_tag),
      .tag_put_valid_i(free_valid), .tag_put_i(free_tag), .slot_put_valid_i(slot_put_valid), .slot_put_i(slot_put),
      .rrq_valid_o, .rrq_ready_i, .rrq_hdr_o,
      .busy_o(busy_read), .grant_commit_o(commit_grant), .tag_commit_o(commit_tag)
  );

  svnic_dma_completion #(.DataW(DataW)) u_completion (
      .clk_i, .rst_i, .init_i(init), .init_tag_i(init_q[7:0]),
      .issue_valid_i(issue_valid), .issue_tag_i(issue_tag), .issue_context_i(issue_context),
      .sent_valid_i(sent_valid), .sent_tag_i(sent_tag),
      .rcp_valid_i, .rcp_ready_o, .rcp_sop_i, .rcp_eop_i, .rcp_hdr_i, .rcp_data_i,
      .expire_valid_i(expire_valid), .expire_ready_o(expire_ready), .expire_tag_i(expire_tag),
      .probe_tag_i(expire_tag), .probe_o(probe),
      .timed_out_valid_o(timed_out_valid), .timed_out_tag_o(timed_out_tag),
      .free_valid_o(free_valid), .free_tag_o(free_tag),
      .event_o(tlp_event), .data_valid_o(rd_data_valid_o), .data_client_o(rd_data_client_o), .data_dest_o(rd_data_dest_o),
      .data_bytes_o(rd_data_bytes_o), .data_o(rd_data_o), .error_o,
      .busy_o(busy_completion), .commit_o(commit_timeout)
  );

  svnic_dma_requests u_requests (
      .clk_i, .rst_i, .init_i(init), .init_slot_i(init_q[7:0]),
      .room_o(room), .grant_valid_i(grant_valid), .grant_func_i(grant_func),
      .issue_valid_i(issue_valid), .issue_slot_i(issue_context.slot), .issue_request_i(issue_request), .event_i(tlp_event),
      .fail_valid_i(fail_valid), .fail_ready_o(fail_ready), .fail_i(fail),
      .slot_put_valid_o(slot_put_valid), .slot_put_o(slot_put), .done_o(rd_done_o), .pending_o(reads_pending_o),
      .note_valid_o, .note_ready_i, .note_o,
      .busy_o(busy_requests), .commit_o(commit_end)
  );

  svnic_dma_timeout u_timeout (
      .clk_i, .rst_i, .now_i, .disable_i(functions_i.no_timeout),
      .sent_valid_i(sent_valid), .sent_tag_i(sent_tag),
      .timed_out_valid_i(timed_out_valid), .timed_out_tag_i(timed_out_tag), .free_valid_i(free_valid),
      .expire_valid_o(expire_valid), .expire_ready_i(expire_ready), .expire_tag_o(expire_tag), .probe_i(probe),
      .due_valid_o, .due_o, .busy_o(busy_timeout)
  );

  svnic_dma_write #(.DataW(DataW)) u_write (
      .clk_i, .rst_i, .functions_i, .wr_valid_i, .wr_ready_o, .wr_req_i,
      .src_valid_o, .src_addr_o, .src_data_i, .src_done_o, .wr_granted_o, .wr_left_o,
      .wrq_valid_o, .wrq_ready_i, .wrq_sop_o, .wrq_eop_o, .wrq_hdr_o, .wrq_data_o,
      .busy_o(busy_write), .commit_o(commit_write)
  );

  // Waiting for the host's completions is not busy: nothing happens before them but what is due.
  assign busy_o   = init || busy_read || busy_completion || busy_requests || busy_timeout || busy_write;
  assign commit_o = {commit_write, commit_end, commit_timeout, commit_tag, commit_grant};

endmodule
