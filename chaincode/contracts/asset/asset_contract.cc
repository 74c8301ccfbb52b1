#include "chaincode/contracts/asset/asset_contract.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr char kColorIndex[] = "color~id";
constexpr char kStoreType[] = "kv";
// An index entry is its key; peers store no empty values.
constexpr absl::string_view kPresent("\0", 1);
constexpr int32_t kMaxPage = 1000;

absl::StatusOr<std::optional<Asset>> Find(ChaincodeStub& stub, const std::string& id) {
  SUYUAN_RETURN_IF_ERROR(CheckText("id", id, 256));
  SUYUAN_ASSIGN_OR_RETURN(const std::string text, stub.GetState(id));
  if (text.empty()) return std::optional<Asset>();
  SUYUAN_ASSIGN_OR_RETURN(Asset asset, ParseAsset(text));
  return std::optional<Asset>(std::move(asset));
}

absl::StatusOr<Asset> Need(ChaincodeStub& stub, const std::string& id) {
  SUYUAN_ASSIGN_OR_RETURN(auto asset, Find(stub, id));
  if (!asset) return absl::NotFoundError(absl::StrCat("The asset ", id, " does not exist"));
  return *std::move(asset);
}

absl::Status Write(ChaincodeStub& stub, const Asset& asset, absl::string_view event) {
  const std::string text = nlohmann::json(asset).dump();
  SUYUAN_RETURN_IF_ERROR(stub.PutState(asset.id, text));
  return stub.SetEvent(event, text);
}

absl::Status PutIndex(ChaincodeStub& stub, const Asset& asset) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string key,
                          stub.CreateCompositeKey(kColorIndex, {asset.color, asset.id}));
  return stub.PutState(key, kPresent);
}

absl::Status DropIndex(ChaincodeStub& stub, const Asset& asset) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string key,
                          stub.CreateCompositeKey(kColorIndex, {asset.color, asset.id}));
  return stub.DelState(key);
}

absl::Status Create(ChaincodeStub& stub, const Asset& asset) {
  SUYUAN_RETURN_IF_ERROR(CheckAsset(asset));
  SUYUAN_ASSIGN_OR_RETURN(const auto found, Find(stub, asset.id));
  if (found) {
    return absl::AlreadyExistsError(absl::StrCat("The asset ", asset.id, " already exists"));
  }
  SUYUAN_RETURN_IF_ERROR(PutIndex(stub, asset));
  return Write(stub, asset, "CreateAsset");
}

absl::StatusOr<nlohmann::json> AsJson(const std::vector<KeyValue>& entries) {
  nlohmann::json assets = nlohmann::json::array();
  for (const KeyValue& entry : entries) {
    SUYUAN_ASSIGN_OR_RETURN(Asset asset, ParseAsset(entry.value), entry.key);
    assets.push_back(std::move(asset));
  }
  return assets;
}

absl::StatusOr<std::string> TransientValue(const ChaincodeStub& stub, const std::string& name) {
  SUYUAN_ASSIGN_OR_RETURN(const auto transient, stub.GetTransient());
  const auto found = transient.find(name);
  if (found == transient.end()) {
    return absl::InvalidArgumentError(absl::StrCat("transient value '", name, "' is missing"));
  }
  return found->second;
}

absl::StatusOr<std::string> StoreKey(const ChaincodeStub& stub, const std::string& key) {
  SUYUAN_RETURN_IF_ERROR(CheckText("key", key));
  return stub.CreateCompositeKey(kStoreType, {key});
}

}  // namespace

AssetContract::AssetContract() : Contract("AssetContract") {
  Submit("InitLedger", {}, &AssetContract::InitLedger);
  Submit("CreateAsset", {"id", "color", "size", "owner", "appraisedValue"},
         &AssetContract::CreateAsset);
  Evaluate("ReadAsset", {"id"}, &AssetContract::ReadAsset);
  Submit("UpdateAsset", {"id", "color", "size", "owner", "appraisedValue"},
         &AssetContract::UpdateAsset);
  Submit("DeleteAsset", {"id"}, &AssetContract::DeleteAsset);
  Evaluate("AssetExists", {"id"}, &AssetContract::AssetExists);
  Submit("TransferAsset", {"id", "newOwner"}, &AssetContract::TransferAsset);
  Evaluate("GetAllAssets", {}, &AssetContract::GetAllAssets);
  Evaluate("GetAssetsPage", {"pageSize", "bookmark"}, &AssetContract::GetAssetsPage);
  Evaluate("GetAssetsByColor", {"color"}, &AssetContract::GetAssetsByColor);
  Evaluate("GetAssetHistory", {"id"}, &AssetContract::GetAssetHistory);
  Submit("CreateAssetFromTransient", {}, &AssetContract::CreateAssetFromTransient);
  Evaluate("ReadTransient", {"name"}, &AssetContract::ReadTransient);
  Submit("Put", {"key", "value"}, &AssetContract::Put);
  Evaluate("Get", {"key"}, &AssetContract::Get);
  Submit("Update", {"key", "value"}, &AssetContract::Update);
}

