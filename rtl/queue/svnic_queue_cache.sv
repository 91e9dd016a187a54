// SPDX-License-Identifier: Apache-2.0
// The descriptors of the queues of one direction between fetch and use: CacheDepth of each queue, a ring. Writes come as dma delivers; frames
// that were taken are read out in order, a descriptor per cycle.

module svnic_queue_cache
  import svnic_queue_pkg::*;
#(
    parameter int NumQps     = 512,
    parameter int DataW      = 512,
    parameter int CacheDepth = 32
) (
    input logic clk_i,
    input logic rst_i,

    input logic             data_valid_i,
    input logic [19:0]      data_dest_i,
    input logic [6:0]       data_bytes_i,
    input logic [DataW-1:0] data_i,

    input  logic  take_valid_i,
    input  take_t take_i,
    output logic  room_o,

    output logic       valid_o,
    input  logic       ready_i,
    output take_t      take_o,  // whose descriptor this is
    output logic       first_o,
    output logic       last_o,
    output logic [127:0] desc_o,

    output logic read_o,  // a descriptor has left the cache
    output logic busy_o
);

  localparam int PositionW = $clog2(CacheDepth);
  localparam int QpW = $clog2(NumQps);
  localparam int AddrW = QpW + PositionW + 4;

  typedef struct packed {
    take_t take;
    logic  first;
    logic  last;
  } step_t;
  typedef struct packed {
    step_t        step;
    logic [127:0] desc;
  } out_t;

  // ---- Steps: one descriptor each; an answer without descriptors is one step too -------------------------------------------------
  take_t      take;
  logic       take_valid, step, last, out_room;
  logic [5:0] done_q;
  mark_t      unused_marks[4];

  svnic_queue_fifo #(
      .T    (take_t),
      .Depth(8),
      .Slack(4)
  ) u_takes (
      .clk_i,
      .rst_i,
      .in_valid_i (take_valid_i),
      .in_i       (take_i),
      .room_o,
      .out_valid_o(take_valid),
      .out_ready_i(step && last),
      .out_o      (take),
      .pushed_o   (unused_marks[0]),
      .popped_o   (unused_marks[1])
  );

  assign last = !take.ok || done_q + 6'd1 == take.count;
  assign step = take_valid && out_room;

  always_ff @(posedge clk_i) begin
    if (step) done_q <= last ? '0 : done_q + 6'd1;
    if (rst_i) done_q <= '0;
  end

  logic [PositionW-1:0] place;
  assign place = PositionW'(take.position) + PositionW'(done_q);

  // ---- The cache: two cycles -----------------------------------------------------------------------------------------------------
  logic [1:0]       valid_q;
  step_t            step1_q, step2_q;
  logic [DataW-1:0] data;

  svnic_buffer #(
      .AddrW(AddrW),
      .DataW(DataW)
  ) u_buffer (
      .clk_i,
      .rst_i,
      .wr_valid_i(data_valid_i),
      .wr_addr_i (AddrW'(data_dest_i)),
      .wr_bytes_i(data_bytes_i),
      .wr_data_i (data_i),
      .rd_valid_i(read_o),
      .rd_addr_i ({QpW'(take.qp), place, 4'd0}),
      .rd_data_o (data)
  );

  assign read_o = step && take.ok;

  always_ff @(posedge clk_i) begin
    if (step) step1_q <= '{take: take, first: done_q == '0, last: last};
    if (valid_q[0]) step2_q <= step1_q;
    valid_q <= rst_i ? '0 : {valid_q[0], step};
  end

  // ---- Out --------------------------------------------------------------------------------------------------------------------------
  out_t head;

  svnic_queue_fifo #(
      .T    (out_t),
      .Depth(8),
      .Slack(3)
  ) u_out (
      .clk_i,
      .rst_i,
      .in_valid_i (valid_q[1]),
      .in_i       ('{step: step2_q, desc: data[127:0]}),
      .room_o     (out_room),
      .out_valid_o(valid_o),
      .out_ready_i(ready_i),
      .out_o      (head),
      .pushed_o   (unused_marks[2]),
      .popped_o   (unused_marks[3])
  );

  assign take_o  = head.step.take;
  assign first_o = head.step.first;
  assign last_o  = head.step.last;
  assign desc_o  = head.desc;
  assign busy_o  = take_valid || valid_q != '0 || valid_o;

  logic unused;
  assign unused = ^{data, unused_marks[0], unused_marks[1], unused_marks[2], unused_marks[3], data_dest_i};

endmodule
