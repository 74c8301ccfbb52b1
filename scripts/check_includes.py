#!/usr/bin/env python3
"""Checks the include arrows between rooms: an #include may only follow an arrow.

Arrows chain; everybody may include protos; nothing points up or sideways."""
import pathlib
import re
import subprocess
import sys

ARROWS = {
    "protos": [],
    "network/common": ["protos"],
    "network/crypto": ["network/common"],
    "network/protoutil": ["network/crypto"],
    "network/msp": ["network/protoutil"],
    "network/policy": ["network/msp"],
    "network/channel": ["network/policy"],
    "network/ledger": ["network/protoutil"],
    "network/rpc": ["network/crypto"],
    "network/etcd": ["network/rpc"],
    "network/deliver": ["network/channel", "network/ledger", "network/rpc"],
    "network/receipt": ["network/channel"],
    "network/orderer/consensus": ["network/channel", "network/etcd", "network/ledger"],
    "network/orderer": ["network/deliver", "network/orderer/consensus"],
    "network/peer/chaincode": ["network/channel", "network/ledger", "network/rpc"],
    "network/peer/endorser": ["network/peer/chaincode"],
    "network/peer/committer": ["network/peer/chaincode", "network/deliver"],
    "network/peer": ["network/peer/endorser", "network/peer/committer", "network/deliver"],
    "network/setup": ["network/channel"],
    "network/cli": ["network/setup", "network/receipt", "network/etcd", "network/ledger", "network/rpc", "sdk",
                    "sdk/trace", "sdk/place", "chaincode/epcis", "chaincode/codes"],
    "gateway": ["network/channel", "network/rpc"],
    "sdk": ["network/protoutil", "network/rpc"],  # internal/ is part of the room
    "sdk/trace": ["sdk"],
    "sdk/place": ["chaincode/gs1", "network/crypto"],
    "chaincode/shim": ["network/rpc"],
    "chaincode/gs1": ["network/common"],
    "chaincode/epcis": ["chaincode/gs1", "network/crypto"],
    "chaincode/codes": ["network/crypto"],
    "chaincode/contracts": ["chaincode/shim", "chaincode/gs1", "chaincode/epcis", "chaincode/codes"],
    "tests": None,  # what spans rooms may include any
}
# Headers whose libraries stay in one room.
PRIVATE = {"openssl/": ("network/crypto",), "leveldb/": ("network/ledger",),
           "expat.h": ("chaincode/epcis",)}


def room_of(path):
    best = ""
    for room in ARROWS:
        if path.startswith(room + "/") and len(room) > len(best):
            best = room
    return best


def reachable(room):
    seen, todo = set(), [room]
    while todo:
        here = todo.pop()
        if here in seen:
            continue
        seen.add(here)
        todo += ARROWS[here]
    return seen | {"protos"}


def main():
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "*.h", "*.cc"],
                            capture_output=True, text=True, check=True).stdout.split()
    bad = 0
    for name in listed:
        room = room_of(name)
        path = pathlib.Path(name)
        if not room or ARROWS[room] is None or not path.exists():
            continue
        allowed = reachable(room)
        is_test = name.endswith("_test.cc") or "/testing/" in name
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = re.match(r'\s*#include\s+["<]([^">]+)[">]', line)
            if not match:
                continue
            target = match.group(1)
            for prefix, rooms in PRIVATE.items():
                if target.startswith(prefix) and room not in rooms and not is_test:
                    print(f"{name}:{number}: {target} belongs in {rooms[0]} alone", file=sys.stderr)
                    bad += 1
            other = room_of(target)
            if other and other not in allowed and not (is_test and "/testing/" in target):
                print(f"{name}:{number}: {room} must not include {other} ({target})", file=sys.stderr)
                bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
