// SPDX-License-Identifier: Apache-2.0
// What does an operation do to a queue? The only place where a queue's context changes: one operation, one decision, one commit. Combinational.
// docs/programming.md section 3 says what each must do.

module svnic_queue_decide
  import svnic_pkg::*;
  import svnic_regs_pkg::*;
  import svnic_queue_pkg::*;
#(
    parameter bit Rx         = 1'b0,
    parameter int CacheDepth = 32
) (
    input logic                  valid_i,
    input op_t                   op_i,
    input setting_t              setting_i,
    input dynamic_t              dynamic_i,
    input logic [CacheDepth-1:0] eop_i,       // TX: of the cached descriptors
    input logic [255:0]          in_reset_i,

    output logic      setting_change_o,
    output setting_t  setting_o,
    output dynamic_t  dynamic_o,
    output decision_t decision_o,
    output fetch_t    fetch_o,
    output take_t     take_o,
    output write_t    write_o
);

  localparam int PositionW = $clog2(CacheDepth);
  typedef logic [PositionW-1:0] place_t;

  owner_arg_t  owner;
  host_arg_t   host;
  end_arg_t    ended;
  take_arg_t   take;
  gather_arg_t gather;
  issue_arg_t  issue;
  assign owner  = owner_arg_t'(op_i.arg[$bits(owner_arg_t)-1:0]);
  assign host   = host_arg_t'(op_i.arg);
  assign ended  = end_arg_t'(op_i.arg[$bits(end_arg_t)-1:0]);
  assign take   = take_arg_t'(op_i.arg[$bits(take_arg_t)-1:0]);
  assign gather = gather_arg_t'(op_i.arg[$bits(gather_arg_t)-1:0]);
  assign issue  = issue_arg_t'(op_i.arg[$bits(issue_arg_t)-1:0]);

  // ---- What holds before ------------------------------------------------------------------------------------------------
  logic        on, allowed, is_owner, is_host_owner, legal;
  logic [12:0] entries, to_end;
  index_t      cached;
  queue_db_t   doorbell;

  assign doorbell      = queue_db_t'(host.wdata);
  assign on            = dynamic_i.state == QueueStateOn;
  assign allowed       = on && !in_reset_i[setting_i.func];
  assign is_owner      = setting_i.owned && setting_i.func == owner.func && setting_i.local_qp == owner.local_qp;
  assign is_host_owner = setting_i.owned && setting_i.func == host.func && setting_i.local_qp == host.local_qp;
  assign entries       = 13'd1 << setting_i.ring_log2;
  assign to_end        = entries - (13'(dynamic_i.gathered) & (entries - 13'd1));
  assign cached        = dynamic_i.arrived - dynamic_i.taken;
  // no `inside` with a range of casts: Verilator 5.032 (Debian 13) ends in an internal error
  assign legal         = setting_i.ring_log2 >= 4'(RingLog2Min) && setting_i.ring_log2 <= 4'(RingLog2Max) &&
                         (!Rx || (setting_i.buffer_log2 >= 4'(BufferLog2Min) && setting_i.buffer_log2 <= 4'(BufferLog2Max)));

  // TX: descriptors of the frame at the head of the cache, 0 if its end is not there. RX: buffers that the frame needs.
  logic [5:0] count;
  if (Rx) begin : gen_buffers
    logic [15:0] size;
    logic        unused;
    assign size   = 16'd1 << setting_i.buffer_log2;
    assign count  = 6'((16'(take.len) + size - 16'd1) >> setting_i.buffer_log2);
    assign unused = ^{eop_i, take.again, doorbell.reserved_63_33};
  end else begin : gen_frame
    logic [CacheDepth-1:0] behind;
    logic                  unused;
    assign behind = CacheDepth'({eop_i, eop_i} >> place_t'(dynamic_i.taken));
    always_comb begin
      count = '0;
      for (int i = MaxFragments - 1; i >= 0; i--) if (behind[i] && cached > index_t'(i)) count = 6'(unsigned'(i + 1));
    end
    assign unused = ^{behind[CacheDepth-1:MaxFragments], take, doorbell.reserved_63_33};
  end

  logic [4:0] fetch_count;
  code_t      gather_stop;
  logic [1:0] last_unit;
  assign fetch_count = fetch_size(dynamic_i, setting_i.ring_log2, 7'(unsigned'(CacheDepth)));
  assign last_unit   = 2'(gather.count - 3'd1);
  assign gather_stop = gather.unit[last_unit].eop && ends_queue(gather.unit[last_unit].status) ? gather.unit[last_unit].status : '0;

  // ---- The decision -----------------------------------------------------------------------------------------------------
  logic       done, compare;
  code_t      fail;
  logic [2:0] first, beyond;  // completions up to the end of the ring, and from there on
  index_t     advance;

  assign advance  = doorbell.producer - dynamic_i.producer;
  assign first    = to_end < 13'(gather.count) ? 3'(to_end) : gather.count;
  assign beyond   = gather.count - first;

  always_comb begin
    setting_change_o  = 1'b0;
    setting_o         = setting_i;
    dynamic_o         = dynamic_i;
    decision_o        = '0;
    done              = 1'b0;
    compare           = 1'b0;
    fail              = '0;

    unique case (op_i.op)
      OpClear: begin
        setting_change_o = 1'b1;
        setting_o.owned  = 1'b0;
        if (!owner.keep) begin
          setting_o = '0;
          dynamic_o = '0;
        end
      end

      OpDisown: begin
        setting_change_o = is_owner;
        setting_o.owned  = !is_owner && setting_i.owned;
      end

      OpOwn: begin
        setting_change_o   = 1'b1;
        setting_o.owned    = 1'b1;
        setting_o.func     = owner.func;
        setting_o.local_qp = owner.local_qp;
      end

      OpHost: begin
        if (!is_host_owner) begin
          decision_o.bad = host.write;
        end else if (host.doorbell) begin
          if (on) begin
            if ($signed(advance) > 0) begin
              if (doorbell.producer - dynamic_i.issued <= index_t'(entries)) dynamic_o.producer = doorbell.producer;
              else fail = code_t'(ErrorCodeDoorbell);
            end
            if (doorbell.arm && fail == '0) begin
              dynamic_o.armed    = 1'b1;
              dynamic_o.armed_at = doorbell.consumed;
              compare            = 1'b1;
            end
          end
        end else if (host.write) begin
          if (host.dw <= 3'(QueueConfig >> 2)) begin
            decision_o.bad   = dynamic_i.state != QueueStateOff;
            setting_change_o = !decision_o.bad;
            if (setting_change_o) begin
              unique case ({host.dw, 2'd0})
                5'(QueueRingLo): setting_o.ring[19:0] = host.wdata[31:12];
                5'(QueueRingHi): setting_o.ring[51:20] = host.wdata[31:0];
                5'(QueueCplLo):  setting_o.cpl[19:0] = host.wdata[31:12];
                5'(QueueCplHi):  setting_o.cpl[51:20] = host.wdata[31:0];
                default: begin
                  setting_o.ring_log2   = host.wdata[3:0];
                  setting_o.slot        = host.wdata[11:8];
                  setting_o.movable     = host.wdata[12];
                  setting_o.buffer_log2 = host.wdata[19:16];
                end
              endcase
            end
          end else if ({host.dw, 2'd0} == 5'(QueueCtrl)) begin
            if (host.wdata[0] && dynamic_i.state == QueueStateOff) begin
              decision_o.bad = !legal;
              if (legal) begin
                dynamic_o.state    = QueueStateOn;
                dynamic_o.error    = '0;
                dynamic_o.producer = '0;
                dynamic_o.fetched  = '0;
                dynamic_o.arrived  = '0;
                dynamic_o.taken    = '0;
                dynamic_o.gathered = '0;
                dynamic_o.issued   = '0;
                dynamic_o.armed    = 1'b0;
                dynamic_o.stopping = 1'b0;
              end
            end
            if (!host.wdata[0] && dynamic_i.state inside {QueueStateOn, QueueStateStopped}) begin
              dynamic_o.state    = QueueStateDraining;
              dynamic_o.armed    = 1'b0;
              decision_o.settled = 1'b1;
            end
          end
        end else begin
          unique case ({host.dw, 2'd0})
            5'(QueueRingLo): decision_o.rdata = {setting_i.ring[19:0], 12'd0};
            5'(QueueRingHi): decision_o.rdata = setting_i.ring[51:20];
            5'(QueueCplLo):  decision_o.rdata = {setting_i.cpl[19:0], 12'd0};
            5'(QueueCplHi):  decision_o.rdata = setting_i.cpl[51:20];
            5'(QueueConfig): decision_o.rdata = {12'd0, setting_i.buffer_log2, 3'd0, setting_i.movable, setting_i.slot, 4'd0, setting_i.ring_log2};
            5'(QueueCtrl):   decision_o.rdata = {16'd0, 8'(dynamic_i.error), 6'd0, dynamic_i.state};
            5'(QueueIndex):  decision_o.rdata = {dynamic_i.producer, dynamic_i.issued};
            default:         ;
          endcase
        end
      end

      OpEnd: begin
        dynamic_o.ended[ended.id]  = 1'b1;
        dynamic_o.failed[ended.id] = ended.error;
        done                       = ended.id == dynamic_i.oldest && !ended.error;  // one that failed raises: later
      end

      OpDone: done = dynamic_i.fetches != '0 && dynamic_i.ended[dynamic_i.oldest];

      OpFetch: begin
        if (allowed && fetch_count != '0) begin
          decision_o.fetch          = 1'b1;
          dynamic_o.fetched         = dynamic_i.fetched + index_t'(fetch_count);
          dynamic_o.fetches         = dynamic_i.fetches + 3'd1;
          dynamic_o.ended[fetch_o.id] = 1'b0;
          dynamic_o.size[fetch_o.id] = fetch_count;
          decision_o.commit[0]      = '{kind: FetchIssue, a: 8'(Rx), b: 16'(op_i.qp), c: 8'(fetch_count)};
        end
      end

      OpTake: begin
        if (Rx) begin
          decision_o.take      = 1'b1;
          decision_o.commit[0] = '{kind: RxTake, a: take.func, default: '0};
          if (take_o.ok) begin
            dynamic_o.taken   = dynamic_i.taken + index_t'(count);
            dynamic_o.pending = dynamic_i.pending + 14'(count);
          end
        end else if (allowed && count != '0) begin
          decision_o.take      = 1'b1;
          decision_o.commit[0] = '{kind: TxTake, b: 16'(op_i.qp), default: '0};
          dynamic_o.taken      = dynamic_i.taken + index_t'(count);
          dynamic_o.pending    = dynamic_i.pending + 14'(count);
        end else if (allowed && cached >= index_t'(MaxFragments)) begin
          decision_o.commit[0] = '{kind: TxTake, b: 16'(op_i.qp), default: '0};
          fail                 = code_t'(ErrorCodeFragments);
        end
      end

      OpGather: begin
        if (on && !dynamic_i.stopping) begin
          decision_o.write     = 1'b1;
          dynamic_o.gathered   = dynamic_i.gathered + index_t'(gather.count);
          dynamic_o.stopping   = gather_stop != '0;
          decision_o.commit[0] = '{kind: CplGather, a: 8'(Rx), b: 16'(op_i.qp), c: 8'(first)};
          if (beyond != '0)
            decision_o.commit[1] = '{kind: CplGather, a: 8'(Rx), b: 16'(op_i.qp), c: 8'(beyond)};
        end else begin
          decision_o.settled   = 1'b1;
          dynamic_o.pending    = dynamic_i.pending - 14'(gather.count);
          decision_o.commit[0] = '{kind: CplGather, a: 8'd2 | 8'(Rx), b: 16'(op_i.qp), c: 8'(gather.count)};
        end
      end

      OpIssue: begin
        decision_o.settled   = 1'b1;
        dynamic_o.pending    = dynamic_i.pending - 14'(issue.count);
        if (dynamic_i.state != QueueStateOff) dynamic_o.issued = dynamic_i.issued + index_t'(issue.count);
        compare              = 1'b1;
        fail                 = issue.stop;
        decision_o.commit[0] = '{kind: CplIssue, a: 8'(Rx), b: 16'(op_i.qp), c: 8'(issue.count)};
      end

      OpStop: begin
        if (dynamic_i.state == QueueStateDraining && is_idle(dynamic_i)) begin
          dynamic_o.state      = QueueStateOff;
          decision_o.commit[0] = '{kind: StopDone, a: 8'(Rx), b: 16'(op_i.qp), default: '0};
        end
      end

      OpReset: begin
        if (is_owner) begin
          setting_change_o      = 1'b1;
          setting_o.ring        = '0;
          setting_o.cpl         = '0;
          setting_o.ring_log2   = '0;
          setting_o.slot        = '0;
          setting_o.movable     = 1'b0;
          setting_o.buffer_log2 = '0;
          dynamic_o.state       = QueueStateOff;
          dynamic_o.error       = '0;
          dynamic_o.armed       = 1'b0;
          dynamic_o.producer    = '0;
          dynamic_o.issued      = '0;
          decision_o.commit[0]  = '{kind: QueueReset, a: 8'(Rx), b: 16'(op_i.qp), default: '0};
        end
      end

      default: ;  // OpLook
    endcase

    // The oldest fetch is over.
    if (done) begin
      decision_o.settled = 1'b1;
      dynamic_o.oldest   = dynamic_i.oldest + 2'd1;
      dynamic_o.fetches  = dynamic_i.fetches - 3'd1;
      dynamic_o.ended[dynamic_i.oldest] = 1'b0;
      if (on && op_i.op == OpDone && dynamic_i.failed[dynamic_i.oldest]) fail = code_t'(ErrorCodeDescDma);
      else if (on) begin
        decision_o.arrived = 1'b1;
        dynamic_o.arrived  = dynamic_i.arrived + index_t'(dynamic_i.size[dynamic_i.oldest]);
      end
      decision_o.commit[0] = '{kind: FetchDone, a: 8'(Rx), b: 16'(op_i.qp), default: '0};
    end

    // An event if armed and passed, and then perhaps the end of the queue.
    if (compare && dynamic_o.armed && $signed(dynamic_o.issued - dynamic_o.armed_at) > 0) begin
      dynamic_o.armed             = 1'b0;
      decision_o.tell.queue_event = 1'b1;
    end
    if (fail != '0 && on) begin
      dynamic_o.state               = QueueStateStopped;
      dynamic_o.error               = fail;
      dynamic_o.armed               = 1'b0;
      decision_o.tell.stopped_event = 1'b1;
    end
    decision_o.tell.func   = setting_i.func;
    decision_o.tell.slot   = setting_i.slot;
    decision_o.tell.source = {setting_i.local_qp, Rx};
    decision_o.tell.movable = setting_i.movable;
    decision_o.idle        = !is_owner || (dynamic_o.state == QueueStateOff && is_idle(dynamic_o));

    if (!valid_i) begin
      setting_change_o = 1'b0;
      decision_o       = '0;
    end
  end

  // ---- What goes on from here --------------------------------------------------------------------------------------------
  assign fetch_o = '{
      func: setting_i.func,
      qp: op_i.qp,
      addr: {setting_i.ring, 12'd0} + {48'd0, 16'(dynamic_i.fetched & (index_t'(entries) - 16'd1))} * 64'd16,
      count: fetch_count,
      position: position_t'(place_t'(dynamic_i.fetched)),
      id: dynamic_i.oldest + 2'(dynamic_i.fetches)
  };

  assign take_o = '{
      ok: !Rx || (take.assigned && setting_i.owned && setting_i.func == take.func && setting_i.local_qp == '0 && on && cached >= index_t'(count)),
      func: setting_i.func,
      qp: op_i.qp,
      position: position_t'(place_t'(dynamic_i.taken)),
      count: count,
      len: take.len,
      buffer_log2: setting_i.buffer_log2
  };

  assign write_o = '{
      rx: Rx,
      func: setting_i.func,
      qp: op_i.qp,
      cpl: setting_i.cpl,
      ring_log2: setting_i.ring_log2,
      index: dynamic_i.gathered,
      count: gather.count,
      unit: gather.unit,
      stop: gather_stop
  };

endmodule
