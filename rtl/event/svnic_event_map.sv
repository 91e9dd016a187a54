// SPDX-License-Identifier: Apache-2.0
// Which slot does a function mean? {function, local slot} -> card slot in RAM, written by the PF only; who owns a slot stands in its context. All that
// names a slot by its local number (host, function reset, queues, mgmt) is looked up here, one per cycle, and is an operation on the card slot in
// the next cycle. The host's operation is answered by its decision.
//
// A write of the map takes the slot from its owner and gives the new one to the function by two operations; from the first to the last
// no event is on its way: what was raised before it is with the old slot, what is raised behind it goes to the new one.

module svnic_event_map
  import svnic_pkg::*;
  import svnic_regs_pkg::*;
  import svnic_event_pkg::*;
#(
    parameter int NumVfs   = 64,
    parameter int NumSlots = 512
) (
    input logic         clk_i,
    input logic         rst_i,
    input nanoseconds_t now_i,
    input logic [255:0] redirect_i,

    input logic     hold_i,       // no operation of the host now: swept, or reset
    input logic     host_room_i,  // what an operation of the host may cause has room
    input logic     reg_valid_i,
    input reg_req_t reg_req_i,
    input logic     answered_i,   // its decision
    input logic     usable_changes_i,
    input logic     usable_i,
    output logic    host_busy_o,  // an operation of the host is under way

    input  logic   walk_valid_i,  // function reset: has precedence
    input  func_t  walk_func_i,
    input  local_t walk_local_i,

    input  logic     room_i,       // what a raise or a rescue may cause has room
    input  logic     rescue_valid_i,
    output logic     rescue_ready_o,
    input  rescue_t  rescue_i,
    input  logic     raise_valid_i,
    output logic     raise_ready_o,
    input  raise_t   raise_i,
    input  logic     control_valid_i,
    output logic     control_ready_o,  // with its decision
    input  control_t control_i,

    output logic looked_valid_o,  // never waits
    output op_t  looked_o,
    output logic own_valid_o,     // the second operation of a map write
    input  logic own_ready_i,
    output op_t  own_o,

    input logic        clear_valid_i,  // after reset, and when the PF is reset
    input logic [11:0] clear_index_i,

    output logic    busy_o,
    output commit_t commit_o
);

  localparam int FunctionW = $clog2(NumVfs + 1);
  typedef logic [FunctionW-1:0] function_t;
  typedef logic [FunctionW+3:0] place_t;
  typedef struct packed {
    logic        valid;
    logic [15:0] card;
  } map_entry_t;

  map_entry_t [LocalSlots-1:0] map_q[2**FunctionW];

  function automatic logic assigned(map_entry_t of);
    return of.valid && of.card < 16'(NumSlots);
  endfunction

  // ---- What the host wants -------------------------------------------------------------------------------------------------
  typedef enum logic [2:0] {
    Rest,
    Quiet,  // map write: until nothing that was raised is on its way
    Take,   // the slot goes from its owner ...
    Give,   // ... and the new one comes
    Wait    // for the decision
  } state_e;

  state_e     state_d, state_q;
  logic       is_map, is_run, is_dwell, is_slot, exists, host_valid, host_ready, map_write, run_write;
  func_t      func;
  local_t     local_slot;
  map_entry_t written;
  op_e        host_op;
  host_arg_t  host_arg;

  assign is_map  = !reg_req_i.msix && !reg_req_i.doorbell && reg_req_i.addr[18:14] == 5'(SlotMapBase >> 14);
  assign is_run   = !reg_req_i.msix && !reg_req_i.doorbell && reg_req_i.addr[18:14] == 5'(RunStateBase >> 14);
  assign is_dwell = !reg_req_i.msix && !reg_req_i.doorbell && reg_req_i.addr[18:2] == RegRedirect[18:2];
  assign is_slot = !reg_req_i.msix && (reg_req_i.doorbell ? reg_req_i.addr[11:7] == 5'(SlotDbBase[11:7])
                                       : reg_req_i.addr[18:12] == 7'(SlotBase >> 12) && reg_req_i.addr[11:9] == '0);
  assign func    = is_map || is_run ? reg_req_i.addr[13:6] : reg_req_i.func;
  assign exists  = 32'(func) <= NumVfs;
  assign written = '{valid: reg_req_i.wdata[31], card: reg_req_i.wdata[15:0]};
  assign map_write = is_map && reg_req_i.write && exists;
  assign run_write = is_run && reg_req_i.write && exists;

  always_comb begin
    local_slot = reg_req_i.addr[8:5];
    if (is_map || is_run) local_slot = reg_req_i.addr[5:2];
    else if (reg_req_i.msix) local_slot = reg_req_i.addr[7:4];
    else if (reg_req_i.doorbell) local_slot = reg_req_i.addr[6:3];
    host_op = OpMap;  // also what reads 0
    if (reg_req_i.msix) host_op = OpMsix;
    else if (is_slot) host_op = OpHost;
    else if (run_write) host_op = OpRun;
  end

  assign host_arg = '{
      write: reg_req_i.write || reg_req_i.doorbell,
      doorbell: reg_req_i.doorbell,
      addr: reg_req_i.addr,
      wdata: reg_req_i.wdata
  };

  assign host_busy_o = state_q != Rest;

  logic [2:0] sources_q;  // raised things between look-up and decision

  always_comb begin
    state_d = state_q;
    unique case (state_q)
      Rest: if (reg_valid_i && !hold_i && host_room_i) begin
        if (map_write) state_d = Quiet;
        else if (host_ready) state_d = Wait;
      end
      Quiet:   if (sources_q == '0) state_d = Take;
      Take:    if (host_ready) state_d = Give;
      Give:    if (own_ready_i) state_d = Wait;
      default: if (answered_i) state_d = Rest;
    endcase
  end

  assign host_valid = (state_q == Rest && reg_valid_i && !hold_i && host_room_i && !map_write) || state_q == Take;

  always_ff @(posedge clk_i) begin
    state_q <= state_d;
    if (rst_i) state_q <= Rest;
  end

  // ---- Who is looked up ------------------------------------------------------------------------------------------------------
  logic        looking, hold_sources, free, control_valid;
  op_t         asked, asked_q;
  logic        valid_q, exists_q, exists_d;
  source_arg_t raise_arg, rescue_arg, control_arg;
  logic        control_turn_q;

  assign hold_sources  = map_write && reg_valid_i && state_q != Rest;
  assign control_valid = control_valid_i && !hold_sources && sources_q == '0;
  assign host_ready    = !walk_valid_i;
  assign free          = !walk_valid_i && !host_valid;
  assign rescue_ready_o = free && !hold_sources && room_i;
  assign raise_ready_o = rescue_ready_o && !rescue_valid_i && !(control_valid && control_turn_q);
  assign raise_arg     = '{source: func_t'(raise_i.source), stopped: raise_i.stopped, default: '0};
  assign rescue_arg    = '{source: func_t'(rescue_i.slot), default: '0};
  assign control_arg   = '{source: control_i.source, kind: control_i.kind, default: '0};

  logic take_raise, take_rescue, take_control;
  assign take_rescue  = rescue_valid_i && rescue_ready_o;
  assign take_raise   = raise_valid_i && raise_ready_o;
  assign take_control = control_valid && free && !take_rescue && !take_raise;
  assign looking      = walk_valid_i || host_valid || take_rescue || take_raise || take_control;

  always_comb begin
    asked = '{op: OpRaise, answer: 1'b0, assigned: 1'b0, slot: '0, func: raise_i.func,
              local_slot: raise_i.stopped ? '0 : raise_i.slot, arg: ArgW'(raise_arg)};
    if (take_rescue)
      asked = '{op: OpRescue, answer: 1'b0, assigned: 1'b0, slot: '0, func: rescue_i.func, local_slot: rescue_i.slot, arg: ArgW'(rescue_arg)};
    if (take_control) asked = '{op: OpControl, answer: 1'b0, assigned: 1'b0, slot: '0, func: control_i.func, local_slot: '0, arg: ArgW'(control_arg)};
    if (host_valid)
      asked = '{op: state_q == Take ? OpDisown : host_op, answer: state_q != Take, assigned: 1'b0, slot: '0, func: func,
                local_slot: local_slot, arg: host_arg};
    if (walk_valid_i) asked = '{op: OpReset, answer: 1'b0, assigned: 1'b0, slot: '0, func: walk_func_i, local_slot: walk_local_i, arg: '0};
  end

  assign exists_d = 32'(asked.func) <= NumVfs;

  map_entry_t [LocalSlots-1:0] row_q;
  map_entry_t entry;
  place_t     write_place;
  logic       write_map, changes_q;  // the map's entry, by the write under way
  assign write_map   = answered_i && map_write && state_q == Wait;
  assign write_place = clear_valid_i ? place_t'(clear_index_i) : {function_t'(func), local_slot};

  always_ff @(posedge clk_i) begin
    if (write_map || clear_valid_i) map_q[function_t'(write_place >> 4)][write_place[3:0]] <= clear_valid_i ? '0 : written;
    if (looking) begin
      row_q    <= map_q[function_t'(asked.func)];
      asked_q  <= asked;
      exists_q <= exists_d;
    end
    valid_q   <= looking && !rst_i;
    if (valid_q && asked_q.op == OpDisown) changes_q <= entry != written;
    sources_q <= {sources_q[1:0], take_rescue || take_raise || take_control};
    if (take_raise || take_control) control_turn_q <= take_raise;
    if (rst_i) begin
      sources_q      <= '0;
      control_turn_q <= 1'b0;
    end
  end

  // ---- A cycle later it is an operation ---------------------------------------------------------------------------------------
  host_arg_t shown;
  source_arg_t picked_arg;
  look_as_e  look_as;
  local_t    picked;
  logic      moved, nobody;
  run_state_e run_state, run_state_written;
  logic [15:0] dwell;

  always_comb begin
    look_as = AsOther;
    if (take_raise && !raise_i.stopped) look_as = AsRaise;
    if (take_rescue) look_as = AsRescue;
    if (host_valid) look_as = AsHost;
    if (walk_valid_i) look_as = AsOther;
  end

  assign run_state_written = run_state_e'(reg_req_i.wdata[1:0]);

  svnic_event_redirect #(
      .NumVfs(NumVfs)
  ) u_redirect (
      .clk_i,
      .rst_i,
      .now_i,
      .redirect_i,
      .look_i        (looking),
      .as_i          (look_as),
      .func_i        (asked.func),
      .local_i       (asked.local_slot),
      .movable_i     (raise_i.movable),
      .slot_o        (picked),
      .moved_o       (moved),
      .nobody_o      (nobody),
      .state_o       (run_state),
      .run_write_i   (answered_i && run_write),
      .run_state_i   (run_state_written),
      .usable_write_i((answered_i && usable_changes_i) || (write_map && changes_q)),
      .usable_i      (!write_map && usable_i),
      .dwell_write_i (answered_i && is_dwell && reg_req_i.write),
      .dwell_i       (reg_req_i.wdata[15:0]),
      .dwell_o       (dwell),
      .forget_i      (walk_valid_i),
      .forget_func_i (walk_func_i),
      .clear_valid_i,
      .clear_index_i
  );

  assign entry = row_q[picked];

  always_comb begin
    shown = '0;
    if (asked_q.op == OpMap && is_map && exists_q && !reg_req_i.write) shown.wdata[31:0] = {entry.valid, 15'd0, entry.card};
    if (asked_q.op == OpMap && is_run && exists_q && !reg_req_i.write) shown.wdata[1:0] = run_state;
    if (asked_q.op == OpMap && is_dwell && !reg_req_i.write) shown.wdata[15:0] = dwell;
    if (asked_q.op == OpRun) shown.wdata[0] = run_state_written == RunStatePreempted && run_state != RunStatePreempted;
    picked_arg       = source_arg_t'(asked_q.arg[$bits(source_arg_t)-1:0]);
    picked_arg.moved = moved;
    looked_o          = asked_q;
    looked_o.local_slot = picked;
    looked_o.assigned = exists_q && assigned(entry) && !(asked_q.op == OpRescue && nobody);
    looked_o.slot     = looked_o.assigned ? slot_t'(entry.card) : '0;
    if (asked_q.op == OpRaise) looked_o.arg = ArgW'(picked_arg);
    if (asked_q.op inside {OpMap, OpRun}) looked_o.arg = shown;
    if (asked_q.op == OpDisown && entry == written) looked_o.op = OpMap;  // nothing changes
  end

  assign looked_valid_o = valid_q;
  assign own_valid_o    = state_q == Give && !valid_q;
  assign own_o = '{
      op: assigned(written) ? OpOwn : OpMap,
      answer: 1'b1,
      assigned: assigned(written),
      slot: assigned(written) ? slot_t'(written.card) : '0,
      func: func,
      local_slot: local_slot,
      arg: '0
  };

  // The decision of a control event: the only one on its way
  logic [2:0] control_q;
  always_ff @(posedge clk_i) control_q <= rst_i ? '0 : {control_q[1:0], take_control};
  assign control_ready_o = control_q[2];

  assign busy_o   = reg_valid_i || valid_q || rescue_valid_i || raise_valid_i || control_valid_i;
  assign commit_o = take_rescue || take_raise ? '{kind: EventPick, a: 8'(take_rescue), default: '0} : '0;

  logic unused;
  assign unused = ^{reg_req_i.second, reg_req_i.addr[1:0], clear_index_i};

endmodule
