#include "network/ledger/simulator.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"
#include "network/crypto/hash.h"
#include "network/ledger/rwset_builder.h"
#include "network/ledger/simulation.h"

namespace suyuan::ledger {
namespace {

constexpr char kValidationParameter[] = "VALIDATION_PARAMETER";

absl::Status CheckKey(absl::string_view key) {
  if (key.empty()) return absl::InvalidArgumentError("key is empty");
  if (!IsUtf8(key)) return absl::InvalidArgumentError("key is not valid UTF-8");
  return absl::OkStatus();
}

// Hands on what an iterator finds and records it.
class RecordingIterator final : public StateIterator {
 public:
  RecordingIterator(std::unique_ptr<StateIterator> inner, std::shared_ptr<RangeRecord> record)
      : inner_(std::move(inner)), record_(std::move(record)) {}

  absl::StatusOr<std::optional<KeyValue>> Next() override {
    if (record_->exhausted) return std::nullopt;
    SUYUAN_ASSIGN_OR_RETURN(auto next, inner_->Next());
    record_->started = true;
    if (next) {
      record_->results.Add(next->key, next->value.version);
      record_->end = next->key;
    } else {
      record_->exhausted = true;
      record_->end = record_->asked_end;
    }
    return next;
  }

 private:
  const std::unique_ptr<StateIterator> inner_;
  const std::shared_ptr<RangeRecord> record_;
};

class RecordingSimulator final : public Simulator {
 public:
  RecordingSimulator(std::shared_ptr<const StateView> view, HistoryOpener history)
      : view_(std::move(view)), history_(std::move(history)) {}

  absl::StatusOr<std::optional<VersionedValue>> GetState(absl::string_view ns,
                                                         absl::string_view key) override {
    SUYUAN_RETURN_IF_ERROR(CheckKey(key));
    SUYUAN_ASSIGN_OR_RETURN(auto value, view_->Get(ns, key));
    Namespace(ns).reads[std::string(key)] = VersionOf(value);
    return value;
  }

  absl::Status SetState(absl::string_view ns, absl::string_view key,
                        absl::string_view value) override {
    return Write(ns, key, {value.empty(), false, std::string(value)});
  }

  absl::Status DeleteState(absl::string_view ns, absl::string_view key) override {
    return Write(ns, key, {true, false, ""});
  }

  absl::StatusOr<std::unique_ptr<StateIterator>> GetRange(absl::string_view ns,
                                                          absl::string_view start,
                                                          absl::string_view end) override {
    SUYUAN_RETURN_IF_ERROR(CheckRange(start, end));
    SUYUAN_ASSIGN_OR_RETURN(auto inner, view_->Range(ns, start, end));
    auto record = std::make_shared<RangeRecord>();
    record->start = std::string(start);
    record->asked_end = std::string(end);
    Namespace(ns).ranges.push_back(record);
    return std::make_unique<RecordingIterator>(std::move(inner), std::move(record));
  }

  absl::StatusOr<Page> GetRangePage(absl::string_view ns, absl::string_view start,
                                    absl::string_view end, int32_t page_size,
                                    absl::string_view bookmark) override;

  absl::StatusOr<StateMetadata> GetMetadata(absl::string_view ns, absl::string_view key) override {
    SUYUAN_ASSIGN_OR_RETURN(auto value, GetState(ns, key));
    return value ? std::move(value->metadata) : StateMetadata{};
  }

  absl::Status SetMetadata(absl::string_view ns, absl::string_view key,
                           const StateMetadata& metadata) override {
    SUYUAN_RETURN_IF_ERROR(BeforeWrite(key));
    Namespace(ns).metadata_writes[std::string(key)] = metadata;
    return absl::OkStatus();
  }

  absl::StatusOr<std::optional<VersionedValue>> GetPrivate(absl::string_view ns,
                                                           absl::string_view collection,
                                                           absl::string_view key) override {
    SUYUAN_RETURN_IF_ERROR(CheckKey(key));
    SUYUAN_ASSIGN_OR_RETURN(auto value, view_->GetPrivate(ns, collection, key));
    Collection(ns, collection).reads[std::string(key)] = VersionOf(value);
    Namespace(ns).private_reads = true;
    return value;
  }

  absl::StatusOr<std::optional<std::string>> GetPrivateHash(absl::string_view ns,
                                                            absl::string_view collection,
                                                            absl::string_view key) override {
    SUYUAN_RETURN_IF_ERROR(CheckKey(key));
    SUYUAN_ASSIGN_OR_RETURN(auto value, view_->GetPrivateHash(ns, collection, Sha256(key)));
    Collection(ns, collection).reads[std::string(key)] = VersionOf(value);
    if (!value) return std::nullopt;
    return std::move(value->value);
  }

  absl::Status SetPrivate(absl::string_view ns, absl::string_view collection, absl::string_view key,
                          absl::string_view value) override {
    return WritePrivate(ns, collection, key, {value.empty(), false, std::string(value)});
  }

  absl::Status DeletePrivate(absl::string_view ns, absl::string_view collection,
                             absl::string_view key, bool purge) override {
    return WritePrivate(ns, collection, key, {true, purge, ""});
  }

  absl::StatusOr<std::unique_ptr<HistoryIterator>> GetHistory(absl::string_view ns,
                                                              absl::string_view key) override {
    return history_(ns, key);
  }

