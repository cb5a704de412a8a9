#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Each public header compiles alone, in each language a module may be written in, without a warning.
set -euo pipefail
include=$1
warnings=(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wundef -Werror)
count=0
try() { # compiler, language, standard
  command -v "$1" >/dev/null || { echo "skipped: no $1"; return 0; }
  local header
  for header in "$include"/mtkscan/*.h; do
    echo "#include \"mtkscan/$(basename "$header")\"" |
      "$1" -x "$2" -std="$3" "${warnings[@]}" -I"$include" -fsyntax-only - ||
      { echo "$header as $3 with $1"; exit 1; }
    count=$((count + 1))
  done
}
for standard in c11 c17 c2x; do
  try gcc c "$standard"
  try clang c "$standard"
done
for standard in c++11 c++14 c++17 c++20; do
  try g++ c++ "$standard"
  try clang++ c++ "$standard"
done
echo "$count compilations without a warning"
[ "$count" -gt 0 ]
