# SPDX-License-Identifier: Apache-2.0
"""The QEMU device (verif/qemu) with its own stub card: translation, derived configuration space, life and end.

No svnic in here; whether the card behind it is right is the business of sw-tests/.
"""
import os
import pathlib
import re
import shutil
import socket
import struct
import subprocess
import time

import guest
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
PLUGIN = ROOT / "build/qemu/svnic-qemu.so"
STUB = ROOT / "build/qemu/libsvnic-stub.so"
EXPECTED = re.compile("|".join([
    # vfio-copy reads an address that is not mapped
    r"DMAR: \[DMA Read NO_PASID\] Request device \[01:0[0-9a-f]\.[0-7]\] fault addr 0x70000000", r"DMAR: DRHD: handling fault",
    # a bare FLR and a bare bus reset take VFs away behind Linux's back; so does unplugging the PF
    r"Unable to change power state from D3\w+ to D0, device inaccessible", r"driver left SR-IOV enabled after remove",
]))


def device(**properties):
    words = [f"svnic,bus=rp0,backend=cmodel,lib={STUB},id=nic"]
    return ",".join(words + [f"{k.replace('_', '-')}={v}" for k, v in properties.items()])


def stats(path):
    return {k: int(v) if v.isdigit() else v for k, v in (l.split("=", 1) for l in path.read_text().split())}


class Qemu:
    """A machine without a guest: what the device does by itself."""

    def __init__(self, tmp_path, dev, *more, paused=False):
        self.mon = tmp_path / "mon"
        argv = ["qemu-system-x86_64", "-M", "q35", "-display", "none", "-nodefaults", "-plugin", PLUGIN,
                "-monitor", f"unix:{self.mon},server=on,wait=off", "-device", "pcie-root-port,id=rp0,chassis=1",
                *more, "-device", dev] + (["-S"] if paused else [])
        self.process = subprocess.Popen(argv, stderr=subprocess.PIPE, text=True)
        for _ in range(100):
            if self.mon.exists() or self.process.poll() is not None:
                break
            time.sleep(0.05)
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(20)
        self.sock.connect(str(self.mon))
        self.read()

    def read(self):
        data = b""
        while not data.endswith(b"(qemu) "):
            data += self.sock.recv(65536)
        return data.decode()

    def hmp(self, line):
        self.sock.sendall(line.encode() + b"\n")
        return self.read()

    def counter(self, name):
        return int(re.search(rf"\b{name}=(\d+)", self.hmp("qom-get /machine/peripheral/nic counters").replace("\\n", "\n")).group(1))

    def quit(self):
        self.sock.sendall(b"quit\n")
        _, err = self.process.communicate(timeout=20)
        return self.process.returncode, err


@pytest.fixture
def qemu(tmp_path):
    machines = []

    def start(dev, *more, **options):
        machines.append(Qemu(tmp_path, dev, *more, **options))
        return machines[-1]
    yield start
    for machine in machines:
        machine.process.kill()
        machine.process.communicate()


def config_dwords(path):
    text = path.read_text()
    rows = re.findall(r"^([0-9a-f]{2,3}): ((?:[0-9a-f]{2} ?){16})$", text, re.M)
    data = bytes.fromhex("".join(r[1] for r in rows))
    return struct.unpack(f"<{len(data) // 4}I", data)


def compare_copy(run, where, problems):
    """QEMU's derived copy, as `info pci` and `info mtree` show it, against what the guest reads from the card."""
    card = config_dwords(run.dir / "out/pf")
    pci = run.hmp("info pci")
    mtree = run.hmp("info mtree -f")
    bars = [((card[5 + 2 * i] << 32) | card[4 + 2 * i]) & ~15 for i in range(2)]
    for i, base in enumerate(bars):
        mapped = f"{base:016x}-" in mtree if base else False
        if mapped != bool(card[1] & 2):
            problems.append(f"{where}: BAR {2 * i} at {base:#x}, memory enable {card[1] >> 1 & 1}, mapped {mapped}")
    sriov = 0x140 // 4
    vfs = (card[sriov + 4] & 0xffff) if card[sriov + 2] & 1 else 0
    made = len(re.findall(r"Bus +1, device +\d+, function \d+:", pci)) - 1
    total = card[sriov + 3] >> 16
    if made not in (vfs, total):    # QEMU 10 makes all of them with the PF, and enables some
        problems.append(f"{where}: the card has {vfs} VFs of {total}, QEMU {made}")
    base = ((card[sriov + 10] << 32) | card[sriov + 9]) & ~15
    for n in range(total if base else 0):
        if (f"{base + n * 0x10000:016x}-" in mtree) != (n < vfs and card[sriov + 2] & 9 == 9):
            problems.append(f"{where}: VF {n + 1} BAR 0 not mapped as the card says")


