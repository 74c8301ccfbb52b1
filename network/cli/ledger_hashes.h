// How commands show a ledger's hashes.
#pragma once

#include <string>

#include "network/ledger/backup.h"
#include "protos/suyuan/node_admin.pb.h"

namespace suyuan {

// One line: {"height":..,"blockHash":..,"commitHash":..,"stateHash":..}, in hex.
std::string HashesJson(const ChainHashes& hashes);
ChainHashes ToHashes(const ::suyuan::node::LedgerHashes& hashes);

}  // namespace suyuan
