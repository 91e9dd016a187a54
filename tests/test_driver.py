# SPDX-License-Identifier: Apache-2.0
"""The Linux driver against both cards: 64 VFs, the PF's say over them, ethtool, resets, unload under traffic; the demonstration."""
import re
import subprocess

import guest
import pytest

ROOT = guest.ROOT
PLUGIN = ROOT / "build/qemu/svnic-qemu.so"
VFS = 64
SOUND = {"pf": [r"Kernel driver in use: svnic", r"Number of VFs: 64", r"MSI-X: Enable\+", r"BusMaster\+"],
         "vf": [r"Kernel driver in use: svnic", r"MSI-X: Enable\+", r"BusMaster\+", r"\[virtual\] \[size=64K\]"]}


@pytest.mark.parametrize("backend, pings", [("cmodel", 1000), ("rtl", 200)])
def test_driver(backend, pings):
    lib = ROOT / f"build/lib/libsvnic-{backend}.so"
    result = guest.run("sw-tests/driver/driver.sh", [VFS, pings], plugin=[PLUGIN], devices=[f"svnic,bus=rp0,netdev=n0,backend={backend},lib={lib}"],
                       kos=[ROOT / "build/driver/svnic.ko"], qemu=["-netdev", "user,id=n0"], bound=500, name=f"driver-{backend}")
    failed = re.findall(r"^not ok .*", result.console, re.M)
    assert not failed, "\n".join(failed) + f"\n{result}"
    # what the PCI core says of the two requests that the script makes in order to see them refused
    told = [m for m in result.kernel if not re.search(r"1000 VFs requested; only 64 available|64 VFs already enabled. Disable before enabling 1 VFs", m)]
    assert result.status == 0 and not told, result
    assert re.search(rf"^1\.\.{len(re.findall(r'^ok ', result.console, re.M))}\s*$", result.console, re.M), result
    for function, patterns in SOUND.items():
        text = (result.out / function).read_text()
        missing = [p for p in patterns if not re.search(p, text)]
        assert not missing, f"lspci of the {function} lacks {missing}:\n{text}"
        assert "!!!" not in text, text


@pytest.mark.parametrize("backend", ["rtl", "cmodel"])
def test_demo(backend):
    """Nothing lost on any path, checksums match, a neighbour does not notice a reset; the summary names what a newcomer wants to know."""
    words = [str(ROOT / "build/venv/bin/python"), "sw-tests/demo/demo.py", "--backend", backend, "--vfs", "4", "--name", f"demo-{backend}"]
    words += [] if backend == "rtl" else ["--pings", "300", "--megabytes", "20"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    for word in ("functions", "paths", "TCP PF-to-VF1", "card:", "wire.pcap", "demo: all passed"):
        assert word in done.stdout, f"no {word!r} in\n{done.stdout}"


def test_checkpatch():
    """The kernel's own style check, --strict; sparse and W=1 are errors of the build itself (driver/module.mk)."""
    done = subprocess.run(["make", "checkpatch"], cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0 and "no finding" in done.stdout, done.stdout + done.stderr
