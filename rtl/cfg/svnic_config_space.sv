// SPDX-License-Identifier: Apache-2.0
// The configuration space of all functions: docs/config-space.md has every register. What the host writes of the PF is in flip-flops (all
// functions depend on it), what it writes of a VF is three bits, and its errors are in svnic_aer's RAM.
//
// A request takes effect in the cycle of op_i; the answer to a read stands one cycle later, so that Transactions Pending
// includes what dma decided in that very cycle.

module svnic_config_space
  import svnic_pkg::*;
  import svnic_regs_pkg::*;
  import svnic_cfg_pkg::*;
#(
    parameter int NumVfs = 64
) (
    input logic clk_i,
    input logic rst_i,

    input  logic        op_i,
    input  config_req_t req_i,
    output logic [31:0] rdata_o,        // in the cycle after op_i
    input  logic        capture_i,      // a configuration write came to a function that exists, on this bus
    input  logic [7:0]  capture_bus_i,

    // the errors of req_i.func
    input  error_state_t state_i,
    input  logic [127:0] log_i,
    output logic         state_write_o,
    output error_state_t state_o,

    output reset_range_t reset_o,       // begin with the next cycle
    input  logic         begin_valid_i,
    input  func_t        begin_func_i,
    input  logic [255:0] in_reset_i,
    input  logic [255:0] reads_pending_i,

    output windows_t      windows_o,
    output error_policy_t policy_o,
    output functions_t    functions_o
);

  localparam int NumFuncs = NumVfs + 1;
  localparam int FuncBits = $clog2(NumFuncs);
  localparam logic [15:0] TotalVfs = 16'(NumVfs);
  localparam logic [31:0] SupportedPages = 32'h553;  // 4, 8, 64, 256 KiB, 1, 4 MiB

  // Reset value of Device Control: no error messages, Relaxed Ordering, 128 byte payload, 512 byte reads
  typedef struct packed {
    logic [2:0] mrrs;
    logic       ext_tag;
    logic [2:0] mps;
    logic       relaxed;
    logic [3:0] report;  // UR, fatal, non-fatal, correctable
  } device_control_t;
  localparam device_control_t DeviceControlReset = '{mrrs: 3'd2, relaxed: 1'b1, default: '0};

  // ---- State ---------------------------------------------------------------------------------------------------------------
  logic [NumFuncs-1:0] exists_q, bus_master_q, msix_enable_q, msix_mask_q;
  logic [7:0]          bus_q;

  // of the PF
  logic                memory_q, parity_q, serr_q, sleeping_q;  // sleeping: D3hot
  logic [63:19]        bar0_q;
  logic [63:16]        bar2_q;
  device_control_t     control_q;
  error_set_t          mask_q, severity_q;
  logic                advisory_mask_q;
  link_errors_t        link_q;      // errors that only a link could see: kept for the host
  logic [7:6]          link_control_q;
  logic [3:0]          target_speed_q;
  logic                no_timeout_q;
  logic                vf_enable_q, vf_memory_q, ari_q;
  logic [15:0]         num_vfs_q;
  logic [31:0]         page_size_q;
  logic [63:16]        vf_bar0_q, vf_bar2_q;

  // A VF BAR's address bits below the aperture are not there.
  aperture_e    aperture;
  logic [21:16] aperture_bits;

  always_comb begin
    aperture      = Aperture64K;
    aperture_bits = '1;
    if (page_size_q[6]) {aperture, aperture_bits} = {Aperture256K, 6'b111100};
    if (page_size_q[8]) {aperture, aperture_bits} = {Aperture1M, 6'b110000};
    if (page_size_q[10]) {aperture, aperture_bits} = {Aperture4M, 6'b000000};
  end

  logic [63:0] bar0, bar2, vf_bar0, vf_bar2;
  assign bar0    = {bar0_q, 19'd0};
  assign bar2    = {bar2_q, 16'd0};
  assign vf_bar0 = {vf_bar0_q & {42'h3ff_ffff_ffff, aperture_bits}, 16'd0};
  assign vf_bar2 = {vf_bar2_q & {42'h3ff_ffff_ffff, aperture_bits}, 16'd0};

  // ---- Read ---------------------------------------------------------------------------------------------------------------
  localparam logic [31:0] Bar64Prefetchable = 32'hc;

  logic        is_vf;
  func_t       func;
  logic [31:0] value;      // of the DW
  logic [31:0] written;    // ... as the request would make it
  logic [31:0] enabled;    // bits that the request writes

  logic [FuncBits-1:0] which, begins;  // as an index

  assign func   = req_i.func;
  assign is_vf  = func != '0;
  assign which  = func[FuncBits-1:0];
  assign begins = begin_func_i[FuncBits-1:0];

  always_comb begin
    value = '0;
    unique case (req_i.offset)
      12'h000: value = is_vf ? '1 : {PciDeviceIdPf, PciVendorId};
      12'h004: value = {16'h0010, 7'd0, serr_q && !is_vf, 1'b0, parity_q && !is_vf, 3'd0, bus_master_q[which], memory_q && !is_vf, 1'b0};
      12'h008: value = {PciClass, PciRevision};
      12'h02c: value = {PciDeviceIdPf, PciVendorId};
      12'h034: value = is_vf ? 32'h70 : 32'h40;

      12'h050: value = {msix_enable_q[which], msix_mask_q[which], 14'(LocalSlots - 1), is_vf ? 8'h00 : 8'h70, 8'h11};
      12'h054: value = 32'h0000_0002;
      12'h058: value = 32'h0000_8002;

      12'h070: value = is_vf ? 32'h0002_5010 : 32'h0002_0010;
      12'h074: value = 32'h1000_8022;
      12'h078: begin
        value[19:16] = state_i.device;  // Transactions Pending joins a cycle later
        if (!is_vf) value[15:0] = {1'b0, control_q.mrrs, 3'd0, control_q.ext_tag, control_q.mps, control_q.relaxed, control_q.report};
      end
      12'h07c: value = 32'h0040_0083;  // ASPM Optionality Compliance
      12'h080: value = is_vf ? '0 : {24'h0083_00, link_control_q, 6'd0};
      12'h094: value = 32'h0000_0010;
      12'h098: value[4] = no_timeout_q && !is_vf;
      12'h09c: value = 32'h0000_000e;
      12'h0a0: value = is_vf ? '0 : 32'(target_speed_q);

      12'h100: value = is_vf ? 32'h1602_0001 : 32'h1502_0001;
      12'h104: value = error_register(state_i.uncorrectable);
      12'h110: value[Advisory] = state_i.advisory;
      12'h118: value[4:0] = state_i.first;
      12'h11c: value = log_i[31:0];
      12'h120: value = log_i[63:32];
      12'h124: value = log_i[95:64];
      12'h128: value = log_i[127:96];
      12'h160: value = is_vf ? 32'h0001_000e : 32'h1801_000e;
      default: if (!is_vf)
        unique case (req_i.offset)
          12'h010: value = bar0[31:0] | Bar64Prefetchable;
          12'h014: value = bar0[63:32];
          12'h018: value = bar2[31:0] | Bar64Prefetchable;
          12'h01c: value = bar2[63:32];
          12'h040: value = 32'h0003_5001;
          12'h044: value = {28'd0, 1'b1, 1'b0, {2{sleeping_q}}};
          12'h108: value = error_register(mask_q) | link_register(link_q.mask);
          12'h10c: value = error_register(severity_q) | link_register(link_q.severity);
          12'h114: {value[Advisory], value[12], value[8:6]} = {advisory_mask_q, link_q.correctable_mask};
          12'h150: value = 32'h1601_0003;
          12'h154: value = 32'h0000_0001;  // serial number: "SVNC", 1
          12'h158: value = 32'h5356_4e43;
          12'h180: value = 32'h0001_0010;
          12'h188: value = {27'd0, ari_q, vf_memory_q, 2'd0, vf_enable_q};
          12'h18c: value = {TotalVfs, TotalVfs};
          12'h190: value = {16'd0, num_vfs_q};
          12'h194: value = 32'h0001_0001;
          12'h198: value = {PciDeviceIdVf, 16'd0};
          12'h19c: value = SupportedPages;
          12'h1a0: value = page_size_q;
          12'h1a4: value = vf_bar0[31:0] | Bar64Prefetchable;
          12'h1a8: value = vf_bar0[63:32];
          12'h1ac: value = vf_bar2[31:0] | Bar64Prefetchable;
          12'h1b0: value = vf_bar2[63:32];
          default: ;
        endcase
    endcase
  end

  logic [31:0] rdata_q;
  logic        pending_q;
  func_t       func_q;

  always_ff @(posedge clk_i)
    if (op_i) begin
      rdata_q   <= value;
      pending_q <= req_i.offset == 12'h078;
      func_q    <= func;
    end

  assign rdata_o = rdata_q | 32'(pending_q && reads_pending_i[func_q]) << 21;

  // ---- Write --------------------------------------------------------------------------------------------------------------
  logic write, pf_write;

  assign enabled  = {{8{req_i.be[3]}}, {8{req_i.be[2]}}, {8{req_i.be[1]}}, {8{req_i.be[0]}}};
  assign written  = (value & ~enabled) | (req_i.wdata & enabled);
  assign write    = op_i && req_i.write;
  assign pf_write = write && !is_vf;

  // Write one to clear
  logic [31:0] cleared;
  assign cleared       = req_i.wdata & enabled;
  assign state_write_o = write && req_i.offset inside {12'h078, 12'h104, 12'h110};

  always_comb begin
    state_o = state_i;
    unique case (req_i.offset)
      12'h078: state_o.device = state_i.device & ~cleared[19:16];
      12'h104: state_o.uncorrectable = state_i.uncorrectable & ~error_set(cleared);
      12'h110: state_o.advisory = state_i.advisory && !cleared[Advisory];
      default: ;
    endcase
  end

  // VF Enable: not for more functions than the card has, or than the hierarchy can reach
  logic vf_allowed, vf_starts, vf_ends, reset_function, vf_control_write;
  assign vf_control_write = pf_write && req_i.offset == 12'h188;
  assign vf_allowed       = num_vfs_q <= TotalVfs && (num_vfs_q <= 16'd7 || written[4]);
  assign vf_starts        = vf_control_write && !vf_enable_q && written[0] && vf_allowed;
  assign vf_ends          = vf_control_write && vf_enable_q && !written[0];
  assign reset_function   = write && req_i.offset == 12'h078 && cleared[15];

  always_comb begin
    reset_o = '{valid: vf_ends || reset_function, first: 9'd1, last: {1'b0, num_vfs_q[7:0]}, pf: !vf_ends};
    if (reset_function && is_vf) reset_o = '{valid: 1'b1, first: {1'b0, func}, last: {1'b0, func}, pf: 1'b0};
    else if (!vf_enable_q) reset_o.last = '0;
  end

  logic page_supported;  // exactly one of the supported sizes
  assign page_supported = (written & ~SupportedPages) == '0 && $onehot(written);

  always_ff @(posedge clk_i) begin
    if (capture_i) bus_q <= capture_bus_i;

    if (write)
      unique case (req_i.offset)
        12'h004: bus_master_q[which] <= written[2];
        12'h050: {msix_enable_q[which], msix_mask_q[which]} <= written[31:30];
        default: ;
      endcase

    if (pf_write)
      unique case (req_i.offset)
        12'h004: {serr_q, parity_q, memory_q} <= {written[8], written[6], written[1]};
        12'h010: bar0_q[31:19] <= written[31:19];
        12'h014: bar0_q[63:32] <= written;
        12'h018: bar2_q[31:16] <= written[31:16];
        12'h01c: bar2_q[63:32] <= written;
        12'h044: if (written[1] == written[0]) sleeping_q <= written[0];
        12'h078: control_q <= '{mrrs: written[14:12], ext_tag: written[8], mps: written[7:5], relaxed: written[4], report: written[3:0]};
        12'h080: link_control_q <= written[7:6];
        12'h098: no_timeout_q <= written[4];
        12'h0a0: if (written[3:0] inside {[4'd1 : 4'd3]}) target_speed_q <= written[3:0];
        12'h108: {mask_q, link_q.mask} <= {error_set(written), link_set(written)};
        12'h10c: {severity_q, link_q.severity} <= {error_set(written), link_set(written)};
        12'h114: {advisory_mask_q, link_q.correctable_mask} <= {written[Advisory], written[12], written[8:6]};
        12'h188: begin
          vf_memory_q <= written[3];
          if (!vf_enable_q) ari_q <= written[4];
        end
        12'h190: if (!vf_enable_q) num_vfs_q <= written[15:0];
        12'h1a0: if (!vf_enable_q && page_supported) page_size_q <= written;
        12'h1a4: vf_bar0_q[31:16] <= written[31:16];
        12'h1a8: vf_bar0_q[63:32] <= written;
        12'h1ac: vf_bar2_q[31:16] <= written[31:16];
        12'h1b0: vf_bar2_q[63:32] <= written;
        default: ;
      endcase

    if (vf_starts) begin
      vf_enable_q <= 1'b1;
      exists_q    <= NumFuncs'((257'd2 << num_vfs_q[7:0]) - 257'd1);
    end
    if (vf_ends || (reset_function && !is_vf)) begin
      vf_enable_q <= 1'b0;
      exists_q    <= NumFuncs'(1);
    end

    if (begin_valid_i) begin
      bus_master_q[begins]  <= 1'b0;
      msix_enable_q[begins] <= 1'b0;
      msix_mask_q[begins]   <= 1'b0;
    end
    if (rst_i || (begin_valid_i && begin_func_i == '0)) begin  // sticky bits, MPS, Link Control (6.6.2) and the bus number survive FLR
      {memory_q, parity_q, serr_q, sleeping_q} <= '0;
      {bar0_q, bar2_q, vf_bar0_q, vf_bar2_q}   <= '0;
      {vf_memory_q, num_vfs_q, no_timeout_q}   <= '0;  // ARI Capable Hierarchy stays (9.3.3.3.5)
      page_size_q                              <= 32'd1;
      control_q                                <= DeviceControlReset;
      control_q.mps                            <= control_q.mps;
    end
    if (rst_i) begin
      ari_q           <= 1'b0;
      control_q       <= DeviceControlReset;
      exists_q        <= NumFuncs'(1);
      vf_enable_q     <= 1'b0;
      bus_master_q    <= '0;
      msix_enable_q   <= '0;
      msix_mask_q     <= '0;
      bus_q           <= '0;
      mask_q          <= '0;
      severity_q      <= '0;
      advisory_mask_q <= 1'b1;
      link_q          <= LinkErrorsReset;
      link_control_q  <= '0;
      target_speed_q  <= 4'd3;
    end
  end

  // ---- What others see --------------------------------------------------------------------------------------------------------
  assign windows_o = '{
          enable: memory_q && !sleeping_q,
          bar0: bar0,
          bar2: bar2,
          vf_enable: vf_enable_q && vf_memory_q,
          vf_bar0: vf_bar0,
          vf_bar2: vf_bar2,
          aperture: aperture,
          num_vfs: num_vfs_q[7:0]
      };

  assign policy_o = '{
          serr: serr_q,
          ur: control_q.report[3],
          fatal: control_q.report[2],
          non_fatal: control_q.report[1],
          correctable: control_q.report[0],
          advisory_mask: advisory_mask_q,
          mask: mask_q,
          severity: severity_q
      };

  logic [NumFuncs-1:0] masters;
  assign masters = bus_master_q & exists_q & ~NumFuncs'(sleeping_q);

  function automatic logic [255:0] of_all(input logic [NumVfs:0] functions);
    of_all           = '0;
    of_all[NumVfs:0] = functions;
  endfunction

  assign functions_o = '{
          exists: of_all(exists_q),
          in_reset: in_reset_i,
          bus_master: of_all(masters),
          msix_enable: of_all(msix_enable_q),
          msix_mask: of_all(msix_mask_q),
          bus: bus_q,
          mps: control_q.mps > 3'd2 ? 3'd2 : control_q.mps,
          mrrs: control_q.mrrs > 3'd5 ? 3'd5 : control_q.mrrs,
          ext_tag: control_q.ext_tag,
          relaxed: control_q.relaxed,
          no_timeout: no_timeout_q
      };

endmodule
