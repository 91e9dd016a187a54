# SPDX-License-Identifier: Apache-2.0
"""A TLP header as the packed struct tlp_t of rtl/svnic_pkg.sv lays it out, first member in the highest bits. Written by hand: the netlist
knows neither package nor struct."""

FIELDS = [("kind", 4), ("relaxed", 1), ("no_snoop", 1), ("tc", 3), ("poisoned", 1), ("requester", 16), ("completer", 16), ("tag", 10),
          ("dw", 11), ("first_be", 4), ("last_be", 4), ("address", 64), ("status", 3), ("lower_address", 7), ("byte_count", 13),
          ("msg_code", 8)]
WIDTH = sum(width for _, width in FIELDS)

MRD, MWR, CFGRD0, CFGWR0, CPL, CPLD = 1, 2, 3, 4, 5, 6


def pack(**values):
    word = 0
    for name, width in FIELDS:
        value = values.pop(name, 0)
        assert 0 <= value < 1 << width, name
        word = word << width | value
    assert not values, f"no such field: {values}"
    return word


def unpack(word):
    values = {}
    for name, width in reversed(FIELDS):
        values[name] = word & ((1 << width) - 1)
        word >>= width
    return values
