# SPDX-License-Identifier: Apache-2.0
"""A guest with the card in it, its drivers, and a network behind it: what tests and the demonstration give to guest.Guest.

    result = card.checks("sw-tests/driver/load.sh", "rtl", [4, 300])
"""
import pathlib
import re

import guest

ROOT = guest.ROOT
PLUGIN = ROOT / "build/qemu/svnic-qemu.so"


def library(backend, vfs=64):
    """The back end built for that many VFs."""
    return ROOT / "build/lib" / ("" if vfs == 64 else f"vfs-{vfs}") / f"libsvnic-{backend}.so"


def device(backend, **properties):
    """A value for -device: the card on rp0 with these properties (docs/qemu.md) besides its back end."""
    words = {"bus": "rp0", "backend": backend, "lib": library(backend)} | properties
    return ",".join(["svnic"] + [f"{name}={value}" for name, value in words.items()])


def options(backend, **properties):
    """Keywords for guest.Guest: the card with these properties, its driver, QEMU's user network."""
    return {"plugin": [PLUGIN], "devices": [device(backend, netdev="n0", **properties)], "kos": [guest.mkinitramfs.driver()], "qemu": ["-netdev", "user,id=n0"]}


def nothing_else(result, *patterns):
    """The kernel gave no warning but those that match."""
    others = [m for m in result.kernel if not any(re.search(pattern, m) for pattern in patterns)]
    assert not others, "\n".join(others) + f"\n{result}"


def checks(script, backend, words, on_line=None, bound=500, card_has=None, kos=None, **more):
    """Runs a script that prints TAP (sw-tests/driver/functions.sh); all of its checks must hold. on_line(guest, line) hears its console;
    card_has: properties of the card; kos: other modules than the usual driver."""
    path = pathlib.Path(script)
    keywords = options(backend, **(card_has or {})) | ({"kos": kos} if kos else {}) | more
    machine = guest.Guest(script, words, bound=bound, name=f"{path.stem}-{backend}", **keywords)
    machine.on_line = on_line and (lambda line: on_line(machine, line))
    machine.start()
    result = machine.wait()
    failed = re.findall(r"^not ok .*", result.console, re.M)
    assert not failed, "\n".join(failed) + f"\n{result}"
    assert result.status == 0 and re.search(rf"^1\.\.{len(re.findall(r'^ok ', result.console, re.M))}\s*$", result.console, re.M), result
    return result
