#!/usr/bin/env bash
# The main job: a network of three organisations on this machine, and on it a soy sauce from
# the field to the consumers who scan its bottles, and back again when it is recalled.
#
#   scripts/demo.sh [--keep] [--no-build] [--dir DIR]
#
# --keep leaves the network running, to ask it what the story asked. DIR is build/demo-network unless given. Exits with 1
# when anything is not as the story has it.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
dir=$root/build/demo-network
keep=false
build=true
while [ $# -gt 0 ]; do
  case $1 in
    --keep) keep=true ;;
    --no-build) build=false ;;
    --dir) dir=${2:?--dir needs a folder}; shift ;;
    -h|--help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
    *) echo "demo: unknown option $1; see --help" >&2; exit 2 ;;
  esac
  shift
done
export SUYUAN_BUILD_DIR=${SUYUAN_BUILD_DIR:-$root/build/release}
export SUYUAN_BIN=$SUYUAN_BUILD_DIR/bin

now_ms() { echo $(($(date +%s%N) / 1000000)); }

if $build; then
  echo "Suyuan demo: setting up and building; the first time takes some minutes"
  began=$(now_ms)
  "$root/scripts/setup.sh"
  log=$(mktemp)
  if ! "$root/scripts/build.sh" release suyuan-demo >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    echo "demo: the build failed; all it said is in $log" >&2
    exit 1
  fi
  rm -f "$log"
  echo "built in $((($(now_ms) - began) / 1000)) s"
fi

began=$(now_ms)
"$root/scripts/network.sh" down --dir "$dir"
if ! $keep; then
  trap '"$root/scripts/network.sh" down --dir "$dir"' EXIT
fi
"$root/scripts/network.sh" up --dir "$dir"
echo "3 organisations (producer, distributor, regulator), each with a peer; an orderer, a gateway; all over TLS:" \
  "ready in $(($(now_ms) - began)) ms"

arguments=(--dir "$dir")
if $keep; then arguments+=(--keep); fi
if ! "$SUYUAN_BIN/suyuan-demo" "${arguments[@]}"; then
  $keep || echo "demo: with --keep the network stays, to look into it" >&2
  exit 1
fi
echo
echo "All as expected, $((($(now_ms) - began + 500) / 1000)) s from an empty folder to here."
if $keep; then
  cat <<END
The network runs on. Ask it yourself what the story asked:
  export SUYUAN_CONNECTION=$dir/connection.json SUYUAN_ORG=regulator PATH=$SUYUAN_BIN:\$PATH
  suyuan trace backward urn:epc:class:lgtin:9520001.050001.BT-03 --tree
  suyuan recall show R-2026-01
  scripts/network.sh down --dir $dir   # stops and removes it
END
else
  echo "With --keep the network stays, to ask it yourself what the story asked."
fi
