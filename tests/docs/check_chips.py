# SPDX-License-Identifier: MIT
"""A module without README, boards, or a test on a fixture fails; so does a docs/chips.md that is not as made."""
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
    made = subprocess.run([sys.executable, os.path.join(source, "docs", "make-chips.py"), program, plugins],
                          check=True, capture_output=True, text=True).stdout
    with open(os.path.join(source, "docs", "chips.md")) as f:
        if f.read() != made:
            problems.append("docs/chips.md is not what docs/make-chips.py makes: run ./dev docs")
    for problem in problems:
        print(problem)
    print("%d modules, %d problems" % (len(os.listdir(plugins)), len(problems)))
    return 1 if problems else 0


sys.exit(main())
