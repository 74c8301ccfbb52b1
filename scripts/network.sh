#!/usr/bin/env bash
# A network on this machine, for trying out, tests and CI. Several may run side by side.
#
#   scripts/network.sh up [--dir DIR] [--orgs N] [--orderers N] [--no-chaincode]
#   scripts/network.sh down|status [--dir DIR]
#   scripts/network.sh stop|kill|start|logs NODE [--dir DIR]
#   scripts/network.sh deploy NAME [--version V] [--sequence S] [--policy P] [--dir DIR]
#
# DIR is build/network unless given. It holds keys, data, logs and connection.json, which
# tells clients where everything is. "up" returns when the network can be used; "down"
# stops it and removes DIR. Nodes are named as "status" prints them, e.g. peer0.producer.
# SUYUAN_BIN points at the programs (default build/bin).
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
bin=${SUYUAN_BIN:-$root/build/bin}
dir=$root/build/network
orgs=3
orderers=1
with_chaincode=true
channel=trace
version=1.0
sequence=1
policy=
words=()

fail() { echo "network: $*" >&2; exit 1; }

usage() { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"; }

while [ $# -gt 0 ]; do
  case $1 in
    --dir) dir=${2:?--dir needs a folder}; shift ;;
    --orgs) orgs=${2:?--orgs needs a number}; shift ;;
    --orderers) orderers=${2:?--orderers needs a number}; shift ;;
    --no-chaincode) with_chaincode=false ;;
    --version) version=${2:?--version needs a value}; shift ;;
    --sequence) sequence=${2:?--sequence needs a number}; shift ;;
    --policy) policy=${2:?--policy needs a value}; shift ;;
    -h|--help) usage; exit 0 ;;
    -*) fail "unknown option $1; see --help" ;;
    *) words+=("$1") ;;
  esac
  shift
done
[ ${#words[@]} -gt 0 ] || { usage >&2; exit 2; }
command=${words[0]}
node=${words[1]:-}
dir=$(realpath -m "$dir")

org_name() {
  case $1 in
    0) echo producer ;; 1) echo distributor ;; 2) echo regulator ;; *) echo "member$(($1 + 1))" ;;
  esac
}
msp_id() { local name; name=$(org_name "$1"); echo "${name^}MSP"; }

pid_of() {
  local pid
  pid=$(cat "$dir/nodes/$1/pid" 2>/dev/null) || return 1
  # A pid may have been given to somebody else since.
  tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF "$dir/nodes/$1/config.yaml" || return 1
  echo "$pid"
}

need_node() {
  [ -n "$node" ] || fail "$command needs the name of a node; 'status' lists them"
  [ -d "$dir/nodes/$node" ] || fail "no node '$node' in $dir; 'status' lists them"
}

launch() {  # NODE: starts it, does not wait
  local home=$dir/nodes/$1
  rm -f "$home/ready.json"
  setsid "$bin/$(cat "$home/program")" --config "$home/config.yaml" --ready-file "$home/ready.json" \
    >>"$home/log" 2>&1 </dev/null &
  echo $! >"$home/pid"
}

await() {  # NODE...: returns when all are ready
  local name
  for name in "$@"; do
    until [ -s "$dir/nodes/$name/ready.json" ]; do
      if ! pid_of "$name" >/dev/null && ! kill -0 "$(cat "$dir/nodes/$name/pid")" 2>/dev/null; then
        [ -s "$dir/nodes/$name/ready.json" ] && break
        tail -n 20 "$dir/nodes/$name/log" >&2
        fail "$name did not start; its log is $dir/nodes/$name/log"
      fi
      sleep 0.01
    done
  done
}

end_process() {  # SIGNAL NODE: returns when it is gone
  local pid threads
  pid=$(pid_of "$2") || return 0
  kill "-$1" "$pid" 2>/dev/null || true
  # Its first thread may be gone while others still hold the ports: wait for all.
  while [ -d "/proc/$pid" ]; do
    threads=$(find "/proc/$pid/task" -mindepth 1 -maxdepth 1 2>/dev/null | wc -l) || true
    [ "$threads" -gt 1 ] || [ "$(cut -d' ' -f3 "/proc/$pid/stat" 2>/dev/null || echo Z)" != Z ] || break
    sleep 0.01
  done
  rm -f "$dir/nodes/$2/ready.json"
}

