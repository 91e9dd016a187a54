// SPDX-License-Identifier: Apache-2.0
// The switch's tables and their registers: MAC table (256 buckets of 4 ways) and groups (64 sets of functions).
//
// The MAC table stands twice, so that destination and source are read at once. GROUP[2] (promiscuous) also stands in
// flip-flops, since every lookup may need it beside another group. A register operation takes two cycles, Fetch and
// ack, and keeps lookups out from its first to its last: tables never change under a lookup, and no RAM is read and
// written at one address in one cycle.

module svnic_veb_tables
  import svnic_pkg::*;
  import svnic_veb_pkg::*;
  import svnic_regs_pkg::RegStorm;
(
    input logic clk_i,
    input logic rst_i,

    input  logic lookup_idle_i,
    output logic free_o,         // a lookup may start in this cycle

    input  logic      reg_valid_i,
    input  reg_req_t  reg_req_i,
    output reg_rsp_t  reg_rsp_o,
    input  fn_reset_t fn_reset_i,
    output logic      fn_reset_done_o,
    output commit_t   commit_o,

    input  logic               read_macs_i,
    input  mac_t               dst_i,
    input  mac_t               src_i,
    output mac_ways_t          dst_ways_o,   // one cycle later
    output mac_ways_t          src_ways_o,
    input  logic               read_group_i,
    input  logic       [  5:0] group_i,
    output logic       [255:0] members_o,    // one cycle later
    output logic       [255:0] promiscuous_o,
    output logic       [ 15:0] storm_limit_o,
    output logic               clear_o,      // of all there is per function, one a cycle
    output logic       [  7:0] sweep_o
);

  localparam logic [5:0] Promiscuous = 6'd2;

  typedef enum logic [1:0] {
    Clear,  // sweep over all entries, after reset and when the PF is reset
    Free,
    Fetch,
    Ack
  } state_e;

  (* no_rw_check *) mac_ways_t  dst_mem_q[Buckets];
  (* no_rw_check *) mac_ways_t  src_mem_q[Buckets];
  (* no_rw_check *) logic [7:0][31:0] group_mem_q[Groups];

  state_e             state_d, state_q;
  logic        [ 7:0] sweep_q;
  logic               cleared_q;      // for this function reset
  logic        [31:0] staged_q;       // MAC_TABLE +0, until +4 is written
  mac_ways_t          dst_ways_q, src_ways_q;
  logic   [7:0][31:0] members_q, promiscuous_q;

  // ---- Which register -------------------------------------------------------------------------------------------------
  logic       is_mac, is_group, is_storm, high;
  logic [7:0] entry_bucket;
  logic [1:0] entry_way;
  logic [5:0] entry_group;
  logic [2:0] lane;

  assign is_mac       = reg_req_i.addr[18:14] == 5'h0a;  // 28000h..2bfffh
  assign is_group     = reg_req_i.addr[18:11] == 8'h58;  // 2c000h..2c7ffh
  assign is_storm     = reg_req_i.addr[18:2] == RegStorm[18:2];
  assign entry_bucket = reg_req_i.addr[13:6];
  assign entry_way    = reg_req_i.addr[5:4];
  assign high         = reg_req_i.addr[2];
  assign entry_group  = reg_req_i.addr[10:5];
  assign lane         = reg_req_i.addr[4:2];

  // ---- Steps -----------------------------------------------------------------------------------------------------------
  logic want_clear, write;

  assign want_clear      = fn_reset_i.valid && fn_reset_i.conventional && !cleared_q;
  assign free_o          = state_q == Free && !reg_valid_i && !want_clear;
  assign commit_o        = state_q == Free && state_d == Clear ? '{kind: VebClear, default: '0} : '0;
  assign write           = state_q == Ack && reg_req_i.write;
  assign fn_reset_done_o = fn_reset_i.valid && (!fn_reset_i.conventional || cleared_q);

  always_comb begin
    unique case (state_q)
      Clear:   state_d = &sweep_q ? Free : Clear;
      Free: begin
        state_d = Free;
        if (lookup_idle_i && reg_valid_i) state_d = Fetch;
        if (lookup_idle_i && want_clear) state_d = Clear;
      end
      Fetch:   state_d = Ack;
      default: state_d = Free;
    endcase
  end

  always_ff @(posedge clk_i) begin
    state_q   <= state_d;
    sweep_q   <= state_q == Clear ? sweep_q + 8'd1 : '0;
    cleared_q <= fn_reset_i.valid && (cleared_q || (state_q == Clear && &sweep_q));
    if (rst_i) begin
      state_q   <= Clear;
      sweep_q   <= '0;
      cleared_q <= 1'b0;
    end
  end

  // ---- MAC table -------------------------------------------------------------------------------------------------------
  logic       write_mac;
  logic [7:0] write_bucket;
  logic [3:0] write_ways;
  mac_entry_t write_entry;

  assign write_mac    = state_q == Clear || (write && is_mac && high && reg_req_i.addr[3] == 1'b0);
  assign write_bucket = state_q == Clear ? sweep_q : entry_bucket;
  assign write_ways   = state_q == Clear ? '1 : 4'd1 << entry_way;
  assign write_entry  = state_q == Clear ? '0 : mac_entry_t'{
      valid: reg_req_i.wdata[31], target: reg_req_i.wdata[23:16], mac: {reg_req_i.wdata[15:0], staged_q}};

  always_ff @(posedge clk_i) begin
    for (int w = 0; w < 4; w++)
      if (write_mac && write_ways[w]) begin
        dst_mem_q[write_bucket][w] <= write_entry;
        src_mem_q[write_bucket][w] <= write_entry;
      end
    if (read_macs_i || state_q == Fetch) begin
      dst_ways_q <= dst_mem_q[state_q == Fetch ? entry_bucket : bucket(dst_i)];
      src_ways_q <= src_mem_q[bucket(src_i)];
    end
    if (state_q == Clear) staged_q <= '0;
    else if (write && is_mac && !high && reg_req_i.addr[3] == 1'b0) staged_q <= reg_req_i.wdata[31:0];
  end

  // ---- Groups ------------------------------------------------------------------------------------------------------------
  logic       write_group;
  logic [5:0] write_index;
  logic [7:0] write_lanes;
  logic [31:0] write_members;

  assign write_group   = state_q == Clear || (write && is_group);
  assign write_index   = state_q == Clear ? sweep_q[5:0] : entry_group;
  assign write_lanes   = state_q == Clear ? '1 : 8'd1 << lane;
  assign write_members = state_q == Clear ? '0 : reg_req_i.wdata[31:0];

  always_ff @(posedge clk_i) begin
    for (int l = 0; l < 8; l++)
      if (write_group && write_lanes[l]) begin
        group_mem_q[write_index][l] <= write_members;
        if (write_index == Promiscuous) promiscuous_q[l] <= write_members;
      end
    if (read_group_i || state_q == Fetch) members_q <= group_mem_q[state_q == Fetch ? entry_group : group_i];
  end

  // ---- Storm control ----------------------------------------------------------------------------------------------------
  logic [15:0] storm_limit_q;

  always_ff @(posedge clk_i) begin
    if (state_q == Clear) storm_limit_q <= '0;
    else if (write && is_storm) storm_limit_q <= reg_req_i.wdata[15:0];
  end

  assign storm_limit_o = storm_limit_q;
  assign clear_o       = state_q == Clear;
  assign sweep_o       = sweep_q;

  // ---- Answers -------------------------------------------------------------------------------------------------------------
  mac_entry_t shown;

  assign shown = dst_ways_q[entry_way];

  always_comb begin
    reg_rsp_o     = '0;
    reg_rsp_o.ack = state_q == Ack;
    if (is_mac && !reg_req_i.addr[3])
      reg_rsp_o.rdata = high ? {shown.valid, 7'd0, shown.target, shown.mac[47:32]} : shown.mac[31:0];
    if (is_group) reg_rsp_o.rdata = members_q[lane];
    if (is_storm) reg_rsp_o.rdata = 32'(storm_limit_q);
  end

  assign dst_ways_o    = dst_ways_q;
  assign src_ways_o    = src_ways_q;
  assign members_o     = 256'(members_q);
  assign promiscuous_o = 256'(promiscuous_q);

  logic unused;
  assign unused = ^{reg_req_i.func, reg_req_i.msix, reg_req_i.second, reg_req_i.doorbell, reg_req_i.addr[1:0],
                    reg_req_i.wdata[63:32], fn_reset_i.func};

endmodule
