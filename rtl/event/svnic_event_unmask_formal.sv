// SPDX-License-Identifier: Apache-2.0
// Proof for svnic_event_unmask, all functions, any openings of vectors and functions, any patience of the pipeline, any answers: what opens is asked
// about, as soon as no lower function waits, and again until nothing is found; what was found is sent; nobody is asked for nothing (E1). One function is
// watched, another one beside it; which ones is free.
//
// What the neighbour promises (svnic_event_context): an operation is decided two cycles after it was taken. The environment does so.

module svnic_event_unmask_formal
  import svnic_pkg::*;
  import svnic_event_pkg::*;
#(
    parameter func_t Bits = '1  // of a function's number; the bounded check has four functions of two groups
) (
    input logic       clk_i,
    input functions_t functions_i,
    input logic       unmasked_i,
    input func_t      func_i,
    input logic       op_ready_i,
    input logic       found_i,
    input local_t     vector_i,
    input func_t      watched_i,
    input func_t      lower_i
);

  logic   started_q = 1'b0;
  logic   rst, op_valid, take, busy;
  op_t    op, op_q;
  func_t  func_q, lower_q;  // watched

  assign rst = !started_q;

  functions_t functions;
  func_t      opened;

  always_comb begin
    functions = functions_i;
    for (int f = 0; f < 256; f++) if ((func_t'(unsigned'(f)) & ~Bits) != '0) functions.msix_enable[f] = 1'b0;
    opened = func_i & Bits;
  end

  // ---- The pipeline: cycle 1, cycle 2 is the decision ----------------------------------------------------------------------------------------------
  logic [1:0] way_q;
  op_t        under_way_q;
  logic       decided, found;

  assign take    = op_valid && op_ready_i && !rst;
  assign decided = way_q[1];
  assign found   = decided && under_way_q.op == OpCheck && found_i;

  svnic_event_unmask u_unmask (
      .clk_i,
      .rst_i     (rst),
      .functions_i(functions),
      .unmasked_i(unmasked_i),
      .func_i    (opened),
      .op_valid_o(op_valid),
      .op_ready_i,
      .op_o      (op),
      .decided_i (decided),
      .found_i   (found),
      .vector_i,
      .busy_o    (busy)
  );

  // ---- Of whom must be asked: the watched function, and one below it --------------------------------------------------------------------------------
  logic owed_q, lower_owed_q, open_q, lower_open_q, open, lower_open;

  assign open       = functions.msix_enable[func_q] && !functions.msix_mask[func_q];
  assign lower_open = functions.msix_enable[lower_q] && !functions.msix_mask[lower_q];

  function automatic logic owes(logic owed, func_t func, logic opens);
    logic next;
    next = owed && !(take && op.op == OpCheck && op.func == func);
    return next || opens || (unmasked_i && opened == func) || (decided && under_way_q.op == OpSend && under_way_q.func == func);
  endfunction

  // The cycle before
  logic   quiet_q, owed_before_q, lower_before_q, stalled_q, found_q, sent_q;
  func_t  found_func_q;
  local_t found_vector_q;

  always_ff @(posedge clk_i) begin
    started_q    <= 1'b1;
    way_q        <= rst ? '0 : {way_q[0], take};
    if (take) under_way_q <= op;
    owed_q       <= !rst && owes(owed_q, func_q, open && !open_q);
    lower_owed_q <= !rst && owes(lower_owed_q, lower_q, lower_open && !lower_open_q);
    open_q       <= !rst && open;
    lower_open_q <= !rst && lower_open;

    stalled_q      <= !rst && op_valid && !op_ready_i;
    op_q           <= op;
    quiet_q        <= !rst && !op_valid && way_q == '0 && owed_q;
    owed_before_q  <= owed_q;
    lower_before_q <= lower_owed_q;
    found_q        <= !rst && found;
    sent_q         <= !rst && (sent_q || (take && op.op == OpSend && op.func == func_q));
    if (found) {found_func_q, found_vector_q} <= {under_way_q.func, vector_i};
    if (rst) begin
      func_q  <= watched_i & Bits;
      lower_q <= lower_i & Bits;
    end
  end

  logic begins;  // somebody is picked
  assign begins = op_valid && op.op == OpCheck && !stalled_q;

  always_ff @(posedge clk_i)
    if (!rst) begin
      e1_asks_as_long_as_it_is_owed :
      assert (!quiet_q || (op_valid && op.op == OpCheck));
      e1_lowest_first :
      assert (!(begins && owed_before_q) || op.func <= func_q);
      asks_for_something :
      assert (!(op_valid && op.op == OpCheck && op.func == func_q) || owed_q);
      e1_what_was_found_is_sent :
      assert (found_q == (op_valid && op.op == OpSend && !stalled_q));
      sends_what_was_found :
      assert (!(op_valid && op.op == OpSend) || {op.func, op.local_slot} == {found_func_q, found_vector_q});
      stays_until_taken :
      assert (!stalled_q || (op_valid && op == op_q));
      one_at_a_time :
      assert (!(op_valid && way_q != '0));
      busy_while_owed :
      assert (busy || (!owed_q && !op_valid && way_q == '0));

`ifdef INDUCTION
      i_owed :
      assert (u_unmask.wanted_q[func_q] == owed_q && u_unmask.open_q[func_q] == open_q);
      i_steps :
      assert (u_unmask.state_q <= 3'd4 && $onehot0(way_q) && op_valid == (u_unmask.state_q inside {3'd1, 3'd3})
              && (way_q != '0) == (u_unmask.state_q inside {3'd2, 3'd4}) && (way_q == '0 || under_way_q.op == (u_unmask.state_q == 3'd2 ? OpCheck : OpSend)));
      i_same_function :
      assert (u_unmask.state_q != 3'd1 || u_unmask.wanted_q[u_unmask.func_q]);
      i_under_way :
      assert (way_q == '0 || under_way_q.func == u_unmask.func_q);
      i_found :
      assert (u_unmask.state_q != 3'd3 || {u_unmask.func_q, u_unmask.vector_q} == {found_func_q, found_vector_q});
`endif

      c_asked :
      cover (take && op.op == OpCheck && op.func == func_q && lower_owed_q && lower_q < func_q);
      c_sent_and_asked_again :
      cover (take && op.op == OpCheck && op.func == func_q && sent_q);
      c_opens_while_it_is_asked :
      cover (take && op.op == OpCheck && op.func == func_q && unmasked_i && opened == func_q);
      c_waits_behind_a_lower_one :
      cover (begins && owed_before_q && lower_before_q && op.func == lower_q && lower_q < func_q);
    end

endmodule
