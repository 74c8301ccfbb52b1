// The sample to copy: assets with an owner, after Fabric's basic asset transfer
// (same argument order, JSON fields and error texts).
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "chaincode/contracts/asset/asset.h"
#include "chaincode/shim/contract.h"

namespace suyuan {

class AssetContract : public Contract {
 public:
  AssetContract();

 private:
  absl::Status InitLedger(TransactionContext& tx) const;
  absl::Status CreateAsset(TransactionContext& tx, const std::string& id, const std::string& color,
                           int64_t size, const std::string& owner, int64_t value) const;
  absl::StatusOr<std::string> ReadAsset(TransactionContext& tx, const std::string& id) const;
  absl::Status UpdateAsset(TransactionContext& tx, const std::string& id, const std::string& color,
                           int64_t size, const std::string& owner, int64_t value) const;
  absl::Status DeleteAsset(TransactionContext& tx, const std::string& id) const;
  absl::StatusOr<bool> AssetExists(TransactionContext& tx, const std::string& id) const;
  // Returns the old owner.
  absl::StatusOr<std::string> TransferAsset(TransactionContext& tx, const std::string& id,
                                            const std::string& new_owner) const;
  absl::StatusOr<nlohmann::json> GetAllAssets(TransactionContext& tx) const;

  // {"assets":[...],"bookmark":B}; an empty bookmark starts, and ends.
  absl::StatusOr<nlohmann::json> GetAssetsPage(TransactionContext& tx, int32_t page_size,
                                               const std::string& bookmark) const;
  // Over the color~id index.
  absl::StatusOr<nlohmann::json> GetAssetsByColor(TransactionContext& tx,
                                                  const std::string& color) const;
  // [{"TxId","Timestamp","IsDelete","Asset"}], newest first.
  absl::StatusOr<nlohmann::json> GetAssetHistory(TransactionContext& tx,
                                                 const std::string& id) const;
  // CreateAsset with the fields as JSON in the transient value "asset", so that
  // they are not among the transaction's arguments.
  absl::Status CreateAssetFromTransient(TransactionContext& tx) const;
  // Transient value NAME as the endorser sees it.
  absl::StatusOr<std::string> ReadTransient(TransactionContext& tx, const std::string& name) const;

  // For benchmarks: plain values in a key space of their own. Update reads first.
  absl::Status Put(TransactionContext& tx, const std::string& key, const std::string& value) const;
  absl::StatusOr<std::string> Get(TransactionContext& tx, const std::string& key) const;
  absl::Status Update(TransactionContext& tx, const std::string& key,
                      const std::string& value) const;
};

// AssetContract alone.
std::unique_ptr<Chaincode> MakeAssetChaincode();

}  // namespace suyuan
