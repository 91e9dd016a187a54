// SPDX-License-Identifier: Apache-2.0
// Proof for svnic_rx_in, any frames of legal length from wire and loopback, any pace of what is behind: one whole frame after the other goes in, and
// where it stands and who sent it is told once, with its last beat; who has a frame waits for at most one frame of the other side, if there is room;
// nothing is written over what is not freed.
//
// What the neighbours promise is done here: who has a frame offers it until it is taken; a frame of the wire is there as a whole and has no more than
// MaxFrame bytes (svnic_rx_wire), no more has one of the loopback, whose beats may come late; what is freed was used. How full the buffer is at the
// start is free.

module svnic_rx_in_formal
  import svnic_pkg::*;
  import svnic_rx_pkg::*;
#(
    parameter int DataW     = 512,
    parameter int LastBeats = 144  // of the longest frame
) (
    input logic         clk_i,
    input logic         wire_begin_i,
    input logic         wire_last_i,
    input logic         loop_begin_i,
    input logic         loop_last_i,
    input logic         loop_late_i,    // its next beat is not there yet
    input logic [255:0] loop_members_i,
    input logic         arrived_ready_i,
    input logic         free_i,
    input addr_t        free_by_i
);

  localparam int Bytes = DataW / 8;
  typedef logic [9:0] beats_t;

  logic             started_q = 1'b0;
  logic             rst, wire_q, loop_q, loop_valid, wire_ready, loop_ready, write, arrived_valid;
  logic             wire_last, loop_last, takes_wire, takes_loop, loop_here_q;
  beats_t           beats_q;
  addr_t            freed_q, used;
  place_t           write_addr;
  logic [DataW-1:0] write_data;
  arrived_t         arrived;
  commit_t          commit;

  assign rst        = !started_q;
  assign loop_valid = loop_q && loop_here_q;
  assign wire_last  = wire_last_i || beats_q == beats_t'(LastBeats - 1);
  assign loop_last  = loop_last_i || beats_q == beats_t'(LastBeats - 1);
  assign takes_wire = wire_q && wire_ready;
  assign takes_loop = loop_valid && loop_ready;

  svnic_rx_in #(
      .DataW(DataW)
  ) u_in (
      .clk_i,
      .rst_i          (rst),
      .wire_valid_i   (wire_q),
      .wire_ready_o   (wire_ready),
      .wire_last_i    (wire_last),
      .wire_keep_i    ('1),
      .wire_data_i    ('0),
      .loop_valid_i   (loop_valid),
      .loop_ready_o   (loop_ready),
      .loop_last_i    (loop_last),
      .loop_keep_i    ('1),
      .loop_data_i    ('0),
      .loop_members_i,
      .freed_i        (freed_q),
      .write_o        (write),
      .write_addr_o   (write_addr),
      .write_data_o   (write_data),
      .arrived_valid_o(arrived_valid),
      .arrived_ready_i(arrived_ready_i),
      .arrived_o      (arrived),
      .commit_o       (commit)
  );

  // The frame that goes in: whose, where it began; how many of the other side passed since one waits
  logic       inside_q, of_loop_q;
  place_t     next_q, start_q;
  logic [1:0] wire_waits_q, loop_waits_q;
  logic       wire_done, loop_done;

  assign used      = u_in.tail_q - freed_q;
  assign wire_done = takes_wire && wire_last;
  assign loop_done = takes_loop && loop_last;

  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    wire_q    <= !rst && (wire_q ? !wire_done : wire_begin_i);
    loop_q    <= !rst && (loop_q ? !loop_done : loop_begin_i);
    loop_here_q <= !rst && (loop_valid && !loop_ready || !loop_late_i);
    if (takes_wire || takes_loop) begin
      beats_q   <= wire_done || loop_done ? '0 : beats_q + beats_t'(1);
      next_q    <= next_q + place_t'(Bytes);
      inside_q  <= !(wire_done || loop_done);
      of_loop_q <= takes_loop;
      if (!inside_q) start_q <= next_q;
    end
    if (free_i && free_by_i <= used) freed_q <= freed_q + free_by_i;
    // The loopback waits when its first beat is there
    wire_waits_q <= !wire_q || wire_ready ? '0 : wire_waits_q + 2'(loop_done);
    loop_waits_q <= !loop_valid || loop_ready ? '0 : loop_waits_q + 2'(wire_done);
    if (rst) begin
      {beats_q, next_q, inside_q, wire_waits_q, loop_waits_q} <= '0;
      freed_q <= -(free_by_i < addr_t'(BufferBytes) ? free_by_i : '0);
    end
  end

  always_ff @(posedge clk_i)
    if (!rst) begin
      one_at_a_time :
      assert (!(wire_ready && loop_ready));
      whole_frames :
      assert (!inside_q || (of_loop_q ? loop_ready && !wire_ready : wire_ready && !loop_ready));
      written_behind_one_another :
      assert (write == (takes_wire || takes_loop) && (!write || write_addr == next_q));
      told_with_its_last_beat :
      assert (arrived_valid == (wire_done || loop_done) && (commit.kind == RxIn) == arrived_valid);
      told_as_it_is :
      assert (!arrived_valid || (arrived.start == (inside_q ? start_q : next_q) && place_t'(arrived.behind) == next_q + place_t'(Bytes)
                                 && arrived.loopback == takes_loop && commit.a == 8'(takes_loop)));
      fair :
      assert (wire_waits_q <= 2'd1 && loop_waits_q <= 2'd1);
      nothing_is_written_over :
      assert (used <= addr_t'(BufferBytes) && (!write || used <= addr_t'(BufferBytes - Bytes)));

`ifdef INDUCTION
      i_places :
      assert (next_q == place_t'(u_in.tail_q) && (inside_q ? start_q : next_q) == u_in.start_q && beats_q < beats_t'(LastBeats));
      i_who :
      assert (u_in.state_q <= 2'd2 && (inside_q ? u_in.state_q == (of_loop_q ? 2'd2 : 2'd1) : beats_q == '0));
      i_room :
      assert (u_in.state_q == 2'd0 || used <= addr_t'(BufferBytes - MaxFrame - Bytes) + addr_t'(beats_q) * addr_t'(Bytes));
      i_offers :
      assert ((u_in.state_q != 2'd1 || wire_q) && (u_in.state_q != 2'd2 || loop_q));
      i_turns :
      assert ((wire_waits_q == '0 || u_in.state_q == 2'd1 || (u_in.state_q == 2'd0 && !u_in.loop_turn_q))
              && (loop_waits_q == '0 || u_in.state_q == 2'd2 || (u_in.state_q == 2'd0 && u_in.loop_turn_q)));
`endif

      c_in_turns :
      cover (loop_ready && loop_valid && loop_done && wire_q && inside_q && start_q != '0);
      c_wire_waits :
      cover (wire_waits_q == 2'd1);
      c_loop_waits :
      cover (loop_waits_q == 2'd1);
      c_no_room :
      cover (wire_q && u_in.state_q == 2'd0 && !u_in.fits && arrived_ready_i);
    end

  logic unused;
  assign unused = ^{write_data, arrived};

endmodule
