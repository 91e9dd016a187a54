// SPDX-License-Identifier: Apache-2.0
// In which order do writes leave, and as what TLPs? Round robin between the kinds per request, split at MPS and 4 KiB, one beat per cycle
// without a gap between TLPs or requests. The grant is the order of the card.
//
//   grant -> request -> TLP -> beat: read the receive buffer -> 2 cycles -> cut -> FIFO -> link
//
// Byte lanes that a write does not mean are zero: what lay in the buffer beside them may be another function's.

module svnic_dma_write
  import svnic_pkg::*;
  import svnic_dma_pkg::*;
#(
    parameter int DataW = 512
) (
    input logic clk_i,
    input logic rst_i,

    /* verilator lint_off UNUSEDSIGNAL */ input functions_t functions_i,  /* verilator lint_on UNUSEDSIGNAL */  // takes what it needs

    input  logic    [NumWriters-1:0] wr_valid_i,
    output logic    [NumWriters-1:0] wr_ready_o,
    input  wr_req_t [NumWriters-1:0] wr_req_i,

    output logic             src_valid_o,
    output logic [     17:0] src_addr_o,
    input  logic [DataW-1:0] src_data_i,
    output logic             src_done_o,  // the oldest granted payload write needs the buffer no more

    output logic [15:0] wr_granted_o,
    output logic [15:0] wr_left_o,

    output logic             wrq_valid_o,
    input  logic             wrq_ready_i,
    output logic             wrq_sop_o,
    output logic             wrq_eop_o,
    output tlp_t             wrq_hdr_o,
    output logic [DataW-1:0] wrq_data_o,

    output logic    busy_o,
    output commit_t commit_o
);

  localparam int Bytes = DataW / 8;
  localparam int Beats = 8;  // room for what is read from the buffer and waits for the link

  // ---- Grant --------------------------------------------------------------------------------------------------------------------
  logic       pick_valid, accept, grant, silent, drop;
  wr_kind_e   kind;
  logic [2:0] pick;
  func_t      func;

  svnic_round_robin #(.N(NumWriters)) u_arbiter (
      .clk_i, .rst_i, .request_i(wr_valid_i), .take_i(grant), .valid_o(pick_valid), .pick_o(pick)
  );
  assign kind       = wr_kind_e'(pick);
  assign func       = wr_req_i[pick].func;
  assign silent     = !functions_i.bus_master[func] && kind != WrMessage;
  assign drop       = functions_i.in_reset[func] || silent;
  assign grant      = pick_valid && accept;
  assign wr_ready_o = grant ? NumWriters'(1) << pick : '0;
  assign commit_o   = '{kind: grant ? WriteGrant : CommitNone, a: 8'(kind), b: '0, c: '0};

  // ---- The granted request, until its last TLP is made -----------------------------------------------------------------------------
  logic        valid_q, drop_q;  // dropped payload goes along, so that its buffer space is freed in order
  wr_kind_e    kind_q;
  logic [63:0]  addr_q;          // what is left of it
  bytes_t       left_q;
  logic [17:0]  src_q;
  logic [511:0] data_q;
  logic [15:0] requester_q;
  logic        relaxed_q;
  logic [2:0]  mps_q;
  logic [3:0]  shift_q;          // DWs of inline data that went with the last TLP: shifted out one by one (rare: at 4 KiB)

  logic  message, last, make, tlp_ready;
  size_t most, len;
  assign message = kind_q == WrMessage;
  assign most    = tlp_room(addr_q[1:0], addr_q[11:0], mps_q);
  assign last    = drop_q || message || left_q <= bytes_t'(most);
  assign len     = message ? '0 : last ? size_t'(left_q) : most;
  assign make    = valid_q && tlp_ready && shift_q == '0;
  assign accept  = !valid_q || (make && last);

  always_ff @(posedge clk_i) begin
    if (make) begin
      addr_q <= addr_q + 64'(len);
      src_q  <= src_q + 18'(len);
      left_q  <= left_q - bytes_t'(len);
      if (last) valid_q <= 1'b0;
      else if (kind_q != WrPayload) shift_q <= len[5:2];
    end else if (shift_q != '0) begin
      data_q <= data_q >> 32;
      shift_q    <= shift_q - 4'd1;
    end
    if (grant) begin
      valid_q     <= !drop || kind == WrPayload;
      drop_q      <= drop;
      kind_q      <= kind;
      addr_q      <= wr_req_i[pick].addr;
      left_q      <= wr_req_i[pick].len;
      src_q       <= wr_req_i[pick].src;
      if (kind != WrPayload) data_q <= wr_req_i[pick].data;
      requester_q <= {functions_i.bus, func};
      relaxed_q   <= functions_i.relaxed && kind == WrPayload;
      mps_q       <= functions_i.mps;
    end
    if (rst_i) begin
      valid_q <= 1'b0;
      shift_q <= '0;
    end
  end

  // ---- The TLP whose beats are made ---------------------------------------------------------------------------------------------------
  typedef struct packed {
    logic            message;
    logic [7:0]      code;
    request_header_t hdr;
  } head_t;

  logic         tlp_valid_q, tlp_drop_q, tlp_payload_q, tlp_first_q, tlp_last_q;  // first: first beat; last: last TLP of the request
  head_t        tlp_head_q;
  size_t        tlp_span_q;  // bytes that are left, from the first lane on
  logic [17:0]  tlp_src_q;   // of the first lane
  logic [511:0] tlp_data_q;

  logic step, beat, beat_eop, space;  // step: the TLP is finished
  assign beat_eop  = tlp_span_q <= size_t'(Bytes);
  assign beat      = tlp_valid_q && !tlp_drop_q && space;
  assign step      = tlp_valid_q && (tlp_drop_q || (beat && beat_eop));
  assign tlp_ready = !tlp_valid_q || step;

  always_ff @(posedge clk_i) begin
    if (beat) begin
      tlp_first_q <= 1'b0;
      tlp_span_q  <= tlp_span_q - size_t'(Bytes);
      tlp_src_q   <= tlp_src_q + 18'(Bytes);
      if (DataW < 512 && !tlp_payload_q) tlp_data_q <= tlp_data_q >> DataW;
    end
    if (step) tlp_valid_q <= 1'b0;
    if (make) begin
      tlp_valid_q   <= 1'b1;
      tlp_drop_q    <= drop_q;
      tlp_payload_q <= kind_q == WrPayload;
      tlp_first_q   <= 1'b1;
      tlp_last_q    <= last;
      tlp_head_q    <= '{message: message, code: data_q[7:0], hdr: header(requester_q, relaxed_q, addr_q, len)};
      tlp_span_q    <= len + (message ? '0 : size_t'(addr_q[1:0]));
      tlp_src_q     <= src_q - 18'(addr_q[1:0]);
      if (kind_q != WrPayload) tlp_data_q <= data_q;
    end
    if (rst_i) tlp_valid_q <= 1'b0;
  end

  assign src_valid_o = beat && tlp_payload_q;
  assign src_addr_o  = tlp_src_q;

  always_ff @(posedge clk_i) src_done_o <= !rst_i && step && tlp_payload_q && (tlp_last_q || tlp_drop_q);

  // ---- Two cycles later the data is there: cut to what the TLP means -----------------------------------------------------------------
  typedef struct packed {
    logic       valid;
    logic       inline_;
    logic       sop;
    logic       eop;
    logic       over;  // last beat of the request
    logic [1:0] from;  // first byte lane
    logic [6:0] to;    // behind the last one
  } mark_t;
  typedef struct packed {
    logic             sop;
    logic             eop;
    logic             over;
    logic [DataW-1:0] data;
  } beat_t;

  mark_t            mark, mark1_q, mark2_q;
  logic [DataW-1:0] inline1_q, inline2_q;
  logic             cut_valid_q;
  beat_t            cut_q;

  assign mark = '{
      valid: beat, inline_: !tlp_payload_q, sop: tlp_first_q, eop: beat_eop, over: beat_eop && tlp_last_q,
      from: tlp_first_q && tlp_payload_q ? first_lane(tlp_head_q.hdr.first_be[2:0]) : 2'd0, to: beat_eop ? tlp_span_q[6:0] : 7'(Bytes)
  };

  function automatic logic [1:0] first_lane(logic [2:0] be);
    return be[0] ? 2'd0 : be[1] ? 2'd1 : be[2] ? 2'd2 : 2'd3;
  endfunction

  function automatic logic [DataW-1:0] cut(logic [DataW-1:0] data, logic [1:0] from, logic [6:0] to);
    logic [Bytes-1:0] keep;
    logic [DataW-1:0] kept;
    keep = '1;
    keep = ~(keep << to) & (keep << from);
    for (int i = 0; i < Bytes; i++) kept[8*i+:8] = keep[i] ? data[8*i+:8] : 8'h00;
    return kept;
  endfunction

  logic [DataW-1:0] raw;
  assign raw = mark2_q.inline_ ? inline2_q : src_data_i;

  always_ff @(posedge clk_i) begin
    mark1_q     <= mark;
    mark2_q     <= mark1_q;
    cut_valid_q <= mark2_q.valid;
    if (beat && !tlp_payload_q) inline1_q <= tlp_data_q[DataW-1:0];
    if (mark1_q.valid && mark1_q.inline_) inline2_q <= inline1_q;
    if (mark2_q.valid) begin
      cut_q.sop  <= mark2_q.sop;
      cut_q.eop  <= mark2_q.eop;
      cut_q.over <= mark2_q.over;
      cut_q.data <= mark2_q.sop || mark2_q.eop ? cut(raw, mark2_q.from, mark2_q.to) : raw;
    end
    if (rst_i) begin
      mark1_q.valid <= 1'b0;
      mark2_q.valid <= 1'b0;
      cut_valid_q   <= 1'b0;
    end
  end

  // ---- To the link ----------------------------------------------------------------------------------------------------------------------
  head_t head;
  beat_t out;
  logic  head_space, head_valid, out_space, take;
  logic [3:0] space_q;  // beats that may still be started

  svnic_fifo #(.T(head_t), .Depth(Beats)) u_heads (
      .clk_i, .rst_i, .in_valid_i(beat && tlp_first_q), .in_ready_o(head_space), .in_i(tlp_head_q),
      .out_valid_o(head_valid), .out_ready_i(take && out.eop), .out_o(head)
  );
  svnic_fifo #(.T(beat_t), .Depth(Beats)) u_beats (
      .clk_i, .rst_i, .in_valid_i(cut_valid_q), .in_ready_o(out_space), .in_i(cut_q),
      .out_valid_o(wrq_valid_o), .out_ready_i(wrq_ready_i), .out_o(out)
  );
  assign take  = wrq_valid_o && wrq_ready_i;
  assign space = space_q != '0;

  logic [15:0] granted_q, gone_q;
  always_ff @(posedge clk_i) begin
    space_q   <= space_q - 4'(beat) + 4'(take);
    granted_q <= granted_q + 16'(grant && !drop);
    gone_q    <= gone_q + 16'(take && out.over);
    if (rst_i) begin
      space_q   <= 4'(Beats);
      granted_q <= '0;
      gone_q    <= '0;
    end
  end

  assign wr_granted_o = granted_q;
  assign wr_left_o    = gone_q;
  assign wrq_sop_o    = out.sop;
  assign wrq_eop_o    = out.eop;
  assign wrq_data_o   = out.data;

  always_comb begin
    wrq_hdr_o           = '0;
    wrq_hdr_o.kind      = head.message ? TlpMsg : TlpMWr;
    wrq_hdr_o.requester = head.hdr.requester;
    if (head.message) begin
      wrq_hdr_o.msg_code = head.code;
    end else begin
      wrq_hdr_o.relaxed  = head.hdr.relaxed;
      wrq_hdr_o.dw       = head.hdr.dw;
      wrq_hdr_o.first_be = head.hdr.first_be;
      wrq_hdr_o.last_be  = head.hdr.last_be;
      wrq_hdr_o.address  = {head.hdr.address, 2'd0};
    end
  end

  assign busy_o = valid_q || tlp_valid_q || mark1_q.valid || mark2_q.valid || cut_valid_q || wrq_valid_o || src_done_o;

`ifndef SYNTHESIS
  // Pitfalls 1, 2, 5, 10, 14: what leaves is a legal write; a beat that is started has its place; only payload may be reordered.
  size_t behind;
  assign behind = size_t'(addr_q[11:0]) + len;
  always_ff @(posedge clk_i) begin
    if (!rst_i && grant) begin
      length_asked_for : assert (kind == WrMessage || (wr_req_i[pick].len != '0 && wr_req_i[pick].len <= bytes_t'(MaxFrame)));
      inline_is_whole_dws : assert (kind == WrPayload || kind == WrMessage ||
                                    (wr_req_i[pick].addr[1:0] == '0 && wr_req_i[pick].len[1:0] == '0 && wr_req_i[pick].len <= 14'd64));
    end
    if (!rst_i && make && !drop_q && !message) begin
      not_empty : assert (len != '0);
      not_across_4_kib : assert (behind <= size_t'(4096));
    end
    if (!rst_i && beat && tlp_first_q && !tlp_head_q.message) begin
      at_most_mps : assert (tlp_head_q.hdr.dw != '0 && tlp_head_q.hdr.dw <= 11'd1024 && tlp_head_q.hdr.first_be != '0);
      relaxed_payload_only : assert (!tlp_head_q.hdr.relaxed || tlp_payload_q);
    end
    if (!rst_i) begin
      beat_has_a_place : assert (!cut_valid_q || out_space);
      head_has_a_place : assert (!(beat && tlp_first_q) || head_space);
      head_of_beat : assert (!wrq_valid_o || head_valid);
      left_is_behind_granted : assert (granted_q - gone_q < 16'h8000);
    end
  end
`endif

endmodule
