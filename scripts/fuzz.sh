#!/usr/bin/env bash
# Fuzzes with libFuzzer: scripts/fuzz.sh [SECONDS per target, default 60] [TARGET...]
# Corpora grow in build/clang/corpus; a crash is left there as crash-*.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
shift || true
scripts/setup.sh
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
  for source in tests/fuzz/*_fuzz.cc; do targets+=("$(basename "$source" .cc)"); done
fi
scripts/build.sh clang "${targets[@]}"
export SUYUAN_SHARED_DATA=${SUYUAN_SHARED_DATA:-$PWD/../shared/data}
for target in "${targets[@]}"; do
  corpus=$PWD/build/clang/corpus/$target
  mkdir -p "$corpus"
  (cd "$corpus/.." && ../tests/"$target" -max_total_time="$seconds" -max_len=65536 -rss_limit_mb=2048 "$corpus")
done
