// SPDX-License-Identifier: Apache-2.0
// svnic: the card. One PF and up to 255 VFs on TLP channels, Ethernet frames as AXI-Stream. docs/architecture.md has the picture.

module svnic
  import svnic_pkg::*;
#(
    parameter int NumVfs = 64,     // 1..255
    parameter int NumQps = 512,    // power of two, 16..512
    parameter int NumSlots = 512,  // power of two, 16..512
    parameter int DataW = 512,     // 128, 256, 512
    parameter int CacheDepth = 32  // descriptors prefetched per queue: 32 or 64
) (
    input logic clk_i,
    input logic rst_i,

    input  logic         [47:0] time_inc_i,  // 32.16 ns of this cycle
    output nanoseconds_t        now_o,
    output logic                busy_o,      // something is under way; else nothing happens before due_o
    output logic                due_valid_o,
    output nanoseconds_t        due_o,

    // host requests
    input  logic             hrq_valid_i,
    output logic             hrq_ready_o,
    input  logic             hrq_sop_i,
    input  logic             hrq_eop_i,
    input  tlp_t             hrq_hdr_i,
    input  logic [DataW-1:0] hrq_data_i,
    // completions for them (always one beat: at most 2 DW)
    output logic             hcp_valid_o,
    input  logic             hcp_ready_i,
    output tlp_t             hcp_hdr_o,
    output logic [DataW-1:0] hcp_data_o,
    // posted requests of the card
    output logic             wrq_valid_o,
    input  logic             wrq_ready_i,
    output logic             wrq_sop_o,
    output logic             wrq_eop_o,
    output tlp_t             wrq_hdr_o,
    output logic [DataW-1:0] wrq_data_o,
    // non-posted requests of the card (memory reads: header only)
    output logic             rrq_valid_o,
    input  logic             rrq_ready_i,
    output tlp_t             rrq_hdr_o,
    // completions for them
    input  logic             rcp_valid_i,
    output logic             rcp_ready_o,
    input  logic             rcp_sop_i,
    input  logic             rcp_eop_i,
    input  tlp_t             rcp_hdr_i,
    input  logic [DataW-1:0] rcp_data_i,

    // Ethernet, without preamble and FCS. Receive is never stalled for long: a frame without room is dropped and counted.
    input  logic               carrier_i,
    output logic               wtx_valid_o,
    input  logic               wtx_ready_i,
    output logic               wtx_last_o,
    output logic [DataW/8-1:0] wtx_keep_o,
    output logic [  DataW-1:0] wtx_data_o,
    input  logic               wrx_valid_i,
    output logic               wrx_ready_o,
    input  logic               wrx_last_i,
    input  logic [DataW/8-1:0] wrx_keep_i,
    input  logic [  DataW-1:0] wrx_data_i,

    // simulation only: what was decided in this cycle, in order of the array (no logic behind it)
    output commit_t [NumCommits-1:0] commit_o
);

  // Levels that all see
  functions_t     functions;
  logic   [255:0] link, spoof_check, redirect, rescue, rx_enable;  // of each function, from mgmt
  logic           carrier;                       // as mgmt knows it
  logic   [255:0] reads_pending;                 // reads outstanding or waiting, from dma
  nanoseconds_t   now;

  // Register bus
  logic     [NumTargets-1:0] reg_valid;
  reg_req_t                  reg_req;
  reg_rsp_t [NumTargets-1:0] reg_rsp;

  // Function reset: a block's done answers its fn_reset.valid and stays until valid falls. queue goes first (what it drains still
  // raises and notes), then mgmt (whose control events still go out), then event and veb.
  fn_reset_t                  fn_reset, fn_reset_mgmt, fn_reset_last;
  logic                       done_mgmt, done_queue, done_event, done_veb;
  logic      [NumTargets-1:0] fn_reset_done;

  assign fn_reset_done = {done_veb, done_event, done_queue, done_mgmt};  // by target_e
  always_comb begin
    fn_reset_mgmt       = fn_reset;
    fn_reset_mgmt.valid = fn_reset.valid && done_queue;
    fn_reset_last       = fn_reset;
    fn_reset_last.valid = fn_reset.valid && done_queue && done_mgmt;
  end

  // DMA
  logic     [NumReaders-1:0] rd_valid, rd_ready;
  rd_req_t  [NumReaders-1:0] rd_req;
  logic                      rd_data_valid;
  rd_client_e                rd_data_client;
  logic     [19:0]           rd_data_dest;
  logic     [6:0]            rd_data_bytes;
  logic     [DataW-1:0]      rd_data;
  rd_done_t                  rd_done;
  logic     [NumWriters-1:0] wr_valid, wr_ready;
  wr_req_t  [NumWriters-1:0] wr_req;
  logic                      src_valid;   // dma reads the receive buffer: data comes 2 cycles later
  logic     [17:0]           src_addr;    // byte address, any alignment
  logic     [DataW-1:0]      src_data;    // byte at src_addr in 7:0
  logic                      src_done;    // the last read of a write
  logic     [15:0]           wr_granted, wr_left;  // TLP-carrying writes granted, and completely handed to the link; free-running
  dma_error_t                dma_error;

  // Frames
  logic       tx_desc_valid, tx_desc_ready;
  tx_work_t   tx_desc;
  logic       tx_done_valid, tx_done_ready;
  tx_done_t   tx_done;
  logic       rx_take_valid, rx_take_ready;
  rx_take_t   rx_take;
  logic       rx_buffer_valid, rx_buffer_ready;
  rx_buffer_t rx_buffer;
  logic       rx_done_valid, rx_done_ready;
  rx_done_t   rx_done;
  logic       tx_lookup_valid, tx_lookup_ready, rx_lookup_valid, rx_lookup_ready;  // ready: sampled, takes effect; forward comes later
  lookup_t    tx_lookup, rx_lookup;
  logic       tx_forward_valid, rx_forward_valid;
  forward_t   tx_forward, rx_forward;
  logic               loop_valid, loop_ready, loop_last;  // frames of functions for functions
  logic [DataW-1:0]   loop_data;
  logic [DataW/8-1:0] loop_keep;
  logic [255:0]       loop_members;  // with the first beat

  // Events, notes, control events
  logic     raise_valid, raise_ready;
  raise_t   raise;
  logic     control_valid, control_ready;
  control_t control;
  logic  [NumNotes-1:0] note_valid, note_ready;
  note_t [NumNotes-1:0] note;

  // Is anything under way? Each block: registered, 1 from the cycle after it accepts work until nothing of it is left.
  logic busy_cfg, busy_mgmt, busy_dma, busy_queue, busy_tx, busy_rx, busy_event;
  logic dma_due_valid, event_due_valid;
  nanoseconds_t dma_due, event_due;

  commit_t [CommitsCfg-1:0]   commit_cfg;
  commit_t [CommitsMgmt-1:0]  commit_mgmt;
  commit_t [CommitsDma-1:0]   commit_dma;
  commit_t [CommitsQueue-1:0] commit_queue;
  commit_t [CommitsTx-1:0]    commit_tx;
  commit_t [CommitsRx-1:0]    commit_rx;
  commit_t [CommitsEvent-1:0] commit_event;
  commit_t [CommitsVeb-1:0]   commit_veb;

  typedef commit_t [NumCommits-1:0] commits_t;
  // Element 0 comes first: a write is handed over before it is granted, and nobody sees a host operation of the same cycle.
  assign commit_o = commits_t'({commit_cfg, commit_mgmt, commit_dma, commit_veb, commit_event, commit_rx, commit_tx, commit_queue});

  svnic_clock u_clock (
      .clk_i, .rst_i, .time_inc_i, .due_valid_i(due_valid_o), .due_i(due_o),
      .now_o(now)
  );

  svnic_cfg #(.NumVfs(NumVfs), .DataW(DataW)) u_cfg (
      .clk_i, .rst_i,
      .hrq_valid_i, .hrq_ready_o, .hrq_sop_i, .hrq_eop_i, .hrq_hdr_i, .hrq_data_i,
      .hcp_valid_o, .hcp_ready_i, .hcp_hdr_o, .hcp_data_o,
      .functions_o(functions), .reads_pending_i(reads_pending), .dma_error_i(dma_error),
      .reg_valid_o(reg_valid), .reg_req_o(reg_req), .reg_rsp_i(reg_rsp),
      .fn_reset_o(fn_reset), .fn_reset_done_i(fn_reset_done),
      .wr_granted_i(wr_granted), .wr_left_i(wr_left),
      .wr_valid_o(wr_valid[WrMessage]), .wr_ready_i(wr_ready[WrMessage]), .wr_req_o(wr_req[WrMessage]),
      .note_valid_o(note_valid[NoteCfg]), .note_ready_i(note_ready[NoteCfg]), .note_o(note[NoteCfg]),
      .busy_o(busy_cfg), .commit_o(commit_cfg)
  );

  svnic_mgmt #(.NumVfs(NumVfs), .NumQps(NumQps), .NumSlots(NumSlots)) u_mgmt (
      .clk_i, .rst_i, .carrier_i, .carrier_o(carrier), .functions_i(functions),
      .reg_valid_i(reg_valid[TgtMgmt]), .reg_req_i(reg_req), .reg_rsp_o(reg_rsp[TgtMgmt]),
      .fn_reset_i(fn_reset_mgmt), .fn_reset_done_o(done_mgmt),
      .link_o(link), .spoof_check_o(spoof_check), .redirect_o(redirect), .rescue_o(rescue), .rx_enable_o(rx_enable),
      .note_valid_i(note_valid), .note_ready_o(note_ready), .note_i(note),
      .control_valid_o(control_valid), .control_ready_i(control_ready), .control_o(control),
      .busy_o(busy_mgmt), .commit_o(commit_mgmt)
  );

  svnic_dma #(.DataW(DataW)) u_dma (
      .clk_i, .rst_i, .now_i(now), .functions_i(functions),
      .rd_valid_i(rd_valid), .rd_ready_o(rd_ready), .rd_req_i(rd_req),
      .rd_data_valid_o(rd_data_valid), .rd_data_client_o(rd_data_client), .rd_data_dest_o(rd_data_dest),
      .rd_data_bytes_o(rd_data_bytes), .rd_data_o(rd_data), .rd_done_o(rd_done), .reads_pending_o(reads_pending),
      .wr_valid_i(wr_valid), .wr_ready_o(wr_ready), .wr_req_i(wr_req),
      .src_valid_o(src_valid), .src_addr_o(src_addr), .src_data_i(src_data), .src_done_o(src_done),
      .wr_granted_o(wr_granted), .wr_left_o(wr_left), .error_o(dma_error),
      .wrq_valid_o, .wrq_ready_i, .wrq_sop_o, .wrq_eop_o, .wrq_hdr_o, .wrq_data_o,
      .rrq_valid_o, .rrq_ready_i, .rrq_hdr_o,
      .rcp_valid_i, .rcp_ready_o, .rcp_sop_i, .rcp_eop_i, .rcp_hdr_i, .rcp_data_i,
      .note_valid_o(note_valid[NoteDma]), .note_ready_i(note_ready[NoteDma]), .note_o(note[NoteDma]),
      .due_valid_o(dma_due_valid), .due_o(dma_due), .busy_o(busy_dma), .commit_o(commit_dma)
  );

  svnic_queue #(.NumVfs(NumVfs), .NumQps(NumQps), .DataW(DataW), .CacheDepth(CacheDepth)) u_queue (
      .clk_i, .rst_i, .functions_i(functions),
      .reg_valid_i(reg_valid[TgtQueue]), .reg_req_i(reg_req), .reg_rsp_o(reg_rsp[TgtQueue]),
      .fn_reset_i(fn_reset), .fn_reset_done_o(done_queue),
      .rd_valid_o(rd_valid[RdRxDesc:RdTxDesc]), .rd_ready_i(rd_ready[RdRxDesc:RdTxDesc]), .rd_req_o(rd_req[RdRxDesc:RdTxDesc]),
      .rd_data_valid_i(rd_data_valid), .rd_data_client_i(rd_data_client), .rd_data_dest_i(rd_data_dest),
      .rd_data_bytes_i(rd_data_bytes), .rd_data_i(rd_data), .rd_done_i(rd_done),
      .tx_desc_valid_o(tx_desc_valid), .tx_desc_ready_i(tx_desc_ready), .tx_desc_o(tx_desc),
      .tx_done_valid_i(tx_done_valid), .tx_done_ready_o(tx_done_ready), .tx_done_i(tx_done),
      .rx_take_valid_i(rx_take_valid), .rx_take_ready_o(rx_take_ready), .rx_take_i(rx_take),
      .rx_buffer_valid_o(rx_buffer_valid), .rx_buffer_ready_i(rx_buffer_ready), .rx_buffer_o(rx_buffer),
      .rx_done_valid_i(rx_done_valid), .rx_done_ready_o(rx_done_ready), .rx_done_i(rx_done),
      .wr_valid_o(wr_valid[WrCompletion]), .wr_ready_i(wr_ready[WrCompletion]), .wr_req_o(wr_req[WrCompletion]),
      .raise_valid_o(raise_valid), .raise_ready_i(raise_ready), .raise_o(raise),
      .note_valid_o(note_valid[NoteQueue]), .note_ready_i(note_ready[NoteQueue]), .note_o(note[NoteQueue]),
      .wr_granted_i(wr_granted), .wr_left_i(wr_left),
      .busy_o(busy_queue), .commit_o(commit_queue)
  );

  svnic_tx #(.DataW(DataW)) u_tx (
      .clk_i, .rst_i, .functions_i(functions), .carrier_i(carrier),
      .desc_valid_i(tx_desc_valid), .desc_ready_o(tx_desc_ready), .desc_i(tx_desc),
      .done_valid_o(tx_done_valid), .done_ready_i(tx_done_ready), .done_o(tx_done),
      .rd_valid_o(rd_valid[RdPayload]), .rd_ready_i(rd_ready[RdPayload]), .rd_req_o(rd_req[RdPayload]),
      .rd_data_valid_i(rd_data_valid), .rd_data_client_i(rd_data_client), .rd_data_dest_i(rd_data_dest),
      .rd_data_bytes_i(rd_data_bytes), .rd_data_i(rd_data), .rd_done_i(rd_done),
      .lookup_valid_o(tx_lookup_valid), .lookup_ready_i(tx_lookup_ready), .lookup_o(tx_lookup),
      .forward_valid_i(tx_forward_valid), .forward_i(tx_forward),
      .wtx_valid_o, .wtx_ready_i, .wtx_last_o, .wtx_keep_o, .wtx_data_o,
      .loop_valid_o(loop_valid), .loop_ready_i(loop_ready), .loop_last_o(loop_last), .loop_data_o(loop_data),
      .loop_keep_o(loop_keep), .loop_members_o(loop_members),
      .note_valid_o(note_valid[NoteTx]), .note_ready_i(note_ready[NoteTx]), .note_o(note[NoteTx]),
      .busy_o(busy_tx), .commit_o(commit_tx)
  );

  svnic_veb u_veb (
      .clk_i, .rst_i, .now_i(now), .link_i(link), .spoof_check_i(spoof_check),
      .reg_valid_i(reg_valid[TgtVeb]), .reg_req_i(reg_req), .reg_rsp_o(reg_rsp[TgtVeb]),
      .fn_reset_i(fn_reset_last), .fn_reset_done_o(done_veb),
      .tx_lookup_valid_i(tx_lookup_valid), .tx_lookup_ready_o(tx_lookup_ready), .tx_lookup_i(tx_lookup),
      .tx_forward_valid_o(tx_forward_valid), .tx_forward_o(tx_forward),
      .rx_lookup_valid_i(rx_lookup_valid), .rx_lookup_ready_o(rx_lookup_ready), .rx_lookup_i(rx_lookup),
      .rx_forward_valid_o(rx_forward_valid), .rx_forward_o(rx_forward), .commit_o(commit_veb)
  );

  svnic_rx #(.DataW(DataW)) u_rx (
      .clk_i, .rst_i, .functions_i(functions), .link_i(link), .rx_enable_i(rx_enable),
      .wrx_valid_i, .wrx_ready_o, .wrx_last_i, .wrx_keep_i, .wrx_data_i,
      .loop_valid_i(loop_valid), .loop_ready_o(loop_ready), .loop_last_i(loop_last), .loop_data_i(loop_data),
      .loop_keep_i(loop_keep), .loop_members_i(loop_members),
      .lookup_valid_o(rx_lookup_valid), .lookup_ready_i(rx_lookup_ready), .lookup_o(rx_lookup),
      .forward_valid_i(rx_forward_valid), .forward_i(rx_forward),
      .take_valid_o(rx_take_valid), .take_ready_i(rx_take_ready), .take_o(rx_take),
      .buffer_valid_i(rx_buffer_valid), .buffer_ready_o(rx_buffer_ready), .buffer_i(rx_buffer),
      .rx_done_valid_o(rx_done_valid), .rx_done_ready_i(rx_done_ready), .rx_done_o(rx_done),
      .wr_valid_o(wr_valid[WrPayload]), .wr_ready_i(wr_ready[WrPayload]), .wr_req_o(wr_req[WrPayload]),
      .src_valid_i(src_valid), .src_addr_i(src_addr), .src_data_o(src_data), .src_done_i(src_done),
      .note_valid_o(note_valid[NoteRx]), .note_ready_i(note_ready[NoteRx]), .note_o(note[NoteRx]),
      .busy_o(busy_rx), .commit_o(commit_rx)
  );

  svnic_event #(.NumVfs(NumVfs), .NumSlots(NumSlots)) u_event (
      .clk_i, .rst_i, .now_i(now), .functions_i(functions), .redirect_i(redirect), .rescue_i(rescue),
      .reg_valid_i(reg_valid[TgtEvent]), .reg_req_i(reg_req), .reg_rsp_o(reg_rsp[TgtEvent]),
      .fn_reset_i(fn_reset_last), .fn_reset_done_o(done_event),
      .raise_valid_i(raise_valid), .raise_ready_o(raise_ready), .raise_i(raise),
      .control_valid_i(control_valid), .control_ready_o(control_ready), .control_i(control),
      .wr_event_valid_o(wr_valid[WrEvent]), .wr_event_ready_i(wr_ready[WrEvent]), .wr_event_o(wr_req[WrEvent]),
      .wr_msix_valid_o(wr_valid[WrMsix]), .wr_msix_ready_i(wr_ready[WrMsix]), .wr_msix_o(wr_req[WrMsix]),
      .note_valid_o(note_valid[NoteEvent]), .note_ready_i(note_ready[NoteEvent]), .note_o(note[NoteEvent]),
      .wr_granted_i(wr_granted), .wr_left_i(wr_left),
      .due_valid_o(event_due_valid), .due_o(event_due), .busy_o(busy_event), .commit_o(commit_event)
  );

  assign now_o       = now;
  assign busy_o      = busy_cfg || busy_mgmt || busy_dma || busy_queue || busy_tx || busy_rx || busy_event;
  assign due_valid_o = dma_due_valid || event_due_valid;
  assign due_o       = !dma_due_valid || (event_due_valid && event_due < dma_due) ? event_due : dma_due;

endmodule
