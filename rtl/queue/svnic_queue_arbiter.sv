// SPDX-License-Identifier: Apache-2.0
// Which operation goes into the pipeline? Fixed priority, the first is served before the others: what ends work comes before what begins it, so
// that nobody can starve. An operation is taken in the cycle of its valid and ready.

module svnic_queue_arbiter
  import svnic_queue_pkg::*;
#(
    parameter int N = 8
) (
    input  logic [N-1:0] valid_i,
    output logic [N-1:0] ready_o,
    input  op_t  [N-1:0] op_i,

    output logic valid_o,
    output op_t  op_o
);

  logic [N-1:0] later;  // all that have somebody before them

  assign valid_o = |valid_i;
  assign ready_o = ~later;

  always_comb begin
    later = '0;
    op_o  = op_i[N-1];
    for (int i = N - 2; i >= 0; i--) if (valid_i[i]) op_o = op_i[i];
    for (int i = 1; i < N; i++) later[i] = later[i-1] || valid_i[i-1];
  end

endmodule
