// SPDX-License-Identifier: Apache-2.0
// The frames under way, in the order they were taken, and whether all reads of the oldest have ended.
//
// Reads end in any order. Per frame two numbers are compared, each written by one side only, so that they stand in RAM: `end` (how many
// reads of this place of the table will have ended, when its present frame has them all; written when the frame enters) and
// `ended` (how many have; written when one ends). Both run on from frame to frame and are never cleared but after reset.

module svnic_tx_frames
  import svnic_pkg::*;
  import svnic_tx_pkg::*;
(
    input logic clk_i,
    input logic rst_i,

    output logic   frame_ready_o,
    input  logic   frame_valid_i,
    input  frame_t frame_i,
    output id_t    id_o,

    input rd_done_t rd_done_i,

    output logic   oldest_valid_o,  // all of it has arrived, or nothing was read
    output frame_t oldest_o,
    output logic   oldest_error_o,  // a read of it failed
    input  logic   oldest_pop_i,

    output logic busy_o
);

  typedef logic [4:0] reads_t;
  typedef struct packed {
    logic   error;  // of the present frame, as far as it is here
    reads_t count;
  } ended_t;

  id_t    tail_q, head_q;
  logic   ready_q;  // swept
  id_t    sweep_q;
  reads_t start_mem_q[Frames];  // `end` of the frame before
  reads_t end_mem_q  [Frames];
  ended_t ended_mem_q[Frames];

  // ---- In ---------------------------------------------------------------------------------------------------------------
  logic   fifo_room, fifo_valid, enter;
  reads_t reads;

  assign enter         = frame_valid_i && frame_ready_o;
  // One place stays unused: behind a full table `entered` below could not be told.
  assign frame_ready_o = ready_q && fifo_room && tail_q + id_t'(1) != head_q;
  assign id_o          = tail_q;
  assign reads         = frame_i.status == '0 ? frame_i.count : '0;

  svnic_fifo #(
      .T    (frame_t),
      .Depth(Frames)
  ) u_frames (
      .clk_i,
      .rst_i,
      .in_valid_i (enter),
      .in_ready_o (fifo_room),
      .in_i       (frame_i),
      .out_valid_o(fifo_valid),
      .out_ready_i(oldest_pop_i),
      .out_o      (oldest_o)
  );

  always_ff @(posedge clk_i) begin
    tail_q  <= tail_q + id_t'(enter);
    head_q  <= head_q + id_t'(oldest_pop_i);
    sweep_q <= sweep_q + id_t'(!ready_q);
    if (&sweep_q) ready_q <= 1'b1;
    if (enter || !ready_q) end_mem_q[ready_q ? tail_q : sweep_q] <= ready_q ? end_mem_q[tail_q] + reads : '0;
    if (enter) start_mem_q[tail_q] <= end_mem_q[tail_q];
    if (rst_i) begin
      tail_q  <= '0;
      head_q  <= '0;
      sweep_q <= '0;
      ready_q <= 1'b0;
    end
  end

  // ---- Reads end, some before their frame has entered (its last read is handed over later): the first one of a frame is known by
  // where the frame before stopped, which is `end` until the frame enters and `start` from then on.
  id_t    ends;
  logic   end_valid, entered, first;
  ended_t ended, ended_next;

  assign end_valid = rd_done_i.valid && rd_done_i.client == RdPayload;
  assign ends      = rd_done_i.id[$bits(id_t)-1:0];
  assign ended     = ended_mem_q[ends];
  assign entered   = ends != tail_q;
  assign first     = ended.count == (entered ? start_mem_q[ends] : end_mem_q[ends]);

  assign ended_next = '{error: rd_done_i.error || (!first && ended.error), count: ended.count + reads_t'(1)};

  always_ff @(posedge clk_i)
    if (end_valid || !ready_q) ended_mem_q[ready_q ? ends : sweep_q] <= ready_q ? ended_next : '0;

  // ---- Out ----------------------------------------------------------------------------------------------------------------
  assign oldest_valid_o = fifo_valid && (oldest_o.status != '0 || ended_mem_q[head_q].count == end_mem_q[head_q]);
  assign oldest_error_o = oldest_o.status == '0 && ended_mem_q[head_q].error;
  assign busy_o         = !ready_q || oldest_valid_o;  // one that waits for its reads waits for the host

endmodule
