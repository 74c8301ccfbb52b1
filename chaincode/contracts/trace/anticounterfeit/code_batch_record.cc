#include "chaincode/contracts/trace/anticounterfeit/code_batch_record.h"

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

std::string BatchKey(absl::string_view batch) { return absl::StrCat("batch/", batch); }

}  // namespace

void to_json(nlohmann::json& json, const CodeBatchRecord& b) {
  json = {{"batch", b.batch},          {"issuer", b.issuer},       {"product", b.product},
          {"count", b.count},          {"length", b.length},       {"root", b.root},
          {"publicKey", b.public_key}, {"scanLimit", b.scan_limit}};
  if (b.inner_length != 0)
    json.update({{"innerRoot", b.inner_root}, {"innerLength", b.inner_length}});
}

absl::StatusOr<std::optional<CodeBatchRecord>> FindBatch(ChaincodeStub& stub,
                                                         const std::string& batch) {
  SUYUAN_RETURN_IF_ERROR(CheckId("batch", batch));
  SUYUAN_ASSIGN_OR_RETURN(const auto json, FindRecord(stub, BatchKey(batch)));
  if (!json) return std::optional<CodeBatchRecord>();
  try {
    return std::optional<CodeBatchRecord>(CodeBatchRecord{
        json->at("batch"), json->at("issuer"), json->at("product"), json->at("count"),
        json->at("length"), json->at("root"), json->at("publicKey"), json->at("scanLimit"),
        json->value("innerRoot", ""), json->value("innerLength", 0)});
  } catch (const nlohmann::json::exception& e) {
    return absl::InternalError(absl::StrCat("not a batch: ", e.what()));
  }
}

absl::StatusOr<CodeBatchRecord> NeedBatch(ChaincodeStub& stub, const std::string& batch) {
  SUYUAN_ASSIGN_OR_RETURN(auto record, FindBatch(stub, batch));
  if (!record) return absl::NotFoundError(absl::StrCat("batch ", batch, " does not exist"));
  return *std::move(record);
}

absl::Status SaveBatch(ChaincodeStub& stub, const CodeBatchRecord& batch) {
  return PutRecord(stub, BatchKey(batch.batch), batch);
}

}  // namespace suyuan
