# SPDX-License-Identifier: MIT
"""Images built from kits, kits under other names, and .cfg files made anew, on each vendor kit."""
import os, re, shutil, subprocess
from common import Bench, differs, read_cfg, vendor_cfg

DONE, DAMAGED, REFUSED = 0, 5, 6


class Tool:
    """tests/kit_tool, which drives the library as the commands do."""

    def __init__(self, bench):
        self.bench, self.program = bench, os.path.join(bench.build, "tests", "kit_tool")

    def __call__(self, *args):
        done = subprocess.run([self.program, self.bench.plugins, *args], capture_output=True, timeout=120)
        return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def read(path):
    with open(path, "rb") as f:
        return f.read()


def pieces(out):
    """[(offset, length, source, name)] and [code] of what kit_tool printed."""
    rows = [line.split(" ", 3) for line in out.splitlines() if line[:1].isdigit()]
    codes = [line.split(" ", 1)[0] for line in out.splitlines() if line.startswith("MTK-")]
    return [(int(a), int(b), c, d) for a, b, c, d in rows], codes


def check_cover(rows, size):
    at, problems = 0, []
    for offset, length, _, _ in rows:
        problems += differs("piece begins", offset, at)
        at = offset + length
    return problems + differs("pieces end", at, size)


def with_base(bench, tool, kit, dump):
    """The kit of a dump on that dump is that dump."""
    out = os.path.join(bench.folder, "with-base.bin")
    code, text, err = tool("build", kit, out, "base=" + dump)
    if code != DONE:
        return ["build: %d %s" % (code, err)]
    rows, codes = pieces(text)
    problems = check_cover(rows, os.path.getsize(dump)) + differs("notes", codes, [])
    problems += differs("made", [r for r in rows if r[2] in ("generated", "blank")], [])
    return problems + ([] if read(out) == read(dump) else ["not the dump byte for byte"])


def scribbled(bench, tool, dump, truth):
    """Bytes of nobody, in every gap, in the header's and behind the user data, are given back as well."""
    path, kit = os.path.join(bench.folder, "scribbled.bin"), os.path.join(bench.folder, "scribbled.kit")
    image = bytearray(read(dump))
    spans = sorted([(p["offset"], p["offset"] + p["length"]) for p in truth["parts"]] +
                   [(0, 0x14), (0x200, 0x2B4), (0x400, 0x414), (truth["fat"][0], sum(truth["fat"]))])
    gaps = [(a[1], b[0]) for a, b in zip(spans, spans[1:] + [(len(image), 0)]) if b[0] - a[1] >= 64]
    for number, (begin, end) in enumerate(gaps):
        middle = (begin + end) // 2
        image[middle:middle + 24] = b"left by somebody #%6d" % number
    image[truth["fat"][0] + 0x40] ^= 0x55
    with open(path, "wb") as f:
        f.write(image)
    done = bench.run("extract", path, "-o", kit)
    if done.returncode != DONE:
        return ["extract: %d %s" % (done.returncode, done.stderr.decode(errors="replace"))]
    code, _, err = tool("build", kit, path + ".out", "base=" + path)
    problems = differs("build", (code, err), (DONE, "")) + differs("gaps", len(gaps) >= 6, True)
    if not problems and read(path + ".out") != image:
        problems.append("not the dump byte for byte")
    lost = [line for line in tool("plan", path)[1].splitlines() if line.startswith("lost ")]
    problems += differs("stray bytes told", len([t for t in lost if " unclaimed " in t]) >= 4, True)
    shutil.rmtree(kit, ignore_errors=True)
    return problems


def mended(bench, tool, kit, vendor, cfg):
    """A damaged device's own data in the vendor's firmware: what it was before the damage."""
    good = bench.compose(kit, "good")[0]
    bad = bench.compose(kit, "bad", "--damage", "fill:ROM+0x8000:0x1000:0", "--damage", "flip:EXT_BOOTLOADER+0x300")[0]
    out = os.path.join(bench.folder, "mended.bin")
    code, _, err = tool("build", vendor, out, "base=" + bad, "cfg=" + os.path.basename(cfg))
    problems = differs("build", (code, err), (DONE, ""))
    if not problems and read(out) != read(good):
        problems.append("not what it was")
    return problems


