// SPDX-License-Identifier: Apache-2.0
// The switch on the card: who gets a frame? docs/programming.md section 9.
//
// One lookup at a time; the tables change only between lookups, so that each sees one state of them:
//
//   Idle --ready--> Table --> Group --> Decide --> Idle
//        (link, spoof    (ways of    (members of    (forward)
//         check sampled)  both MACs)  the group)

module svnic_veb
  import svnic_pkg::*;
  import svnic_veb_pkg::*;
(
    input logic clk_i,
    input logic rst_i,

    input nanoseconds_t now_i,
    input logic [255:0] link_i,
    input logic [255:0] spoof_check_i,

    input  logic      reg_valid_i,
    input  reg_req_t  reg_req_i,
    output reg_rsp_t  reg_rsp_o,
    input  fn_reset_t fn_reset_i,
    output logic      fn_reset_done_o,

    input  logic     tx_lookup_valid_i,
    output logic     tx_lookup_ready_o,
    input  lookup_t  tx_lookup_i,
    output logic     tx_forward_valid_o,
    output forward_t tx_forward_o,

    input  logic     rx_lookup_valid_i,
    output logic     rx_lookup_ready_o,
    input  lookup_t  rx_lookup_i,
    output logic     rx_forward_valid_o,
    output forward_t rx_forward_o,

    output commit_t [CommitsVeb-1:0] commit_o
);

  typedef enum logic [1:0] {
    Idle,
    Table,
    Group,
    Decide
  } state_e;

  typedef struct packed {
    logic       valid;
    logic [7:0] target;
  } hit_t;

  state_e       state_d, state_q;
  lookup_t      picked, lookup_q;
  logic         pick_rx, for_rx_q;  // whose lookup is under way; the other one comes first next
  logic         linked_q, checked_q;
  logic         take, tables_free;
  mac_ways_t    dst_ways, src_ways;
  hit_t         dst_hit_d, dst_hit_q, src_hit_d, src_hit_q;
  logic   [5:0] group;
  logic [255:0] members, promiscuous;
  logic  [15:0] storm_limit;
  logic   [7:0] sweep;
  logic         clear, storm_counts, storm_over, stormed;
  forward_t     forward;

  // The lowest way wins.
  function automatic hit_t match(mac_ways_t ways, mac_t mac);
    hit_t hit;
    hit = '0;
    for (int w = 3; w >= 0; w--) if (ways[w].valid && ways[w].mac == mac) hit = '{valid: 1'b1, target: ways[w].target};
    return hit;
  endfunction

  // ---- Lookups of tx and rx in turns ---------------------------------------------------------------------------------
  assign pick_rx           = rx_lookup_valid_i && (!tx_lookup_valid_i || !for_rx_q);
  assign take              = state_q == Idle && tables_free && (tx_lookup_valid_i || rx_lookup_valid_i);
  assign tx_lookup_ready_o = take && !pick_rx;
  assign rx_lookup_ready_o = take && pick_rx;
  assign picked            = pick_rx ? rx_lookup_i : tx_lookup_i;

  always_comb begin
    unique case (state_q)
      Idle:    state_d = take ? Table : Idle;
      Table:   state_d = Group;
      Group:   state_d = Decide;
      default: state_d = Idle;
    endcase
  end

  always_ff @(posedge clk_i) begin
    state_q <= state_d;
    if (take) begin
      for_rx_q  <= pick_rx;
      lookup_q  <= picked;
      linked_q  <= !picked.from_function || link_i[picked.source];
      checked_q <= picked.from_function && spoof_check_i[picked.source];
    end
    if (state_q == Table) begin
      dst_hit_q <= dst_hit_d;
      src_hit_q <= src_hit_d;
    end
    if (rst_i) begin
      state_q  <= Idle;
      for_rx_q <= 1'b0;
    end
  end

  // ---- Tables ---------------------------------------------------------------------------------------------------------
  svnic_veb_tables u_tables (
      .clk_i,
      .rst_i,
      .lookup_idle_i(state_q == Idle),
      .free_o       (tables_free),
      .reg_valid_i,
      .reg_req_i,
      .reg_rsp_o,
      .fn_reset_i,
      .fn_reset_done_o,
      .commit_o     (commit_o[0]),
      .read_macs_i  (take),
      .dst_i        (picked.dst),
      .src_i        (picked.src),
      .dst_ways_o   (dst_ways),
      .src_ways_o   (src_ways),
      .read_group_i (state_q == Table),
      .group_i      (group),
      .members_o    (members),
      .promiscuous_o(promiscuous),
      .storm_limit_o(storm_limit),
      .clear_o      (clear),
      .sweep_o      (sweep)
  );

  svnic_veb_storm u_storm (
      .clk_i,
      .now_i,
      .limit_i (storm_limit),
      .clear_i (clear),
      .sweep_i (sweep),
      .take_i  (take),
      .source_i(picked.source),
      .count_i (state_q == Decide && storm_counts),
      .over_o  (storm_over)
  );

  assign dst_hit_d = match(dst_ways, lookup_q.dst);
  assign src_hit_d = match(src_ways, lookup_q.src);

  always_comb begin
    group = 6'd1;                                    // unregistered multicast
    if (dst_hit_d.valid) group = dst_hit_d.target[5:0];
    if (&lookup_q.dst) group = 6'd0;                 // broadcast
  end

  // ---- Decision: in Group the members are read, in Decide they stand here ------------------------------------------------
  logic own_source, spoofed, multicast;
  logic [255:0] wanted;

  assign multicast  = lookup_q.dst[0];
  assign own_source = src_hit_q.valid && !lookup_q.src[0] && src_hit_q.target == lookup_q.source;
  assign spoofed    = linked_q && checked_q && !own_source;

  assign storm_counts = lookup_q.from_function && multicast && linked_q && !spoofed && !lookup_q.loop;
  assign stormed      = storm_counts && storm_over;

  always_comb begin
    wanted = promiscuous;
    if (multicast) wanted = members | promiscuous;
    else if (dst_hit_q.valid) begin
      wanted                   = '0;
      wanted[dst_hit_q.target] = 1'b1;
    end
    if (lookup_q.from_function) wanted[lookup_q.source] = 1'b0;
    if (lookup_q.loop) begin
      wanted                  = '0;
      wanted[lookup_q.source] = 1'b1;
    end
    if (!linked_q || spoofed || stormed) wanted = '0;
  end

  assign forward = '{
      wire_:     lookup_q.from_function && !lookup_q.loop && linked_q && !spoofed && !stormed && (multicast || !dst_hit_q.valid),
      members:   wanted,
      spoofed:   spoofed,
      disabled:  !linked_q || stormed,
      unknown:   !lookup_q.from_function && !multicast && !dst_hit_q.valid && promiscuous == '0,
      multicast: multicast
  };

  assign tx_forward_valid_o = state_q == Decide && !for_rx_q;
  assign rx_forward_valid_o = state_q == Decide && for_rx_q;
  assign tx_forward_o       = forward;
  assign rx_forward_o       = forward;

endmodule
