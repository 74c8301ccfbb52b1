#include "network/ledger/history.h"

#include <utility>

#include "network/common/status_macros.h"
#include "network/ledger/transaction_reader.h"

namespace suyuan::ledger {
namespace {

class BlockHistory final : public HistoryIterator {
 public:
  BlockHistory(std::shared_ptr<const DbView> view, std::shared_ptr<const BlockSource> blocks,
               absl::string_view ns, absl::string_view key)
      : view_(std::move(view)),
        blocks_(std::move(blocks)),
        ns_(ns),
        key_(key),
        prefix_(HistoryPrefix(ns, key)) {
    leveldb::ReadOptions options;
    options.snapshot = view_->snapshot();
    iterator_.reset(view_->db()->raw()->NewIterator(options));
    iterator_->Seek(prefix_);
  }

  absl::StatusOr<std::optional<KeyModification>> Next() override {
    SUYUAN_RETURN_IF_ERROR(FromLevelDb(iterator_->status(), "read the history"));
    if (!iterator_->Valid() || !iterator_->key().starts_with(prefix_)) return std::nullopt;
    const auto version = HistoryVersion(View(iterator_->key()).substr(prefix_.size()));
    if (!version) return absl::DataLossError("history: malformed key");
    iterator_->Next();
    SUYUAN_ASSIGN_OR_RETURN(KeyModification found, Read(*version));
    return found;
  }

 private:
  absl::StatusOr<KeyModification> Read(const Version& version) {
    if (!block_ || block_->header().number() != version.block) {
      SUYUAN_ASSIGN_OR_RETURN(block_, blocks_->Get(version.block));
    }
    auto damaged = [&](absl::string_view why) {
      return absl::DataLossError(
          absl::StrCat("block ", version.block, " transaction ", version.tx, ": ", why));
    };
    if (version.tx >= static_cast<uint64_t>(block_->data().data_size())) return damaged("missing");
    SUYUAN_ASSIGN_OR_RETURN(const StoredTransaction tx,
                            ReadTransaction(block_->data().data(static_cast<int>(version.tx))));
    const NamespaceRwSet* ns = tx.rwset == nullptr ? nullptr : tx.rwset->Find(ns_);
    if (ns == nullptr) return damaged("no writes");
    KeyModification out{.tx_id = tx.tx_id, .timestamp = tx.timestamp, .version = version};
    for (const auto& write : ns->kv.writes()) {
      if (write.key() != key_) continue;
      out.is_delete = IsDelete(write);
      out.value = write.value();
      return out;
    }
    return damaged("does not write the key");
  }

  const std::shared_ptr<const DbView> view_;
  const std::shared_ptr<const BlockSource> blocks_;
  const std::string ns_;
  const std::string key_;
  const std::string prefix_;
  std::unique_ptr<leveldb::Iterator> iterator_;
  std::optional<::common::Block> block_;  // the last one read
};

}  // namespace

absl::StatusOr<std::unique_ptr<HistoryIterator>> OpenHistory(
    std::shared_ptr<const DbView> view, std::shared_ptr<const BlockSource> blocks,
    absl::string_view ns, absl::string_view key) {
  return std::make_unique<BlockHistory>(std::move(view), std::move(blocks), ns, key);
}

}  // namespace suyuan::ledger
