#include "network/ledger/mvcc.h"

#include <utility>

#include "network/common/status_macros.h"
#include "network/ledger/merged_range.h"
#include "network/ledger/merkle.h"

namespace suyuan::ledger {
namespace {

using ::protos::MVCC_READ_CONFLICT;
using ::protos::PHANTOM_READ_CONFLICT;
using ::protos::VALID;

bool Same(const Version& version, const ::kvrwset::Version& read) {
  return version.block == read.block_num() && version.tx == read.tx_num();
}

absl::StatusOr<bool> SameReads(StateIterator& now, const ::kvrwset::QueryReads& reads) {
  for (const auto& read : reads.kv_reads()) {
    SUYUAN_ASSIGN_OR_RETURN(const auto next, now.Next());
    if (!next || next->key != read.key() || !read.has_version() ||
        !Same(next->value.version, read.version())) {
      return false;
    }
  }
  SUYUAN_ASSIGN_OR_RETURN(const auto more, now.Next());
  return !more;
}

absl::StatusOr<bool> SameSummary(StateIterator& now,
                                 const ::kvrwset::QueryReadsMerkleSummary& summary) {
  if (summary.max_degree() < 2) return false;
  RangeResults results(summary.max_degree());
  while (true) {
    SUYUAN_ASSIGN_OR_RETURN(const auto next, now.Next());
    if (!next) break;
    results.Add(next->key, next->value.version);
    // The tree only grows: no need to read on.
    if (results.level() > summary.max_level()) return false;
  }
  ::kvrwset::RangeQueryInfo info;
  results.Finish(&info);
  return info.has_reads_merkle_hashes() &&
         info.reads_merkle_hashes().SerializeAsString() == summary.SerializeAsString();
}

}  // namespace

absl::StatusOr<::protos::TxValidationCode> MvccValidator::Check(const TxRwSet& rwset) {
  for (const NamespaceRwSet& ns : rwset.namespaces) {
    SUYUAN_ASSIGN_OR_RETURN(const auto code, CheckNamespace(ns));
    if (code != VALID) return code;
  }
  return VALID;
}

absl::StatusOr<::protos::TxValidationCode> MvccValidator::CheckNamespace(const NamespaceRwSet& ns) {
  for (const auto& read : ns.kv.reads()) {
    SUYUAN_ASSIGN_OR_RETURN(
        const bool same, Unchanged({ns.name, "", read.key()}, read.has_version(), read.version()));
    if (!same) return MVCC_READ_CONFLICT;
  }
  for (const auto& info : ns.kv.range_queries_info()) {
    SUYUAN_ASSIGN_OR_RETURN(const bool same, Unchanged(ns.name, info));
    if (!same) return PHANTOM_READ_CONFLICT;
  }
  for (const CollectionRwSet& collection : ns.collections) {
    for (const auto& read : collection.hashed.hashed_reads()) {
      SUYUAN_ASSIGN_OR_RETURN(const bool same,
                              Unchanged({ns.name, collection.name, read.key_hash()},
                                        read.has_version(), read.version()));
      if (!same) return MVCC_READ_CONFLICT;
    }
  }
  return VALID;
}

absl::StatusOr<bool> MvccValidator::Unchanged(StateName name, bool has_version,
                                              const ::kvrwset::Version& version) {
  // Any write of this block, even a deletion of nothing, conflicts.
  if (updates_.Find(name) != nullptr) return false;
  SUYUAN_ASSIGN_OR_RETURN(const auto now, CommittedVersion(name));
  if (!now || !has_version) return !now && !has_version;
  return Same(*now, version);
}

absl::StatusOr<std::optional<Version>> MvccValidator::CommittedVersion(const StateName& name) {
  const auto known = versions_.find(name);
  if (known != versions_.end()) return known->second;
  SUYUAN_ASSIGN_OR_RETURN(const auto value, committed_.Get(name));
  std::optional<Version> version;
  if (value) version = value->version;
  versions_.emplace(name, version);
  return version;
}

absl::StatusOr<bool> MvccValidator::Unchanged(absl::string_view ns,
                                              const ::kvrwset::RangeQueryInfo& info) {
  const bool include_end = !info.itr_exhausted();
  SUYUAN_ASSIGN_OR_RETURN(auto now, MergedRange(committed_, updates_, ns, info.start_key(),
                                                info.end_key(), include_end));
  if (info.has_reads_merkle_hashes()) return SameSummary(*now, info.reads_merkle_hashes());
  return SameReads(*now, info.raw_reads());
}

}  // namespace suyuan::ledger
