#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Speed of scan and extract beside sha1sum of the same file, in one run, as medians.

  bench.py --build BUILD_DIR [--runs N] [DUMP]

Without DUMP a 16 MB fixture is made. The programs take turns, so that a busy moment hits all alike.
"""
import argparse, os, shutil, statistics, subprocess, tempfile, time


def clock(argv, before=None):
    if before:
        before()
    start = time.perf_counter()
    subprocess.run(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return (time.perf_counter() - start) * 1000


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--build", required=True)
    ap.add_argument("--runs", type=int, default=31)
    ap.add_argument("dump", nargs="?")
    a = ap.parse_args()
    program = os.path.join(a.build, "mtkscan")
    folder = tempfile.mkdtemp(prefix="mtkscan-bench-")
    dump = a.dump
    if not dump:
        dump = os.path.join(folder, "dump.bin")
        subprocess.run([os.path.join(a.build, "mtkscan-mkfixture"), "MT2502", dump, "capacity=0x1000000"],
                       check=True)
    kit = os.path.join(folder, "kit")
    jobs = {
        "sha1sum": (["sha1sum", dump], None),
        "scan": ([program, "scan", dump], None),
        "scan --json": ([program, "scan", "--json", dump], None),
        "extract": ([program, "extract", dump, "-o", kit], lambda: shutil.rmtree(kit, ignore_errors=True)),
        "--version": ([program, "--version"], None),
        "/bin/true": (["/bin/true"], None),
    }
    times = {name: [] for name in jobs}
    for turn in range(a.runs + 2):
        for name, (argv, before) in jobs.items():
            took = clock(argv, before)
            if turn >= 2:  # the first two turns warm the cache
                times[name].append(took)
    base = statistics.median(times["sha1sum"])
    print("%s, %.1f MB, median of %d" % (os.path.basename(dump), os.path.getsize(dump) / 1e6, a.runs))
    for name, values in times.items():
        middle = statistics.median(values)
        print("%-12s %8.2f ms  %5.2f of sha1sum" % (name, middle, middle / base))
    shutil.rmtree(folder)


main()
