# SPDX-License-Identifier: Apache-2.0
"""What docs/results/hosts.md says about hosts and guest kernels. The matrix itself is `make hosts` (part of `make test-all`)."""
import importlib.util
import re

import pytest


@pytest.fixture
def hosts(root):
    spec = importlib.util.spec_from_file_location("hosts", root / "tools/hosts.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_last_matrix_is_whole_and_passed(root, hosts):
    """Every run of every host is in the table, and none of them failed; the log has a section for each."""
    rows = re.findall(r"^\| Debian (\w+) \| (\S+) \| (\S+) \| (.*?) \| (\w+).*?\| \d+ \|$", (root / "docs/results/hosts.md").read_text(), re.M)
    assert [(r[0], r[3]) for r in rows] == [(host.release, what) for host in hosts.HOSTS for what, _ in host.runs()]
    assert {r[4] for r in rows} == {"passed"} and "?" not in {w for r in rows for w in r[1:3]}, rows
    assert len({r[2] for r in rows}) == len(hosts.HOSTS), "a kernel of its own in each"
    assert len(re.findall(r"^=== ", (root / "docs/results/hosts.log").read_text(), re.M)) == len(rows)


def test_a_run_that_fails_is_told(hosts, monkeypatch, capsys):
    host = hosts.Host("bookworm", "")
    monkeypatch.setattr(hosts.Host, "run", lambda self, command: (1, "1 passed, 2 failed\n"))
    log = []
    rows = hosts.of_host(host, log)
    assert len(rows) == len(log) == 1 and rows[0].cells()[4] == "FAILED (1 passed, 2 failed)", "nothing is run behind a build that failed"
    assert "2 failed" in log[0] and "2 failed" in capsys.readouterr().out
