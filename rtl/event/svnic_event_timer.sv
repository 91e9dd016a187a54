// SPDX-License-Identifier: Apache-2.0
// Whose hold-off is over first? A tournament: leaves are the slots, every inner node has the earlier of its two children. A change of a leaf moves up
// one level in two cycles, a change may enter in every cycle, and the root is exact as soon as all have arrived: nothing is ever searched.
//
// At a level, a change writes its node and reads the node's sibling; one cycle later the earlier of both goes up. Of two changes below one
// parent the later one sees what the earlier one wrote, so the parent's last value is right.

module svnic_event_timer
  import svnic_pkg::*;
#(
    parameter int NumSlots = 512
) (
    input logic clk_i,
    input logic rst_i,

    input logic         change_valid_i,
    input slot_t        change_slot_i,
    input logic         change_set_i,   // else: it has none
    input nanoseconds_t change_due_i,

    input logic        sweep_i,        // after reset: none has
    input logic [11:0] sweep_index_i,

    input  nanoseconds_t now_i,
    output logic         fire_valid_o,  // somebody's is over; once per change of the root
    input  logic         fire_ready_i,
    output slot_t        fire_slot_o,

    output logic         due_valid_o,
    output nanoseconds_t due_o,
    output logic         busy_o
);

  localparam int Levels = $clog2(NumSlots);

  typedef struct packed {
    logic         some;
    nanoseconds_t due;
    slot_t        slot;
  } node_t;

  function automatic node_t earlier(node_t a, node_t b);
    return a.some && (!b.some || a.due <= b.due) ? a : b;
  endfunction

  // [l]: on its way into level l; level Levels are the leaves, level 0 is the root
  logic  [Levels:0] valid_q;
  slot_t [Levels:0] place_q;
  node_t [Levels:0] node_q;
  logic  [Levels:1] compare_q;

  always_ff @(posedge clk_i) begin
    valid_q[Levels] <= change_valid_i && !rst_i;
    if (change_valid_i) begin
      place_q[Levels] <= change_slot_i;
      node_q[Levels]  <= '{some: change_set_i, due: change_due_i, slot: change_slot_i};
    end
  end

  for (genvar l = 1; l <= Levels; l++) begin : gen_level
    typedef logic [l-1:0] index_t;
    node_t  mem_q[2**l];
    node_t  mine_q, sibling_q;
    slot_t  parent_q;
    index_t index;

    assign index = index_t'(place_q[l]);

    (* no_rw_check *)  // what is read and what is written are siblings
    always_ff @(posedge clk_i) begin
      if (valid_q[l] || sweep_i) mem_q[sweep_i ? index_t'(sweep_index_i) : index] <= sweep_i ? '0 : node_q[l];
      if (valid_q[l]) begin
        sibling_q <= mem_q[index^index_t'(1)];
        mine_q    <= node_q[l];
        parent_q  <= place_q[l] >> 1;
      end
      compare_q[l]  <= valid_q[l] && !rst_i;
      valid_q[l-1]  <= compare_q[l] && !rst_i;
      if (compare_q[l]) begin
        place_q[l-1] <= parent_q;
        node_q[l-1]  <= earlier(mine_q, sibling_q);
      end
    end
  end

  // ---- The root ------------------------------------------------------------------------------------------------------------
  node_t root_q;
  logic  over, fired_q;

  assign over         = root_q.some && root_q.due <= now_i;
  assign fire_valid_o = over && !fired_q;
  assign fire_slot_o  = root_q.slot;
  assign due_valid_o  = root_q.some && !over;
  assign due_o        = root_q.due;
  assign busy_o       = valid_q != '0 || compare_q != '0 || over;

  always_ff @(posedge clk_i) begin
    if (fire_valid_o && fire_ready_i) fired_q <= 1'b1;  // its decision changes the leaf, or a change is on its way
    if (valid_q[0]) begin
      root_q  <= node_q[0];
      fired_q <= 1'b0;
    end
    if (rst_i) begin
      root_q  <= '0;
      fired_q <= 1'b0;
    end
  end

  logic unused;
  assign unused = ^{place_q[0], sweep_index_i};

endmodule
