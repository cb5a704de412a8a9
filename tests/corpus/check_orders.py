# SPDX-License-Identifier: MIT
"""The order of modules never matters; without the right one there is no wrong answer."""
import itertools, os, shutil
from common import Bench, differs


def main():
    bench = Bench(__doc__)
    ids = sorted(n[:-3] for n in os.listdir(bench.plugins) if n.endswith(".so"))
    folders = {}
    for name in ids:
        folders[name] = os.path.join(bench.folder, "only-" + name)
        os.mkdir(folders[name], 0o755)
        shutil.copy(os.path.join(bench.plugins, name + ".so"), folders[name])

    def dirs(order):
        return ["--no-default-plugins"] + [a for n in order for a in ("--plugin-dir", folders[n])]

    for kit in bench.kits:
        dump, _ = bench.compose(kit, kit)
        code, first = bench.scan(dump, *dirs(ids))
        problems = differs("exit code", code, 0)
        for order in itertools.permutations(ids):
            problems += differs("report for " + " ".join(order), bench.scan(dump, *dirs(order)), (0, first))
        bench.case(kit + ": orders", problems, "%d orders" % len(list(itertools.permutations(ids))))
        right = first.get("plugin")
        code, report = bench.scan(dump, *dirs([n for n in ids if n != right]))
        problems = differs("exit code without " + str(right), code, 3) + differs("chip", report.get("chip"), None)
        hint = report.get("hint") or ""
        if not right or right not in hint.lower():
            problems.append("the hint does not name %s: %r" % (right, hint))
        bench.case(kit + ": right one gone", problems, hint)
        os.unlink(dump)
    bench.finish()


main()
