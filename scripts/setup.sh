#!/usr/bin/env bash
# Installs the Debian 12 packages that Suyuan is built with and run by, by name.
# Quick when all are present. Needs root (or sudo) only when something is missing.
set -euo pipefail

packages=(
  g++ cmake ninja-build ccache mold pkg-config git ca-certificates
  libgrpc++-dev protobuf-compiler-grpc libprotobuf-dev protobuf-compiler
  libabsl-dev libssl-dev libleveldb-dev libsnappy-dev catch2
  libcli11-dev libspdlog-dev libyaml-cpp-dev nlohmann-json3-dev prometheus-cpp-dev libcivetweb-dev
  libarchive-dev zlib1g-dev libexpat1-dev
  clang-14 clang-format-14 clang-tidy-14 libclang-rt-14-dev
  shellcheck openssl jq curl procps python3
  etcd-server etcd-client iproute2
)
# Node.js runs the conformance test with Fabric's official gateway client.
command -v node >/dev/null 2>&1 || packages+=(nodejs)
command -v npm >/dev/null 2>&1 || packages+=(npm)

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  exit 0
fi
echo "setup: installing ${missing[*]}" >&2
sudo=""
if [ "$(id -u)" -ne 0 ]; then
  sudo=sudo
fi
export DEBIAN_FRONTEND=noninteractive
# Debian starts the services that it installs, now and at every boot. Members of etcd are started
# with their orderers and by tests; one of the system's own must not run beside them.
policy=/usr/sbin/policy-rc.d
new_etcd=false
[[ " ${missing[*]} " = *" etcd-server "* ]] && new_etcd=true
if $new_etcd && [ ! -e "$policy" ]; then
  # invoke-rc.d asks it before it starts anything: 101 forbids, 104 allows.
  printf '#!/bin/sh\ncase "$*" in *etcd*) exit 101 ;; esac\nexit 104\n' | $sudo tee "$policy" >/dev/null
  trap '$sudo rm -f "$policy"' EXIT
  $sudo chmod 755 "$policy"
fi
$sudo apt-get update -qq
$sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
if $new_etcd; then
  $sudo update-rc.d etcd disable >/dev/null 2>&1 || true
  if pgrep -x -u etcd etcd >/dev/null 2>&1; then
    echo "setup: the system's own etcd service runs; stop it: systemctl disable --now etcd" >&2
    exit 1
  fi
fi
