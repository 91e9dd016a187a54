# SPDX-License-Identifier: Apache-2.0
"""svnic-pcicheck: each rule fails on a dump or device in which just that is wrong, and on nothing else; what it says of the card and of QEMU's devices.

The planted dumps are the golden model's configuration spaces, mended (MENDED: what the card itself has wrong) and enriched by capabilities that
the card lacks. Devices for --write and --flr are made of masks: tools/pcicheck/test/mock.c.
"""
import os
import pathlib
import re
import subprocess

import card
import guest
import pytest

ROOT = guest.ROOT
CHECK = ROOT / "build/pcicheck/svnic-pcicheck"
ASAN = ROOT / "build/pcicheck/asan/svnic-pcicheck"
MOCK = ROOT / "build/pcicheck/asan/mock"
SIZE = 4096
PF_SLOT, VF_SLOT = "01:00.0", "01:00.1"
VFS = 64

# ---- dumps


def field(image, at, width, value=None):
    """Reads or sets a little-endian field."""
    if value is not None:
        image[at:at + width] = (value & (1 << 8 * width) - 1).to_bytes(width, "little")
    return int.from_bytes(image[at:at + width], "little")


def edited(image, edits):
    image = bytearray(image)
    for at, width, value in edits:
        field(image, at, width, value)
    return image


def flipped(image, edits):
    image = bytearray(image)
    for at, width, bits in edits:
        field(image, at, width, field(image, at, width) ^ bits)
    return image


# Completion Timeout Disable
MENDED = [(0x94, 4, 0x10)]
# MSI at b0h (4 vectors, 64 bits), ACS at 1c0h, fatal errors, ECRC, an interrupt pin
MSI = [(0x71, 1, 0xb0), (0xb0, 4, 0x00840005)]
RICH_PF = MENDED + MSI + [(0x183, 1, 0x1c), (0x1c0, 4, 0x0001000d), (0x10c, 4, 0x40010), (0x118, 4, 0xa0)]
# of the VF: Power Management at b0h
RICH_VF = MENDED + [(0x51, 1, 0xb0), (0xb0, 4, 0x00030001), (0xb4, 4, 0x8)]


@pytest.fixture(scope="module")
def dumps(tmp_path_factory):
    """{name: bytes} of the golden model as it is."""
    folder = tmp_path_factory.mktemp("dumps")
    subprocess.run([ROOT / "build/pcicheck/dump", folder], check=True)
    return {p.name: p.read_bytes() for p in folder.iterdir()}


@pytest.fixture(scope="module")
def good(dumps):
    """The same, without fault and with more capabilities."""
    return {"pf": edited(dumps["pf-vfs"], RICH_PF), "idle": edited(dumps["pf"], RICH_PF), "vf": edited(dumps["vf1"], RICH_VF)}


def resource(*sizes):
    """As sysfs has it: start, end, flags."""
    lines = [f"0x{0x100000000 * (i + 1):016x} 0x{0x100000000 * (i + 1) + s - 1:016x} 0x{0x14220c:016x}" if s else " ".join(["0x" + "0" * 16] * 3)
             for i, s in enumerate(sizes)]
    return "\n".join(lines) + "\n"


PF_SIZES = resource(512 << 10, 0, 64 << 10, 0, 0, 0)
VF_SIZES = resource(64 << 10, 0, 64 << 10, 0, 0, 0)


def check(program, *words, env=None):
    return subprocess.run([str(w) for w in (program, *words)], capture_output=True, text=True, timeout=60, env={**os.environ, **(env or {})})


def failed(done):
    return set(re.findall(r"^not ok \d+ - (\S+):", done.stdout, re.M))


def check_dump(folder, image, sizes, slot, *words):
    (folder / "dump").write_bytes(image)
    (folder / "resource").write_text(sizes)
    return check(ASAN, "--file", folder / "dump", "--resource", folder / "resource", *words, slot)


def listed():
    rows = [line.split("\t") for line in check(CHECK, "--list").stdout.splitlines()]
    assert all(len(row) == 6 and re.fullmatch(r"[\d.]+(, [\d.]+)*", row[3]) for row in rows)
    return {row[0]: (row[1], row[2]) for row in rows}


# ---- planted faults, read only: rule: (dump, edits, other rules that must fail with it)

P, V, PCI = "pf", "vf", "pci"  # pci: the PF without its PCI Express capability
MSIX_LOST = {"msix.table-bir", "msix.pba-bir"}


def vf_with(ecap):
    """The VF with one more extended capability."""
    return V, [(0x163, 1, 0x18), (0x180, 4, 1 << 16 | ecap)], set()


