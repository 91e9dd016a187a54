// SPDX-License-Identifier: Apache-2.0
// Gathered completions become writes, in the order of decisions; one that crosses the end of its ring becomes two. When a write was granted, its
// completions count as issued by an operation of their queue.

module svnic_queue_completion
  import svnic_pkg::*;
  import svnic_regs_pkg::*;
  import svnic_queue_pkg::*;
(
    input logic clk_i,
    input logic rst_i,

    input  logic   write_valid_i,
    input  write_t write_i,
    output logic   room_o,

    output logic    wr_valid_o,
    input  logic    wr_ready_i,
    output wr_req_t wr_req_o,

    output logic [1:0] op_valid_o,  // of each direction
    input  logic [1:0] op_ready_i,
    output op_t        op_o,

    output logic busy_o
);

  typedef struct packed {
    logic       rx;
    qp_t        qp;
    issue_arg_t arg;
  } issue_t;

  write_t head;
  logic   head_valid, load, last;
  mark_t  unused_marks[2];

  svnic_queue_fifo #(
      .T    (write_t),
      .Depth(8),
      .Slack(4)
  ) u_writes (
      .clk_i,
      .rst_i,
      .in_valid_i (write_valid_i),
      .in_i       (write_i),
      .room_o,
      .out_valid_o(head_valid),
      .out_ready_i(load && last),
      .out_o      (head),
      .pushed_o   (unused_marks[0]),
      .popped_o   (unused_marks[1])
  );

  // ---- The write that comes next: up to the end of the ring, or from there on ---------------------------------------------------------
  logic         second_q;
  logic [12:0]  entries, to_end;
  logic [2:0]   ahead, count;   // in the first write, in this one
  index_t       index;
  logic [511:0] data;

  assign entries = 13'd1 << head.ring_log2;
  assign to_end  = entries - (13'(head.index) & (entries - 13'd1));
  assign ahead   = to_end < 13'(head.count) ? 3'(to_end) : head.count;
  assign count   = second_q ? head.count - ahead : ahead;
  assign index   = second_q ? head.index + index_t'(ahead) : head.index;
  assign last    = second_q || ahead == head.count;

  function automatic completion_t completion(unit_t u, index_t i, logic [3:0] ring_log2);
    completion_t c;
    c           = '{checksum: ChecksumNone, status: error_code_e'(8'(u.status)), default: '0};
    c.length    = 16'(u.len);
    c.eop       = u.eop;
    c.loopback  = u.loopback;
    c.index     = i;
    c.phase     = !i[ring_log2];
    return c;
  endfunction

  logic [1:0] unit;

  always_comb begin
    data = '0;
    unit = second_q ? 2'(ahead) : '0;
    if (load) begin
      for (int i = 0; i < MaxGather; i++) begin
        if (3'(unsigned'(i)) < count) data[128*i+:128] = completion(head.unit[unit], index + index_t'(i), head.ring_log2);
        unit = unit + 2'd1;
      end
    end
  end

  // ---- The write, and what its grant means --------------------------------------------------------------------------------------------
  logic    valid_q, issue_room, issue_valid, granted;
  wr_req_t wr_req_q;
  issue_t  issue_q, issue;

  assign load       = head_valid && (!valid_q || granted);
  assign wr_valid_o = valid_q && issue_room;
  assign wr_req_o   = wr_req_q;
  assign granted    = wr_valid_o && wr_ready_i;

  always_ff @(posedge clk_i) begin
    if (load) begin
      wr_req_q <= '{
          func: head.func,
          addr: {head.cpl, 12'd0} + {48'd0, index & (16'(entries) - 16'd1)} * 64'd16,
          len: bytes_t'({count, 4'd0}),
          src: '0,
          data: data
      };
      issue_q  <= '{rx: head.rx, qp: head.qp, arg: '{count: count, stop: last ? head.stop : '0}};
      second_q <= !last;
    end
    valid_q <= load || (valid_q && !granted);
    if (rst_i) begin
      valid_q  <= 1'b0;
      second_q <= 1'b0;
    end
  end

  logic issue_ready;

  svnic_fifo #(
      .T    (issue_t),
      .Depth(8)
  ) u_issues (
      .clk_i,
      .rst_i,
      .in_valid_i (granted),
      .in_ready_o (issue_room),
      .in_i       (issue_q),
      .out_valid_o(issue_valid),
      .out_ready_i(issue_ready),
      .out_o      (issue)
  );

  assign op_valid_o  = {issue_valid && issue.rx, issue_valid && !issue.rx};
  assign issue_ready = op_ready_i[issue.rx];
  assign op_o        = '{op: OpIssue, qp: issue.qp, arg: ArgW'(issue.arg)};

  assign busy_o = head_valid || (valid_q && !(wr_valid_o && !wr_ready_i)) || issue_valid;  // waiting for a grant, it waits for others

  logic unused;
  assign unused = ^{unused_marks[0], unused_marks[1]};

endmodule
