# SPDX-License-Identifier: Apache-2.0
"""A VF assigned to a guest under KVM, inside the guest that holds the card: traffic, a kill under traffic, the next tenant, nobody's bytes with anyone else."""
import re

import card
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