PLANTED = {
    "hdr.vendor": (P, [(0x00, 2, 0xffff)], set()),
    "hdr.command-hardwired": (P, [(0x04, 2, 0x000a)], set()),
    "hdr.command-reserved": (P, [(0x04, 2, 0x0802)], set()),
    "hdr.status-capabilities": (P, [(0x06, 2, 0x0000)], set()),
    "hdr.status-hardwired": (P, [(0x06, 2, 0x0030)], set()),
    "hdr.status-reserved": (P, [(0x06, 2, 0x0012)], set()),
    "hdr.latency-timer": (P, [(0x0d, 1, 0x40)], set()),
    "hdr.layout": (P, [(0x0e, 1, 2)], MSIX_LOST),
    "hdr.pci-layout": (PCI, [(0x0e, 1, 5)], MSIX_LOST),
    "hdr.bist": (P, [(0x0f, 1, 0x05)], set()),
    "hdr.bist-reserved": (P, [(0x0f, 1, 0x90)], set()),
    "hdr.cardbus": (P, [(0x28, 4, 1)], set()),
    "hdr.rom-reserved": (P, [(0x30, 4, 0x100)], set()),
    "hdr.capabilities-pointer": (P, [(0x34, 1, 0x41)], {"cap.aligned"}),
    "hdr.reserved-34": (P, [(0x35, 1, 1)], set()),
    "hdr.reserved-38": (P, [(0x38, 4, 1)], set()),
    "hdr.interrupt-pin": (P, [(0x3d, 1, 7)], set()),
    "hdr.interrupt-messages": (P, [(0x41, 1, 0x70), (0x71, 1, 0), (0x3d, 1, 1)], set()),
    "hdr.min-gnt": (P, [(0x3e, 1, 1)], set()),
    "bar.type": (P, [(0x20, 4, 0x10000002)], set()),
    "bar.io-reserved": (P, [(0x20, 4, 0xe003)], set()),
    "bar.pair": (P, [(0x24, 4, 0x30000004)], set()),
    "bar.power-of-two": (P, resource(0x60000, 0, 65536, 0, 0, 0), set()),
    "bar.bounds": (P, resource(64, 0, 65536, 0, 0, 0), set()),
    "bar.aligned": (P, resource(1 << 34, 0, 65536, 0, 0, 0), set()),
    "cap.loop": (P, [(0x71, 1, 0x40)], set()),
    "cap.range": (P, [(0x71, 1, 0x20)], set()),
    "cap.aligned": (P, [(0x41, 1, 0x51)], set()),
    "cap.once": (P, [(0xb0, 1, 0x01)], set()),
    "cap.fits": (P, [(0x71, 1, 0xf8), (0xf8, 4, 0x00800005)], set()),
    "cap.pm": (P, [(0x34, 1, 0x50)], {"sriov.ari-preserved"}),
    "ecap.first": (P, [(0x100, 4, 0xffffffff)], set()),
    "ecap.loop": (P, [(0x1c0, 4, 0x1001000d)], set()),
    "ecap.range": (P, [(0x1c0, 4, 0x0801000d)], set()),
    "ecap.aligned": (P, [(0x100, 4, 0x15120001)], set()),
    "ecap.version": (P, [(0x150, 4, 0x16020003)], set()),
    "ecap.fits": (P, [(0x1c0, 4, 0xff81000d), (0xff8, 4, 0x00010003)], set()),
    "pm.version": (P, [(0x42, 2, 0x0000)], set()),
    "pm.pme-clock": (P, [(0x42, 2, 0x000b)], set()),
    "pm.state": (P, [(0x44, 2, 0x0009)], set()),
    "pm.reserved": (P, [(0x44, 2, 0x0018)], set()),
    "msi.reserved": (P, [(0xb2, 2, 0x8084)], set()),
    "msi.capable": (P, [(0xb2, 2, 0x008c)], set()),
    "msi.enabled": (P, [(0xb2, 2, 0x00b4)], set()),
    "msi.64-bit": (P, [(0xb2, 2, 0x0004)], set()),
    "msi.address": (P, [(0xb4, 4, 1)], set()),
    "msix.reserved": (P, [(0x52, 2, 0x080f)], set()),
    "msix.both": (P, [(0x52, 2, 0x800f), (0xb2, 2, 0x0085)], set()),
    "msix.table-bir": (P, [(0x54, 4, 7)], set()),
    "msix.table-bar": (P, [(0x54, 4, 1)], set()),
    "msix.table-fits": (P, [(0x54, 4, 0xff82)], set()),
    "msix.pba-bir": (P, [(0x58, 4, 0x8007)], set()),
    "msix.pba-bar": (P, [(0x58, 4, 0x8001)], set()),
    "msix.pba-fits": (P, [(0x58, 4, 0x10002)], set()),
    "msix.overlap": (P, [(0x58, 4, 2)], set()),
    "pcie.version": (P, [(0x72, 2, 0x0003)], set()),
    "pcie.type": (P, [(0x72, 2, 0x0022)], {"devcap.flr-endpoints"}),
    "devcap.mps": (P, [(0x74, 4, 0x10008027)], set()),
    "devcap.phantom": (P, [(0x74, 4, 0x1000802a)], set()),
    "devcap.extended-tag": (P, [(0x74, 4, 0x10008002), (0x94, 4, 0x30010)], set()),
    "devcap.role-based": (P, [(0x74, 4, 0x10000022)], set()),
    "devcap.flr-endpoints": (P, [(0x72, 2, 0x0042), (0x0e, 1, 1)], MSIX_LOST),
    "devcap.flr-sriov": (P, [(0x74, 4, 0x00008022)], set()),
    "devcap.reserved": (P, [(0x74, 4, 0x90008022)], set()),
    "devctl.mps": (P, [(0x78, 2, 0x2070)], set()),
    "devctl.mrrs": (P, [(0x78, 2, 0x7010)], set()),
    "devctl.unsupported": (P, [(0x78, 2, 0x2210)], set()),
    "devctl.flr": (P, [(0x78, 2, 0xa010)], set()),
    "devsta.reserved": (P, [(0x7a, 2, 0x0080)], set()),
    "devsta.emergency": (P, [(0x7a, 2, 0x0040)], set()),
    "pcie.slot": (P, [(0x84, 4, 1)], set()),
    "pcie.slot-control": (P, [(0x88, 4, 1)], set()),
    "pcie.root-control": (P, [(0x8c, 4, 1)], set()),
    "pcie.root-status": (P, [(0x90, 4, 1)], set()),
    "pcie.slot-2": (P, [(0xa4, 4, 1)], set()),
    "pcie.slot-2-control": (P, [(0xa8, 4, 1)], set()),
    "devcap2.timeout-ranges": (P, [(0x94, 4, 0x14)], set()),
    "devcap2.timeout-disable": (P, [(0x94, 4, 0)], set()),
    "devcap2.ports-only": (P, [(0x94, 4, 0x30)], set()),
    "devcap2.tph": (P, [(0x94, 4, 0x2010)], set()),
    "devcap2.10-bit-tags": (P, [(0x94, 4, 0x20010)], set()),
    "devcap2.prefixes": (P, [(0x94, 4, 0x200010)], set()),
    "devcap2.max-prefixes": (P, [(0x94, 4, 0x400010)], set()),
    "devcap2.power-reduction": (P, [(0x94, 4, 0x3000010)], set()),
    "devctl2.timeout": (P, [(0x94, 4, 0x11), (0x98, 2, 5)], set()),
    "devctl2.timeout-hardwired": (P, [(0x98, 2, 5)], {"devctl2.timeout"}),
    "devctl2.ports-only": (P, [(0x98, 2, 0x20)], set()),
    "devsta2.reserved": (P, [(0x9a, 2, 1)], set()),
    "linkcap.speed": (P, [(0x7c, 4, 0x400089)], {"linkcap2.speeds", "linkcap2.retimers"}),
    "linkcap.width": (P, [(0x7c, 4, 0x4003f3)], set()),
    "linkcap.ports-only": (P, [(0x7c, 4, 0x480083)], set()),
    "linkcap.aspm-optionality": (P, [(0x7c, 4, 0x000083)], set()),
    "linkcap.reserved": (P, [(0x7c, 4, 0xc00083)], set()),
    "linkctl.ports-only": (P, [(0x80, 2, 0x400)], set()),
    "linkctl.clock-power": (P, [(0x80, 2, 0x100)], set()),
    "linksta.speed": (P, [(0x82, 2, 0x84)], set()),
    "linksta.width": (P, [(0x82, 2, 0x33)], set()),
    "linksta.ports-only": (P, [(0x82, 2, 0x883)], set()),
    "linkcap2.speeds": (P, [(0x9c, 4, 0x06)], set()),
    "linkcap2.retimers": (P, [(0x7c, 4, 0x400084), (0x9c, 4, 0x1e)], set()),
    "linkcap2.reserved": (P, [(0x9c, 4, 0x0f)], set()),
    "aer.status-reserved": (P, [(0x104, 4, 2)], set()),
    "aer.mask-reserved": (P, [(0x108, 4, 0x40)], set()),
    "aer.severity-reserved": (P, [(0x10c, 4, 0x40012)], set()),
    "aer.cor-status-reserved": (P, [(0x110, 4, 0x10000)], set()),
    "aer.cor-mask-reserved": (P, [(0x114, 4, 2)], set()),
    "aer.control-reserved": (P, [(0x118, 4, 0x80000000)], set()),
    "ari.next": (P, [(0x164, 2, 0x0100)], set()),
    "ari.reserved": (P, [(0x164, 2, 4)], set()),
    "ari.control-reserved": (P, [(0x166, 2, 4)], set()),
    "ari.groups": (P, [(0x166, 2, 1)], set()),
    "acs.ports-only": (P, [(0x1c4, 2, 1)], set()),
    "acs.control": (P, [(0x1c6, 2, 4)], set()),
    "acs.reserved": (P, [(0x1c6, 2, 0x8000)], set()),
    "sriov.not-in-vf": vf_with(0x10),
    "sriov.reserved": (P, [(0x184, 4, 0x100)], set()),
    "sriov.ari-preserved": (P, [(0x44, 2, 0)], set()),
    "sriov.10-bit-tags": (P, [(0x184, 4, 4)], set()),
    "sriov.control-reserved": (P, [(0x188, 2, 0x99)], set()),
    "sriov.migration": (P, [(0x188, 2, 0x1b)], set()),
    "sriov.status-reserved": (P, [(0x18a, 2, 2)], set()),
    "sriov.initial-vfs": (P, [(0x18c, 2, 3)], set()),
    "sriov.num-vfs": (P, [(0x190, 2, VFS + 1)], set()),
    "sriov.reserved-13": (P, [(0x193, 1, 1)], set()),
    "sriov.offset": (P, [(0x194, 2, 0)], set()),
    "sriov.stride": (P, [(0x196, 2, 0)], set()),
    "sriov.last-vf": (P, [(0x196, 2, 0x1000)], set()),
    "sriov.reserved-18": (P, [(0x198, 2, 1)], set()),
    "sriov.page-sizes": (P, [(0x19c, 4, 0x551)], set()),
    "sriov.page-size": (P, [(0x1a0, 4, 3)], set()),
    "sriov.bars": (P, [(0x1a4, 4, 1)], set()),
    "vf.vendor": (V, [(0x00, 2, 0x5653)], set()),
    "vf.device": (V, [(0x02, 2, 0x1001)], set()),
    "vf.command": (V, [(0x04, 2, 0x0002)], set()),
    "vf.status": (V, [(0x06, 2, 0x0018)], set()),
    "vf.class": (V, [(0x09, 1, 1)], set()),
    "vf.cache-line": (V, [(0x0c, 1, 0x10)], set()),
    "vf.header-type": (V, [(0x0e, 1, 0x80)], set()),
    "vf.bist": (V, [(0x0f, 1, 0x80)], set()),
    "vf.bars": (V, [(0x18, 4, 0x0c)], set()),
    "vf.subsystem": (V, [(0x2c, 2, 1)], set()),
    "vf.rom": (V, [(0x30, 4, 1)], set()),
    "vf.interrupt-line": (V, [(0x3c, 1, 11)], set()),
    "vf.interrupt-pin": (V, [(0x3d, 1, 1)], set()),
    "vf.pcie": (V, [(0x34, 1, 0x50)], set()),
    "vf.no-ea": (V, [(0xb1, 1, 0xc0), (0xc0, 2, 0x0014)], set()),
    "vf.soft-reset": (V, [(0xb4, 2, 0)], set()),
    "vf.devcap-phantom": (V, [(0x74, 4, 0x1000802a)], {"devcap.phantom"}),
    "vf.devctl": (V, [(0x78, 2, 0x2000)], set()),
    "vf.devsta": (V, [(0x7a, 2, 0x10)], set()),
    "vf.linkctl": (V, [(0x80, 2, 0x40)], set()),
    "vf.linksta": (V, [(0x82, 2, 0x83)], set()),
    "vf.devcap2": (V, [(0x94, 4, 0)], set()),
    "vf.devcap2-tags": (V, [(0x94, 4, 0x20010)], {"devcap2.10-bit-tags"}),
    "vf.devctl2": (V, [(0x98, 2, 0x100)], set()),
    "vf.no-vc": vf_with(0x02),
    "vf.no-power-budgeting": vf_with(0x04),
    "vf.no-vc-9": vf_with(0x09),
    "vf.no-rebar": vf_with(0x15),
    "vf.no-dpa": vf_with(0x16),
    "vf.no-pasid": vf_with(0x1b),
    "vf.no-vf-rebar": vf_with(0x24),
    "vf.aer-status": (V, [(0x104, 4, 0x10)], set()),
    "vf.aer-mask": (V, [(0x108, 4, 0x1000)], set()),
    "vf.aer-severity": (V, [(0x10c, 4, 0x1000)], set()),
    "vf.aer-cor-status": (V, [(0x110, 4, 0x40)], set()),
    "vf.aer-cor-mask": (V, [(0x114, 4, 0x40)], set()),
    "vf.aer-ecrc": (V, [(0x118, 4, 0x60)], set()),
}
SLOTS = {"ari.next": "01:00.2"}

