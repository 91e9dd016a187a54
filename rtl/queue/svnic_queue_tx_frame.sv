// SPDX-License-Identifier: Apache-2.0
// Is the frame sound? Its descriptors go on to tx as they come from the cache; with the last one goes what is wrong with any of them.

module svnic_queue_tx_frame
  import svnic_pkg::*;
  import svnic_regs_pkg::*;
  import svnic_queue_pkg::*;
(
    input logic clk_i,
    input logic rst_i,

    input  logic         valid_i,
    output logic         ready_o,
    input  take_t        take_i,
    input  logic         first_i,
    input  logic         last_i,
    input  logic [127:0] desc_i,

    output logic     tx_desc_valid_o,
    input  logic     tx_desc_ready_i,
    output tx_work_t tx_desc_o,

    output logic   charge_valid_o,  // what the frame costs its function
    output func_t  charge_func_o,
    output bytes_t charge_bytes_o
);

  localparam int SumW = 21;  // 20 descriptors of 16 bits
  typedef logic [SumW-1:0] sum_t;

  typedef struct packed {
    logic bad_length;
    logic unsupported;
    sum_t sum;
  } check_t;

  tx_desc_t    desc;
  check_t      so_far, check, check_q;
  error_code_e status;
  logic        pass;

  assign desc   = tx_desc_t'(desc_i);
  assign so_far = first_i ? '0 : check_q;
  assign check = '{
      bad_length: so_far.bad_length || desc.length == '0 || desc.length > 16'(FrameMax),
      unsupported: so_far.unsupported || desc.flags_reserved != '0 || desc.checksum || desc.tso || (desc.loop && !desc.eop),
      sum: so_far.sum + sum_t'(desc.length)
  };

  always_comb begin
    status = ErrorCodeNone;
    if (check.bad_length || check.sum < sum_t'(FrameMin) || check.sum > sum_t'(FrameMax)) status = ErrorCodeLength;
    else if (check.unsupported) status = ErrorCodeUnsupported;
  end

  assign pass            = tx_desc_valid_o && tx_desc_ready_i;
  assign tx_desc_valid_o = valid_i;
  assign ready_o         = tx_desc_ready_i;
  assign tx_desc_o = '{
      func: take_i.func,
      qp: take_i.qp,
      addr: desc.address,
      len: bytes_t'(desc.length),
      first: first_i,
      last: last_i,
      status: last_i ? status : ErrorCodeNone,
      count: 5'(take_i.count),
      loop: desc.loop
  };

  always_ff @(posedge clk_i) begin
    if (pass) check_q <= check;
    charge_valid_o <= pass && last_i && !rst_i;
    charge_func_o  <= take_i.func;
    charge_bytes_o <= check.sum > sum_t'(FrameMax) ? bytes_t'(FrameMax) : bytes_t'(check.sum);
  end

  logic unused;
  assign unused = ^{take_i, desc};

endmodule
