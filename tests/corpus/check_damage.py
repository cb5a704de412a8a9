# SPDX-License-Identifier: MIT
"""Damage: the hit part is named and not called good, the others keep their verdict, nothing crashes."""
import os
from common import Bench, differs

# spec, role of the part that has to be hit, its verdicts that would be right
CASES = [
    ("flip:INT+0x1000:3", "INT_BOOTLOADER", {"damaged"}),
    ("flip:EXT_BOOTLOADER+0x2345:5", "EXT_BOOTLOADER", {"damaged"}),
    ("fill:EXT_BOOTLOADER+0x1000:0x400:0xff", "EXT_BOOTLOADER", {"damaged"}),
    ("fill:ROM+0x10:0x8:0x00", "ROM", {"damaged", "absent"}),
    ("fill:ROM:0x1000:0xff", "ROM", {"damaged", "absent"}),
    ("fill:VIVA:0x1000:0xff", "VIVA", {"damaged", "absent"}),
    ("fill:ROM+0x20000:0x10000:0xff", "ROM", {"damaged"}),
    ("fill:VIVA+0x20000:0x18000:0x00", "VIVA", {"damaged"}),
    ("truncate:VIVA+0x10000", "VIVA", {"truncated"}),
    ("truncate:ROM+0x10000", "ROM", {"truncated"}),
]


def main():
    bench = Bench(__doc__)
    for kit in bench.kits:
        dump, _ = bench.compose(kit, kit)
        _, healthy = bench.scan(dump)
        verdict = {p["name"]: p["health"] for p in healthy["parts"]}
        for spec, role, right in CASES:
            dump, _ = bench.compose(kit, kit, "--damage", spec)
            code, report = bench.scan(dump)
            got = {p["name"]: p["health"] for p in report.get("parts", [])}
            problems = differs("exit code", code, 5)
            if got.get(role) not in right:
                problems.append("%s is %r" % (role, got.get(role)))
            if report.get("health", {}).get("percent", 100) >= 100:
                problems.append("percent is %r" % report.get("health"))
            if not spec.startswith("truncate"):
                for name in verdict:
                    if name != role:
                        problems += differs("verdict of " + name, got.get(name), verdict[name])
            out = os.path.join(bench.folder, "kit")
            problems += differs("extract", bench.run("extract", dump, "-o", out).returncode, 5)
            if os.path.exists(out):
                problems.append("a kit was written without --force-partial")
            bench.case(kit + " " + spec, problems)
        os.unlink(dump)
    bench.finish()


main()
