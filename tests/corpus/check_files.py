# SPDX-License-Identifier: MIT
"""The command `files` on dumps composed from the kits: every file of the disk with its bytes, personal ones only
when asked, a linear disk that independent tools (mtools, fsck.fat, The Sleuth Kit) read the same way, and round
trips: a file put in, user data carried over, a deleted file recovered. With --full, seeds 1 to 50.
"""
import hashlib, json, os, random, shutil, subprocess, sys, time
from common import SKIPPED, Bench, differs

FULL = "--full" in sys.argv
if FULL:
    sys.argv.remove("--full")
SEEDS = range(1, 51 if FULL else 4)
ENV = dict(os.environ, LC_ALL="C.UTF-8", MTOOLS_SKIP_CHECK="1", TZ="UTC",
           PATH=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
DRIVES = {"u": "C", "s": "Z"}
TOOLS = [t for t in ("mcopy", "mdel", "fsck.fat", "fls") if not shutil.which(t, path=ENV["PATH"])]


def sha1(data):
    return hashlib.sha1(data).hexdigest()


def read(path):
    with open(path, "rb") as f:
        return f.read()


def tool(*args):
    done = subprocess.run(args, capture_output=True, env=ENV, timeout=120)
    return done.returncode, (done.stdout + done.stderr).decode(errors="replace")


def run(bench, *args):
    return subprocess.run([bench.program, *args], capture_output=True, env=ENV, timeout=120)


def listed(bench, dump, *more):
    done = run(bench, "files", dump, "--json", *more)
    return done.returncode, json.loads(done.stdout)


def wanted(bench):
    """{C/path: SHA-1} of the corpus's own list."""
    files = {}
    with open(os.path.join(bench.corpus, "userdata", "files.sha1")) as f:
        for line in f:
            digest, path = line.rstrip("\n").split("  ", 1)
            files[DRIVES[path[0]] + path[1:]] = digest
    return files


def tree(folder):
    files = {}
    for top, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(top, name)
            files[os.path.relpath(path, folder)] = sha1(read(path))
    return files


OURS = ("index.json", "FILES.txt", "SHA1SUMS")


def fresh(bench, name):
    path = os.path.join(bench.folder, name)
    shutil.rmtree(path, ignore_errors=True)
    if os.path.exists(path):
        os.remove(path)
    return path


def taken(bench, dump, *more):
    """What -o writes, but its own texts; and what sha1sum says of its list."""
    out = fresh(bench, "out")
    done = run(bench, "files", dump, "-o", out, *more)
    problems = differs("exit of -o: " + done.stderr.decode(), done.returncode, 0)
    if problems:
        return {}, problems
    problems += differs("sha1sum -c", tool("sh", "-c", "cd '%s' && sha1sum -c --quiet --strict SHA1SUMS" % out), (0, ""))
    files = tree(out)
    problems += [name + " is not there" for name in OURS if files.pop(name, None) is None]
    return files, problems


def check_listing(bench, dump, files):
    status, told = listed(bench, dump)
    problems = differs("exit", status, 0) + differs("certain", told["storage"]["certain"], True)
    got = {f["drive"] + "/" + f["path"]: f for f in told["files"] if not f["folder"]}
    problems += differs("listed", sorted(got), sorted(files))
    personal = sorted(n for n, f in got.items() if f["personal"])
    problems += differs("personal", personal, sorted(n for n in files if "NVRAM" in n or "@BTMTK" in n))
    whole, more = taken(bench, dump, "--personal")
    problems += more + differs("taken out", whole, files)
    part, more = taken(bench, dump)
    problems += more + differs("without personal", part, {n: d for n, d in files.items() if n not in personal})
    return problems


def volumes_of(bench, image, told):
    """Each volume as a file of its own, as fsck wants it."""
    data = read(image)
    for volume in told["volumes"]:
        path = fresh(bench, "volume.img")
        with open(path, "wb") as f:
            f.write(data[volume["offset"]:volume["offset"] + 512 * volume["sectors"]])
        yield volume, path


def check_image(bench, dump, files):
    """The linear disk through readers of others; returns problems."""
    image = fresh(bench, "disk.img")
    done = run(bench, "files", dump, "--image", image)
    problems = differs("exit of --image", done.returncode, 0)
    if problems or TOOLS:
        return problems
    told = listed(bench, dump)[1]
    for volume, path in volumes_of(bench, image, told):
        status, text = tool("fsck.fat", "-n", path)
        problems += ["fsck.fat %s: %s" % (volume["drive"], text)] if status else []
        out = fresh(bench, "mtools")
        os.mkdir(out)
        status, text = tool("mcopy", "-s", "-n", "-m", "-Q", "-i", path, "::*", out)
        problems += differs("mcopy %s: %s" % (volume["drive"], text), status, 0)
        want = {n[2:]: d for n, d in files.items() if n.startswith(volume["drive"] + "/")}
        problems += differs("mtools " + volume["drive"], tree(out), want)
        times = {f["path"]: f["modified"] for f in told["files"]
                 if not f["folder"] and f["drive"] == volume["drive"]}
        theirs = {n: time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(os.stat(os.path.join(out, n)).st_mtime))
                  for n in want}
        problems += differs("times by mtools", times, theirs)
        status, text = tool("fls", "-r", "-p", "-F", "-u", path)
        names = {line.split("\t", 1)[1] for line in text.splitlines() if not line.startswith("v/")
                 and "(Volume Label" not in line}
        problems += differs("sleuthkit " + volume["drive"], names - {"$MBR", "$FAT1", "$FAT2"}, set(want))
    return problems


