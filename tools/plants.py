#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Planted faults of C sources: copies of the sources in which each fault of a table waits behind its number.

    tools/plants.py TABLE FOLDER FILE...      copies of FILEs into FOLDER

A table has blocks of lines "field: text" (as verif/lockstep/plants.txt): name, breaks (the invariant), file, from and to (two expressions; from
stands once in the file), and what the table's test needs. FROM becomes (svnic_plant == NUMBER ? (TO) : (FROM)), numbers count from 1: one build
serves them all, and 0 is the sound program. Who builds the copies declares the int svnic_plant and lets it be set.
"""
import pathlib
import re
import sys


def read(table):
    """The faults of a table, each a dict of its fields and its number."""
    blocks = (dict(re.findall(r"^(\w+):\s*(.*)$", block, re.M)) for block in pathlib.Path(table).read_text().split("\n\n"))
    return [{**fields, "number": number} for number, fields in enumerate((b for b in blocks if b), 1)]


def planted(text, fault):
    """The text with this fault in it, to be chosen by its number."""
    if text.count(fault["from"]) != 1:
        sys.exit(f"plants: {fault['name']}: {fault['from']!r} must stand exactly once in {fault['file']}")
    return text.replace(fault["from"], f"(svnic_plant == {fault['number']} ? ({fault['to']}) : ({fault['from']}))")


def main(table, folder, *files):
    texts = {pathlib.Path(file).name: pathlib.Path(file).read_text() for file in files}
    for fault in read(table):
        texts[fault["file"]] = planted(texts[fault["file"]], fault)
    for name, text in texts.items():
        pathlib.Path(folder, name).write_text(text)


if __name__ == "__main__":
    main(*sys.argv[1:])
