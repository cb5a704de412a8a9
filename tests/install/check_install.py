# SPDX-License-Identifier: MIT
"""Installs the build into an empty folder, then adds a chip family there from the SDK alone."""
import glob, hashlib, json, os, shutil, subprocess, sys

from installed import Installed, expect

def digest_of(folder):
    """One digest over every file of the installed tree."""
    total = hashlib.sha1()
    for base, dirs, names in os.walk(folder):
        dirs.sort()
        for name in sorted(names):
            with open(os.path.join(base, name), "rb") as f:
                total.update(name.encode() + hashlib.sha1(f.read()).digest())
    return total.hexdigest()


def main():
    tree = Installed(__doc__)
    top, prefix = tree.top, tree.prefix

    def run(*args):
        return tree.run(tree.program, *args)

    modules = sorted(glob.glob(os.path.join(prefix, "lib*", "**", "plugins", "*.so"), recursive=True))
    expect("three modules installed", [os.path.basename(m) for m in modules],
           ["mt2502.so", "mt6260.so", "mt6261.so"])
    for module in modules:
        symbols = subprocess.run(["nm", "-D", "--defined-only", module], capture_output=True, text=True).stdout
        names = [line.split()[-1] for line in symbols.splitlines()
                 if not line.split()[-1].startswith(("__asan", "__ubsan", "__odr_asan", "__gcov"))]
        expect("symbols of " + os.path.basename(module), names, ["mtkscan_plugin_entry_v1"])
    listed = json.loads(run("plugins", "list", "--json").stdout)
    expect("installed modules are found", sorted(p["id"] for p in listed), ["mt2502", "mt6260", "mt6261"])

    before = digest_of(prefix)
    dump = tree.make_dump("MT6250")
    done = run("scan", "--json", dump)
    expect("without the module: exit code", done.returncode, 3)
    expect("without the module: the hint names it", "mt6250" in (json.loads(done.stdout)["hint"] or "").lower(), True)

    library = glob.glob(os.path.join(prefix, "lib*", "**", "libmtkscan-sdk.a"), recursive=True)[0]
    folder = os.path.join(top, ".local", "share", "mtkscan", "plugins")
    os.makedirs(folder, mode=0o755)
    source = os.path.join(top, "mt6250.c")
    shutil.copy(os.path.join(os.path.dirname(os.path.abspath(__file__)), "mt6250.c"), source)
    subprocess.run([tree.cc, *tree.flags, "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-shared",
                    "-fPIC", "-fvisibility=hidden", "-I" + os.path.join(prefix, "include"), source, library,
                    "-Wl,--exclude-libs,ALL", "-o", os.path.join(folder, "mt6250.so")], check=True)
    done = run("scan", "--json", dump)
    report = json.loads(done.stdout)
    expect("with the module: exit code", done.returncode, 0)
    expect("with the module: chip", report["chip"], "MT6250")
    expect("with the module: plugin", report["plugin"], "mt6250")
    expect("with the module: memory type", report["flash"]["memory_type"], "PSRAM_104MHz")
    expect("with the module: extract", run("extract", dump, "-o", os.path.join(top, "kit")).returncode, 0)
    for chip in ("MT6260", "MT6261", "MT2502"):
        tree.make_dump(chip)
        expect("others unchanged: " + chip, json.loads(run("scan", "--json", dump).stdout)["plugin"], chip.lower())
    expect("the installed tree is untouched", digest_of(prefix), before)
    return tree.end()


sys.exit(main())
