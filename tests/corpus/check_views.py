# SPDX-License-Identifier: MIT
"""Reads that went wrong as a whole: the kind is named, and the corrected view is the flash, byte for byte."""
import collections, json, os, random, struct, subprocess, sys
from common import Bench

SIZE_1M = 1 << 20
NEAR = 0x4000  # bytes


class Case:
    """A damaged dump and what has to be said of it."""

    def __init__(self, name, data, code, want=None, mode="equal", place=None):
        self.name, self.data, self.code, self.want = name, bytes(data), code, want
        self.mode = mode      # equal | window: wrong only where the finding says | untouched
        self.near = False     # the window was missed by less than NEAR
        self.place = place    # where the damage was done, in the flash


def swapped(image, unit, halves=False):
    out = bytearray(image)
    size = len(image) // unit * unit
    for i in range(unit):
        out[i:size:unit] = image[(i ^ unit // 2 if halves else unit - 1 - i):size:unit]
    return out


def kit_files(folder):
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as f:
            data = f.read()
        if data[:3] == b"MMM" and data[8:17] == b"FILE_INFO" and len(data) == struct.unpack_from("<I", data, 0x20)[0]:
            yield name, data


def single_files(folder):
    for name, data in kit_files(folder):
        kind, = struct.unpack_from("<H", data, 0x18)
        load, = struct.unpack_from("<I", data, 0x1C)
        place = 0x800 if kind == 1 else load & 0x0FFFFFFF
        yield Case("kit file " + {1: "INT_BOOTLOADER"}.get(kind, name), data, "Q003", b"\xff" * place + data)


def container(image, parts, truth):
    rom, viva = parts["ROM"], parts["VIVA"]
    flash = image[rom["offset"]:viva["offset"] + viva["length"]]
    head = struct.pack("<5I", rom["load_addr"], len(flash), *truth["fat"], len(flash) + 0x80).ljust(0x80, b"\0")
    return Case("ROM_VIVA container", head + flash, "Q003", b"\xff" * rom["offset"] + flash)


def repeats(image, parts, truth, rng):
    size, fat = len(image), truth["fat"]
    yield Case("read 2 times", image * 2, "Q006", image)
    yield Case("read 4 times", image * 4, "Q006", image)
    yield Case("read 1.5 times", (image * 2)[:size + size // 2], "Q006", image)
    yield Case("read 1.0001 times", (image * 2)[:size + 0x1234], "Q006", image)
    for period in 3 * SIZE_1M, 5 * SIZE_1M:
        flash = (image + b"\xff" * period)[:period]
        yield Case("flash of %d MB, read 3 times" % (period >> 20), flash * 3, "Q006", flash)
    if size > 4 * SIZE_1M:
        yield Case("4 MB flash as 16 MB", image[:4 * SIZE_1M] * 4, "Q006", image[:4 * SIZE_1M])
    other = bytearray(image)
    for _ in range(5):
        at = fat[0] + rng.randrange(fat[1] - 600)
        other[at:at + 512] = rng.randbytes(512)
    yield Case("read twice, other user data", image + other, "Q007", image)
    other = bytearray(image)
    at = parts["VIVA"]["offset"] + 0x12345
    other[at:at + 512] = rng.randbytes(512)
    yield Case("read twice, other firmware", image + other, "Q008", mode="untouched")


def shifts(image, rng):
    for more in 0x200, 1, 0x10000:
        yield Case("shift +0x%X" % more, b"\xff" * more + image, "Q009", image)
    yield Case("tool header of 0x54 bytes", b"DUMPTOOL v1.0" + rng.randbytes(0x47) + image, "Q009", image)
    yield Case("shift +0x200, cut at the end", (b"\0" * 0x200 + image)[:len(image)], "Q009", image[:-0x200])
    for less in 1, 0x200, 0x800:
        yield Case("shift -0x%X" % less, image[less:], "Q010", b"\xff" * less + image[less:])
    for start in 0x1000, 0x5000:
        yield Case("begins at 0x%X, goes round" % start, image[start:] + image[:start], "Q011", image)


def orders(image):
    yield Case("swap16", swapped(image, 2), "Q004", image)
    yield Case("swap32", swapped(image, 4), "Q004", image)
    yield Case("swap64", swapped(image, 8), "Q004", image)
    yield Case("16-bit halves exchanged", swapped(image, 4, True), "Q004", image)
    half = len(image) // 2
    if half & (half - 1) == 0:
        yield Case("address halves exchanged", image[half:] + image[:half], "Q005", image)
    yield Case("swap16 and shift -0x200", swapped(image, 2)[0x200:], "Q004", b"\xff" * 0x200 + image[0x200:])
    yield Case("swap32, read twice", swapped(image * 2, 4), "Q004", image)


def middles(image, parts, rng):
    rom, viva = parts["ROM"], parts["VIVA"]
    inside = {p["name"]: p["offset"] + rng.randrange(p["length"] // 4, 3 * p["length"] // 4) for p in (rom, viva)}
    for size in 64, 0x1000, 0x10000:
        at = inside["ROM"]
        yield Case("0x%X bytes came in, ROM" % size, image[:at] + rng.randbytes(size) + image[at:], "Q013", image,
                   "window", at)
    for name in "ROM", "VIVA":
        for size in 64, 0x1000, 0x20000:
            part = parts[name]  # all of what is lost is of this part
            at = min(inside[name], part["offset"] + part["length"] - size - 0x1000) & ~0x3F
            yield Case("0x%X bytes lost, %s" % (size, name), image[:at] + image[at + size:], "Q012", image, "window", at)
    for name in "ROM", "VIVA":
        for size in 0x200, 0x1000, 0x10000:
            at = inside[name] & ~0x1FF
            yield Case("chunk of 0x%X twice, %s" % (size, name), image[:at] + image[at - size:at] + image[at:], "Q014",
                       image)
    gap = viva["offset"] - 0x200
    yield Case("0x180 bytes lost, gap", image[:gap] + image[gap + 0x180:], "Q019", image)
    yield Case("0x200 bytes came in, gap", image[:gap] + rng.randbytes(0x200) + image[gap:], "Q018", image)
    ext = parts["EXT_BOOTLOADER"]
    at = (ext["offset"] + rng.randrange(ext["length"] // 4, 3 * ext["length"] // 4)) & ~0x3F
    yield Case("0x40 bytes came in, loader", image[:at] + rng.randbytes(64) + image[at:], "Q018", image)
    yield Case("0x400 bytes lost, loader", image[:at] + image[at + 0x400:], "Q012", image, "window", at)
    at, again = inside["ROM"] & ~0x3F, inside["VIVA"] & ~0x3F
    yield Case("lost in ROM and in VIVA", image[:at] + image[at + 0x400:again] + image[again + 0x1000:], "Q012", image,
               "window", at)


def joins(image, other, rng):
    yield Case("another dump behind", image + other, "Q015", image)
    for size in 0x400, SIZE_1M:
        yield Case("0x%X zero bytes behind" % size, image + b"\0" * size, "Q016", image)
        yield Case("0x%X random bytes behind" % size, image + rng.randbytes(size), "Q017", mode="untouched")
    yield Case("a log behind", image + b"Read done, 0 errors\r\n" * 40, "Q016", image)


def foreign(rng):
    vectors = b"".join(struct.pack("<I", 0xE59FF018) for _ in range(8)) + rng.randbytes(0x20)
    text = b"".join(b"Task %d: stack overflow at %08X\0" % (i, rng.getrandbits(32)) for i in range(4000))
    yield Case("RAM", vectors + text + rng.randbytes(0x100000), "Q002", mode="untouched")
    rom = b"".join(struct.pack("<I", 0xEA000000 | 6 + i) for i in range(8)) + rng.randbytes(0xFFE0)
    yield Case("boot ROM, 64 KB", rom, "Q002", mode="untouched")
    yield Case("boot ROM, read as 4 MB", rom * 64, "Q002", mode="untouched")
    for name, data in ("empty", b""), ("all FF", b"\xff" * SIZE_1M), ("all 00", b"\0" * SIZE_1M), \
            ("a word over and over", b"\xde\xad\xbe\xef" * 0x40000):
        yield Case(name, data, "Q001", mode="untouched")


def healthy(image, parts, rng):
    yield Case("healthy", image, None, mode="untouched")
    ends = [p["offset"] + p["length"] // 2 for p in parts.values()] + [p["offset"] + p["length"] for p in parts.values()]
    for end in ends + [rng.randrange(0x900, len(image)) for _ in range(20)] + [len(image) - 0x1000, len(image) - 1]:
        yield Case("healthy, cut", image[:end], None, mode="untouched")
    yield Case("healthy, larger chip", image + b"\xff" * len(image), None, mode="untouched")


class Judge:
    def __init__(self, bench):
        self.bench, self.probe = bench, os.path.join(bench.build, "tests", "diagnose-probe")
        self.rows = collections.OrderedDict()

    def run(self, case):
        source, view = (os.path.join(self.bench.folder, n) for n in ("case.bin", "view.bin"))
        with open(source, "wb") as f:
            f.write(case.data)
        done = subprocess.run([self.probe, source, view], capture_output=True, timeout=120)
        if done.returncode:
            return {"findings": [], "steps": []}, b"", "exit code %d: %r" % (done.returncode, done.stderr)
        with open(view, "rb") as f:
            return json.loads(done.stdout), f.read(), None

    def problem(self, case, said, view):
        codes = {f["code"][4:] for f in said["findings"]}
        if case.mode == "untouched":
            if said["steps"]:
                return "was changed: %r" % said["steps"]
            return None if codes == ({case.code} if case.code else set()) else "said %r" % said["findings"]
        if case.code not in codes:
            return "said %r" % said["findings"]
        if view == case.want:
            return None
        if case.mode == "equal" or len(view) != len(case.want):
            return "view differs (0x%X bytes, wanted 0x%X): %r %r" % (len(view), len(case.want), said["steps"],
                                                                       said["findings"])
        windows = [(f["offset"], f["offset"] + f["length"]) for f in said["findings"] if f["code"][4:] == case.code]
        # "Most likely" is a guess by the code around: it may be out by a little, and is counted.
        loose = NEAR if any("most likely" in f["message"] for f in said["findings"]) else 0
        for low in range(0, len(view), 0x40):
            if view[low:low + 0x40] == case.want[low:low + 0x40]:
                continue
            wrong = [at for at in range(low, min(low + 0x40, len(view))) if view[at] != case.want[at]]
            if all(any(a <= at < b for a, b in windows) for at in wrong):
                continue
            case.near = True
            if not all(any(a - loose <= at < b + loose for a, b in windows) for at in wrong):
                return "view is wrong at 0x%X, outside %r (damage at 0x%X)" % (wrong[0], windows, case.place)
        return None

    def case(self, where, case):
        said, view, problem = self.run(case)
        problem = problem or self.problem(case, said, view)
        row = self.rows.setdefault(case.name, [0, 0, [], 0])
        row[0] += not problem
        row[1] += 1
        row[3] += case.near
        if case.mode == "window":
            row[2].append(sum(a != b for a, b in zip(view, case.want)))
        if problem:
            print("FAIL   %s, %s: %s" % (where, case.name, problem[:600]))

    def table(self):
        for name, (good, total, wrong, near) in self.rows.items():
            note = "bytes that differ from the flash: " + ", ".join("%d" % n for n in wrong) if wrong else ""
            self.bench.total += total
            self.bench.good += good
            note += ", windows missed: %d" % near if near else ""
            print("%-32s %3d of %3d   %s" % (name, good, total, note))


def compose(bench, kit, disk):
    out = os.path.join(bench.folder, "dump.bin")
    more = ["--disk", os.path.join(bench.corpus, "userdata", "disk.img")] if disk else []
    subprocess.run([sys.executable, bench.mkdump, os.path.join(bench.corpus, kit), out, *more], check=True)
    with open(out, "rb") as f, open(out + ".json") as g:
        return f.read(), json.load(g)


def main():
    bench = Bench(__doc__)
    judge = Judge(bench)
    rng = random.Random(2026)
    images = {(kit, disk): compose(bench, kit, disk) for kit in bench.kits for disk in (False, True)}
    for (kit, disk), (image, truth) in images.items():
        parts = {p["name"]: p for p in truth["parts"]}
        other = images[bench.kits[(bench.kits.index(kit) + 1) % len(bench.kits)], disk][0]
        where = kit + (" with user data" if disk else "")
        for cases in healthy(image, parts, rng), repeats(image, parts, truth, rng), middles(image, parts, rng), \
                shifts(image, rng), joins(image, other, rng):
            for case in cases:
                judge.case(where, case)
        if disk:
            continue
        for cases in orders(image), single_files(os.path.join(bench.corpus, kit)), [container(image, parts, truth)]:
            for case in cases:
                judge.case(where, case)
    for case in foreign(rng):
        judge.case("any", case)
    judge.table()
    bench.finish()


main()
