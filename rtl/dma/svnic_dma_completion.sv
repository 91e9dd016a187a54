// SPDX-License-Identifier: Apache-2.0
// Is this completion the one that is awaited, and where do its bytes go? One beat per cycle, in any split and interleaving of tags.
//
//  C0  A beat comes in; with its first one the context of the tag is read.
//  C1  Checked. Good data goes out, shifted only by the offset in its first DW. With the last beat the TLP's state changes.
//
// A tag is *live* from when its request was sent to the end of that request; *dead*: it timed out, what still comes is discarded,
// and it is free after the last completion or another time-out. Both are one lookup of the timer (`expire`): it goes through
// the same two stages, between two TLPs, and ends a live tag's request or frees a dead tag.
// PCIe 5.0: 2.3.2 (completion handling), 2.2.9 (byte count, lower address), 2.8 (time-out).

module svnic_dma_completion
  import svnic_pkg::*;
  import svnic_dma_pkg::*;
#(
    parameter int DataW = 512
) (
    input logic clk_i,
    input logic rst_i,

    input logic init_i,  // after reset: clear everything, one tag per cycle
    input tag_t init_tag_i,

    input logic         issue_valid_i,
    input tag_t         issue_tag_i,
    input tag_context_t issue_context_i,
    input logic         sent_valid_i,
    input tag_t         sent_tag_i,

    input  logic             rcp_valid_i,
    output logic             rcp_ready_o,  // 0 only when a time-out is looked up
    input  logic             rcp_sop_i,
    input  logic             rcp_eop_i,
    input  tlp_t             rcp_hdr_i,
    input  logic [DataW-1:0] rcp_data_i,

    input  logic expire_valid_i,    // this tag's time is over: taken in the cycle of ready
    output logic expire_ready_o,
    input  tag_t expire_tag_i,
    input  tag_t probe_tag_i,       // is it live or dead?
    output logic probe_o,
    output logic timed_out_valid_o,  // it timed out now: dead for a while
    output tag_t timed_out_tag_o,
    output logic free_valid_o,
    output tag_t free_tag_o,

    output tlp_event_t       event_o,
    output logic             data_valid_o,
    output rd_client_e       data_client_o,
    output logic      [19:0] data_dest_o,
    output logic      [ 6:0] data_bytes_o,
    output logic [DataW-1:0] data_o,
    output dma_error_t       error_o,

    output logic    busy_o,
    output commit_t commit_o
);

  localparam int Bytes = DataW / 8;

  // ---- C0 ------------------------------------------------------------------------------------------------------------------
  logic beat, expire, inside_q;  // inside: the next beat is not the first of a TLP
  assign expire         = expire_valid_i && !inside_q;
  assign expire_ready_o = expire;
  assign rcp_ready_o    = !expire;
  assign beat           = rcp_valid_i && rcp_ready_o;

  logic lookup;
  tag_t lookup_tag;
  assign lookup     = (beat && rcp_sop_i) || expire;
  assign lookup_tag = expire ? expire_tag_i : rcp_hdr_i.tag[7:0];

  logic             beat_q, expire_q, first_q, last_q;
  tlp_t             hdr_q;
  logic [DataW-1:0] data_q;
  tag_t             tag_q;

  always_ff @(posedge clk_i) begin
    beat_q   <= beat;
    expire_q <= expire;
    first_q  <= rcp_sop_i;
    last_q   <= rcp_eop_i;
    if (beat) begin
      data_q   <= rcp_data_i;
      inside_q <= !rcp_eop_i;
      if (rcp_sop_i) hdr_q <= rcp_hdr_i;
    end
    if (lookup) tag_q <= lookup_tag;
    if (rst_i) {beat_q, expire_q, inside_q} <= '0;
  end

  // What is known of the tag
  (* no_rw_check *)  // a completion comes long after the issue
  tag_context_t context_mem_q[Tags];
  size_t        done_mem_q[Tags];  // bytes that came; 0 while the tag is free
  logic [Tags-1:0] live_q, dead_q;

  tag_context_t context_q;
  size_t        done_q;
  logic         is_live_q, is_dead_q;

  logic  end_live, end_dead, time_out, progress;  // of tag_q, in C1
  size_t done;

  always_ff @(posedge clk_i) begin
    if (issue_valid_i) context_mem_q[issue_tag_i] <= issue_context_i;
    if (lookup) context_q <= context_mem_q[lookup_tag];
  end

  logic  done_write;
  tag_t  done_tag;
  size_t done_value;
  assign done_write = init_i || progress || end_live || end_dead;
  assign done_tag   = init_i ? init_tag_i : tag_q;
  assign done_value = init_i || !progress ? '0 : done;

  logic same;  // the tag in C1 is the one looked up: its new state counts
  assign same = lookup_tag == tag_q;

  logic is_live, is_dead;
  assign is_live = live_q[lookup_tag] && !(same && (end_live || time_out));
  assign is_dead = (dead_q[lookup_tag] || (same && time_out)) && !(same && end_dead);

  always_ff @(posedge clk_i) begin
    if (done_write) done_mem_q[done_tag] <= done_value;
    if (lookup) begin
      done_q    <= same && done_write ? done_value : done_mem_q[lookup_tag];
      is_live_q <= is_live;
      is_dead_q <= is_dead;
    end
  end

  always_ff @(posedge clk_i) begin
    if (sent_valid_i) live_q[sent_tag_i] <= 1'b1;
    if (end_live || time_out) live_q[tag_q] <= 1'b0;
    if (time_out) dead_q[tag_q] <= 1'b1;
    if (end_dead) dead_q[tag_q] <= 1'b0;
    if (rst_i) {live_q, dead_q} <= '0;
  end

  assign probe_o = live_q[probe_tag_i] || dead_q[probe_tag_i];

  // ---- C1: what is awaited, and what came --------------------------------------------------------------------------------------
  size_t      left, span, tlp_span, late_bytes, tlp_bytes;
  logic [6:0] lower;
  logic       ours, whole, all_in, fits, good;

  assign left     = context_q.len - done_q;
  assign lower    = context_q.lower + done_q[6:0];
  assign span     = left + size_t'(lower[1:0]);     // from the first DW on
  assign tlp_span = size_t'(hdr_q.dw) << 2;
  assign ours     = hdr_q.tag[9:8] == 2'd0 && hdr_q.requester == {context_q.bus, context_q.func};
  assign whole    = hdr_q.kind == TlpCplD && hdr_q.status == CplSc;  // else: the request failed, nothing more comes
  assign all_in   = tlp_span >= span;
  assign fits     = hdr_q.byte_count == left && hdr_q.lower_address == lower && hdr_q.dw != '0 && tlp_span < span + size_t'(4);
  assign good     = ours && is_live_q && whole && fits;

  assign tlp_bytes  = all_in ? left : tlp_span - size_t'(lower[1:0]);
  assign late_bytes = tlp_span - size_t'(hdr_q.lower_address[1:0]);
  assign done       = done_q + tlp_bytes;

  logic apply, late_last, unexpected, failed;
  assign apply      = beat_q && last_q;
  assign late_last  = !whole || hdr_q.byte_count <= late_bytes;
  assign failed     = apply && ours && is_live_q && !whole;
  assign unexpected = apply && !(ours && is_dead_q) && !good && !failed;
  assign progress   = apply && good && !all_in;
  assign time_out   = expire_q && is_live_q;
  assign end_live   = failed || (apply && good && all_in);
  assign end_dead   = is_dead_q && (expire_q || (apply && ours && late_last));

  assign timed_out_valid_o = time_out;
  assign timed_out_tag_o   = tag_q;
  assign free_valid_o      = end_live || end_dead;
  assign free_tag_o        = tag_q;

  logic poisoned;
  assign poisoned = apply && good && hdr_q.poisoned;
  assign event_o  = '{
      valid: end_live || time_out || poisoned, slot: context_q.slot, ended: end_live || time_out, failed: failed || time_out || poisoned
  };

  // ---- Data --------------------------------------------------------------------------------------------------------------------------
  logic [19:0] dest, dest_q;
  size_t       rest, rest_q;
  logic [1:0]  shift;
  logic [6:0]  bytes;
  assign dest  = first_q ? context_q.dest + 20'(done_q) : dest_q;
  assign rest  = first_q ? tlp_bytes : rest_q;
  assign shift = first_q ? lower[1:0] : 2'd0;
  assign bytes = rest < size_t'(Bytes) - size_t'(shift) ? rest[6:0] : 7'(Bytes) - 7'(shift);

  always_ff @(posedge clk_i) begin
    data_valid_o <= beat_q && good && !hdr_q.poisoned;
    if (beat_q && good) begin
      data_client_o <= context_q.client;
      data_dest_o   <= dest;
      data_bytes_o  <= bytes;
      data_o        <= data_q >> (8 * shift);
      dest_q        <= dest + 20'(bytes);
      rest_q        <= rest - size_t'(bytes);
    end
    if (rst_i) data_valid_o <= 1'b0;
  end

  always_ff @(posedge clk_i) begin
    error_o.valid <= time_out || unexpected || poisoned;
    error_o.func  <= unexpected ? hdr_q.requester[7:0] : context_q.func;
    error_o.kind  <= time_out ? DmaTimeout : unexpected ? DmaUnexpected : DmaPoisoned;
    if (time_out) error_o.hdr <= '0;
    else if (apply) error_o.hdr <= hdr_q;
    if (rst_i) error_o.valid <= 1'b0;
  end

  assign busy_o   = beat_q || expire_q || data_valid_o || error_o.valid;
  // What is live at the lookup times out: a completion that is taken before this cycle comes before, one behind it is late.
  assign commit_o = '{kind: expire && (is_live || is_dead) ? ReadTimeout : CommitNone, a: expire_tag_i, b: '0, c: '0};

`ifndef SYNTHESIS
  // Pitfalls 4, 6, 7, 8, 13: nothing stalls completions but a lookup of the timer; a tag that is live or dead is never issued or sent
  // again, and what is delivered is what was asked for, by who asked.
  always_ff @(posedge clk_i) begin
    if (!rst_i) begin
      tag_issued_is_free : assert (!issue_valid_i || !(live_q[issue_tag_i] || dead_q[issue_tag_i]));
      tag_sent_is_free : assert (!sent_valid_i || !(live_q[sent_tag_i] || dead_q[sent_tag_i]));
      tag_freed_was_used : assert (!free_valid_o || live_q[tag_q] || dead_q[tag_q]);
      never_stalled_for_long : assert (rcp_ready_o || !expire_q);
      sop_behind_eop : assert (!beat || rcp_sop_i == !inside_q);
    end
    if (!rst_i && beat_q && good) begin
      within_request : assert (rest != '0 && rest <= left && done_q < context_q.len && tlp_bytes <= left);
      all_beats_came : assert (!last_q || rest == size_t'(bytes));
      last_beat_is_last : assert (last_q || rest > size_t'(bytes));
    end
  end
`endif

endmodule
