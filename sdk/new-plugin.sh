#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Writes a complete chip module into a new folder: new-plugin.sh ID CHIP [FOLDER]
set -euo pipefail

say() {
  echo "new-plugin.sh: $*" >&2
}

die() {
  say "$*"
  exit 2
}

# Whether mtkscan brings a module of this id: one that is known, or that stands beside this folder.
is_bundled() {
  case $1 in
    mt6260 | mt6261 | mt2502) return 0 ;;
  esac
  compgen -G "$here/../../../lib*/mtkscan/plugins/$1.so" >/dev/null ||
    compgen -G "$here/../../../lib*/*/mtkscan/plugins/$1.so" >/dev/null
}

[[ $# -eq 2 || $# -eq 3 ]] || die "usage: new-plugin.sh ID CHIP [FOLDER]   e.g. new-plugin.sh mt6250 MT6250"
id=$1 chip=$2 folder=${3-$1}
[[ $id =~ ^[a-z0-9][a-z0-9_-]{1,31}$ ]] || die "ID takes 2 to 32 of a-z 0-9 _ -, and starts with a letter or digit"
[[ $chip =~ ^[A-Za-z0-9]{2,8}$ ]] || die "CHIP is a chip word as the platform id spells it, e.g. MT6250"
[ -n "$folder" ] || die "FOLDER is empty; without it the folder is ./$id"
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
template=$here/template
[ -d "$template" ] || die "the template is missing: $template"
[ ! -e "$folder" ] || die "$folder exists already"
if is_bundled "$id"; then
  say "warning: mtkscan brings a module $id; of two with one id the first that is found hides the other"
fi

mkdir -p -- "$folder"
(cd "$template" && find . -type f) | while read -r file; do
  target=$folder/${file//@ID@/$id}
  mkdir -p -- "$(dirname -- "$target")"
  sed -e "s/@ID@/$id/g" -e "s/@CHIP@/$chip/g" "$template/$file" >"$target"
done
echo "$folder: a module that builds and passes its test. $(grep -rho -e EDIT -- "$folder" | wc -l) places are marked EDIT."
