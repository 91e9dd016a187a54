// SPDX-License-Identifier: Apache-2.0
// A TLP's header as it stood on the link, for the header log (7.8.4.8: first byte of the header in 31:24 of DW 0, which is 31:0
// here). Formats: section 2.2, no digest.

module svnic_aer_header
  import svnic_pkg::*;
(
    input  tlp_t         hdr_i,
    output logic [127:0] header_o
);

  logic       data, wide, completion, config_request;
  logic [4:0] kind;
  logic [31:0] dw0, dw1, dw2, dw3;

  assign completion     = hdr_i.kind inside {TlpCpl, TlpCplD};
  assign config_request = hdr_i.kind inside {TlpCfgRd0, TlpCfgWr0};
  assign wide           = !completion && !config_request && hdr_i.address[63:32] != '0;  // 4 DW
  assign data           = !(hdr_i.kind inside {TlpMRd, TlpCfgRd0, TlpCpl});

  always_comb begin
    unique case (hdr_i.kind)
      TlpCfgRd0, TlpCfgWr0: kind = 5'b00100;
      TlpCpl, TlpCplD:      kind = 5'b01010;
      TlpFetchAdd:          kind = 5'b01100;
      TlpSwap:              kind = 5'b01101;
      TlpCas:               kind = 5'b01110;
      TlpDmwr:              kind = 5'b11011;
      default:              kind = 5'b00000;
    endcase

    dw0 = {1'b0, data, wide, kind, hdr_i.tag[9], hdr_i.tc, hdr_i.tag[8], 4'd0, hdr_i.poisoned, hdr_i.relaxed, hdr_i.no_snoop, 2'd0,
           hdr_i.kind == TlpCpl ? 10'd0 : hdr_i.dw[9:0]};
    dw1 = {hdr_i.requester, hdr_i.tag[7:0], hdr_i.last_be, hdr_i.first_be};
    dw2 = {hdr_i.address[31:2], 2'd0};
    dw3 = '0;
    if (wide) begin
      dw2 = hdr_i.address[63:32];
      dw3 = {hdr_i.address[31:2], 2'd0};
    end
    if (config_request) dw2 = {hdr_i.completer, 4'd0, hdr_i.address[11:2], 2'd0};
    if (completion) begin
      dw1 = {hdr_i.completer, hdr_i.status, 1'b0, hdr_i.byte_count[11:0]};
      dw2 = {hdr_i.requester, hdr_i.tag[7:0], 1'b0, hdr_i.lower_address};
    end
    header_o = hdr_i.kind == TlpNone ? '0 : {dw3, dw2, dw1, dw0};
  end

  (* maybe_unused *) logic unused;
  assign unused = ^{hdr_i.dw[10], hdr_i.address[1:0], hdr_i.byte_count[12], hdr_i.msg_code};

endmodule
