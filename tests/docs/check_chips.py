# SPDX-License-Identifier: MIT
"""A module without README, boards, or a test on a fixture fails; so does a page that is not as made."""
import os, re, subprocess, sys


def main():
    source, program = sys.argv[1:3]
    plugins = os.path.join(source, "plugins")
    problems = []
    for name in sorted(os.listdir(plugins)):
        folder = os.path.join(plugins, name)
        wanted = {
            name + ".c": "mtkscan_plugin_entry_v1",
            "README.md": "#",
            "boards.ini": r"\[board\.",
            "CMakeLists.txt": "TEST",
            os.path.join("tests", "test_%s.c" % name): "mtkscan_fixture",
        }
        for file, content in wanted.items():
            path = os.path.join(folder, file)
            if not os.path.isfile(path):
                problems.append("%s is missing" % path)
            elif not re.search(content, open(path).read()):
                problems.append("%s has no %s" % (path, content))
    for page, argv in (("chips", [program, plugins]), ("findings", [program])):
        made = subprocess.run([sys.executable, os.path.join(source, "docs", "make-%s.py" % page)] + argv,
                              check=True, capture_output=True, text=True).stdout
        with open(os.path.join(source, "docs", page + ".md")) as f:
            if f.read() != made:
                problems.append("docs/%s.md is not what docs/make-%s.py makes: run ./dev docs" % (page, page))
    for problem in problems:
        print(problem)
    print("%d modules, %d problems" % (len(os.listdir(plugins)), len(problems)))
    return 1 if problems else 0


sys.exit(main())
