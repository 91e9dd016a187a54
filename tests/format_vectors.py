# SPDX-License-Identifier: Apache-2.0
"""Hand-computed bytes of every format and register, literal offsets and numbers: the second source that rtl/regs/svnic.rdl is
held against (acceptance: "Equality"). Written by hand from docs/programming.md, never from the generated files.

What starts with a quotation quotes docs/programming.md word by word: a test looks for it there, so this file cannot fall behind
the page in silence.
"""

# (name, quotation, [(field, high bit, low bit, value)], bytes in memory order)
VECTORS = [
    # formats in host memory
    ("TX_DESC", "TX descriptor: `63:0` address; `79:64` length of this fragment (bytes, 1..9,216); `95:80` flags: 0 end of packet "
     "(EOP), 1 checksum, 2 TSO, 3 loop (back to the own function and nowhere else: for its self-test), others reserved; `103:96` checksum start, `111:104` checksum offset, `127:112` MSS.",
     [("address", 63, 0, 0x1122334455667788), ("length", 79, 64, 1500), ("eop", 80, 80, 1), ("checksum", 81, 81, 1), ("tso", 82, 82, 0),
      ("loop", 83, 83, 0), ("flags_reserved", 95, 84, 0), ("checksum_start", 103, 96, 0x22), ("checksum_offset", 111, 104, 0x10), ("mss", 127, 112, 1460)],
     "88 77 66 55 44 33 22 11  dc 05 03 00 22 10 b4 05"),
    ("TX_DESC", "set in another one, they are UNSUPPORTED too",
     [("address", 63, 0, 0xfffffffffffff000), ("length", 79, 64, 9216), ("eop", 80, 80, 0), ("checksum", 81, 81, 0), ("tso", 82, 82, 1),
      ("loop", 83, 83, 0), ("flags_reserved", 95, 84, 0xd55), ("checksum_start", 103, 96, 0xff), ("checksum_offset", 111, 104, 0), ("mss", 127, 112, 0xfffe)],
     "00 f0 ff ff ff ff ff ff  00 24 54 d5 ff 00 fe ff"),
    ("RX_DESC", "RX descriptor: `63:0` address of a buffer of the queue's buffer size; the rest reserved, zero.",
     [("address", 63, 0, 0x0102030405060708)],
     "08 07 06 05 04 03 02 01  00 00 00 00 00 00 00 00"),
    ("COMPLETION", "Completion: `31:0` RSS hash, `47:32` checksum value, `63:48` reserved; `79:64` length (RX: bytes in this buffer; "
     "TX: 0), `87:80` status (error code), `95:88` flags: 0 EOP, 1 hash valid, 3:2 checksum {0 not checked, 1 good, 2 bad, 3 value}, "
     "4 loopback (from this card, not from the wire); `111:96` index i; `126:112` reserved; `127` phase.",
     [("hash", 31, 0, 0xdeadbeef), ("checksum_value", 47, 32, 0xcafe), ("length", 79, 64, 9216), ("status", 87, 80, 5), ("eop", 88, 88, 1),
      ("hash_valid", 89, 89, 1), ("checksum", 91, 90, 3), ("loopback", 92, 92, 1), ("index", 111, 96, 0x8001), ("phase", 127, 127, 1)],
     "ef be ad de fe ca 00 00  00 24 05 1f 01 80 00 80"),
    ("COMPLETION", "UNSUPPORTED: the frame is not sent, its completions carry the status",
     [("hash", 31, 0, 0), ("checksum_value", 47, 32, 0), ("length", 79, 64, 60), ("status", 87, 80, 6), ("eop", 88, 88, 0),
      ("hash_valid", 89, 89, 0), ("checksum", 91, 90, 2), ("loopback", 92, 92, 0), ("index", 111, 96, 0x7ffe), ("phase", 127, 127, 0)],
     "00 00 00 00 00 00 00 00  3c 00 06 08 fe 7f 00 00"),
    ("EVENT_ENTRY", "Event entry, 8 bytes: `15:0` source, `23:16` kind, `62:24` zero, `63` phase (as for completions).",
     [("source", 15, 0, 31), ("kind", 23, 16, 4), ("phase", 63, 63, 1)],
     "1f 00 04 00 00 00 00 80"),
    ("EVENT_ENTRY", "6 FUNCTION (PF only; source: function; read its FUNC_STATUS)",
     [("source", 15, 0, 254), ("kind", 23, 16, 6), ("phase", 63, 63, 0)],
     "fe 00 06 00 00 00 00 00"),
    # doorbells
    ("QUEUE_DB", "*Doorbell* `{15:0 producer, 31:16 consumed, 32 arm}`",
     [("producer", 15, 0, 0x1234), ("consumed", 31, 16, 0xabcd), ("arm", 32, 32, 1)],
     "34 12 cd ab 01 00 00 00"),
    ("SLOT_DB", "*Acknowledge* `{15:0 consumed, 31:16 hold-off}`",
     [("consumed", 15, 0, 0xfffe), ("holdoff", 31, 16, 781)],
     "fe ff 0d 03 00 00 00 00"),
    # the local page set
    ("VERSION", "ro major 31:16, minor 15:0 of this register block: 1.0", [("minor", 15, 0, 0), ("major", 31, 16, 1)], "00 00 01 00"),
    ("FEATURES", "ro: bit 0 TX checksum, 1 RX checksum, 2 RSS, 3 TSO, 4 portals, 5 redirection, 6 shadow doorbells, 7 TX descriptors with loop.",
     [("tx_checksum", 0, 0, 1), ("rx_checksum", 1, 1, 0), ("rss", 2, 2, 0), ("tso", 3, 3, 1), ("portals", 4, 4, 0),
      ("redirection", 5, 5, 1), ("shadow_doorbells", 6, 6, 0), ("loop", 7, 7, 1)], "a9 00 00 00"),
    ("FEATURES", "A driver uses only what is set",
     [("tx_checksum", 0, 0, 0), ("rx_checksum", 1, 1, 1), ("rss", 2, 2, 0), ("tso", 3, 3, 0), ("portals", 4, 4, 1),
      ("redirection", 5, 5, 0), ("shadow_doorbells", 6, 6, 0)], "12 00 00 00"),
    ("FEATURES", "2 RSS, 3 TSO",
     [("rss", 2, 2, 1), ("shadow_doorbells", 6, 6, 1)], "44 00 00 00"),
    ("PARAMS", "ro: 7:0 NUM_VFS (0 in a VF), 15:8 local queue pairs possible (16), 23:16 local slots possible (16), 27:24 log2 "
     "smallest ring (5), 31:28 log2 largest ring (12)",
     [("num_vfs", 7, 0, 64), ("qps", 15, 8, 16), ("slots", 23, 16, 16), ("ring_log2_min", 27, 24, 5), ("ring_log2_max", 31, 28, 12)],
     "40 10 10 c5"),
    ("RESOURCES", "ro: 7:0 queue pairs, 15:8 slots that the PF assigned", [("qps", 7, 0, 3), ("slots", 15, 8, 4)], "03 04 00 00"),
    ("LINK", "ro: bit 0 link up for this function", [("up", 0, 0, 1)], "01 00 00 00"),
    ("MAC_HI", "ro: bytes 4, 5 in 15:0", [("mac", 15, 0, 0xbbaa)], "aa bb 00 00"),
    ("CTRL", "rw: bit 0 receive enable", [("rx_enable", 0, 0, 1)], "01 00 00 00"),
    ("ERROR", "rw1c: bit 0 bad access, 1 queue stopped, 2 DMA error, 3 illegal acknowledgement, 4 spoofed frame dropped.",
     [("bad_access", 0, 0, 1), ("queue_stopped", 1, 1, 0), ("dma_error", 2, 2, 1), ("illegal_ack", 3, 3, 0), ("spoofed", 4, 4, 0)],
     "05 00 00 00"),
    ("ERROR", "A bit that rises posts an ERROR event",
     [("bad_access", 0, 0, 0), ("queue_stopped", 1, 1, 1), ("dma_error", 2, 2, 0), ("illegal_ack", 3, 3, 1), ("spoofed", 4, 4, 0)],
     "0a 00 00 00"),
    ("ERROR", "ERROR bit 4 of s", [("spoofed", 4, 4, 1)], "10 00 00 00"),
    ("MBOX_CTRL", "write bit 0 = 1: MBOX_OUT is sent", [("out", 0, 0, 1), ("in", 1, 1, 0)], "01 00 00 00"),
    ("MBOX_CTRL", "write bit 1 = 1: MBOX_IN was read", [("out", 0, 0, 0), ("in", 1, 1, 1)], "02 00 00 00"),
    ("QUEUE_RING_LO", "(4 KiB aligned, low 12 bits read 0)", [("address", 31, 12, 0xabcde)], "00 e0 cd ab"),
    ("QUEUE_CPL_LO", "(4 KiB aligned, low 12 bits read 0)", [("address", 31, 12, 0x00001)], "00 10 00 00"),
    ("QUEUE_CONFIG", "+10 CONFIG (3:0 log2 entries 5..12; 11:8 slot; 19:16 log2 RX buffer bytes 8..14)",
     [("ring_log2", 3, 0, 12), ("slot", 11, 8, 15), ("buffer_log2", 19, 16, 11)], "0c 0f 0b 00"),
    ("QUEUE_CTRL", "read 1:0 state {0 off, 1 on, 2 draining, 3 stopped by an error}, 15:8 error code)",
     [("state", 1, 0, 3), ("error", 15, 8, 5)], "03 05 00 00"),
    ("QUEUE_CTRL_WRITE", "+14 CTRL (write bit 0: 1 start, 0 stop", [("run", 0, 0, 1)], "01 00 00 00"),
    ("QUEUE_INDEX", "+18 INDEX (ro: 15:0 completions issued, 31:16 producer index taken)",
     [("issued", 15, 0, 0x1122), ("producer", 31, 16, 0x3344)], "22 11 44 33"),
    ("SLOT_RING_LO", "SLOT[s]: +0 RING_LO, +4 RING_HI (4 KiB aligned)", [("address", 31, 12, 0xfffff)], "00 f0 ff ff"),
    ("SLOT_CONFIG", "+8 CONFIG (3:0 log2 entries 5..12)", [("ring_log2", 3, 0, 5)], "05 00 00 00"),
    ("SLOT_CTRL", "read 1:0 state {0 off, 1 on, 2 draining})", [("state", 1, 0, 2)], "02 00 00 00"),
    ("SLOT_CTRL_WRITE", "+c CTRL (write bit 0: 1 start, 0 stop", [("run", 0, 0, 1)], "01 00 00 00"),
    ("SLOT_HOLDOFF", "+10 HOLDOFF (rw 15:0, ticks of 64 ns", [("ticks", 15, 0, 0x4321)], "21 43 00 00"),
    ("SLOT_INDEX", "+14 INDEX (ro 15:0 entries posted, 31:16 consumed)",
     [("posted", 15, 0, 0x0102), ("consumed", 31, 16, 0xfefd)], "02 01 fd fe"),
    # PF tables
    ("FUNC_CTRL", "+0 FUNC_CTRL rw: 0 link (function may send and receive), 1 spoof check.",
     [("link", 0, 0, 1), ("spoof_check", 1, 1, 0)], "01 00 00 00"),
    ("FUNC_CTRL", "1 spoof check", [("link", 0, 0, 0), ("spoof_check", 1, 1, 1)], "02 00 00 00"),
    ("FUNC_STATUS", "+4 FUNC_STATUS rw1c: 0 mailbox, 1 was reset (FLR or VF Enable), 2 error.",
     [("mbox", 0, 0, 1), ("was_reset", 1, 1, 0), ("error", 2, 2, 1)], "05 00 00 00"),
    ("FUNC_STATUS", "FUNC_STATUS.was_reset", [("mbox", 0, 0, 0), ("was_reset", 1, 1, 1), ("error", 2, 2, 0)], "02 00 00 00"),
    ("FUNC_MAC_HI", "+8 MAC_LO, +c MAC_HI rw.", [("mac", 15, 0, 0x1357)], "57 13 00 00"),
    ("FUNC_RES", "+10 FUNC_RES rw (as RESOURCES)", [("qps", 7, 0, 1), ("slots", 15, 8, 16)], "01 10 00 00"),
    ("QP_MAP_ENTRY", "rw: 31 valid, 15:0 card QP of local QP i", [("card_number", 15, 0, 511), ("valid", 31, 31, 1)], "ff 01 00 80"),
    ("SLOT_MAP_ENTRY", "rw: 31 valid, 15:0 card slot of local slot i", [("card_number", 15, 0, 0x8000), ("valid", 31, 31, 0)], "00 80 00 00"),
    ("MAC_TABLE_HI", "+4: 15:0 bytes 4, 5; 23:16 function, or group if the address is a multicast one; 31 valid.",
     [("mac", 15, 0, 0xbbaa), ("target", 23, 16, 63), ("valid", 31, 31, 1)], "aa bb 3f 80"),
    ("STORM", "rw: 15:0 storm control", [("limit", 15, 0, 0x1234)], "34 12 00 00"),
    ("PF_POOL", "ro: 15:0 queue pairs, 31:16 slots of the card", [("qps", 15, 0, 256), ("slots", 31, 16, 513)], "00 01 01 02"),
    ("PF_MBOX_CTRL", "writes PF_MBOX_CTRL[f] bit 0 = 1 (taken)", [("from", 0, 0, 1), ("to", 1, 1, 0)], "01 00 00 00"),
    ("PF_MBOX_CTRL", "then bit 1 = 1 (sent)", [("from", 0, 0, 0), ("to", 1, 1, 1)], "02 00 00 00"),
    # MSI-X, by the PCI Express Base Specification 5.0, sections 7.7.2.4 to 7.7.2.9
    ("MSIX_ADDR_LO", "MSI-X table at 0", [("address", 31, 2, 0x3fb80401)], "04 10 e0 fe"),
    ("MSIX_CTRL", "MSI-X table (masked, zero)", [("mask", 0, 0, 1)], "01 00 00 00"),
    ("MSIX_PBA", "PBA at 8000h", [("pending", 15, 0, 0x8001)], "01 80 00 00"),
    # mailbox messages
    ("MBOX_HEADER", "Messages (DW 0: 7:0 opcode, 15:8 status in replies {0 ok, 1 refused, 2 unknown, 3 version}, 31:16 sequence number "
     "that a reply repeats)", [("opcode", 7, 0, 130), ("status", 15, 8, 3), ("sequence_number", 31, 16, 0xbeef)], "82 03 ef be"),
    ("MBOX_VERSION_NUMBER", "1 VERSION {DW 1: major 31:16, minor 15:0 of the newest that the VF speaks",
     [("minor", 15, 0, 2), ("major", 31, 16, 1)], "02 00 01 00"),
    ("MBOX_RESET_DONE_LINK", "2 RESET_DONE (VF driver is up; reply: link)", [("up", 0, 0, 1)], "01 00 00 00"),
    ("MBOX_SET_MAC_HI", "3 SET_MAC {DW 1, 2: MAC_LO, MAC_HI}", [("mac", 15, 0, 0x0201)], "01 02 00 00"),
    ("MBOX_SET_MULTICAST_COUNT", "4 SET_MULTICAST {DW 1: count 0..6", [("addresses", 2, 0, 6)], "06 00 00 00"),
    ("MBOX_SET_PROMISC_MODE", "5 SET_PROMISC {DW 1: bit 0 all multicast, bit 1 promiscuous}",
     [("all_multicast", 0, 0, 1), ("promiscuous", 1, 1, 0)], "01 00 00 00"),
    ("MBOX_SET_PROMISC_MODE", "bit 1 promiscuous", [("all_multicast", 0, 0, 0), ("promiscuous", 1, 1, 1)], "02 00 00 00"),
]

