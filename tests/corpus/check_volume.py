# SPDX-License-Identifier: MIT
"""FAT volumes against independent readers: mtools, fsck.fat and The Sleuth Kit agree on listing, content,
times and free space of disks that mkfs.fat made and mtools filled, before and after files are put and
removed; and on the linear disk of the corpus, where it is at hand."""
import argparse, hashlib, os, random, re, shutil, subprocess, sys, tempfile, time

from common import SKIPPED, differs

NEEDED = ("mkfs.fat", "fsck.fat", "mcopy", "mmd", "mdel", "fls", "icat")
ENV = dict(os.environ, LC_ALL="C.UTF-8", MTOOLS_SKIP_CHECK="1", TZ="UTC",
           PATH=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
TSK_NAME = 240  # fls cuts longer names
CYRILLIC = "фото и музыка – длинное имя.bin"


def compared(what, got, want):
    """Only what differs: the trees are long."""
    if isinstance(got, dict):
        keys = sorted(k for k in set(got) | set(want) if got.get(k) != want.get(k))
        return ["%s: %s: %s, wanted %s" % (what, k, got.get(k), want.get(k)) for k in keys[:5]]
    return differs(what, got, want)


def sha1(data):
    return hashlib.sha1(data).hexdigest()


def run(*args, ok=(0,)):
    done = subprocess.run(args, capture_output=True, env=ENV, timeout=120)
    if done.returncode not in ok:
        raise RuntimeError("%s: %d %s" % (" ".join(args)[:200], done.returncode,
                                          (done.stdout + done.stderr).decode(errors="replace")[-400:]))
    return done.stdout.decode(errors="surrogateescape")


class Ours:
    """What the program's own reader says of an image."""

    def __init__(self, probe, image, *more):
        self.volumes, self.faults = [], []
        self.files, self.folders, self.times, self.deleted = {}, {}, {}, {}
        for line in run(probe, "list", image, *more).splitlines():
            kind, *rest = line.split("\t")
            if kind == "V":
                keys = ("index", "letter", "bits", "offset", "cluster", "clusters", "fats", "free", "used",
                        "lost", "agree", "label")
                self.volumes.append(dict(zip(keys, rest)))
            elif kind == "E":
                volume, what, gone, size, readable, stamp, digest, path = rest
                key = (int(volume), path)
                if gone == "x":
                    self.deleted[path] = (what, int(size), int(readable), digest)
                elif what == "d":
                    self.folders[key] = stamp
                else:
                    self.files[key] = digest
                    self.times[key] = stamp
            elif kind == "F":
                self.faults.append(rest[3])

    def of(self, what, volume=0):
        return {path: value for (v, path), value in what.items() if v == volume}


def by_mtools(image, folder):
    """Files, folders and times as mtools copies them out."""
    shutil.rmtree(folder, ignore_errors=True)
    os.mkdir(folder)
    run("mcopy", "-s", "-n", "-m", "-Q", "-i", image, "::*", folder)
    files, folders, times = {}, set(), {}
    for top, names, leaves in os.walk(folder):
        for name in names:
            folders.add(os.path.relpath(os.path.join(top, name), folder))
        for leaf in leaves:
            path = os.path.join(top, leaf)
            rel = os.path.relpath(path, folder)
            with open(path, "rb") as f:
                files[rel] = sha1(f.read())
            times[rel] = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(os.path.getmtime(path)))
    return files, folders, times


def by_tsk(image, sector, deleted=False):
    """Files and their content as fls and icat see them."""
    files = {}
    for line in run("fls", "-r", "-p", "-o", str(sector), *(["-d"] if deleted else ["-u"]), image).splitlines():
        got = re.match(r"^(r|d|-)/(r|d|-) (\* )?(\d+)(?:\(realloc\))?:\t(.*)$", line)
        if not got or got.group(2) != "r" or "(Volume Label Entry)" in line:
            continue
        data = subprocess.run(["icat", *(["-r"] if deleted else []), "-o", str(sector), image, got.group(4)],
                              capture_output=True, env=ENV, timeout=60).stdout
        files[got.group(5)[:TSK_NAME]] = sha1(data)
    return files


