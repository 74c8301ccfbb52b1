#!/usr/bin/env bash
# Installs the official client from npm, starts a network, runs the test against it.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../../.. && pwd)
build=${SUYUAN_BUILD_DIR:-$root/build/release}
work=$build/conformance
mkdir -p "$work"
if [ ! -d "$work/node_modules/@hyperledger/fabric-gateway" ]; then
  cp package.json "$work/"
  (cd "$work" && npm install --ignore-scripts --no-audit --no-fund --loglevel=error)
fi
cp gateway.test.mjs "$work/"
network="$root/scripts/network.sh"
export SUYUAN_BIN=$build/bin
$network down --dir "$work/network" >/dev/null 2>&1 || true
$network up --dir "$work/network"
trap 'code=$?; [ $code -eq 0 ] || tail -n 15 "$work"/network/nodes/*/log >&2; $network down --dir "$work/network"; exit $code' EXIT
cd "$work"
SUYUAN_CONNECTION=$work/network/connection.json node --test --test-reporter=spec gateway.test.mjs
