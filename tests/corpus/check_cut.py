# SPDX-License-Identifier: MIT
"""A dump cut inside a part: refused whole, and with --force-partial only the complete parts come out."""
import hashlib, os, shutil
from common import Bench, differs


def main():
    bench = Bench(__doc__)
    for kit in bench.kits:
        dump, truth = bench.compose(kit, kit, "--damage", "truncate:VIVA+0x8001")
        end = truth["size"]
        out = os.path.join(bench.folder, "kit")
        done = bench.run("extract", dump, "-o", out)
        problems = differs("exit code", done.returncode, 5)
        if os.path.exists(out):
            problems.append("a kit was written without --force-partial")
        if b"VIVA" not in done.stderr:
            problems.append("the cut part is not named: %r" % done.stderr)
        done = bench.run("extract", dump, "-o", out, "--force-partial")
        problems += differs("exit code", done.returncode, 5)
        whole = {p["name"]: p["sha1"] for p in truth["parts"] if p["offset"] + p["length"] <= end}
        got = {}
        if os.path.isdir(out):
            for name in os.listdir(out):
                if not name.endswith(".cfg"):
                    with open(os.path.join(out, name), "rb") as f:
                        got[name] = hashlib.sha1(f.read()).hexdigest()
            shutil.rmtree(out)
        problems += differs("files", got, whole)
        bench.case(kit, problems, "%d of %d parts whole" % (len(whole), len(truth["parts"])))
        os.unlink(dump)
    bench.finish()


main()
