// SPDX-License-Identifier: Apache-2.0
// Control events on their way to the event unit. Each {function, kind, source} waits at most once, so the FIFOs, as deep
// as there are such things, never overflow; a link change concerns many functions at once and is a bit vector that a walk
// turns into events (a link changes rarely).

module svnic_mgmt_control
  import svnic_pkg::*;
  import svnic_regs_pkg::*;
#(
    parameter int NumVfs = 64
) (
    input logic clk_i,
    input logic rst_i,

    input logic                mailbox_i,   // MAILBOX for func_i
    input logic                error_i,     // ERROR for func_i
    input logic                function_i,  // FUNCTION about func_i, for the PF
    input func_t               func_i,
    input logic [255:0] link_i,      // LINK for all of these
    input logic                hold_i,      // somebody is about to be forgotten: no LINK begins
    input logic                pf_i,        // that one is the PF, whose FUNCTION events are too
    input logic                forget_i,    // no LINK for func_i but one of this cycle

    output logic quiet_o,  // no MAILBOX, no ERROR waits; with pf_i, no FUNCTION either
    output logic busy_o,

    output logic     control_valid_o,
    input  logic     control_ready_i,
    output control_t control_o,
    output commit_t  commit_o
);

  localparam func_t LastFunc = func_t'(NumVfs);

  logic [255:0] mailbox_q, error_q, function_q, link_q;  // waiting
  func_t               walk_q;

  // ---- MAILBOX and ERROR share a FIFO, FUNCTION has its own ---------------------------------------------------------
  typedef struct packed {
    logic  error;
    func_t func;
  } own_t;

  own_t     own;
  func_t    about;
  logic     valid_q, link_found, taken, taken_mailbox, taken_error, taken_function, taken_link;
  control_t control_q;
  logic     turn_q;  // FUNCTION events before own ones

  logic  own_push, own_valid, own_pop, own_room, about_push, about_valid, about_pop, about_room;

  // What is taken in this cycle waits no more: the same thing again needs a new entry.
  logic mailbox_waits, error_waits, function_waits;
  assign mailbox_waits  = mailbox_q[func_i] && !(taken_mailbox && control_q.func == func_i);
  assign error_waits    = error_q[func_i] && !(taken_error && control_q.func == func_i);
  assign function_waits = function_q[func_i] && !(taken_function && control_q.source == func_i);

  assign own_push   = (mailbox_i && !mailbox_waits) || (error_i && !error_waits);
  assign about_push = function_i && !function_waits;

  svnic_fifo #(
      .T    (own_t),
      .Depth(512)
  ) u_own (
      .clk_i,
      .rst_i,
      .in_valid_i (own_push),
      .in_ready_o (own_room),
      .in_i       ('{error: error_i, func: func_i}),
      .out_valid_o(own_valid),
      .out_ready_i(own_pop),
      .out_o      (own)
  );

  svnic_fifo #(
      .T    (func_t),
      .Depth(256)
  ) u_about (
      .clk_i,
      .rst_i,
      .in_valid_i (about_push),
      .in_ready_o (about_room),
      .in_i       (func_i),
      .out_valid_o(about_valid),
      .out_ready_i(about_pop),
      .out_o      (about)
  );

  // ---- One after the other stands at the output --------------------------------------------------------------------------
  assign taken          = valid_q && control_ready_i;
  assign taken_mailbox  = taken && control_q.kind == 3'(EventKindMailbox);
  assign taken_error    = taken && control_q.kind == 3'(EventKindError);
  assign taken_function = taken && control_q.kind == 3'(EventKindFunction);
  assign taken_link     = taken && control_q.kind == 3'(EventKindLink);

  assign link_found = link_q[walk_q];
  assign own_pop    = !valid_q && own_valid && !(turn_q && about_valid);
  assign about_pop  = !valid_q && about_valid && !own_pop;

  always_ff @(posedge clk_i) begin
    if (taken) valid_q <= 1'b0;
    if (own_pop) begin
      valid_q   <= 1'b1;
      turn_q    <= 1'b1;
      control_q <= '{func: own.func, kind: own.error ? 3'(EventKindError) : 3'(EventKindMailbox), source: '0};
    end else if (about_pop) begin
      valid_q   <= 1'b1;
      turn_q    <= 1'b0;
      control_q <= '{func: '0, kind: 3'(EventKindFunction), source: about};
    end else if (!valid_q && link_found && !hold_i) begin
      valid_q   <= 1'b1;
      control_q <= '{func: walk_q, kind: 3'(EventKindLink), source: '0};
    end
    if (rst_i) begin
      valid_q <= 1'b0;
      turn_q  <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (taken_mailbox) mailbox_q[control_q.func] <= 1'b0;
    if (taken_error) error_q[control_q.func] <= 1'b0;
    if (taken_function) function_q[control_q.source] <= 1'b0;
    if (mailbox_i) mailbox_q[func_i] <= 1'b1;
    if (error_i) error_q[func_i] <= 1'b1;
    if (function_i) function_q[func_i] <= 1'b1;
    link_q <= link_q | link_i;
    if (taken_link) link_q[control_q.func] <= link_i[control_q.func];
    if (forget_i) link_q[func_i] <= link_i[func_i];  // it changed behind what is forgotten
    if (!link_found && link_q != '0) walk_q <= walk_q == LastFunc ? '0 : walk_q + func_t'(1);
    if (rst_i) begin
      mailbox_q  <= '0;
      error_q    <= '0;
      function_q <= '0;
      link_q     <= '0;
      walk_q     <= '0;
    end
  end

  assign quiet_o         = !own_valid && !(pf_i && about_valid) && !(valid_q && (pf_i || control_q.kind != 3'(EventKindFunction)));
  assign busy_o          = valid_q || own_valid || about_valid || link_q != '0;
  assign control_valid_o = valid_q;
  assign control_o       = control_q;
  assign commit_o = taken ? '{kind: ControlTake, a: control_q.func, b: 16'(control_q.source), c: 8'(control_q.kind)} : '0;

`ifndef SYNTHESIS
  always_ff @(posedge clk_i) begin
    if (!rst_i) begin
      own_has_room : assert (!own_push || own_room);
      about_has_room : assert (!about_push || about_room);
    end
  end
`endif

endmodule
