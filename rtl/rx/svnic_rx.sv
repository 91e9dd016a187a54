// SPDX-License-Identifier: Apache-2.0
// Receive: from the wire and the loopback, through the receive buffer, into the buffers of those whom the switch names.
//
//   wire -> FIFO --+-> receive buffer -> lookup -> deliver -> payload writes (dma reads the buffer) -> completions
//   loopback ------+

module svnic_rx
  import svnic_pkg::*;
  import svnic_rx_pkg::*;
  import svnic_regs_pkg::StatWireRxDrop, svnic_regs_pkg::StatWireRxUnknown;
#(
    parameter int DataW = 512
) (
    input logic clk_i,
    input logic rst_i,

    input functions_t   functions_i,
    input logic [255:0] link_i,
    input logic [255:0] rx_enable_i,

    input  logic               wrx_valid_i,
    output logic               wrx_ready_o,
    input  logic               wrx_last_i,
    input  logic [DataW/8-1:0] wrx_keep_i,
    input  logic [  DataW-1:0] wrx_data_i,

    input  logic               loop_valid_i,
    output logic               loop_ready_o,
    input  logic               loop_last_i,
    input  logic [  DataW-1:0] loop_data_i,
    input  logic [DataW/8-1:0] loop_keep_i,
    input  logic [      255:0] loop_members_i,

    output logic     lookup_valid_o,
    input  logic     lookup_ready_i,
    output lookup_t  lookup_o,
    input  logic     forward_valid_i,
    input  forward_t forward_i,

    output logic       take_valid_o,
    input  logic       take_ready_i,
    output rx_take_t   take_o,
    input  logic       buffer_valid_i,
    output logic       buffer_ready_o,
    input  rx_buffer_t buffer_i,
    output logic       rx_done_valid_o,
    input  logic       rx_done_ready_i,
    output rx_done_t   rx_done_o,

    output logic             wr_valid_o,
    input  logic             wr_ready_i,
    output wr_req_t          wr_req_o,
    input  logic             src_valid_i,
    input  logic [17:0]      src_addr_i,
    output logic [DataW-1:0] src_data_o,
    input  logic             src_done_i,

    output logic  note_valid_o,
    input  logic  note_ready_i,
    output note_t note_o,

    output logic                    busy_o,
    output commit_t [CommitsRx-1:0] commit_o
);

  logic               wire_valid, wire_ready, wire_last, dropped, unknown;
  logic [DataW/8-1:0] wire_keep;
  logic [DataW-1:0]   wire_data, write_data;
  logic               write, arriving, arriving_room, arrived_valid, arrived_pop, addressed_valid, addressed_ready, deliver_busy;
  place_t             write_addr;
  arrived_t           arriving_frame, arrived;
  addressed_t         addressed;
  addr_t              freed;
  logic               deliver_note_valid, deliver_note_ready;
  note_t              deliver_note;

  assign wrx_ready_o = 1'b1;

  svnic_rx_wire #(
      .DataW(DataW)
  ) u_wire (
      .clk_i,
      .rst_i,
      .wrx_valid_i,
      .wrx_last_i,
      .wrx_keep_i,
      .wrx_data_i,
      .out_valid_o(wire_valid),
      .out_ready_i(wire_ready),
      .out_last_o (wire_last),
      .out_keep_o (wire_keep),
      .out_data_o (wire_data),
      .dropped_o  (dropped),
      .commit_o   (commit_o[0])
  );

  svnic_rx_in #(
      .DataW(DataW)
  ) u_in (
      .clk_i,
      .rst_i,
      .wire_valid_i   (wire_valid),
      .wire_ready_o   (wire_ready),
      .wire_last_i    (wire_last),
      .wire_keep_i    (wire_keep),
      .wire_data_i    (wire_data),
      .loop_valid_i,
      .loop_ready_o,
      .loop_last_i,
      .loop_keep_i,
      .loop_data_i,
      .loop_members_i,
      .freed_i        (freed),
      .write_o        (write),
      .write_addr_o   (write_addr),
      .write_data_o   (write_data),
      .arrived_valid_o(arriving),
      .arrived_ready_i(arriving_room),
      .arrived_o      (arriving_frame),
      .commit_o       (commit_o[1])
  );

  svnic_buffer #(
      .AddrW(BufferAddrW),
      .DataW(DataW)
  ) u_buffer (
      .clk_i,
      .rst_i,
      .wr_valid_i(write),
      .wr_addr_i (write_addr),
      .wr_bytes_i(7'(DataW / 8)),
      .wr_data_i (write_data),
      .rd_valid_i(src_valid_i),
      .rd_addr_i (src_addr_i[BufferAddrW-1:0]),
      .rd_data_o (src_data_o)
  );

  svnic_fifo #(
      .T    (arrived_t),
      .Depth(64)
  ) u_arrived (
      .clk_i,
      .rst_i,
      .in_valid_i (arriving),
      .in_ready_o (arriving_room),
      .in_i       (arriving_frame),
      .out_valid_o(arrived_valid),
      .out_ready_i(arrived_pop),
      .out_o      (arrived)
  );

  svnic_rx_lookup u_lookup (
      .clk_i,
      .rst_i,
      .arrived_valid_i  (arrived_valid),
      .arrived_ready_o  (arrived_pop),
      .arrived_i        (arrived),
      .lookup_valid_o,
      .lookup_ready_i,
      .lookup_o,
      .forward_valid_i,
      .forward_i,
      .addressed_valid_o(addressed_valid),
      .addressed_ready_i(addressed_ready),
      .addressed_o      (addressed),
      .unknown_o        (unknown),
      .commit_o         (commit_o[2])
  );

  svnic_rx_deliver u_deliver (
      .clk_i,
      .rst_i,
      .may_receive_i    (link_i & rx_enable_i & functions_i.exists & ~functions_i.in_reset),
      .addressed_valid_i(addressed_valid),
      .addressed_ready_o(addressed_ready),
      .addressed_i      (addressed),
      .take_valid_o,
      .take_ready_i,
      .take_o,
      .buffer_valid_i,
      .buffer_ready_o,
      .buffer_i,
      .rx_done_valid_o,
      .rx_done_ready_i,
      .rx_done_o,
      .wr_valid_o,
      .wr_ready_i,
      .wr_req_o,
      .src_done_i,
      .freed_o          (freed),
      .note_valid_o     (deliver_note_valid),
      .note_ready_i     (deliver_note_ready),
      .note_o           (deliver_note),
      .busy_o           (deliver_busy),
      .commit_o         (commit_o[3])
  );

  // ---- Notes: what is the wire's, all of a kind since the last time in one note, and what is a receiver's, in turns: a flood that is dropped
  // must not hold up deliveries. Until it is taken, a note of the wire grows, and the choice may change.
  bytes_t drops_q, unknowns_q;
  logic   note_drops, note_unknowns, wire_turn_q;

  assign note_drops         = drops_q != '0 && (wire_turn_q || !deliver_note_valid);
  assign note_unknowns      = unknowns_q != '0 && !note_drops && (wire_turn_q || !deliver_note_valid);
  assign note_valid_o       = note_drops || note_unknowns || deliver_note_valid;
  assign deliver_note_ready = note_ready_i && !note_drops && !note_unknowns;

  always_comb begin
    note_o = deliver_note;
    if (note_unknowns) note_o = '{count: 1'b1, stat: StatWireRxUnknown, amount: unknowns_q, default: '0};
    if (note_drops) note_o = '{count: 1'b1, stat: StatWireRxDrop, amount: drops_q, default: '0};
  end

  always_ff @(posedge clk_i) begin
    drops_q    <= (note_drops && note_ready_i ? '0 : drops_q) + bytes_t'(dropped);
    unknowns_q <= (note_unknowns && note_ready_i ? '0 : unknowns_q) + bytes_t'(unknown);
    if (note_valid_o && note_ready_i) wire_turn_q <= !(note_drops || note_unknowns);
    if (rst_i) begin
      {drops_q, unknowns_q} <= '0;
      wire_turn_q           <= 1'b0;
    end
  end

  assign busy_o = wrx_valid_i || wire_valid || loop_valid_i || arrived_valid || deliver_busy || note_valid_o;

  logic unused;
  assign unused = ^{functions_i, src_addr_i[17:BufferAddrW]};

endmodule
