#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""docs/findings.md from the table of findings, as `mtkscan explain` tells it: make-findings.py MTKSCAN"""
import json, subprocess, sys

TOPICS = {"B": "Boot header and boot layout", "G": "Files and their headers", "D": "Damage",
          "Q": "What went wrong while reading", "E": "What has to agree", "C": "Compressed parts", "F": "Flash",
          "S": "Security", "P": "Modules", "R": "Registry", "K": "Kits", "M": "Comparing firmware",
          "U": "User data"}


def main():
    told = subprocess.run([sys.argv[1], "--json", "explain"], check=True, capture_output=True).stdout
    print("# Findings\n")
    print("Made by `docs/make-findings.py` from the table that `mtkscan explain CODE` reads; do not edit. Codes are\n"
          "stable: scripts may match them. An *error* makes a dump or kit unhealthy, a *warning* should be read\n"
          "before flashing, an *info* is good to know.")
    topic = None
    for row in json.loads(told):
        if row["code"][4] != topic:
            topic = row["code"][4]
            print("\n## %s" % TOPICS[topic])
        print("\n### %s: %s\n" % (row["code"], row["title"]))
        print("*%s.* %s\n\n**Do:** %s" % (row["severity"], row["why"], row["advice"]))


main()