  const StateView& view() const override { return *view_; }
  absl::StatusOr<SimulationResults> Finish() override;

 private:
  static std::optional<Version> VersionOf(const std::optional<VersionedValue>& value) {
    if (!value) return std::nullopt;
    return value->version;
  }

  static absl::Status CheckRange(absl::string_view start, absl::string_view end) {
    if (!IsUtf8(start)) return absl::InvalidArgumentError("start key is not valid UTF-8");
    if (!IsUtf8(end)) return absl::InvalidArgumentError("end key is not valid UTF-8");
    return absl::OkStatus();
  }

  absl::Status BeforeWrite(absl::string_view key) {
    SUYUAN_RETURN_IF_ERROR(CheckKey(key));
    if (paged_) {
      return absl::FailedPreconditionError(
          "a transaction with a paginated query is read-only: it must not write");
    }
    wrote_ = true;
    return absl::OkStatus();
  }

  absl::Status Write(absl::string_view ns, absl::string_view key, PendingWrite write) {
    SUYUAN_RETURN_IF_ERROR(BeforeWrite(key));
    Namespace(ns).writes[std::string(key)] = std::move(write);
    return absl::OkStatus();
  }

  absl::Status WritePrivate(absl::string_view ns, absl::string_view collection,
                            absl::string_view key, PendingWrite write) {
    SUYUAN_RETURN_IF_ERROR(BeforeWrite(key));
    Collection(ns, collection).writes[std::string(key)] = std::move(write);
    return absl::OkStatus();
  }

  NamespaceRecord& Namespace(absl::string_view ns) { return record_[std::string(ns)]; }
  CollectionRecord& Collection(absl::string_view ns, absl::string_view collection) {
    return Namespace(ns).collections[std::string(collection)];
  }

  absl::StatusOr<SimulationResults::NamespaceUse> UseOf(const std::string& name,
                                                        const NamespaceRecord& ns) const;

  const std::shared_ptr<const StateView> view_;
  const HistoryOpener history_;
  RwSetRecord record_;
  bool paged_ = false;
  bool wrote_ = false;
};

absl::StatusOr<Simulator::Page> RecordingSimulator::GetRangePage(absl::string_view ns,
                                                                 absl::string_view start,
                                                                 absl::string_view end,
                                                                 int32_t page_size,
                                                                 absl::string_view bookmark) {
  if (page_size <= 0) return absl::InvalidArgumentError("page size is not positive");
  if (wrote_) {
    return absl::FailedPreconditionError(
        "a transaction that has written must not run a paginated query");
  }
  paged_ = true;
  const absl::string_view first = bookmark.empty() ? start : bookmark;
  SUYUAN_ASSIGN_OR_RETURN(auto iterator, GetRange(ns, first, end));
  const std::shared_ptr<RangeRecord> record = Namespace(ns).ranges.back();
  Page page;
  while (static_cast<int64_t>(page.results.size()) < page_size) {
    SUYUAN_ASSIGN_OR_RETURN(auto next, iterator->Next());
    if (!next) return page;
    page.results.push_back(*std::move(next));
  }
  // A full page ends the recorded query as the end of the range would.
  record->exhausted = true;
  record->end = record->asked_end;
  const std::string behind = absl::StrCat(page.results.back().key, absl::string_view("\0", 1));
  SUYUAN_ASSIGN_OR_RETURN(auto rest, view_->Range(ns, behind, end));
  SUYUAN_ASSIGN_OR_RETURN(auto next, rest->Next());
  if (next) page.bookmark = std::move(next->key);
  return page;
}

absl::StatusOr<SimulationResults::NamespaceUse> RecordingSimulator::UseOf(
    const std::string& name, const NamespaceRecord& ns) const {
  SimulationResults::NamespaceUse use;
  std::set<std::string> written;
  for (const auto& [key, write] : ns.writes) written.insert(key);
  for (const auto& [key, write] : ns.metadata_writes) written.insert(key);
  use.public_writes = !written.empty();
  use.private_reads = ns.private_reads;
  for (const auto& [collection, record] : ns.collections) {
    if (!record.writes.empty()) use.collections.push_back(collection);
  }
  std::set<std::string> policies;
  use.all_writes_have_key_policy = use.public_writes;
  for (const std::string& key : written) {
    SUYUAN_ASSIGN_OR_RETURN(const auto value, view_->Get(name, key));
    if (value && value->metadata.count(kValidationParameter) > 0) {
      policies.insert(value->metadata.at(kValidationParameter));
    } else {
      use.all_writes_have_key_policy = false;
    }
  }
  use.key_policies.assign(policies.begin(), policies.end());
  return use;
}

absl::StatusOr<SimulationResults> RecordingSimulator::Finish() {
  SimulationResults results;
  for (const auto& [name, ns] : record_) {
    SUYUAN_ASSIGN_OR_RETURN(results.uses[name], UseOf(name, ns));
  }
  results.private_rwset = BuildPrivateRwSet(record_);
  results.public_rwset = BuildPublicRwSet(record_);
  return results;
}

}  // namespace

std::unique_ptr<Simulator> MakeSimulator(std::shared_ptr<const StateView> view,
                                         HistoryOpener history) {
  return std::make_unique<RecordingSimulator>(std::move(view), std::move(history));
}

}  // namespace suyuan::ledger
