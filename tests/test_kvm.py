# SPDX-License-Identifier: Apache-2.0
"""A VF assigned to a guest under KVM, inside the guest that holds the card: traffic, a kill under traffic, the next tenant, nobody's bytes with anyone else."""
import re
import subprocess

import card
import experiment
import guest
import pytest


@pytest.mark.parametrize("backend, pings, megabytes", [("rtl", 100, 1), ("cmodel", 1000, 8)])
def test_assignment(backend, pings, megabytes):
    result = card.checks("sw-tests/kvm/assign.sh", backend, [4, pings, megabytes], runs_kvm=True)
    assert result.ok, result
    for name in ("a", "b"):
        text = (result.out / f"{name}.warnings").read_text()
        assert "svnic: loading" in text and not guest.kernel_messages(text, guest.read_baseline()), text
    counted = dict(re.findall(r"^row counter (\w+) (\d+)", result.console, re.M))
    print(", ".join(f"{name} {int(counted[name]) / pings:.2f}" for name in ("exits", "irq_injections", "halt_exits")), "per ping")
    assert int(counted["irq_injections"]) > 0 and int(counted.get("mmio_exits", 0)) == 0, "its BARs are mapped: no access of it exits"


CLAIM = re.compile(r"svnic_vfio 0000:01:00\.2: svnic_kvm: says that slot 1 is CPU \d+, which its machine does not have$")


@pytest.mark.parametrize("backend, pings, megabytes", [("cmodel", 100, 1)])
def test_redirection(backend, pings, megabytes):
    """The card is told which vCPUs run: events move to those that do, rings are rescued, nothing is lost; modules, guest and PF go in any order."""
    result = card.checks("sw-tests/kvm/redirect.sh", backend, [pings, megabytes], runs_kvm=True, kos=guest.mkinitramfs.drivers_of_hosts())
    said = [m for m in result.kernel if CLAIM.search(m)]
    card.nothing_else(result, CLAIM, r"reset with VFs in use by guests: they must reset theirs, too$", r"callbacks suppressed$")
    assert len(said) == 1, "a wrong claim is said once"
    for name in ("a", "b"):
        text = (result.out / f"{name}.warnings").read_text()
        assert "svnic: loading" in text and not guest.kernel_messages(text, guest.read_baseline()), text
    print("\n".join(re.findall(r"^row (.*?)\s*$", result.console, re.M)))


def test_interval_of_a_median():
    """Binomial tails by hand: of six values the extremes hold with 1 - 2/64 = 96.9 %; of 20, the sixth from each end with 95.9 % (Conover, sign test)."""
    assert experiment.median_interval([1, 2, 3, 4, 5]) is None
    assert experiment.median_interval([6, 1, 5, 2, 4, 3]) == (1, 6)
    assert experiment.median_interval(list(range(1, 21))) == (6, 15)


def test_half_a_pair_is_no_sample():
    console = "row sample 1 a exits 3.5\nrow sample 1 b exits 2\n"
    assert experiment.samples(console) == {"exits": {1: {"a": 3.5, "b": 2.0}}}
    with pytest.raises(ValueError, match=r"pairs \[2\]"):
        experiment.samples(console + "row sample 2 a exits 1\n")


def test_experiment(tmp_path):
    """The example from end to end: every sample is there, nothing was lost, table and plot are made."""
    done = subprocess.run([guest.ROOT / "build/venv/bin/python", "sw-tests/kvm/experiment.py", "moderation", "20", "--pairs", "6", "--output", tmp_path],
                          cwd=guest.ROOT, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "| lost | 0 | 0 | +0 | 0 .. 0 |" in done.stdout and "| exits_per |" in done.stdout, done.stdout
    assert len((tmp_path / "moderation.csv").read_text().splitlines()) == 1 + 6 * 9
    assert (tmp_path / "moderation.png").stat().st_size > 5000
