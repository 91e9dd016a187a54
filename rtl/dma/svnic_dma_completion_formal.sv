// SPDX-License-Identifier: Apache-2.0
// Proof for svnic_dma_completion: one tag is watched, beside any completions (for it, for other tags, right, wrong, forged, split,
// poisoned, in one beat or two) and time-outs in any cycle. It is freed once and only when it was out; a request that was answered with an
// error or not at all has failed; bytes are handed on only for a live tag of theirs. The driver keeps what neighbours promise: a tag is
// issued when it is free (svnic_dma_pool_formal), sent after its issue, a TLP has as many beats as its length says; time-outs ask for the
// watched tag when it was sent (svnic_dma_timeout).

module svnic_dma_completion_formal
  import svnic_pkg::*;
  import svnic_dma_pkg::*;
(
    input logic         clk_i,
    input logic         issue_i,
    input tag_context_t context_i,
    input logic         sent_i,
    input logic         rcp_valid_i,
    input tlp_t         rcp_hdr_i,
    input logic         expire_i
);

  localparam tag_t Watched = 8'd5;  // the block knows no tag by its number

  typedef enum logic [1:0] {Free, Issued, Live, Dead} state_e;

  logic [1:0]   started_q = '0;
  logic         rst, init, run;
  state_e       state_q;
  tag_context_t context_q;
  size_t        done_q;  // bytes that came

  logic         sent, issue, rcp_valid, rcp_ready, sop_q, eop, beat, expire, expire_ready, probe, timed_out_valid, free_valid, busy;
  tag_t         timed_out_tag, free_tag;
  tlp_event_t   tlp_event;
  logic         data_valid;
  rd_client_e   data_client;
  logic [19:0]  data_dest;
  logic [6:0]   data_bytes;
  logic [127:0] data;
  dma_error_t   error;
  commit_t      commit;
  tlp_t         hdr, hdr_q;

  assign rst  = started_q == 2'd0;
  assign init = started_q == 2'd1;
  assign run  = started_q == 2'd2;
  always_ff @(posedge clk_i) if (started_q != 2'd2) started_q <= started_q + 2'd1;

  // Few bits, for the solver's time: up to 16 bytes, of which nobody looks at; two functions; one of two tags, or of one above 255
  tag_context_t asked;
  tlp_t         arriving;
  always_comb begin
    asked      = '{bus: '0, func: {7'd0, context_i.func[0]}, client: context_i.client, slot: context_i.slot, dest: '0,
                   lower: context_i.lower, len: size_t'(context_i.len[3:0]) + size_t'(1)};
    arriving   = '{kind: rcp_hdr_i.kind[0] ? TlpCplD : TlpCpl, poisoned: rcp_hdr_i.poisoned, status: rcp_hdr_i.status,
                   requester: {15'd0, rcp_hdr_i.requester[0]}, tag: {1'b0, rcp_hdr_i.tag[8], Watched[7:1], rcp_hdr_i.tag[0]},
                   dw: {8'd0, rcp_hdr_i.dw[2:0]}, byte_count: {8'd0, rcp_hdr_i.byte_count[4:0]},
                   lower_address: rcp_hdr_i.lower_address, default: '0};
  end

  assign issue = run && issue_i && state_q == Free;
  assign sent  = run && sent_i && state_q == Issued;

  // The link: a TLP of one or two beats of 4 DW, as many as it needs; its header stands while it lasts
  assign rcp_valid = run && rcp_valid_i;
  assign beat      = rcp_valid && rcp_ready;
  assign hdr       = sop_q ? arriving : hdr_q;
  assign eop       = !sop_q || arriving.kind == TlpCpl || arriving.dw <= 11'd4;
  always_ff @(posedge clk_i) begin
    if (beat) begin
      sop_q   <= eop;
      hdr_q   <= hdr;
    end
    if (rst) sop_q <= 1'b1;
  end

  assign expire = run && expire_i && probe;

  svnic_dma_completion #(
      .DataW(128)
  ) u_completion (
      .clk_i,
      .rst_i            (rst),
      .init_i           (init),
      .init_tag_i       (Watched),
      .issue_valid_i    (issue),
      .issue_tag_i      (Watched),
      .issue_context_i  (asked),
      .sent_valid_i     (sent),
      .sent_tag_i       (Watched),
      .rcp_valid_i      (rcp_valid),
      .rcp_ready_o      (rcp_ready),
      .rcp_sop_i        (sop_q),
      .rcp_eop_i        (eop),
      .rcp_hdr_i        (hdr),
      .rcp_data_i       ('0),
      .expire_valid_i   (expire),
      .expire_ready_o   (expire_ready),
      .expire_tag_i     (Watched),
      .probe_tag_i      (Watched),
      .probe_o          (probe),
      .timed_out_valid_o(timed_out_valid),
      .timed_out_tag_o  (timed_out_tag),
      .free_valid_o     (free_valid),
      .free_tag_o       (free_tag),
      .event_o          (tlp_event),
      .data_valid_o     (data_valid),
      .data_client_o    (data_client),
      .data_dest_o      (data_dest),
      .data_bytes_o     (data_bytes),
      .data_o           (data),
      .error_o          (error),
      .busy_o           (busy),
      .commit_o         (commit)
  );

  logic ends, fails, good, dies, freed;

  // ---- What should become of it, said anew: of the TLP or time-out that was taken in the cycle before ----------------------------------
  tlp_t  taken_q;
  logic  end_q, expired_q;  // the last beat of a TLP; a time-out
  state_e seen_q;           // the watched tag when that TLP began, or the time-out was looked up
  size_t left, skip, span, came;
  logic  ours, error_status, fits, last_part, late_end;

  always_ff @(posedge clk_i) begin
    end_q     <= run && beat && eop;
    expired_q <= run && expire && expire_ready;
    if (beat) taken_q <= hdr;
    if ((beat && sop_q) || (expire && expire_ready)) seen_q <= dies ? Dead : freed ? Free : state_q;
    if (rst) {end_q, expired_q} <= '0;
  end

  assign left         = context_q.len - done_q;
  assign skip         = size_t'(2'(context_q.lower[1:0] + done_q[1:0]));
  assign span         = size_t'(taken_q.dw) * size_t'(4);
  assign ours         = taken_q.tag == 10'(Watched) && taken_q.requester == {context_q.bus, context_q.func};
  assign error_status = taken_q.kind != TlpCplD || taken_q.status != CplSc;
  assign fits         = taken_q.byte_count == left && taken_q.lower_address == 7'(context_q.lower + done_q[6:0]) && taken_q.dw != '0 &&
                        span < skip + left + size_t'(4);
  assign last_part    = span >= skip + left;
  assign came         = last_part ? left : span - skip;
  assign late_end     = error_status || taken_q.byte_count <= span - size_t'(taken_q.lower_address[1:0]);

  assign good  = end_q && ours && seen_q == Live && !error_status && fits;
  assign dies  = expired_q && seen_q == Live;
  assign ends  = (end_q && ours && seen_q == Live && error_status) || (good && last_part) || dies;
  assign fails = (end_q && ours && seen_q == Live && error_status) || (good && taken_q.poisoned) || dies;
  assign freed = (ends && !dies) || (seen_q == Dead && ((end_q && ours && late_end) || expired_q));

  always_ff @(posedge clk_i) begin
    if (good) done_q <= done_q + came;
    if (issue) begin
      context_q <= asked;
      done_q    <= '0;
      state_q   <= Issued;
    end
    if (sent) state_q <= Live;
    if (dies) state_q <= Dead;
    if (freed) state_q <= Free;
    if (rst) state_q <= Free;
  end

  logic watched_event, failing_q, unexpected_q, poisoned_q;
  assign watched_event = tlp_event.valid;  // of no other tag: none was issued
  always_ff @(posedge clk_i) begin
    failing_q    <= (good && taken_q.poisoned) || dies;
    unexpected_q <= end_q && !(good || (ours && (seen_q == Dead || (seen_q == Live && error_status))));
    poisoned_q   <= hdr.poisoned;
    if (rst) {failing_q, unexpected_q} <= '0;
  end

  always_ff @(posedge clk_i)
    if (run) begin
      freed_when_it_should :
      assert (free_valid == freed && (!freed || free_tag == Watched));
      probed_while_out :
      assert (probe == (state_q inside {Live, Dead}));
      ends_once :
      assert ((watched_event && tlp_event.ended) == ends);
      failure_is_told :
      assert ((watched_event && tlp_event.failed) == fails);
      of_its_request :
      assert (!watched_event || tlp_event.slot == context_q.slot);
      quarantine_after_time_out :
      assert (timed_out_valid == dies);
      logged :
      assert (error.valid == (failing_q || unexpected_q));
      data_only_when_live :
      assert (!data_valid || (data_client == context_q.client && data_bytes != '0 && !$past(poisoned_q)));
      no_data_without_a_request :
      assert (!data_valid || $past(seen_q == Live));
      commit_in_its_cycle :
      assert ((commit.kind == ReadTimeout) == (expire && expire_ready && !free_valid));

      c_split :
      cover (good && last_part && done_q != '0);
      c_poisoned_part :
      cover (good && !last_part && taken_q.poisoned);
      c_error_status :
      cover (ends && !good && !dies);
      c_late_frees :
      cover (freed && end_q && state_q == Dead);
      c_time_frees :
      cover (freed && expired_q);
      c_forged :
      cover (unexpected_q && state_q == Live);
      c_issued_again :
      cover (issue && context_q.slot != '0 && asked.slot == '0 && error.valid);
    end

endmodule
