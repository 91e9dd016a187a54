# SPDX-License-Identifier: Apache-2.0
"""What the fuzzer kept: the model takes it with sanitizers, and the RTL says the same; a planted fault is found by both."""
import os
import re
import subprocess

import pytest
from test_lockstep import CORPUS, MODEL_PLANTS, ROOT
from test_lockstep import run as lockstep

TOTALS = re.compile(r"^(\w+): (\d+) inputs, (\d+) TLPs and frames accepted", re.M)


def run(*words, env=()):
    done = subprocess.run([str(w) for w in words], cwd=ROOT, capture_output=True, text=True, timeout=600, errors="replace",
                          env={**os.environ, "SYSTEMC_DISABLE_COPYRIGHT_MESSAGE": "1", **dict(env)})
    return done.returncode, done.stdout + done.stderr


def test_corpus_through_model_and_lockstep():
    status, text = run("verif/fuzz/replay.sh", CORPUS)
    assert status == 0, text[-4000:]
    print(text)
    totals = {name: (int(inputs), int(accepted)) for name, inputs, accepted in TOTALS.findall(text)}
    number = len(list(CORPUS.iterdir()))
    assert number >= 50 and totals["fuzz"][0] == totals["lockstep"][0] == number
    assert min(accepted for _, accepted in totals.values()) > 300 * number


def test_trespass_is_found_without_the_rtl():
    status, text = run("build/fuzz/fuzz", CORPUS, env={"FUZZ_PLANT": "model-pf-writes-for-all"})
    assert status < 0 and "reaches into another one's memory" in text, text[-2000:]


def test_bad_command_line():
    assert run("build/fuzz/fuzz")[0] == 2
    status, text = run("build/fuzz/fuzz", "no-such-file")
    assert status == 2 and "no-such-file cannot be read" in text


@pytest.mark.parametrize("plant", MODEL_PLANTS)
def test_corpus_finds_the_fault(plant):
    """The kept inputs are worth keeping: each fault of the model shows in one of them."""
    for file in sorted(CORPUS.iterdir()):
        status, text = lockstep("512-64", f"--input={file}", f"--plant={plant}")
        if status:
            assert status == 1 and "DIFFERENT" in text, text[-2000:]
            return
    pytest.fail(f"{plant} was not found")
