#!/usr/bin/env bash
# A network on this machine, for trying out, tests and CI. Several may run side by side.
#
#   scripts/network.sh up [--dir DIR] [--orgs N] [--orderers 1|3|5|7] [--namespaces] [--no-chaincode]
#   scripts/network.sh down|status [--dir DIR]
#   scripts/network.sh stop|kill|start|pause|resume|logs NODE [--dir DIR]
#   scripts/network.sh partition SITE... [--only in|out] [--dir DIR]
#   scripts/network.sh heal [--dir DIR]
#   scripts/network.sh deploy NAME [--version V] [--sequence S] [--policy P] [--dir DIR]
#
# DIR is build/network unless given. It holds keys, data, logs and connection.json, which
# tells clients where everything is. "up" returns when the network can be used; "down"
# stops it and removes DIR. Nodes are named as "status" prints them, e.g. peer0.producer.
# Several orderers order through etcd, one member beside each: site I is ordererI and etcdI.
# With --namespaces (root only) each site has a network namespace of its own; "partition" cuts
# each SITE (a number) off from all others and from the clients, or only what it receives
# ("in") or sends ("out"), until "heal". "pause" and "resume" are SIGSTOP and SIGCONT.
# SUYUAN_BIN points at the programs (default build/bin).
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
bin=${SUYUAN_BIN:-$root/build/bin}
dir=$root/build/network
orgs=3
orderers=1
with_chaincode=true
namespaces=false
number=
only=
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
    --namespaces) namespaces=true ;;
    --only) only=${2:?--only needs in or out}; shift ;;
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
  local home=$dir/nodes/$1 program words=()
  program=$(cat "$home/program")
  rm -f "$home/ready.json"
  if [ -e "$home/netns" ]; then words=(nsenter "--net=/run/netns/$(cat "$home/netns")"); fi
  if [ "$program" = etcd ]; then
    words+=(etcd --config-file "$home/config.yaml")
  else
    words+=("$bin/$program" --config "$home/config.yaml" --ready-file "$home/ready.json")
  fi
  setsid "${words[@]}" >>"$home/log" 2>&1 </dev/null &
  echo $! >"$home/pid"
}

is_ready() {  # NODE: an etcd member, when it answers at all, for that it is well takes others
  local code=0
  if [ "$(cat "$dir/nodes/$1/program")" = etcd ]; then
    curl -s -o /dev/null --max-time 1 "$(cat "$dir/nodes/$1/health")" || code=$?
    [ $code -ne 7 ]
  else
    [ -s "$dir/nodes/$1/ready.json" ]
  fi
}

await() {  # NODE...: returns when all are ready
  local name
  for name in "$@"; do
    until is_ready "$name"; do
      if ! pid_of "$name" >/dev/null && ! kill -0 "$(cat "$dir/nodes/$name/pid")" 2>/dev/null; then
        is_ready "$name" && break
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
  kill -CONT "$pid" 2>/dev/null || true  # a paused one must see the signal
  # Its first thread may be gone while others still hold the ports: wait for all.
  while [ -d "/proc/$pid" ]; do
    threads=$(find "/proc/$pid/task" -mindepth 1 -maxdepth 1 2>/dev/null | wc -l) || true
    [ "$threads" -gt 1 ] || [ "$(cut -d' ' -f3 "/proc/$pid/stat" 2>/dev/null || echo Z)" != Z ] || break
    sleep 0.01
  done
  rm -f "$dir/nodes/$2/ready.json"
}

node_names() { [ -d "$dir/nodes" ] && ls "$dir/nodes" || true; }

make_ports() {  # COUNT: free ports, one a line, that no other network on this machine has
  # Below the range that outgoing connections take theirs from: a node that is down for a
  # moment must find its port free again. A file common to all networks says which ports
  # belong to which folder; those of folders that are gone are free.
  python3 - "$1" "$dir" <<'PY'
import fcntl, os, random, socket, sys
count, folder = int(sys.argv[1]), sys.argv[2]
with open("/proc/sys/net/ipv4/ip_local_port_range") as f:
    first_outgoing = int(f.read().split()[0])
# The last 4,000 below it are for programs that take a single port.
low, high = (10000, first_outgoing - 4000) if first_outgoing > 18000 else (20000, 60000)
path = os.path.join(os.environ.get("TMPDIR", "/tmp"), f"suyuan-ports.{os.getuid()}")
with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "r+") as f:
    fcntl.flock(f, fcntl.LOCK_EX)
    claims = [line.rstrip("\n").split(" ", 1) for line in f]
    claims = [c for c in claims if len(c) == 2 and c[1] != folder and os.path.isdir(c[1])]
    claimed = {int(port) for port, _ in claims}
    held = []
    while len(held) < count:
        port = random.randrange(low, high)
        if port in claimed:
            continue
        s = socket.socket()
        try:
            s.bind(("127.0.0.1", port))
            held.append(s)
        except OSError:
            s.close()
    ports = [s.getsockname()[1] for s in held]
    f.seek(0)
    f.truncate()
    f.writelines(f"{port} {of}\n" for port, of in claims + [(p, folder) for p in ports])
