// SPDX-License-Identifier: Apache-2.0
// Whose completion is overdue? The time of each tag is in RAM; `due` is a time before which none can be over: when it comes, one walk over
// the tags expires those whose time is over and finds the next `due`. In traffic that is one walk in 16 ms of card time.
// With Completion Timeout Disable no walk begins, and one under way stands still at the next tag that is overdue.

module svnic_dma_timeout
  import svnic_pkg::*;
  import svnic_dma_pkg::*;
(
    input logic clk_i,
    input logic rst_i,

    input nanoseconds_t now_i,
    input logic         disable_i,

    input logic sent_valid_i,       // starts the tag's time
    input tag_t sent_tag_i,
    input logic timed_out_valid_i,  // starts it again: quarantine
    input tag_t timed_out_tag_i,
    input logic free_valid_i,

    output logic expire_valid_o,
    input  logic expire_ready_i,
    output tag_t expire_tag_o,
    input  logic probe_i,  // the tag of this walk is live or dead

    output logic         due_valid_o,
    output nanoseconds_t due_o,
    output logic         busy_o
);

  typedef enum logic [1:0] {Rest, Look, Check, Expire} state_e;
  state_e state_q;
  tag_t   tag_q;
  logic [8:0] used_q;  // tags that run
  nanoseconds_t due_q, next_q, over, time_q;

  // A tag that times out is written when no other is sent; the walk goes on only then. Its quarantine counts from the time-out.
  nanoseconds_t expired_q;
  logic again_q, again_write, write;
  tag_t again_tag_q, write_tag;
  assign again_write = again_q && !sent_valid_i;
  assign write       = sent_valid_i || again_write;
  assign write_tag   = sent_valid_i ? sent_tag_i : again_tag_q;

  (* no_rw_check *)  // a tag that is sent while it is looked at is not looked at
  nanoseconds_t time_mem_q[Tags];
  always_ff @(posedge clk_i) begin
    if (write) time_mem_q[write_tag] <= sent_valid_i ? now_i : expired_q;
    time_q <= time_mem_q[tag_q];
  end

  logic touched, touched_q, last;
  assign touched = sent_valid_i && sent_tag_i == tag_q;
  assign over    = time_q + ReadTimeoutNs;
  assign last    = tag_q == tag_t'(Tags - 1);

  assign due_valid_o    = used_q != '0 && !disable_i;
  assign due_o          = due_q;
  assign expire_valid_o = state_q == Expire && !again_q && !disable_i;
  assign expire_tag_o   = tag_q;
  assign busy_o         = again_q || (state_q != Rest && !disable_i) || (due_valid_o && now_i >= due_q);

  // The tag in hand is finished: go on to the next, or rest.
  logic step;
  always_comb begin
    unique case (state_q)
      Look:    step = !probe_i && !again_q;
      Check:   step = touched_q || touched || !probe_i || over > now_i;
      Expire:  step = expire_ready_i || !probe_i || touched;
      default: step = 1'b0;
    endcase
  end

  always_ff @(posedge clk_i) begin
    touched_q <= touched;
    if (expire_valid_o && expire_ready_i) expired_q <= now_i;
    used_q    <= used_q + 9'(sent_valid_i) - 9'(free_valid_i);
    if (timed_out_valid_i) {again_q, again_tag_q} <= {1'b1, timed_out_tag_i};
    else if (again_write) again_q <= 1'b0;

    unique case (state_q)
      Rest: begin
        if (due_valid_o && now_i >= due_q) begin
          state_q <= Look;
          next_q  <= now_i + ReadTimeoutNs;  // of all that starts from now on
        end
        if (used_q == '0 && sent_valid_i) due_q <= now_i + ReadTimeoutNs;
      end
      Look: if (!again_q && probe_i) state_q <= Check;
      Check: begin
        if (!step) state_q <= Expire;
        else if (probe_i && !touched_q && !touched && over < next_q) next_q <= over;
      end
      default: ;
    endcase

    if (step) begin
      tag_q   <= tag_q + tag_t'(1);
      state_q <= last ? Rest : Look;
      if (last) due_q <= state_q == Check && probe_i && !touched_q && !touched && over < next_q ? over : next_q;
    end

    if (rst_i) begin
      state_q <= Rest;
      tag_q   <= '0;
      used_q  <= '0;
      again_q <= 1'b0;
    end
  end

`ifndef SYNTHESIS
  always_ff @(posedge clk_i) begin
    if (!rst_i) begin
      one_at_a_time : assert (!(timed_out_valid_i && again_q));
      counted : assert (used_q <= 9'(Tags) && !(free_valid_i && used_q == '0));
      never_early : assert (state_q != Expire || touched || over <= now_i || !probe_i);
    end
  end
`endif

endmodule
