# SPDX-License-Identifier: MIT
"""From nothing to a working module on the installed tree alone: with CMake, and with cc and pkg-config."""
import glob, json, os, sys, time

from installed import Installed, expect

def lines_marked(folder):
    """Lines that the author has to edit."""
    count = 0
    for base, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(base, name)) as f:
                count += sum("EDIT" in line for line in f)
    return count


def check_script(tree, script):
    """Arguments of new-plugin.sh that are not as it wants them, and names that are taken."""
    done = tree.run(script, "mt9", "MT9", "")
    expect("an empty FOLDER is refused", (done.returncode, "FOLDER is empty" in done.stderr, done.stdout), (2, True, ""))
    expect("and nothing is written", os.path.exists(tree.top + "/mt9"), False)
    done = tree.run(script, "mt9", "MT9", "-x")
    expect("a FOLDER that looks like an option", (done.returncode, done.stderr), (0, ""))
    expect("is written as any other", os.path.isfile(tree.top + "/-x/mt9.c"), True)
    expect("and its places to edit are counted", "-x: a module" in done.stdout and " 0 places" not in done.stdout, True)
    plugins = os.path.dirname(glob.glob(tree.prefix + "/lib*/**/mt6261.so", recursive=True)[0])
    own = os.path.join(plugins, "own.so")
    with open(own, "w"):
        pass
    for name in ("mt6260", "mt6261", "mt2502", "own"):
        done = tree.run(script, name, "MT9", "taken-" + name)
        expect("a warning that there is a module " + name,
               (done.returncode, done.stderr.count("\n"), "warning: mtkscan brings a module %s;" % name in done.stderr),
               (0, 1, True))
    os.remove(own)


def main():
    tree = Installed(__doc__)
    top, prefix, run = tree.top, tree.prefix, tree.run
    tree.env["PKG_CONFIG_PATH"] = os.path.dirname(
        glob.glob(os.path.join(prefix, "lib*", "**", "mtkscan-sdk.pc"), recursive=True)[0])
    script = os.path.join(prefix, "share", "mtkscan", "sdk", "new-plugin.sh")
    check_script(tree, script)

    start = time.monotonic()
    done = run(script, "mt6250", "MT6250")
    expect("new-plugin.sh", (done.returncode, done.stderr), (0, ""))
    print("     " + done.stdout.strip())
    module = os.path.join(top, "mt6250")
    marked = lines_marked(module)
    expect("at most 30 lines to edit", marked <= 30, True)

    configure = ["cmake", "-S", module, "-B", top + "/b", "-G", "Ninja", "-DCMAKE_PREFIX_PATH=" + prefix,
                 "-DCMAKE_C_COMPILER=" + tree.cc]
    if tree.flags:
        flags = " ".join(tree.flags)
        configure.append("-DCMAKE_C_FLAGS=" + flags)
        if "-fsanitize" in flags:
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
    done = run(tree.cc, *tree.flags, "-shared", "-fPIC", "-fvisibility=hidden", module + "/mt6250.c", *pkg,
               "-Wl,--exclude-libs,ALL", "-o", by_cc)
    expect("cc and pkg-config alone", (done.returncode, done.stderr), (0, ""))
    folder = run("pkg-config", "--variable=plugindir", "mtkscan-sdk").stdout.strip()
    expect("plugindir", os.path.realpath(folder),
           os.path.realpath(os.path.dirname(glob.glob(prefix + "/lib*/**/mt6261.so", recursive=True)[0])))

    dump = tree.make_dump("MT6250")
    for what, path in (("CMake", built), ("cc", by_cc)):
        done = run(tree.program, "plugins", "check", path)
        expect("plugins check, built by " + what, done.returncode, 0)
        if done.returncode:
            print(done.stdout + done.stderr)
        done = run(tree.program, "scan", "--json", "--plugin-dir", os.path.dirname(path), dump)
        report = json.loads(done.stdout)
        expect("claimed by the module built by " + what, (done.returncode, report["plugin"], report["chip"]),
               (0, "mt6250", "MT6250"))
    print("%.1f seconds for all, %d lines to edit" % (time.monotonic() - start, marked))
    return tree.end()


sys.exit(main())
