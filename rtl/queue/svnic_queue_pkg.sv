// SPDX-License-Identifier: Apache-2.0
// Types of the queue block: the context of a queue, and the operations on it.
//
// Indices of a queue, all free-running, each behind the one before:
//   producer  given by the driver     taken     in frames under way
//   fetched   read is under way       gathered  completion is in a write
//   arrived   in the cache            issued    completion is with the host

package svnic_queue_pkg;
  import svnic_pkg::*;
  import svnic_regs_pkg::*;

  localparam int MaxFetches = 4;   // of a queue under way
  localparam int MaxFetch = 16;    // descriptors of one
  localparam int MaxGather = 4;    // completions of one write

  typedef logic [11:0] mark_t;      // how many went into, or came out of, a FIFO
  typedef logic [3:0] local_t;      // local queue pair
  typedef logic [5:0] position_t;   // in a queue's cache
  typedef logic [2:0] code_t;       // error_code_e, as far as there are any
  typedef logic [1:0] fetch_id_t;

  // ---- Context ------------------------------------------------------------------------------------------------------------
  typedef struct packed {  // what the host says
    logic        owned;
    func_t       func;
    local_t      local_qp;
    logic [51:0] ring;         // address bits 63:12
    logic [51:0] cpl;
    logic [3:0]  ring_log2;
    logic [3:0]  slot;
    logic        movable;
    logic [3:0]  buffer_log2;
  } setting_t;

  typedef struct packed {  // where the card is
    queue_state_e                    state;
    code_t                           error;
    index_t                          producer;
    index_t                          fetched;
    index_t                          arrived;
    index_t                          taken;
    index_t                          gathered;
    index_t                          issued;
    logic                            armed;
    index_t                          armed_at;
    logic                            stopping;  // the completion that ends the queue is gathered
    logic [13:0]                     pending;   // descriptors taken, neither issued nor dropped
    fetch_id_t                       oldest;    // of the fetches under way
    logic [2:0]                      fetches;
    logic [MaxFetches-1:0]           ended;
    logic [MaxFetches-1:0]           failed;
    logic [MaxFetches-1:0][4:0]      size;      // descriptors
  } dynamic_t;

  // ---- Operations ------------------------------------------------------------------------------------------------------------
  typedef enum logic [3:0] {
    OpClear,   // after reset: forget all, or only the owner
    OpDisown,  // the map's entry goes
    OpOwn,     // ... comes
    OpHost,    // register or doorbell
    OpEnd,     // a descriptor read ended
    OpDone,    // the oldest fetch had ended, but could not be taken in at once
    OpFetch,   // hand out a fetch
    OpTake,    // a frame takes descriptors
    OpGather,  // completions become a write
    OpIssue,   // ... which was granted
    OpStop,    // draining is over, if nothing is inside
    OpReset,   // function reset
    OpLook     // function reset: is anything left?
  } op_e;

  typedef struct packed {
    func_t  func;
    local_t local_qp;
    logic   keep;       // OpClear: only the owner goes
  } owner_arg_t;
  typedef struct packed {
    func_t       func;
    local_t      local_qp;
    logic        write;
    logic        doorbell;
    logic [2:0]  dw;     // DW of the register
    logic [63:0] wdata;
  } host_arg_t;
  typedef struct packed {
    fetch_id_t id;
    logic      error;
  } end_arg_t;
  typedef struct packed {
    logic   again;     // TX: not its turn, but nobody else wants it
    logic   assigned;  // RX: the function has this queue
    func_t  func;
    bytes_t len;
  } take_arg_t;
  typedef struct packed {  // a completion
    logic   eop;
    logic   loopback;
    code_t  status;
    bytes_t len;
  } unit_t;
  typedef struct packed {
    logic [2:0]            count;
    unit_t [MaxGather-1:0] unit;
  } gather_arg_t;
  typedef struct packed {
    logic [2:0] count;
    code_t      stop;  // error that ends the queue behind it
  } issue_arg_t;

  localparam int ArgW = $bits(host_arg_t);  // the widest
  typedef struct packed {
    op_e             op;
    qp_t             qp;
    logic [ArgW-1:0] arg;
  } op_t;

  // ---- What comes of them ----------------------------------------------------------------------------------------------------
  typedef struct packed {
    func_t       func;
    qp_t         qp;
    logic [63:0] addr;
    logic [4:0]  count;
    position_t   position;
    fetch_id_t   id;
  } fetch_t;

  typedef struct packed {  // descriptors count of the cache from position on
    logic       ok;
    func_t      func;
    qp_t        qp;
    position_t  position;
    logic [5:0] count;
    bytes_t     len;          // RX: of the frame
    logic [3:0] buffer_log2;
  } take_t;

  typedef struct packed {
    logic                  rx;
    func_t                 func;
    qp_t                   qp;
    logic [51:0]           cpl;
    logic [3:0]            ring_log2;
    index_t                index;
    logic [2:0]            count;
    unit_t [MaxGather-1:0] unit;
    code_t                 stop;
  } write_t;

  typedef struct packed {
    logic       queue_event;
    logic       stopped_event;  // after the other one
    func_t      func;
    logic [3:0] slot;
    logic [4:0] source;
    logic       movable;
  } tell_t;

  typedef struct packed {  // one decision
    logic        bad;       // OpHost
    logic [31:0] rdata;
    logic        idle;      // nothing of the queue is under way, and it is off
    logic        arrived;   // descriptors are new in the cache
    logic        settled;   // something of the queue ended, or it begins to drain
    logic        fetch;
    logic        take;      // TX: a frame was taken; RX: an answer
    logic        write;
    tell_t       tell;
    commit_t [1:0] commit;
  } decision_t;

  typedef struct packed {  // one cycle behind the decision: which work lists does the queue belong to?
    logic  valid;
    qp_t   qp;
    func_t func;
    logic  fetch;     // it could fetch ...
    logic  fetched;   // (and this was its turn)
    logic  done;      // its oldest fetch has ended ...
    logic  finished;  // (and this was its turn)
    logic  take;      // there may be a frame in its cache ...
    logic  tried;     // (and this was its turn)
    logic  drained;   // nothing is left of the draining queue
    logic  idle;      // something ended, and nothing is left
  } after_t;

  function automatic logic ends_queue(code_t status);
    return status == code_t'(ErrorCodeLength) || status == code_t'(ErrorCodeDataDma);
  endfunction

  /* verilator lint_off UNUSEDSIGNAL */  // of a context they need some members only
  function automatic logic is_idle(dynamic_t d);
    return d.pending == '0 && d.fetches == '0;
  endfunction

  // How many descriptors a queue fetches next. Fetches neither cross the end of the ring nor of the cache. If only the cache's room is the
  // limit, it waits for a quarter of the cache, as long as another fetch is under way: four fetches then cover all of it.
  function automatic logic [4:0] fetch_size(dynamic_t d, logic [3:0] ring_log2, logic [6:0] depth);
    logic [6:0] room, to_end, limit, n, least, span;
    index_t     fresh;
    least  = depth >> 2;
    span   = ring_log2 == 4'd5 ? 7'd32 : depth;
    fresh  = d.producer - d.fetched;
    room   = depth - 7'(d.fetched - d.taken);
    to_end = span - (7'(d.fetched) & (span - 7'd1));
    limit  = fresh > index_t'(MaxFetch) ? 7'(MaxFetch) : 7'(fresh);
    if (to_end < limit) limit = to_end;
    n = limit;
    if (room < limit) begin
      n = room;
      if (room >= least) n = room - ((7'(d.fetched) + room) & (least - 7'd1));
      else if (d.fetches != '0) n = '0;
    end
    if (d.state != QueueStateOn || d.fetches == 3'(MaxFetches)) n = '0;
    return 5'(n);
  endfunction
  /* verilator lint_on UNUSEDSIGNAL */

endpackage
