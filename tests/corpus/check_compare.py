# SPDX-License-Identifier: MIT
"""Each vendor kit beside a dump of each device: the verdict, and the reason that counts most.

What is expected was written down before the program was run, from the vendors' own data (FORMAT.md 1.4, 4.1, 4.3):
an owner with one watch and no spare would want nothing else.
"""
import json, os, re, shutil, subprocess
from common import Bench, differs, read_cfg, vendor_cfg

RP, L1, C24, C32, S60, S68 = ("rephone", "linkit_one_1.0.29", "sim800c24_1418B04", "sim800c32_1418B04",
                              "sim808m32_mt6260_1308B01", "sim868m32_1418B05")
CHIP = {RP: "MT2502", L1: "MT2502", C24: "MT6261", C32: "MT6261", S60: "MT6260", S68: "MT6261"}

# Firmware for another chip never runs: error 5107 of the flashing tool, whatever else differs.
CHIP_STOPS = ("do not flash", "stop", "chip", "5107")
# The firmware that the device has: nothing may speak against it, and the screen, of which no kit of the corpus tells
# anything, is that of the same build family. Anti-clone records (SIM800, SIM808) are worth a note, as is the feature
# in which the loaders of the MT6260 kit differ.
SAME_PLAIN = ("fits", "agrees", "chip", "-")
SAME_BOUND = ("fits", "note", "anti-clone", "-")
SAME_LOADERS = ("fits", "note", "loaders", "-")
# RePhone and LinkIt ONE share project, board number, hardware version, flash list and RAM; only the flavour of the
# project (MT2502A_DEV_BOARD_PR, LINKIT_ONE_PR) says that they are two products.
FLAVOUR = ("risky", "risk", "project", "-")
# The 3 MB module: the file systems of the 4 MB builds end at 0x3FE000, behind its flash (5105). VIVA of SIM800C32 would
# just fit, its customer binary at 0x309000 does not, and an image counts before the data areas.
TOO_BIG = ("do not flash", "stop", "capacity", "5105")
APP_TOO_BIG = ("do not flash", "stop", "capacity", "-")
# One chip, one flash list, room enough, loaders in order: only the project says that it is another product.
PROJECT = ("risky", "risk", "project", "5122/5126/5127")

EXPECTED = {(a, b): CHIP_STOPS for a in CHIP for b in CHIP if CHIP[a] != CHIP[b]}
EXPECTED.update({
    (RP, RP): SAME_PLAIN, (L1, L1): SAME_PLAIN, (S68, S68): SAME_PLAIN,
    (C24, C24): SAME_BOUND, (C32, C32): SAME_BOUND, (S60, S60): SAME_LOADERS,
    (RP, L1): FLAVOUR, (L1, RP): FLAVOUR,
    (C24, C32): APP_TOO_BIG, (C24, S68): TOO_BIG,
    (C32, C24): PROJECT, (C32, S68): PROJECT, (S68, C24): PROJECT, (S68, C32): PROJECT,
})


def compare_all(bench):
    """{(device, firmware): (verdict, reasons)}, each reason [level, code, topic, tool, what, device, firmware]."""
    dumps = [bench.compose(kit, kit)[0] for kit in bench.kits]
    folders = []
    for kit in bench.kits:
        folder = os.path.join(bench.corpus, kit)
        folders += [folder, vendor_cfg(folder)]
    done = subprocess.run([os.path.join(bench.build, "tests", "compare-kits"), bench.plugins, *dumps, "--", *folders],
                          capture_output=True, timeout=500, text=True)
    if done.returncode:
        print(done.stderr)
    results, reasons = {}, []
    for line in done.stdout.splitlines():
        fields = line.split("\t")
        if fields[0] == "pair":
            reasons = []
            results[bench.kits[int(fields[1])], bench.kits[int(fields[2])]] = (fields[3], reasons)
        elif fields[0] == "reason":
            reasons.append(fields[1:])
    return results


