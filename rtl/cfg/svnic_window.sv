// SPDX-License-Identifier: Apache-2.0
// Whose is a request of the host? Memory requests by BARs (PF before VFs, BAR0 before BAR2), configuration requests by routing id.

module svnic_window
  import svnic_pkg::*;
  import svnic_cfg_pkg::*;
(
    input  windows_t     windows_i,
    input  logic [255:0] exists_i,
    input  tlp_t         hdr_i,
    output place_t       place_o
);

  typedef struct packed {
    logic        hit;
    logic [7:0]  index;   // VF
    logic [21:0] offset;
  } vf_hit_t;

  function automatic vf_hit_t vf_window(logic [63:0] base, logic [63:0] target, aperture_e aperture, logic [7:0] num_vfs);
    logic [63:0] distance;
    logic [47:0] index;
    logic [21:0] offset;
    distance = target - base;
    index    = distance[63:16];
    offset   = 22'(distance[15:0]);
    unique case (aperture)
      Aperture256K: {index, offset} = {2'd0, distance[63:18], 4'd0, distance[17:0]};
      Aperture1M:   {index, offset} = {4'd0, distance[63:20], 2'd0, distance[19:0]};
      Aperture4M:   {index, offset} = {6'd0, distance[63:22], distance[21:0]};
      default:      ;
    endcase
    return '{hit: index < 48'(num_vfs), index: index[7:0], offset: offset};
  endfunction

  vf_hit_t     vf0, vf2, vf;
  logic        pf0, pf2;
  logic [63:0] address;
  func_t       routed;

  assign address = hdr_i.address;
  assign routed  = hdr_i.completer[7:0];

  always_comb begin
    pf0     = windows_i.enable && address[63:19] == windows_i.bar0[63:19];
    pf2     = windows_i.enable && address[63:16] == windows_i.bar2[63:16];
    vf0     = vf_window(windows_i.vf_bar0, address, windows_i.aperture, windows_i.num_vfs);
    vf2     = vf_window(windows_i.vf_bar2, address, windows_i.aperture, windows_i.num_vfs);
    vf      = vf0.hit ? vf0 : vf2;
    place_o = '0;
    if (is_config(hdr_i.kind)) begin
      place_o = '{claimed: exists_i[routed], func: routed, default: '0};
    end else if (pf0 || pf2) begin
      place_o = '{claimed: 1'b1, func: '0, msix: !pf0, beyond: 1'b0, addr: pf0 ? address[18:0] : {3'd0, address[15:0]}};
    end else if (windows_i.vf_enable && vf.hit) begin
      place_o = '{claimed: 1'b1, func: vf.index + 8'd1, msix: !vf0.hit, beyond: vf.offset[21:16] != '0, addr: {3'd0, vf.offset[15:0]}};
    end
  end

  (* maybe_unused *) logic unused;
  assign unused = ^{hdr_i, windows_i};

endmodule
