#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lint of SystemVerilog by two front ends that know nothing of each other, and a count of the waivers.

    build/venv/bin/python tools/lint.py rtl/rtl.f --top svnic
    build/venv/bin/python tools/lint.py rtl/regs/svnic_regs_pkg.sv rtl/veb/svnic_veb.sv --top svnic_veb

Arguments are sources (.sv, .v, .vlt) or file lists (anything else; paths in a list are relative to the list).
Exit status 0: no finding. Every finding of Verilator or slang counts, and so does a waiver without its reason on the line
or one that is never switched off again. Manner of a waiver (text inside a Verilator pragma is an error to Verilator):

    /* verilator lint_off WIDTH */ assign a = b; /* verilator lint_on WIDTH */  // b is never above 3
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

SOURCES = {".sv", ".svh", ".v", ".vh", ".vlt"}

# -Wconversion reports truncation. Packages and lists offer more than one block takes: no finding. Implicit nets are Verilator's
# to find (IMPLICIT): slang also makes them of the member names in an assignment pattern on a port of a parameter type.
SLANG_FLAGS = """-Wextra -Wconversion -Wunused -Wparentheses -Wno-case-redundant-default -Wno-unused-package-parameter
    -Wno-unused-package-typedef -Wno-unused-package-subroutine -Wno-unused-def -Wno-unused-implicit-net -Werror --error-limit=0
    --color-diagnostics=false""".split()

# A signal that takes what is left over has "unused" in its name: Verilator's custom, which slang does not know.
TAKES_UNUSED = re.compile(r"variable '\w*unused\w*' is assigned but its value is never used")

WAIVER = re.compile(r'verilator\s+lint_off\s+(?P<verilator>\w+)|`pragma\s+diagnostic\s+ignore\s*=\s*"(?P<slang>[^"]+)"|'
                    r"^\s*lint_off\s+-rule\s+(?P<vlt>\w+)")
RESTORE = re.compile(r'verilator\s+lint_on\s+(\w+)|`pragma\s+diagnostic\s+(?:warn|error|default)\s*=\s*"([^"]+)"|'
                     r"`pragma\s+diagnostic\s+(pop)")
REASON = re.compile(r"//\s*(?!verilator)\w.*$")


def is_source(path):
    return path.suffix in SOURCES


def sources(path):
    """The sources that a list names, lists in lists included."""
    if is_source(path):
        return [path]
    found = []
    for line in path.read_text().splitlines():
        words = re.sub(r"(//|#).*", "", line).split()
        if words and words[0] in ("-F", "-f"):
            found += sources(path.parent / words[1])
        elif words and not words[0].startswith(("-", "+")):
            found += [path.parent / word for word in words]
    return found


class Waiver:
    def __init__(self, path, number, line, match):
        self.where = f"{path}:{number}"
        self.rule = match["verilator"] or match["slang"] or match["vlt"]
        reason = REASON.search(line[match.end():])
        self.reason = reason and reason[0].lstrip("/ ")
        self.file_wide = bool(match["vlt"])


def waivers(path):
    lines = enumerate(path.read_text().splitlines(), 1)
    return [Waiver(path, number, line, match) for number, line in lines for match in WAIVER.finditer(line)]


def waiver_findings(path):
    """A waiver needs a reason, and must end where its reason does."""
    restored = {group for match in RESTORE.finditer(path.read_text()) for group in match.groups() if group}
    for w in waivers(path):
        if not w.reason:
            yield f"{w.where}: waiver of {w.rule} without a reason on its line"
        if not w.file_wide and w.rule not in restored and "pop" not in restored:
            yield f"{w.where}: {w.rule} is waived, and never on again in this file"


def as_arguments(paths):
    return [word for path in paths for word in ([str(path)] if is_source(path) else ["-F", str(path)])]


def settings(options):
    """Defines and parameters, as both tools take them."""
    return [*[f"-D{d}" for d in options.define], *[f"-G{g}" for g in options.parameter]]


def verilator(paths, options):
    """Verilator's findings, one string each."""
    command = ["verilator", "--lint-only", "-Wall", *as_arguments(paths), *settings(options)]
    if options.top:
        command += ["--top-module", options.top]
    run = subprocess.run(command, capture_output=True, text=True)
    print(run.stderr, end="", file=sys.stderr)
    findings = [line for line in run.stderr.splitlines() if line.startswith("%") and "Exiting due to" not in line]
    return findings if findings or run.returncode == 0 else [f"exit status {run.returncode}"]


SLANG_PROGRAM = """
import sys
from pyslang.driver import Driver
driver = Driver()
driver.addStandardArgs()
ok = driver.parseCommandLine(sys.argv[1]) and driver.processOptions() and driver.parseAllSources()
if ok:
    compilation = driver.createCompilation()
    driver.reportCompilation(compilation, True)
    driver.runAnalysis(compilation)
    ok = driver.reportDiagnostics(True)
sys.exit(not ok)
"""


def quoted(word):
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def messages(text):
    """One string per diagnostic: its head and the lines that show the place."""
    found = []
    for line in text.splitlines():
        if re.search(r"(^|: )(error|warning|fatal error): ", line):
            found.append(line)
        elif found:
            found[-1] += "\n" + line
    return found


def slang(paths, options):
    """The same by slang, in a process of its own: it writes to the file descriptors, and a crash of it must not be ours."""
    words = ["slang", *SLANG_FLAGS, *as_arguments(p for p in paths if p.suffix != ".vlt"), *settings(options)]
    if options.top:
        words += ["--top", options.top]
    command = [sys.executable, "-c", SLANG_PROGRAM, " ".join(quoted(word) for word in words)]
    run = subprocess.run(command, capture_output=True, text=True)
    said = messages(run.stderr)
    findings = [m for m in said if not TAKES_UNUSED.search(m)]
    print("\n".join(findings), end="\n" * bool(findings), file=sys.stderr)
    return findings if said or run.returncode == 0 else [f"exit status {run.returncode}: {run.stdout}"]


def report(name, findings):
    print(f"lint: {name}: {f'{len(findings)} findings' if findings else 'clean'}")
    return len(findings)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path, help="sources or file lists")
    parser.add_argument("--top", help="top module")
    parser.add_argument("-D", dest="define", action="append", default=[], metavar="NAME[=VALUE]")
    parser.add_argument("-G", dest="parameter", action="append", default=[], metavar="NAME=VALUE", help="a parameter of the top module")
    parser.add_argument("--waivers", action="store_true", help="list them")
    options = parser.parse_args()
    files = [file for path in options.paths for file in sources(path)]
    found = report("verilator", verilator(options.paths, options))
    found += report("slang", slang(options.paths, options))
    refused = [line for file in files for line in waiver_findings(file)]
    for line in refused:
        print(line, file=sys.stderr)
    all_waivers = [w for file in files for w in waivers(file)]
    for w in all_waivers if options.waivers else []:
        print(f"lint: {w.where}: {w.rule}: {w.reason}")
    print(f"lint: {len(files)} files, {len(all_waivers)} waivers, {len(refused)} of them refused")
    return int(bool(found or refused))


if __name__ == "__main__":
    sys.exit(main())