# ---- planted faults of devices, --write and --flr

RW_PF = [(0x04, 2, 0x0546), (0x0c, 1, 0xff), (0x10, 8, -1 << 19), (0x18, 8, -1 << 16), (0x3c, 1, 0xff), (0x44, 2, 3), (0x52, 2, 0xc000),
         (0x78, 2, 0x79ff), (0x80, 2, 0x00cb), (0x98, 2, 0x1f), (0xa0, 2, 0xf), (0xb2, 2, 0x71), (0xb4, 4, 0xfffffffc), (0xb8, 8, -1),
         (0x108, 4, 0x155010), (0x10c, 4, 0x155010), (0x114, 4, 0x31c0), (0x118, 4, 0x140), (0x188, 2, 0x19), (0x190, 2, 0xffff),
         (0x1a0, 4, 0x553), (0x1a4, 8, -1 << 16), (0x1ac, 8, -1 << 16)]
RW_VF = [(0x04, 2, 4), (0x52, 2, 0xc000), (0xb4, 2, 3)]
W1C = [(0x7a, 2, 0xf), (0x104, 4, 0x155010), (0x110, 4, 0x31c0)]
KEPT = [(0x78, 2, 0xe0), (0x80, 2, 0xcb), (0xa0, 2, 0xf), (0x104, 0x28, -1), (0x188, 2, 0x10)]
# all timeouts; an interrupt pin
DEVICE = [(0x94, 4, 0x1f), (0x3d, 1, 1)]

