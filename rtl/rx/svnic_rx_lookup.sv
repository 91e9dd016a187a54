// SPDX-License-Identifier: Apache-2.0
// Who receives the oldest frame? The switch says it for one from the wire; one from the loopback brought its receivers along.

module svnic_rx_lookup
  import svnic_pkg::*;
  import svnic_rx_pkg::*;
(
    input logic clk_i,
    input logic rst_i,

    input  logic     arrived_valid_i,
    output logic     arrived_ready_o,
    input  arrived_t arrived_i,

    output logic     lookup_valid_o,
    input  logic     lookup_ready_i,
    output lookup_t  lookup_o,
    input  logic     forward_valid_i,
    input  forward_t forward_i,

    output logic       addressed_valid_o,
    input  logic       addressed_ready_i,
    output addressed_t addressed_o,
    output logic       unknown_o,  // pulse: nobody's
    output commit_t    commit_o
);

  logic asked_q, from_loop, answered, room;

  assign from_loop      = arrived_valid_i && arrived_i.loopback && room;
  assign lookup_valid_o = arrived_valid_i && !arrived_i.loopback && !asked_q && room;
  assign lookup_o       = '{from_function: 1'b0, loop: 1'b0, source: '0, dst: arrived_i.dst, src: arrived_i.src};
  assign answered       = asked_q && forward_valid_i;
  assign arrived_ready_o = from_loop || answered;
  assign unknown_o      = answered && forward_i.unknown;

  always_ff @(posedge clk_i) begin
    if (lookup_valid_o && lookup_ready_i) asked_q <= 1'b1;
    if (answered) asked_q <= 1'b0;
    if (rst_i) asked_q <= 1'b0;
  end

  svnic_fifo #(
      .T    (addressed_t),
      .Depth(4)
  ) u_addressed (
      .clk_i,
      .rst_i,
      .in_valid_i (from_loop || answered),
      .in_ready_o (room),
      .in_i       ('{
          start: arrived_i.start,
          behind: arrived_i.behind,
          len: arrived_i.len,
          loopback: arrived_i.loopback,
          multicast: arrived_i.dst[0],
          members: arrived_i.loopback ? arrived_i.members : forward_i.members
      }),
      .out_valid_o(addressed_valid_o),
      .out_ready_i(addressed_ready_i),
      .out_o      (addressed_o)
  );

  assign commit_o = lookup_valid_o && lookup_ready_i ? '{kind: RxLookup, default: '0} : '0;

  logic unused;
  assign unused = ^{forward_i.wire_, forward_i.spoofed, forward_i.disabled, forward_i.multicast};

endmodule
