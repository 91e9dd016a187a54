// SPDX-License-Identifier: Apache-2.0
// Types of the transmit block.

package svnic_tx_pkg;
  import svnic_pkg::*;

  localparam int BufferAddrW = 16;
  localparam int BufferBytes = 1 << BufferAddrW;
  localparam int Frames = 256;  // under way

  typedef logic [BufferAddrW:0] addr_t;    // position in the buffer, free-running with one bit more
  typedef logic [$clog2(Frames)-1:0] id_t;

  typedef struct packed {
    func_t                  func;
    qp_t                    qp;
    logic [BufferAddrW-1:0] start;
    bytes_t                 len;
    logic [7:0]             status;
    logic [4:0]             count;   // descriptors
    logic                   loop;
    addr_t                  behind;  // the buffer is free up to here when this frame has left it
  } frame_t;

  typedef struct packed {  // a frame on its way out
    logic [BufferAddrW-1:0] start;
    bytes_t                 len;
    qp_t                    qp;
    logic [4:0]             count;
    logic [7:0]             status;
    addr_t                  behind;
    logic                   wire_;
    logic [255:0]           members;
  } outgoing_t;

endpackage
