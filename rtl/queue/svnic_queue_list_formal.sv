// SPDX-License-Identifier: Apache-2.0
// Proof for svnic_queue_list and svnic_queue_listed, four queues, any operations: work that was told of is never lost, no queue is in the list twice, and each has its turn
// after at most all others. What the neighbour promises (svnic_queue_context) is what the driver does here: after reset each queue is told of once, as
// without work and as its turn; then a turn is told of three cycles after it was taken, and operations that are no turns at any time.

module svnic_queue_list_formal
  import svnic_pkg::*;
(
    input logic       clk_i,
    input logic       ready_i,
    input logic       other_valid_i,  // an operation that is nobody's turn
    input logic [1:0] other_qp_i,
    input logic       wants_i
);

  localparam int Count = 4;
  typedef logic [1:0] index_t;

  logic             started_q = 1'b0;
  logic             rst, swept, valid, take, update_valid, update_wants;
  logic [2:0]       sweep_q;
  logic [2:0]       turn_q;          // turns under way; the last is told of now
  index_t     [2:0] turn_qp_q;
  index_t           update_qp;
  qp_t              qp;
  logic [Count-1:0] wants_q;         // what was told last

  assign rst   = !started_q;
  assign swept = sweep_q == 3'(Count);
  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    if (!swept) sweep_q <= sweep_q + 3'd1;
    if (rst) sweep_q <= '0;
  end

  assign take         = valid && ready_i && !rst;
  assign update_valid = !rst && (!swept || turn_q[2] || other_valid_i);
  assign update_qp    = !swept ? index_t'(sweep_q) : turn_q[2] ? turn_qp_q[2] : other_qp_i;
  assign update_wants = swept && wants_i;

  svnic_queue_list #(
      .NumQps(Count)
  ) u_list (
      .clk_i,
      .rst_i         (rst),
      .update_valid_i(update_valid),
      .update_qp_i   (qp_t'(update_qp)),
      .update_wants_i(update_wants),
      .update_turn_i (!swept || turn_q[2]),
      .valid_o       (valid),
      .ready_i       (ready_i && !rst),
      .qp_o          (qp)
  );

  always_ff @(posedge clk_i) begin
    turn_q    <= rst ? '0 : {turn_q[1:0], take};
    turn_qp_q <= {turn_qp_q[1:0], index_t'(qp)};
    if (update_valid) wants_q[update_qp] <= update_wants;
    if (rst) wants_q <= '0;
  end

  // ---- Where is each queue? In the list (how often), or on its way through a turn -----------------------------------------------------
  logic [2:0]       fill;
  logic [2:0]       in_list  [Count];
  logic [1:0]       under_way[Count];
  logic [Count-1:0] listed;  // as the block will find it
  logic [2:0]       place    [Count];
  logic [2:0]       waited_q [Count];  // others were served since it came

  assign fill = u_list.u_fifo.tail_q - u_list.u_fifo.head_q;
  always_comb
    for (int q = 0; q < Count; q++) begin
      in_list[q]   = '0;
      place[q]     = '0;
      under_way[q] = '0;
      for (int i = 0; i < Count; i++)
        if (3'(i) < fill && u_list.u_fifo.mem_q[index_t'(u_list.u_fifo.head_q) + index_t'(i)] == index_t'(q)) begin
          in_list[q] += 3'd1;
          place[q] = 3'(i);
        end
      for (int i = 0; i < 3; i++) if (turn_q[i] && turn_qp_q[i] == index_t'(q)) under_way[q] += 2'd1;
      listed[q] = u_list.u_listed.write_q && u_list.u_listed.write_qp_q == index_t'(q) ? u_list.u_listed.written_q : u_list.u_listed.listed_q[q];
    end

  always_ff @(posedge clk_i)
    for (int q = 0; q < Count; q++)
      if (rst || in_list[q] == '0) waited_q[q] <= '0;
      else if (take && index_t'(qp) != index_t'(q)) waited_q[q] <= waited_q[q] + 3'd1;

  logic [Count-1:0] somewhere, near, once, kept, served;
  always_comb
    for (int q = 0; q < Count; q++) begin
      somewhere[q] = sweep_q <= 3'(q) || listed[q] == (3'(under_way[q]) + in_list[q] != '0);
      near[q]      = in_list[q] == '0 || (waited_q[q] < 3'(Count) && waited_q[q] + place[q] < 3'(Count));
      once[q]      = 3'(under_way[q]) + in_list[q] <= 3'd1;
      kept[q]      = !wants_q[q] || 3'(under_way[q]) + in_list[q] == 3'd1;
      served[q]    = !take || index_t'(qp) == index_t'(q) || in_list[q] == '0 || waited_q[q] < 3'(Count - 1);
    end

  always_ff @(posedge clk_i)
    if (!rst) begin
      i_fill :
      assert (fill <= 3'(Count) && sweep_q <= 3'(Count) && (swept || (fill == '0 && turn_q == '0 && wants_q == '0)));
      i_listed_is_somewhere :
      assert (&somewhere);
      i_waits_behind :
      assert (&near);

      once_in_all :
      assert (&once);
      no_work_is_lost :
      assert (&kept);
      has_its_turn :
      assert (&served);
      always_room :
      assert (!u_list.push || u_list.in_ready);

      c_full :
      cover (fill == 3'(Count));
      c_comes_back_at_once :
      cover (swept && turn_q[2] && update_wants && u_list.push && fill != '0);
      c_work_during_its_turn :
      cover (swept && turn_q[1] && !turn_q[2] && other_valid_i && other_qp_i == turn_qp_q[1] && wants_i && !u_list.push);
      c_waits_for_all :
      cover (waited_q[0] == 3'(Count - 1));
    end

endmodule
