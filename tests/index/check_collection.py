#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""index and find on a small collection of fixtures: resumed after kills, spread with GNU parallel, ranked."""
import argparse, json, os, random, shutil, signal, subprocess, sys, tempfile, time

failed = 0


def check(what, good, note=""):
    global failed
    failed += not good
    print("%-4s %s %s" % ("ok" if good else "FAIL", what, note if not good else ""))


class Collection:
    """Dumps and a kit below the folder `roms`; all programs run beside it."""

    def __init__(self, build):
        self.program = os.path.join(build, "mtkscan")
        self.folder = tempfile.mkdtemp(prefix="mtkscan-collection-")
        for home, chip in (("a", "MT6260"), ("b", "MT6261"), ("c", "MT2502")):
            os.makedirs(self.path("roms", home))
            for name, pieces in (("plain", []), ("app", ["app"]), ("secured", ["secured"])):
                subprocess.run([os.path.join(build, "mtkscan-mkfixture"), chip,
                                self.path("roms", home, name + ".bin"), "capacity=0x400000", *pieces], check=True)
            for i in range(5):
                os.link(self.path("roms", home, "plain.bin"), self.path("roms", home, "copy%d.bin" % i))
        with open(self.path("roms", "a", "plain.bin"), "rb") as f:
            bytes_of = f.read()
        with open(self.path("roms", "cut.bin"), "wb") as f:
            f.write(bytes_of[:100000])
        with open(self.path("roms", "empty"), "wb"):
            pass
        with open(self.path("roms", "huge"), "wb") as f:
            f.truncate(300 << 20)  # beyond the limit of one dump
        with open(os.fsencode(self.path("roms", "")) + b"\xff\n\x1b.bin", "wb") as f:
            f.write(b"no firmware")
        self.run("extract", "roms/b/app.bin", "-o", "roms/kit")

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def run(self, *args):
        return subprocess.run([self.program, *args], cwd=self.folder, capture_output=True, timeout=120)

    def read(self, name):
        with open(self.path(name), "rb") as f:
            return f.read()

    def lines(self, name):
        return [json.loads(line) for line in self.read(name).decode("utf-8").splitlines()]


def check_lines(all_):
    done = all_.run("index", "roms", "-o", "index", "--jobs", "2")
    check("a first run", done.returncode == 0, done)
    lines = all_.lines("index")
    by_path = {line["path"]: line for line in lines}
    check("a line an image", len(lines) == len(by_path) == 3 * 8 + 4 + 1, len(lines))
    order = [bytes.fromhex(line["path_bytes"]) if "path_bytes" in line else line["path"].encode() for line in lines]
    check("sorted by path", order == sorted(order))
    plain = by_path["roms/b/plain.bin"]
    scanned = json.loads(all_.run("scan", "--json", "roms/b/plain.bin").stdout)
    check("it says what scan says", plain["sha1"] == scanned["input"]["sha1"] and plain["chip"] == scanned["chip"]
          and plain["flash_ids"] == scanned["flash"]["ids"] and plain["project"] == scanned["identity"]["project"]
          and [p["sha1"] for p in plain["parts"]] == [p["sha1"] for p in scanned["parts"]], plain)
    check("where the image ends", plain["image_end"] == max(p["offset"] + p["length"] for p in plain["parts"]))
    check("a file too large is told", by_path["roms/huge"]["status"] == "error" and by_path["roms/huge"]["error"])
    check("an empty one, too", by_path["roms/empty"]["status"] == "unknown")
    check("a cut one is damaged", by_path["roms/cut.bin"]["health"]["verdict"] != "healthy", by_path["roms/cut.bin"])
    kits = [line for line in lines if line["kind"] == "kit"]
    check("a kit is one image", len(kits) == 1 and kits[0]["status"] == "identified", kits)
    strange = [line for line in lines if "path_bytes" in line]
    check("a name that is no text", len(strange) == 1
          and bytes.fromhex(strange[0]["path_bytes"]) == b"roms/\xff\n\x1b.bin", strange)


def check_again(all_):
    before = all_.read("index")
    done = all_.run("index", "roms/", "-o", "index")
    check("nothing to do again", b" 0 indexed" in done.stdout and all_.read("index") == before, done)
    all_.run("index", "roms", "-o", "one", "--jobs", "1")
    check("one worker writes the same", all_.read("one") == before)
    os.utime(all_.path("roms", "a", "app.bin"), (1, 1))
    with open(all_.path("roms", "a", "added.bin"), "wb") as f:
        f.write(b"new")
    done = all_.run("index", "roms", "-o", "index", "--json")
    told = json.loads(done.stdout)["index"]
    fresh = all_.run("index", "roms", "-o", "fresh")
    check("changed and new ones alone", told["made"] == 2 and all_.read("index") == all_.read("fresh"), (told, fresh))
    check("no other file is taken", all_.run("index", "roms", "-o", "roms/a/app.bin").returncode == 6)
    check("--jobs is a number", all_.run("index", "roms", "-o", "x", "--jobs", "0").returncode == 2)


