// SPDX-License-Identifier: Apache-2.0
// Proof for svnic_msix, two functions, any operations in any order and density, any openings and closings of vectors and functions, any resets: a notification is sent or
// pends, never both and never neither (E2); what pends is shown in the PBA, is offered as long as it may be sent, and is sent once; vector, mask and pending bit of a
// function change by its own operations alone, and what is sent is what it wrote there (E4). One vector is watched; which one is free. The
// table is anything at the start.

module svnic_msix_formal
  import svnic_pkg::*;
  import svnic_regs_pkg::*;
  import svnic_event_pkg::*;
#(
    parameter int NumVfs = 1
) (
    input logic       clk_i,
    input functions_t functions_i,
    input logic       op_valid_i,
    input op_t        op_i,
    input func_t      slot_func_i,    // OpNotify: the slot's owner and number
    input local_t     slot_vector_i,
    input logic       notify_i,       // ... and its hold-off is over
    input func_t      watched_func_i,
    input local_t     watched_i
);

  logic [1:0] started_q = 2'd0;  // the table is looked at in the second cycle of reset: in the first one it may be written
  logic       rst, send, found, unmasked;
  op_t        op0, op1_q, op2_q;
  logic       valid1_q, valid2_q, notify;
  func_t      func1, send_func;
  local_t     vector1, found_vector;
  vector_t    entry;
  logic [31:0] rdata;
  commit_t    commit;
  functions_t functions;

  assign rst = !started_q[1];

  always_comb begin  // functions that the card has
    op0                          = op_i;
    op0.func                     = func_t'(op_i.func[0]);
    functions                    = functions_i;
    functions.msix_enable[255:2] = '0;
  end

  always_ff @(posedge clk_i) begin
    started_q <= {started_q[0], 1'b1};
    valid1_q  <= op_valid_i && !rst;
    valid2_q  <= valid1_q && !rst;
    op1_q     <= op0;
    op2_q     <= op1_q;
  end

  assign func1   = op1_q.op == OpNotify ? func_t'(slot_func_i[0]) : op1_q.func;
  assign vector1 = op1_q.op == OpNotify ? slot_vector_i : op1_q.local_slot;
  assign notify  = valid2_q && op2_q.op == OpNotify && notify_i;

  svnic_msix #(
      .NumVfs(NumVfs)
  ) u_msix (
      .clk_i,
      .rst_i         (rst),
      .functions_i   (functions),
      .func_i        (func1),
      .vector_i      (vector1),
      .valid_i       (valid2_q),
      .op_i          (op2_q),
      .notify_i      (notify),
      .rdata_o       (rdata),
      .send_o        (send),
      .func_o        (send_func),
      .entry_o       (entry),
      .found_o       (found),
      .found_vector_o(found_vector),
      .unmasked_o    (unmasked),
      .commit_o      (commit),
      .sweep_i       (1'b0),
      .sweep_index_i ('0)
  );

  // ---- The watched vector ----------------------------------------------------------------------------------------------------------------------------
  func_t       func_q;
  local_t      number_q;
  logic        masked_q, pending_q, ours, sent, opens;
  logic [61:0] address_q;
  logic [31:0] data_q;
  host_arg_t   host;

  assign host = host_arg_t'(op2_q.arg[$bits(host_arg_t)-1:0]);
  assign ours = valid2_q && u_msix.func2_q == func_q && u_msix.place2_q.number == number_q;
  assign sent = send && ours;
  assign opens = functions.msix_enable[func_q] && !functions.msix_mask[func_q];

  always_ff @(posedge clk_i) begin
    if (ours && op2_q.op == OpMsix && host.write && host.addr[15:8] == '0)
      unique case (host.addr[3:2])
        2'd0:    address_q[29:0] <= host.wdata[31:2];
        2'd1:    address_q[61:30] <= host.wdata[31:0];
        2'd2:    data_q <= host.wdata[31:0];
        default: masked_q <= host.wdata[0];
      endcase
    if (notify && ours) pending_q <= pending_q || !sent;
    else if (sent) pending_q <= 1'b0;
    if (valid2_q && op2_q.op == OpReset && u_msix.func2_q == func_q) begin
      if (u_msix.place2_q.number == '0) {masked_q, pending_q} <= 2'b10;
      if (ours) {address_q, data_q} <= '0;
    end
    if (rst) begin
      func_q               <= func_t'(watched_func_i[0]);
      number_q             <= watched_i;
      {address_q, data_q}  <= u_msix.table_q[{watched_func_i[0], watched_i}];
      masked_q             <= u_msix.masks_mem_q[watched_func_i[0]].masked[watched_i];
      pending_q            <= u_msix.masks_mem_q[watched_func_i[0]].pending[watched_i];
    end
  end

  always_ff @(posedge clk_i)
    if (!rst) begin
      e2_sent_or_pends :
      assert (!(notify && ours) || (sent == (opens && !masked_q)));
      e2_sent_for_something :
      assert (!sent || notify || (op2_q.op == OpSend && pending_q && opens && !masked_q));
      e1_offered_while_it_may_be_sent :
      assert (!(valid2_q && op2_q.op == OpCheck && u_msix.func2_q == func_q && pending_q && opens && !masked_q && !functions.in_reset[func_q]) || found);
      e1_offers_only_what_may_be_sent :
      assert (!(valid2_q && op2_q.op == OpCheck && u_msix.func2_q == func_q && found && found_vector == number_q)
              || (pending_q && opens && !masked_q && !functions.in_reset[func_q]));
      e1_unmasked_is_told :
      assert (!(ours && op2_q.op == OpMsix && host.write && host.addr[15:8] == '0 && host.addr[3:2] == 2'd3) || unmasked == !host.wdata[0]);
      e4_sends_what_was_written :
      assert (!sent || (send_func == func_q && entry == {address_q, data_q}));
      e4_reads_its_own :
      assert (!(ours && op2_q.op == OpMsix && host.addr[15:8] == '0 && host.addr[3:2] == 2'd3) || rdata[0] == masked_q);
      pba_is_true :
      assert (!(ours && op2_q.op == OpMsix && host.addr[15:2] == RegMsixPba[15:2]) || rdata[number_q] == pending_q);
      silent_in_reset :
      assert (!(sent && op2_q.op == OpSend) || !functions.in_reset[func_q]);

      c_pends :
      cover (pending_q && masked_q && opens);
      c_sent_after_all :
      cover (sent && op2_q.op == OpSend && func_q == 8'd1);
      c_sent_at_once :
      cover (sent && notify && address_q != '0);
      c_reset :
      cover (ours && op2_q.op == OpReset && pending_q && number_q == '0);
    end

  logic unused;
  assign unused = ^commit;

endmodule
