# SPDX-License-Identifier: MIT
"""Real kits and dumps in one index: each dump finds its own kit first, and no other chip's."""
import json, os, sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "corpus"))
from common import Bench  # noqa: E402


def main():
    bench = Bench(__doc__)
    index = os.path.join(bench.folder, "index")
    dumps = os.path.join(bench.folder, "dumps")
    os.mkdir(dumps)
    for kit in bench.kits:
        path, _ = bench.compose(kit, kit)
        os.rename(path, os.path.join(dumps, kit + ".bin"))
    done = bench.run("index", bench.corpus, dumps, "-o", index)
    bench.case("index", [] if done.returncode == 0 else [repr(done)])
    with open(index) as f:
        lines = {line["path"]: line for line in map(json.loads, f)}
    for kit in bench.kits:
        dump = os.path.join(dumps, kit + ".bin")
        line = lines[dump]
        kits = [path for path, other in lines.items() if other["kind"] == "kit" and os.sep + kit + os.sep in path]
        problems = []
        if line["health"]["verdict"] != "healthy":
            problems.append("the dump is %r" % line["health"])
        if not kits or not any({p["sha1"] for p in lines[k]["parts"]} <= {p["sha1"] for p in line["parts"]} for k in kits):
            problems.append("no kit with the dump's parts: %r" % kits)
        done = bench.run("find", index, "--for", dump, "--json")
        hits = [json.loads(hit) for hit in done.stdout.splitlines()]
        if [hit["path"] for hit in hits[:1]] != [dump] or hits[0]["fit"] != "fits":
            problems.append("the dump itself is not the first: %r" % hits[:1])
        own = [n for n, hit in enumerate(hits) if hit["path"] in kits]
        foreign = [n for n, hit in enumerate(hits) if kit not in hit["path"]]
        if not own or (foreign and min(own) > min(foreign)):
            problems.append("its own kit comes behind others: %r" % [hit["path"] for hit in hits[:4]])
        wrong = [hit["path"] for hit in hits if hit["chip"] not in (line["chip"], None) and hit["fit"] != "do not flash"]
        if wrong:
            problems.append("another chip's: %r" % wrong)
        bench.case(kit, problems, "%d candidates, fits: %d" % (len(hits), sum(h["fit"] == "fits" for h in hits)))
    bench.finish()


if __name__ == "__main__":
    main()
