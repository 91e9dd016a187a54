// SPDX-License-Identifier: Apache-2.0
// Which function may have a pending vector that is open now? One bit per function, set when its function mask or one of its vectors opens; the
// lowest is asked again and again (OpCheck finds a vector, OpSend sends it) until it has none.

module svnic_event_unmask
  import svnic_pkg::*;
  import svnic_event_pkg::*;
(
    input logic clk_i,
    input logic rst_i,

    input functions_t functions_i,
    input logic       unmasked_i,  // a vector of func_i
    input func_t      func_i,

    output logic   op_valid_o,
    input  logic   op_ready_i,
    output op_t    op_o,
    input  logic   decided_i,      // OpCheck or OpSend
    input  logic   found_i,
    input  local_t vector_i,

    output logic busy_o
);

  typedef enum logic [2:0] {
    Rest,
    Check,
    Checked,
    Send,
    Sent
  } state_e;

  state_e       state_d, state_q;
  logic [255:0] open, open_q, wanted_d, wanted_q;
  func_t        first, func_q;
  local_t       vector_q;

  assign open = functions_i.msix_enable & ~functions_i.msix_mask;

  svnic_first_one u_first (
      .bits_i (wanted_q),
      .index_o(first)
  );

  always_comb begin
    state_d = state_q;
    unique case (state_q)
      Rest:    if (wanted_q != '0) state_d = Check;
      Check:   if (op_ready_i) state_d = Checked;
      Checked: if (decided_i) state_d = found_i ? Send : Rest;
      Send:    if (op_ready_i) state_d = Sent;
      default: if (decided_i) state_d = Rest;
    endcase
  end

  always_comb begin
    wanted_d = wanted_q;
    // off the list before it is asked: what opens meanwhile puts it back
    if (state_q == Check && op_ready_i) wanted_d[func_q] = 1'b0;
    if (state_q == Sent && decided_i) wanted_d[func_q] = 1'b1;
    if (unmasked_i) wanted_d[func_i] = 1'b1;
    wanted_d |= open & ~open_q;
  end

  always_ff @(posedge clk_i) begin
    state_q <= state_d;
    open_q  <= open;
    if (state_q == Rest) func_q <= first;
    if (state_q == Checked) vector_q <= vector_i;
    wanted_q <= wanted_d;
    if (rst_i) begin
      state_q  <= Rest;
      wanted_q <= '0;
      open_q   <= '0;
    end
  end

  assign op_valid_o = state_q inside {Check, Send};
  assign op_o = '{op: state_q == Check ? OpCheck : OpSend, func: func_q, local_slot: vector_q, default: '0};
  assign busy_o = state_q != Rest || wanted_q != '0 || open != open_q;

  logic unused;
  assign unused = ^functions_i;

endmodule
