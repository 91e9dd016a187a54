// SPDX-License-Identifier: Apache-2.0
// Proof for svnic_queue_schedule, four queues of three functions, any work, two frames at most whose length is not charged yet: who sends has credit, so
// a function is never more than those two frames below zero, and never has more than one quantum. Bounded: whose turn it is sends from queues of its
// own, and its work is never forgotten. That rounds go in turns is svnic_fifo's order (proven there) and not looked at here. One function is watched;
// which one is free.
//
// What the neighbours promise is done here: after reset each queue is told of once, as without work and as its turn, and each function's credit is set;
// then what was asked of a queue is told of three cycles later, other operations at any time (svnic_queue_context).

module svnic_queue_schedule_formal
  import svnic_pkg::*;
  import svnic_regs_pkg::DrrQuantum;
(
    input logic       clk_i,
    input logic       ready_i,
    input logic       other_valid_i,  // an operation that is nobody's turn
    input logic [1:0] other_qp_i,
    input logic       wants_i,
    input logic       frame_i,        // what is asked takes a frame
    input logic       charge_i,
    input logic [1:0] charge_func_i,
    input bytes_t     charge_bytes_i,
    input logic [1:0] watched_i
);

  localparam int Uncharged = 2;
  typedef logic signed [19:0] credit_t;
  typedef logic [1:0] index_t;

  logic       started_q = 1'b0;
  logic       rst, ready, swept, valid, again, take, busy, update_valid, update_wants, update_turn, charge;
  logic [2:0] sweep_q;
  logic [2:0] way_q, way_turn_q;  // what was asked; the last is told of now
  index_t [2:0] way_qp_q;
  index_t     update_qp, func_q;
  qp_t        qp;
  bytes_t     bytes;
  logic [1:0] uncharged_q[4];     // frames, by function
  logic [2:0] all_uncharged;

  function automatic index_t owner(index_t queue);
    return queue == 2'd3 ? 2'd2 : queue;
  endfunction

  assign rst           = !started_q;
  assign swept         = sweep_q == 3'd4;
  assign all_uncharged = 3'(uncharged_q[0]) + 3'(uncharged_q[1]) + 3'(uncharged_q[2]);
`ifdef INDUCTION
  assign ready = ready_i;
`else  // ... of what is bounded, some is fixed: all frames are long, what may be asked is asked, watched is the third function
  assign ready = 1'b1;
`endif
  assign take          = valid && ready && swept && !rst && all_uncharged < 3'(Uncharged);
  assign update_valid  = !rst && (!swept || way_q[2] || other_valid_i);
  assign update_qp     = !swept ? index_t'(sweep_q) : way_q[2] ? way_qp_q[2] : other_qp_i;
  assign update_wants  = swept && wants_i;
  assign update_turn   = !swept || (way_q[2] && way_turn_q[2]);
  assign charge        = swept && charge_i && charge_func_i != 2'd3 && uncharged_q[charge_func_i] != '0;
  `ifdef INDUCTION
  assign bytes = charge_bytes_i <= bytes_t'(MaxFrame) ? charge_bytes_i : bytes_t'(MaxFrame);
