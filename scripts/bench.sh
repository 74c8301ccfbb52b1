#!/usr/bin/env bash
# Measures a network of two organisations on this machine: committed transactions per
# second, latency, CPU per transaction by process, beside the cryptographic limit
# measured in the same run; then the same with three orderers on etcd against the one.
#
#   scripts/bench.sh [--quick] [--json FILE]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
[ "${1:-}" != --help ] || { sed -n '2,7p' "$0" | sed 's/^# \{0,1\}//'; exit 0; }
"$root/scripts/setup.sh"
"$root/scripts/build.sh" release >/dev/null
dir=$root/build/bench-network
down() {
  for network in "$dir" "$dir-cluster"; do "$root/scripts/network.sh" down --dir "$network"; done
}
up() {
  local started
  started=$(date +%s%N)
  "$root/scripts/network.sh" up --orgs 2 "$@"
  echo "network up in $((($(date +%s%N) - started) / 1000000)) ms"
}
down >/dev/null 2>&1 || true
trap down EXIT
up --dir "$dir"
up --dir "$dir-cluster" --orderers 3
"$root/build/bin/suyuan-bench" --dir "$dir" --cluster-dir "$dir-cluster" "$@"
