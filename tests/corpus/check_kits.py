# SPDX-License-Identifier: MIT
"""Each vendor kit, composed into a dump: identified, healthy, and taken apart into the vendor's own files."""
import hashlib, os
from common import Bench, differs, read_cfg, vendor_cfg


def sha1(path):
    with open(path, "rb") as f:
        return hashlib.sha1(f.read()).hexdigest()


def check_report(code, report, truth, platform):
    problems = differs("exit code", code, 0)
    problems += differs("status", report.get("status"), "identified")
    problems += differs("chip", report.get("chip"), platform)
    flash = report.get("flash", {})
    problems += differs("capacity", flash.get("capacity"), truth["capacity"])
    problems += differs("ids", flash.get("ids"), truth["ids"])
    problems += differs("zones", [[z["offset"], z["block"]] for z in flash.get("zones", [])], truth["zones"])
    keys = ("type", "offset", "length", "load_addr", "sha1")
    problems += differs("parts", [tuple(p[k] for k in keys) for p in report.get("parts", [])],
                        [tuple(p[k] for k in keys) for p in truth["parts"]])
    fat = [[r["offset"], r["length"]] for r in report.get("ranges", []) if r["name"] == "FAT"]
    problems += differs("FAT", fat, [truth["fat"]])
    problems += differs("percent", report.get("health", {}).get("percent"), 100)
    problems += differs("findings of weight",
                        [f["code"] for f in report.get("findings", []) if f["severity"] != "info"], [])
    at = 0
    for segment in report.get("map", []):
        problems += differs("map", segment["offset"], at)
        at += segment["length"]
    return problems + differs("map total", at, truth["size"])


def check_kit(folder, truth, vendor, out):
    wanted = {p["name"]: p["sha1"] for p in truth["parts"]}
    names = sorted(n for n in os.listdir(out) if not n.endswith(".cfg"))
    problems = differs("file names", names, sorted(wanted))
    for name in names:
        problems += differs("SHA-1 of " + name, sha1(os.path.join(out, name)), wanted.get(name))
    ours = [n for n in os.listdir(out) if n.endswith(".cfg")]
    if len(ours) != 1:
        return problems + ["one .cfg expected: %r" % ours]
    got, want = read_cfg(os.path.join(out, ours[0])), read_cfg(vendor)
    for what, mine, theirs in zip(("cfg platform", "cfg files", "cfg memory"), got, want):
        problems += differs(what, mine, theirs)
    return problems


def main():
    bench = Bench(__doc__)
    for kit in bench.kits:
        vendor = vendor_cfg(os.path.join(bench.corpus, kit))
        platform = read_cfg(vendor)[0]
        dump, truth = bench.compose(kit, kit)
        code, report = bench.scan(dump)
        problems = check_report(code, report, truth, platform)
        out = os.path.join(bench.folder, kit + ".kit")
        done = bench.run("extract", dump, "-o", out)
        problems += differs("extract", done.returncode, 0)
        if os.path.isdir(out):
            problems += check_kit(os.path.join(bench.corpus, kit), truth, vendor, out)
            problems += differs("verify KIT", bench.run("verify", out).returncode, 0)
        claims = {c["plugin"]: c["score"] for c in report.get("claims", [])}
        bench.case(kit, problems, "%s, %d parts, %s" % (report.get("chip"), len(truth["parts"]), claims))
        vendor_args = ["verify", os.path.join(bench.corpus, kit), "--cfg", os.path.basename(vendor)]
        done = bench.run(*vendor_args)
        bench.case("verify " + kit, differs("exit code", done.returncode, 0))
        os.unlink(dump)
    bench.finish()


main()