def fsck(image):
    """Problems, and (used, all) clusters."""
    done = subprocess.run(["fsck.fat", "-n", image], capture_output=True, env=ENV, timeout=60)
    text = done.stdout.decode(errors="replace")
    used = re.search(r"files, (\d+)/(\d+) clusters", text)
    return [] if done.returncode == 0 else ["fsck.fat: " + text], used.groups() if used else None


class Disk:
    """One image made by mkfs.fat, filled by mtools from a tree that is known."""

    def __init__(self, folder, bits, per_cluster, fats, seed):
        self.random = random.Random(seed)
        self.image = os.path.join(folder, "disk.img")
        self.scratch = os.path.join(folder, "in")
        self.files, self.gone = {}, {}
        os.makedirs(self.scratch, exist_ok=True)
        clusters = 700 if bits == 12 else 4300
        kib = clusters * per_cluster // 2 + 64
        if os.path.exists(self.image):
            os.remove(self.image)
        run("mkfs.fat", "-C", "-F", str(bits), "-s", str(per_cluster), "-f", str(fats), "-r", "112",
            "-n", "TESTDISK", self.image, str(kib))
        self.unit = per_cluster * 512

    def content(self, clusters):
        """Random bytes of about so many clusters."""
        most = max(1, int(clusters * self.unit))
        return self.random.randbytes(self.random.randrange(most)) if clusters else b""

    def source(self, data):
        path = os.path.join(self.scratch, "source")
        with open(path, "wb") as f:
            f.write(data)
        os.utime(path, (1400848496, 1400848496))
        return path

    def put(self, path, data):
        run("mcopy", "-o", "-m", "-i", self.image, self.source(data), "::" + path)
        self.files[path] = sha1(data)

    def folder(self, path):
        run("mmd", "-i", self.image, "::" + path)

    def put_folder(self, name, files):
        """A whole new folder in one go."""
        top = os.path.join(self.scratch, name)
        os.mkdir(top)
        for leaf, data in files.items():
            with open(os.path.join(top, leaf), "wb") as f:
                f.write(data)
            os.utime(f.name, (1400848496, 1400848496))
            self.files[name + "/" + leaf] = sha1(data)
        run("mcopy", "-s", "-m", "-i", self.image, top, "::")

    def remove(self, *paths):
        run("mdel", "-i", self.image, *("::" + path for path in paths))
        for path in paths:
            self.gone[path] = self.files.pop(path)

    def fill(self):
        deep = ""
        for level in range(9):
            deep += ("/" if deep else "") + "level %d of folders" % level
            self.folder(deep)
            self.put(deep + "/file", self.content(2))
        for name in ("README.TXT", "lower.txt", "Mixed.Name.tar.gz", "L" * 251 + ".txt", CYRILLIC, "漢字の名前",
                     "no extension", ".hidden", "a+b=[c].d", "EMPTY"):
            self.put(name, self.content(0 if name == "EMPTY" else 3))
        names = ["entry number %03d.dat" % i for i in range(70)]
        self.put_folder("many", {name: self.content(1.5) for name in names})
        # Every second one goes, and what comes then is scattered over the holes.
        self.remove(*("many/" + name for name in names[::2]))
        for i in range(3):
            self.put("many/scattered %d" % i, self.content(14) + bytes(6 * self.unit))


def compare(probe, disk, folder):
    """All readers on one image."""
    ours = Ours(probe, disk.image)
    files, folders, times = by_mtools(disk.image, os.path.join(folder, "out"))
    problems = compared("files, ours", ours.of(ours.files), disk.files)
    problems += compared("files, mtools", files, disk.files)
    shortened = {path[:TSK_NAME]: digest for path, digest in disk.files.items()}
    problems += compared("files, fls and icat", by_tsk(disk.image, 0), shortened)
    problems += differs("folders", set(ours.of(ours.folders)), folders)
    problems += compared("times", ours.of(ours.times), times)
    problems += differs("faults", ours.faults, [])
    complaints, used = fsck(disk.image)
    volume = ours.volumes[0]
    problems += complaints + differs("clusters", (volume["used"], volume["clusters"]), used)
    return problems, "%d files, %s" % (len(disk.files), "/".join(used or ()))


