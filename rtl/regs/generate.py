#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes everything that comes from svnic.rdl (design section 8).

    build/venv/bin/python rtl/regs/generate.py            write the files
    build/venv/bin/python rtl/regs/generate.py --check    compare with what is there; 1 and a diff if they differ

The generated files are committed: nobody needs this program to build.
"""

import argparse
import difflib
import sys
from pathlib import Path

import export_c
import export_md
import export_sv
import regmap
from systemrdl import RDLCompileError

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
OUTPUTS = {
    "rtl/regs/svnic_regs_pkg.sv": export_sv.export,
    "cmodel/include/svnic/regs.h": export_c.export,
    "docs/registers.md": export_md.export,
}


def write(path, new):
    """Keeps the time stamp when nothing changed, so that make rebuilds nothing."""
    if path.exists() and path.read_text() == new:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(new)
    print(f"generate.py: wrote {path.relative_to(ROOT)}")


def differs(path, new):
    old = path.read_text() if path.exists() else ""
    name = str(path.relative_to(ROOT))
    diff = list(difflib.unified_diff(old.splitlines(True), new.splitlines(True), name, name + " (generated)"))
    sys.stdout.writelines(diff)
    return bool(diff)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare only")
    check = parser.parse_args().check
    try:
        regs = regmap.read(HERE / "svnic.rdl")
    except RDLCompileError:  # said on stderr, with the line
        return 2
    outputs = {ROOT / name: export(regs) for name, export in OUTPUTS.items()}
    if check:
        return int(any([differs(path, new) for path, new in outputs.items()]))
    for path, new in outputs.items():
        write(path, new)
    return 0


if __name__ == "__main__":
    sys.exit(main())
