// SPDX-License-Identifier: Apache-2.0
// Types of the switch.

package svnic_veb_pkg;

  localparam int Buckets = 256;
  localparam int Groups = 64;

  typedef logic [47:0] mac_t;  // first byte on the wire in 7:0; bit 0 is the I/G bit

  typedef struct packed {
    logic       valid;
    logic [7:0] target;  // function, or group if the address is a multicast one
    mac_t       mac;
  } mac_entry_t;
  typedef mac_entry_t [3:0] mac_ways_t;

  // A set-associative table has no cheaper hash than this one, and the PF's driver places the entries.
  function automatic logic [7:0] bucket(mac_t mac);
    return mac[7:0] ^ mac[15:8] ^ mac[23:16] ^ mac[31:24] ^ mac[39:32] ^ mac[47:40];
  endfunction

endpackage