node_names() { [ -d "$dir/nodes" ] && ls "$dir/nodes" || true; }

make_ports() {  # COUNT: free ports, one a line
  # Below the range that outgoing connections take theirs from: a node that is down for a
  # moment must find its port free again.
  python3 - "$1" <<'PY'
import random, socket, sys
with open("/proc/sys/net/ipv4/ip_local_port_range") as f:
    first_outgoing = int(f.read().split()[0])
low, high = (10000, first_outgoing) if first_outgoing > 12000 else (20000, 65536)
held = []
while len(held) < int(sys.argv[1]):
    s = socket.socket()
    try:
        s.bind(("127.0.0.1", random.randrange(low, high)))
        held.append(s)
    except OSError:
        s.close()
print("\n".join(str(s.getsockname()[1]) for s in held))
PY
}

write_crypto_config() {
  {
    echo "organizations:"
    for ((i = 0; i < orgs; i++)); do
      local gateway=""
      [ "$i" -eq 0 ] && gateway=", {name: gateway0, role: client}"
      echo "  - {name: $(org_name $i), mspId: $(msp_id $i), nodes: [{name: peer0, role: peer}$gateway], users: [admin, user1]}"
    done
    local nodes=()
    for ((i = 0; i < orderers; i++)); do nodes+=("{name: orderer$i, role: orderer}"); done
    echo "  - {name: supervisor, mspId: SupervisorMSP, nodes: [$(IFS=,; echo "${nodes[*]}")], users: [admin]}"
  } >"$dir/crypto.yaml"
}

write_channel_config() {
  {
    echo "channel: $channel"
    echo "organizationsDir: ./organizations"
    echo "application:"
    echo "  organizations:"
    for ((i = 0; i < orgs; i++)); do
      echo "    - {name: $(org_name $i), mspId: $(msp_id $i), peers: [\"127.0.0.1:${peer_ports[$i]}\"]}"
    done
    local endpoints=()
    for ((i = 0; i < orderers; i++)); do endpoints+=("\"127.0.0.1:${orderer_ports[$i]}\""); done
    echo "orderer:"
    echo "  type: solo"
    echo "  organizations:"
    echo "    - {name: supervisor, mspId: SupervisorMSP, endpoints: [$(IFS=,; echo "${endpoints[*]}")]}"
    echo "  batch: {maxMessageCount: 500, absoluteMaxBytes: 10MiB, preferredMaxBytes: 2MiB, timeout: 200ms}"
  } >"$dir/channel.yaml"
}

begin_node() {  # NODE PROGRAM ORG MEMBER MSP PORT OPERATIONS: writes what all kinds share
  local home=$dir/nodes/$1 keys=$dir/organizations/$3/nodes/$4
  mkdir -p "$home"
  echo "$2" >"$home/program"
  cat >"$home/config.yaml" <<YAML
name: $1
mspId: $5
listen: 127.0.0.1:$6
identity: {cert: $keys/cert.pem, key: $keys/key.pem}
tls: {cert: $keys/tls.pem, key: $keys/tls.key}
operations: {listen: "127.0.0.1:$7"}
YAML
}

