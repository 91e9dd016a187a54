// SPDX-License-Identifier: Apache-2.0
// Transmit: from the descriptors of taken frames to frames on the wire and on the loopback.
//
//   descriptors -> issue -> payload reads ... frames (in order) -> head -> switch -> out -> wire, loopback
//
// Many frames are under way at once; they leave in the order in which they were taken. The head stage looks at the oldest
// complete frame, reads its addresses and asks the switch, while the frame before streams out.

module svnic_tx
  import svnic_pkg::*;
  import svnic_tx_pkg::*;
#(
    parameter int DataW = 512
) (
    input logic clk_i,
    input logic rst_i,

    input functions_t functions_i,
    input logic       carrier_i,

    input  logic     desc_valid_i,
    output logic     desc_ready_o,
    input  tx_work_t desc_i,
    output logic     done_valid_o,
    input  logic     done_ready_i,
    output tx_done_t done_o,

    output logic             rd_valid_o,
    input  logic             rd_ready_i,
    output rd_req_t          rd_req_o,
    input  logic             rd_data_valid_i,
    input  rd_client_e       rd_data_client_i,
    input  logic [19:0]      rd_data_dest_i,
    input  logic [6:0]       rd_data_bytes_i,
    input  logic [DataW-1:0] rd_data_i,
    input  rd_done_t         rd_done_i,

    output logic     lookup_valid_o,
    input  logic     lookup_ready_i,
    output lookup_t  lookup_o,
    input  logic     forward_valid_i,
    input  forward_t forward_i,

    output logic               wtx_valid_o,
    input  logic               wtx_ready_i,
    output logic               wtx_last_o,
    output logic [DataW/8-1:0] wtx_keep_o,
    output logic [  DataW-1:0] wtx_data_o,

    output logic               loop_valid_o,
    input  logic               loop_ready_i,
    output logic               loop_last_o,
    output logic [  DataW-1:0] loop_data_o,
    output logic [DataW/8-1:0] loop_keep_o,
    output logic [      255:0] loop_members_o,

    output logic  note_valid_o,
    input  logic  note_ready_i,
    output note_t note_o,

    output logic                    busy_o,
    output commit_t [CommitsTx-1:0] commit_o
);

  logic      frame_valid, frame_ready, oldest_valid, oldest_error, oldest_pop, issue_busy, frames_busy;
  frame_t    frame, oldest;
  id_t       id;
  addr_t     freed;
  logic      outgoing_valid, outgoing_ready, out_busy;
  outgoing_t outgoing;
  logic      head_read, out_read;
  logic [BufferAddrW-1:0] out_addr;
  logic [DataW-1:0]       rd_data;

  svnic_tx_issue #(
      .DataW(DataW)
  ) u_issue (
      .clk_i,
      .rst_i,
      .desc_valid_i,
      .desc_ready_o,
      .desc_i,
      .rd_valid_o,
      .rd_ready_i,
      .rd_req_o,
      .frame_valid_o(frame_valid),
      .frame_ready_i(frame_ready),
      .frame_o      (frame),
      .id_i         (id),
      .freed_i      (freed),
      .busy_o       (issue_busy)
  );

  svnic_tx_frames u_frames (
      .clk_i,
      .rst_i,
      .frame_ready_o (frame_ready),
      .frame_valid_i (frame_valid),
      .frame_i       (frame),
      .id_o          (id),
      .rd_done_i,
      .oldest_valid_o(oldest_valid),
      .oldest_o      (oldest),
      .oldest_error_o(oldest_error),
      .oldest_pop_i  (oldest_pop),
      .busy_o        (frames_busy)
  );

  // The head's read of a frame's addresses goes before the stream's: one per frame.
  svnic_buffer #(
      .AddrW(BufferAddrW),
      .DataW(DataW)
  ) u_buffer (
      .clk_i,
      .rst_i,
      .wr_valid_i(rd_data_valid_i && rd_data_client_i == RdPayload),
      .wr_addr_i (rd_data_dest_i[BufferAddrW-1:0]),
      .wr_bytes_i(rd_data_bytes_i),
      .wr_data_i (rd_data_i),
      .rd_valid_i(head_read || out_read),
      .rd_addr_i (head_read ? oldest.start : out_addr),
      .rd_data_o (rd_data)
  );

  svnic_tx_head u_head (
      .clk_i,
      .rst_i,
      .in_reset_i      (functions_i.in_reset),
      .carrier_i,
      .oldest_valid_i  (oldest_valid),
      .oldest_i        (oldest),
      .oldest_error_i  (oldest_error),
      .oldest_pop_o    (oldest_pop),
      .read_o          (head_read),
      .addresses_i     (rd_data[95:0]),
      .lookup_valid_o,
      .lookup_ready_i,
      .lookup_o,
      .forward_valid_i,
      .forward_i,
      .outgoing_valid_o(outgoing_valid),
      .outgoing_ready_i(outgoing_ready),
      .outgoing_o      (outgoing),
      .note_valid_o,
      .note_ready_i,
      .note_o,
      .commit_o        (commit_o[0])
  );

  svnic_tx_out #(
      .DataW(DataW)
  ) u_out (
      .clk_i,
      .rst_i,
      .outgoing_valid_i(outgoing_valid),
      .outgoing_ready_o(outgoing_ready),
      .outgoing_i      (outgoing),
      .read_o          (out_read),
      .read_ready_i    (!head_read),
      .read_addr_o     (out_addr),
      .read_data_i     (rd_data),
      .wtx_valid_o,
      .wtx_ready_i,
      .wtx_last_o,
      .wtx_keep_o,
      .wtx_data_o,
      .loop_valid_o,
      .loop_ready_i,
      .loop_last_o,
      .loop_data_o,
      .loop_keep_o,
      .loop_members_o,
      .done_valid_o,
      .done_ready_i,
      .done_o,
      .freed_o         (freed),
      .busy_o          (out_busy)
  );

  // What has no place, or is not granted, waits for others.
  assign busy_o = (desc_valid_i && desc_ready_o) || issue_busy || frames_busy || out_busy || outgoing_valid || note_valid_o;

  logic unused;
  assign unused = ^{functions_i, rd_data_dest_i[19:BufferAddrW]};

endmodule
