#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What isolation costs: a 16 MB scan at each level in turns, the medians, and their ratios to none.

usage: cost.py BUILD_DIR [ROUNDS]
"""
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

LEVELS = ("none", "fork", "sandbox")
GOAL = 1.25  # sandbox against none


def scan(build, level, dump):
    begin = time.perf_counter()
    subprocess.run([build / "mtkscan", f"--isolation={level}", "--json", dump],
                   stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - begin) * 1000


def main():
    build = pathlib.Path(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 31
    with tempfile.TemporaryDirectory() as folder:
        dump = pathlib.Path(folder, "dump.bin")
        subprocess.run([build / "mtkscan-mkfixture", "MT2502", dump, "capacity=0x1000000"],
                       check=True, stdout=subprocess.DEVNULL)
        times = {level: [] for level in LEVELS}
        for level in LEVELS:
            scan(build, level, dump)
        for _ in range(rounds):
            for level in LEVELS:
                times[level].append(scan(build, level, dump))
    medians = {level: statistics.median(times[level]) for level in LEVELS}
    for level in LEVELS:
        print(f"{level:8} {medians[level]:7.2f} ms  {medians[level] / medians['none']:.3f}")
    return 0 if medians["sandbox"] <= GOAL * medians["none"] else 1


if __name__ == "__main__":
    sys.exit(main())