# Registers that take what they must not, and do not take what they must: a bit is added to or taken from `rw`.
FLIPPED = {
    "write.ids": (P, [(0x00, 4, 1)]), "write.class": (P, [(0x08, 4, 1)]), "write.header-type": (P, [(0x0e, 1, 0x80)]),
    "write.subsystem": (P, [(0x2c, 4, 1)]), "write.capabilities-pointer": (P, [(0x34, 1, 4)]), "write.interrupt-pin": (P, [(0x3d, 1, 2)]),
    "write.command": (P, [(0x04, 2, 0x40)]), "write.command-reserved": (P, [(0x04, 2, 0x800)]), "write.status": (P, [(0x06, 2, 0x20)]),
    "write.latency-timer": (P, [(0x0d, 1, 1)]), "write.interrupt-line": (P, [(0x3c, 1, 1)]), "write.bars": (P, [(0x10, 4, 1 << 25)]),
    "write.vf-command": (V, [(0x04, 2, 2)]), "write.vf-bus-master": (V, [(0x04, 2, 4)]), "write.vf-bars": (V, [(0x14, 4, 0x100)]),
    "write.vf-rom": (V, [(0x30, 4, 0x800)]), "write.vf-cache-line": (V, [(0x0c, 1, 1)]), "write.vf-interrupt-line": (V, [(0x3c, 1, 1)]),
    "write.pm-capabilities": (P, [(0x42, 2, 8)]), "write.pm-reserved": (P, [(0x44, 2, 4)]), "write.msi": (P, [(0xb2, 2, 0x8000)]),
    "write.msi-address": (P, [(0xb4, 4, 4)]), "write.msix": (P, [(0x52, 2, 1)]), "write.msix-mask": (P, [(0x52, 2, 0x4000)]),
    "write.msix-enable": (P, [(0x52, 2, 0x8000)]), "write.msix-table": (P, [(0x54, 4, 8)]), "write.msix-pba": (P, [(0x58, 4, 8)]),
    "write.pcie": (P, [(0x72, 2, 1)]), "write.devcap": (P, [(0x74, 4, 1)]), "write.devctl-reporting": (P, [(0x78, 2, 1)]),
    "write.devctl-mps": (P, [(0x78, 2, 0x40)]), "write.devctl-mrrs": (P, [(0x78, 2, 0x1000)]), "write.devctl-extended-tag": (P, [(0x78, 2, 0x100)]),
    "write.devctl-unsupported": (P, [(0x78, 2, 0x200)]), "write.vf-devctl": (V, [(0x78, 2, 1)]), "write.devsta": (P, [(0x7a, 2, 0x80)]),
    "write.linkcap": (P, [(0x7c, 4, 1)]), "write.linkctl": (P, [(0x80, 2, 0x40)]), "write.linkctl-reserved": (P, [(0x80, 2, 0x400)]),
    "write.vf-linkctl": (V, [(0x80, 2, 0x40)]), "write.linksta": (P, [(0x82, 2, 1)]), "write.devcap2": (P, [(0x94, 4, 1)]),
    "write.devctl2-timeout": (P, [(0x98, 2, 1)]), "write.devctl2-timeout-disable": (P, [(0x98, 2, 0x10)]),
    "write.devctl2-ports-only": (P, [(0x98, 2, 0x20)]), "write.vf-devctl2": (V, [(0x98, 2, 0x10)]), "write.linkcap2": (P, [(0x9c, 4, 1)]),
    "write.linkctl2": (P, [(0xa0, 2, 1)]), "write.aer-mask": (P, [(0x108, 4, 0x1000)]), "write.aer-mask-link": (P, [(0x108, 4, 0x10)]),
    "write.aer-mask-reserved": (P, [(0x108, 4, 2)]), "write.aer-severity": (P, [(0x10c, 4, 0x1000)]),
    "write.aer-severity-link": (P, [(0x10c, 4, 0x10)]), "write.aer-severity-reserved": (P, [(0x10c, 4, 2)]),
    "write.aer-cor-mask": (P, [(0x114, 4, 0x2000)]), "write.aer-cor-mask-link": (P, [(0x114, 4, 0x40)]), "write.aer-ecrc": (P, [(0x118, 4, 0x40)]),
    "write.vf-aer-mask": (V, [(0x108, 4, 0x1000)]), "write.vf-aer-severity": (V, [(0x10c, 4, 0x1000)]),
    "write.vf-aer-cor-mask": (V, [(0x114, 4, 0x40)]), "write.ari": (P, [(0x164, 2, 1)]), "write.acs": (P, [(0x1c4, 2, 1)]),
    "write.dsn": (P, [(0x154, 4, 1)]), "write.dsn-high": (P, [(0x158, 4, 1)]), "write.sriov": (P, [(0x184, 4, 2)]),
    "write.sriov-control": (P, [(0x188, 2, 0x80)]), "write.sriov-memory": (P, [(0x188, 2, 8)]), "write.sriov-ari": (P, [(0x188, 2, 0x10)]),
    "write.sriov-total": (P, [(0x18c, 4, 1)]), "write.sriov-num-vfs": (P, [(0x190, 2, 0x40)]), "write.sriov-dependency": (P, [(0x192, 1, 1)]),
    "write.sriov-stride": (P, [(0x194, 4, 1)]), "write.sriov-device": (P, [(0x198, 4, 1 << 16)]), "write.sriov-page-sizes": (P, [(0x19c, 4, 1)]),
    "write.sriov-bars": (P, [(0x1a4, 4, 1 << 25)]), "write.sriov-page-size": (P, [(0x1a0, 4, 0x10)]),
}
# Resets that keep what they must not, and do not keep what they must: a bit of `kept`; or leave another value (`flr`).
UNKEPT = {
    "flr.command": [(0x04, 2, 0x100)], "flr.devctl": [(0x78, 2, 1)], "flr.devctl-mps": [(0x78, 2, 0x20)], "flr.linkctl": [(0x80, 2, 0x40)],
    "flr.msix": [(0x52, 2, 0x8000)], "flr.aer-mask": [(0x108, 4, 0x100000)], "flr.aer-severity": [(0x10c, 4, 0x1000)],
    "flr.aer-cor-mask": [(0x114, 4, 0x2000)], "flr.vf-enable": [(0x188, 2, 8)], "flr.sriov-ari": [(0x188, 2, 0x10)],
    "flr.page-size": [(0x1a0, 4, 0x11)],
}
LEFT = {
    "flr.ids": [(0x09, 1, 5)], "flr.capabilities": [(0x71, 1, 0x40)], "flr.devctl-mrrs": [(0x78, 2, 0x0010)], "flr.pending": [(0x7a, 2, 0x20)],
    "flr.power-state": [(0x44, 2, 3)], "flr.msi": [(0xb2, 2, 1)],
}
OTHERWISE = {"write.sriov-offsets", "flr.ready"}  # tests of their own


