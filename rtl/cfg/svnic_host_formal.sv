// SPDX-License-Identifier: Apache-2.0
// Proof for svnic_host with its svnic_window and FIFOs, any requests (any header, any data), any windows, which may change at any time, any answers of blocks: what goes to a
// block or to configuration space is of the function whose BAR or routing id the request named when it was taken, and stays at that function's address; what
// nobody claims reaches nobody and is answered Unsupported Request; a function in reset is not reached. Nothing is assumed but a reset at the start.

module svnic_host_formal
  import svnic_pkg::*;
  import svnic_regs_pkg::*;
  import svnic_cfg_pkg::*;
#(
    parameter int DataW = 128
) (
    input logic                      clk_i,
    input logic                      hrq_valid_i,
    input logic                      hrq_sop_i,
    input logic                      hrq_eop_i,
    input tlp_t                      hrq_hdr_i,
    input logic [DataW-1:0]          hrq_data_i,
    input logic                      hcp_ready_i,
    input logic                      hold_i,
    input windows_t                  windows_i,
    input functions_t                functions_i,
    input logic                      config_fresh_i,
    input logic [31:0]               config_rdata_i,
    input logic                      error_ready_i,
    input reg_rsp_t [NumTargets-1:0] reg_rsp_i,
    input logic [15:0]               wr_granted_i,
    input logic [15:0]               wr_left_i,
    input logic                      note_ready_i
);

  logic                  started_q = 1'b0;
  logic                  rst, hrq_ready, hcp_valid, config_op, capture, error_valid, note_valid, busy;
  logic [NumTargets-1:0] reg_valid;
  logic [DataW-1:0]      hcp_data;
  logic [7:0]            capture_bus;
  tlp_t                  hcp_hdr;
  config_req_t           config_req;
  fault_t                error;
  reg_req_t              reg_req;
  note_t                 note;
  commit_t               commit;

  assign rst = !started_q;
  always_ff @(posedge clk_i) started_q <= 1'b1;

  // Resets begin between requests (svnic_function_reset: a range begins behind the configuration request that asks for it, hold_i meanwhile), and end at any time.
  functions_t   functions;
  logic [255:0] in_reset_q;
  logic         between;
  always_comb begin
    functions = functions_i;
    if (!between) functions.in_reset = functions_i.in_reset & in_reset_q;
  end
  always_ff @(posedge clk_i) in_reset_q <= functions.in_reset;

  svnic_host #(
      .DataW(DataW)
  ) u_host (
      .functions_i  (functions),
      .rst_i        (rst),
      .hrq_ready_o  (hrq_ready),
      .hcp_valid_o  (hcp_valid),
      .hcp_hdr_o    (hcp_hdr),
      .hcp_data_o   (hcp_data),
      .config_op_o  (config_op),
      .config_req_o (config_req),
      .capture_o    (capture),
      .capture_bus_o(capture_bus),
      .error_valid_o(error_valid),
      .error_o      (error),
      .reg_valid_o  (reg_valid),
      .reg_req_o    (reg_req),
      .note_valid_o (note_valid),
      .note_o       (note),
      .busy_o       (busy),
      .commit_o     (commit),
      .*
  );

  assign between = u_host.state_q inside {3'd0, 3'd5};  // Idle, Answer

  // ---- The request under way, and whose it was when it was taken --------------------------------------------------------------------------------
  tlp_t       hdr_q;
  logic       mine_q;       // somebody's
  func_t      owner_q;
  logic       msix_q, beyond_q;
  logic [18:0] offset_q;

  always_ff @(posedge clk_i)
    if (u_host.take) begin
      hdr_q   <= u_host.in.hdr;
      mine_q  <= u_host.place_d.claimed;  // svnic_window_formal says what that is
      owner_q <= u_host.place_d.func;
      msix_q  <= u_host.place_d.msix;
      beyond_q <= u_host.place_d.beyond;
      offset_q <= u_host.place_d.addr;
    end

  logic is_config, is_read, is_write, posted, asks, decides, answers, atomic;
  assign is_config = hdr_q.kind inside {TlpCfgRd0, TlpCfgWr0};
  assign is_write  = hdr_q.kind inside {TlpMWr, TlpCfgWr0};
  assign is_read   = hdr_q.kind == TlpMRd;
  assign atomic    = hdr_q.kind inside {TlpFetchAdd, TlpSwap, TlpCas, TlpDmwr};
  assign posted    = hdr_q.kind inside {TlpMWr, TlpMsg, TlpCpl, TlpCplD, TlpNone};
  assign asks      = reg_valid != '0;
  assign answers   = u_host.answer_push;

  // Which kind of thing it came to: at its first decision
  logic decided_q, absent_q, unclaimed_q, poisoned_q, running_q;
  assign decides = u_host.decided && !decided_q;
  always_ff @(posedge clk_i) begin
    if (decides) begin
      decided_q   <= 1'b1;
      absent_q    <= mine_q && functions.in_reset[owner_q];
      unclaimed_q <= !mine_q;
      poisoned_q  <= hdr_q.poisoned && !(hdr_q.kind inside {TlpMRd, TlpCfgRd0});
    end
    running_q <= u_host.take || (running_q && u_host.state_d != '0);
    if (u_host.take) decided_q <= 1'b0;
    if (rst) {decided_q, running_q} <= '0;
  end

  // The second DW of a read or write of two is the next one.
  logic [18:0] expected;
  assign expected = {offset_q[18:2] + 17'(u_host.second_q), 2'd0};

  always_ff @(posedge clk_i)
    if (!rst) begin
      reaches_its_own_only :
      assert (!asks || (mine_q && !is_config && !beyond_q && reg_req.func == owner_q && reg_req.addr == expected && reg_req.msix == msix_q));
      one_block :
      assert ($onehot0(reg_valid) && !(asks && (config_op || error_valid)));
      configures_its_own_only :
      assert (!config_op || (mine_q && is_config && config_req.func == owner_q && config_req.offset[11:2] == hdr_q.address[11:2]
                             && config_req.write == (hdr_q.kind == TlpCfgWr0) && config_req.be == hdr_q.first_be));
      bus_number_from_its_own :
      assert (!capture || (mine_q && hdr_q.kind == TlpCfgWr0 && capture_bus == hdr_q.completer[15:8]));
      nobodys_is_unsupported :
      assert (!(answers && unclaimed_q) || u_host.status_q == CplUr);
      nobodys_is_logged_at_the_pf :
      assert (!(error_valid && unclaimed_q && !poisoned_q) || (error.func == '0 && error.kind == ErrUnsupported && error.hdr == hdr_q));
      error_of_its_own :
      assert (!(error_valid && mine_q) || error.func == owner_q);
      atomics_are_unsupported :
      assert (!(answers && atomic) || u_host.status_q == CplUr);
      none_is_absent :
      assert (!(decided_q && absent_q) || (!config_op && !error_valid));
      absent_is_not_reached :
      assert (!(decided_q && absent_q) || !asks);
      poison_is_not_written :
      assert (!(decided_q && poisoned_q) || (!asks && !config_op));
      completed_for_its_own :
      assert (!answers || (u_host.u_answer.answer.hdr.completer[7:0] == (mine_q ? owner_q : 8'd0)
                           && u_host.u_answer.answer.hdr.requester == hdr_q.requester && u_host.u_answer.answer.hdr.tag == hdr_q.tag));
      posted_is_not_answered :
      assert (!answers || !posted);
      bad_of_its_own :
      assert (!(u_host.bad) || u_host.note.func == (mine_q ? owner_q : 8'd0));

`ifdef INDUCTION  // what it must know; the bounded check does without
      i_request :
      assert (u_host.state_q == '0
              || (u_host.req_q.hdr == hdr_q && u_host.place_q.claimed == mine_q && u_host.place_q.func == owner_q && u_host.place_q.msix == msix_q
                  && u_host.place_q.beyond == beyond_q && u_host.place_q.addr == offset_q));
      i_running :
      assert (running_q == (u_host.state_q != '0) && u_host.state_q <= 3'd5);
      i_decided :  // Idle, Decide, Access, Config, Fail, Answer
      assert (u_host.state_q inside {3'd0, 3'd1} || decided_q);
      i_first :
      assert (!(u_host.state_q == 3'd1 && !decided_q) || (!u_host.second_q && u_host.status_q == CplSc));
      i_access :
      assert (!(u_host.state_q == 3'd2) || (mine_q && !is_config && !beyond_q && u_host.on_bus && !absent_q && !poisoned_q && !atomic));
      i_config :
      assert (!(u_host.state_q == 3'd3) || (mine_q && is_config && !absent_q && !poisoned_q));
      i_not_in_reset :
      assert (!(u_host.state_q inside {3'd2, 3'd3, 3'd4} && mine_q) || !in_reset_q[owner_q]);
      i_second :
      assert (!(u_host.state_q == 3'd1 && decided_q) || (mine_q && !unclaimed_q && !is_config && !absent_q && !poisoned_q && !atomic));
      i_nobodys :
      assert (!(running_q && decided_q) || unclaimed_q == !mine_q);
      i_fail :
      assert (!(u_host.state_q == 3'd4) || (!absent_q && u_host.status_q == (u_host.error_kind == ErrAbort ? CplCa : CplUr)));
      i_answer :
      assert (!(u_host.state_q == 3'd5) || (!posted && (!(unclaimed_q || atomic) || u_host.status_q == CplUr)));

`endif

      c_vf :
      cover (asks && owner_q == 8'd3 && is_write && reg_req.doorbell);
      c_second_dw :
      cover (asks && u_host.second_q && is_read && owner_q != '0);
      c_nobodys :
      cover (answers && unclaimed_q && is_read);
      c_absent :
      cover (answers && absent_q && is_read);
      c_config :
      cover (config_op && is_write && owner_q != '0);
      c_atomic :
      cover (answers && atomic && mine_q);
      c_poisoned :
      cover (error_valid && poisoned_q && mine_q);
      c_beyond :
      cover (answers && beyond_q && is_read);
      c_bad :
      cover (u_host.bad && owner_q != '0);
    end

  logic unused;
  assign unused = ^{hrq_ready, hcp_valid, hcp_hdr, hcp_data, note_valid, note, busy, commit, is_read};

endmodule