# (quotation, C, SystemVerilog, offset in the BAR)
OFFSETS = [
    ("| 0000 | MAGIC |", "SVNIC_MAGIC", "RegMagic", 0x0000),
    ("| 0004 | VERSION |", "SVNIC_VERSION", "RegVersion", 0x0004),
    ("| 0008 | FEATURES |", "SVNIC_FEATURES", "RegFeatures", 0x0008),
    ("| 000c | PARAMS |", "SVNIC_PARAMS", "RegParams", 0x000c),
    ("| 0010 | RESOURCES |", "SVNIC_RESOURCES", "RegResources", 0x0010),
    ("| 0014 | LINK |", "SVNIC_LINK", "RegLink", 0x0014),
    ("| 0018 | MAC_LO |", "SVNIC_MAC_LO", "RegMacLo", 0x0018),
    ("| 001c | MAC_HI |", "SVNIC_MAC_HI", "RegMacHi", 0x001c),
    ("| 0020 | CTRL |", "SVNIC_CTRL", "RegCtrl", 0x0020),
    ("| 0024 | ERROR |", "SVNIC_ERROR", "RegError", 0x0024),
    ("| 0100+8n | STAT[n] |", "SVNIC_STAT(15)", "StatBase + 15 * StatStride", 0x0178),
    ("| 1000 | MBOX_OUT |", "SVNIC_MBOX_OUT(15)", "MboxOutBase + 15 * MboxOutStride", 0x103c),
    ("| 1040 | MBOX_IN |", "SVNIC_MBOX_IN(1)", "MboxInBase + 1 * MboxInStride", 0x1044),
    ("| 1080 | MBOX_CTRL |", "SVNIC_MBOX_CTRL", "RegMboxCtrl", 0x1080),
    ("| 2000+20h*q | QUEUE[q] |", "SVNIC_QUEUE(0) + SVNIC_QUEUE_RING_LO", "QueueBase + QueueRingLo", 0x2000),
    ("QUEUE[q]: +0 RING_LO, +4 RING_HI", "SVNIC_QUEUE(1) + SVNIC_QUEUE_RING_HI", "QueueBase + QueueStride + QueueRingHi", 0x2024),
    ("+8 CPL_LO", "SVNIC_QUEUE(2) + SVNIC_QUEUE_CPL_LO", "QueueBase + 2 * QueueStride + QueueCplLo", 0x2048),
    ("+c CPL_HI", "SVNIC_QUEUE(3) + SVNIC_QUEUE_CPL_HI", "QueueBase + 3 * QueueStride + QueueCplHi", 0x206c),
    ("+10 CONFIG", "SVNIC_QUEUE(16) + SVNIC_QUEUE_CONFIG", "QueueBase + 16 * QueueStride + QueueConfig", 0x2210),
    ("+14 CTRL", "SVNIC_QUEUE(30) + SVNIC_QUEUE_CTRL", "QueueBase + 30 * QueueStride + QueueCtrl", 0x23d4),
    ("+18 INDEX", "SVNIC_QUEUE(31) + SVNIC_QUEUE_INDEX", "QueueBase + 31 * QueueStride + QueueIndex", 0x23f8),
    ("| 3000+20h*s | SLOT[s] |", "SVNIC_SLOT(15) + SVNIC_SLOT_RING_LO", "SlotBase + 15 * SlotStride + SlotRingLo", 0x31e0),
    ("SLOT[s]: +0 RING_LO, +4 RING_HI", "SVNIC_SLOT(1) + SVNIC_SLOT_RING_HI", "SlotBase + SlotStride + SlotRingHi", 0x3024),
    ("+8 CONFIG", "SVNIC_SLOT(2) + SVNIC_SLOT_CONFIG", "SlotBase + 2 * SlotStride + SlotConfig", 0x3048),
    ("+c CTRL", "SVNIC_SLOT(3) + SVNIC_SLOT_CTRL", "SlotBase + 3 * SlotStride + SlotCtrl", 0x306c),
    ("+10 HOLDOFF", "SVNIC_SLOT(4) + SVNIC_SLOT_HOLDOFF", "SlotBase + 4 * SlotStride + SlotHoldoff", 0x3090),
    ("+14 INDEX", "SVNIC_SLOT(5) + SVNIC_SLOT_INDEX", "SlotBase + 5 * SlotStride + SlotIndex", 0x30b4),
    ("| 8000+8*q | QUEUE_DB[q] |", "SVNIC_QUEUE_DB(31)", "QueueDbBase + 31 * QueueDbStride", 0x80f8),
    ("| 8400+8*s | SLOT_DB[s] |", "SVNIC_SLOT_DB(15)", "SlotDbBase + 15 * SlotDbStride", 0x8478),
    ("| 10000+40h*f | FUNC[f] |", "SVNIC_FUNC(255) + SVNIC_FUNC_CTRL", "FuncBase + 255 * FuncStride + FuncCtrl", 0x13fc0),
    ("+4 FUNC_STATUS", "SVNIC_FUNC(1) + SVNIC_FUNC_STATUS", "FuncBase + FuncStride + FuncStatus", 0x10044),
    ("+8 MAC_LO", "SVNIC_FUNC(2) + SVNIC_FUNC_MAC_LO", "FuncBase + 2 * FuncStride + FuncMacLo", 0x10088),
    ("+c MAC_HI", "SVNIC_FUNC(3) + SVNIC_FUNC_MAC_HI", "FuncBase + 3 * FuncStride + FuncMacHi", 0x100cc),
    ("+10 FUNC_RES", "SVNIC_FUNC(4) + SVNIC_FUNC_RES", "FuncBase + 4 * FuncStride + FuncRes", 0x10110),
    ("| 20000+40h*f+4*i | QP_MAP |", "SVNIC_QP_MAP(255) + SVNIC_QP_MAP_ENTRY(15)",
     "QpMapBase + 255 * QpMapStride + QpMapEntryBase + 15 * QpMapEntryStride", 0x23ffc),
    ("| 24000+40h*f+4*i | SLOT_MAP |", "SVNIC_SLOT_MAP(1) + SVNIC_SLOT_MAP_ENTRY(1)",
     "SlotMapBase + SlotMapStride + SlotMapEntryBase + SlotMapEntryStride", 0x24044),
    ("| 28000+10h*n | MAC_TABLE[n] |", "SVNIC_MAC_TABLE(1023) + SVNIC_MAC_TABLE_LO", "MacTableBase + 1023 * MacTableStride + MacTableLo", 0x2bff0),
    ("the write of +4 changes the entry", "SVNIC_MAC_TABLE(1) + SVNIC_MAC_TABLE_HI", "MacTableBase + MacTableStride + MacTableHi", 0x28014),
    ("| 2c000+20h*g | GROUP[g] |", "SVNIC_GROUP(63) + SVNIC_GROUP_MEMBERS(7)",
     "GroupBase + 63 * GroupStride + GroupMembersBase + 7 * GroupMembersStride", 0x2c7fc),
    ("| 2c800 | STORM |", "SVNIC_STORM", "RegStorm", 0x2c800),
    ("| 2f000 | PF_POOL |", "SVNIC_PF_POOL", "RegPfPool", 0x2f000),
    ("| 30000+80h*f | MBOX_FROM[f] |", "SVNIC_VF_MBOX(255) + SVNIC_VF_MBOX_FROM(15)",
     "VfMboxBase + 255 * VfMboxStride + VfMboxFromBase + 15 * VfMboxFromStride", 0x37fbc),
    ("then MBOX_TO[f] rw 16 DWs at +40h", "SVNIC_VF_MBOX(1) + SVNIC_VF_MBOX_TO(1)",
     "VfMboxBase + VfMboxStride + VfMboxToBase + VfMboxToStride", 0x300c4),
    ("| 38000+4*f | PF_MBOX_CTRL[f] |", "SVNIC_PF_MBOX_CTRL(255)", "PfMboxCtrlBase + 255 * PfMboxCtrlStride", 0x383fc),
    ("| 40000+100h*f | STAT[f][n] |", "SVNIC_PF_STAT(255) + SVNIC_PF_STAT_VALUE(15)",
     "PfStatBase + 255 * PfStatStride + PfStatValueBase + 15 * PfStatValueStride", 0x4ff78),
    # BAR2
    ("MSI-X table at 0", "SVNIC_MSIX(0) + SVNIC_MSIX_ADDR_LO", "MsixBase + MsixAddrLo", 0x0000),
    ("MSI-X table at 0", "SVNIC_MSIX(1) + SVNIC_MSIX_ADDR_HI", "MsixBase + MsixStride + MsixAddrHi", 0x0014),
    ("MSI-X table at 0", "SVNIC_MSIX(2) + SVNIC_MSIX_DATA", "MsixBase + 2 * MsixStride + MsixData", 0x0028),
    ("MSI-X table at 0", "SVNIC_MSIX(15) + SVNIC_MSIX_CTRL", "MsixBase + 15 * MsixStride + MsixCtrl", 0x00fc),
    ("PBA at 8000h", "SVNIC_MSIX_PBA", "RegMsixPba", 0x8000),
    # in a message of 16 DWs
    ("Messages (DW 0:", "SVNIC_MBOX_HEADER", "MboxHeader", 0),
    ("1 VERSION {DW 1:", "SVNIC_MBOX_VERSION_NUMBER", "MboxVersionNumber", 4),
    ("2 RESET_DONE (VF driver is up; reply: link)", "SVNIC_MBOX_RESET_DONE_LINK", "MboxResetDoneLink", 4),
    ("3 SET_MAC {DW 1, 2: MAC_LO, MAC_HI}", "SVNIC_MBOX_SET_MAC_LO", "MboxSetMacLo", 4),
    ("3 SET_MAC {DW 1, 2: MAC_LO, MAC_HI}", "SVNIC_MBOX_SET_MAC_HI", "MboxSetMacHi", 8),
    ("4 SET_MULTICAST {DW 1: count 0..6", "SVNIC_MBOX_SET_MULTICAST_COUNT", "MboxSetMulticastCount", 4),
    ("then MACs of 2 DWs each}", "SVNIC_MBOX_SET_MULTICAST_MAC_LO(5)",
     "MboxSetMulticastMacLoBase + 5 * MboxSetMulticastMacLoStride", 48),
    ("5 SET_PROMISC {DW 1:", "SVNIC_MBOX_SET_PROMISC_MODE", "MboxSetPromiscMode", 4),
]

