// Collects what a transaction does, in the order that every endorser writes it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "network/ledger/merkle.h"
#include "network/ledger/simulator.h"

namespace suyuan::ledger {

// A range query under way: what has been read of it so far.
struct RangeRecord {
  std::string start;
  std::string asked_end;  // by the caller
  std::string end;        // as recorded: the last key read, or `asked_end` at the end
  bool started = false;
  bool exhausted = false;
  RangeResults results;
};

struct PendingWrite {
  bool is_delete = false;
  bool is_purge = false;
  std::string value;
};

struct CollectionRecord {
  std::map<std::string, std::optional<Version>> reads;  // by key, as Fabric sorts them
  std::map<std::string, PendingWrite> writes;           // by key
};

struct NamespaceRecord {
  std::map<std::string, std::optional<Version>> reads;
  std::vector<std::shared_ptr<RangeRecord>> ranges;
  std::map<std::string, PendingWrite> writes;
  std::map<std::string, StateMetadata> metadata_writes;
  std::map<std::string, CollectionRecord> collections;
  bool private_reads = false;
};

using RwSetRecord = std::map<std::string, NamespaceRecord>;

// rwset.TxReadWriteSet bytes. Finishes the ranges: call once.
std::string BuildPublicRwSet(RwSetRecord& record);
// rwset.TxPvtReadWriteSet bytes; empty when nothing private is written.
std::string BuildPrivateRwSet(const RwSetRecord& record);

}  // namespace suyuan::ledger
