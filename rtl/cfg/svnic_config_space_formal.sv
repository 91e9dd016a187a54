// SPDX-License-Identifier: Apache-2.0
// Proof for svnic_config_space, any requests, any resets: what a VF writes changes nothing but its own bits, and begins no reset but its own; what a VF reads tells nothing of
// another VF, nor of the PF. Two cards are watched side by side: they get the same requests to the watched VF, and the same resets; all that happens to others,
// and all that those left behind, is free and different. What the VF can see of them must be equal. Nothing is assumed but a reset at the start.

module svnic_config_space_formal
  import svnic_pkg::*;
  import svnic_cfg_pkg::*;
#(
    parameter int NumVfs = 2
) (
    input logic               clk_i,
    input logic               op_i,             // to the watched VF, of both cards
    input config_req_t        req_i,
    input error_state_t       state_i,
    input logic [127:0]       log_i,
    input logic [1:0]         other_i,          // ... or to another function, of one of them
    input config_req_t [1:0]  other_req_i,
    input error_state_t [1:0] other_state_i,
    input logic [1:0]         capture_i,
    input logic [1:0][7:0]    capture_bus_i,
    input logic               begin_own_i,
    input logic [1:0]         begin_other_i,
    input func_t [1:0]        begin_func_i,
    input logic               pending_own_i,
    input logic [1:0][255:0]  pending_i,
    input logic [1:0][255:0]  in_reset_i,
    input func_t              watched_i
);

  logic  started_q = 1'b0;
  logic  rst;
  func_t watched_q;  // a VF

  assign rst = !started_q;

  function automatic func_t another(func_t func, func_t watched);
    func_t there;
    there = func <= func_t'(NumVfs) ? func : '0;
    return there == watched ? '0 : there;
  endfunction

  logic               op, begin_own;
  config_req_t  [1:0] req;
  error_state_t [1:0] state, state_new;
  logic         [1:0] asked, begins, state_write;
  func_t        [1:0] begin_func;
  logic   [1:0][255:0] pending;
  logic   [1:0][31:0] rdata;
  reset_range_t [1:0] range;
  windows_t     [1:0] windows;
  error_policy_t [1:0] policy;
  functions_t   [1:0] functions;

  assign op        = op_i && !rst;
  assign begin_own = begin_own_i && !rst;

  for (genvar c = 0; c < 2; c++) begin : gen_card
    always_comb begin
      req[c]        = other_req_i[c];
      req[c].func   = another(other_req_i[c].func, watched_q);
      state[c]      = other_state_i[c];
      begin_func[c] = another(begin_func_i[c], watched_q);
      pending[c]    = pending_i[c];
      pending[c][watched_q] = pending_own_i;
      if (op) begin
        req[c]      = req_i;
        req[c].func = watched_q;
        state[c]    = state_i;
      end
      if (begin_own) begin_func[c] = watched_q;
      asked[c]  = op || (other_i[c] && !rst);
      begins[c] = begin_own || (begin_other_i[c] && !rst);
    end

    svnic_config_space #(
        .NumVfs(NumVfs)
    ) u_card (
        .clk_i,
        .rst_i          (rst),
        .op_i           (asked[c]),
        .req_i          (req[c]),
        .rdata_o        (rdata[c]),
        .capture_i      (capture_i[c]),
        .capture_bus_i  (capture_bus_i[c]),
        .state_i        (state[c]),
        .log_i,
        .state_write_o  (state_write[c]),
        .state_o        (state_new[c]),
        .reset_o        (range[c]),
        .begin_valid_i  (begins[c]),
        .begin_func_i   (begin_func[c]),
        .in_reset_i     (in_reset_i[c]),
        .reads_pending_i(pending[c]),
        .windows_o      (windows[c]),
        .policy_o       (policy[c]),
        .functions_o    (functions[c])
    );
  end

  // ---- The cycle before ---------------------------------------------------------------------------------------------------------------------
  logic          asked_q, wrote_q;  // the VF; nothing else happened to the first card
  windows_t      windows_q;
  error_policy_t policy_q;

  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    if (rst) watched_q <= watched_i == '0 || watched_i > func_t'(NumVfs) ? func_t'(1) : watched_i;
    asked_q     <= op;
    wrote_q     <= op && req_i.write && !begins[0] && !capture_i[0];
    windows_q   <= windows[0];
    policy_q    <= policy[0];
  end

  // What others see of the functions, but for the watched one's three bits, and who is in reset
  typedef logic [NumVfs:0] set_t;
  typedef struct packed {
    set_t       exists;
    set_t       bus_master;
    set_t       msix_enable;
    set_t       msix_mask;
    logic [7:0] bus;
    logic [2:0] mps;
    logic [2:0] mrrs;
    logic       ext_tag;
    logic       relaxed;
  } seen_t;
  seen_t seen, seen_q;
  set_t  others;
  assign others = ~(set_t'(1) << watched_q);
  assign seen = '{
      exists: set_t'(functions[0].exists),
      bus_master: set_t'(functions[0].bus_master) & others,
      msix_enable: set_t'(functions[0].msix_enable) & others,
      msix_mask: set_t'(functions[0].msix_mask) & others,
      bus: functions[0].bus,
      mps: functions[0].mps,
      mrrs: functions[0].mrrs,
      ext_tag: functions[0].ext_tag,
      relaxed: functions[0].relaxed
  };
  always_ff @(posedge clk_i) seen_q <= seen;

  logic [1:0][2:0] own;  // bit by bit
  for (genvar c = 0; c < 2; c++) assign own[c] = {gen_card[c].u_card.bus_master_q[watched_q[1:0]], gen_card[c].u_card.msix_enable_q[watched_q[1:0]],
                                                  gen_card[c].u_card.msix_mask_q[watched_q[1:0]]};

  always_ff @(posedge clk_i)
    if (!rst) begin
      reads_only_its_own :
      assert (!asked_q || rdata[0] == rdata[1]);
      others_change_nothing_of_it :
      assert (own[0] == own[1]);
      clears_only_its_own_errors :
      assert (!op || (state_write[0] == state_write[1] && state_new[0] == state_new[1]));
      resets_only_itself :
      assert (!(op && range[0].valid) || (range[0] == reset_range_t'{valid: 1'b1, first: 9'(watched_q), last: 9'(watched_q), pf: 1'b0} && range[1] == range[0]));
      writes_only_its_own :
      assert (!wrote_q || (windows[0] == windows_q && policy[0] == policy_q && seen == seen_q));

      i_watched :
      assert (watched_q != '0 && watched_q <= func_t'(NumVfs));

      c_reads :
      cover (asked_q && rdata[0] != '0 && functions[0].bus_master[watched_q] && functions[1].bus_master == '0);
      c_writes :
      cover (wrote_q && own[0][2:1] == '1);
      c_reset :
      cover (op && range[0].valid);
      c_pf_differs :
      cover (asked_q && windows[0].vf_enable && !windows[1].enable);
      c_pending :
      cover (asked_q && rdata[0][21] && pending_own_i && !pending[0][0]);
    end

endmodule
