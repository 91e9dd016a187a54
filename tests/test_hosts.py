# SPDX-License-Identifier: Apache-2.0
"""What docs/results/hosts.md says about hosts and guest kernels. The matrix itself is `make hosts` (part of `make test-all`)."""
import importlib.util

import pytest


@pytest.fixture
def hosts(root):
    spec = importlib.util.spec_from_file_location("hosts", root / "tools/hosts.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_last_matrix_is_whole_and_passed(root, hosts):
    """Every run of every host is in the table, and none of them failed; the log has a section for each."""
    rows = hosts.last_time()
    assert [(row.name, row.cells[3]) for row in rows] == [(host.name, what) for host in hosts.HOSTS for what, _ in host.runs()]
    assert all(row.passed and "?" not in row.cells for row in rows), hosts.table(rows)
    assert all(f": {row.cells[3]}\n" in row.log for row in rows)
    assert len({row.cells[2] for row in rows}) == len(hosts.HOSTS), "a kernel of its own in each"


def test_a_run_that_fails_is_told(hosts, monkeypatch, capsys):
    host = hosts.Host("bookworm", "")
    monkeypatch.setattr(hosts.Host, "run", lambda self, command: (1, "1 passed, 2 failed\n"))
    rows = hosts.of_host(host, [])
    assert len(rows) == 1 and rows[0].cells[4] == "FAILED (1 passed, 2 failed)", "nothing is run behind a build that failed"
    assert "2 failed" in rows[0].log and "2 failed" in capsys.readouterr().out
