// SPDX-License-Identifier: Apache-2.0
// What does an operation do to a slot? The whole law of slots in one place, without state of its own. docs/programming.md section 6.
//
//   Idle --post--> Hold --hold-off over: notify--> Owed --acknowledge--> Idle, or Hold if entries are left
//
// An acknowledgement that consumed something starts the hold-off again also in Hold; one that consumed nothing leaves a running one alone.

module svnic_event_decide
  import svnic_pkg::*;
  import svnic_regs_pkg::*;
  import svnic_event_pkg::*;
(
    input logic         valid_i,
    input op_t          op_i,
    input setting_t     setting_i,
    input dynamic_t     dynamic_i,
    input nanoseconds_t now_i,
    input logic [255:0] in_reset_i,
    input logic [255:0] rescue_i,          // the PF allows it
    input logic         function_valid_i,  // the next FUNCTION event of the PF's slot 0
    input func_t        function_i,

    output setting_t  setting_o,
    output dynamic_t  dynamic_o,
    output decision_t decision_o,
    output entry_t    entry_o
);

  host_arg_t   host;
  source_arg_t source;
  logic        mine, on, is_pf_slot, wants_function;
  index_t      unconsumed, entries, place;
  logic [2:0]  reg_dw;

  assign host   = host_arg_t'(op_i.arg[$bits(host_arg_t)-1:0]);
  assign source = source_arg_t'(op_i.arg[$bits(source_arg_t)-1:0]);
  assign reg_dw = host.addr[4:2];

  assign on             = dynamic_i.state == SlotStateOn;
  assign mine           = op_i.assigned && setting_i.owned && setting_i.func == op_i.func && setting_i.local_slot == op_i.local_slot;
  assign is_pf_slot     = setting_i.owned && setting_i.func == '0 && setting_i.local_slot == '0;
  assign unconsumed     = dynamic_i.produced - dynamic_i.consumed;
  assign entries        = index_t'(1) << setting_i.ring_log2;
  assign place          = dynamic_i.produced & (entries - 16'd1);
  assign wants_function = function_valid_i && is_pf_slot;

  // ---- Which source is next: control kinds, then queues in turns ----------------------------------------------------------------------
  logic [31:0] above;
  logic [4:0]  queue, stopped, rescue;
  logic        anything;
  event_kind_e kind;
  logic [7:0]  number;

  function automatic logic [4:0] lowest(logic [31:0] bits);
    logic [4:0] index;
    index = '0;
    for (int i = 31; i >= 0; i--) if (bits[i]) index = 5'(unsigned'(i));
    return index;
  endfunction

  assign above    = dynamic_i.queues & ~((32'd2 << dynamic_i.last_queue) - 32'd1);
  assign queue    = lowest(above != '0 ? above : dynamic_i.queues);
  assign stopped  = lowest(dynamic_i.stopped);
  assign rescue   = lowest(32'(dynamic_i.rescues));
  assign anything = dynamic_i.queues != '0 || dynamic_i.stopped != '0 || dynamic_i.kinds != '0 || dynamic_i.rescues != '0 || wants_function;

  always_comb begin
    kind   = EventKindQueue;
    number = 8'(queue);
    if (dynamic_i.kinds.mailbox_) kind = EventKindMailbox;
    else if (dynamic_i.kinds.link_) kind = EventKindLink;
    else if (dynamic_i.kinds.error) kind = EventKindError;
    else if (dynamic_i.stopped != '0) kind = EventKindQueueStopped;
    else if (wants_function) kind = EventKindFunction;
    else if (dynamic_i.rescues != '0) kind = EventKindRescue;
    unique case (kind)
      EventKindQueue:        number = 8'(queue);
      EventKindQueueStopped: number = 8'(stopped);
      EventKindFunction:     number = function_i;
      EventKindRescue:       number = 8'(rescue);
      default:               number = '0;
    endcase
  end

  // ---- The operation ---------------------------------------------------------------------------------------------------------------
  setting_t     setting;
  dynamic_t     next;
  decision_t    decision;
  logic         holds;      // a hold-off starts now
  logic [15:0]  ticks;      // ... of this length
  logic [15:0]  offered;    // consumer index of an acknowledgement
  logic         in_range, in_reset;

  assign offered  = host.wdata[15:0];
  assign in_range = setting_i.ring_log2 >= 4'(RingLog2Min) && setting_i.ring_log2 <= 4'(RingLog2Max);
  assign in_reset = in_reset_i[setting_i.func];

  assign entry_o = '{
      func: setting_i.func,
      addr: {setting_i.ring, 12'd0} + {45'd0, place, 3'd0},
      entry: {(dynamic_i.produced & entries) == '0, 39'd0, 8'(kind), 8'd0, number}
  };

  always_comb begin
    setting  = setting_i;
    next     = dynamic_i;
    decision = '0;
    holds    = 1'b0;
    ticks    = dynamic_i.holdoff;

    unique case (op_i.op)
      OpClear: begin
        setting = '0;
        if (host.write) begin  // only the owner goes
          setting       = setting_i;
          setting.owned = 1'b0;
        end else next = '0;
        decision.forget_functions = 1'b1;
      end

      OpDisown:
      if (mine) begin
        setting.owned             = 1'b0;
        {next.queues, next.stopped, next.kinds, next.rescues} = '0;
        decision.forget_functions = is_pf_slot;
      end

      OpOwn:
      if (!mine) begin
        setting.owned             = 1'b1;
        setting.func              = op_i.func;
        setting.local_slot        = op_i.local_slot;
        {next.queues, next.stopped, next.kinds, next.rescues} = '0;
        decision.forget_functions = is_pf_slot || (op_i.func == '0 && op_i.local_slot == '0);
      end

      OpHost:
      if (!mine) decision.bad = host.write;
      else if (host.doorbell) begin
        if (on) begin
          decision.illegal = offered - dynamic_i.consumed > unconsumed;
          if (!decision.illegal) begin
            next.consumed = offered;
            next.holdoff  = host.wdata[31:16];
            next.rescued  = 1'b0;
            ticks         = next.holdoff;
            decision.counts = dynamic_i.phase == Hold && offered == dynamic_i.produced;
            decision.stat   = StatPolled;
            if (offered != dynamic_i.consumed || dynamic_i.phase == Owed) begin
              next.phase = Idle;
              holds      = offered != dynamic_i.produced;
            end
          end
        end
      end else if (!host.write)
        unique case (reg_dw)
          SlotRingLo[4:2]:  decision.rdata = {setting_i.ring[19:0], 12'd0};
          SlotRingHi[4:2]:  decision.rdata = setting_i.ring[51:20];
          SlotConfig[4:2]:  decision.rdata = 32'(setting_i.ring_log2);
          SlotCtrl[4:2]:    decision.rdata = 32'(dynamic_i.state);
          SlotHoldoff[4:2]: decision.rdata = 32'(setting_i.holdoff);
          SlotIndex[4:2]:   decision.rdata = {dynamic_i.consumed, dynamic_i.produced};
          default:          ;
        endcase
      else if (reg_dw == SlotCtrl[4:2]) begin
        if (host.wdata[0] && dynamic_i.state == SlotStateOff) begin
          decision.bad = !in_range;
          if (in_range) begin
            next.state                      = SlotStateOn;
            next.phase                      = Idle;
            {next.produced, next.consumed}  = '0;
            next.holdoff                    = setting_i.holdoff;
            next.rescued                    = 1'b0;
          end
        end
        if (!host.wdata[0] && on) begin
          next.state      = SlotStateDraining;
          decision.drains = 1'b1;
        end
        decision.usable_changes = 1'b1;
        decision.usable         = next.state == SlotStateOn;
      end else if (reg_dw inside {SlotRingLo[4:2], SlotRingHi[4:2], SlotConfig[4:2], SlotHoldoff[4:2]}) begin
        if (dynamic_i.state != SlotStateOff) decision.bad = 1'b1;
        else
          unique case (reg_dw)
            SlotRingLo[4:2]: setting.ring[19:0] = host.wdata[31:12];
            SlotRingHi[4:2]: setting.ring[51:20] = host.wdata[31:0];
            SlotConfig[4:2]: setting.ring_log2 = host.wdata[3:0];
            default:         setting.holdoff = host.wdata[15:0];
          endcase
      end

      OpMap: decision.rdata = host.wdata[31:0];

      OpRun:
      if (host.wdata[0] && mine && on && unconsumed != '0 && !in_reset) begin
        decision.counts = 1'b1;
        decision.stat   = StatOvertaken;
        decision.rescue = rescue_i[setting_i.func] && !dynamic_i.rescued;
        next.rescued    = dynamic_i.rescued || decision.rescue;
      end

      OpRaise: begin
        decision.counts = mine && !source.stopped;
        decision.stat   = source.moved ? StatEventsMoved : StatEventsHome;
        if (mine && source.stopped) next.stopped[source.source[4:0]] = 1'b1;
        if (mine && !source.stopped) next.queues[source.source[4:0]] = 1'b1;
        decision.commit = '{kind: RaiseTake, default: '0};
      end

      OpRescue: begin
        if (mine && !in_reset) begin
          next.rescues[source.source[3:0]] = 1'b1;
          decision.counts                  = 1'b1;
          decision.stat                    = StatRescues;
        end
        decision.commit = '{kind: RaiseTake, default: '0};
      end

      OpControl:
      if (mine && !in_reset) begin  // the reset's walk may have passed: whatever comes in a reset is forgotten
        if (source.kind == 3'(EventKindMailbox)) next.kinds.mailbox_ = 1'b1;
        if (source.kind == 3'(EventKindLink)) next.kinds.link_ = 1'b1;
        if (source.kind == 3'(EventKindError)) next.kinds.error = 1'b1;
        decision.function_waits = source.kind == 3'(EventKindFunction);
      end

      OpPost:
      if (on && anything && unconsumed < entries && !in_reset) begin
        decision.post      = 1'b1;
        decision.counts    = 1'b1;
        decision.stat      = StatEventsPosted;
        decision.function_ = kind == EventKindFunction;
        decision.commit    = '{
            kind: EventPost,
            a: kind == EventKindQueue ? number : 8'd32 + 8'(kind),
            b: 16'(op_i.slot),
            c: kind == EventKindQueue ? 8'd0 : number
        };
        unique case (kind)
          EventKindMailbox:      next.kinds.mailbox_ = 1'b0;
          EventKindLink:         next.kinds.link_ = 1'b0;
          EventKindError:        next.kinds.error = 1'b0;
          EventKindQueueStopped: next.stopped[stopped] = 1'b0;
          EventKindFunction:     ;
          EventKindRescue:       next.rescues[rescue[3:0]] = 1'b0;
          default: begin
            next.queues[queue] = 1'b0;
            next.last_queue    = queue;
          end
        endcase
        next.produced = dynamic_i.produced + 16'd1;
        holds         = dynamic_i.phase == Idle;
        if (kind == EventKindRescue) begin  // at once
          holds = dynamic_i.phase != Owed;
          ticks = '0;
        end
      end

      OpNotify:
      if (on && dynamic_i.phase == Hold && dynamic_i.due <= now_i && !in_reset) begin
        next.phase      = Owed;
        decision.notify = 1'b1;
        decision.counts = 1'b1;
        decision.stat   = StatNotifications;
        decision.also   = !dynamic_i.at_once;  // HOLDOFFS
        decision.commit = '{kind: EventNotify, b: 16'(op_i.slot), default: '0};
      end

      OpStop:
      if (dynamic_i.state == SlotStateDraining) begin
        next.state      = SlotStateOff;
        decision.commit = '{kind: SlotStopDone, b: 16'(op_i.slot), default: '0};
      end

      OpReset:
      if (mine) begin
        setting = '{owned: 1'b1, func: setting_i.func, local_slot: setting_i.local_slot, default: '0};
        next    = '0;
        decision.forget_functions = is_pf_slot;
      end

      default: ;  // nothing to do with slots
    endcase

    if (holds) begin
      next.phase   = Hold;
      next.due     = now_i + (nanoseconds_t'(ticks) << $clog2(HoldoffTickNs));
      next.at_once = ticks == '0;
    end
    // only a hold-off that is really awaited has a timer
    decision.holds         = next.state == SlotStateOn && next.phase == Hold && !next.at_once;
    decision.holds_changed = decision.holds ? holds
                           : dynamic_i.state == SlotStateOn && dynamic_i.phase == Hold && !dynamic_i.at_once;
    if (op_i.op == OpNotify && in_reset) {decision.holds, decision.holds_changed} = 2'b01;  // nobody waits for it: others must not either
  end

  assign setting_o = setting;
  assign dynamic_o = next;
  always_comb begin
    decision_o = decision;
    if (!valid_i) decision_o = '0;
  end

  logic unused;
  assign unused = ^{host.addr, op_i.answer};

endmodule
