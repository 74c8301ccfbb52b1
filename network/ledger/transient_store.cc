#include "network/ledger/transient_store.h"

#include <utility>

#include "network/common/status_macros.h"
#include "network/crypto/hash.h"
#include "network/ledger/codec.h"
#include "network/ledger/level_db.h"

namespace suyuan {
namespace {

using ledger::LevelDb;
using ledger::Slice;

// By transaction: "t", id, content hash -> height, write set.
// By height: "h", height, the key above -> nothing.
class LevelTransientStore final : public TransientStore {
 public:
  explicit LevelTransientStore(std::shared_ptr<LevelDb> db) : db_(std::move(db)) {}

  absl::Status Put(absl::string_view tx_id, absl::string_view private_rwset,
                   uint64_t height) override {
    const std::string key = TxPrefix(tx_id) + Sha256(private_rwset);
    std::string value;
    ledger::PutOrdered64(&value, height);
    value.append(private_rwset.data(), private_rwset.size());
    leveldb::WriteBatch batch;
    batch.Put(key, value);
    batch.Put(HeightPrefix(height) + key, Slice(""));
    return db_->Write(&batch, false);
  }

  absl::StatusOr<std::vector<std::string>> Get(absl::string_view tx_id) const override {
    std::vector<std::string> out;
    const std::string prefix = TxPrefix(tx_id);
    const auto it = Iterate();
    for (it->Seek(prefix); it->Valid() && it->key().starts_with(prefix); it->Next()) {
      if (it->value().size() < 8) return absl::DataLossError("transient store: short record");
      out.emplace_back(it->value().data() + 8, it->value().size() - 8);
    }
    SUYUAN_RETURN_IF_ERROR(ledger::FromLevelDb(it->status(), "read the transient store"));
    return out;
  }

  absl::Status Remove(const std::vector<std::string>& tx_ids) override {
    leveldb::WriteBatch batch;
    const auto it = Iterate();
    for (const std::string& tx_id : tx_ids) {
      const std::string prefix = TxPrefix(tx_id);
      for (it->Seek(prefix); it->Valid() && it->key().starts_with(prefix); it->Next()) {
        const std::string key = it->key().ToString();
        batch.Delete(key);
        if (it->value().size() < 8) continue;
        batch.Delete(HeightPrefix(ledger::GetOrdered64(it->value().data())) + key);
      }
    }
    SUYUAN_RETURN_IF_ERROR(ledger::FromLevelDb(it->status(), "read the transient store"));
    return db_->Write(&batch, false);
  }

  absl::Status PurgeBelow(uint64_t height) override {
    leveldb::WriteBatch batch;
    const auto it = Iterate();
    const std::string end = HeightPrefix(height);
    for (it->Seek("h"); it->Valid() && it->key().compare(end) < 0; it->Next()) {
      batch.Delete(it->key());
      // Put again at another height, it stays.
      const std::string key = it->key().ToString().substr(end.size());
      SUYUAN_ASSIGN_OR_RETURN(const auto value, db_->Get(key));
      if (value && value->size() >= 8 && ledger::GetOrdered64(value->data()) < height) {
        batch.Delete(key);
      }
    }
    SUYUAN_RETURN_IF_ERROR(ledger::FromLevelDb(it->status(), "read the transient store"));
    return db_->Write(&batch, false);
  }

  absl::Status Visit(const std::function<absl::Status(absl::string_view, absl::string_view)>& visit)
      const override {
    const auto it = Iterate();
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      SUYUAN_RETURN_IF_ERROR(visit(ledger::View(it->key()), ledger::View(it->value())));
    }
    return ledger::FromLevelDb(it->status(), "read the transient store");
  }

 private:
  static std::string TxPrefix(absl::string_view tx_id) {
    std::string key = "t";
    ledger::PutPart(&key, tx_id);
    return key;
  }
  static std::string HeightPrefix(uint64_t height) {
    std::string key = "h";
    ledger::PutOrdered64(&key, height);
    return key;
  }
  std::unique_ptr<leveldb::Iterator> Iterate() const {
    return std::unique_ptr<leveldb::Iterator>(db_->raw()->NewIterator({}));
  }

  const std::shared_ptr<LevelDb> db_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<TransientStore>> TransientStore::Open(
    const std::filesystem::path& dir) {
  SUYUAN_ASSIGN_OR_RETURN(auto db, LevelDb::Open(dir));
  return std::make_unique<LevelTransientStore>(std::move(db));
}

}  // namespace suyuan