def zeros(edits=()):
    return edited(bytes(SIZE), edits)


class Device:
    """A sysfs of one PF and one VF, and the files that mock.c wants."""

    def __init__(self, folder, good):
        self.folder, self.good = folder, good
        self.pf = edited(good["idle"], DEVICE)
        self.images = {"rw": zeros(RW_PF), "w1c": zeros(W1C), "stuck": zeros(), "kept": zeros(KEPT)}
        self.images["flr"] = edited(self.pf, [(0x04, 2, 0), (0x10, 8, 0xc), (0x18, 8, 0xc), (0x78, 2, 0x2010), (0x188, 2, 0), (0x1a0, 4, 1)])

    def add(self, slot, image, sizes):
        at = self.folder / f"0000:{slot}"
        at.mkdir(exist_ok=True)
        (at / "config").write_bytes(image)
        (at / "resource").write_text(sizes)
        return at

    def run(self, *words, vf=False):
        vf_image = edited(self.good["vf"], [(0x94, 4, 0x1f)])
        if vf:
            self.images["rw"] = self.images["rw_vf"]
        for name, image in self.images.items():
            (self.folder / name).write_bytes(image)
        self.add(PF_SLOT, self.pf, PF_SIZES)
        (self.add(VF_SLOT, vf_image, VF_SIZES) / "physfn").symlink_to(f"../0000:{PF_SLOT}")
        return check(MOCK, "--sysfs", self.folder, *words, VF_SLOT if vf else PF_SLOT, env={"PCICHECK_MOCK": str(self.folder)})


