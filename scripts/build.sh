#!/usr/bin/env bash
# Builds: scripts/build.sh [release|debug|asan|tsan|clang] [ninja target...]
# Programs land in build/<preset>/bin; build/bin points at release.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}
shift || true
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1 CCACHE_DEPEND=1
export CCACHE_SLOPPINESS=${CCACHE_SLOPPINESS:-time_macros}
if [ ! -f "build/$preset/build.ninja" ]; then
  cmake --preset "$preset" >/dev/null
fi
cmake --build "build/$preset" --target "${@:-all}"
if [ "$preset" = release ]; then
  ln -sfn release/bin build/bin
fi
