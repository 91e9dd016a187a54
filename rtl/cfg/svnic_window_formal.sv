// SPDX-License-Identifier: Apache-2.0
// Proof for svnic_window, any BARs, any address, any routing id; combinational, so one step is all there is. A memory request is a function's if and only if its address is
// within an enabled BAR of that very function (nobody's is claimed by nobody), and it is at most one function's; a VF's register address ends at 64 KiB.
// Addresses are modulo 2**64, as the card computes them. The claim is written with multiplication, the card shifts.

module svnic_window_formal
  import svnic_pkg::*;
  import svnic_cfg_pkg::*;
(
    input logic         clk_i,
    input windows_t     windows_i,
    input logic [255:0] exists_i,
    input tlp_t         hdr_i,
    input func_t        anyone_i  // a VF, or 0: the PF
);

  place_t   place;
  windows_t windows;  // BARs of the PF are whole: their low bits are not there (svnic_config_space)

  always_comb begin
    windows            = windows_i;
    windows.bar0[18:0] = '0;
    windows.bar2[15:0] = '0;
  end

  svnic_window u_window (
      .windows_i(windows),
      .exists_i,
      .hdr_i,
      .place_o  (place)
  );

  // Is the address in anyone's windows? From first principles: base and size of each.
  logic        config_request, is_vf, in0, in2, pf0, pf2;
  logic [22:0] size;
  logic [63:0] start0, start2;

  assign config_request = hdr_i.kind inside {TlpCfgRd0, TlpCfgWr0};
  assign is_vf          = anyone_i != '0;
  assign size           = windows.aperture == Aperture4M ? 23'h40_0000 : windows.aperture == Aperture1M ? 23'h10_0000
                        : windows.aperture == Aperture256K ? 23'h4_0000 : 23'h1_0000;
  assign start0         = windows.vf_bar0 + 64'(func_t'(anyone_i - 8'd1)) * 64'(size);
  assign start2         = windows.vf_bar2 + 64'(func_t'(anyone_i - 8'd1)) * 64'(size);
  assign pf0            = windows.enable && hdr_i.address - windows.bar0 < 64'h8_0000;
  assign pf2            = windows.enable && hdr_i.address - windows.bar2 < 64'h1_0000;

  always_comb begin
    in0 = pf0;
    in2 = pf2;
    if (is_vf) begin
      in0 = windows.vf_enable && anyone_i <= windows.num_vfs && hdr_i.address - start0 < 64'(size);
      in2 = windows.vf_enable && anyone_i <= windows.num_vfs && hdr_i.address - start2 < 64'(size);
    end
  end

  always_ff @(posedge clk_i) begin
    only_within_its_windows :
    assert (!(place.claimed && !config_request && place.func == anyone_i) || in0 || in2);
    whose_it_is :  // the PF before VFs, where a host let windows overlap
    assert (config_request || !(in0 || in2) || place.claimed);
    a_vfs_own_and_no_others :  // windows of one kind never overlap each other
    assert (config_request || !is_vf || !in0 || pf0 || pf2 || place.func == anyone_i);
    a_vfs_own_msix :
    assert (config_request || !is_vf || !in2 || pf0 || pf2 || !place.claimed || place.func == anyone_i || !place.msix);
    offset_in_its_window :
    assert (!(place.claimed && !config_request && place.func == anyone_i)
            || (place.msix ? in2 : in0) && (place.beyond
                || 64'(place.addr) == hdr_i.address - (is_vf ? (place.msix ? start2 : start0) : (place.msix ? windows.bar2 : windows.bar0))));
    pages_of_a_vf :  // nothing of the PF is in reach, whatever it writes
    assert (!(place.claimed && place.func != '0) || place.addr[18:16] == '0);
    beyond_is_told :
    assert (!(place.claimed && !config_request && is_vf && place.func == anyone_i)
            || place.beyond == (hdr_i.address - (place.msix ? start2 : start0) >= 64'h1_0000));
    routed_to_who_exists :
    assert (!config_request || (place.claimed == exists_i[hdr_i.completer[7:0]] && place.func == hdr_i.completer[7:0]));

    c_last_vf :
    cover (place.claimed && !config_request && place.func == 8'd255 && anyone_i == 8'd255 && place.msix);
    c_beyond :
    cover (place.claimed && place.beyond);
    c_nobody :
    cover (!place.claimed && !config_request && windows.enable && windows.vf_enable);
    c_pf :
    cover (place.claimed && !config_request && place.func == '0 && place.addr[18:16] != '0);
    c_overlap :
    cover (is_vf && in0 && pf0 && place.claimed);
    c_config :
    cover (config_request && place.claimed && place.func == 8'd7);
  end

endmodule
