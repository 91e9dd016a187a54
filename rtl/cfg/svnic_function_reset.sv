// SPDX-License-Identifier: Apache-2.0
// When has a function forgotten everything? Begins the reset of a range of functions, one per cycle (from then on they are in reset:
// nobody starts anything for them, what they still send is dropped), and then walks them one after the other: every block ends or forgets what
// it has of the function, its reads have come back or timed out, Device Status is wiped. docs/programming.md section 10.
//
//   Rest --> Walk (the blocks) --> Reads --> WipeStatus --> Finish --> Rest
//
// All functions of a range drain at the same time, so the last one is not late by the sum of their time-outs. Who is in reset is in the
// list once; a function that is still in it when its reset is asked for again stays as it is.

module svnic_function_reset
  import svnic_pkg::*;
  import svnic_cfg_pkg::*;
(
    input logic clk_i,
    input logic rst_i,

    input  reset_range_t start_i,       // not while beginning_o
    output logic         beginning_o,   // no operation of the host meanwhile
    output logic         begin_valid_o, // the function's configuration registers are reset in this cycle
    output func_t        begin_func_o,
    output logic [255:0] in_reset_o,

    output fn_reset_t             fn_reset_o,
    input  logic [NumTargets-1:0] fn_reset_done_i,
    input  logic [255:0]          reads_pending_i,
    output logic                  wipe_valid_o,
    input  logic                  wipe_ready_i,

    output logic    busy_o,
    output commit_t commit_begin_o,
    output commit_t commit_done_o
);

  // ---- Begin ---------------------------------------------------------------------------------------------------------------
  reset_range_t range_q;
  logic [255:0] in_reset_q;
  logic         in_range;

  assign in_range      = range_q.first <= range_q.last;
  assign beginning_o   = range_q.valid;
  assign begin_func_o  = in_range ? range_q.first[7:0] : '0;
  assign begin_valid_o = range_q.valid && (in_range || range_q.pf) && !in_reset_q[begin_func_o];

  always_ff @(posedge clk_i) begin
    if (start_i.valid) range_q <= start_i;
    else if (in_range) range_q.first <= range_q.first + 9'd1;
    else range_q.valid <= 1'b0;
    if (rst_i) range_q.valid <= 1'b0;
  end

  // ---- Walk ----------------------------------------------------------------------------------------------------------------
  typedef enum logic [2:0] {
    Rest,
    Walk,
    Reads,
    WipeStatus,
    Finish
  } state_e;

  state_e state_d, state_q;
  logic   head_valid, head_room, done, drained;
  func_t  head;

  svnic_fifo #(
      .T    (func_t),
      .Depth(256)
  ) u_list (
      .clk_i,
      .rst_i,
      .in_valid_i (begin_valid_o),
      .in_ready_o (head_room),  // one place for each function: always
      .in_i       (begin_func_o),
      .out_valid_o(head_valid),
      .out_ready_i(done),
      .out_o      (head)
  );

  assign drained      = !reads_pending_i[head] && fn_reset_done_i == '0;
  // Not while resets begin: who was in reset when the host asked for them is not begun again.
  assign done         = state_q == Finish && !start_i.valid && !beginning_o;
  assign wipe_valid_o = state_q == WipeStatus;

  always_comb begin
    state_d = state_q;
    unique case (state_q)
      Rest:       if (head_valid) state_d = Walk;
      Walk:       if (&fn_reset_done_i) state_d = Reads;
      Reads:      if (drained) state_d = WipeStatus;
      WipeStatus: if (wipe_ready_i) state_d = Finish;
      default:    if (done) state_d = Rest;
    endcase
  end

  always_ff @(posedge clk_i) begin
    state_q <= state_d;
    if (done) in_reset_q[head] <= 1'b0;
    if (begin_valid_o) in_reset_q[begin_func_o] <= 1'b1;
    if (rst_i) begin
      state_q    <= Rest;
      in_reset_q <= '0;
    end
  end

  assign in_reset_o = in_reset_q;
  assign fn_reset_o = '{valid: state_q == Walk, func: head, conventional: head == '0};

  (* maybe_unused *) logic unused;
  assign unused = head_room;

  // While the function still waits for its reads, dma knows when it goes on.
  assign busy_o = range_q.valid || (head_valid && !(state_q inside {Walk, Reads} && reads_pending_i[head]));

  assign commit_begin_o = begin_valid_o ? '{kind: ResetBegin, a: begin_func_o, default: '0} : '0;
  assign commit_done_o  = done ? '{kind: ResetDone, a: head, default: '0} : '0;

endmodule