absl::Status AssetContract::InitLedger(TransactionContext& tx) const {
  tx.stub().StartWriteBatch();
  for (const Asset& asset : SampleAssets()) {
    SUYUAN_RETURN_IF_ERROR(PutIndex(tx.stub(), asset));
    SUYUAN_RETURN_IF_ERROR(tx.stub().PutState(asset.id, nlohmann::json(asset).dump()));
  }
  SUYUAN_RETURN_IF_ERROR(tx.stub().FinishWriteBatch());
  return tx.stub().SetEvent("InitLedger", nlohmann::json(SampleAssets()).dump());
}

absl::Status AssetContract::CreateAsset(TransactionContext& tx, const std::string& id,
                                        const std::string& color, int64_t size,
                                        const std::string& owner, int64_t value) const {
  return Create(tx.stub(), {id, color, size, owner, value});
}

absl::StatusOr<std::string> AssetContract::ReadAsset(TransactionContext& tx,
                                                     const std::string& id) const {
  SUYUAN_ASSIGN_OR_RETURN(const Asset asset, Need(tx.stub(), id));
  return nlohmann::json(asset).dump();
}

absl::Status AssetContract::UpdateAsset(TransactionContext& tx, const std::string& id,
                                        const std::string& color, int64_t size,
                                        const std::string& owner, int64_t value) const {
  const Asset asset{id, color, size, owner, value};
  SUYUAN_RETURN_IF_ERROR(CheckAsset(asset));
  SUYUAN_ASSIGN_OR_RETURN(const Asset old, Need(tx.stub(), id));
  if (old.color != color) {
    SUYUAN_RETURN_IF_ERROR(DropIndex(tx.stub(), old));
    SUYUAN_RETURN_IF_ERROR(PutIndex(tx.stub(), asset));
  }
  return Write(tx.stub(), asset, "UpdateAsset");
}

absl::Status AssetContract::DeleteAsset(TransactionContext& tx, const std::string& id) const {
  SUYUAN_ASSIGN_OR_RETURN(const Asset asset, Need(tx.stub(), id));
  SUYUAN_RETURN_IF_ERROR(DropIndex(tx.stub(), asset));
  SUYUAN_RETURN_IF_ERROR(tx.stub().DelState(id));
  return tx.stub().SetEvent("DeleteAsset", nlohmann::json(asset).dump());
}

absl::StatusOr<bool> AssetContract::AssetExists(TransactionContext& tx,
                                                const std::string& id) const {
  SUYUAN_ASSIGN_OR_RETURN(const auto asset, Find(tx.stub(), id));
  return asset.has_value();
}

absl::StatusOr<std::string> AssetContract::TransferAsset(TransactionContext& tx,
                                                         const std::string& id,
                                                         const std::string& new_owner) const {
  SUYUAN_RETURN_IF_ERROR(CheckText("newOwner", new_owner, 256));
  SUYUAN_ASSIGN_OR_RETURN(Asset asset, Need(tx.stub(), id));
  std::string old_owner = std::exchange(asset.owner, new_owner);
  SUYUAN_RETURN_IF_ERROR(Write(tx.stub(), asset, "TransferAsset"));
  return old_owner;
}

absl::StatusOr<nlohmann::json> AssetContract::GetAllAssets(TransactionContext& tx) const {
  SUYUAN_ASSIGN_OR_RETURN(const auto iterator, tx.stub().GetStateByRange("", ""));
  std::vector<KeyValue> all;
  while (true) {
    SUYUAN_ASSIGN_OR_RETURN(auto entry, iterator->Next());
    if (!entry) return AsJson(all);
    all.push_back(*std::move(entry));
  }
}

