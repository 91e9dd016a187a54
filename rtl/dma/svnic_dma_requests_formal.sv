// SPDX-License-Identifier: Apache-2.0
// Proof for svnic_dma_requests: one request of up to three TLPs is watched, beside any other requests whose TLPs end and fail in any order
// (one that fails at once, too). It is done once, when all its TLPs have ended, and with an error if one of them failed or was poisoned:
// the consumer, the note and the commit hear the same. The driver keeps what neighbours promise: a slot is used by one request at a time
// (svnic_dma_pool_formal), a TLP ends once and after its issue (svnic_dma_completion_formal), a request is granted only when there is room.

module svnic_dma_requests_formal
  import svnic_pkg::*;
  import svnic_dma_pkg::*;
(
    input logic       clk_i,
    input asker_t     asker_i,       // of the watched request
    input asker_t     other_i,       // of the one in the other slot
    input logic [1:0] watched_tlps_i,
    input logic [1:0] other_tlps_i,
    input logic       issue_i,       // a TLP of a request that has more ...
    input logic       slot_i,        // ... in this slot
    input logic       event_i,       // a TLP of that slot ends, or fails, or both
    input logic       ended_i,
    input logic       failed_i,
    input logic       event_slot_i,
    input logic       fail_i,        // a request without a slot fails at once
    input logic       note_ready_i
);

  typedef logic [1:0] few_t;

  logic [1:0]      started_q = '0;
  logic            rst, init;
  asker_t    [1:0] asker_q;
  few_t      [1:0] tlps_q, issued_q, ended_q;
  logic      [1:0] failed_q;
  logic            once_fails_q;  // the one without a slot waits
  logic            issue, event_ok, fail_ready, put, slot_done;
  place_t          put_slot;
  rd_done_t        done;
  note_t           note;
  logic            note_valid, room, busy;
  logic [255:0]    pending;
  commit_t         commit;
  request_t        request;
  tlp_event_t      tlp_event;

  // For the solver's time: two functions, two ids
  function automatic asker_t few_bits(asker_t asker);
    return '{func: {7'd0, asker.func[0]}, client: asker.client, id: {15'd0, asker.id[0]}};
  endfunction

  // One cycle of reset, two in which the two places are cleared
  assign rst  = started_q == 2'd0;
  assign init = started_q inside {2'd1, 2'd2};
  always_ff @(posedge clk_i) begin
    if (started_q != 2'd3) started_q <= started_q + 2'd1;
    if (rst) begin
      asker_q <= {few_bits(other_i), few_bits(asker_i)};
      tlps_q  <= {other_tlps_i, watched_tlps_i};
    end
  end

  assign issue     = started_q == 2'd3 && issue_i && issued_q[slot_i] != tlps_q[slot_i];
  assign event_ok  = started_q == 2'd3 && event_i && (ended_i || failed_i) && ended_q[event_slot_i] != issued_q[event_slot_i];
  assign request   = '{asker: asker_q[slot_i], tlps: issued_q[slot_i] + 2'd1 == tlps_q[slot_i] ? tlps_t'(tlps_q[slot_i]) : '0};
  assign tlp_event = '{valid: event_ok, slot: place_t'(event_slot_i), ended: ended_i, failed: failed_i};
  assign slot_done = event_ok && ended_i && ended_q[event_slot_i] + 2'd1 == tlps_q[event_slot_i];

  svnic_dma_requests u_requests (
      .clk_i,
      .rst_i           (rst),
      .init_i          (init),
      .init_slot_i     (place_t'(started_q == 2'd2)),
      .room_o          (room),
      .grant_valid_i   (1'b0),
      .grant_func_i    ('0),
      .issue_valid_i   (issue),
      .issue_slot_i    (place_t'(slot_i)),
      .issue_request_i (request),
      .event_i         (tlp_event),
      .fail_valid_i    (once_fails_q),
      .fail_ready_o    (fail_ready),
      .fail_i          (asker_q[1]),
      .slot_put_valid_o(put),
      .slot_put_o      (put_slot),
      .done_o          (done),
      .pending_o       (pending),
      .note_valid_o    (note_valid),
      .note_ready_i,
      .note_o          (note),
      .busy_o          (busy),
      .commit_o        (commit)
  );

  // The last TLP of the watched request ended a cycle ago, two cycles ago
  logic done1_q, done2_q, failed2_q, again_q, once2_q;
  always_ff @(posedge clk_i) begin
    if (issue) issued_q[slot_i] <= issued_q[slot_i] + 2'd1;
    if (event_ok && ended_i) ended_q[event_slot_i] <= ended_q[event_slot_i] + 2'd1;
    if (event_ok && failed_i) failed_q[event_slot_i] <= 1'b1;
    if (put) begin  // the slot serves another request, of the same asker
      issued_q[put_slot[0]] <= '0;
      ended_q[put_slot[0]]  <= '0;
      failed_q[put_slot[0]] <= 1'b0;
    end
    done1_q      <= slot_done && !event_slot_i;
    done2_q      <= done1_q;
    failed2_q    <= failed_q[0];
    again_q      <= again_q || (failed2_q && done2_q);
    once_fails_q <= once_fails_q ? !fail_ready : fail_i && started_q == 2'd3;
    once2_q      <= once_fails_q && fail_ready;
    if (rst) {issued_q, ended_q, failed_q, done1_q, done2_q, again_q, once_fails_q, once2_q} <= '0;
  end

  // Both neighbours ask under names of their own
  logic differ, of_watched;
  assign differ     = {asker_q[0].client, asker_q[0].id} != {asker_q[1].client, asker_q[1].id};
  assign of_watched = done.valid && {done.client, done.id} == {asker_q[0].client, asker_q[0].id};

  always_ff @(posedge clk_i)
    if (started_q == 2'd3 && differ) begin
      done_when_all_ended :
      assert (of_watched == done2_q);
      error_reaches_the_consumer :
      assert (!done2_q || done.error == failed2_q);
      slot_comes_back_once :
      assert ((put && put_slot == '0) == done1_q);
      commit_with_the_decision :
      assert (!done1_q || (commit.kind == ReadEnd && commit.a == 8'(asker_q[0].client) && commit.b == asker_q[0].id));
      what_has_no_slot_fails :
      assert (!once2_q || (done.valid && done.error && !of_watched));
      failure_is_noted :
      assert (!(done.valid && done.error) || note_valid);
      note_of_who_failed :
      assert (!note_valid || note.func == asker_q[0].func || note.func == asker_q[1].func);

      c_failed_then_fine :
      cover (done2_q && failed2_q && tlps_q[0] == 2'd3 && !$past(tlp_event.failed, 2));
      c_fine :
      cover (done2_q && !failed2_q && failed_q[1]);
      c_fine_after_a_failed_one :
      cover (done2_q && !failed2_q && again_q);
      c_one_waits_for_the_other :
      cover (once_fails_q && !fail_ready && done1_q);
    end

endmodule
