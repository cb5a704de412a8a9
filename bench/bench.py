#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Speed of scan and extract beside sha1sum of the same file, and of the codecs, in one run, as medians.

  bench.py --build BUILD_DIR [--runs N] [DUMP]

Without DUMP a 16 MB fixture is made. The programs take turns, so that a busy moment hits all alike.
The codecs are timed on the kits in ../shared/corpus, where these are at hand: ALICE on one core and on
all, and ZIMAGE beside `xz --format=lzma -dc` of the same bytes, packed by xz with the same properties.
"""
import argparse, glob, os, shutil, statistics, subprocess, tempfile, time


def clock(argv, before=None):
    if before:
        before()
    start = time.perf_counter()
    subprocess.run(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return (time.perf_counter() - start) * 1000


def xz_time(image, folder, runs):
    """Milliseconds and bytes of the same image as a plain LZMA file; the start of a program not counted."""
    packed = os.path.join(folder, "packed.lzma")
    with open(packed, "wb") as out:
        subprocess.run(["xz", "--format=lzma", "--lzma1=preset=9e,dict=4MiB,lc=2,lp=0,pb=2", "-c", image],
                       stdout=out, check=True)
    empty = os.path.join(folder, "empty.lzma")
    with open(empty, "wb") as out:
        subprocess.run(["xz", "--format=lzma", "-c"], stdin=subprocess.DEVNULL, stdout=out, check=True)
    times = {packed: [], empty: []}
    for _ in range(runs):
        for path, values in times.items():
            values.append(clock(["xz", "--format=lzma", "-dc", path]))
    return (statistics.median(times[packed]) - statistics.median(times[empty]), os.path.getsize(packed))


def codecs(build, folder, runs):
    corpus = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "shared", "corpus")
    kits = sorted(glob.glob(os.path.join(corpus, "*", "VIVA")))
    if not kits:
        print("codecs: skipped, no kits at hand")
    for kit in map(os.path.dirname, kits):
        image = os.path.join(folder, "zimage")
        done = subprocess.run([os.path.join(build, "mtkscan-codec-bench"), str(runs), kit, image],
                              stdout=subprocess.PIPE, text=True, check=True)
        print("%s\n%s" % (os.path.basename(kit), done.stdout), end="")
        if os.path.exists(image) and shutil.which("xz"):
            took, size = xz_time(image, folder, runs)
            print("  xz      %7.2f ms for the same %d bytes, from %d coded" % (took, os.path.getsize(image), size))
            os.remove(image)


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
        "files": ([program, "files", dump], None),
        "files --json": ([program, "files", "--json", dump], None),
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
    codecs(a.build, folder, a.runs)
    shutil.rmtree(folder)


main()
