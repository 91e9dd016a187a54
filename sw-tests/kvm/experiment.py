#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two settings compared with a VF assigned to a guest under KVM: a table, a CSV file and a plot.

    sw-tests/kvm/experiment.py moderation --pairs 20

NAME.sh beside this file is the experiment; it says what A and B are, and runs them interleaved in one boot (pairs.sh). Per metric: the medians of A
and B, and the median of B - A over the pairs with its interval of at least 95 % (order statistics of the sign test, no distribution assumed).
"""
import argparse
import csv
import math
import pathlib
import re
import statistics
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "sw-tests/guest"))
import card  # noqa: E402

LEVEL = 0.95


def samples(console):
    """{metric: {pair: {setting: value}}}"""
    found = {}
    for pair, setting, metric, value in re.findall(r"^row sample (\d+) ([ab]) (\w+) (-?[\d.]+)\s*$", console, re.M):
        found.setdefault(metric, {}).setdefault(int(pair), {})[setting] = float(value)
    for metric, pairs in found.items():
        odd = [p for p, both in pairs.items() if set(both) != {"a", "b"}]
        if odd:
            raise ValueError(f"{metric}: pairs {odd} have not both settings")
    return found


def median_interval(values, level=LEVEL):
    """Interval of the median that holds with at least this probability; None for too few values (six are needed for 95 %)."""
    n = len(values)
    ordered, tail, best = sorted(values), 0.0, None
    for k in range(n // 2):
        tail += math.comb(n, k) / 2**n
        if 1 - 2 * tail < level:
            break
        best = ordered[k], ordered[n - 1 - k]
    return best


def rows(found):
    for metric in sorted(found):
        pairs = found[metric].values()
        a, b = ([both[s] for both in pairs] for s in "ab")
        difference = [y - x for x, y in zip(a, b)]
        yield metric, statistics.median(a), statistics.median(b), statistics.median(difference), median_interval(difference)


def table(found):
    lines = ["| metric | A | B | B - A | at least 95 % |", "|---|---|---|---|---|"]
    for metric, a, b, difference, interval in rows(found):
        span = "too few pairs" if interval is None else f"{interval[0]:.3g} .. {interval[1]:.3g}"
        lines.append(f"| {metric} | {a:.4g} | {b:.4g} | {difference:+.3g} | {span} |")
    return "\n".join(lines)


def write_csv(path, found):
    with open(path, "w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["metric", "pair", "a", "b"])
        writer.writerows([m, p, both["a"], both["b"]] for m in sorted(found) for p, both in sorted(found[m].items()))


def plot(path, found):
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot
    shown = [m for m in sorted(found) if any(v for both in found[m].values() for v in both.values())]
    columns = min(len(shown), 8)
    lines = math.ceil(len(shown) / columns)
    figure, axes = pyplot.subplots(lines, columns, figsize=(2.2 * columns, 3.2 * lines), squeeze=False)
    for axis in axes.flat[len(shown):]:
        axis.set_axis_off()
    for axis, metric in zip(axes.flat, shown):
        for both in found[metric].values():
            axis.plot([0, 1], [both["a"], both["b"]], color="tab:blue", alpha=0.4, marker=".")
        axis.set(title=metric, xticks=[0, 1], xticklabels=["A", "B"], xlim=(-0.4, 1.4), ylim=(0, None))
    figure.tight_layout()
    figure.savefig(path, dpi=100)


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("experiment", help="name of a script beside this file, without .sh")
    ap.add_argument("words", nargs="*", help="further arguments of the script, behind the number of pairs")
    ap.add_argument("--backend", choices=["rtl", "cmodel"], default="cmodel")
    ap.add_argument("--pairs", type=int, default=20)
    ap.add_argument("--bound", type=float, default=1200)
    ap.add_argument("--output", type=pathlib.Path, help="folder for NAME.csv and NAME.png (default: the run's folder)")
    a = ap.parse_args()
    script = pathlib.Path(__file__).with_name(f"{a.experiment}.sh")
    if not script.exists():
        ap.error(f"there is no {script.relative_to(ROOT)}")
    if a.output:
        a.output.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    result = card.checks(str(script.relative_to(ROOT)), a.backend, [a.pairs, *a.words], bound=a.bound, runs_kvm=True,
                         kos=card.guest.mkinitramfs.drivers_of_hosts())
    found = samples(result.console)
    output = a.output or result.out
    write_csv(output / f"{a.experiment}.csv", found)
    plot(output / f"{a.experiment}.png", found)
    print(table(found))
    print(f"\n{a.experiment}: {a.pairs} pairs on {a.backend} in {time.monotonic() - start:.0f} s; {output}/{a.experiment}.csv and .png")
    return 0 if result.ok else 1


if __name__ == "__main__":
    sys.exit(main())
