// SPDX-License-Identifier: Apache-2.0
// Which read request comes next, and what TLPs does it become? Round robin between the clients per request, split at MRRS, at 4 KiB and
// at 128 bytes, a tag for each TLP. One request and one TLP per cycle.

module svnic_dma_read
  import svnic_pkg::*;
  import svnic_dma_pkg::*;
(
    input logic clk_i,
    input logic rst_i,

    /* verilator lint_off UNUSEDSIGNAL */ input functions_t functions_i,  /* verilator lint_on UNUSEDSIGNAL */  // takes what it needs
    input logic       hold_i,  // grant nothing

    input  logic    [NumReaders-1:0] rd_valid_i,
    output logic    [NumReaders-1:0] rd_ready_o,
    input  rd_req_t [NumReaders-1:0] rd_req_i,

    output logic  grant_valid_o,
    output func_t grant_func_o,

    // A request that fails at once: no TLP, no slot
    output logic     fail_valid_o,
    input  logic     fail_ready_i,
    output asker_t   fail_o,

    // A TLP has its tag; it leaves some cycles later
    output logic         issue_valid_o,
    output tag_t         issue_tag_o,
    output tag_context_t issue_context_o,
    output request_t     issue_request_o,
    // ... now
    output logic         sent_valid_o,
    output tag_t         sent_tag_o,

    input logic  tag_put_valid_i,
    input tag_t  tag_put_i,
    input logic  slot_put_valid_i,
    input place_t slot_put_i,

    output logic rrq_valid_o,
    input  logic rrq_ready_i,
    output tlp_t rrq_hdr_o,

    output logic    busy_o,
    output commit_t grant_commit_o,
    output commit_t tag_commit_o
);

  // Grant
  logic       pick_valid, accept, grant, silent;
  rd_client_e client;
  logic [1:0] pick;
  rd_req_t    req;
  logic       slot_valid;
  place_t      slot;

  svnic_round_robin #(.N(NumReaders)) u_arbiter (
      .clk_i, .rst_i, .request_i(rd_valid_i), .take_i(grant), .valid_o(pick_valid), .pick_o(pick)
  );

  assign client        = rd_client_e'(pick);
  assign req           = rd_req_i[pick];
  assign silent        = functions_i.in_reset[req.func] || !functions_i.bus_master[req.func];
  assign grant         = pick_valid && accept;
  assign rd_ready_o    = grant ? NumReaders'(1) << pick : '0;
  assign grant_valid_o = grant;
  assign grant_func_o  = req.func;

  // The granted request, until its last TLP has a tag
  logic        valid_q, fail_q;
  rd_client_e  client_q;
  place_t       slot_q;
  rd_req_t     req_q;  // what is left of it
  logic [2:0]  mrrs_q;
  tlps_t       tlps_q;  // that have a tag

  logic  last, issue;
  size_t most, len;
  logic [6:0] end_low;
  assign most = tlp_room(req_q.addr[1:0], req_q.addr[11:0], mrrs_q);
  assign end_low = req_q.addr[6:0] + most[6:0];
  assign last = req_q.len <= bytes_t'(most);
  assign len  = last ? size_t'(req_q.len) : most - size_t'(end_low);

  assign accept = !hold_i && slot_valid && (!valid_q || (fail_q ? fail_ready_i : issue && last));

  always_ff @(posedge clk_i) begin
    if (issue) begin
      req_q.addr <= req_q.addr + 64'(len);
      req_q.dest <= req_q.dest + 20'(len);
      req_q.len  <= req_q.len - bytes_t'(len);
      tlps_q     <= tlps_q + tlps_t'(1);
      if (last) valid_q <= 1'b0;
    end
    if (fail_valid_o && fail_ready_i) valid_q <= 1'b0;
    if (grant) begin
      valid_q  <= 1'b1;
      fail_q   <= silent;
      client_q <= client;
      slot_q   <= slot;
      req_q    <= req;
      mrrs_q   <= functions_i.mrrs;
      tlps_q   <= '0;
    end
    if (rst_i) valid_q <= 1'b0;
  end

  assign fail_valid_o = valid_q && fail_q;
  assign fail_o       = '{func: req_q.func, client: client_q, id: req_q.id};

  svnic_dma_pool #(.First(0), .Count(Requests)) u_slots (
      .clk_i, .rst_i, .valid_o(slot_valid), .index_o(slot), .take_i(grant && !silent),
      .put_valid_i(slot_put_valid_i), .put_i(slot_put_i)
  );

  // Tags: two pools, so that the upper ones rest while Extended Tag is off.
  logic low_valid, high_valid, use_high, put_high;
  tag_t low, high, tag;

  svnic_dma_pool #(.First(0), .Count(TagsNoExt)) u_tags_low (
      .clk_i, .rst_i, .valid_o(low_valid), .index_o(low), .take_i(issue && !use_high),
      .put_valid_i(tag_put_valid_i && !put_high), .put_i(tag_put_i)
  );
  svnic_dma_pool #(.First(TagsNoExt), .Count(Tags - TagsNoExt)) u_tags_high (
      .clk_i, .rst_i, .valid_o(high_valid), .index_o(high), .take_i(issue && use_high),
      .put_valid_i(tag_put_valid_i && put_high), .put_i(tag_put_i)
  );
  assign put_high = tag_put_i >= 8'(TagsNoExt);
  assign use_high = functions_i.ext_tag && high_valid;
  assign tag      = use_high ? high : low;

  // On the way to the link
  typedef struct packed {
    tag_t            tag;
    request_header_t hdr;
  } out_t;
  out_t in, out;
  logic in_ready;

  assign issue  = valid_q && !fail_q && in_ready && (use_high || low_valid);
  assign in.tag = tag;
  assign in.hdr = header({functions_i.bus, req_q.func}, functions_i.relaxed && client_q == RdPayload, req_q.addr, len);

  svnic_fifo #(.T(out_t), .Depth(4)) u_out (
      .clk_i, .rst_i, .in_valid_i(issue), .in_ready_o(in_ready), .in_i(in),
      .out_valid_o(rrq_valid_o), .out_ready_i(rrq_ready_i), .out_o(out)
  );

  assign issue_valid_o   = issue;
  assign issue_tag_o     = tag;
  assign issue_context_o = '{
      bus: functions_i.bus, func: req_q.func, client: client_q, slot: slot_q, dest: req_q.dest, lower: req_q.addr[6:0], len: len
  };
  assign issue_request_o = '{asker: fail_o, tlps: last ? tlps_q + tlps_t'(1) : '0};

  assign sent_valid_o = rrq_valid_o && rrq_ready_i;
  assign sent_tag_o   = out.tag;

  always_comb begin
    rrq_hdr_o           = '0;
    rrq_hdr_o.kind      = TlpMRd;
    rrq_hdr_o.relaxed   = out.hdr.relaxed;
    rrq_hdr_o.requester = out.hdr.requester;
    rrq_hdr_o.tag       = 10'(out.tag);
    rrq_hdr_o.dw        = out.hdr.dw;
    rrq_hdr_o.first_be  = out.hdr.first_be;
    rrq_hdr_o.last_be   = out.hdr.last_be;
    rrq_hdr_o.address   = {out.hdr.address, 2'd0};
  end

  assign busy_o         = valid_q || rrq_valid_o;
  assign grant_commit_o = '{kind: grant ? ReadGrant : CommitNone, a: 8'(client), b: req.id, c: '0};
  assign tag_commit_o   = '{kind: issue ? ReadTag : CommitNone, a: tag, b: '0, c: '0};

`ifndef SYNTHESIS
  // Pitfalls 1, 2, 3, 9, 10 (reference/nics.md): what leaves is a legal read, its length between 1 DW and MRRS.
  size_t behind;
  assign behind = size_t'(req_q.addr[11:0]) + len;
  always_ff @(posedge clk_i) begin
    if (!rst_i && grant) begin
      length_asked_for : assert (req.len != '0 && req.len <= bytes_t'(MaxFrame));
    end
    if (!rst_i && issue) begin
      not_empty : assert (len != '0 && in.hdr.dw != '0 && in.hdr.first_be != '0);
      at_most_mrrs : assert ({2'b0, in.hdr.dw} <= (size_t'(32) << (mrrs_q > 3'd5 ? 3'd5 : mrrs_q)));
      not_across_4_kib : assert (behind <= size_t'(4096));
      split_at_128 : assert (last || behind[6:0] == '0);
      tags_of_no_ext : assert (functions_i.ext_tag || tag < 8'(TagsNoExt));
      one_dw_has_no_last_be : assert ((in.hdr.dw == 11'd1) == (in.hdr.last_be == '0));
    end
  end
`endif

endmodule