write_nodes() {
  for ((i = 0; i < orderers; i++)); do
    begin_node "orderer$i" suyuan-orderer supervisor "orderer$i" SupervisorMSP \
      "${orderer_ports[$i]}" "${orderer_ops[$i]}"
    cat >>"$dir/nodes/orderer$i/config.yaml" <<YAML
msp: $dir/organizations/supervisor/msp.pb
dataDir: $dir/nodes/orderer$i/data
channels: [$dir/$channel.block]
YAML
  done
  for ((i = 0; i < orgs; i++)); do
    local org name
    org=$(org_name $i)
    name=peer0.$org
    begin_node "$name" suyuan-peer "$org" peer0 "$(msp_id $i)" "${peer_ports[$i]}" "${peer_ops[$i]}"
    cat >>"$dir/nodes/$name/config.yaml" <<YAML
msp: $dir/organizations/$org/msp.pb
dataDir: $dir/nodes/$name/data
channels: [$dir/$channel.block]
modulesDir: $(realpath "$bin/../lib")
YAML
  done
  begin_node gateway suyuan-gateway producer gateway0 ProducerMSP "$gateway_port" "$gateway_ops"
  cat >>"$dir/nodes/gateway/config.yaml" <<YAML
peers: [{endpoint: "127.0.0.1:${peer_ports[0]}", tlsCa: $dir/organizations/producer/tlsca.pem}]
channels: [$channel]
YAML
}

write_connection() {  # CHAINCODE...
  DIR=$dir CHANNEL=$channel ORGS=$orgs ORDERERS=$orderers GATEWAY_PORT=$gateway_port GATEWAY_OPS=$gateway_ops \
  PEER_PORTS="${peer_ports[*]}" PEER_OPS="${peer_ops[*]}" \
  ORDERER_PORTS="${orderer_ports[*]}" ORDERER_OPS="${orderer_ops[*]}" python3 - "$@" <<'PY'
import json, os, sys
e = os.environ
root = e["DIR"] + "/organizations/"
local = lambda port: f"127.0.0.1:{port}"
names = ["producer", "distributor", "regulator"]
names += [f"member{i + 1}" for i in range(3, int(e["ORGS"]))]

def organization(name, users):
    base = root + name
    return {"name": name, "mspId": name.capitalize() + "MSP",
            "caCert": base + "/ca.pem", "caKey": base + "/ca.key",
            "tlsCaCert": base + "/tlsca.pem",
            "users": {u: {"cert": f"{base}/users/{u}/cert.pem", "key": f"{base}/users/{u}/key.pem"}
                      for u in users}}

organizations = []
for name, port, ops in zip(names[:int(e["ORGS"])], e["PEER_PORTS"].split(), e["PEER_OPS"].split()):
    org = organization(name, ["admin", "user1"])
    org["peers"] = [{"name": f"peer0.{name}", "endpoint": local(port), "serverName": f"peer0.{name}",
                     "tlsCaCert": org["tlsCaCert"], "operations": local(ops)}]
    organizations.append(org)
orderers = [{"name": f"orderer{i}", "endpoint": local(port), "serverName": f"orderer{i}.supervisor",
             "tlsCaCert": root + "supervisor/tlsca.pem", "operations": local(ops)}
            for i, (port, ops) in enumerate(zip(e["ORDERER_PORTS"].split(), e["ORDERER_OPS"].split()))]
connection = {
    "channel": e["CHANNEL"],
    "gateway": {"endpoint": local(e["GATEWAY_PORT"]), "tlsCaCert": root + "producer/tlsca.pem",
                "serverName": "gateway0.producer", "operations": local(e["GATEWAY_OPS"])},
    "organizations": organizations,
    "ordererOrganizations": [organization("supervisor", ["admin"])],
    "orderers": orderers,
    "chaincodes": sys.argv[1:],
}
path = e["DIR"] + "/connection.json"
with open(path + ".tmp", "w") as f:
    json.dump(connection, f, indent=2)
    f.write("\n")
os.replace(path + ".tmp", path)
PY
}

deploy() {  # NAME VERSION SEQUENCE POLICY
  local extra=()
  [ -z "$4" ] || extra=(--policy "$4")
  mkdir -p "$dir/packages"
  "$bin/suyuan" chaincode package --module "libsuyuan_$1.so" --label "$1_$2" --out "$dir/packages/$1_$2.tgz" >/dev/null
  "$bin/suyuan" chaincode deploy --connection "$dir/connection.json" --name "$1" --version "$2" \
    --sequence "$3" --package "$dir/packages/$1_$2.tgz" "${extra[@]}"
}

