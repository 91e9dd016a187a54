// SPDX-License-Identifier: Apache-2.0
// Completions of one direction, in order of tx_done or rx_done: those of a queue that come in successive cycles, or while the pipeline has no
// time, become one operation. None waits for one that is not there.

module svnic_queue_gather
  import svnic_pkg::*;
  import svnic_queue_pkg::*;
(
    input logic clk_i,
    input logic rst_i,

    input  logic       done_valid_i,
    output logic       done_ready_o,
    input  qp_t        done_qp_i,
    input  logic [4:0] done_count_i,  // alike but for EOP, which is the last one's
    input  unit_t      done_unit_i,

    output logic op_valid_o,
    input  logic op_ready_i,
    output op_t  op_o,

    output logic busy_o
);

  // ---- Single completions -------------------------------------------------------------------------------------------------------
  logic [4:0] done_q;
  logic       last, accept, granted;
  logic [1:0] place;  // in the batch
  unit_t      unit;

  assign last = done_q + 5'd1 == done_count_i;

  always_comb begin
    unit     = done_unit_i;
    unit.eop = last && done_unit_i.eop;
  end

  // ---- The batch ------------------------------------------------------------------------------------------------------------------
  logic        valid_q, ends_q, fits;
  qp_t         qp_q;
  gather_arg_t batch_q;

  assign fits         = valid_q && !ends_q && done_valid_i && done_qp_i == qp_q && batch_q.count != 3'(MaxGather);
  assign place        = fits ? 2'(batch_q.count) : 2'd0;
  assign op_valid_o   = valid_q && !fits;
  assign granted      = op_valid_o && op_ready_i;
  assign accept       = done_valid_i && (!valid_q || fits || granted);
  assign done_ready_o = last && (!valid_q || fits || granted);
  assign op_o         = '{op: OpGather, qp: qp_q, arg: ArgW'(batch_q)};

  always_ff @(posedge clk_i) begin
    if (accept) begin
      qp_q          <= done_qp_i;
      ends_q        <= unit.eop && ends_queue(unit.status);
      batch_q.count <= fits ? batch_q.count + 3'd1 : 3'd1;
      batch_q.unit[place] <= unit;
      done_q        <= last ? '0 : done_q + 5'd1;
    end
    valid_q <= accept || (valid_q && !granted);
    if (rst_i) begin
      valid_q <= 1'b0;
      done_q  <= '0;
    end
  end

  assign busy_o = valid_q || done_valid_i;

endmodule