`else
  assign bytes = bytes_t'(MaxFrame);
`endif

  svnic_queue_schedule #(
      .NumQps(4)
  ) u_schedule (
      .clk_i,
      .rst_i         (rst),
      .update_valid_i(update_valid),
      .update_qp_i   (qp_t'(update_qp)),
      .update_func_i (func_t'(owner(update_qp))),
      .update_wants_i(update_wants),
      .update_turn_i (update_turn),
      .valid_o       (valid),
      .qp_o          (qp),
      .again_o       (again),
      .ready_i       (take),
      .charge_valid_i(charge),
      .charge_func_i (func_t'(charge_func_i)),
      .charge_bytes_i(bytes),
      .clear_valid_i (!swept && !rst),
      .clear_func_i  (func_t'(sweep_q)),
      .busy_o        (busy)
  );

  // ---- The watched function: its credit ---------------------------------------------------------------------------------------------------------------
  credit_t    credit_q;
  logic       round;
  logic [3:0] wants_q, on_way;  // by queue
  logic       has_work;

  assign round = u_schedule.rotate && u_schedule.func_q == func_t'(func_q);  // its turn ends without credit: another quantum

  always_comb begin
    on_way   = '0;
    has_work = 1'b0;
    for (int i = 0; i < 3; i++) if (way_q[i] && way_turn_q[i]) on_way[way_qp_q[i]] = 1'b1;
    for (int q = 0; q < 4; q++) if (owner(2'(q)) == func_q && wants_q[q] && !on_way[q]) has_work = 1'b1;
  end

  always_ff @(posedge clk_i) begin
    started_q  <= 1'b1;
    if (!swept) sweep_q <= sweep_q + 3'd1;
    way_q      <= rst ? '0 : {way_q[1:0], take};
    way_turn_q <= {way_turn_q[1:0], !again};
    way_qp_q   <= {way_qp_q[1:0], index_t'(qp)};
    if (update_valid) wants_q[update_qp] <= update_wants;
    for (int f = 0; f < 4; f++)
      uncharged_q[f] <= uncharged_q[f] + 2'(take && frame_i && u_schedule.func_q == func_t'(f)) - 2'(charge && charge_func_i == 2'(f));
    if (swept) credit_q <= credit_q + (round ? credit_t'(DrrQuantum) : '0) - (charge && charge_func_i == func_q ? credit_t'({6'd0, bytes}) : '0);
    if (rst) begin
      sweep_q  <= '0;
`ifdef INDUCTION
      func_q   <= watched_i == 2'd3 ? '0 : watched_i;
`else
      func_q   <= 2'd2;
`endif
      credit_q <= credit_t'(DrrQuantum);
      wants_q  <= '0;
      for (int f = 0; f < 4; f++) uncharged_q[f] <= '0;
    end
  end

  always_ff @(posedge clk_i)
    if (!rst && swept) begin
      sends_with_credit :
      assert (!(take && u_schedule.func_q == func_t'(func_q)) || credit_q > 0);
      not_far_below_zero :
      assert (credit_q > -credit_t'(Uncharged * MaxFrame));
      one_quantum_at_most :
      assert (credit_q <= credit_t'(DrrQuantum));
`ifdef INDUCTION
      i_credit :
      assert (u_schedule.credit_q[func_q] == credit_q && func_q != 2'd3 && all_uncharged <= 3'(Uncharged)
              && uncharged_q[0] <= 2'(Uncharged) && uncharged_q[1] <= 2'(Uncharged) && uncharged_q[2] <= 2'(Uncharged));
      i_uncharged :
      assert (credit_q > -credit_t'((Uncharged - 32'(uncharged_q[func_q])) * MaxFrame));
`else
      a_queue_of_its_own :
      assert (!take || func_t'(owner(index_t'(qp))) == u_schedule.func_q);
      no_work_is_lost :
      assert (!has_work || (u_schedule.active_q[func_q] && u_schedule.any_q[func_q]));
`endif

      c_pays_back :
      cover (round && credit_q < -credit_t'(MaxFrame / 2));
      c_again :
      cover (take && again && frame_i);
    end

`ifdef INDUCTION
  always_ff @(posedge clk_i)
    if (!rst) begin
      i_swept :
      assert (sweep_q <= 3'd4 && (swept || (way_q == '0 && uncharged_q[0] == '0 && uncharged_q[1] == '0 && uncharged_q[2] == '0
              && credit_q == credit_t'(DrrQuantum) && func_q != 2'd3)));
      i_set :
      assert (sweep_q <= 3'(func_q) || swept || u_schedule.credit_q[func_q] == credit_q);
    end
`endif

  logic unused;
  assign unused = busy;

endmodule