@pytest.fixture
def device(tmp_path, good):
    return Device(tmp_path, good)


# ---- the tests: dumps


def test_every_shall_has_a_planted_fault():
    rules = {name for name, (_, level) in listed().items() if level != "odd"}
    assert rules == set(PLANTED) | set(FLIPPED) | set(UNKEPT) | set(LEFT) | OTHERWISE


def test_good_dumps_pass(good, tmp_path):
    (tmp_path / "its-pf").write_bytes(good["pf"])
    for image, sizes, words in ((good["pf"], PF_SIZES, ()), (good["idle"], PF_SIZES, ()), (good["vf"], VF_SIZES, ("--pf", tmp_path / "its-pf"))):
        done = check_dump(tmp_path, image, sizes, PF_SLOT if not words else VF_SLOT, *words)
        assert done.returncode == 0 and not failed(done) and "SKIP" not in done.stdout, done.stdout + done.stderr
        assert re.search(r"^1\.\.\d+\n# \d+ checks, 0 violated, 0 odd, 0 not decided$", done.stdout, re.M), done.stdout


@pytest.mark.parametrize("rule", PLANTED)
def test_planted(rule, good, tmp_path):
    dump, edits, others = PLANTED[rule]
    image, sizes = (good["vf"], VF_SIZES) if dump == V else (good["pf"], PF_SIZES)
    if isinstance(edits, str):
        sizes, edits = edits, []
    if dump == PCI:
        edits = [(0x51, 1, 0), *edits]
    (tmp_path / "its-pf").write_bytes(good["pf"])
    words = ("--pf", tmp_path / "its-pf") if dump == V else ()
    done = check_dump(tmp_path, edited(image, edits), sizes, SLOTS.get(rule, VF_SLOT if dump == V else PF_SLOT), *words)
    assert done.returncode == 1 and failed(done) == {rule} | others, done.stdout + done.stderr


def test_odd_is_ok_and_told(good, tmp_path):
    done = check_dump(tmp_path, edited(good["pf"], [(0x154, 8, 0)]), PF_SIZES, PF_SLOT)
    assert done.returncode == 0 and "# odd: dsn.number: " in done.stdout and re.search(r"^ok \d+ - dsn\.number:", done.stdout, re.M)