def check_put(bench, dump, files, seed):
    """Some files put; the new dump lists them and all others, and so say the others' readers."""
    rng = random.Random(seed)
    given, want, args = {}, dict(files), []
    for name, size in (("C:/ny fil – новый.bin", 1500), ("C:/readme.txt", 700), ("Z:/NVRAM/NVD_DATA/MP0B_001", 700),
                       ("C:/Deep/er/still/one.txt", 1), ("C:/none.dat", 0)):
        path = fresh(bench, "given%d" % len(args))
        given[name] = rng.randbytes(size)
        with open(path, "wb") as f:
            f.write(given[name])
        args += ["--put", "%s=%s" % (name, path)]
        want[name.replace(":", "")] = sha1(given[name])
    new = fresh(bench, "new.bin")
    done = run(bench, "files", dump, *args, "-o", new)
    problems = differs("exit of --put: " + done.stderr.decode(), done.returncode, 0)
    if problems:
        return problems
    before, after = read(dump), read(new)
    storage = listed(bench, new)[1]["storage"]
    begin, end = storage["offset"], storage["offset"] + storage["length"]
    problems += differs("bytes outside the layer", (after[:begin], after[end:]) == (before[:begin], before[end:]), True)
    problems += differs("still certain", storage["certain"], True)
    whole, more = taken(bench, new, "--personal")
    return problems + more + differs("after --put", whole, want) + check_image(bench, new, want)


def check_from(bench, kit, files, seed):
    """User data of one dump, with files of its own, into another read of the same device; and back to the same kit."""
    old, _ = bench.compose(kit, "old", "--seed", str(seed))
    new, _ = bench.compose(kit, "fresh", "--seed", str(seed + 100))
    note = fresh(bench, "note")
    with open(note, "w") as f:
        f.write("mine %d" % seed)
    mine, carried = fresh(bench, "mine.bin"), fresh(bench, "carried.bin")
    problems = differs("exit of --put", run(bench, "files", old, "--put", "C:/mine.txt=" + note, "-o", mine).returncode, 0)
    done = run(bench, "files", new, "--from", mine, "-o", carried, "--json")
    problems += differs("exit of --from: " + done.stderr.decode(), done.returncode, 0)
    if problems:
        return problems
    want = dict(files, **{"C/mine.txt": sha1(read(note))})
    problems += differs("copied whole", json.loads(done.stdout)["rebuilt"]["whole"], True)
    whole, more = taken(bench, carried, "--personal")
    return problems + more + differs("after --from", whole, want) + check_image(bench, carried, want)