def blanked(bench, tool, kit, dump, truth):
    """The same without the user data: nothing of them is left, and all else is the dump's."""
    out = os.path.join(bench.folder, "blanked.bin")
    code, text, err = tool("build", kit, out, "base=" + dump, "blank")
    if code != DONE:
        return ["build blank: %d %s" % (code, err)]
    image, want, (begin, _) = read(out), read(dump), truth["fat"]
    problems = differs("notes when blanked", pieces(text)[1], ["MTK-K023"])
    if image[begin:].strip(b"\xff"):
        problems.append("user data are left")
    return problems + ([] if image[:begin] == want[:begin] else ["more than the user data changed"])


def without_base(bench, tool, kit, truth, folder):
    """Parts in place, a header of its own, nothing else; and the program finds it healthy."""
    out = os.path.join(bench.folder, "alone.bin")
    code, text, err = tool("build", kit, out)
    if code != DONE:
        return ["build alone: %d %s" % (code, err)]
    image, (rows, codes) = read(out), pieces(text)
    problems = check_cover(rows, truth["capacity"]) + differs("size", len(image), truth["capacity"])
    problems += differs("notes alone", sorted(codes), ["MTK-K021", "MTK-K022", "MTK-K023"])
    problems += differs("generated", [r[:2] for r in rows if r[2] == "generated"], [(0, 0x14), (0x200, 0xB4)])
    for part in truth["parts"]:
        want = read(os.path.join(folder, part["name"]))
        if image[part["offset"]:part["offset"] + len(want)] != want:
            problems.append("%s is not in its place" % part["name"])
    for offset, length, source, name in rows:
        if source == "blank" and image[offset:offset + length].strip(b"\xff"):
            problems.append("%s at 0x%X is not blank" % (name, offset))
    report = bench.scan(out)[1]
    problems += differs("verdict", report.get("health", {}).get("verdict"), "healthy")
    return problems + differs("verify", bench.run("verify", out).returncode, DONE)


def round_trip(bench, tool, vendor, cfg):
    """vendor -> extractor -> fw_splitter -> vendor: the same names, the same bytes, the same .cfg text."""
    problems, source, option = [], vendor, ["cfg=" + os.path.basename(cfg)]
    for names, boot, last in (("extractor", "INT_BOOTLOADER", "config_mtk.cfg"),
                              ("fw_splitter", "BOOTLOADER", "cat.cfg"), ("vendor", None, None)):
        out = os.path.join(bench.folder, "to-" + names)
        code, _, err = tool("convert", source, out, names, *option)
        if code != DONE:
            return problems + ["convert to %s: %d %s" % (names, code, err)]
        if boot and not {boot, last} <= set(os.listdir(out)):
            problems.append("names of %s: %r" % (names, os.listdir(out)))
        if names != "vendor":
            same = read_cfg(os.path.join(out, last))
            problems += differs("platform and memory", (same[0], same[2]), read_cfg(cfg)[::2])
            problems += differs("verify " + names, bench.run("verify", out).returncode, DONE)
        source, option = out, []
    wanted = [n for names in read_cfg(cfg)[1].values() for n in names]
    got = sorted(n for n in os.listdir(source) if not n.endswith(".cfg"))
    problems += differs("names after the round", got, sorted(wanted))
    problems += [n + " changed" for n in got if n in wanted and read(os.path.join(source, n)) !=
                 read(os.path.join(vendor, n))]
    texts = [read(os.path.join(source, n)) for n in os.listdir(source) if n.endswith(".cfg")]
    problems += [] if texts == [read(cfg)] else ["the text of the .cfg changed"]
    for names in ("extractor", "fw_splitter", "vendor"):
        shutil.rmtree(os.path.join(bench.folder, "to-" + names))
    return problems


def remade(bench, tool, vendor, cfg):
    """A .cfg made anew says what the vendor's says, with the old one at hand and without."""
    out, problems = os.path.join(bench.folder, "new.cfg"), []
    bare = os.path.join(bench.folder, "bare")
    shutil.copytree(vendor, bare, ignore=lambda folder, names: [n for n in names if n.endswith(".cfg")])
    for what, folder, option in (("beside the old", vendor, ["cfg=" + os.path.basename(cfg)]), ("alone", bare, [])):
        code, text, err = tool("cfg", folder, out, *option)
        problems += differs("cfg " + what, (code, err), (DONE, ""))
        if code == DONE:
            problems += differs("facts " + what, read_cfg(out), read_cfg(cfg))
            lines = [t for t in text.splitlines() if t[:1] in "-+"]
            problems += differs("difference " + what, bool(lines), what == "alone")
    shutil.rmtree(bare)
    return problems


