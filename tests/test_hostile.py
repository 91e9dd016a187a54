# SPDX-License-Identifier: Apache-2.0
"""A tenant without manners on a VF (sw-tests/hostile): it gets its errors, its neighbour loses nothing, the kernel sees its faults only."""
import re
import subprocess

import card
import guest
import plants
import pytest

PLANTED = guest.ROOT / "build/lib/planted/libsvnic-cmodel.so"

# What the kernel may say: what the PF has to say of VF 1 (the second), and of its own reset, its own rate limit, and faults of that function's DMA.
OFFENDER = re.compile(r"svnic 0000:01:00\.0( \w+)?: (VF 1(:| reports an error$)|reset with VFs in use by guests: they must reset theirs, too$)"
                      r"|callbacks suppressed$|DMAR: DRHD: handling fault status reg [0-9a-f]+$"
                      r"|DMAR: \[DMA (Read|Write) NO_PASID\] Request device \[01:00\.2\] fault addr 0x[0-9a-f]+ ")


def check_tenant(backend, seed, attacks=(), **more):
    result = card.checks("sw-tests/hostile/hostile.sh", backend, [1, seed, *attacks], **more)
    card.nothing_else(result, OFFENDER)
    return result


@pytest.mark.parametrize("backend, seed", [("rtl", 1), ("cmodel", 2)])
def test_hostile_tenant(backend, seed):
    result = check_tenant(backend, seed)
    assert any("DMAR: [DMA" in m for m in result.kernel), "no fault at all: the attacks did not reach the IOMMU"
    ran = re.findall(r"^row victims (\w+): (.*?)\s*$", result.console, re.M)
    print("\n".join(f"{name}: {what}" for name, what in ran))
    assert len(ran) == 10


@pytest.mark.parametrize("fault", plants.read(guest.ROOT / "sw-tests/hostile/planted/plants.txt"), ids=lambda fault: fault["name"])
def test_planted_fault(fault, monkeypatch):
    """The same checks fail on a card with one condition changed."""
    monkeypatch.setenv("SVNIC_PLANT", str(fault["number"]))
    with pytest.raises(AssertionError, match=fault["caught"]):
        check_tenant("cmodel", 1, [fault["attack"]], card_has={"lib": PLANTED}, bound=60)


@pytest.mark.parametrize("words, message", [([], "usage: hostile"), (["0000:01:00.2", "1", "nonsense", "1"], "usage: hostile"),
                                            (["0000:01:00.2", "1", "spoof", "1", "no-mac"], "no-mac is no MAC address"),
                                            (["0000:01:00.2", "4711", "spoof", "1"], "vfio")])
def test_hostile_refuses(words, message):
    done = subprocess.run([guest.ROOT / "build/sw-tests/hostile", *words], capture_output=True, text=True)
    assert done.returncode == 2 and message in done.stderr
