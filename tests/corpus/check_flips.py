# SPDX-License-Identifier: MIT
"""Damage inside the compressed parts: what share of it shows, and that nothing sound is doubted.

With --full, 2,000 flipped bits and 300 bursts of each kind a kit, which takes minutes; otherwise a
sample. The places are the same in each run. For ALICE and, where there is one, the ZIMAGE behind it.
"""
import os, subprocess, sys
from common import Bench

FULL = "--full" in sys.argv
if FULL:
    sys.argv.remove("--full")
COUNTS = ("2000", "200", "300") if FULL else ("200", "20", "5")

# Shares measured on the six kits (the least: 69.3 %, in the sample 65.5 %), less a margin.
LEAST_EVIDENCE = 0.68 if FULL else 0.62
LEAST_BURST = 0.995 if FULL else 0.98


def words(line):
    """'flips count 3 table 1' as {"count": "3", "table": "1"}, with what is before the first pair."""
    head, *rest = line.split()
    return head, rest


def pairs(rest):
    return {k: int(v) for k, v in zip(rest[::2], rest[1::2]) if v.isdigit()}


class Kit:
    """What the experiment printed about one kit."""

    def __init__(self, text):
        self.sound, self.bursts, self.look, self.flips, self.zimage = [], [], None, None, None
        for line in text.splitlines():
            head, rest = words(line)
            if head == "sound":
                self.sound.append(rest)
            elif head == "look":
                self.look = rest
            elif head == "flips":
                self.flips = rest
            elif head == "burst":
                self.bursts.append((rest[0], pairs(rest[1:])))
            elif head == "zimage_flips":
                self.zimage = pairs(rest)


def share(part, whole):
    return part / whole if whole else 1.0


def judge(kit, streams):
    """The problems of one kit, and a line about it."""
    problems = []
    if kit.look is None or kit.flips is None or len(kit.bursts) != 12:
        return ["the experiment did not run to its end"], ""
    for what, good, _, size, _, digest, _, vendor in kit.sound:
        streams.append(good == "1")
        print("       %-6s %8s bytes, sha1 %s, vendor's file: %s" % (what, size, digest, vendor))
        if good != "1" or vendor == "different":
            problems.append("%s does not decode to what it should" % what)
    if kit.look[1] != "0":
        problems.append("%s doubts about a sound kit" % kit.look[1])
    count = pairs(kit.flips)
    table = share(count["table"], count["count"])
    noticed = share(count["evidence"], count["count"])
    tested = int(kit.flips[kit.flips.index("of") + 1])
    deep = "%5.1f %%" % (100 * share(count["deep"], tested)) if tested else "   none"
    if noticed < LEAST_EVIDENCE:
        problems.append("%.1f %% of single bits noticed" % (100 * noticed))
    stated = int(kit.look[7]) / 1000
    if stated > noticed + (0.02 if FULL else 0.12):
        problems.append("the evidence says that it notices %.1f %%" % (100 * stated))
    total, shown = (sum(b[key] for _, b in kit.bursts) for key in ("count", "evidence"))
    if share(shown, total) < LEAST_BURST:
        problems.append("%d of %d bursts noticed" % (shown, total))
    zimage = ""
    if kit.zimage:
        zimage = "; ZIMAGE's own bits %d of %d" % (kit.zimage["noticed"], kit.zimage["count"])
        if share(kit.zimage["noticed"], kit.zimage["count"]) < 0.99:
            problems.append("bits of ZIMAGE go unnoticed")
    return problems, ("table %4.1f %%, evidence %4.1f %%, with ZIMAGE behind %s (%d); bursts %d of %d%s" %
                      (100 * table, 100 * noticed, deep, tested, shown, total, zimage))


def details(kit):
    """What --full shows besides."""
    tail = dict(zip(kit.flips[-4::2], kit.flips[-3::2]))
    print("       groups lost by one bit: %s in all, %s at most; decode %s ms, look %s ms" %
          (tail["bad"], tail["most"], kit.look[3], kit.look[5]))
    for kind, b in kit.bursts:
        print("       burst %-6s of %4d bytes: table %d, evidence %d of %d" %
              (kind, b["size"], b["table"], b["evidence"], b["count"]))


def main():
    bench = Bench(__doc__)
    program = os.path.join(bench.build, "tests", "flips")
    streams = []
    for name in bench.kits:
        done = subprocess.run([program, name, *COUNTS], capture_output=True, text=True,
                              timeout=3600 if FULL else 300)
        kit = Kit(done.stdout)
        problems, note = judge(kit, streams)
        if done.returncode:
            problems.append("exit code %d: %s" % (done.returncode, done.stderr[-500:]))
        bench.case(name, problems, note)
        if FULL and kit.flips:
            details(kit)
    print("%d of %d streams" % (sum(streams), len(streams)))
    bench.finish()


main()
