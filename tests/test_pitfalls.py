# SPDX-License-Identifier: Apache-2.0
"""docs/pitfalls.md keeps its word: nineteen rows, and every planted fault that it names exists where its test finds it."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "verif/formal"))
import faults  # noqa: E402
import plants  # noqa: E402

TABLES = ("verif/lockstep/plants.txt", "driver/faults/plants.txt")
ROW = re.compile(r"^\| (\d+) \|.*\| ([^|]*) \|$", re.M)
WITHOUT = {5}  # for the reason below the table


def test_table_names_what_there_is():
    planted = {f["name"] for table in TABLES for f in plants.read(ROOT / table)} | {f.proof for f in faults.FAULTS}
    rows = {int(number): re.findall(r"`([^`]+)`", cell) for number, cell in ROW.findall((ROOT / "docs/pitfalls.md").read_text())}
    assert sorted(rows) == list(range(1, 20))
    assert {n for n, names in rows.items() if not names} == WITHOUT
    assert not [name for names in rows.values() for name in names if name not in planted]
    assert {n for n in planted if re.match(r"(rtl|driver)-\d", n)} <= {name for names in rows.values() for name in names}
