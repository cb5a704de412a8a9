# SPDX-License-Identifier: MIT
"""From nothing to a working module on the installed tree alone: with CMake, and with cc and pkg-config."""
import argparse, glob, json, os, re, shutil, subprocess, sys, tempfile, time

failures = []


def expect(what, got, want):
    good = got == want
    print("%-4s %s" % ("ok" if good else "FAIL", what) + ("" if good else ": got %r, wanted %r" % (got, want)))
    if not good:
        failures.append(what)


def lines_marked(folder):
    """Lines that the author has to edit."""
    count = 0
    for base, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(base, name)) as f:
                count += sum("EDIT" in line for line in f)
    return count


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--build", required=True)
    ap.add_argument("--cc", required=True)
    ap.add_argument("--flags", default="")
    a = ap.parse_args()
    top = tempfile.mkdtemp(prefix="mtkscan-sdk-")
    prefix = os.path.join(top, "usr")
    subprocess.run(["cmake", "--install", a.build, "--prefix", prefix], check=True, stdout=subprocess.DEVNULL)
    program = os.path.join(prefix, "bin", "mtkscan")
    env = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "MTKSCAN_"))}
    env["HOME"] = top
    env["PKG_CONFIG_PATH"] = os.path.dirname(
        glob.glob(os.path.join(prefix, "lib*", "**", "mtkscan-sdk.pc"), recursive=True)[0])
    flags = a.flags.split()

    def run(*args, **more):
        return subprocess.run(args, env=env, cwd=top, capture_output=True, text=True, timeout=120, **more)

    start = time.monotonic()
    done = run(os.path.join(prefix, "share", "mtkscan", "sdk", "new-plugin.sh"), "mt6250", "MT6250")
    expect("new-plugin.sh", done.returncode, 0)
    print("     " + done.stdout.strip())
    module = os.path.join(top, "mt6250")
    marked = lines_marked(module)
    expect("at most 30 lines to edit", marked <= 30, True)

    configure = ["cmake", "-S", module, "-B", top + "/b", "-G", "Ninja", "-DCMAKE_PREFIX_PATH=" + prefix,
                 "-DCMAKE_C_COMPILER=" + a.cc]
    if flags:
        configure.append("-DCMAKE_C_FLAGS=" + a.flags)
        if "-fsanitize" in a.flags:
            configure.append("-DMTKSCAN_SANITIZE=yes")
    for step in (configure, ["cmake", "--build", top + "/b"], ["ctest", "--test-dir", top + "/b", "--output-on-failure"]):
        done = run(*step)
        expect(" ".join(step[:2]), done.returncode, 0)
        if done.returncode:
            print(done.stdout + done.stderr)
    built = top + "/b/plugins/mt6250.so"

    pkg = run("pkg-config", "--cflags", "--libs", "mtkscan-sdk").stdout.split()
    by_cc = top + "/by-cc/mt6250.so"
    os.mkdir(top + "/by-cc", 0o755)
    done = run(a.cc, *flags, "-shared", "-fPIC", "-fvisibility=hidden", module + "/mt6250.c", *pkg,
               "-Wl,--exclude-libs,ALL", "-o", by_cc)
    expect("cc and pkg-config alone", (done.returncode, done.stderr), (0, ""))
    folder = run("pkg-config", "--variable=plugindir", "mtkscan-sdk").stdout.strip()
    expect("plugindir", os.path.realpath(folder),
           os.path.realpath(os.path.dirname(glob.glob(prefix + "/lib*/**/mt6261.so", recursive=True)[0])))

    dump = top + "/dump.bin"
    subprocess.run([os.path.join(a.build, "mtkscan-mkfixture"), "MT6250", dump], check=True)
    for what, path in (("CMake", built), ("cc", by_cc)):
        done = run(program, "plugins", "check", path)
        expect("plugins check, built by " + what, done.returncode, 0)
        if done.returncode:
            print(done.stdout + done.stderr)
        done = run(program, "scan", "--json", "--plugin-dir", os.path.dirname(path), dump)
        report = json.loads(done.stdout)
        expect("claimed by the module built by " + what, (done.returncode, report["plugin"], report["chip"]),
               (0, "mt6250", "MT6250"))
    print("%.1f seconds for all, %d lines to edit" % (time.monotonic() - start, marked))
    shutil.rmtree(top)
    return 1 if failures else 0


sys.exit(main())
