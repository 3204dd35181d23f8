#!/bin/sh
# Starts Lathe from the folder that this file lies in, from anywhere and through symbolic links.
file=$0
case $file in */*) ;; *) file=./$file ;; esac
while [ -h "$file" ]; do
  target=$(PATH=$PATH:/usr/bin:/bin readlink "$file") || exit 1
  case $target in /*) file=$target ;; *) file=${file%/*}/$target ;; esac
done
folder=$(CDPATH='' cd -P "${file%/*}/" && pwd -P) || exit 1

# Compiled code is kept among the user's caches, never in this folder; without a home it is not kept.
caches=${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}
DENO_DIR=${DENO_DIR:-${caches:+$caches/lathe}}
DENO_DIR=${DENO_DIR:-/dev/null/lathe}
DENO_NO_UPDATE_CHECK=1
LATHE_PROGRAM=lathe
export DENO_DIR DENO_NO_UPDATE_CHECK LATHE_PROGRAM

exec "$folder/runtime/deno" run --allow-all --quiet --no-lock --config "$folder/program/deno.json" \
  "$folder/program/cli.main.js" "$@"
