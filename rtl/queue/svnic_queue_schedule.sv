// SPDX-License-Identifier: Apache-2.0
// Which TX queue sends next? Functions share by deficit round robin, queues of a function take turns. A function's queues with work are a linked
// list, functions with work a FIFO. The one whose turn it is sends as long as it has credit; what a frame cost is known some cycles after it
// was taken, so credit may become negative, and is paid back in later rounds. Nothing is scanned.
//
// A queue that had its turn is off the list, and may come back three cycles later. If nobody else of the function in turn is on the list, nor on the
// way back to it, it is asked again meanwhile (`again`), which takes a frame if there is one and changes no list.

module svnic_queue_schedule
  import svnic_pkg::*;
  import svnic_regs_pkg::DrrQuantum;
#(
    parameter int NumQps = 512
) (
    input logic clk_i,
    input logic rst_i,

    input logic  update_valid_i,  // as in svnic_queue_listed
    input qp_t   update_qp_i,
    input func_t update_func_i,
    input logic  update_wants_i,
    input logic  update_turn_i,

    output logic valid_o,
    output qp_t  qp_o,
    output logic again_o,
    input  logic ready_i,

    input logic   charge_valid_i,  // the frame had so many bytes
    input func_t  charge_func_i,
    input bytes_t charge_bytes_i,

    input logic  clear_valid_i,
    input func_t clear_func_i,

    output logic busy_o
);

  localparam int QpW = $clog2(NumQps);
  typedef logic [QpW-1:0] index_t;
  typedef logic signed [19:0] credit_t;

  index_t  next_q  [NumQps];
  index_t  head_q  [256];
  index_t  tail_q  [256];
  credit_t credit_q[256];
  logic [255:0] any_q, active_q;  // of a function: its list is not empty; it is in the FIFO, or it is its turn

  // ---- A queue joins the list of its function -----------------------------------------------------------------------------------
  index_t update_qp;
  logic   push;

  assign update_qp = index_t'(update_qp_i);

  svnic_queue_listed #(
      .NumQps(NumQps)
  ) u_listed (
      .clk_i,
      .update_valid_i,
      .update_qp_i(update_qp),
      .update_wants_i,
      .update_turn_i,
      .push_o     (push)
  );

  // ---- A queue's turn -----------------------------------------------------------------------------------------------------------
  logic       turn_q, take, leave, rotate, load, alone_q;
  func_t      func_q;     // whose turn it is
  index_t     head, last_q;
  logic [2:0] coming_q;   // turns on their way through the pipeline; bit 2: update comes now
  logic       any, credit;

  assign head    = head_q[func_q];
  assign any     = any_q[func_q];
  assign credit  = credit_q[func_q] > 0;
  assign again_o = !any;
  assign valid_o = turn_q && credit && (any ? !push : coming_q != '0 && alone_q);
  assign qp_o    = qp_t'(any ? head : last_q);
  assign take    = valid_o && ready_i && !again_o;

  // Its turn is over without credit, or without work.
  assign rotate = turn_q && !credit && any && !push && !charge_valid_i && !clear_valid_i;
  assign leave  = turn_q && !any && coming_q[1:0] == '0 && !push;

  logic  activate, fifo_valid, fifo_ready, in_ready;
  func_t next_func;

  assign activate = push && !active_q[update_func_i];
  assign load     = fifo_valid && (!turn_q || rotate || leave);
  assign fifo_ready = load;

  svnic_fifo #(
      .T    (func_t),
      .Depth(256)
  ) u_functions (
      .clk_i,
      .rst_i,
      .in_valid_i (activate || rotate),
      .in_ready_o (in_ready),  // one place for each function: always
      .in_i       (activate ? update_func_i : func_q),
      .out_valid_o(fifo_valid),
      .out_ready_i(fifo_ready),
      .out_o      (next_func)
  );

  always_ff @(posedge clk_i) begin
    // The list of a function: a push wins over a turn.
    if (push) tail_q[update_func_i] <= update_qp;
    if (push && any_q[update_func_i]) next_q[tail_q[update_func_i]] <= update_qp;
    if (push && !any_q[update_func_i]) head_q[update_func_i] <= update_qp;
    else if (take) head_q[func_q] <= next_q[head];
    if (take && head == tail_q[func_q]) any_q[func_q] <= 1'b0;
    if (push) any_q[update_func_i] <= 1'b1;
    if (take) begin
      last_q  <= head;
      alone_q <= coming_q[1:0] == '0;
    end
    coming_q <= {coming_q[1:0], take};

    if (leave) active_q[func_q] <= 1'b0;
    if (push) active_q[update_func_i] <= 1'b1;
    if (rotate || leave) turn_q <= 1'b0;
    if (load) begin
      turn_q <= 1'b1;
      func_q <= next_func;
    end

    if (clear_valid_i) credit_q[clear_func_i] <= credit_t'(DrrQuantum);
    else if (charge_valid_i) credit_q[charge_func_i] <= credit_q[charge_func_i] - credit_t'({6'd0, charge_bytes_i});
    else if (rotate) credit_q[func_q] <= credit_q[func_q] + credit_t'(DrrQuantum);

    if (rst_i) begin
      any_q    <= '0;
      active_q <= '0;
      turn_q   <= 1'b0;
      coming_q <= '0;
    end
  end

  assign busy_o = turn_q || fifo_valid;

`ifndef SYNTHESIS
  always_ff @(posedge clk_i) begin
    if (!rst_i) begin
      once : assert (!(activate || rotate) || in_ready);
    end
  end
`else
  logic unused;
  assign unused = in_ready;
`endif

endmodule