def check_kills(all_, kills):
    want, rng, done = all_.read("index"), random.Random(3), 0
    start = time.monotonic()
    all_.run("index", "roms", "-o", "killed", "--force")
    whole, wrong = time.monotonic() - start, []
    os.remove(all_.path("killed"))
    for _ in range(kills):
        run = subprocess.Popen([all_.program, "index", "roms", "-o", "killed", "--jobs", "2"], cwd=all_.folder,
                               stdout=subprocess.DEVNULL)
        time.sleep(rng.uniform(0, whole))
        run.kill()
        done += run.wait() == -signal.SIGKILL
        there = all_.read("killed") if os.path.exists(all_.path("killed")) else b""
        if not want.startswith(there):
            wrong.append(len(there))
        if there == want or rng.random() < 0.3:
            os.remove(all_.path("killed"))
    last = all_.run("index", "roms", "-o", "killed")
    check("killed %d times: a beginning of the whole, always" % done, done > 0 and not wrong, wrong)
    check("resumed: the same bytes", all_.read("killed") == want, last)
    run = subprocess.Popen([all_.program, "index", "roms", "-o", "stopped"], cwd=all_.folder, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
    time.sleep(whole / 4)
    run.send_signal(signal.SIGINT)
    check("interrupted", run.wait(timeout=60) in (130, 0, -signal.SIGINT))
    all_.run("index", "roms", "-o", "stopped")
    check("and resumed: the same bytes", all_.read("stopped") == want)


def check_parallel(all_):
    """The way of docs/collections.md."""
    if not shutil.which("parallel"):
        print("     GNU parallel is not here: not tried")
        return
    done = subprocess.run("mkdir idx && find roms -mindepth 1 -maxdepth 1 -type d | "
                          "parallel --will-cite -j2 %s index {} -o idx/{/}.jsonl --jobs 1 && "
                          "cat idx/*.jsonl >joined" % all_.program, shell=True, cwd=all_.folder, capture_output=True)
    check("GNU parallel", done.returncode == 0, done)
    said = all_.run("index", "roms", "-o", "joined").stdout
    check("joined: what is left is added, the same bytes", all_.read("joined") == all_.read("index"), said)
    check("and nothing was done twice", b" 5 indexed" not in said and b"26 known" in said, said)


def check_find(all_):
    def find(*args):
        done = all_.run("find", "index", "--json", *args)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]

    code, hits = find("--chip", "mt6261")
    check("find by chip", code == 0 and {hit["chip"] for hit in hits} == {"MT6261"} and len(hits) == 9, (code, hits))
    check("none", find("--chip", "MT6261", "--project", "nobody") == (3, []))
    check("no flash ID", find("--flash-id", "XY")[0] == 2)
    for home in "abc":
        code, hits = find("--for", "roms/%s/plain.bin" % home)
        mine = [hit for hit in hits if hit["path"].startswith("roms/%s/" % home)]
        check("for %s: its own first" % home, code == 0 and hits[0]["path"].startswith("roms/%s/" % home)
              and hits[0]["fit"] == "fits", hits[:1])
        check("secured ones are risky", [hit["fit"] for hit in mine if "secured" in hit["path"]] == ["risky"], mine)
        check("others must not", all(hit["fit"] == "do not flash" for hit in hits if hit["chip"] != hits[0]["chip"]))
        check("each with reasons", all(hit["reasons"] for hit in hits))
    check("not for what is no firmware", all_.run("find", "index", "--for", "roms/empty").returncode == 3)
    text = all_.run("find", "index", "-v").stdout
    check("harmless text", b"\x1b" not in text and b"\xff" not in text)
    check("no index", all_.run("find", "roms/a/plain.bin").returncode == 6)


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--build", required=True)
    ap.add_argument("--kills", type=int, default=8)
    a = ap.parse_args()
    all_ = Collection(os.path.abspath(a.build))
    try:
        check_lines(all_)
        check_again(all_)
        check_kills(all_, a.kills)
        check_parallel(all_)
        check_find(all_)
    finally:
        shutil.rmtree(all_.folder)
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
