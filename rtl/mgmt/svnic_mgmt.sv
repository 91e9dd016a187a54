// SPDX-License-Identifier: Apache-2.0
// What a function is told, and what the PF tells the card: local registers, the PF's FUNC table, mailbox, statistics.
// docs/programming.md sections 2, 7, 8.
//
// One register operation at a time. It waits until no addition is under way, fetches what is in RAM, and takes effect with its ack;
// notes wait meanwhile, so that a read of STAT or ERROR shows exactly what was noted before it.
//
//   Clear (after reset) --> Free --> Fetch --> Ack --> Free
//                            \--> Wipe (a VF is reset: its mailbox is wiped, DW by DW) --> Free
//                            \--> Clear (the PF is reset: all tables are wiped, statistics stay) --> Free

module svnic_mgmt
  import svnic_pkg::*;
  import svnic_regs_pkg::*;
#(
    parameter int NumVfs   = 64,
    parameter int NumQps   = 512,
    parameter int NumSlots = 512
) (
    input logic clk_i,
    input logic rst_i,

    input  logic       carrier_i,
    output logic       carrier_o,     // as the card knows it
    input  functions_t functions_i,

    input  logic      reg_valid_i,
    input  reg_req_t  reg_req_i,
    output reg_rsp_t  reg_rsp_o,
    input  fn_reset_t fn_reset_i,
    output logic      fn_reset_done_o,

    output logic [255:0] link_o,
    output logic [255:0] spoof_check_o,
    output logic [255:0] redirect_o,
    output logic [255:0] rescue_o,
    output logic [255:0] rx_enable_o,

    input  logic  [NumNotes-1:0] note_valid_i,
    output logic  [NumNotes-1:0] note_ready_o,
    input  note_t [NumNotes-1:0] note_i,

    output logic     control_valid_o,
    input  logic     control_ready_i,
    output control_t control_o,

    output logic                      busy_o,
    output commit_t [CommitsMgmt-1:0] commit_o
);


  typedef logic [255:0] per_function_t;

  typedef enum logic [2:0] {
    Clear,
    Free,
    Fetch,
    Ack,
    Wipe
  } state_e;

  state_e state_d, state_q;

  // ---- What function, and which register of it ------------------------------------------------------------------------
  typedef enum logic [3:0] {
    None,
    Local,     // registers below 100h
    Stat,
    MboxData,  // either side
    MboxCtrl,
    PfMboxCtrl,
    Func,
    PfPool
  } region_e;

  region_e     region;
  func_t       func;      // whose
  logic [18:0] addr;
  logic        known, pf_side, to_vf, is_vf;

  assign addr    = reg_req_i.addr;
  assign pf_side = addr >= 19'h10000;
  assign known   = 32'(func) <= NumVfs;
  assign is_vf   = func != '0;
  assign to_vf   = addr[6];  // the PF's message to the VF, in the windows of both

  always_comb begin
    region = None;
    func   = reg_req_i.func;
    if (!pf_side) begin
      if (addr < StatBase) region = Local;
      else if (addr < StatBase + 19'(StatCount * StatStride)) region = Stat;
      else if (addr[18:7] == MboxOutBase[18:7]) region = MboxData;
      else if (addr[18:2] == RegMboxCtrl[18:2]) region = MboxCtrl;
    end else if (addr < QpMapBase) begin
      region = Func;
      func   = addr[13:6];
      if (addr[18:14] != FuncBase[18:14]) region = None;
    end else if (addr[18:15] == VfMboxBase[18:15]) begin
      region = MboxData;
      func   = addr[14:7];
    end else if (addr[18:10] == PfMboxCtrlBase[18:10]) begin
      region = PfMboxCtrl;
      func   = addr[9:2];
    end else if (addr[18:16] == PfStatBase[18:16]) begin
      region = Stat;
      func   = addr[15:8];
    end else if (addr[18:2] == RegPfPool[18:2]) region = PfPool;
  end

  // ---- Steps ------------------------------------------------------------------------------------------------------------
  logic        forget_wanted, forgotten_q, stats_idle, control_quiet, note_take;
  logic [12:0] sweep_d, sweep_q;  // {function, DW of its mailbox}
  logic        clearing, initial_q;

  assign forget_wanted   = fn_reset_i.valid && !forgotten_q;
  assign fn_reset_done_o = forgotten_q;
  assign clearing        = state_q == Clear || state_q == Wipe;
  assign sweep_d         = sweep_q + 13'd1;

  always_comb begin
    state_d = state_q;
    unique case (state_q)
      Clear:   if (sweep_q == {func_t'(NumVfs), 5'd31}) state_d = Free;
      Free:
      if (stats_idle && forget_wanted && control_quiet) state_d = fn_reset_i.conventional ? Clear : Wipe;
      else if (stats_idle && reg_valid_i) state_d = Fetch;
      Fetch:   state_d = Ack;
      Ack:     state_d = Free;
      default: if (&sweep_q[4:0]) state_d = Free;
    endcase
  end

  always_ff @(posedge clk_i) begin
    state_q     <= state_d;
    sweep_q     <= clearing ? sweep_d : {fn_reset_i.func, 5'd0};
    initial_q   <= initial_q && state_q == Clear;
    forgotten_q <= fn_reset_i.valid && (forgotten_q || (clearing && !initial_q && state_d == Free));
    if (rst_i) begin
      state_q     <= Clear;
      initial_q   <= 1'b1;
      sweep_q     <= '0;
      forgotten_q <= 1'b0;
    end
  end

  logic  write, forget;
  func_t swept;
  assign write  = state_q == Ack && reg_req_i.write && known;
  assign forget = clearing && !initial_q && sweep_q[4:0] == '0;
  assign swept  = sweep_q[12:5];

  // ---- Bits of each function -----------------------------------------------------------------------------------------------
  per_function_t link_q, spoof_q, redirect_q, rescue_q, rx_enable_q, out_q, in_q;  // out: message to the PF waits; in: message from it waits
  per_function_t st_mbox_q, st_reset_q, st_error_q;
  note_t         noted;
  logic          error_rises, is_vf_noted;  // noted raises an ERROR bit
  logic          forget_all;

  logic func_ctrl_write, func_status_write, send, taken, sent, was_read;
  assign func_ctrl_write   = write && region == Func && addr[5:2] == FuncCtrl[5:2];
  assign func_status_write = write && region == Func && addr[5:2] == FuncStatus[5:2];
  assign send              = write && region == MboxCtrl && reg_req_i.wdata[0] && is_vf && !out_q[func];
  assign was_read          = write && region == MboxCtrl && reg_req_i.wdata[1];
  assign taken             = write && region == PfMboxCtrl && reg_req_i.wdata[0] && out_q[func];
  assign sent              = write && region == PfMboxCtrl && reg_req_i.wdata[1] && is_vf && !in_q[func];
  assign forget_all        = forget && fn_reset_i.conventional;

  always_ff @(posedge clk_i) begin
    if (func_ctrl_write) begin
      link_q[func]     <= reg_req_i.wdata[0];
      spoof_q[func]    <= reg_req_i.wdata[1];
      redirect_q[func] <= reg_req_i.wdata[2];
      rescue_q[func]   <= reg_req_i.wdata[3];
    end
    if (write && region == Local && addr[7:2] == RegCtrl[7:2]) rx_enable_q[func] <= reg_req_i.wdata[0];
    if (send) out_q[func] <= 1'b1;
    if (taken) out_q[func] <= 1'b0;
    if (sent) in_q[func] <= 1'b1;
    if (was_read) in_q[func] <= 1'b0;
    if (func_status_write) begin
      if (reg_req_i.wdata[0]) st_mbox_q[func] <= 1'b0;
      if (reg_req_i.wdata[1]) st_reset_q[func] <= 1'b0;
      if (reg_req_i.wdata[2]) st_error_q[func] <= 1'b0;
    end
    if (send) st_mbox_q[func] <= 1'b1;
    if (error_rises && is_vf_noted) st_error_q[noted.func] <= 1'b1;
    if (forget) begin
      rx_enable_q[swept] <= 1'b0;
      out_q[swept]       <= 1'b0;
      in_q[swept]        <= 1'b0;
      if (state_q == Wipe) st_reset_q[swept] <= 1'b1;
    end
    if (rst_i || forget_all) begin
      link_q     <= '0;
      spoof_q    <= '0;
      redirect_q <= '0;
      rescue_q   <= '0;
    end
    if (rst_i) begin
      st_mbox_q   <= '0;
      st_reset_q  <= '0;
      st_error_q  <= '0;
      rx_enable_q <= '0;
      out_q       <= '0;
      in_q        <= '0;
    end
  end

  assign link_o        = link_q;
  assign spoof_check_o = spoof_q;
  assign redirect_o    = redirect_q;
  assign rescue_o      = rescue_q;
  assign rx_enable_o   = rx_enable_q;

  // ---- ERROR, in a RAM that is written in one place ----------------------------------------------------------------------
  logic [4:0] error_mem_q[256];
  logic       error_write;
  func_t      error_func;
  logic [4:0] error_old, error_new;

  always_comb begin
    error_func  = note_take ? noted.func : clearing ? swept : func;
    error_old   = error_mem_q[error_func];
    error_new   = error_old;
    error_write = clearing;
    if (note_take && noted.error && !functions_i.in_reset[noted.func]) begin
      error_write = 1'b1;
      error_new   = error_old | 5'd1 << noted.bit_no;
    end
    if (write && region == Local && addr[7:2] == RegError[7:2]) begin
      error_write = 1'b1;
      error_new   = error_old & ~reg_req_i.wdata[4:0];
    end
    if (clearing) error_new = '0;
  end

  assign error_rises = note_take && error_write && error_new != error_old;
  assign is_vf_noted = noted.func != '0;

  always_ff @(posedge clk_i) if (error_write) error_mem_q[error_func] <= error_new;

  // ---- FUNC table, mailbox --------------------------------------------------------------------------------------------------
  typedef struct packed {
    logic [15:0] res;
    logic [47:0] mac;
  } told_t;

  (* no_rw_check *) logic [31:0] mac_lo_mem_q[256];
  (* no_rw_check *) logic [15:0] mac_hi_mem_q[256];
  (* no_rw_check *) logic [15:0] res_mem_q[256];
  // One port: Yosys 0.70 takes distributed RAM of 64 K words for cheap, and cannot map it (xcup).
  (* no_rw_check, ram_style = "block" *) logic [31:0] mbox_mem_q[8192];
  told_t       told_q;
  logic [31:0] mbox_q;
  logic [12:0] mbox_addr;
  logic        mbox_write, wipe_func;
  func_t       told_func;

  // A reset of the PF wipes the FUNC table of all: the walk over functions is the one of Clear.
  assign wipe_func = state_q == Clear;
  assign told_func = wipe_func ? swept : func;
  assign mbox_addr = clearing ? sweep_q : {func, to_vf, addr[5:2]};
  assign mbox_write = write && region == MboxData && is_vf && (to_vf ? pf_side && !in_q[func] : !pf_side && !out_q[func]);

  always_ff @(posedge clk_i) begin
    if (wipe_func || (write && region == Func && addr[5:2] == FuncMacLo[5:2]))
      mac_lo_mem_q[told_func] <= wipe_func ? '0 : reg_req_i.wdata[31:0];
    if (wipe_func || (write && region == Func && addr[5:2] == FuncMacHi[5:2]))
      mac_hi_mem_q[told_func] <= wipe_func ? '0 : reg_req_i.wdata[15:0];
    if (wipe_func || (write && region == Func && addr[5:2] == FuncRes[5:2]))
      res_mem_q[told_func] <= wipe_func ? '0 : reg_req_i.wdata[15:0];
    if (clearing || mbox_write) mbox_mem_q[mbox_addr] <= clearing ? '0 : reg_req_i.wdata[31:0];
    if (state_q == Fetch) begin
      told_q <= '{res: res_mem_q[func], mac: {mac_hi_mem_q[func], mac_lo_mem_q[func]}};
      mbox_q <= mbox_mem_q[mbox_addr];
    end
  end

  // ---- Notes ---------------------------------------------------------------------------------------------------------------
  logic [2:0] noter;
  logic       noter_valid;

  svnic_round_robin #(
      .N(NumNotes)
  ) u_turn (
      .clk_i,
      .rst_i,
      .request_i(note_valid_i),
      .take_i   (note_take),
      .valid_o  (noter_valid),
      .pick_o   (noter)
  );

  assign noted        = note_i[noter];
  assign note_take    = noter_valid && state_q == Free && !reg_valid_i && !forget_wanted;
  assign note_ready_o = note_take ? NumNotes'(1) << noter : '0;

  logic [63:0] stat_value, snapshot_q;

  svnic_mgmt_stats u_stats (
      .clk_i,
      .rst_i,
      .add_i  (note_take && noted.count),
      .note_i (noted),
      .idle_o (stats_idle),
      .clear_i(state_q == Clear && initial_q),
      .read_i (state_q == Fetch && !reg_req_i.second),
      .func_i (state_q == Clear ? swept : func),
      .stat_i (state_q == Clear ? {sweep_q[3:0], 1'b0} : addr[7:3]),
      .value_o(stat_value)
  );

  always_ff @(posedge clk_i) if (state_q == Ack) snapshot_q <= stat_value;

  // ---- Link and control events ------------------------------------------------------------------------------------------------
  logic          carrier_q, carrier_changes;
  per_function_t link_changes;
  logic          control_busy;
  commit_t       commit_control;

  assign carrier_changes = carrier_q != carrier_i;
  assign carrier_o       = carrier_q;

  always_comb begin
    link_changes = carrier_changes && !forget_all ? link_q & functions_i.exists : '0;
    // A host operation comes behind a change of the same cycle.
    if (func_ctrl_write && carrier_i && link_q[func] != reg_req_i.wdata[0] && functions_i.exists[func])
      link_changes[func] = 1'b1;
  end

  always_ff @(posedge clk_i) begin
    carrier_q <= carrier_i;
    if (rst_i) carrier_q <= 1'b1;
  end

  svnic_mgmt_control #(
      .NumVfs(NumVfs)
  ) u_control (
      .clk_i,
      .rst_i,
      .mailbox_i (taken || sent),
      .error_i   (error_rises),
      .function_i((send && !st_mbox_q[func]) || (error_rises && is_vf_noted && !st_error_q[noted.func])
                  || (forget && state_q == Wipe && !st_reset_q[swept])),
      .func_i    (note_take ? noted.func : forget ? swept : func),
      .link_i    (link_changes),
      .hold_i    (forget_wanted && (state_q == Free || forget)),
      .pf_i      (fn_reset_i.conventional),
      .forget_i  (forget && swept == fn_reset_i.func),
      .quiet_o   (control_quiet),
      .busy_o    (control_busy),
      .control_valid_o,
      .control_ready_i,
      .control_o,
      .commit_o  (commit_control)
  );

  // ---- Answers ---------------------------------------------------------------------------------------------------------------
  logic [31:0] local_value, func_value;

  always_comb begin
    unique case (addr[7:2])
      RegMagic[7:2]:     local_value = MagicValue;
      RegVersion[7:2]:   local_value = VersionValue;
      RegFeatures[7:2]:  local_value = 32'(features_t'{loop: 1'b1, redirection: 1'b1, default: '0});
      RegParams[7:2]:
      local_value = {4'(RingLog2Max), 4'(RingLog2Min), 8'(LocalSlots), 8'(LocalQps), is_vf ? 8'd0 : 8'(NumVfs)};
      RegResources[7:2]: local_value = 32'(told_q.res);
      RegLink[7:2]:      local_value = 32'(carrier_i && link_q[func]);
      RegMacLo[7:2]:     local_value = told_q.mac[31:0];
      RegMacHi[7:2]:     local_value = 32'(told_q.mac[47:32]);
      RegCtrl[7:2]:      local_value = 32'(rx_enable_q[func]);
      RegError[7:2]:     local_value = 32'(error_old);
      default:           local_value = '0;
    endcase
    unique case (addr[5:2])
      FuncCtrl[5:2]:   func_value = {28'd0, rescue_q[func], redirect_q[func], spoof_q[func], link_q[func]};
      FuncStatus[5:2]: func_value = {29'd0, st_error_q[func], st_reset_q[func], st_mbox_q[func]};
      FuncMacLo[5:2]:  func_value = told_q.mac[31:0];
      FuncMacHi[5:2]:  func_value = 32'(told_q.mac[47:32]);
      FuncRes[5:2]:    func_value = 32'(told_q.res);
      default:         func_value = '0;
    endcase
  end

  logic [63:0] stat_shown;
  assign stat_shown = reg_req_i.second && addr[2] ? snapshot_q : stat_value;

  always_comb begin
    reg_rsp_o     = '0;
    reg_rsp_o.ack = state_q == Ack;
    // Only a VF's own mistake: a message that is already on its way is written to.
    reg_rsp_o.bad = reg_req_i.write && region == MboxData && !pf_side && !to_vf && is_vf && out_q[func];
    if (known) begin
      unique case (region)
        Local:      reg_rsp_o.rdata = local_value;
        Stat:       reg_rsp_o.rdata = addr[2] ? stat_shown[63:32] : stat_shown[31:0];
        MboxData:   reg_rsp_o.rdata = is_vf ? mbox_q : '0;
        MboxCtrl:   reg_rsp_o.rdata = {30'd0, in_q[func], out_q[func]};
        PfMboxCtrl: reg_rsp_o.rdata = {30'd0, in_q[func], out_q[func]};
        Func:       reg_rsp_o.rdata = func_value;
        PfPool:     reg_rsp_o.rdata = {16'(NumSlots), 16'(NumQps)};
        default:    reg_rsp_o.rdata = '0;
      endcase
    end
  end

  assign busy_o = state_q != Free || !stats_idle || noter_valid || control_busy;

  // only the wire's come several in one
  logic [15:0] many;
  assign many = noted.stat inside {5'(StatWireRxDrop), 5'(StatWireRxUnknown)} ? 16'(noted.amount) : 16'd1;

  assign commit_o[0] = commit_control;
  assign commit_o[1] = forget && swept == fn_reset_i.func ? '{kind: svnic_pkg::Forget, a: swept, b: '0, c: '0} : note_take ? '{kind: NoteApply, a: 8'(noter), b: many, c: 8'(noted.stat)} : '0;
  assign commit_o[2] = carrier_changes ? '{kind: CarrierChange, a: 8'(carrier_i), b: '0, c: '0} : '0;

  logic unused;
  assign unused = ^{functions_i, reg_req_i.msix, reg_req_i.doorbell, reg_req_i.wdata[63:32], addr[1:0]};

endmodule
