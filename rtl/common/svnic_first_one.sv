// SPDX-License-Identifier: Apache-2.0
// The lowest bit that is set, of 256: first the lowest of 16 groups that is not empty, then the lowest in it. Zero if none is.

module svnic_first_one (
    input  logic [255:0] bits_i,
    output logic [  7:0] index_o
);

  typedef logic [15:0][15:0] groups_t;

  logic [15:0] filled, group;
  logic [ 3:0] which, inside_;
  groups_t groups;

  assign groups = groups_t'(bits_i);

  function automatic logic [3:0] lowest(logic [15:0] bits);
    logic [3:0] index;
    index = '0;
    for (int i = 15; i >= 0; i--) if (bits[i]) index = 4'(unsigned'(i));
    return index;
  endfunction

  always_comb begin
    for (int g = 0; g < 16; g++) filled[g] = |groups[g];
  end

  assign which   = lowest(filled);
  assign group   = groups[which];
  assign inside_ = lowest(group);
  assign index_o = {which, inside_};

endmodule
