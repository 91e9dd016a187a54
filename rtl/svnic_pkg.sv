// SPDX-License-Identifier: Apache-2.0
// What the blocks of the card say to each other. Formats that a host sees are in svnic_regs_pkg (generated).
// Every bundle is valid/ready beside a struct unless its comment says otherwise: once valid, it stays and does not change
// until ready. Who hands over on ready has *granted*: the order of grants is the order of the card.

package svnic_pkg;

  /* verilator lint_off UNUSEDPARAM */  // a block uses what it needs
  localparam int FuncW = 8;          // 0: the PF, 1 + v: VF v
  localparam int MaxFrame = 9216;    // bytes
  localparam int MaxFragments = 20;

  // Blocks on the register bus and in a function reset; sources of notes; ports of commits (each block may commit several in a cycle).
  typedef enum logic [1:0] {TgtMgmt, TgtQueue, TgtEvent, TgtVeb} target_e;
  localparam int NumTargets = 4;
  typedef enum logic [2:0] {NoteCfg, NoteDma, NoteQueue, NoteTx, NoteRx, NoteEvent} note_source_e;
  localparam int NumNotes = 6;
  localparam int CommitsCfg = 4, CommitsMgmt = 3, CommitsDma = 5, CommitsQueue = 6, CommitsTx = 1, CommitsRx = 4, CommitsEvent = 4, CommitsVeb = 1;
  localparam int NumCommits = CommitsCfg + CommitsMgmt + CommitsDma + CommitsQueue + CommitsTx + CommitsRx + CommitsEvent + CommitsVeb;

  typedef logic [FuncW-1:0] func_t;
  typedef logic [15:0] index_t;      // free-running ring index
  typedef logic [13:0] bytes_t;      // 0..9,216
  typedef logic [8:0] qp_t;          // card number of a queue pair
  typedef logic [8:0] slot_t;        // card number of a slot
  typedef logic [63:0] nanoseconds_t;

  // ---- TLP channels -------------------------------------------------------------------------------------------------
  typedef enum logic [3:0] {
    TlpNone, TlpMRd, TlpMWr, TlpCfgRd0, TlpCfgWr0, TlpCpl, TlpCplD, TlpFetchAdd, TlpSwap, TlpCas, TlpDmwr, TlpMsg
  } tlp_type_e;  // the numbers of enum svnic_tlp_type

  typedef enum logic [2:0] {CplSc = 3'd0, CplUr = 3'd1, CplRrs = 3'd2, CplCa = 3'd4} cpl_status_e;

  // Header of a TLP, beside its first beat. Field meanings: cmodel/include/svnic/device.h.
  typedef struct packed {
    tlp_type_e          kind;
    logic               relaxed;
    logic               no_snoop;
    logic        [2:0]  tc;
    logic               poisoned;
    logic        [15:0] requester;
    logic        [15:0] completer;
    logic        [9:0]  tag;
    logic        [10:0] dw;         // 1..1,024; also 0 for Cpl, Msg
    logic        [3:0]  first_be;
    logic        [3:0]  last_be;
    logic        [63:0] address;    // DW-aligned; config: register in 11:0
    cpl_status_e        status;
    logic        [6:0]  lower_address;
    logic        [12:0] byte_count;
    logic        [7:0]  msg_code;
  } tlp_t;
  // A TLP channel: valid, ready, sop, eop, tlp_t hdr (with sop), logic [DATA_W-1:0] data. The payload's first DW is in data[31:0] of
  // the first beat; all beats but the last are full. A TLP without payload is one beat with sop and eop.

  // ---- What all blocks know of the functions (from cfg; registered, levels) ---------------------------------------------------
  typedef struct packed {
    logic [255:0] exists;      // PF; VFs while enabled
    logic [255:0] in_reset;    // FLR or VF Enable ending: start nothing, drop at grant
    logic [255:0] bus_master;  // Command.BME (and not D3hot)
    logic [255:0] msix_enable;
    logic [255:0] msix_mask;   // function mask
    logic [7:0]   bus;
    logic [2:0]   mps;         // 0: 128 bytes, 1: 256, 2: 512 ... (of the PF, for all)
    logic [2:0]   mrrs;
    logic         ext_tag;     // 256 tags, else 32
    logic         relaxed;     // relaxed ordering allowed
    logic         no_timeout;  // Completion Timeout Disable
  } functions_t;

  // ---- Register bus: one DW operation (or one doorbell) of the host at a time --------------------------------------------------------
  // The request is held until ack. The cycle of ack is when the operation takes effect: what the block does in earlier cycles does not see
  // it, what it does in later ones does. rdata and bad are valid with ack. Bad: the operation counts as bad access, nothing changed.
  typedef struct packed {
    logic        write;
    func_t       func;
    logic        msix;    // BAR2; else BAR0
    logic        second;  // high DW of a 2-DW read: same snapshot as the first
    logic        doorbell;  // 64 bit write to the doorbell page
    logic [18:0] addr;    // byte offset in the BAR; above 64 KiB only from the PF
    logic [63:0] wdata;   // DW in 31:0, doorbell in 63:0
  } reg_req_t;
  typedef struct packed {
    logic        ack;
    logic        bad;
    logic [31:0] rdata;
  } reg_rsp_t;

  // ---- DMA reads -----------------------------------------------------------------------------------------------------------
  typedef enum logic [1:0] {RdTxDesc, RdRxDesc, RdPayload} rd_client_e;
  typedef struct packed {
    func_t       func;
    logic [63:0] addr;   // bytes, any alignment
    bytes_t      len;    // 1..9,216
    logic [19:0] dest;   // byte address in the client's buffer, where the first byte goes; wraps at the buffer's size
    logic [15:0] id;     // given back with done
  } rd_req_t;
  // Data as it arrives, never stalled: `bytes` bytes, the first in data[7:0], to byte address dest of the client's buffer.
  // logic valid; rd_client_e client; logic [19:0] dest; logic [6:0] bytes (1..DATA_W/8); logic [DATA_W-1:0] data
  typedef struct packed {  // all data of a request was delivered, or it failed; any order; never stalled
    logic        valid;
    rd_client_e  client;
    logic [15:0] id;
    logic        error;   // UR, CA, poisoned, time-out, bus master off, function in reset
  } rd_done_t;

  // ---- Posted writes -------------------------------------------------------------------------------------------------------------
  typedef enum logic [2:0] {WrPayload, WrCompletion, WrEvent, WrMsix, WrMessage} wr_kind_e;  // = index of the arbiter's input
  localparam int NumWriters = 5;
  localparam int NumReaders = 3;
  typedef struct packed {
    func_t         func;
    logic [63:0]   addr;
    bytes_t        len;     // payload 1..9,216; inline: 4..64, a multiple of 4
    logic [17:0]   src;     // payload: byte address in the receive buffer; wraps
    logic [511:0]  data;    // inline: first byte in 7:0. WrMessage: message code in 7:0, no payload, no address
  } wr_req_t;
  // The grant (valid && ready) fixes the order of the card. A write of a function in reset, or without bus mastering (messages
  // need none), is granted and dropped.

  // ---- Errors that dma saw, for AER (pulse; advisory record of one, later ones of the same cycle are lost) -----------------------------
  typedef enum logic [2:0] {DmaTimeout, DmaUnexpected, DmaPoisoned} dma_error_e;
  typedef struct packed {
    logic       valid;
    func_t      func;
    dma_error_e kind;
    tlp_t       hdr;      // of the completion; time-out: zero
  } dma_error_t;

  // ---- Queue <-> tx, rx ------------------------------------------------------------------------------------------------------
  typedef struct packed {   // a descriptor of a taken frame; all of one frame in order, frames never interleave
    func_t       func;
    qp_t         qp;
    logic [63:0] addr;
    bytes_t      len;
    logic        first;
    logic        last;      // with EOP, or the last before an error was found
    logic [7:0]  status;    // with last: error_code_e found at the descriptors (then nothing of the frame is read)
    logic [4:0]  count;     // with last: descriptors of the frame
    logic        loop;      // with last: back to the own function
  } tx_work_t;
  typedef struct packed {   // answers the frames in the order they were taken
    qp_t         qp;
    logic [4:0]  count;     // completions to write, EOP on the last
    logic [7:0]  status;    // LENGTH, DATA_DMA also stop the queue, behind the completions
  } tx_done_t;
  typedef struct packed {   // rx asks for descriptors for a frame
    func_t       func;
    bytes_t      len;
  } rx_take_t;
  typedef struct packed {   // ... and gets one buffer after the other, or one answer with ok = 0
    logic        ok;
    qp_t         qp;
    logic [63:0] addr;
    bytes_t      len;       // bytes of the frame that go here
    logic        last;
  } rx_buffer_t;
  typedef struct packed {   // one per buffer, after its payload write was granted (rx keeps the order)
    qp_t         qp;
    bytes_t      len;
    logic        last;      // EOP
    logic        loopback;
  } rx_done_t;

  // ---- The switch ------------------------------------------------------------------------------------------------------------
  typedef struct packed {
    logic        from_function;  // else from the wire
    logic        loop;           // back to the source and nowhere else
    func_t       source;
    logic [47:0] dst;            // first byte of the address in 7:0
    logic [47:0] src;
  } lookup_t;
  typedef struct packed {
    logic         wire_;         // a copy to the wire
    logic [255:0] members;       // copies to functions; never the source, but with loop it alone
    logic         spoofed;       // dropped: tx_drop_spoof
    logic         disabled;      // dropped by the PF's will: tx_drop_disabled
    logic         unknown;       // from the wire, for nobody: wire_rx_unknown
    logic         multicast;     // I/G bit of dst
  } forward_t;

  // ---- Notes: statistics and error bits on their way to mgmt --------------------------------------------------------------------------
  typedef struct packed {
    func_t        func;
    logic         count;    // add to a statistic
    logic [4:0]   stat;     // stat_e of svnic_regs_pkg
    bytes_t       amount;
    logic         also;     // the next statistic (stat + 1: bytes behind frames) too, by `bytes`
    bytes_t       bytes;
    logic         error;    // set a bit of ERROR
    logic [2:0]   bit_no;
  } note_t;

  // ---- Events ----------------------------------------------------------------------------------------------------------------
  typedef struct packed {   // a queue has something to say: its home slot is in its context
    func_t       func;
    logic [3:0]  slot;      // local
    logic [4:0]  source;    // local queue number, 2 * qp + direction
    logic        stopped;   // QUEUE_STOPPED (goes to slot 0), else QUEUE
    logic        movable;   // another slot may do
  } raise_t;
  // Control events, to slot 0 of func
  typedef struct packed {
    func_t       func;
    logic [2:0]  kind;      // event_kind_e: MAILBOX, LINK, FUNCTION, ERROR
    func_t       source;    // FUNCTION: of which function
  } control_t;

  // ---- Function reset: cfg asks every block, each answers when nothing of the function is left in it -------------------------------
  typedef struct packed {
    logic  valid;           // held until all blocks are done
    func_t func;
    logic  conventional;    // also what survives FLR (PF FLR: PF tables)
  } fn_reset_t;

  // ---- Commits: simulation only. See docs/architecture.md section 5 ------------------------------------------------------------------
  typedef enum logic [5:0] {
    CommitNone,
    HostOp,         // the next host request's next operation took effect
    AerTake,        // the next dma_error was logged
    ResetBegin,     // a: function. in_reset from here on
    ResetDone,      // a: function
    Forget,         // a: function. mgmt wiped its registers and mailbox, was_reset is set
    ReadGrant,      // a: client, b: id. The read request goes to the link (or fails at once: then its ReadEnd)
    ReadTag,        // a: tag. Tag of the next MRd TLP, in order of TLPs
    ReadEnd,        // a: client, b: id. The request is done
    ReadTimeout,    // a: tag. Its read fails and it is in quarantine; or, if it was, it is free
    WriteGrant,     // a: wr_kind_e. The next write of that kind goes to the link (or is dropped)
    FetchIssue,     // a: direction, b: card QP, c: number of descriptors
    FetchDone,      // a: direction, b: card QP. The oldest fetch of the queue ended
    TxTake,         // b: card QP. The next frame of the queue is taken
    RxMember,       // a: function. The oldest looked-up frame's next receiver: link, receive enable sampled
    RxTake,         // a: function. The oldest receiver that was not disabled takes descriptors, or gets nothing
    TxOut,          // the oldest taken frame leaves: looked up in the switch, sent, copied or dropped
    RxWireTake,     // the next frame from the wire is in the card ...
    RxWireDrop,     // ... or was dropped: no room, or no legal length
    RxIn,           // a: 0 wire, 1 loopback. The next frame of that source entered the receive buffer
    RxLookup,       // the oldest frame of the receive buffer was looked up in the switch
    CplGather,      // a: direction in bit 0, dropped in bit 1, b: card QP, c: completions in this write
    CplIssue,       // a: direction, b: card QP, c: completions. Issued: index moved, arm compared
    QueueReset,     // a: direction, b: card QP. A function reset stops it
    StopDone,       // a: direction, b: card QP. Draining is over
    EventPick,      // a: 0 the next raise of the queue block, 1 the next rescue. Its slot is chosen
    RaiseTake,      // the next of these waits in its slot now
    ControlTake,    // a: function, b: source, c: kind. This control event of mgmt waits in the event unit now
    EventPost,      // b: card slot, a: source chosen (local queue 0..31, or 32 + event_kind_e), c: number of the source for QUEUE_STOPPED, FUNCTION
    EventNotify,    // b: card slot
    MsixUnmask,     // a: function, c: vector. A pending vector is sent
    SlotStopDone,   // b: card slot
    EventReset,     // a: function. Its slots are off, its waiting sources and MSI-X state cleared
    NoteApply,      // a: note source (note_source_e), c: statistic, b: how many. The oldest notes of that source for that statistic are added
    CarrierChange,  // a: 1 up
    VebClear        // the PF's reset: the switch's tables are empty from here on
  } commit_e;
  typedef struct packed {
    commit_e     kind;
    logic [7:0]  a;
    logic [15:0] b;
    logic [7:0]  c;
  } commit_t;

  /* verilator lint_on UNUSEDPARAM */
endpackage
