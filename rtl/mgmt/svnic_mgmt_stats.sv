// SPDX-License-Identifier: Apache-2.0
// Statistics: 32 counters of 64 bits per function, one addition per cycle.
//
// Frames and bytes lie side by side (stat n even, n + 1 odd), so a note that counts both needs each of two banks once. An
// addition reads in its first cycle and writes in its second; the next one to the same pair takes what is being written.
// A read or a clear may only come when idle_o, and nothing is added while it is under way.

module svnic_mgmt_stats
  import svnic_pkg::*;
(
    input logic clk_i,
    input logic rst_i,

    input  logic  add_i,
    input  note_t note_i,
    output logic  idle_o,

    input logic       clear_i,
    input logic       read_i,  // value_o: one cycle later, and from then on
    input func_t      func_i,
    input logic [4:0] stat_i,

    output logic [63:0] value_o
);

  typedef logic [11:0] pair_t;  // {function, stat / 2}

  (* no_rw_check *) logic [63:0] even_mem_q[4096];
  (* no_rw_check *) logic [63:0] odd_mem_q[4096];

  logic        adding_q;
  pair_t       pair, pair_q;
  logic        again_q;  // the pair that is read was being written
  logic        odd_q;
  bytes_t      even_plus_q, odd_plus_q;
  logic [63:0] even_read_q, odd_read_q, even_d, odd_d, even_last_q, odd_last_q;

  assign pair   = add_i ? {note_i.func, note_i.stat[4:1]} : {func_i, stat_i[4:1]};
  assign even_d = (again_q ? even_last_q : even_read_q) + 64'(even_plus_q);
  assign odd_d  = (again_q ? odd_last_q : odd_read_q) + 64'(odd_plus_q);

  always_ff @(posedge clk_i) begin
    adding_q <= add_i;
    if (add_i || read_i) begin
      pair_q      <= pair;
      odd_q       <= stat_i[0];
      even_read_q <= even_mem_q[pair];
      odd_read_q  <= odd_mem_q[pair];
      again_q     <= adding_q && pair_q == pair;
    end
    if (add_i) begin
      even_plus_q <= note_i.stat[0] ? '0 : note_i.amount;
      odd_plus_q  <= note_i.stat[0] ? note_i.amount : note_i.also ? note_i.bytes : '0;
    end
    if (adding_q) begin
      even_last_q <= even_d;
      odd_last_q  <= odd_d;
    end
    if (adding_q || clear_i) begin
      even_mem_q[clear_i ? pair : pair_q] <= clear_i ? '0 : even_d;
      odd_mem_q[clear_i ? pair : pair_q]  <= clear_i ? '0 : odd_d;
    end
    if (rst_i) adding_q <= 1'b0;
  end

  assign idle_o  = !adding_q;
  assign value_o = odd_q ? odd_read_q : even_read_q;

  logic unused;
  assign unused = ^{note_i.count, note_i.error, note_i.bit_no};

endmodule