# quotation: {name in C without SVNIC_: number}. In SystemVerilog the same name in camel case.
NUMBERS = {
    "0 none, 1 DOORBELL (more than the ring holds), 2 DESC_DMA (descriptor read failed), 3 LENGTH": {
        "ERROR_CODE_NONE": 0, "ERROR_CODE_DOORBELL": 1, "ERROR_CODE_DESC_DMA": 2, "ERROR_CODE_LENGTH": 3},
    "4 FRAGMENTS (more than 20 descriptors without end of packet), 5 DATA_DMA": {
        "ERROR_CODE_FRAGMENTS": 4, "ERROR_CODE_DATA_DMA": 5, "FRAGMENTS_MAX": 20},
    "6 UNSUPPORTED": {"ERROR_CODE_UNSUPPORTED": 6},
    "{0 off, 1 on, 2 draining, 3 stopped by an error}": {
        "QUEUE_STATE_OFF": 0, "QUEUE_STATE_ON": 1, "QUEUE_STATE_DRAINING": 2, "QUEUE_STATE_STOPPED": 3},
    "{0 off, 1 on, 2 draining}": {"SLOT_STATE_OFF": 0, "SLOT_STATE_ON": 1, "SLOT_STATE_DRAINING": 2},
    "{0 not checked, 1 good, 2 bad, 3 value}": {"CHECKSUM_NONE": 0, "CHECKSUM_GOOD": 1, "CHECKSUM_BAD": 2, "CHECKSUM_VALUE": 3},
    "direction (0 TX, 1 RX)": {"DIRECTION_TX": 0, "DIRECTION_RX": 1},
    "Kinds: 1 QUEUE (source: local queue q: poll it), 2 MAILBOX (see MBOX_CTRL), 3 LINK (read LINK), 4 QUEUE_STOPPED (source q), "
    "5 RESCUE (source: slot; later version), 6 FUNCTION (PF only; source: function; read its FUNC_STATUS), 7 ERROR (read ERROR).": {
        "EVENT_KIND_QUEUE": 1, "EVENT_KIND_MAILBOX": 2, "EVENT_KIND_LINK": 3, "EVENT_KIND_QUEUE_STOPPED": 4, "EVENT_KIND_RESCUE": 5,
        "EVENT_KIND_FUNCTION": 6, "EVENT_KIND_ERROR": 7},
    "status in replies {0 ok, 1 refused, 2 unknown, 3 version}": {
        "MBOX_STATUS_OK": 0, "MBOX_STATUS_REFUSED": 1, "MBOX_STATUS_UNKNOWN": 2, "MBOX_STATUS_VERSION": 3},
    "1 VERSION {": {"MBOX_OPCODE_VERSION": 1},
    "2 RESET_DONE (": {"MBOX_OPCODE_RESET_DONE": 2},
    "3 SET_MAC {": {"MBOX_OPCODE_SET_MAC": 3},
    "4 SET_MULTICAST {DW 1: count 0..6": {"MBOX_OPCODE_SET_MULTICAST": 4, "MBOX_MULTICAST_MAX": 6, "MBOX_SET_MULTICAST_MAC_LO_COUNT": 6},
    "5 SET_PROMISC {": {"MBOX_OPCODE_SET_PROMISC": 5},
    "6 GET_STATS; from the PF, unasked: 128 LINK_CHANGED, 129 MAC_CHANGED, 130 PF_GOING.": {
        "MBOX_OPCODE_GET_STATS": 6, "MBOX_OPCODE_LINK_CHANGED": 128, "MBOX_OPCODE_MAC_CHANGED": 129, "MBOX_OPCODE_PF_GOING": 130},
    "Statistics (n): 0 rx_frames, 1 rx_bytes, 2 rx_drop_no_desc, 3 rx_drop_disabled, 4 tx_frames, 5 tx_bytes, 6 tx_drop_spoof, "
    "7 tx_errors (frames answered with an error status), 8 dma_errors (reads that ended in error), 9 bad_access, 10 events_posted, "
    "11 notifications, 12 rx_multicast, 13 tx_drop_disabled (by the PF's will: FUNC_CTRL.link off, or more multicast than STORM allows), 14 wire_rx_drop (PF only: no room in the card), "
    "15 wire_rx_unknown (PF only: nobody's).": {
        "STAT_RX_FRAMES": 0, "STAT_RX_BYTES": 1, "STAT_RX_DROP_NO_DESC": 2, "STAT_RX_DROP_DISABLED": 3, "STAT_TX_FRAMES": 4,
        "STAT_TX_BYTES": 5, "STAT_TX_DROP_SPOOF": 6, "STAT_TX_ERRORS": 7, "STAT_DMA_ERRORS": 8, "STAT_BAD_ACCESS": 9,
        "STAT_EVENTS_POSTED": 10, "STAT_NOTIFICATIONS": 11, "STAT_RX_MULTICAST": 12, "STAT_TX_DROP_DISABLED": 13,
        "STAT_WIRE_RX_DROP": 14, "STAT_WIRE_RX_UNKNOWN": 15},
    "g = 0 broadcast, 1 unregistered multicast, 2 unknown unicast (promiscuous), 3..63 multicast addresses": {
        "GROUP_BROADCAST": 0, "GROUP_UNREGISTERED": 1, "GROUP_UNKNOWN": 2, "GROUP_FIRST": 3, "GROUP_COUNT": 64},
    # identity and windows
    "ro 434e5653h (\"SVNC\")": {"MAGIC_VALUE": 0x434e5653},
    "of this register block: 1.0": {"VERSION_VALUE": 0x00010000},
    "512 KiB: local page set (64 KiB), then PF tables": {"PF_BAR0_SIZE": 512 * 1024, "LOCAL_PAGE_SET_SIZE": 64 * 1024},
    "| 64 KiB: local page set |": {"VF_BAR0_SIZE": 64 * 1024},
    "64 KiB: MSI-X table at 0, PBA at 8000h": {"BAR2_SIZE": 64 * 1024},
    "The doorbell page takes aligned writes of exactly 2 whole DWs": {"DOORBELL_PAGE": 0x8000, "DOORBELL_PAGE_SIZE": 4096},
    # limits
    "frame shorter than 14 or longer than 9,216 bytes": {"FRAME_MIN": 14, "FRAME_MAX": 9216},
    "frames shorter than 60 bytes are padded": {"FRAME_PAD": 60},
    "27:24 log2 smallest ring (5), 31:28 log2 largest ring (12)": {"RING_LOG2_MIN": 5, "RING_LOG2_MAX": 12},
    "4 KiB aligned": {"RING_ALIGN": 4096},
    "log2 RX buffer bytes 8..14": {"BUFFER_LOG2_MIN": 8, "BUFFER_LOG2_MAX": 14},
    "15:8 local queue pairs possible (16), 23:16 local slots possible (16)": {
        "LOCAL_QPS": 16, "LOCAL_QUEUES": 32, "LOCAL_SLOTS": 16, "QP_MAP_ENTRY_COUNT": 16, "SLOT_MAP_ENTRY_COUNT": 16, "MSIX_COUNT": 16},
    "low 8 bits = function": {"FUNCTIONS_MAX": 256, "FUNC_COUNT": 256, "QP_MAP_COUNT": 256, "SLOT_MAP_COUNT": 256, "VF_MBOX_COUNT": 256,
                              "PF_MBOX_CTRL_COUNT": 256, "PF_STAT_COUNT": 256},
    "ticks of 64 ns": {"HOLDOFF_TICK_NS": 64},
    "the card prefetches up to 32 descriptors of a queue": {"RX_PREFETCH": 32},
    "quantum 9,216 bytes": {"DRR_QUANTUM": 9216},
    "(16 ms of card time)": {"READ_TIMEOUT_NS": 16_000_000},
    "n = 4 * bucket + way, 256 buckets": {"MAC_BUCKETS": 256, "MAC_WAYS": 4, "MAC_TABLE_COUNT": 1024},
    "One message each way per VF, 16 DWs.": {
        "MBOX_DWS": 16, "MBOX_OUT_COUNT": 16, "MBOX_IN_COUNT": 16, "VF_MBOX_FROM_COUNT": 16, "VF_MBOX_TO_COUNT": 16},
    "q = 0..31": {"QUEUE_COUNT": 32, "QUEUE_DB_COUNT": 32},
    "s = 0..15": {"SLOT_COUNT": 16, "SLOT_DB_COUNT": 16},
    "n = 0..15": {"STAT_COUNT": 16, "PF_STAT_VALUE_COUNT": 16},
    "rw 8 DWs: bit f: function f is a member": {"GROUP_MEMBERS_COUNT": 8},
}

# Decided by svnic.rdl itself (no page says them): PCI identity, and what a default build has.
DEFAULTS = {
    "PCI_VENDOR_ID": 0x5653, "PCI_DEVICE_ID_PF": 0x1000, "PCI_DEVICE_ID_VF": 0x1001, "PCI_CLASS": 0x020000, "PCI_REVISION": 0x01,
    "NUM_VFS_DEFAULT": 64,
}