up() {
  [[ $orgs =~ ^[1-9][0-9]*$ ]] || fail "--orgs must be a number from 1"
  [ "$orderers" = 1 ] || fail "--orderers $orderers: this version orders with one orderer"
  [ -x "$bin/suyuan-peer" ] || fail "programs are not built: run scripts/build.sh first"
  [ ! -e "$dir/nodes" ] || fail "$dir holds a network already; 'down' removes it"
  mkdir -p "$dir"
  local ports
  mapfile -t ports < <(make_ports $((2 * orgs + 2 * orderers + 2)))
  peer_ports=("${ports[@]:0:orgs}")
  peer_ops=("${ports[@]:orgs:orgs}")
  orderer_ports=("${ports[@]:2*orgs:orderers}")
  orderer_ops=("${ports[@]:2*orgs+orderers:orderers}")
  gateway_port=${ports[2*orgs+2*orderers]}
  gateway_ops=${ports[2*orgs+2*orderers+1]}

  write_crypto_config
  write_channel_config
  "$bin/suyuan" crypto generate --config "$dir/crypto.yaml" --out "$dir/organizations" >/dev/null
  "$bin/suyuan" channel genesis --config "$dir/channel.yaml" --out "$dir/$channel.block" >/dev/null
  write_nodes
  write_connection
  trap 'code=$?; [ $code -eq 0 ] || stop_all; exit $code' EXIT
  local name names
  mapfile -t names < <(node_names)
  for name in "${names[@]}"; do launch "$name"; done
  local without_gateway=()
  for name in "${names[@]}"; do [ "$name" = gateway ] || without_gateway+=("$name"); done
  await "${without_gateway[@]}"
  if $with_chaincode; then
    deploy asset 1.0 1 "" >"$dir/deploy-asset.log" 2>&1 &
    local asset=$!
    deploy trace 1.0 1 "" >"$dir/deploy-trace.log" 2>&1 || { cat "$dir/deploy-trace.log" >&2; fail "chaincode trace was not deployed"; }
    wait $asset || { cat "$dir/deploy-asset.log" >&2; fail "chaincode asset was not deployed"; }
    write_connection asset trace
  fi
  await gateway
  trap - EXIT
  echo "network: up in $dir (connection.json tells clients the rest)"
}

stop_all() {
  local name
  for name in $(node_names); do
    local pid
    pid=$(pid_of "$name") && kill -TERM "$pid" 2>/dev/null || true
  done
  for name in $(node_names); do
    # Five seconds of grace, then without.
    for ((n = 0; n < 500; n++)); do pid_of "$name" >/dev/null || break; sleep 0.01; done
    end_process KILL "$name"
  done
}

case $command in
  up) up ;;
  down)
    stop_all
    if [ -d "$dir/nodes" ]; then rm -rf "$dir"; fi
    ;;
  status)
    [ -d "$dir/nodes" ] || fail "no network in $dir; 'up' starts one"
    bad=0
    for name in $(node_names); do
      if pid=$(pid_of "$name"); then
        ops=$(sed -n 's/^operations: {listen: "\(.*\)"}/\1/p' "$dir/nodes/$name/config.yaml")
        health=$(curl -s -o /dev/null -w '%{http_code}' --max-time 2 "http://$ops/healthz" || true)
        if [ "$health" = 200 ]; then state="running, healthy"; else state="running, not healthy"; bad=1; fi
        printf '%-24s %-22s pid %s\n' "$name" "$state" "$pid"
      else
        printf '%-24s %s\n' "$name" "stopped"
        bad=1
      fi
    done
    exit $bad
    ;;
  stop) need_node; end_process TERM "$node" ;;
  kill) need_node; end_process KILL "$node" ;;
  start)
    need_node
    pid_of "$node" >/dev/null && fail "$node is running"
    launch "$node"
    await "$node"
    ;;
  logs) need_node; cat "$dir/nodes/$node/log" ;;
  deploy)
    [ -n "$node" ] || fail "deploy needs the name of a chaincode"
    deploy "$node" "$version" "$sequence" "$policy"
    ;;
  *) fail "unknown command '$command'; see --help" ;;
esac
