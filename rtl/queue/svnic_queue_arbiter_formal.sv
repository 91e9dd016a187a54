// SPDX-License-Identifier: Apache-2.0
// Proof for svnic_queue_arbiter, any requests; combinational, so one step is all there is. Exactly one of those who ask is served, the one of highest priority, and
// with what it asked for. Fair it is not, by intention: each one waits for those before it, and those end by themselves (svnic_queue; lock-step shows the bound).

module svnic_queue_arbiter_formal
  import svnic_queue_pkg::*;
#(
    parameter int N = 9
) (
    input logic         clk_i,
    input logic [N-1:0] valid_i,
    input op_t  [N-1:0] op_i,
    input logic [3:0]   watched_i
);

  logic [N-1:0] ready, served;
  logic         valid;
  logic [3:0]   who;
  op_t          op;

  svnic_queue_arbiter #(
      .N(N)
  ) u_arbiter (
      .valid_i,
      .ready_o(ready),
      .op_i,
      .valid_o(valid),
      .op_o   (op)
  );

  assign served = valid_i & ready;
  assign who    = watched_i < 4'(N) ? watched_i : '0;

  always_ff @(posedge clk_i) begin
    one_if_any :
    assert ($onehot0(served) && (served != '0) == (valid_i != '0) && valid == (valid_i != '0));
    none_before_it :
    assert (!served[who] || (valid_i & ((N'(1) << who) - N'(1))) == '0);
    first_is_served :
    assert (!valid_i[0] || served[0]);
    gets_what_it_asked_for :
    assert (!served[who] || op == op_i[who]);

    c_last :
    cover (served[N-1]);
    c_all :
    cover (valid_i == '1 && who == 4'd5);
  end

endmodule
