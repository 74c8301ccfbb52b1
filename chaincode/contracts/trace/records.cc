#include "chaincode/contracts/trace/records.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "chaincode/contracts/trace/fields.h"
#include "network/common/status_macros.h"

namespace suyuan {

absl::StatusOr<std::optional<nlohmann::json>> FindRecord(ChaincodeStub& stub,
                                                         absl::string_view key) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string text, stub.GetState(key));
  if (text.empty()) return std::optional<nlohmann::json>();
  auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) {
    return absl::InternalError(absl::StrCat("record ", key, " is not JSON"));
  }
  return std::optional<nlohmann::json>(std::move(json));
}

absl::StatusOr<nlohmann::json> NeedRecord(ChaincodeStub& stub, absl::string_view key,
                                          absl::string_view what, absl::string_view id) {
  SUYUAN_ASSIGN_OR_RETURN(auto record, FindRecord(stub, key));
  if (!record) return absl::NotFoundError(absl::StrCat(what, " ", id, " does not exist"));
  return *std::move(record);
}

absl::Status NeedAbsent(ChaincodeStub& stub, absl::string_view key, absl::string_view what,
                        absl::string_view id) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string text, stub.GetState(key));
  if (text.empty()) return absl::OkStatus();
  return absl::AlreadyExistsError(absl::StrCat(what, " ", id, " already exists"));
}

absl::Status PutRecord(ChaincodeStub& stub, absl::string_view key, const nlohmann::json& record) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string text, internal::DumpJson(record));
  return stub.PutState(key, text);
}

absl::Status Announce(ChaincodeStub& stub, absl::string_view event, const nlohmann::json& payload) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string text, internal::DumpJson(payload));
  return stub.SetEvent(event, text);
}

absl::Status Append(ChaincodeStub& stub, absl::string_view type,
                    absl::Span<const std::string> parts, const nlohmann::json& record) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string key, stub.CreateCompositeKey(type, parts));
  return PutRecord(stub, key, record);
}

absl::StatusOr<nlohmann::json> ListRecords(ChaincodeStub& stub, absl::string_view type,
                                           absl::Span<const std::string> parts, size_t limit) {
  SUYUAN_ASSIGN_OR_RETURN(const auto iterator, stub.GetStateByPartialCompositeKey(type, parts));
  nlohmann::json out = nlohmann::json::array();
  while (out.size() < limit) {
    SUYUAN_ASSIGN_OR_RETURN(const auto entry, iterator->Next());
    if (!entry) break;
    auto json = nlohmann::json::parse(entry->value, nullptr, /*allow_exceptions=*/false);
    if (json.is_discarded()) return absl::InternalError("a record is not JSON");
    out.push_back(std::move(json));
  }
  return out;
}

absl::StatusOr<nlohmann::json> RecordHistory(ChaincodeStub& stub, absl::string_view key) {
  SUYUAN_ASSIGN_OR_RETURN(const auto iterator, stub.GetHistoryForKey(key));
  std::vector<nlohmann::json> newest_first;
  while (true) {
    SUYUAN_ASSIGN_OR_RETURN(const auto version, iterator->Next());
    if (!version) break;
    newest_first.push_back(nlohmann::json::parse(version->value, nullptr, false));
    if (newest_first.back().is_discarded()) return absl::InternalError("a record is not JSON");
  }
  return nlohmann::json(std::vector<nlohmann::json>(newest_first.rbegin(), newest_first.rend()));
}

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone());
}

absl::StatusOr<std::string> TransactionTime(const ChaincodeStub& stub) {
  SUYUAN_ASSIGN_OR_RETURN(const absl::Time time, stub.GetTxTimestamp());
  return TimeText(time);
}

absl::StatusOr<std::string> Today(const ChaincodeStub& stub) {
  SUYUAN_ASSIGN_OR_RETURN(const absl::Time time, stub.GetTxTimestamp());
  return ChinaDay(time);
}

absl::Status NeedOwner(const TransactionContext& tx, absl::string_view owner,
                       absl::string_view what) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string msp, tx.MspId());
  if (msp == owner) return absl::OkStatus();
  return absl::PermissionDeniedError(
      absl::StrCat("only ", owner, " may ", what, ", the client is of ", msp));
}

absl::StatusOr<std::string> NeedTransient(const ChaincodeStub& stub, const std::string& name) {
  SUYUAN_ASSIGN_OR_RETURN(const auto transient, stub.GetTransient());
  const auto found = transient.find(name);
  if (found == transient.end()) {
    return absl::InvalidArgumentError(absl::StrCat("transient value '", name, "' is missing"));
  }
  return found->second;
}

std::string PaddedIndex(uint64_t index) { return absl::StrFormat("%010d", index); }

}  // namespace suyuan
