#!/usr/bin/env bash
# Installs the official chaincode libraries and client from npm, starts a network and the
# chaincode as a service, and runs the test against them.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../../.. && pwd)
build=${SUYUAN_BUILD_DIR:-$root/build/release}
work=$build/conformance_chaincode
mkdir -p "$work"
if [ ! -d "$work/node_modules/fabric-shim" ]; then
  cp package.json "$work/"
  (cd "$work" && npm install --ignore-scripts --no-audit --no-fund --loglevel=error)
fi
cp package.json parts.js chaincode.test.mjs "$work/"
network="$root/scripts/network.sh"
export SUYUAN_BIN=$build/bin
$network down --dir "$work/network" >/dev/null 2>&1 || true
$network up --orgs 2 --dir "$work/network"
chaincode=
finish() {
  code=$?
  [ $code -eq 0 ] || tail -n 15 "$work"/network/nodes/*/log "$work"/chaincode.log >&2
  [ -z "$chaincode" ] || kill "$chaincode" 2>/dev/null || true
  $network down --dir "$work/network"
  exit $code
}
trap finish EXIT
cd "$work"

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
id=$("$SUYUAN_BIN/suyuan" chaincode package --label parts_1.0 --address "127.0.0.1:$port" --out parts.tgz)
cat >collections.json <<JSON
[{"name": "producerSecrets", "policy": "OR('ProducerMSP.member')", "requiredPeerCount": 0,
  "maxPeerCount": 1, "blockToLive": 0, "memberOnlyRead": true, "memberOnlyWrite": true,
  "endorsementPolicy": {"signaturePolicy": "OR('ProducerMSP.member')"}}]
JSON
node_modules/.bin/fabric-chaincode-node server --chaincode-address "127.0.0.1:$port" \
  --chaincode-id "$id" --module-path "$work" >chaincode.log 2>&1 &
chaincode=$!
"$SUYUAN_BIN/suyuan" chaincode deploy --connection network/connection.json --name parts --version 1.0 \
  --package parts.tgz --collections collections.json
until python3 -c "import socket; socket.create_connection(('127.0.0.1', $port), 1)" 2>/dev/null; do
  kill -0 "$chaincode" 2>/dev/null || { cat chaincode.log >&2; exit 1; }
  sleep 0.05
done
SUYUAN_CONNECTION=$work/network/connection.json node --test --test-reporter=spec chaincode.test.mjs
