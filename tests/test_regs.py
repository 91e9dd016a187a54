# SPDX-License-Identifier: Apache-2.0
"""One source for registers and formats (design section 8): the generated files are the generator's, and they say what
docs/programming.md says, by way of tests/format_vectors.py, which was written by hand."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from format_vectors import DEFAULTS, NUMBERS, OFFSETS, VECTORS

HEADER = "cmodel/include/svnic/regs.h"
PACKAGE = "rtl/regs/svnic_regs_pkg.sv"
LANGUAGES = {"c11": ["gcc", "-std=c11", "-xc"], "c++17": ["g++", "-std=c++17", "-xc++"]}
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror"]

ALL_NUMBERS = {name: number for names in NUMBERS.values() for name, number in names.items()} | DEFAULTS


def run(*command, **options):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **options)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}"
    return done.stdout


def one_space(text):
    return " ".join(text.split())


def camel(name):
    return "".join(part.capitalize() for part in name.split("_"))


def octets(text):
    return bytes.fromhex(text)


def base(name):
    """A register that is written otherwise than it is read has one name in C, and two structures in SystemVerilog."""
    return name.removesuffix("_WRITE")


# What both programs must print: one line each, in this order.

def expected():
    lines = [f"{i} {name} {octets(text).hex()}" for i, (name, _, _, text) in enumerate(VECTORS)]
    lines += [f"{i} {name}.{field} {value:x}" for i, (name, _, fields, _) in enumerate(VECTORS) for field, _, _, value in fields]
    lines += [f"{c} {offset:x}" for _, c, _, offset in OFFSETS]
    return lines + [f"{name} {number:x}" for name, number in ALL_NUMBERS.items()]


def assert_same(printed):
    for got, want in zip(printed, expected(), strict=True):
        assert got == want


# --- the vectors themselves

def quotations():
    return [q for _, q, _, _ in VECTORS] + [q for q, _, _, _ in OFFSETS] + list(NUMBERS)


def test_vectors_quote_the_page(root):
    page = one_space((root / "docs/programming.md").read_text())
    lost = [q for q in quotations() if one_space(q) not in page]
    assert not lost, "docs/programming.md no longer says this: check svnic.rdl, then tests/format_vectors.py"


@pytest.mark.parametrize("name, _, fields, text", VECTORS, ids=[f"{i}-{v[0]}" for i, v in enumerate(VECTORS)])
def test_vector_bytes(name, _, fields, text):
    """The literal bytes against the bit positions beside them: two ways of one hand."""
    number = sum(value << low for _, _, low, value in fields)
    assert number.to_bytes(len(octets(text)), "little") == octets(text)
    assert all(value < 1 << (high - low + 1) for _, high, low, value in fields)


# --- the generator

def test_generated_files_are_current(root):
    run(sys.executable, "-B", root / "rtl/regs/generate.py", "--check")


def test_check_sees_a_difference(root, tmp_path):
    """--check must fail when a generated file was edited by hand."""
    programs = [f"rtl/regs/{p.name}" for p in (root / "rtl/regs").glob("*.py")]
    for name in ["rtl/regs/svnic.rdl", HEADER, PACKAGE, "docs/registers.md", *programs]:
        copy = tmp_path / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text((root / name).read_text())
    header = tmp_path / HEADER
    header.write_text(header.read_text().replace("0x2000 + 0x20", "0x2000 + 0x40"))
    check = subprocess.run([sys.executable, "-B", tmp_path / "rtl/regs/generate.py", "--check"], capture_output=True, text=True)
    assert check.returncode == 1
    assert "+#define SVNIC_QUEUE(n)" in check.stdout


def test_vendor_id_is_nobodys(root):
    ids = Path("/usr/share/misc/pci.ids")
    if not ids.exists():
        pytest.skip("pci.ids is not installed (tools/setup.sh guest)")
    assert not re.search(rf"^{DEFAULTS['PCI_VENDOR_ID']:04x}\b", ids.read_text(errors="replace"), re.M)


# --- C

def c_word(name, fields):
    """How a format is made: words of 64 bits where it lives in memory, of 32 where it is a register or a message."""
    width = 64 if name in ("TX_DESC", "RX_DESC", "COMPLETION", "EVENT_ENTRY", "QUEUE_DB", "SLOT_DB") else 32
    return [(f"SVNIC_{base(name)}_{field.upper()}", low // width, value) for field, _, low, value in fields], width


def c_vector(index, name, fields, text):
    parts, width = c_word(name, fields)
    count = len(octets(text)) * 8 // width
    yield f"\t{{ uint64_t word[{count}] = {{0}};"
    yield from [f"\tword[{word}] |= SVNIC_PREP({mask}, 0x{value:x}ULL);" for mask, word, value in parts]
    yield f"\tprint_bytes({index}, \"{name}\", word, {count}, {width}); }}"


def c_fields(index, name, fields, text):
    parts, width = c_word(name, fields)
    data = octets(text)
    words = [int.from_bytes(data[i:i + width // 8], "little") for i in range(0, len(data), width // 8)]
    for (mask, word, _), (field, _, _, _) in zip(parts, fields):
        yield f"\tprintf(\"{index} {name}.{field} %llx\\n\", (unsigned long long)SVNIC_GET({mask}, 0x{words[word]:x}ULL));"


def c_program():
    lines = ["#include <svnic/regs.h>", "#include <svnic/device.h>", "#include <stdint.h>", "#include <stdio.h>", "",
             "static void print_bytes(int index, const char *name, const uint64_t *word, int count, int width)", "{",
             "\tprintf(\"%d %s \", index, name);",
             "\tfor (int i = 0; i < count; i++)", "\t\tfor (int bit = 0; bit < width; bit += 8)",
             "\t\t\tprintf(\"%02x\", (unsigned int)(word[i] >> bit & 0xff));", "\tprintf(\"\\n\");", "}", "",
             "int main(void)", "{"]
    for maker in (c_vector, c_fields):
        lines += [line for i, (name, _, fields, text) in enumerate(VECTORS) for line in maker(i, name, fields, text)]
    lines += [f"\tprintf(\"{c} %x\\n\", (unsigned int)({c}));" for _, c, _, _ in OFFSETS]
    lines += [f"\tprintf(\"{name} %x\\n\", (unsigned int)SVNIC_{name});" for name in ALL_NUMBERS]
    return "\n".join(lines + ["\treturn 0;", "}"]) + "\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_c_header_makes_the_bytes(root, tmp_path, language):
    source, program = tmp_path / "vectors.c", tmp_path / "vectors"
    source.write_text(c_program())
    run(*LANGUAGES[language], *WARNINGS, "-I", root / "cmodel/include", source, "-o", program)
    assert_same(run(program).splitlines())


def test_c_structures_are_words(root, tmp_path):
    """Sizes, and words of the type by which sparse sees a mix-up of byte orders."""
    source = tmp_path / "sizes.c"
    sizes = {name.lower(): len(octets(text)) for name, _, _, text in VECTORS if name in ("TX_DESC", "RX_DESC", "COMPLETION", "EVENT_ENTRY")}
    source.write_text("#include <svnic/regs.h>\n" + "".join(
        f"_Static_assert(sizeof(struct svnic_{n}) == {s}, \"{n}\");\n"
        f"_Static_assert(_Generic(((struct svnic_{n} *)0)->word[0], __le64: 1), \"{n}\");\n" for n, s in sizes.items()))
    run("gcc", "-std=c11", "-fsyntax-only", "-I", root / "cmodel/include", source)


def test_every_name_in_c_has_a_vector(root):
    """A register, field or number without hand-computed bytes is not checked by anything: add it to format_vectors.py."""
    defined = set(re.findall(r"^#define (SVNIC_\w+)|^\t(SVNIC_\w+) = ", (root / HEADER).read_text(), re.M))
    names = {a or b for a, b in defined} - {"SVNIC_REGS_H", "SVNIC_GET", "SVNIC_PREP"}
    checked = set(re.findall(r"SVNIC_\w+", c_program()))
    assert names <= checked, f"unchecked: {sorted(names - checked)}"


# --- SystemVerilog

def sv_vector(index, name, fields, text):
    var, bits = f"v{index}", 8 * len(octets(text))
    yield f"    {var} = '0;"
    # the concatenation takes a number for members of enumeration type as well
    yield from [f"    {{{var}.{field}}} = {high - low + 1}'h{value:x};" for field, high, low, value in fields]
    yield f"    $display(\"{index} {name} %0{bits // 4}h\", {var});"


def sv_fields(index, name, fields, text):
    yield f"    v{index} = {8 * len(octets(text))}'h{octets(text)[::-1].hex()};"
    yield from [f"    $display(\"{index} {name}.{field} %0h\", v{index}.{field});" for field, _, _, _ in fields]


def sv_program():
    lines = ["module vectors;", "  import svnic_regs_pkg::*;"]
    lines += [f"  {name.lower()}_t v{i};" for i, (name, _, _, _) in enumerate(VECTORS)]
    lines.append("  initial begin")
    for maker in (sv_vector, sv_fields):
        lines += [line for i, (name, _, fields, text) in enumerate(VECTORS) for line in maker(i, name, fields, text)]
    lines += [f"    $display(\"{c} %0h\", 32'({sv}));" for _, c, sv, _ in OFFSETS]
    lines += [f"    $display(\"{name} %0h\", 32'({camel(name)}));" for name in ALL_NUMBERS]
    return "\n".join(lines + ["    $finish;", "  end", "endmodule"]) + "\n"


def in_memory_order(line):
    """The simulator prints a vector as a number, most significant digit first."""
    words = line.split()
    if len(words) == 3 and "." not in words[1]:
        words[2] = bytes.fromhex(words[2])[::-1].hex()
    return " ".join(words)


def test_sv_package_makes_the_bytes(root, tmp_path):
    source = tmp_path / "vectors.sv"
    source.write_text(sv_program())
    run("verilator", "--cc", "--exe", "--main", "--build", "--no-timing", "-Wno-fatal", "-Wno-lint", "-CFLAGS", "-O0",
        "-Mdir", tmp_path / "obj", "--top-module", "vectors", root / PACKAGE, source)
    printed = run(tmp_path / "obj/Vvectors").splitlines()
    assert_same([in_memory_order(line) for line in printed if not line.startswith("- ")])


def test_every_name_in_sv_has_a_vector(root):
    package = (root / PACKAGE).read_text()
    names = set(re.findall(r"^  parameter .*?(\w+) = |^    (\w+) = |^  \} (\w+_t);", package, re.M))
    names = {next(filter(None, groups)) for groups in names}
    checked = set(re.findall(r"\w+", sv_program()))
    assert names <= checked, f"unchecked: {sorted(names - checked)}"


def test_sv_package_lints(root):
    """By itself, in both front ends: blocks import it as it is."""
    run("verilator", "--lint-only", "-Wall", root / PACKAGE)


def test_sv_package_lints_in_use(root, tmp_path):
    source = tmp_path / "use_regs.sv"
    source.write_text("""\
module use_regs
  import svnic_regs_pkg::*;
(
    input logic [127:0] desc_i,
    output error_code_e code_o
);
  tx_desc_t desc;
  assign desc   = desc_i;
  assign code_o = desc.flags_reserved == '0 && 32'(desc.length) <= FrameMax && desc.eop && ^{desc.address, desc.mss, desc.checksum_start,
      desc.checksum_offset, desc.tso, desc.checksum, desc.loop} ? ErrorCodeNone : ErrorCodeLength;
endmodule
""")
    run(sys.executable, root / "tools/lint.py", root / PACKAGE, source, "--top", "use_regs")
