// SPDX-License-Identifier: Apache-2.0
// The completion of a host's request (2.2.9), and when it may leave: behind all writes that were granted before the request took effect.

module svnic_answer
  import svnic_pkg::*;
#(
    parameter int DataW = 512
) (
    input logic clk_i,
    input logic rst_i,

    input  logic               valid_i,
    output logic               ready_o,
    input  tlp_t               request_i,
    input  cpl_status_e        status_i,
    input  logic        [15:0] completer_i,
    input  logic        [63:0] data_i,       // of a read
    input  logic        [15:0] behind_i,     // this many writes must have left

    input  logic [15:0]      wr_left_i,
    output logic             hcp_valid_o,
    input  logic             hcp_ready_i,
    output tlp_t             hcp_hdr_o,
    output logic [DataW-1:0] hcp_data_o,

    output logic busy_o
);

  typedef struct packed {
    tlp_t        hdr;
    logic [63:0] data;
    logic [15:0] behind;
  } answer_t;

  function automatic logic [1:0] leading(logic [3:0] be);  // bytes not enabled before the first that is
    return be[0] ? 2'd0 : be[1] ? 2'd1 : be[2] ? 2'd2 : {2{be[3]}};
  endfunction
  function automatic logic [1:0] trailing(logic [3:0] be);
    return be[3] ? 2'd0 : be[2] ? 2'd1 : be[1] ? 2'd2 : {2{be[0]}};
  endfunction

  answer_t     answer, out;
  logic        payload, out_valid;
  logic [12:0] bytes;

  assign payload = status_i == CplSc && request_i.kind inside {TlpMRd, TlpCfgRd0};

  always_comb begin
    bytes = 13'd4;
    unique case (request_i.kind)
      TlpMRd:
      if (request_i.dw == 11'd1 && request_i.first_be == '0) bytes = 13'd1;  // zero-length
      else
        bytes = {request_i.dw, 2'd0} - 13'(leading(request_i.first_be))
              - 13'(trailing(request_i.dw == 11'd1 ? request_i.first_be : request_i.last_be));
      TlpFetchAdd, TlpSwap: bytes = {request_i.dw, 2'd0};
      TlpCas:               bytes = {1'b0, request_i.dw, 1'b0};
      default:              ;
    endcase

    answer                = '0;
    answer.data           = payload ? data_i : '0;
    answer.behind         = behind_i;
    answer.hdr.kind       = payload ? TlpCplD : TlpCpl;
    answer.hdr.relaxed    = request_i.relaxed;
    answer.hdr.no_snoop   = request_i.no_snoop;
    answer.hdr.tc         = request_i.tc;
    answer.hdr.requester  = request_i.requester;
    answer.hdr.completer  = completer_i;
    answer.hdr.tag        = request_i.tag;
    answer.hdr.status     = status_i;
    answer.hdr.byte_count = bytes;
    if (payload) answer.hdr.dw = request_i.dw;
    if (payload && request_i.kind == TlpMRd) answer.hdr.lower_address = {request_i.address[6:2], leading(request_i.first_be)};
  end

  svnic_fifo #(
      .T    (answer_t),
      .Depth(4)
  ) u_fifo (
      .clk_i,
      .rst_i,
      .in_valid_i (valid_i),
      .in_ready_o (ready_o),
      .in_i       (answer),
      .out_valid_o(out_valid),
      .out_ready_i(hcp_ready_i && hcp_valid_o),
      .out_o      (out)
  );

  assign hcp_valid_o = out_valid && $signed(wr_left_i - out.behind) >= 0;
  assign hcp_hdr_o   = out.hdr;
  assign hcp_data_o  = DataW'(out.data);
  assign busy_o      = out_valid;

  (* maybe_unused *) logic unused;
  assign unused = ^request_i;

endmodule
