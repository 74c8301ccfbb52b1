#!/usr/bin/env bash
# find_package(suyuan) from outside the tree: an application and a chaincode.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=${SUYUAN_BUILD_DIR:?}
work=$build/package
rm -rf "$work"
cmake --install "$build" --prefix "$work/prefix" >/dev/null
flags=""
[ -z "${SUYUAN_SANITIZE:-}" ] || flags="-fsanitize=$SUYUAN_SANITIZE"
for example in sdk_example chaincode_example; do
  cmake -S "$here/$example" -B "$work/$example" -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" \
    -DCMAKE_CXX_FLAGS="$flags" -DCMAKE_CXX_COMPILER_LAUNCHER=ccache >/dev/null
  cmake --build "$work/$example"
done
"$work/sdk_example/sdk_example" --help
"$work/sdk_example/sdk_tour" --help
nm -D "$work/chaincode_example/libgreeting.so" | grep -q ' T suyuan_chaincode_module'
echo "package: both examples build against the installed package"
