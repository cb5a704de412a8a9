# SPDX-License-Identifier: MIT
"""Bad reads of one flash, merged: the original comes back, or what does not is said to be unknown."""
import os, random, subprocess, sys, time
from common import Bench

CHUNK = 4096
KINDS = ("ff", "00", "noise", "repeat")


def damage(original, bad, rng):
    """A read with `bad` chunks that went wrong, each in one of four ways."""
    read = bytearray(original)
    for chunk in rng.sample(range(1, len(original) // CHUNK), bad):
        kind, at = rng.choice(KINDS), chunk * CHUNK
        read[at:at + CHUNK] = {"ff": b"\xff" * CHUNK, "00": bytes(CHUNK), "noise": rng.randbytes(CHUNK),
                               "repeat": original[at - CHUNK:at]}[kind]
    return bytes(read)


def judge(original, reads, merged, pieces):
    """Wrong bytes: said to be unknown; not said; and where all reads are wrong alike, so nobody can know."""
    said = silent = alike = 0
    where = []
    for offset, length, reason in pieces:
        if merged[offset:offset + length] == original[offset:offset + length]:
            continue
        for at in range(offset, offset + length):
            if merged[at] == original[at]:
                continue
            if reason == "unknown":
                said += 1
            elif reason == "agreed":
                alike += 1
            else:
                silent += 1
                where = where or [(hex(at), reason)]
    return said, silent, alike, where


def main():
    bench = Bench(__doc__)
    program = os.path.join(bench.build, "tests", "merge_reads")
    total = dict.fromkeys(("merges", "exact", "said", "alike", "WRONG"), 0)
    for kit in bench.kits:
        path, _ = bench.compose(kit, kit)
        with open(path, "rb") as f:
            original = f.read()
        for count in (2, 3):
            for bad in (1, 10, 100):
                exact = said_cases = alike_cases = wrong = disputed = unknown = 0
                problems, begun = [], time.monotonic()
                for seed in range(3):
                    rng = random.Random("%s %d %d %d" % (kit, count, bad, seed))
                    reads = [damage(original, bad, rng) for _ in range(count)]
                    paths = [os.path.join(bench.folder, "read%d" % i) for i in range(count)]
                    for name, read in zip(paths, reads):
                        with open(name, "wb") as f:
                            f.write(read)
                    out = os.path.join(bench.folder, "merged")
                    done = subprocess.run([program, bench.plugins, out, *paths], capture_output=True, timeout=120)
                    if done.returncode:
                        problems.append("exit code %d: %r" % (done.returncode, done.stderr))
                        continue
                    pieces = [(int(a), int(b), d) for a, b, _, d in map(str.split, done.stdout.decode().splitlines())]
                    with open(out, "rb") as f:
                        merged = f.read()
                    if len(merged) != len(original) or sum(p[1] for p in pieces) != len(original):
                        problems.append("the merged image or its pieces have another length")
                        continue
                    said, silent, alike, where = judge(original, reads, merged, pieces)
                    disputed += sum(n for _, n, reason in pieces if reason not in ("agreed", "only"))
                    unknown += sum(n for _, n, reason in pieces if reason == "unknown")
                    exact += merged == original
                    said_cases += said > 0
                    alike_cases += alike > 0
                    wrong += silent > 0
                    if silent:
                        problems.append("seed %d: %d wrong bytes not said, the first %r" % (seed, silent, where))
                for word, cases in zip(total, (3, exact, said_cases, alike_cases, wrong)):
                    total[word] += cases
                bench.case("%s, %d reads, %d bad" % (kit, count, bad), problems,
                           "exact %d said %d alike %d WRONG %d; disputed %d, unknown %d; %.1f s" % (
                               exact, said_cases, alike_cases, wrong, disputed, unknown, time.monotonic() - begun))
        os.unlink(path)
    # said: some bytes wrong, and told to be unknown; alike: all reads wrong alike, so nobody can know;
    # WRONG: wrong, and nothing said.
    print(", ".join("%s %d" % item for item in total.items()))
    bench.finish()


main()