def change(probe, disk):
    """Puts and removes through the code under test."""
    news = {"put.txt": disk.content(2), "PUT8_3.BIN": disk.content(5), "README.TXT": disk.content(7),
            "lower.txt": b"", "EMPTY": disk.content(4), "made/here/and deeper/Фото 2.gif": disk.content(3),
            "N" * 255: disk.content(1), "many/scattered 1": disk.content(1)}
    news.update({"crowd/%s file of many %d.dat" % ("long" * 5, i): disk.content(0.5) for i in range(60)})
    args = []
    for i, (path, data) in enumerate(news.items()):
        source = os.path.join(disk.scratch, "new%d" % i)
        with open(source, "wb") as f:
            f.write(data)
        args += [path, source]
        disk.files[path] = sha1(data)
    run(probe, "put", disk.image, "0", *args)
    gone = ["many/scattered 2", CYRILLIC, "crowd/%s file of many 7.dat" % ("long" * 5), "PUT8_3.BIN"]
    run(probe, "remove", disk.image, "0", *gone)
    for path in gone:
        del disk.files[path]


def undelete(probe, disk):
    """Deleted files whose clusters lay in a row come back as icat -r gives them."""
    names = ["gone with a long name %d.bin" % i for i in range(3)] + ["GONE.BIN"]
    for name in names:
        disk.put(name, disk.content(0.9) + b"\1")
    disk.remove(*names)
    ours = Ours(probe, disk.image, "deleted").deleted
    tsk = by_tsk(disk.image, 0, deleted=True)
    problems = []
    for name in names[:3]:
        problems += differs(name + ", ours", (ours.get(name) or [None])[-1], disk.gone[name])
        problems += differs(name + ", icat", tsk.get(name), disk.gone[name])
    problems += differs("_ONE.BIN", (ours.get("_ONE.BIN") or [None])[-1], disk.gone["GONE.BIN"])
    return problems


def corpus(probe, shared):
    """The linear disk that the corpus has: MBR and two volumes."""
    image = os.path.join(shared, "corpus", "userdata", "disk.img")
    if not os.path.isfile(image):
        return None
    ours, want = Ours(probe, image), {}
    with open(os.path.join(os.path.dirname(image), "files.sha1"), encoding="utf-8") as f:
        for line in f:
            digest, path = line.rstrip("\n").split(None, 1)
            want["us".index(path[0]), path[2:]] = digest
    problems = compared("files", ours.files, want) + differs("faults", ours.faults, [])
    problems += differs("letters", [v["letter"] for v in ours.volumes], ["C", "Z"])
    for i, volume in enumerate(ours.volumes):
        problems += compared("fls and icat %d" % i, by_tsk(image, int(volume["offset"]) // 512), ours.of(ours.files, i))
    return problems


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--build", required=True)
    ap.add_argument("--corpus", required=True, help="folder that holds corpus/")
    a = ap.parse_args()
    missing = [name for name in NEEDED if not shutil.which(name, path=ENV["PATH"])]
    if missing:
        print("skipped: no %s here (packages mtools, dosfstools, sleuthkit)" % ", ".join(missing))
        sys.exit(SKIPPED)
    probe = os.path.join(os.path.abspath(a.build), "tests", "volume_probe")
    good = total = 0

    def case(name, problems, note=""):
        nonlocal good, total
        total += 1
        good += not problems
        print("%-6s %-34s %s" % ("FAIL" if problems else "ok", name, note))
        for problem in problems:
            print("         " + problem[:1500])

    found = corpus(probe, a.corpus)
    if found is None:
        print("no corpus here: its disk is left out")
    else:
        case("disk of the corpus", found)
    shapes = [(12, 1, 1), (12, 4, 2), (12, 64, 2), (16, 1, 2), (16, 2, 2), (16, 8, 1), (16, 64, 2)]
    for seed, (bits, per_cluster, fats) in enumerate(shapes):
        folder = tempfile.mkdtemp(prefix="mtkscan-volume-")
        name = "FAT%d, %d bytes, %d tables" % (bits, per_cluster * 512, fats)
        try:
            disk = Disk(folder, bits, per_cluster, fats, seed)
            disk.fill()
            case(name, *compare(probe, disk, folder))
            change(probe, disk)
            case(name + ", changed", *compare(probe, disk, folder))
            case(name + ", deleted", undelete(probe, disk))
        except RuntimeError as error:
            case(name, [str(error)])
        shutil.rmtree(folder)
    print("%d of %d" % (good, total))
    sys.exit(0 if good == total and total else 1)


main()
