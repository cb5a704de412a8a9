# SPDX-License-Identifier: MIT
"""What the corpus tests share: finding the kits, composing dumps, running the program."""
import argparse, json, os, re, shutil, subprocess, sys, tempfile

SKIPPED = 77


class Bench:
    """A folder for this run, the kits, and the program under test."""

    def __init__(self, text):
        ap = argparse.ArgumentParser(description=text)
        ap.add_argument("--build", required=True, help="build folder with mtkscan and plugins/")
        ap.add_argument("--corpus", required=True, help="folder that holds corpus/ and tools/")
        ap.add_argument("--keep", action="store_true")
        a = ap.parse_args()
        self.build = os.path.abspath(a.build)
        self.program = os.path.join(self.build, "mtkscan")
        self.plugins = os.path.join(self.build, "plugins")
        self.corpus = os.path.join(os.path.abspath(a.corpus), "corpus")
        self.mkdump = os.path.join(os.path.abspath(a.corpus), "tools", "mkdump.py")
        if not os.path.isdir(self.corpus) or not os.path.isfile(self.mkdump):
            print("skipped: no corpus of vendor kits here")
            sys.exit(SKIPPED)
        self.kits = sorted(k for k in os.listdir(self.corpus)
                           if os.path.isfile(os.path.join(self.corpus, k, "ROM")))
        self.folder = tempfile.mkdtemp(prefix="mtkscan-corpus-")
        self.keep = a.keep
        self.good = self.total = 0

    def compose(self, kit, name, *extra):
        """Makes a dump; returns its path and the truth about it."""
        out = os.path.join(self.folder, name + ".bin")
        subprocess.run([sys.executable, self.mkdump, os.path.join(self.corpus, kit), out, "--disk",
                        os.path.join(self.corpus, "userdata", "disk.img"), *extra], check=True)
        with open(out + ".json") as f:
            return out, json.load(f)

    def run(self, *args, **more):
        return subprocess.run([self.program, *args], capture_output=True, timeout=120, **more)

    def scan(self, dump, *args):
        """Exit code and parsed report."""
        done = self.run("scan", "--json", *args, dump)
        try:
            return done.returncode, json.loads(done.stdout)
        except ValueError:
            return done.returncode, {"stderr": done.stderr.decode(errors="replace")}

    def case(self, name, problems, note=""):
        """Counts and prints one case; `problems` is a list of texts."""
        self.total += 1
        self.good += not problems
        print("%-6s %-34s %s" % ("FAIL" if problems else "ok", name, note))
        for problem in problems:
            print("         " + problem)

    def finish(self):
        if not self.keep:
            shutil.rmtree(self.folder)
        print("%d of %d" % (self.good, self.total))
        sys.exit(0 if self.good == self.total and self.total else 1)


def read_cfg(path):
    """A .cfg as an independent reader sees it: platform, files by region, [(id, memory type)]."""
    platform, region, files, memory = None, None, {}, []
    for line in open(path, errors="replace"):
        line = line.split("#", 1)[0].rstrip()
        if not line.strip():
            continue
        head = re.match(r"^(\w+)\s*:", line)
        if head:
            region = head.group(1)
        key = re.match(r"^[\s-]*(\w+)\s*:\s*(.*?)\s*$", line)
        if not key:
            continue
        word, value = key.groups()
        if word == "platform":
            platform = value
        elif word == "file":
            files.setdefault(region, []).append(value)
        elif word == "id_length":
            length = int(value)
        elif word == "flash_id":
            numbers = [int(n, 0) for n in value.strip("[]").split(",")]
            memory.append([bytes(numbers[:length]).hex().upper(), None])
        elif word == "memory_type":
            memory[-1][1] = value
    return platform, files, memory


def vendor_cfg(folder):
    """The kit's main .cfg: the shortest name of those whose files are all there."""
    def whole(name):
        files = read_cfg(os.path.join(folder, name))[1]
        return all(os.path.exists(os.path.join(folder, n)) for names in files.values() for n in names)

    return os.path.join(folder, min((n for n in os.listdir(folder) if n.endswith(".cfg") and whole(n)), key=len))


def differs(what, got, want):
    return [] if got == want else ["%s: got %r, wanted %r" % (what, got, want)]
