# SPDX-License-Identifier: Apache-2.0
"""The golden model on its own: its C tests with and without sanitizers; and what both back ends must do: the example hosts, the ABI."""
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
TESTS = sorted(p.stem for p in (ROOT / "cmodel/test").glob("*.c") if p.stem != "bus")
ABI = """abi_version device_backlog device_create device_cycles device_destroy device_get_frame device_get_tlp device_info device_next_due
device_now device_put_frame device_put_tlp device_reset device_run device_set_carrier""".split()


def run(*command):
    result = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=120, cwd=ROOT)
    assert result.returncode == 0, f"{command}: {result.returncode}\n{result.stdout[-3000:]}\n{result.stderr[-3000:]}"
    return result.stdout


def check_tap(text):
    planned = int(re.search(r"^1\.\.(\d+)$", text, re.M).group(1))
    assert planned and len(re.findall(r"^ok \d+", text, re.M)) == planned and "not ok" not in text, text


@pytest.mark.parametrize("variant", ["", "asan/"])
@pytest.mark.parametrize("name", TESTS)
def test_unit(name, variant):
    check_tap(run(ROOT / f"build/cmodel/{variant}test/{name}"))


@pytest.mark.parametrize("seed", range(2, 8))
def test_random_host(seed):
    """Each decision of the card alone is legal, and a second card that is told them predicts the same bytes."""
    text = run(ROOT / "build/cmodel/asan/test/commits", seed, 10000)
    check_tap(text)
    totals = {k: int(v) for k, v in re.findall(r"^# (\w+) +(\d+)$", text, re.M)}
    print(totals)
    for commit in ("ResetDone", "ReadTimeout", "TxOut", "RxTake", "EventPost", "EventNotify", "StopDone", "AerTake"):
        assert totals[commit], f"{commit} never happened"


@pytest.mark.parametrize("host", ["cmodel/host", "cmodel/asan/host", "rtl/host"])
def test_example(host):
    text = run(ROOT / f"build/{host}")
    assert "function 0: 5653:1000, class 020000" in text
    assert "BAR0 512 KiB, BAR2 64 KiB, VF BAR0 64 KiB" in text
    assert "wire: 60 bytes: hello from VF 1" in text
    assert "completion 0: written" in text


@pytest.mark.parametrize("backend", ["cmodel", "rtl"])
def test_systemc(backend):
    """The card as an sc_module: the same bytes, and no cycles while it is idle."""
    text = run(ROOT / f"build/systemc/{backend}")
    assert "function 0: 10005653" in text and "BAR0: 512 KiB" in text
    assert "wire: 60 bytes: hello from SystemC" in text and "completion 0: written" in text
    nanoseconds, cycles = map(int, re.search(r"^(\d+) ns, .*, (\d+) cycles$", text, re.M).groups())
    assert nanoseconds > 10000 and 4 * cycles < nanoseconds / 2, text


def test_example_is_short():
    assert len((ROOT / "cmodel/examples/host.c").read_text().splitlines()) < 100


@pytest.mark.parametrize("backend", ["cmodel", "rtl"])
def test_exports(backend):
    """The library shows the ABI, and nothing else."""
    text = run("nm", "-D", "--defined-only", ROOT / f"build/lib/libsvnic-{backend}.so")
    assert sorted(line.split()[-1] for line in text.splitlines()) == sorted("svnic_" + n for n in ABI)