@pytest.mark.parametrize("plant", ["", "slow"])
def test_qemu_device_in_a_guest(tmp_path, plant):
    """With a back end that is at once done, and with one that takes a TLP every 20 us."""
    problems, looks = [], []

    def plug():
        """QEMU finishes the removal some time after the guest has seen it."""
        for _ in range(50):
            if not run.hmp("device_add " + device()):
                return
            time.sleep(0.1)
        problems.append("device_add")

    def on_line(line):
        if line.startswith("look: "):
            looks.append(line[6:])
        elif line.startswith("looked"):
            compare_copy(run, looks[-1], problems)
        elif line.startswith("unplug:"):
            run.hmp("device_del nic")
        elif line.startswith("plug:"):
            plug()

    run = guest.Guest("verif/qemu/test/device.sh", plugin=[PLUGIN], name=f"qemu-device{plant}", modules=["pci-pf-stub"],
                      devices=[device(stats=tmp_path / "stats", plant=plant)], on_line=on_line, bound=180)
    run.start()
    result = run.wait()
    assert result.status == 0, str(result) + "\n" + "\n".join(re.findall(r"FAIL.*", result.console))
    assert not problems, "\n".join(problems)
    assert len(looks) == 4
    assert not [m for m in result.kernel if not EXPECTED.search(m)], result.kernel
    seen = stats(tmp_path / "stats")
    assert seen["dma_faults"] == 6 and seen["msi_writes"] == 6 * 150 and seen["tlp_up_fetchadd"] == 6
    assert seen["time_outs"] == seen["cpl_unexpected"] == seen["tlp_refused"] == 0
    print({k: seen[k] for k in ("config_reads", "config_writes", "config_retries", "tlp_up", "tlp_down", "rid_unknown")})


def test_qemu_device_frames_and_pcap(qemu, tmp_path):
    """The stub sends every frame back with its addresses exchanged; both go into the capture."""
    mine = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    mine.bind(("127.0.0.1", 0))
    mine.settimeout(10)
    theirs = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    theirs.bind(("127.0.0.1", 0))
    port = theirs.getsockname()[1]
    theirs.close()
    vm = qemu(device(netdev="n0", pcap=tmp_path / "x.pcap"), "-netdev",
              f"dgram,id=n0,local.type=inet,local.host=127.0.0.1,local.port={port},"
              f"remote.type=inet,remote.host=127.0.0.1,remote.port={mine.getsockname()[1]}")
    for n in range(500):
        frame = bytes([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2]) + struct.pack(">HI", 0x88b5, n) + bytes(50 + n)
        mine.sendto(frame, ("127.0.0.1", port))
        assert mine.recv(65536) == frame[6:12] + frame[:6] + frame[12:]
    assert vm.counter("frames_up") == vm.counter("frames_down") == 500
    assert vm.quit() == (0, "")
    data = (tmp_path / "x.pcap").read_bytes()
    at, records = 24, 0
    while at < len(data):
        at += 16 + struct.unpack_from("<I", data, at + 8)[0]
        records += 1
    assert (at, records) == (len(data), 1000)


def test_qemu_device_idle_stop_and_reset(qemu):
    vm = qemu(device(netdev="n0"), "-netdev", "user,id=n0")
    time.sleep(1)
    before, cycles = guest.card_ticks(vm.process.pid), vm.counter("cycles")
    time.sleep(3)
    used = guest.card_ticks(vm.process.pid) - before
    assert used <= 0.02 * 3 * os.sysconf("SC_CLK_TCK"), "an idle card uses more than 2 % of a core"
    assert vm.counter("cycles") - cycles < 100
    for _ in range(3):
        vm.hmp("stop")
        vm.hmp("info pci")
        vm.hmp("system_reset")
        vm.hmp("cont")
    assert "svnic" in vm.hmp("info qtree")
    assert "migrat" in vm.hmp("migrate exec:true")
    assert vm.quit() == (0, "")


def test_qemu_device_completion_timeout(qemu):
    """All ones, one message, and what follows is not made to wait as long."""
    vm = qemu(device(netdev="n0", plant="mute", timeout_ms=300), "-netdev", "user,id=n0")
    found = None
    for _ in range(100):    # until the firmware has placed it
        found = re.search(r"1234:5354.*?BAR0: 64 bit prefetchable memory at (0x[0-9a-f]+) ", vm.hmp("info pci"), re.S)
        if found and int(found.group(1), 16) < 1 << 40:
            break
        time.sleep(0.1)
    bar = int(found.group(1), 16)
    assert "0x53565354" in vm.hmp(f"xp /1wx {bar:#x}")
    start = time.monotonic()
    assert "no completion" in vm.hmp(f"xp /1wx {bar + 0x38:#x}")
    for _ in range(9):
        assert "0xffffffff" in vm.hmp(f"xp /1wx {bar + 0x38:#x}")
    assert time.monotonic() - start < 2
    assert vm.counter("time_outs") == 10
    assert "0x53565354" in vm.hmp(f"xp /1wx {bar:#x}")
    assert vm.quit() == (0, "")


