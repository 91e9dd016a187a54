# SPDX-License-Identifier: Apache-2.0
"""The front door itself: help, set-up, the guest without a card."""
import re
import subprocess
import time

import pytest

import guest


def sh(root, *argv):
    return subprocess.run(argv, cwd=root, capture_output=True, text=True)


def test_help_names_the_targets_and_variables(root):
    text = sh(root, "make").stdout
    for word in ("help", "setup", "test", "clean", "BACKEND", "VFS", "SEED", "CYCLES", "DATA_W", "NUM_VFS"):
        assert re.search(rf"^  {word} +\S", text, re.M), f"{word} is not in:\n{text}"


def test_setup_again_takes_under_two_seconds(root):
    start = time.monotonic()
    done = sh(root, "tools/setup.sh")
    assert done.returncode == 0, done.stderr
    assert time.monotonic() - start < 2


def test_setup_refuses_an_unknown_group(root):
    done = sh(root, "tools/setup.sh", "nonsense")
    assert done.returncode != 0 and "unknown group 'nonsense'" in done.stderr


def test_shell_scripts_parse(root):
    for script in [*root.glob("tools/*.sh"), root / ".ci/run"]:
        assert sh(root, "bash", "-n", script).returncode == 0, script


def test_plain_guest_prints_nothing_beyond_the_baseline():
    result = guest.run("lspci -n\nip -o link show lo\n", name="plain")
    assert result.ok, result
    assert "0604: 1b36:000c" in result.console, "the root port for the card"
    assert "LOOPBACK,UP" in result.console


def test_guest_reports_status_arguments_and_kernel_messages():
    script = 'echo "<4>planted warning" >/dev/kmsg\necho "args:$1:$2:"\ntouch /out/file\nexit 3\n'
    result = guest.run(script, ["two words", "k=v"], name="status")
    assert result.status == 3 and not result.ok
    assert result.kernel == ["planted warning"]
    assert "args:two words:k=v:" in result.console
    assert (result.out / "file").exists()


def test_monitor_answers_while_the_guest_runs():
    answers = []

    def on_line(line):
        if line.strip() == "ready":
            answers.append(machine.hmp("info pci"))

    machine = guest.Guest("echo ready; sleep 1", name="monitor", on_line=on_line)
    machine.start()
    assert machine.wait().ok
    assert 'id "rp0"' in answers[0]


def test_guest_that_hangs_is_ended_at_its_bound():
    result = guest.run("echo before the hang; sleep 1000", name="hang", bound=15)
    assert result.status is None and "bound of 15 s" in result.reason
    assert "before the hang" in result.console


def test_guest_that_panics_says_so():
    result = guest.run("echo c >/proc/sysrq-trigger; sleep 60", name="panic", bound=60)
    assert result.status is None and not result.ok
    assert any("Kernel panic" in m for m in result.kernel), result


@pytest.mark.parametrize("text, found", [
    ("<4>[    1.0] odd thing", ["odd thing"]),
    ("[    1.0] mtrr: your CPUs had inconsistent fixed MTRR settings", []),
    ("not a kernel line", []),
])
def test_kernel_messages(text, found):
    assert guest.kernel_messages(text, guest.read_baseline()) == found


def test_window_holds_all_bars():
    assert guest.pref64_reserve([64 << 10] * 3) == 2 << 20
    assert guest.pref64_reserve([64 << 10] * 3, [64 << 10] * 3, 64) == 32 << 20
