# SPDX-License-Identifier: Apache-2.0
"""What the card must not fall behind: cycles of the RTL alone, exact on every machine. Tables and plots: make bench."""
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
BENCH = ROOT / "build/bench/512-64/bench"


def run(**options):
    words = [f"--{k}={v}" for k, v in options.items()]
    text = subprocess.run([BENCH, *words], capture_output=True, text=True, check=True, timeout=120).stdout
    return {k: v for k, v in (word.split("=", 1) for word in text.split())}


@pytest.mark.parametrize("functions", [1, 64])
@pytest.mark.parametrize("way", ["tx", "rx"])
def test_small_packets(way, functions):
    """At least 0.1 packets of 64 bytes per cycle each way at 200 cycles of read latency, one function and 64 alike."""
    assert float(run(test=way, bytes=64, functions=functions, latency=200)[way]) >= 0.1


@pytest.mark.parametrize("way", ["tx", "rx"])
def test_large_packets(way):
    """1,500 bytes at 90 % of what 64 bytes per cycle carry."""
    assert float(run(test=way, bytes=1500, functions=64, latency=200)[way]) >= 0.9 / 24


def test_latencies():
    r = run(test="latency", bytes=64, latency=200)
    assert int(r["doorbell_to_first_beat"]) <= 460
    assert int(r["last_beat_to_completion"]) <= 60
    assert int(r["completion_to_msix"]) <= 20
