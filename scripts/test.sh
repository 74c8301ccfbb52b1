#!/usr/bin/env bash
# Sets up, builds and runs all tests: scripts/test.sh [preset] [ctest arguments...]
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}
shift || true
scripts/setup.sh
scripts/build.sh "$preset"
# Half of them wait more than they work.
ctest --test-dir "build/$preset" -j "$(nproc)" --output-on-failure "$@"
