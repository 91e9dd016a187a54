// SPDX-License-Identifier: Apache-2.0
// Types of the receive block.

package svnic_rx_pkg;
  import svnic_pkg::*;

  localparam int BufferAddrW = 16;
  localparam int BufferBytes = 1 << BufferAddrW;

  typedef logic [BufferAddrW-1:0] place_t;
  typedef logic [BufferAddrW:0] addr_t;  // position in the buffer, free-running with one bit more

  typedef struct packed {  // a frame in the receive buffer
    place_t       start;
    addr_t        behind;     // free up to here when it is delivered
    bytes_t       len;
    logic         loopback;
    logic [255:0] members;    // loopback: known already
    logic [47:0]  dst;
    logic [47:0]  src;
  } arrived_t;

  typedef struct packed {  // ... with its receivers
    place_t       start;
    addr_t        behind;
    bytes_t       len;
    logic         loopback;
    logic         multicast;
    logic [255:0] members;
  } addressed_t;

  typedef struct packed {  // one receiver's turn, or the end of a frame
    logic   over;        // no receiver: the frame has been through all of them
    logic   disabled;
    func_t  func;
    place_t start;
    addr_t  behind;
    bytes_t len;
    logic   loopback;
    logic   multicast;
  } turn_t;

  typedef struct packed {  // a payload write, or the end of a frame behind its payload writes
    logic        over;
    addr_t       behind;
    func_t       func;
    logic [63:0] addr;
    bytes_t      len;
    place_t      src;
    rx_done_t    done;
  } payload_t;

endpackage