def check_extractor(bench, tool, vendor):
    """Another extractor's .cfg beside the same parts: what is wrong with it is named, and put right."""
    folder, out = os.path.join(bench.folder, "extractor"), os.path.join(bench.folder, "right.cfg")
    code, _, err = tool("convert", vendor, folder, "extractor")
    problems = differs("convert", (code, err), (DONE, ""))
    shutil.copy(os.path.join(bench.corpus, "extractor_rephone", "config_mtk.cfg"), folder)
    problems += differs("verify finds it wrong", bench.run("verify", folder).returncode, DAMAGED)
    code, text, err = tool("cfg", folder, out)
    lines = [t for t in text.splitlines() if re.match(r"[-+] ", t)]
    wanted = ["- general.platform:", "+ general.platform: MT2502"]
    for n in (1, 2):
        wanted += ["- external_memory[%d].memory_type: PSRAM_166MHz" % n,
                   "+ external_memory[%d].memory_type: PSRAM_130MHz" % n]
    problems += differs("cfg", (code, err), (DONE, "")) + differs("difference", lines, wanted)
    shutil.copy(out, os.path.join(folder, "config_mtk.cfg"))
    return problems + differs("verify when right", bench.run("verify", folder).returncode, DONE)


def check_plan(tool, dump, truth):
    code, text, _ = tool("plan", dump)
    lost = [line.split() for line in text.splitlines() if line.startswith("lost ")]
    begin, length = truth["fat"]
    problems = differs("plan", code, DONE)
    problems += differs("user data are told", [(int(w[1]), int(w[2])) for w in lost if w[3] == "FAT"], [(begin, length)])
    problems += differs("trim values are told", [int(w[1]) for w in lost if w[3] == "device-record"], [0x400])
    return problems + differs("whole", "whole 1" in text, True)


def main():
    bench = Bench(__doc__)
    tool = Tool(bench)
    dumps = {kit: bench.compose(kit, kit) for kit in bench.kits}
    for number, kit in enumerate(bench.kits):
        dump, truth = dumps[kit]
        vendor = os.path.join(bench.corpus, kit)
        cfg, out = vendor_cfg(vendor), os.path.join(bench.folder, kit + ".kit")
        done = bench.run("extract", dump, "-o", out)
        bench.case("extract " + kit, differs("extract", done.returncode, DONE))
        bench.case("build on its dump " + kit, with_base(bench, tool, out, dump))
        bench.case("build on a scribbled dump " + kit, scribbled(bench, tool, dump, truth))
        bench.case("build mends " + kit, mended(bench, tool, kit, vendor, cfg))
        bench.case("build blanked " + kit, blanked(bench, tool, out, dump, truth))
        bench.case("build alone " + kit, without_base(bench, tool, out, truth, vendor))
        bench.case("round of names " + kit, round_trip(bench, tool, vendor, cfg))
        bench.case("cfg " + kit, remade(bench, tool, vendor, cfg))
        bench.case("restore plan " + kit, check_plan(tool, dump, truth))
        mirror = bench.compose(kit, "mirror", "--damage", "mirror:2")[0]
        rows = os.path.join(bench.folder, "mirror-out.bin")
        code, _, err = tool("build", out, rows, "base=" + mirror)
        bench.case("build on a read twice over " + kit, differs("build", (code, err), (DONE, "")) or
                   ([] if read(rows) == read(dump) else ["not the dump byte for byte"]))
        others = [k for k in bench.kits if k != kit and k.split("_")[0] not in ("rephone", "linkit")]
        other = others[number % len(others)]
        code, _, err = tool("build", out, os.path.join(bench.folder, "x.bin"), "base=" + dumps[other][0])
        bench.case("build on %s refused" % other, differs("build", (code, "another device" in err), (REFUSED, True)))
        os.unlink(mirror)
    if "rephone" in bench.kits and os.path.isdir(os.path.join(bench.corpus, "extractor_rephone")):
        bench.case("another extractor's .cfg", check_extractor(bench, tool, os.path.join(bench.corpus, "rephone")))
    bench.finish()


main()
