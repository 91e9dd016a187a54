// SPDX-License-Identifier: Apache-2.0
// Proof for the arbiter of svnic_veb, with its tables: any lookups of tx and rx, any register operations, any resets. One lookup at a time goes to one
// who asks, its answer to who asked, three cycles later; who waits sees at most one lookup of the other side; unless the tables are being cleared, it
// waits for 18 cycles at most, whatever the host does to the registers; no table changes under a lookup. What a lookup decides is not looked at here,
// and how long a sweep of the tables takes is left free (cutpoint: sweep_q).
//
// What the neighbours promise is done here: who asks goes on until it is taken; the register bus has an operation until its ack, a second one (of a
// request of two DW) at once behind it or not, and then none for two cycles (svnic_host: Answer, Idle).

module svnic_veb_formal
  import svnic_pkg::*;
(
    input logic      clk_i,
    input logic      tx_asks_i,
    input logic      rx_asks_i,
    input lookup_t   tx_lookup_i,
    input lookup_t   rx_lookup_i,
    input logic      reg_asks_i,
    input reg_req_t  reg_req_i,
    input fn_reset_t fn_reset_i
);

  localparam int Longest = 18;  // cycles

  logic     started_q = 1'b0;
  logic     rst, tx_q, rx_q, reg_q, tx_ready, rx_ready, tx_answer, rx_answer;
  logic [1:0] reg_rest_q;  // cycles since an ack
  logic     second_q, reg_valid;
  reg_req_t req_q;
  reg_rsp_t rsp;

  assign rst = !started_q;

  assign reg_valid = reg_q && !rst;

  svnic_veb u_veb (
      .clk_i,
      .rst_i             (rst),
      .now_i             ('0),
      .link_i            ('0),
      .spoof_check_i     ('0),
      .reg_valid_i       (reg_valid),
      .reg_req_i         (req_q),
      .reg_rsp_o         (rsp),
      .fn_reset_i,
      .fn_reset_done_o   (),
      .tx_lookup_valid_i (tx_q),
      .tx_lookup_ready_o (tx_ready),
      .tx_lookup_i,
      .tx_forward_valid_o(tx_answer),
      .tx_forward_o      (),
      .rx_lookup_valid_i (rx_q),
      .rx_lookup_ready_o (rx_ready),
      .rx_lookup_i,
      .rx_forward_valid_o(rx_answer),
      .rx_forward_o      (),
      .commit_o          ()
  );

  // Lookups under way, by age; how many of the other side passed, and how many cycles, since one waits; clearing does not count
  logic [2:0] tx_way_q, rx_way_q;
  logic [1:0] tx_others_q, rx_others_q;
  logic [4:0] tx_waits_q, rx_waits_q;
  logic       clearing;

  assign clearing = u_veb.u_tables.state_q == 2'd0 || u_veb.u_tables.want_clear;

  always_ff @(posedge clk_i) begin
    started_q  <= 1'b1;
    tx_q       <= !rst && (tx_q ? !tx_ready : tx_asks_i);
    rx_q       <= !rst && (rx_q ? !rx_ready : rx_asks_i);
    reg_rest_q <= rst ? '0 : {reg_rest_q[0], reg_q && rsp.ack};
    if (!reg_q || rsp.ack) req_q <= reg_req_i;
    if (!reg_q || rsp.ack) reg_q <= !rst && reg_asks_i && (reg_q ? !second_q : reg_rest_q == '0);
    second_q   <= !rst && (reg_q && rsp.ack ? reg_asks_i && !second_q : second_q && reg_q);
    tx_way_q   <= rst ? '0 : {tx_way_q[1:0], tx_ready};
    rx_way_q   <= rst ? '0 : {rx_way_q[1:0], rx_ready};

    tx_others_q <= rst || !tx_q || tx_ready ? '0 : tx_others_q + 2'(rx_ready);
    rx_others_q <= rst || !rx_q || rx_ready ? '0 : rx_others_q + 2'(tx_ready);
    tx_waits_q  <= rst || !tx_q || tx_ready || clearing ? '0 : tx_waits_q + 5'd1;
    rx_waits_q  <= rst || !rx_q || rx_ready || clearing ? '0 : rx_waits_q + 5'd1;
  end

`ifdef INDUCTION
  // Cycles until the switch is free, and until it is one's own turn
  logic [1:0] step, table_step;
  logic [4:0] registers, free, tx_turn, rx_turn;

  assign step       = u_veb.state_q;
  assign table_step = u_veb.u_tables.state_q;
  assign registers  = second_q ? 5'd3 : 5'd6;

  always_comb begin
    unique case (table_step)
      2'd2:    free = registers - 5'd1;
      2'd3:    free = registers - 5'd2;
      default: free = step != 2'd0 ? 5'd4 - 5'(step) + (reg_q ? registers : 5'd6) : reg_q ? registers : '0;
    endcase
    tx_turn = free + (u_veb.for_rx_q ? 5'd0 : 5'd10);
    rx_turn = free + (u_veb.for_rx_q ? 5'd10 : 5'd0);
  end
`endif

  always_ff @(posedge clk_i)
    if (!rst) begin
      one_who_asks :
      assert (!(tx_ready && rx_ready) && (!tx_ready || tx_q) && (!rx_ready || rx_q));
      one_at_a_time :
      assert ($onehot0({tx_way_q, rx_way_q}) && (!(tx_ready || rx_ready) || {tx_way_q, rx_way_q} == '0));
      answers_who_asked :
      assert (tx_answer == tx_way_q[2] && rx_answer == rx_way_q[2]);
      fair :
      assert (tx_others_q <= 2'd1 && rx_others_q <= 2'd1);
      waits_not_for_long :
      assert (tx_waits_q <= 5'(Longest) && rx_waits_q <= 5'(Longest));
      tables_stand_still :
      assert ({tx_way_q, rx_way_q} == '0 || !(rsp.ack || u_veb.u_tables.write || u_veb.u_tables.state_q == 2'd0));

`ifdef INDUCTION
      i_way :
      assert ((tx_way_q | rx_way_q) == (step == 2'd0 ? 3'd0 : 3'd1 << (step - 2'd1)) && (step == 2'd0 || u_veb.for_rx_q == (rx_way_q != '0)));
      i_others :
      assert ((tx_others_q == '0 || u_veb.for_rx_q) && (rx_others_q == '0 || !u_veb.for_rx_q));
      i_tables :
      assert ((table_step == 2'd1 || step == 2'd0) && (!(table_step inside {2'd2, 2'd3}) || reg_q) && (!second_q || reg_q));
      i_waits :
      assert (clearing || ((!tx_q || 6'(tx_waits_q) + 6'(tx_turn) <= 6'(Longest)) && (!rx_q || 6'(rx_waits_q) + 6'(rx_turn) <= 6'(Longest))));
      i_waits_if_it_asks :
      assert ((tx_q || tx_waits_q == '0) && (rx_q || rx_waits_q == '0) && !(tx_way_q[0] && tx_q) && !(rx_way_q[0] && rx_q));
`endif

      c_in_turns :
      cover (tx_ready && rx_q && tx_others_q == 2'd1);
      c_waits_longest :
      cover (rx_ready && rx_waits_q == 5'(Longest));
    end

endmodule
