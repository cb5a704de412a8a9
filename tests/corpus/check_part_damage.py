# SPDX-License-Identifier: MIT
"""Damage inside parts: noticed? its kind named? its part named, and no other one blamed?

Each part x kind x size at a seeded random offset in one kit, in turn (PART_DAMAGE_ALL=1: in all). What cannot be
noticed is printed as it is; promised() says what has to be. Sound dumps must raise none of these findings."""
import collections, json, os, random, struct
from common import Bench

SIZES = [64, 512, 4096, 65536, 131072]
OURS = "MTK-Q03"

# What damage does to a piece of `image`; `rng` makes it repeatable.


def fill(byte):
    def apply(image, at, size, end, rng):
        image[at:at + size] = bytes([byte]) * size
    return apply


def pattern(image, at, size, end, rng):
    unit = bytes(rng.sample(range(1, 255), rng.choice([2, 4, 6, 8, 16])))
    image[at:at + size] = (unit * (size // len(unit) + 1))[:size]


def garbage(image, at, size, end, rng):
    image[at:at + size] = rng.randbytes(size)


def repeat(image, at, size, end, rng):
    image[at + size // 2:at + size] = image[at:at + size // 2]


def swap(image, at, size, end, rng):
    half = size // 2
    image[at:at + 2 * half] = image[at + half:at + 2 * half] + image[at:at + half]


def missing(image, at, size, end, rng):
    image[at:end] = image[at + size:end] + b"\xff" * size


def data_bit(image, at, size, end, rng):
    bit, one = 1 << rng.randrange(8), rng.randrange(2)
    image[at:at + size] = bytes(b | bit if one else b & ~bit for b in image[at:at + size])


def address_bit(image, at, size, end, rng):
    line = rng.randrange(2, max(3, size.bit_length() - 3))
    for i in range(at, at + size):
        if i >> line & 1 and i - (1 << line) >= at:
            image[i] = image[i - (1 << line)]


# kind: damage, codes that name it right
KINDS = {
    "blank": (fill(0xFF), {"MTK-Q030"}),
    "zero": (fill(0x00), {"MTK-Q031"}),
    "constant": (fill(0xA5), {"MTK-Q031"}),
    "pattern": (pattern, {"MTK-Q032"}),
    "repeat": (repeat, {"MTK-Q033"}),
    "swap": (swap, {"MTK-Q034"}),
    "missing": (missing, {"MTK-Q037"}),
    "data-bit": (data_bit, {"MTK-Q035"}),
    "address-bit": (address_bit, {"MTK-Q036"}),
    "garbage": (garbage, set()),  # nothing names it: any finding will do
}

CODED = {"ZIMAGE", "BOOT_ZIMAGE", "stream", "mapping", "dictionary"}
FILLS = {"blank", "zero", "constant", "pattern"}


def promised(label, kind, size):
    """What has to come true of a case: noticed, kind named, part named, others kept. The rest is luck, and printed."""
    coded = label in CODED
    seen = coded or label == "EXT_BOOTLOADER" or (label == "ROM" and size >= 65536 and kind in FILLS | {"repeat"})
    return seen, kind in FILLS and (coded or (label == "ROM" and size >= 65536)), seen, True


def pieces(image, truth):
    """(label, part, begin, end of the piece, end of the part) of one dump; boot loaders stand for all hashed parts."""
    for part in truth["parts"]:
        begin, end = part["offset"], part["offset"] + part["length"]
        if part["type"] == 0x0108:
            words = struct.unpack_from("<5I", image, begin + 0x38)
            starts = [begin + w - words[0] if w else 0 for w in words[1:]]
            for name, at in zip(("ZIMAGE", "BOOT_ZIMAGE", "DCM"), starts):
                if at:
                    yield name, "VIVA", at + 0x40, min([s for s in starts if s > at] + [end]), end
            alice = starts[3]
            first, table, words_of = struct.unpack_from("<3I", image, alice + 8)
            stream = alice + first - words[4]
            yield "stream", "VIVA", stream, stream + table - first, end
            yield "mapping", "VIVA", stream + table - first, stream + words_of - first, end
            yield "dictionary", "VIVA", stream + words_of - first, end, end
        elif part["type"] != 1:
            label = {2: "EXT_BOOTLOADER", 0x0100: "ROM", 0x0103: "COREAPI"}.get(part["type"], "app")
            yield label, part["name"], begin + (0x600 if part["length"] > 0x2000 else 0x100), end - 0x80, end


def verify(bench, dump):
    """Exit code and report of a scan that opens what is compressed, as `verify` does."""
    done = bench.run("verify", "--deep", "--json", dump)
    try:
        return done.returncode, json.loads(done.stdout)
    except ValueError:
        return done.returncode, {"stderr": done.stderr.decode(errors="replace")}


def roles(report):
    return {p["name"]: p["health"] for p in report.get("parts", [])}


def role_at(report, offset):
    return next((p["name"] for p in report.get("parts", []) if p["offset"] <= offset < p["offset"] + p["length"]), None)


class Table:
    def __init__(self):
        self.rows = collections.defaultdict(lambda: [0, 0, 0, 0, 0])

    def add(self, key, *truths):
        row = self.rows[key]
        row[0] += 1
        for i, truth in enumerate(truths):
            row[i + 1] += bool(truth)

    def show(self, title):
        print("%-34s %6s %8s %6s %6s %7s" % (title, "cases", "noticed", "kind", "part", "others"))
        for key, row in sorted(self.rows.items()):
            print("%-34s %6d %8d %6d %6d %7d" % (" ".join(map(str, key)), *row))


def judge(bench, healthy, report, at, label, part_role, right):
    """noticed, kind named, part named, others kept"""
    health = roles(report)
    ours = [f for f in report.get("findings", []) if f["code"].startswith(OURS)]
    errors = [f for f in report.get("findings", []) if f["severity"] == "error"]
    noticed = bool(errors) or health.get(part_role) not in ("verified", "consistent")
    kind = any(f["code"] in right for f in ours) if right else noticed
    named = health.get(part_role) not in ("verified", "consistent", None) or any(
        f.get("part") == part_role for f in errors)
    others = all(health.get(name) == was for name, was in roles(healthy).items() if name != part_role)
    return noticed, kind and noticed, named, others


def main():
    bench = Bench(__doc__)
    table, by_size = Table(), Table()
    done = collections.Counter()
    for kit in bench.kits:
        dump, truth = bench.compose(kit, kit)
        sound = open(dump, "rb").read()
        _, healthy = verify(bench, dump)
        if not healthy.get("parts"):
            bench.case(kit, ["not recognised: %s" % healthy])
            continue
        alarms = [f for f in healthy.get("findings", []) if f["code"].startswith(OURS)]
        bench.case(kit + " sound", ["false alarm: %s" % f for f in alarms])
        rng = random.Random(kit)
        for label, part, begin, end, part_end in pieces(sound, truth):
            role = role_at(healthy, begin)
            for kind, (damage, right) in KINDS.items():
                for size in SIZES:
                    if size > (end - begin) // 2:
                        continue
                    done[label, kind, size] += 1
                    if not ALL and (done[label, kind, size] + SIZES.index(size)) % len(bench.kits) != 1:
                        continue
                    image = bytearray(sound)
                    at = rng.randrange(begin, end - size + 1)
                    damage(image, at, size, part_end, rng)
                    if image == sound:
                        continue
                    with open(dump, "wb") as f:
                        f.write(image)
                    code, report = verify(bench, dump)
                    result = judge(bench, healthy, report, at, label, role, right)
                    table.add((label, kind), *result)
                    by_size.add((label, size, kind), *result)
                    if VERBOSE:
                        print(kit, label, kind, size, hex(at), result,
                              [f["code"] for f in report.get("findings", []) if f["severity"] == "error"])
                    problems = [] if code in (0, 5) else ["exit code %r %s" % (code, report.get("stderr", ""))]
                    for what, want, got in zip(("noticed", "kind", "part", "others"), promised(label, kind, size), result):
                        problems += ["not " + what] if want and not got else []
                    if problems:
                        bench.case("%s %s %s %d at 0x%x" % (kit, label, kind, size, at), problems)
        os.unlink(dump)
    by_size.show("by size")
    print()
    table.show("by kind")
    bench.finish()


ALL = "PART_DAMAGE_ALL" in os.environ
VERBOSE = "PART_DAMAGE_VERBOSE" in os.environ
main()
