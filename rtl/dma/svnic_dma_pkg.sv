// SPDX-License-Identifier: Apache-2.0
// What the parts of dma say to each other.

package svnic_dma_pkg;
  import svnic_pkg::*;

  typedef logic [7:0] tag_t;
  typedef logic [7:0] place_t;  // place of a granted read request
  typedef logic [6:0] tlps_t;   // TLPs of one request: 9,216 bytes are at most 74 of 128
  typedef logic [12:0] size_t;  // bytes of a TLP: 0..4,096

  localparam int Tags = 256;
  localparam int TagsNoExt = 32;  // as long as Extended Tag is off
  localparam int Requests = 256;
  localparam nanoseconds_t ReadTimeoutNs = 64'd16_000_000;

  // A read TLP, kept by tag from its issue to its end
  typedef struct packed {
    logic [7:0]  bus;
    func_t       func;
    rd_client_e  client;
    place_t       slot;
    logic [19:0] dest;
    logic [6:0]  lower;  // address of the first byte
    size_t       len;
  } tag_context_t;

  typedef struct packed {
    func_t       func;
    rd_client_e  client;
    logic [15:0] id;
  } asker_t;

  // A read request, kept by slot; written with every TLP of it
  typedef struct packed {
    asker_t asker;
    tlps_t  tlps;  // how many it takes; 0: more are to come
  } request_t;

  // Something happened to a TLP of a request.
  typedef struct packed {
    logic  valid;
    place_t slot;
    logic  ended;
    logic  failed;
  } tlp_event_t;

  typedef struct packed {
    logic [15:0] requester;
    logic        relaxed;
    logic [61:0] address;  // DWs
    logic [10:0] dw;
    logic [3:0]  first_be;
    logic [3:0]  last_be;
  } request_header_t;

  // DWs that `len` bytes from a byte `offset` of the first of them touch, and the byte enables of the first and the last.
  function automatic request_header_t header(logic [15:0] requester, logic relaxed, logic [63:0] addr, size_t len);
    size_t span, dws;
    logic [3:0] first, last;
    span  = len + size_t'(addr[1:0]);
    dws   = (span + size_t'(3)) >> 2;
    first = 4'hf << addr[1:0];
    last  = span[1:0] == 2'd0 ? 4'hf : ~(4'hf << span[1:0]);
    return '{
        requester: requester, relaxed: relaxed, address: addr[63:2], dw: dws[10:0],
        first_be: dws == size_t'(1) ? first & last : first, last_be: dws == size_t'(1) ? 4'h0 : last
    };
  endfunction

  // What fits into one TLP from `addr` on: at most 128 << code bytes counted in whole DWs, not across 4 KiB.
  function automatic size_t tlp_room(logic [1:0] offset, logic [11:0] page_offset, logic [2:0] code);
    size_t most, page;
    most = (size_t'(128) << (code > 3'd5 ? 3'd5 : code)) - size_t'(offset);
    page = size_t'(4096) - size_t'(page_offset);
    return most < page ? most : page;
  endfunction

endpackage
