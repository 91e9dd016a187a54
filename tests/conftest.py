# SPDX-License-Identifier: Apache-2.0
"""The last lines of `make test`: every skip with its reason, every counted waiver, one plain line of totals.

Under CI=true a skip that tests/allowed-skips.txt does not list is a failure.
"""
import os
import pathlib

import pytest

HERE = pathlib.Path(__file__).resolve().parent
COUNTS = pytest.StashKey[dict]()


def entries(name):
    lines = (HERE / name).read_text().splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def skip_allowed(nodeid):
    listed = [line.split()[0] for line in entries("allowed-skips.txt")]
    return any(nodeid == l or (l.endswith("*") and nodeid.startswith(l[:-1])) for l in listed)


def most_allowed(name):
    for line in entries("counts.txt"):
        key, _, rest = line.partition(":")
        if key.strip() == name:
            return int(rest.split(",")[0])
    return 0


@pytest.fixture
def root():
    """The tree."""
    return HERE.parent


@pytest.fixture
def counted(request):
    """counted(name, number): shown in the last lines; fails when tests/counts.txt allows fewer."""
    def count(name, number):
        request.config.stash.setdefault(COUNTS, {})[name] = number
        most = most_allowed(name)
        assert number <= most, f"{name}: {number}, but tests/counts.txt allows {most}: mend it, or raise it with a reason"
    return count


def reason_of(report):
    if hasattr(report, "wasxfail"):
        return f"expected to fail: {report.wasxfail}"
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return text.removeprefix("Skipped: ")


class Totals:
    """What the session's reports add up to; a test with any failed phase counts once, as failed."""

    def __init__(self, reporter):
        stats = reporter.stats
        self.failed = {r.nodeid for key in ("failed", "error") for r in stats.get(key, [])}
        self.passed = {r.nodeid for r in stats.get("passed", [])} - self.failed
        skips = stats.get("skipped", []) + stats.get("xfailed", [])
        self.skipped = {r.nodeid: reason_of(r) for r in skips}
        self.refused = {n for n in self.skipped if not skip_allowed(n)} if os.environ.get("CI") == "true" else set()

    def lines(self, counts):
        for nodeid, reason in sorted(self.skipped.items()):
            word = "skip that tests/allowed-skips.txt does not list" if nodeid in self.refused else "skipped"
            yield f"{word}: {nodeid}: {reason}"
        for name, number in sorted(counts.items()):
            yield f"counted: {name}: {number} (at most {most_allowed(name)})"
        failed = len(self.failed) + len(self.refused)
        skipped = len(self.skipped) - len(self.refused)
        yield f"{len(self.passed)} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session, exitstatus):
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and Totals(reporter).refused and exitstatus == 0:
        session.exitstatus = 1


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config):
    """After pytest's own summary, so that the plain line is the last."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if not reporter or config.option.collectonly:
        return
    for line in Totals(reporter).lines(config.stash.get(COUNTS, {})):
        print(line)
