"""Runs benchmarks of two builds alternately, so that a machine of varying speed affects both alike.

    python3 benches/beside.py ROUNDS OLD NEW

OLD and NEW are checkouts, each with its benchmarks built under its own `target` (`cargo bench -p callbox-benches
--bench calls --bench scripts --no-run`), or under `CARGO_TARGET_DIR` if it is given as CHECKOUT=TARGET. Prints, in
microseconds, the minimum and the median over the rounds: one further call ((101 calls - 1) / 100), and `return 1`.
"""

import pathlib
import re
import statistics
import subprocess
import sys

UNITS = {"ns": 1e-3, "µs": 1.0, "ms": 1e3, "s": 1e6}
SHORT = ["--bench", "--warm-up-time", "0.3", "--measurement-time", "1"]


def program(target, name):
    found = [path for path in (target / "release" / "deps").glob(f"{name}-*") if not path.suffix]
    return max(found, key=lambda path: path.stat().st_mtime)


def medians(program, folder, benchmark):
    printed = subprocess.run([program, *SHORT, benchmark], cwd=folder, capture_output=True, text=True, check=True).stdout
    times = re.finditer(r"^(\S+)\s+time:\s+\[\S+ \S+ (\S+) (\S+) ", printed, re.MULTILINE)
    return {time[1]: float(time[2]) * UNITS[time[3]] for time in times}


def measured(checkout, target):
    calls = medians(program(target, "calls"), checkout / "benches", "sequential")
    further = (calls["calls/101-sequential"] - calls["calls/1-sequential"]) / 100
    return {"a further call": further} | medians(program(target, "scripts"), checkout / "benches", "return-one")


def main():
    rounds, *checkouts = sys.argv[1:]
    places = []
    for checkout in checkouts:
        folder, _, target = checkout.partition("=")
        places.append((pathlib.Path(folder), pathlib.Path(target or f"{folder}/target").absolute()))
    kept = [{} for _ in places]
    for _ in range(int(rounds)):
        for (folder, target), times in zip(places, kept):
            for name, time in measured(folder, target).items():
                times.setdefault(name, []).append(time)
    for (folder, _), times in zip(places, kept):
        for name, all_times in times.items():
            print(f"{folder}  {name:28}  least {min(all_times):7.1f}  median {statistics.median(all_times):7.1f}")


main()