def refusal(dev, plugin=PLUGIN, more=()):
    done = subprocess.run(["qemu-system-x86_64", "-M", "q35", "-display", "none", "-nodefaults", "-S", *more, "-plugin", plugin,
                           "-device", "pcie-root-port,id=rp0,chassis=1", "-device", dev], capture_output=True, text=True,
                          timeout=20)
    assert done.returncode != 0
    return done.stderr.strip()


@pytest.mark.parametrize("dev, words", [
    ("svnic,bus=rp0,backend=foo", "backend= must be"),
    ("svnic,bus=rp0", "backend= must be"),
    ("svnic,bus=rp0,backend=rtl,lib=/nowhere", "/nowhere"),
    (f"svnic,bus=rp0,backend=cmodel,lib={PLUGIN}", "svnic_abi_version"),
    (f"svnic,bus=rp0,backend=cmodel,lib={STUB},waves=x.fst", "no waves"),
    (f"svnic,bus=rp0,backend=cmodel,lib={STUB},pcap=/nowhere/x", "/nowhere/x"),
    (f"svnic,backend=cmodel,lib={STUB}", "pcie-root-port"),
    ("svnic-vf,bus=rp0", "svnic-vf"),
])
def test_qemu_device_says_what_is_wrong(dev, words):
    message = refusal(dev)
    assert words in message and len(message.splitlines()) == 1, message


def test_qemu_device_refuses_icount():
    assert "-icount is not supported" in refusal(device(), more=["-icount", "shift=1"])


def test_qemu_device_refuses_another_qemu(tmp_path):
    """The package string in the plugin is changed by one digit."""
    other = tmp_path / "svnic-qemu.so"
    data = PLUGIN.read_bytes()
    package = re.search(rb"Debian 1:[^\0]*", data).group(0)
    other.write_bytes(data.replace(package, package[:-1] + (b"0" if package[-1:] != b"0" else b"1")))
    assert "built for QEMU package" in refusal("svnic,bus=rp0,backend=cmodel", other)


@pytest.mark.parametrize("version, works", [("7.2.22", True), ("10.0.2", False), ("10.0.5", False), ("10.0.6", True), ("10.0.13", True),
                                            ("10.1.0", False), ("10.1.1", False), ("10.1.2", True), ("6.2.0", False)])
def test_broken_qemus_are_refused_by_name(version, works):
    """One sentence with the version and the reason, before anything is fetched or built."""
    done = subprocess.run(["tools/qemu-headers.sh", "--check", version], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode == 0) == works, done
    if not works:
        reason = r"is too old: its SR-IOV" if version.startswith("6") else r"maps 64-bit BARs of virtual functions to wrong addresses"
        assert re.fullmatch(rf"qemu-headers.sh: error: QEMU {re.escape(version)} {reason}[^\n]*\n", done.stderr), done.stderr


@pytest.mark.parametrize("header, refused", [
    ("bool pcie_sriov_pf_init(int);\nvoid pcie_sriov_vf_register_bar(int);\n", True),
    ("bool pcie_sriov_pf_init(int);\n", False),
    ("void pcie_sriov_pf_init(int);\nvoid pcie_sriov_vf_register_bar(int);\n", False),
])
def test_broken_headers_are_refused(tmp_path, header, refused):
    """Should a distribution call such a QEMU something else: its headers tell, and compat.h refuses to be compiled."""
    (tmp_path / "hw/pci").mkdir(parents=True)
    (tmp_path / "hw/pci/pcie_sriov.h").write_text(header)
    features = subprocess.run(["sh", "verif/qemu/features.sh", tmp_path], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    lines = (ROOT / "verif/qemu/compat.h").read_text()
    lines = re.sub(r"^#include.*$", "", lines, flags=re.M).split("/* Older lists")[0] + "#endif\n"
    done = subprocess.run(["gcc", "-E", *features, "-"], input=lines, capture_output=True, text=True)
    assert (done.returncode != 0) == refused and ("maps 64-bit BARs" in done.stderr) == refused, done.stderr


def test_qemu_device_symbols_are_checked(tmp_path):
    source = tmp_path / "x.c"
    source.write_text("int nowhere_at_all(void); int f(void) { return nowhere_at_all(); }\n")
    subprocess.run([shutil.which("gcc"), "-shared", "-fPIC", "-o", tmp_path / "x.so", source], check=True)
    exports = guest.mkinitramfs.read_env("qemu")["QEMU_EXPORTS"]
    check = ROOT / "verif/qemu/check-symbols"
    done = subprocess.run([check, tmp_path / "x.so", exports], capture_output=True, text=True)
    assert done.returncode == 1 and "nowhere_at_all" in done.stderr
    assert subprocess.run([check, PLUGIN, exports]).returncode == 0
