# SPDX-License-Identifier: Apache-2.0
"""Linux in stock QEMU enumerates the card: configuration space is the card's, PF and VFs."""
import re

import card
import guest
import plants
import pytest

SOUND = {
    "pf": [r"Memory at \w+ \(64-bit, prefetchable\) \[size=512K\]", r"MSI-X: Enable- Count=16", r"FLReset\+",
           r"Initial VFs: 64, Total VFs: 64, Number of VFs: 64", r"VF offset: 1, stride: 1, Device ID: 1001",
           r"Alternative Routing-ID", r"Advanced Error Reporting", r"Device Serial Number"],
    "vf": [r"\[virtual\] \[size=64K\]", r"MSI-X: Enable- Count=16", r"FLReset\+", r"Alternative Routing-ID"],
}


@pytest.mark.parametrize("backend", ["cmodel", "rtl"])
def test_enumerate_64_vfs(backend):
    result = guest.run("sw-tests/boot/enumerate.sh", [64], plugin=[card.PLUGIN], devices=[card.device(backend)],
                       modules=["pci-pf-stub"], name=f"enumerate-{backend}")
    assert result.ok, result
    for function, patterns in SOUND.items():
        text = (result.out / function).read_text()
        missing = [p for p in patterns if not re.search(p, text)]
        assert not missing, f"lspci of the {function} lacks {missing}:\n{text}"
        assert "!!!" not in text and "<unknown" not in text, text


def test_nothing_without_the_cards_configuration_space(monkeypatch):
    """The RTL with its configuration requests refused: neither QEMU nor the plugin makes up for it, and says so."""
    lib = guest.ROOT / "build/rtl/planted/libsvnic-rtl.so"
    monkeypatch.setenv("SVNIC_PLANT", str(plants.number_of(guest.ROOT / "verif/lockstep/plants.txt", "without-cfg")))
    result = guest.run("sw-tests/boot/enumerate.sh", [8], plugin=[card.PLUGIN], devices=[card.device("rtl", lib=lib)],
                       modules=["pci-pf-stub"], name="enumerate-without-cfg")
    assert result.status is None and "shows no PCI Express capability (vendor:device ffff:ffff)" in result.reason, result
