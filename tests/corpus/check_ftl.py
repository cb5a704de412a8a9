# SPDX-License-Identifier: MIT
"""The disk behind the translation layer: dumps composed from the kits with many seeds give it back sector for
sector, by the firmware's statement and by content alone; what is written back reads the same through a second
reader, keeps to what NOR flash can do, and leaves unchanged sectors in place. With --full, seeds 1 to 50.
"""
import os, random, subprocess, sys
from common import Bench, differs

FULL = "--full" in sys.argv
if FULL:
    sys.argv.remove("--full")
SEEDS = range(1, 51 if FULL else 5)
SECTOR = 512


class Layer:
    """The second reader, after FORMAT.md 6.2; it shares nothing with the program."""

    def __init__(self, dump, begin, length, block):
        header = SECTOR
        while 4 + 4 * ((block - header) // SECTOR) > header:
            header += SECTOR
        self.places, self.counts, self.problems = {}, {}, []
        for at in range(begin, begin + length // block * block, block):
            word = int.from_bytes(dump[at:at + 4], "little")
            if word >> 24 == 0xFF:
                if dump[at:at + block].count(0xFF) != block:
                    self.problems.append("block at 0x%X: not formatted, not erased" % at)
                continue
            if word >> 24 != 0x39:
                self.problems.append("block at 0x%X: state 0x%02X" % (at, word >> 24))
            self.counts[at] = word & 0xFFFFFF
            for slot in range((block - header) // SECTOR):
                tag = int.from_bytes(dump[at + 4 + 4 * slot:at + 8 + 4 * slot], "little")
                if tag >> 24 not in (0xC0, 0x00, 0xFF):
                    self.problems.append("block at 0x%X: tag %08X" % (at, tag))
                if tag >> 24 == 0xC0:
                    if tag & 0xFFFFFF in self.places:
                        self.problems.append("sector %d twice" % (tag & 0xFFFFFF))
                    self.places[tag & 0xFFFFFF] = at + header + slot * SECTOR

    def disk(self, dump, sectors):
        zero = bytes(SECTOR)
        return b"".join(dump[self.places[n]:self.places[n] + SECTOR] if n in self.places else zero
                        for n in range(sectors))


def probe(bench, dump, hint, out, *disk):
    done = subprocess.run([os.path.join(bench.build, "tests", "ftl_probe"), dump, *map(str, hint), out, *disk],
                          capture_output=True, text=True, timeout=60)
    told = dict(line.split("=", 1) for line in done.stdout.splitlines())
    if done.returncode:
        told["error"] = done.stderr.strip()
    return told


def read(path):
    with open(path, "rb") as f:
        return f.read()


def same_disk(what, got, want):
    """Equal up to zeros behind the end of either."""
    length = max(len(got), len(want))
    got, want = got.ljust(length, b"\0"), want.ljust(length, b"\0")
    wrong = [n for n in range(length // SECTOR) if got[n * SECTOR:][:SECTOR] != want[n * SECTOR:][:SECTOR]] \
        if got != want else []
    return ["%s: %d sectors differ, the first is %d" % (what, len(wrong), wrong[0])] if wrong else []


def hints(truth):
    begin, length = truth["fat"]
    block = [size for start, size in truth["zones"] if start <= begin][-1]
    behind = max(p["offset"] + p["length"] for p in truth["parts"])
    return block, {"stated": (begin, length, behind, block), "no block": (begin, length, behind, 0),
                   "content": (0, 0, behind, 0), "nothing": (0, 0, 0, 0),
                   "short": (begin, length // 4, behind, block),
                   "wrong": (begin + 0x800, length, behind, 0x2000)}


def check_read(bench, path, truth, disk):
    """Each hint, and the second reader."""
    out, problems = path + ".disk", []
    block, rows = hints(truth)
    dump = read(path)
    layer = Layer(dump, *truth["fat"], block)
    problems += layer.problems + same_disk("second reader", layer.disk(dump, len(disk) // SECTOR), disk)
    # A range that is too short is extended; surely the same layer only if a sector lives beyond it.
    end = truth["fat"][0] + rows["short"][1]
    doubtful = {"no block", "content", "nothing", "wrong"} | ({"short"} if max(layer.places.values()) < end else set())
    for name, hint in rows.items():
        told = probe(bench, path, hint, out)
        problems += differs(name + ": kind", told.get("kind"), "fdm4")
        problems += differs(name + ": certain, " + told.get("doubt", ""), told.get("certain"),
                            str(int(name not in doubtful)))
        problems += differs(name + ": block", told.get("block"), str(block))
        problems += differs(name + ": conflicts", told.get("conflicts"), "0")
        problems += same_disk(name, read(out), disk)
    return problems


def changed(disk, seed, room):
    """Some sectors new, some zeroed, and a few behind the end as far as there is room."""
    rng = random.Random(seed)
    disk = bytearray(disk)
    sectors = len(disk) // SECTOR
    for n in rng.sample(range(sectors), rng.choice((1, 5, 60, sectors // 2, sectors))):
        disk[n * SECTOR:(n + 1) * SECTOR] = rng.choice((rng.randbytes(SECTOR), bytes(SECTOR)))
    return bytes(disk) + rng.randbytes(SECTOR * rng.randrange(min(40, room)))


def nor_problems(before, after, begin, length, block):
    problems = []
    end = begin + length // block * block
    if before[:begin] != after[:begin] or before[end:] != after[end:]:
        problems.append("bytes outside the layer changed")
    for at in range(begin, end, block):
        old, new = before[at:at + block], after[at:at + block]
        if old == new:
            continue
        counts = [int.from_bytes(b[:3], "little") for b in (old, new)]
        a, b = (int.from_bytes(x, "little") for x in (old, new))
        if counts[1] != counts[0] + 1 and b & ~a:
            problems.append("block at 0x%X: bits set without an erase" % at)
    return problems


def check_write(bench, path, truth, disk, seed):
    block, rows = hints(truth)
    begin, length = truth["fat"]
    out = path + ".out"
    before = read(path)
    layer = Layer(before, begin, length, block)
    slots = len(layer.counts) * (7 if block == 0x1000 else block // SECTOR - 2)
    new = changed(disk, seed, max(1, slots - 7 - len(disk) // SECTOR))
    with open(path + ".new", "wb") as f:
        f.write(new)
    told = probe(bench, path, rows["stated"], out, path + ".new")
    if "error" in told:
        return [told["error"]]
    after = read(out)
    again = Layer(after, begin, length, block)
    problems = again.problems + nor_problems(before, after, begin, length, block)
    problems += same_disk("second reader, written", again.disk(after, len(new) // SECTOR), new)
    for n, place in layer.places.items():
        if disk[n * SECTOR:][:SECTOR] == new[n * SECTOR:][:SECTOR] and again.places.get(n) != place:
            problems.append("sector %d moved" % n)
    told = probe(bench, out, rows["stated"], path + ".disk")
    problems += differs("written: certain, " + told.get("doubt", ""), told.get("certain"), "1")
    return problems + same_disk("written", read(path + ".disk"), new)


def main():
    bench = Bench(__doc__)
    disk = read(os.path.join(bench.corpus, "userdata", "disk.img"))
    for kit in bench.kits:
        for seed in SEEDS:
            path, truth = bench.compose(kit, "dump", "--seed", str(seed))
            bench.case("%s, seed %d, read" % (kit, seed), check_read(bench, path, truth, disk))
            bench.case("%s, seed %d, written" % (kit, seed), check_write(bench, path, truth, disk, seed))
    bench.finish()


main()
