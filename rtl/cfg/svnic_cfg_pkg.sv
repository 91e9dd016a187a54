// SPDX-License-Identifier: Apache-2.0
// What the parts of cfg say to each other.

package svnic_cfg_pkg;
  import svnic_pkg::*;

  // ---- Errors --------------------------------------------------------------------------------------------------------------
  // The uncorrectable errors that this card can see, and where they stand in the AER registers (7.8.4.2).
  typedef enum logic [2:0] {ErrPoisoned, ErrTimeout, ErrAbort, ErrUnexpected, ErrUnsupported} error_e;
  typedef logic [ErrUnsupported:0] error_set_t;  // one bit per error_e

  function automatic logic [4:0] error_position(error_e kind);
    unique case (kind)
      ErrPoisoned:   return 5'd12;
      ErrTimeout:    return 5'd14;
      ErrAbort:      return 5'd15;
      ErrUnexpected: return 5'd16;
      default:       return 5'd20;
    endcase
  endfunction

  function automatic logic [31:0] error_register(error_set_t set);
    return {11'd0, set[ErrUnsupported], 3'd0, set[ErrUnexpected], set[ErrAbort], set[ErrTimeout], 1'b0, set[ErrPoisoned], 12'd0};
  endfunction

  /* verilator lint_off UNUSEDSIGNAL */  // of the register only these bits count
  function automatic error_set_t error_set(logic [31:0] register);
    return {register[20], register[16], register[15], register[14], register[12]};
  endfunction

  // The errors that every port has (table 6-5) and only its link and receiver can see. They are not in this card: what the host writes
  // is kept, nothing comes of it.
  typedef logic [1:0] link_set_t;  // Malformed TLP, Data Link Protocol

  function automatic logic [31:0] link_register(link_set_t set);
    return {13'd0, set[1], 13'd0, set[0], 4'd0};
  endfunction

  function automatic link_set_t link_set(logic [31:0] register);
    return {register[18], register[4]};
  endfunction
  /* verilator lint_on UNUSEDSIGNAL */

  typedef struct packed {
    link_set_t  mask;
    link_set_t  severity;
    logic [3:0] correctable_mask;  // Replay Timer Timeout; REPLAY_NUM Rollover, Bad DLLP, Bad TLP
  } link_errors_t;
  localparam link_errors_t LinkErrorsReset = '{severity: '1, default: '0};  // fatal (7.8.4.4)

  localparam int Advisory = 13;  // Advisory Non-Fatal, in the correctable registers

  typedef struct packed {
    func_t  func;        // where it is logged
    error_e kind;
    logic   non_posted;  // answered by a completion with an error status
    tlp_t   hdr;
  } fault_t;

  // What a function remembers of its errors: one word of RAM each, and the header log in another RAM
  typedef struct packed {
    logic [3:0] device;         // Device Status 3:0: correctable, non-fatal, fatal, UR
    logic       advisory;       // correctable status
    error_set_t uncorrectable;  // uncorrectable status
    logic [4:0] first;          // First Error Pointer
  } error_state_t;

  // What the PF says about errors of all functions (9.4.1: the control bits of VFs are reserved)
  typedef struct packed {
    logic       serr;
    logic       ur;
    logic       fatal;
    logic       non_fatal;
    logic       correctable;
    logic       advisory_mask;
    error_set_t mask;
    error_set_t severity;       // 1: fatal
  } error_policy_t;

  // ---- Configuration requests -----------------------------------------------------------------------------------------------
  typedef struct packed {
    logic        write;
    func_t       func;
    logic [11:0] offset;  // of the DW
    logic [3:0]  be;
    logic [31:0] wdata;
  } config_req_t;

  // ---- Windows --------------------------------------------------------------------------------------------------------------
  // What one VF has of each VF BAR: 64 KiB, or the System Page Size where that is more
  typedef enum logic [1:0] {Aperture64K, Aperture256K, Aperture1M, Aperture4M} aperture_e;

  typedef struct packed {
    logic        enable;     // PF: Memory Space Enable and D0
    logic [63:0] bar0;
    logic [63:0] bar2;
    logic        vf_enable;  // VF Enable and VF MSE
    logic [63:0] vf_bar0;
    logic [63:0] vf_bar2;
    aperture_e   aperture;
    logic [7:0]  num_vfs;
  } windows_t;

  typedef struct packed {
    logic        claimed;
    func_t       func;
    logic        msix;    // BAR2
    logic        beyond;  // behind the first 64 KiB of a VF's window: nothing there
    logic [18:0] addr;    // in the BAR
  } place_t;

  function automatic logic is_config(tlp_type_e kind);
    return kind inside {TlpCfgRd0, TlpCfgWr0};
  endfunction

  // ---- Resets ---------------------------------------------------------------------------------------------------------------
  typedef struct packed {  // begins at first..last (none if last < first), and then at the PF
    logic       valid;
    logic [8:0] first;
    logic [8:0] last;
    logic       pf;
  } reset_range_t;

endpackage