absl::StatusOr<nlohmann::json> AssetContract::GetAssetsPage(TransactionContext& tx,
                                                            int32_t page_size,
                                                            const std::string& bookmark) const {
  if (page_size < 1 || page_size > kMaxPage) {
    return absl::InvalidArgumentError(
        absl::StrCat("argument 'pageSize': is not from 1 to ", kMaxPage));
  }
  SUYUAN_ASSIGN_OR_RETURN(const QueryPage page,
                          tx.stub().GetStateByRangeWithPagination("", "", page_size, bookmark));
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json assets, AsJson(page.results));
  return nlohmann::json{{"assets", std::move(assets)}, {"bookmark", page.bookmark}};
}

absl::StatusOr<nlohmann::json> AssetContract::GetAssetsByColor(TransactionContext& tx,
                                                               const std::string& color) const {
  SUYUAN_RETURN_IF_ERROR(CheckText("color", color, 256));
  SUYUAN_ASSIGN_OR_RETURN(const auto iterator,
                          tx.stub().GetStateByPartialCompositeKey(kColorIndex, {color}));
  nlohmann::json assets = nlohmann::json::array();
  while (true) {
    SUYUAN_ASSIGN_OR_RETURN(const auto entry, iterator->Next());
    if (!entry) return assets;
    SUYUAN_ASSIGN_OR_RETURN(const CompositeKey key, tx.stub().SplitCompositeKey(entry->key));
    SUYUAN_ASSIGN_OR_RETURN(const Asset asset, Need(tx.stub(), key.attributes.at(1)));
    assets.push_back(asset);
  }
}

absl::StatusOr<nlohmann::json> AssetContract::GetAssetHistory(TransactionContext& tx,
                                                              const std::string& id) const {
  SUYUAN_RETURN_IF_ERROR(CheckText("id", id, 256));
  SUYUAN_ASSIGN_OR_RETURN(const auto iterator, tx.stub().GetHistoryForKey(id));
  nlohmann::json history = nlohmann::json::array();
  while (true) {
    SUYUAN_ASSIGN_OR_RETURN(const auto change, iterator->Next());
    if (!change) return history;
    nlohmann::json entry{
        {"TxId", change->tx_id},
        {"Timestamp", absl::FormatTime(absl::RFC3339_full, change->timestamp, absl::UTCTimeZone())},
        {"IsDelete", change->is_delete}};
    if (!change->is_delete) {
      SUYUAN_ASSIGN_OR_RETURN(entry["Asset"], ParseAsset(change->value));
    }
    history.push_back(std::move(entry));
  }
}

absl::Status AssetContract::CreateAssetFromTransient(TransactionContext& tx) const {
  SUYUAN_ASSIGN_OR_RETURN(const std::string text, TransientValue(tx.stub(), "asset"));
  const auto asset = ParseAsset(text);
  if (!asset.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("transient value 'asset': ", asset.status().message()));
  }
  return Create(tx.stub(), *asset);
}

absl::StatusOr<std::string> AssetContract::ReadTransient(TransactionContext& tx,
                                                         const std::string& name) const {
  return TransientValue(tx.stub(), name);
}

absl::Status AssetContract::Put(TransactionContext& tx, const std::string& key,
                                const std::string& value) const {
  SUYUAN_ASSIGN_OR_RETURN(const std::string full, StoreKey(tx.stub(), key));
  SUYUAN_RETURN_IF_ERROR(tx.stub().PutState(full, value));
  return tx.stub().SetEvent("Put", key);
}

absl::StatusOr<std::string> AssetContract::Get(TransactionContext& tx,
                                               const std::string& key) const {
  SUYUAN_ASSIGN_OR_RETURN(const std::string full, StoreKey(tx.stub(), key));
  SUYUAN_ASSIGN_OR_RETURN(std::string value, tx.stub().GetState(full));
  if (value.empty()) return absl::NotFoundError(absl::StrCat("The key ", key, " does not exist"));
  return value;
}

absl::Status AssetContract::Update(TransactionContext& tx, const std::string& key,
                                   const std::string& value) const {
  SUYUAN_ASSIGN_OR_RETURN(const std::string full, StoreKey(tx.stub(), key));
  SUYUAN_RETURN_IF_ERROR(tx.stub().GetState(full));
  SUYUAN_RETURN_IF_ERROR(tx.stub().PutState(full, value));
  return tx.stub().SetEvent("Update", key);
}

std::unique_ptr<Chaincode> MakeAssetChaincode() {
  std::vector<std::unique_ptr<Contract>> contracts;
  contracts.push_back(std::make_unique<AssetContract>());
  return MakeContractChaincode("asset", "1.0", std::move(contracts));
}

}  // namespace suyuan
