// SPDX-License-Identifier: Apache-2.0
// Is a number sent, or does it wait? MSI-X table, mask bits and pending bits of all functions (PCI Express Base Specification 5.0, section 6.1.4,
// 7.7.2). Runs beside the pipeline of svnic_event_context: reads in cycle 1, decides in cycle 2.

module svnic_msix
  import svnic_pkg::*;
  import svnic_regs_pkg::*;
  import svnic_event_pkg::*;
#(
    parameter int NumVfs = 64
) (
    input logic clk_i,
    input logic rst_i,

    input functions_t functions_i,

    input func_t  func_i,  // cycle 1
    input local_t vector_i,

    input logic valid_i,   // cycle 2
    input op_t  op_i,
    input logic notify_i,  // the slot's notification goes out

    output logic        [31:0] rdata_o,
    output logic               send_o,       // to func_o, by vector_o
    output func_t              func_o,
    output vector_t            entry_o,
    output logic               found_o,      // OpCheck: found_vector_o may be sent
    output local_t             found_vector_o,
    output logic               unmasked_o,   // a number of func_o was unmasked
    output commit_t            commit_o,

    input logic        sweep_i,
    input logic [11:0] sweep_index_i
);

  localparam int FunctionW = $clog2(NumVfs + 1);
  typedef logic [FunctionW-1:0] function_t;
  typedef struct packed {
    function_t func;
    local_t    number;
  } place_t;

  (* no_rw_check *) vector_t table_q[2**(FunctionW+4)];  // what was written in the cycle of the read is forwarded
  (* no_rw_check *) masks_t  masks_mem_q[2**FunctionW];

  // ---- Read, forward -----------------------------------------------------------------------------------------------------------
  place_t  place1, place2_q, wrote_place_q;
  vector_t read_q, wrote_q, entry, entry_new;
  masks_t  masks_read_q, masks_wrote_q, masks, masks_new;
  func_t   func2_q;
  logic    did_q, masks_did_q, entry_write, masks_write;

  assign place1 = '{func: function_t'(func_i), number: vector_i};
  assign entry  = did_q && wrote_place_q == place2_q ? wrote_q : read_q;
  assign masks  = masks_did_q && wrote_place_q.func == place2_q.func ? masks_wrote_q : masks_read_q;

  always_ff @(posedge clk_i) begin
    read_q       <= table_q[place1];
    masks_read_q <= masks_mem_q[place1.func];
    place2_q     <= place1;
    func2_q      <= func_i;
    did_q        <= entry_write;
    masks_did_q  <= masks_write;
    wrote_q       <= entry_new;
    masks_wrote_q <= masks_new;
    wrote_place_q <= place2_q;
    if (sweep_i) table_q[place_t'(sweep_index_i)] <= '0;
    else if (entry_write) table_q[place2_q] <= entry_new;
    if (sweep_i) masks_mem_q[sweep_index_i[FunctionW+3:4]] <= '{masked: '1, pending: '0};
    else if (masks_write) masks_mem_q[place2_q.func] <= masks_new;
    if (rst_i) {did_q, masks_did_q} <= '0;
  end

  // ---- Decide --------------------------------------------------------------------------------------------------------------------
  host_arg_t   host;
  local_t      number;
  logic        open, in_table, send_pending;
  logic [15:0] ready;

  assign host         = host_arg_t'(op_i.arg[$bits(host_arg_t)-1:0]);
  assign number       = place2_q.number;
  assign open         = functions_i.msix_enable[func2_q] && !functions_i.msix_mask[func2_q];
  assign in_table     = host.addr[15:8] == '0;
  assign ready        = open && !functions_i.in_reset[func2_q] ? masks.pending & ~masks.masked : '0;
  assign send_pending = valid_i && op_i.op == OpSend && ready[number];

  always_comb begin
    entry_new   = entry;
    masks_new   = masks;
    entry_write = 1'b0;
    masks_write = 1'b0;
    rdata_o     = '0;
    unmasked_o  = 1'b0;
    if (valid_i)
      unique case (op_i.op)
        OpMsix: begin
          if (in_table && host.write)
            unique case (host.addr[3:2])
              MsixAddrLo[3:2]: {entry_write, entry_new.address[29:0]} = {1'b1, host.wdata[31:2]};
              MsixAddrHi[3:2]: {entry_write, entry_new.address[61:30]} = {1'b1, host.wdata[31:0]};
              MsixData[3:2]:   {entry_write, entry_new.data} = {1'b1, host.wdata[31:0]};
              default: begin
                masks_write              = 1'b1;
                masks_new.masked[number] = host.wdata[0];
                unmasked_o               = !host.wdata[0];
              end
            endcase
          if (in_table)
            unique case (host.addr[3:2])
              MsixAddrLo[3:2]: rdata_o = {entry.address[29:0], 2'd0};
              MsixAddrHi[3:2]: rdata_o = entry.address[61:30];
              MsixData[3:2]:   rdata_o = entry.data;
              default:         rdata_o = 32'(masks.masked[number]);
            endcase
          else if (host.addr[15:2] == RegMsixPba[15:2]) rdata_o = 32'(masks.pending);
        end
        OpNotify:
        if (notify_i && !send_o) begin
          masks_write               = 1'b1;
          masks_new.pending[number] = 1'b1;
        end
        OpSend:
        if (send_pending) begin
          masks_write               = 1'b1;
          masks_new.pending[number] = 1'b0;
        end
        OpReset: begin
          entry_write = 1'b1;
          entry_new   = '0;
          masks_write = number == '0;
          masks_new   = '{masked: '1, pending: '0};
        end
        default: ;
      endcase
  end

  assign send_o   = send_pending || (notify_i && open && !masks.masked[number]);
  assign func_o   = func2_q;
  assign entry_o  = entry;
  assign found_o  = ready != '0;
  assign commit_o = send_pending ? '{kind: MsixUnmask, a: func2_q, b: '0, c: 8'(number)} : '0;

  always_comb begin
    found_vector_o = '0;
    for (int i = 15; i >= 0; i--) if (ready[i]) found_vector_o = 4'(unsigned'(i));
  end

  logic unused;
  assign unused = ^{functions_i, op_i, host, sweep_index_i};

endmodule