def test_what_is_not_decoded_is_told(good, tmp_path):
    done = check_dump(tmp_path, edited(good["pf"], [(0x1c3, 1, 0x1d), (0x1d0, 4, 0x1e010018), (0x1e0, 4, 0x00017fff)]), PF_SIZES, PF_SLOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "# not checked: extended LTR capability (0018h) at 1d0h\n# not checked: extended unknown capability (7fffh) at 1e0h\n" in done.stdout


def test_without_sizes_nothing_about_sizes_is_claimed(good, tmp_path):
    (tmp_path / "dump").write_bytes(good["pf"])
    done = check(ASAN, "--file", tmp_path / "dump", PF_SLOT)
    assert done.returncode == 0 and len(re.findall(r"^ok \d+ - \S+: .* # SKIP .*not known$", done.stdout, re.M)) == 5, done.stdout


def test_violation_says_what_where_and_why(good, tmp_path):
    text = check_dump(tmp_path, edited(good["pf"], PLANTED["devctl.mps"][1]), PF_SIZES, PF_SLOT).stdout
    assert "register: 'Device Control'\n  offset: 078h\n  value: 0x2070\n  section: 'PCIe 5.0 7.5.3.4'\n  level: 'shall, by software'\n" in text
    assert "found: '1024 bytes, and 512 are supported'" in text


# ---- bad input


def hexdump(image, title="01:00.0 Ethernet controller: something"):
    rows = [f"{at:02x}: {bytes(image[at:at + 16]).hex(' ')}" for at in range(0, len(image), 16)]
    return "\n".join([title, *rows]) + "\n\n"


def test_text_is_as_good_as_raw(good, tmp_path):
    raw = check_dump(tmp_path, good["pf"], PF_SIZES, PF_SLOT)
    text = check_dump(tmp_path, hexdump(good["pf"]).encode(), PF_SIZES, PF_SLOT)
    assert text.returncode == 0 and text.stdout == raw.stdout


def test_one_of_two_devices_in_a_text(good, tmp_path):
    bad = edited(good["pf"], PLANTED["devctl.mps"][1])
    both = (hexdump(good["pf"]) + hexdump(bad, "02:00.0 Another")).encode()
    assert check_dump(tmp_path, both, PF_SIZES, "01:00.0").returncode == 0
    assert failed(check_dump(tmp_path, both, PF_SIZES, "02:00.0")) == {"devctl.mps"}
    (tmp_path / "dump").write_bytes(both)
    done = check(ASAN, "--file", tmp_path / "dump")
    assert done.returncode == 2 and "more than one device; name one" in done.stderr
    done = check(ASAN, "--file", tmp_path / "dump", "03:00.0")
    assert done.returncode == 2 and "no dump of 03:00.0" in done.stderr


@pytest.mark.parametrize("content, message", [
    (bytes(64), "64 bytes only: the capabilities are readable by root"), (bytes(100), "100 bytes, neither 256 nor 4096: truncated?"),
    (b"", "0 bytes, neither"), (bytes(5000), "5000 bytes, more than a configuration space has"), (b"\xff" * SIZE, "all ones: no function answers"),
    (b"no dump at all\n", "no dump of"), (b"00: 53 56\n20: 00\n", "line of offset 20h does not continue the dump"), (None, "No such file")])
def test_bad_dump(content, message, tmp_path):
    if content is not None:
        (tmp_path / "dump").write_bytes(content)
    done = check(ASAN, "--file", tmp_path / "dump")
    assert done.returncode == 2 and message in done.stderr, done.stderr


@pytest.mark.parametrize("words, message", [
    ([], "which function?"), (["--nonsense"], "usage:"), (["--file", "x", "--write"], "no --write or --flr"), (["--vf", "01:00.0"], "go with --file"),
    (["--sysfs", "/nonexistent", "01:00.0"], "No such file"), (["--file", "/dev/null", "a", "b"], "one name at most")])
def test_bad_usage(words, message):
    done = check(ASAN, *words)
    assert done.returncode == 2 and message in done.stderr, done.stderr


def test_bad_resource(good, tmp_path):
    done = check_dump(tmp_path, good["pf"], "0x0 0x0\n", PF_SLOT)
    assert done.returncode == 2 and "line 1 is no resource" in done.stderr


@pytest.mark.parametrize("seed", [1, 2])
def test_damaged_dumps_with_sanitizers(seed, good, tmp_path):
    for name, image in good.items():
        (tmp_path / name).write_bytes(image)
    done = check(ROOT / "build/pcicheck/asan/fuzz", tmp_path, seed, 3000, *[tmp_path / name for name in good])
    totals = re.search(r"rounds 3000 checks (\d+) violated (\d+)", done.stderr)
    assert done.returncode == 0 and totals, done.stderr[-3000:]
    assert int(totals[1]) > 50000 and int(totals[2]) > 3000, "the damage was not seen"


# ---- the tests: devices of masks


def test_good_device_passes(device):
    done = device.run("--write", "--flr")
    assert done.returncode == 0 and not failed(done) and "SKIP" not in done.stdout and not done.stderr, done.stdout + done.stderr


def test_good_vf_passes(device):
    device.images["rw_vf"] = zeros(RW_VF)
    device.images["flr"] = edited(device.good["vf"], [(0x94, 4, 0x1f)])
    done = device.run("--write", "--flr", vf=True)
    assert done.returncode == 0 and not failed(done) and "SKIP" not in done.stdout and not done.stderr, done.stdout + done.stderr


@pytest.mark.parametrize("rule", FLIPPED)
def test_planted_in_a_device(rule, device):
    which, bits = FLIPPED[rule]
    device.images["rw"] = flipped(device.images["rw"], bits)
    device.images["rw_vf"] = flipped(zeros(RW_VF), bits)
    done = device.run("--write", vf=which == V)
    assert failed(done) == {rule} and done.returncode == 1, done.stdout + done.stderr


def test_planted_offsets(device):
    field(device.pf, 0x194, 4, 0)
    done = device.run("--write")
    assert failed(done) == {"write.sriov-offsets"} and done.returncode == 1, done.stdout + done.stderr


@pytest.mark.parametrize("rule", [*UNKEPT, *LEFT])
def test_planted_in_a_reset(rule, device):
    device.images["kept"] = flipped(device.images["kept"], UNKEPT.get(rule, []))
    device.images["flr"] = edited(device.images["flr"], LEFT.get(rule, []))
    done = device.run("--flr")
    assert failed(done) == {rule} and done.returncode in (1, 2), done.stdout + done.stderr


def test_reset_without_return(device):
    (device.folder / "dead").touch()
    done = device.run("--flr")
    assert failed(done) == {"flr.ready"} and done.returncode == 2, done.stdout + done.stderr


def test_what_cannot_be_restored_is_told(device):
    field(device.images["stuck"], 0x108, 4, 0x1000)
    done = device.run("--write")
    assert done.returncode == 2 and "109h was 00h, and is left as 10h" in done.stderr, done.stderr


@pytest.mark.parametrize("what, words, message", [("driver", ["--write"], "a driver has it"), ("vfs", ["--flr"], "its VFs are enabled"),
                                                  ("sleep", ["--write"], "not in D0 but in D3")])
def test_refuses_what_is_in_use(what, words, message, device):
    if what == "vfs":
        device.pf = edited(device.good["pf"], DEVICE)
    elif what == "sleep":
        field(device.pf, 0x44, 2, 0xb)
    else:
        (device.folder / f"0000:{PF_SLOT}").mkdir()
        (device.folder / f"0000:{PF_SLOT}" / "driver").touch()
    done = device.run(*words)
    assert done.returncode == 2 and message in done.stderr and "not ok" not in done.stdout, done.stdout + done.stderr


def test_vfs_in_use_are_left_alone(device):
    """--write is allowed beside enabled VFs, but what they live on is not touched, and said so."""
    device.pf = edited(device.good["pf"], DEVICE)
    done = device.run("--write")
    skipped = set(re.findall(r"^ok \d+ - (\S+): .* # SKIP VFs are enabled$", done.stdout, re.M))
    assert done.returncode == 0 and not failed(done), done.stdout + done.stderr
    assert skipped == {f"write.sriov-{name}" for name in ("memory", "ari", "num-vfs", "offsets", "page-size", "bars")}


def test_without_extended_space_its_rules_are_skipped(good, tmp_path):
    done = check_dump(tmp_path, good["pf"][:256], PF_SIZES, PF_SLOT)
    assert "# not checked: extended capabilities, since 256 bytes only are readable" in done.stdout
    assert done.returncode == 0 and re.search(r"^ok \d+ - ecap\.loop: .* # SKIP extended configuration space is not readable$", done.stdout, re.M)


# ---- the tests: the card, and QEMU's own devices


def test_the_model_has_no_fault(dumps, tmp_path):
    (tmp_path / "its-pf").write_bytes(dumps["pf-vfs"])
    assert failed(check_dump(tmp_path, dumps["pf"], PF_SIZES, PF_SLOT)) == set()
    assert failed(check_dump(tmp_path, dumps["pf-vfs"], PF_SIZES, PF_SLOT)) == set()
    for vf in ("vf1", "vfn"):
        assert failed(check_dump(tmp_path, dumps[vf], VF_SIZES, VF_SLOT, "--pf", tmp_path / "its-pf")) == set()


def results(out):
    """{name: violated rules} of the .tap files that a guest left."""
    return {p.stem: set(re.findall(r"^not ok \d+ - (\S+):", p.read_text(), re.M)) for p in pathlib.Path(out).glob("*.tap")}


@pytest.mark.parametrize("backend", ["cmodel", "rtl"])
def test_card(backend):
    result = guest.run("sw-tests/pcicheck/svnic.sh", [VFS], plugin=[card.PLUGIN], devices=[card.device(backend)], modules=["pci-pf-stub"],
                       name=f"pcicheck-{backend}", bound=300)
    assert result.ok, result
    status = dict(re.findall(r"^row (\S+): status (\d+)", result.console, re.M))
    assert status.pop("bound") == "2" and "a driver has it" in result.console
    found = results(result.out)
    assert status == {name: "1" if found[name] else "0" for name in status}, f"{status}\n{result.console}"
    assert found == dict.fromkeys(["bound", "pf", "pf-vfs", "pf-after", "pf-dump", "vf1", "vfn", "vfn-dump"], set())
    for name in ("pf", "vf1", "vfn"):
        assert "flr.ready" in (result.out / f"{name}.tap").read_text()


# What QEMU 7.2's devices have wrong: docs/results/pcicheck.md. {vendor-device: (read only, with writes and reset)}
NO_REPORTING = {"write.command", "write.devctl-reporting", "write.linkctl"}
OTHERS = {
    "1b36-0010": ({"devcap2.timeout-disable"}, NO_REPORTING | {"flr.vf-enable", "flr.page-size"}),
    "8086-10d3": (set(), NO_REPORTING | {"write.aer-mask", "write.aer-mask-link"}),
    "1b36-000d": ({"cap.pm", "devcap2.timeout-disable"}, NO_REPORTING),
    "1af4-1041": ({"devcap2.timeout-disable"}, {"write.command", "flr.linkctl"}),
    "1000-0079": ({"cap.pm", "devcap2.timeout-disable"}, NO_REPORTING),
    "104c-8232": ({"devcap.flr-endpoints"}, set()),
    "104c-8233": ({"devcap.flr-endpoints"}, set()),
    "1b36-000c": (set(), set()),
}
NVME_VF = {"vf.interrupt-pin", "vf.linksta", "write.vf-command", "write.vf-cache-line", "write.vf-interrupt-line"}
NVME = "nvme,bus=p1,serial=a,subsys=s0,sriov_max_vfs=4,sriov_vq_flexible=8,sriov_vi_flexible=4,max_ioqpairs=16,msix_qsize=16"
OTHER_DEVICES = ["nvme-subsys,id=s0", NVME, "e1000e,bus=p2", "qemu-xhci,bus=p3", "virtio-net-pci,bus=p4", "megasas-gen2,bus=p5",
                 "x3130-upstream,id=up,bus=p6", "xio3130-downstream,bus=up,chassis=20,slot=20"]


PORTS = [f"pcie-root-port,id=p{i},bus=pcie.0,chassis={i + 1},slot={i + 1}" for i in range(1, 7)]


def run_others(name, devices, said=r"(?!)"):
    """{name: violated rules} of QEMU's devices in a guest, whose kernel says nothing but what is expected."""
    result = guest.run("sw-tests/pcicheck/others.sh", [4], devices=PORTS + devices, modules=["pci-pf-stub"], name=name, bound=300)
    others = [m for m in result.kernel if not re.search(said, m)]
    assert result.status == 0 and not others, f"{others}\n{result}"
    assert not re.search(r"^row \S+: status (?![01]\s*$)", result.console, re.M), result.console  # 2: not read, or not restored
    return results(result.out)


# QEMU 10.0's igb. {vendor-device-function: rules, by what was done}
IGB_READ = {"devcap2.timeout-disable", "sriov.ari-preserved"}
IGB_WRITE = NO_REPORTING | {"write.devctl-extended-tag", "flr.sriov-ari"}
IGB_VF = {"vf.aer-cor-mask", "vf.aer-severity", "vf.linksta", "write.vf-aer-cor-mask", "write.vf-aer-mask", "write.vf-aer-severity", "write.vf-cache-line",
          "write.vf-command", "write.vf-interrupt-line"}


def test_igb():
    """An SR-IOV card of QEMU's own, since version 8.0: Debian 13 has it (make hosts)."""
    if " \"igb\"" not in subprocess.run(["qemu-system-x86_64", "-device", "help"], capture_output=True, text=True, check=True).stdout:
        pytest.skip("this QEMU has no igb")
    found = run_others("pcicheck-igb", ["igb,bus=p1"])
    igb = {name: rules for name, rules in found.items() if name.startswith("8086-10c")}
    assert {name[10:]: rules for name, rules in igb.items()} == {
        "0000:02:00.0-read": IGB_READ, "0000:02:00.0-vfs": IGB_READ, "0000:02:00.0-write": IGB_READ | IGB_WRITE,
        **{f"0000:02:10.{n}-vf": IGB_VF for n in (0, 2, 4, 6)}}


def test_other_devices():
    found = run_others("pcicheck-others", OTHER_DEVICES, "disabling VPD access")  # megasas-gen2, at boot
    for device, (read, written) in OTHERS.items():
        seen = {name: rules for name, rules in found.items() if name.startswith(device)}
        assert seen, f"no {device}"
        for name, rules in seen.items():
            if name.endswith("-read"):
                assert rules == read, name
            elif name.endswith("-write"):
                assert rules == read | written, name
    vfs = [rules for name, rules in found.items() if name.endswith("-vf")]
    assert len(vfs) == 4 and all(rules == NVME_VF for rules in vfs), vfs