def copy_kit(bench, kit, name):
    """A copy of what the vendor's .cfg lists, with that .cfg; the path of the .cfg."""
    vendor = vendor_cfg(os.path.join(bench.corpus, kit))
    folder = os.path.join(bench.folder, name)
    os.mkdir(folder)
    for file in [vendor] + [n for names in read_cfg(vendor)[1].values() for n in names]:
        shutil.copy(os.path.join(bench.corpus, kit, file), folder)
    return os.path.join(folder, os.path.basename(vendor))


def edit_cfg(cfg, change):
    with open(cfg, newline="") as f:
        text = f.read()
    with open(cfg, "w", newline="") as f:
        f.write(change(text))


def swap_ids(text):
    ids = re.findall(r"flash_id: *\[[^]]*\]", text)
    return text.replace(ids[0], "#1").replace(ids[1], ids[0]).replace("#1", ids[1])


def copy_part(bench, kit, cfg, part):
    shutil.copy(os.path.join(bench.corpus, kit, part), os.path.dirname(cfg))


def check_wrong_kits(bench):
    """Kits that `mtkscan verify` has to refuse before a flashing tool does, and by what."""
    wrong = [
        # The loader of another module starts ROM at 0x1000B000, where this kit has the middle of nothing.
        ("another's EXT_BOOTLOADER", C24, lambda b, c: copy_part(b, S68, c, "EXT_BOOTLOADER"), "MTK-E001", "ROM"),
        ("another's VIVA", C24, lambda b, c: copy_part(b, S68, c, "VIVA"), "MTK-E003", "distance"),
        ("flash IDs swapped", RP, lambda b, c: edit_cfg(c, swap_ids), "MTK-K004", "5096"),
        ("memory type of an extractor", RP, lambda b, c: edit_cfg(c, lambda t: t.replace("_130MHz", "_166MHz")),
         "MTK-K005", "5097"),
        ("part missing", C32, lambda b, c: os.unlink(os.path.join(os.path.dirname(c), "COREAPI")), "MTK-K001",
         "COREAPI"),
        ("part left out of the .cfg", C32,
         lambda b, c: edit_cfg(c, lambda t: "".join(l for l in t.splitlines(True) if "COREAPI" not in l)),
         "MTK-K002", "COREAPI"),
    ]
    for name, kit, spoil, code, words in wrong:
        cfg = copy_kit(bench, kit, name.replace("'", ""))
        spoil(bench, cfg)
        done = bench.run("verify", "--json", os.path.dirname(cfg))
        findings = json.loads(done.stdout).get("findings", [])
        said = [f["message"] for f in findings if f["code"] == code and words in f["message"]]
        problems = differs("exit code", done.returncode, 5) + ([] if said else [
            "no %s with %r: %s" % (code, words, [f["code"] for f in findings])])
        bench.case("verify: " + name, problems, said[0][:110] if said else "")


def main():
    bench = Bench(__doc__)
    results = compare_all(bench)
    print("%-26s %-26s %-13s %s" % ("device", "firmware", "verdict", "first reason"))
    for device in bench.kits:
        for firmware in bench.kits:
            verdict, reasons = results.get((device, firmware), ("none", []))
            first = reasons[0] if reasons else ["-"] * 7
            want = EXPECTED[device, firmware]
            problems = differs("verdict and reason", (verdict, first[0], first[2], first[3]), want)
            if want in (TOO_BIG, APP_TOO_BIG):
                problems += differs("5105", sum(r[0] == "stop" and r[3] == "5105" for r in reasons), 1)
            if device == firmware:
                problems += differs("levels", sorted({r[0] for r in reasons} - {"agrees", "note"}), [])
            bench.case("%s <- %s" % (device[:15], firmware[:15]), problems,
                       "%-13s %s: %s (%s; %s)" % (verdict, first[2], first[4], first[5], first[6]))
    check_wrong_kits(bench)
    bench.finish()


main()
