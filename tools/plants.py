#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Planted faults: copies of the sources in which each fault of a table waits behind its number.

    tools/plants.py TABLE FOLDER FILE...      copies of C files into FOLDER

A table has blocks of lines "field: text" (as verif/lockstep/plants.txt): name, breaks (the invariant), file, from and to (two expressions), and what
the table's test needs. From stands once in the file, or once in a text `in` that does. It becomes (svnic_plant == NUMBER ? (TO) : (FROM)), numbers
count from 1: one build serves them all, and 0 is the sound program. Who builds the copies declares the int svnic_plant and lets it be set; for the
RTL that is verif/rtl/verilate.py.
"""
import pathlib
import re
import sys


def read(table):
    """The faults of a table, each a dict of its fields and its number."""
    blocks = (dict(re.findall(r"^(\w+):\s*(.*)$", block, re.M)) for block in pathlib.Path(table).read_text().split("\n\n"))
    return [{**fields, "number": number} for number, fields in enumerate((b for b in blocks if b), 1)]


def number_of(table, name):
    """The number of this fault."""
    return {fault["name"]: fault["number"] for fault in read(table)}[name]


def planted(text, fault, number):
    """The text with this fault in it, in force when the expression `number` is its number."""
    where = fault.get("in", fault["from"])
    if text.count(where) != 1 or where.count(fault["from"]) != 1:
        sys.exit(f"plants: {fault['name']}: {where!r} must stand exactly once in {fault['file']}")
    choice = f"({number} == {fault['number']} ? ({fault['to']}) : ({fault['from']}))"
    return text.replace(where, where.replace(fault["from"], choice))


def plant_all(texts, table, number):
    """Every fault of the table, in the texts {file name: text}."""
    for fault in read(table):
        texts[fault["file"]] = planted(texts[fault["file"]], fault, number)


def main(table, folder, *files):
    texts = {pathlib.Path(file).name: pathlib.Path(file).read_text() for file in files}
    plant_all(texts, table, "svnic_plant")
    for name, text in texts.items():
        pathlib.Path(folder, name).write_text(text)


if __name__ == "__main__":
    main(*sys.argv[1:])
