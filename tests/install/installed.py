# SPDX-License-Identifier: MIT
"""An installation in a folder of its own, for the checks that need one."""
import argparse, os, shutil, subprocess, tempfile

failures = []


def expect(what, got, want):
    good = got == want
    print("%-4s %s" % ("ok" if good else "FAIL", what) + ("" if good else ": got %r, wanted %r" % (got, want)))
    if not good:
        failures.append(what)


class Installed:
    """The build of the command line, installed below a new folder, which is the home folder too."""

    def __init__(self, what):
        ap = argparse.ArgumentParser(description=what)
        ap.add_argument("--build", required=True)
        ap.add_argument("--cc", required=True)
        ap.add_argument("--flags", default="")
        a = ap.parse_args()
        self.build, self.cc, self.flags = a.build, a.cc, a.flags.split()
        self.top = tempfile.mkdtemp(prefix="mtkscan-install-")
        self.prefix = os.path.join(self.top, "usr")
        subprocess.run(["cmake", "--install", self.build, "--prefix", self.prefix], check=True,
                       stdout=subprocess.DEVNULL)
        self.program = os.path.join(self.prefix, "bin", "mtkscan")
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "MTKSCAN_"))}
        self.env["HOME"] = self.top

    def run(self, *args):
        """Any program, in the new folder."""
        return subprocess.run(args, env=self.env, cwd=self.top, capture_output=True, text=True, timeout=120)

    def make_dump(self, chip):
        dump = os.path.join(self.top, "dump.bin")
        subprocess.run([os.path.join(self.build, "mtkscan-mkfixture"), chip, dump], check=True)
        return dump

    def end(self):
        """The exit status."""
        shutil.rmtree(self.top)
        return 1 if failures else 0