print("\n".join(map(str, ports)))
PY
}

# Site I of several orderers has the address 10.77.NUMBER.(I+1) in its namespace.
site_host() { if $namespaces; then echo "10.77.$number.$(($1 + 1))"; else echo 127.0.0.1; fi; }

make_namespaces() {
  local link alias
  [ "$(id -u)" -eq 0 ] || fail "--namespaces needs root"
  # Those of a network whose folder was removed without "down".
  for link in /sys/class/net/sy*; do
    alias=$(cat "$link/ifalias" 2>/dev/null) || continue
    link=${link##*/sy}
    if [[ $link =~ ^[0-9]+$ ]] && [ -n "$alias" ] && [ ! -d "$alias" ]; then remove_namespaces "$link"; fi
  done
  for ((number = 1; number < 255; number++)); do
    ip link add "sy$number" type bridge 2>/dev/null && break
  done
  [ $number -lt 255 ] || fail "no free number for a bridge; 'ip link' lists those in use"
  echo $number >"$dir/number"
  ip link set "sy$number" alias "$dir"
  ip address add "10.77.$number.254/24" dev "sy$number"
  ip link set "sy$number" up
  for ((i = 0; i < orderers; i++)); do
    local space=sy$number-$i
    ip netns add "$space"
    ip link add "$space" type veth peer name eth0 netns "$space"
    ip link set "$space" master "sy$number" up
    ip -n "$space" address add "$(site_host $i)/24" dev eth0
    ip -n "$space" link set lo up
    ip -n "$space" link set eth0 up
  done
}

remove_namespaces() {  # NUMBER
  local link
  for link in /sys/class/net/"sy$1"-*; do
    [ -e "$link" ] || continue
    ip link del "${link##*/}" 2>/dev/null || true
  done
  for link in /run/netns/"sy$1"-*; do
    [ -e "$link" ] || continue
    ip netns del "${link##*/}" 2>/dev/null || true
  done
  ip link del "sy$1" 2>/dev/null || true
}

need_namespaces() {
  [ -e "$dir/number" ] || fail "$command needs a network that was started with --namespaces"
  number=$(cat "$dir/number")
}

partition() {  # SITE...: a queue without room loses what is put into it
  local site space
  for site in "$@"; do
    space=sy$number-$site
    [ -e "/run/netns/$space" ] || fail "no site '$site'; sites are numbers from 0"
    [ "$only" = out ] || tc qdisc replace dev "$space" root pfifo limit 0
    [ "$only" = in ] || tc -n "$space" qdisc replace dev eth0 root pfifo limit 0
  done
}

heal() {
  local link space
  for link in /sys/class/net/"sy$number"-*; do
    [ -e "$link" ] || continue
    space=${link##*/}
    tc qdisc del dev "$space" root 2>/dev/null || true
    tc -n "$space" qdisc del dev eth0 root 2>/dev/null || true
  done
}

write_crypto_config() {
  {
    echo "organizations:"
    for ((i = 0; i < orgs; i++)); do
      local gateway=""
      [ "$i" -eq 0 ] && gateway=", {name: gateway0, role: client}"
      local role="reviewer,quality"
      [ "$(org_name $i)" = regulator ] && role="regulator,reviewer,quality"
      echo "  - {name: $(org_name $i), mspId: $(msp_id $i), nodes: [{name: peer0, role: peer}$gateway], users: [admin, user1], roles: [{user: user1, role: \"$role\"}]}"
    done
    local nodes=()
    for ((i = 0; i < orderers; i++)); do
      local hosts=""
      if $namespaces; then hosts=", hosts: [$(site_host $i)]"; fi
      nodes+=("{name: orderer$i, role: orderer$hosts}")
    done
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
    for ((i = 0; i < orderers; i++)); do endpoints+=("\"$(site_host $i):${orderer_ports[$i]}\""); done
    echo "orderer:"
    if [ "$orderers" -eq 1 ]; then
      echo "  type: solo"
    else
      echo "  type: etcd"
      echo "  consenters:"
      for ((i = 0; i < orderers; i++)); do
        echo "    - {endpoint: ${endpoints[$i]}, tlsCert: organizations/supervisor/nodes/orderer$i/tls.pem}"
      done
    fi
    echo "  organizations:"
    echo "    - {name: supervisor, mspId: SupervisorMSP, endpoints: [$(IFS=,; echo "${endpoints[*]}")]}"
    echo "  batch: {maxMessageCount: 500, absoluteMaxBytes: 10MiB, preferredMaxBytes: 2MiB, timeout: 200ms}"
  } >"$dir/channel.yaml"
}

begin_node() {  # NODE PROGRAM ORG MEMBER MSP HOST PORT OPERATIONS: writes what all kinds share
  local home=$dir/nodes/$1 keys=$dir/organizations/$3/nodes/$4
  mkdir -p "$home"
  echo "$2" >"$home/program"
  cat >"$home/config.yaml" <<YAML
name: $1
mspId: $5
listen: $6:$7
identity: {cert: $keys/cert.pem, key: $keys/key.pem}
tls: {cert: $keys/tls.pem, key: $keys/tls.key}
operations: {listen: "$6:$8"}
YAML
  echo "http://$6:$8/healthz" >"$home/health"
}

# A member of the engine that orderers order through, beside orderer I, with its certificate.
write_etcd() {  # I
  local home=$dir/nodes/etcd$1 keys=$dir/organizations/supervisor/nodes/orderer$1 members=() host
  host=$(site_host "$1")
  for ((j = 0; j < orderers; j++)); do members+=("etcd$j=https://$(site_host $j):${etcd_peer_ports[$j]}"); done
  mkdir -p "$home"
  echo etcd >"$home/program"
  echo "http://$host:${etcd_ops[$1]}/health" >"$home/health"
  cat >"$home/config.yaml" <<YAML
name: etcd$1
data-dir: $home/data
listen-client-urls: https://$host:${etcd_ports[$1]}
advertise-client-urls: https://$host:${etcd_ports[$1]}
listen-peer-urls: https://$host:${etcd_peer_ports[$1]}
initial-advertise-peer-urls: https://$host:${etcd_peer_ports[$1]}
listen-metrics-urls: http://$host:${etcd_ops[$1]}
initial-cluster: $(IFS=,; echo "${members[*]}")
initial-cluster-token: $(basename "$dir")
initial-cluster-state: new
client-transport-security: &tls
  cert-file: $keys/tls.pem
  key-file: $keys/tls.key
  trusted-ca-file: $dir/organizations/supervisor/tlsca.pem
  client-cert-auth: true
peer-transport-security: *tls
heartbeat-interval: 50
election-timeout: 500
auto-compaction-mode: revision
auto-compaction-retention: "1000"
snapshot-count: 1000
strict-reconfig-check: true
logger: zap
log-level: warn
log-outputs: [stderr]
YAML
}

# What an orderer must know of the engine; its own member first.
write_etcd_section() {  # I
  local endpoints=() j k
  for ((j = 0; j < orderers; j++)); do
    k=$((($1 + j) % orderers))
    endpoints+=("\"$(site_host $k):${etcd_ports[$k]}\"")
  done
  cat <<YAML
etcd:
  endpoints: [$(IFS=,; echo "${endpoints[*]}")]
  ca: $dir/organizations/supervisor/tlsca.pem
  prefix: /suyuan/$(basename "$dir")
YAML
}

write_nodes() {
  local name
  for ((i = 0; i < orderers; i++)); do
    begin_node "orderer$i" suyuan-orderer supervisor "orderer$i" SupervisorMSP \
      "$(site_host $i)" "${orderer_ports[$i]}" "${orderer_ops[$i]}"
    cat >>"$dir/nodes/orderer$i/config.yaml" <<YAML
msp: $dir/organizations/supervisor/msp.pb
dataDir: $dir/nodes/orderer$i/data
channels: [$dir/$channel.block]
YAML
    if [ "$orderers" -gt 1 ]; then
      write_etcd "$i"
      write_etcd_section "$i" >>"$dir/nodes/orderer$i/config.yaml"
    fi
    if $namespaces; then
      for name in "orderer$i" "etcd$i"; do
        if [ -d "$dir/nodes/$name" ]; then echo "sy$number-$i" >"$dir/nodes/$name/netns"; fi
      done
    fi
  done
  for ((i = 0; i < orgs; i++)); do
    local org
    org=$(org_name $i)
    name=peer0.$org
    begin_node "$name" suyuan-peer "$org" peer0 "$(msp_id $i)" 127.0.0.1 "${peer_ports[$i]}" "${peer_ops[$i]}"
    cat >>"$dir/nodes/$name/config.yaml" <<YAML
msp: $dir/organizations/$org/msp.pb
dataDir: $dir/nodes/$name/data
channels: [$dir/$channel.block]
modulesDir: $(realpath "$bin/../lib")
YAML
  done
  begin_node gateway suyuan-gateway producer gateway0 ProducerMSP 127.0.0.1 "$gateway_port" "$gateway_ops"
  cat >>"$dir/nodes/gateway/config.yaml" <<YAML
peers: [{endpoint: "127.0.0.1:${peer_ports[0]}", tlsCa: $dir/organizations/producer/tlsca.pem}]
channels: [$channel]
YAML
}

write_connection() {  # CHAINCODE...
  local hosts=()
  for ((i = 0; i < orderers; i++)); do hosts+=("$(site_host $i)"); done
  DIR=$dir CHANNEL=$channel ORGS=$orgs GATEWAY_PORT=$gateway_port GATEWAY_OPS=$gateway_ops \
  PEER_PORTS="${peer_ports[*]}" PEER_OPS="${peer_ops[*]}" \
  ORDERER_HOSTS="${hosts[*]}" ORDERER_PORTS="${orderer_ports[*]}" ORDERER_OPS="${orderer_ops[*]}" \
  python3 - "$@" <<'PY'
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
orderers = [{"name": f"orderer{i}", "endpoint": f"{host}:{port}", "serverName": f"orderer{i}.supervisor",
             "tlsCaCert": root + "supervisor/tlsca.pem", "operations": f"{host}:{ops}"}
            for i, (host, port, ops) in enumerate(zip(e["ORDERER_HOSTS"].split(), e["ORDERER_PORTS"].split(),
                                                      e["ORDERER_OPS"].split()))]
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
  [[ $orderers =~ ^[1357]$ ]] || fail "--orderers must be 1, 3, 5 or 7: an even number survives no more losses"
  [ "$orderers" = 1 ] || command -v etcd >/dev/null || fail "etcd is not installed: run scripts/setup.sh first"
  [ -x "$bin/suyuan-peer" ] || fail "programs are not built: run scripts/build.sh first"
  [ ! -e "$dir/nodes" ] || fail "$dir holds a network already; 'down' removes it"
  mkdir -p "$dir"
  local ports
  mapfile -t ports < <(make_ports $((2 * orgs + 5 * orderers + 2)))
  gateway_port=${ports[0]}
  gateway_ops=${ports[1]}
  peer_ports=("${ports[@]:2:orgs}")
  peer_ops=("${ports[@]:2+orgs:orgs}")
  ports=("${ports[@]:2+2*orgs}")
  orderer_ports=("${ports[@]:0:orderers}")
  orderer_ops=("${ports[@]:orderers:orderers}")
  etcd_ports=("${ports[@]:2*orderers:orderers}")
  etcd_peer_ports=("${ports[@]:3*orderers:orderers}")
  etcd_ops=("${ports[@]:4*orderers:orderers}")

  trap 'code=$?; [ $code -eq 0 ] || { stop_all; [ -z "$number" ] || remove_namespaces "$number"; }; exit $code' EXIT
  if $namespaces; then make_namespaces; fi
  write_crypto_config
  write_channel_config
  "$bin/suyuan" crypto generate --config "$dir/crypto.yaml" --out "$dir/organizations" >/dev/null
  "$bin/suyuan" channel genesis --config "$dir/channel.yaml" --out "$dir/$channel.block" >/dev/null
  write_nodes
  write_connection
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
    if pid=$(pid_of "$name"); then kill -TERM "$pid"; kill -CONT "$pid"; fi 2>/dev/null || true
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
    if [ -e "$dir/number" ]; then remove_namespaces "$(cat "$dir/number")"; fi
    # File systems that a test mounted for a node.
    awk -v dir="$dir/" 'index($2, dir) == 1 { print $2 }' /proc/mounts | xargs -r umount --lazy
    if [ -d "$dir/nodes" ] || [ -e "$dir/number" ]; then rm -rf "$dir"; fi
    ;;
  status)
    [ -d "$dir/nodes" ] || fail "no network in $dir; 'up' starts one"
    bad=0
    for name in $(node_names); do
      if pid=$(pid_of "$name"); then
        health=$(curl -s -o /dev/null -w '%{http_code}' --max-time 2 "$(cat "$dir/nodes/$name/health")" || true)
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
  pause) need_node; pid=$(pid_of "$node") || fail "$node is not running"; kill -STOP "$pid" ;;
  resume) need_node; pid=$(pid_of "$node") || fail "$node is not running"; kill -CONT "$pid" ;;
  partition)
    need_namespaces
    [[ $only =~ ^(in|out|)$ ]] || fail "--only must be in or out"
    [ ${#words[@]} -gt 1 ] || fail "partition needs the numbers of sites"
    partition "${words[@]:1}"
    ;;
  heal) need_namespaces; heal ;;
  logs) need_node; cat "$dir/nodes/$node/log" ;;
  deploy)
    [ -n "$node" ] || fail "deploy needs the name of a chaincode"
    deploy "$node" "$version" "$sequence" "$policy"
    ;;
  *) fail "unknown command '$command'; see --help" ;;
esac
