// SPDX-License-Identifier: Apache-2.0
// Descriptor reads of one direction on their way to dma. A read waits until all descriptors that were taken before its decision have been read out
// of the cache: it may overwrite them.

module svnic_queue_fetch
  import svnic_pkg::*;
  import svnic_queue_pkg::*;
#(
    parameter int CacheDepth = 32
) (
    input logic clk_i,
    input logic rst_i,

    input  logic   fetch_valid_i,
    input  fetch_t fetch_i,
    output logic   room_o,

    input logic [5:0] taken_i,    // descriptors taken in this cycle
    input logic       read_i,     // a descriptor was read out of the cache

    output logic    rd_valid_o,
    input  logic    rd_ready_i,
    output rd_req_t rd_req_o,

    output logic busy_o
);

  localparam int PositionW = $clog2(CacheDepth);

  typedef struct packed {
    fetch_t fetch;
    mark_t  behind;  // read out so far when it may go
  } waiting_t;

  mark_t    taken_q, read_q, pushed, popped;
  waiting_t head;
  logic     valid;

  svnic_queue_fifo #(
      .T    (waiting_t),
      .Depth(8),
      .Slack(4)
  ) u_fifo (
      .clk_i,
      .rst_i,
      .in_valid_i (fetch_valid_i),
      .in_i       ('{fetch: fetch_i, behind: taken_q}),
      .room_o,
      .out_valid_o(valid),
      .out_ready_i(rd_valid_o && rd_ready_i),
      .out_o      (head),
      .pushed_o   (pushed),
      .popped_o   (popped)
  );

  assign rd_valid_o = valid && $signed(read_q - head.behind) >= 0;
  assign rd_req_o = '{
      func: head.fetch.func,
      addr: head.fetch.addr,
      len: bytes_t'({head.fetch.count, 4'd0}),
      dest: 20'({head.fetch.qp, PositionW'(head.fetch.position), 4'd0}),
      id: 16'({head.fetch.qp, head.fetch.id})
  };

  always_ff @(posedge clk_i) begin
    taken_q <= taken_q + mark_t'(taken_i);
    read_q  <= read_q + mark_t'(read_i);
    if (rst_i) begin
      taken_q <= '0;
      read_q  <= '0;
    end
  end

  assign busy_o = valid;

  logic unused;
  assign unused = ^{pushed, popped, head.fetch.position};

endmodule
