// SPDX-License-Identifier: Apache-2.0
// What the parts of the event block say to each other. The word for everything is "operation": one per cycle, on one slot or one vector.

package svnic_event_pkg;
  import svnic_pkg::*;
  import svnic_regs_pkg::slot_state_e;

  /* verilator lint_off UNUSEDPARAM */  // a part uses what it needs
  typedef logic [3:0] local_t;   // local slot, vector
  typedef logic [11:0] mark_t;   // how many went into, or came out of, a FIFO

  // ---- A slot's context ----------------------------------------------------------------------------------------------------
  typedef struct packed {  // what PF and function say
    logic        owned;
    func_t       func;
    local_t      local_slot;
    logic [51:0] ring;       // address bits 63:12
    logic [3:0]  ring_log2;
    logic [15:0] holdoff;    // of the register
  } setting_t;

  typedef enum logic [1:0] {
    Idle,  // nothing unconsumed
    Hold,  // the hold-off runs
    Owed   // notified: an acknowledgement is owed
  } phase_e;

  typedef struct packed {  // control kinds that wait
    logic mailbox_;
    logic link_;
    logic error;
  } kinds_t;

  typedef struct packed {  // where the card is
    slot_state_e  state;
    phase_e       phase;
    index_t       produced;
    index_t       consumed;
    logic [15:0]  holdoff;    // ticks of 64 ns
    nanoseconds_t due;        // in Hold
    logic         at_once;    // ... with hold-off 0
    logic [4:0]   last_queue; // round robin
    logic [31:0]  queues;     // that wait, by local number
    logic [31:0]  stopped;
    kinds_t       kinds;
    logic [15:0]  rescues;    // slots that need one
    logic         rescued;    // since the last acknowledgement
  } dynamic_t;

  // ---- Operations ------------------------------------------------------------------------------------------------------------
  typedef enum logic [3:0] {
    OpClear,    // after reset: forget all, or only the owner
    OpDisown,   // the map's entry goes
    OpOwn,      // ... comes
    OpHost,     // register or acknowledgement of a slot
    OpMap,      // the map's entry is read
    OpMsix,     // table and pending bits
    OpRun,      // the PF says what the slot's CPU does; wdata[0]: it was preempted just now
    OpRaise,    // a queue has something to say
    OpRescue,   // a slot of a preempted CPU needs this one
    OpControl,  // mgmt has
    OpPost,     // an entry is written
    OpNotify,   // the hold-off is over
    OpStop,     // draining is over
    OpReset,    // function reset: slot and vector of a local number
    OpCheck,    // of a function's pending vectors, is one unmasked?
    OpSend      // ... this one
  } op_e;

  typedef struct packed {
    logic        write;
    logic        doorbell;
    logic [18:0] addr;
    logic [63:0] wdata;
  } host_arg_t;
  localparam int ArgW = $bits(host_arg_t);  // the widest

  typedef struct packed {  // OpRaise, OpRescue, OpControl
    func_t       source;    // local queue; slot; function
    logic        moved;     // it has another home
    logic        stopped;
    logic [2:0]  kind;      // OpControl
  } source_arg_t;

  typedef enum logic [1:0] {  // what is looked up for whom
    AsOther,
    AsHost,
    AsRaise,   // of a queue, not that it stopped
    AsRescue
  } look_as_e;

  typedef struct packed {  // this slot needs another CPU
    func_t  func;
    local_t slot;
  } rescue_t;

  typedef struct packed {
    op_e             op;
    logic            answer;      // its decision answers the host
    logic            assigned;    // a slot belongs to it
    slot_t           slot;
    func_t           func;        // whose operation it is
    local_t          local_slot;
    logic [ArgW-1:0] arg;
  } op_t;

  // ---- What comes of them ----------------------------------------------------------------------------------------------------
  typedef struct packed {  // an event entry to write
    func_t       func;
    logic [63:0] addr;
    logic [63:0] entry;
  } entry_t;

  typedef struct packed {  // one decision on a slot
    logic        bad;            // OpHost
    logic [31:0] rdata;
    logic        post;           // `entry` is written
    logic        function_;      // ... about a function: the next one that waits
    logic        notify;         // the vector of func, local_slot is sent, or pends
    logic        illegal;        // acknowledgement
    logic        counts;         // `stat` of the slot's function, and with `also` the next one
    logic [4:0]  stat;
    logic        also;
    logic        usable_changes; // OpHost: the function starts or stops it
    logic        usable;
    logic        rescue;         // the slot needs another CPU
    logic        holds;          // the hold-off ends at `due`, else none runs
    logic        holds_changed;
    logic        drains;         // begins to
    logic        forget_functions;  // the PF's slot 0 goes, or comes
    logic        function_waits;    // FUNCTION: one more
    commit_t     commit;
  } decision_t;

  typedef struct packed {  // one cycle behind the decision: which work lists does the slot belong to?
    logic  valid;
    slot_t slot;
    logic  post;      // something waits, and there is room
    logic  posted;    // (this was its turn)
    logic  notify;    // a hold-off of 0 is over
    logic  notified;  // (this was its turn)
  } after_t;

  typedef struct packed {  // an entry of the MSI-X table
    logic [61:0] address;    // bits 63:2
    logic [31:0] data;
  } vector_t;
  typedef struct packed {  // of a function
    logic [15:0] masked;
    logic [15:0] pending;
  } masks_t;
  /* verilator lint_on UNUSEDPARAM */

endpackage
