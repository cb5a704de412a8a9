#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""An index of a collection: its speed, what a killed run loses, and how fast it is looked through.

  index.py --build BUILD_DIR [--dumps N] [--kills N] [--folder DIR]

The dumps are fixtures of 4 MB, a few kinds under many names (hard links). Exits with 1 when an index
that was killed and resumed differs from one that was not.
"""
import argparse, itertools, json, os, random, shutil, signal, subprocess, sys, tempfile, time

CHIPS = ("MT6260", "MT6261", "MT2502")
PIECES = ((), ("coreapi",), ("app",), ("coreapi", "app"), ("root-cert",), ("zimage",), ("secured",), ("no-viva",))


def make_collection(build, folder, count):
    """`count` names in folders of 100."""
    kinds = []
    os.makedirs(os.path.join(folder, "kinds"))
    for chip, pieces in itertools.product(CHIPS, PIECES):
        path = os.path.join(folder, "kinds", "%s-%s.bin" % (chip, "-".join(pieces) or "plain"))
        subprocess.run([os.path.join(build, "mtkscan-mkfixture"), chip, path, "capacity=0x400000", *pieces], check=True)
        kinds.append(path)
    roms = os.path.join(folder, "roms")
    for i in range(count):
        home = os.path.join(roms, "%03d" % (i // 100))
        os.makedirs(home, exist_ok=True)
        os.link(kinds[i % len(kinds)], os.path.join(home, "%05d.bin" % i))
    return roms


def read(path):
    with open(path, "rb") as f:
        return f.read()


def index(program, roms, out, jobs):
    start = time.perf_counter()
    subprocess.run([program, "index", roms, "-o", out, "--jobs", str(jobs)], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def speed(program, roms, folder, count):
    took = {}
    for jobs in (1, 2):
        out = os.path.join(folder, "jobs%d.jsonl" % jobs)
        took[jobs] = index(program, roms, out, jobs)
        print("%d worker%s %6.1f s, %6.1f dumps/s" % (jobs, "s" if jobs > 1 else " ", took[jobs], count / took[jobs]))
    print("speed-up  %6.2f on %d processors" % (took[1] / took[2], os.cpu_count()))
    again = index(program, roms, os.path.join(folder, "jobs2.jsonl"), 2)
    print("again     %6.2f s, all known before" % again)
    return took[2]


def kill_runs(program, roms, folder, kills, whole):
    """Kills runs at random moments until `kills` are dead; the last one may end."""
    rng = random.Random(6)
    out = os.path.join(folder, "killed.jsonl")
    want = read(os.path.join(folder, "jobs2.jsonl"))
    torn = wrong = done = 0
    while done < kills:
        if os.path.exists(out) and rng.random() < 0.2:
            os.remove(out)
        run = subprocess.Popen([program, "index", roms, "-o", out, "--jobs", "2"], stdout=subprocess.DEVNULL)
        time.sleep(rng.uniform(0.01, whole / 3))
        run.send_signal(signal.SIGKILL)
        if run.wait() != -signal.SIGKILL:
            os.remove(out)  # it was faster
            continue
        done += 1
        there = read(out) if os.path.exists(out) else b""
        torn += bool(there) and not there.endswith(b"\n")
        wrong += not want.startswith(there)
    index(program, roms, out, 2)
    same = read(out) == want
    print("killed    %d times at random moments: %d left other bytes than the beginning of the whole index, "
          "%d a torn line" % (kills, wrong, torn))
    print("resumed   the index is %s" % ("the same, byte for byte" if same else "ANOTHER ONE"))
    return same and not wrong


def look(program, folder, device):
    """Time to look through an index that is read from front to back."""
    lines = [json.loads(line) for line in read(os.path.join(folder, "jobs2.jsonl")).splitlines()]
    for count in (10000, 100000):
        big = os.path.join(folder, "big.jsonl")
        with open(big, "w") as f:
            for i in range(count):
                line = dict(lines[i % len(lines)], path="roms/%06d.bin" % i)
                f.write(json.dumps(line, separators=(",", ":")) + "\n")
        for name, args in (("--flash-id", ["--flash-id", "EF6016"]), ("--for", ["--for", device])):
            times = []
            for _ in range(5):
                start = time.perf_counter()
                subprocess.run([program, "find", big, *args], stdout=subprocess.DEVNULL, check=True)
                times.append(time.perf_counter() - start)
            print("find      %6.2f s in %6d lines (%d MB), %s" %
                  (sorted(times)[2], count, os.path.getsize(big) >> 20, name))


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--build", required=True)
    ap.add_argument("--dumps", type=int, default=1000)
    ap.add_argument("--kills", type=int, default=20)
    ap.add_argument("--folder", help="where to work, e.g. on tmpfs")
    a = ap.parse_args()
    folder = tempfile.mkdtemp(prefix="mtkscan-index-", dir=a.folder)
    try:
        program = os.path.join(a.build, "mtkscan")
        roms = make_collection(a.build, folder, a.dumps)
        whole = speed(program, roms, folder, a.dumps)
        good = kill_runs(program, roms, folder, a.kills, whole)
        look(program, folder, os.path.join(roms, "000", "00000.bin"))
    finally:
        shutil.rmtree(folder)
    sys.exit(not good)


if __name__ == "__main__":
    main()
