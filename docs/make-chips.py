#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""docs/chips.md from the modules' own metadata and board files: make-chips.py MTKSCAN PLUGINS_DIR"""
import configparser, json, os, subprocess, sys


def devices(path):
    """Named devices of a boards.ini, each once."""
    ini = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    ini.read(path)
    return sorted({ini[s]["device"] for s in ini.sections() if "device" in ini[s]}), len(ini.sections())


def main():
    program, plugins = sys.argv[1:3]
    listed = subprocess.run([program, "--safe-mode", "plugins", "list", "--json"], check=True, capture_output=True).stdout
    print("# Chips\n")
    print("Made by `docs/make-chips.py` from what the modules say of themselves; do not edit.\n")
    for module in sorted(json.loads(listed), key=lambda m: m["id"]):
        if module["state"] != "ok":
            continue
        names, rows = devices(os.path.join(plugins, module["id"], "boards.ini"))
        print("## %s\n" % module["id"])
        print("%s\n" % module["title"])
        print("| | |\n| --- | --- |")
        print("| chip words | %s |" % ", ".join(module["chips"]))
        print("| version | %s, ABI %s, %s |" % (module["version"], module["abi"], module["license"]))
        for text in module["limitations"] or []:
            print("| limit | %s |" % text)
        print("| boards | %d entries; %s |" % (rows, ", ".join(names)))
        print("| more | [plugins/%s/README.md](../plugins/%s/README.md) |\n" % (module["id"], module["id"]))


main()