def check_other_project(bench, kits, files):
    """Other geometry and project: refused, and with --force carried file by file."""
    a, _ = bench.compose(kits[0], "a")
    b, _ = bench.compose(kits[1], "b", "--seed", "9")
    given = fresh(bench, "given")
    with open(given, "wb") as f:
        f.write(b"only there" * 30)
    mine, out = fresh(bench, "mine.bin"), fresh(bench, "carried.bin")
    problems = differs("put", run(bench, "files", a, "--put", "C:/only.txt=" + given, "-o", mine).returncode, 0)
    problems += differs("another project", run(bench, "files", b, "--from", mine, "-o", out).returncode, 6)
    problems += differs("nothing written", os.path.exists(out), False)
    done = run(bench, "files", b, "--from", mine, "-o", out, "--force", "--json")
    problems += differs("forced: " + done.stderr.decode(), done.returncode, 0)
    if problems:
        return problems
    want = dict(files, **{"C/only.txt": sha1(read(given))})
    problems += differs("carried", json.loads(done.stdout)["rebuilt"]["carried"], len(want))
    whole, more = taken(bench, out, "--personal")
    return problems + more + differs("after --from", whole, want) + check_image(bench, out, want)


def check_deleted(bench, kit, files, seed):
    """mdel on the disk before it is laid out; what was deleted comes back, marked as such."""
    disk = fresh(bench, "less.img")
    shutil.copy(os.path.join(bench.corpus, "userdata", "disk.img"), disk)
    status, text = tool("mdel", "-i", disk + "@@512", "::Photos/picture with a long name (1).gif")
    problems = differs("mdel: " + text, status, 0)
    dump = fresh(bench, "less.bin")
    subprocess.run([sys.executable, bench.mkdump, os.path.join(bench.corpus, kit), dump, "--disk", disk,
                    "--seed", str(seed)], check=True)
    gone = [n for n in files if n.endswith("(1).gif")][0]
    left = {n: d for n, d in files.items() if n != gone}
    whole, more = taken(bench, dump, "--personal")
    problems += more + differs("left", whole, left)
    whole, more = taken(bench, dump, "--personal", "--deleted")
    sectors = whole.pop("deleted/sectors.bin", None)
    problems += more + differs("recovered", whole, dict(left, **{"deleted/" + gone: files[gone]}))
    told = listed(bench, dump, "--deleted")[1]
    marked = [f["path"] for f in told["files"] if f["deleted"]]
    problems += differs("marked", marked, [gone[2:]])
    raw = read(dump)
    places = b"".join(raw[s["offset"]:s["offset"] + 512] for s in told["deleted_sectors"])
    problems += differs("deleted sectors", sectors, sha1(places))
    problems += differs("stale sectors", len(told["deleted_sectors"]) > 0, True)
    return problems


def main():
    bench = Bench(__doc__)
    files = wanted(bench)
    if TOOLS:
        print("not here: %s; what needs them is left out" % " ".join(TOOLS))
    for kit in bench.kits:
        for seed in SEEDS:
            dump, _ = bench.compose(kit, "dump", "--seed", str(seed))
            bench.case("%s, seed %d, files" % (kit, seed), check_listing(bench, dump, files))
            bench.case("%s, seed %d, disk" % (kit, seed), check_image(bench, dump, files))
            bench.case("%s, seed %d, put" % (kit, seed), check_put(bench, dump, files, seed))
        bench.case("%s, carried over" % kit, check_from(bench, kit, files, 3))
        if not TOOLS:
            bench.case("%s, deleted" % kit, check_deleted(bench, kit, files, 2))
    if len(bench.kits) > 1:
        ends = [bench.kits[0], bench.kits[-1]]
        bench.case("another project", check_other_project(bench, ends, files))
        bench.case("another project, back", check_other_project(bench, ends[::-1], files))
    bench.finish()


main()
