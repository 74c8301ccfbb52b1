// JSON records in the ledger, as every trace contract reads and writes them.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "chaincode/shim/contract.h"

namespace suyuan {

// nullopt when absent.
absl::StatusOr<std::optional<nlohmann::json>> FindRecord(ChaincodeStub& stub,
                                                         absl::string_view key);
// kNotFound "WHAT ID does not exist".
absl::StatusOr<nlohmann::json> NeedRecord(ChaincodeStub& stub, absl::string_view key,
                                          absl::string_view what, absl::string_view id);
// kAlreadyExists "WHAT ID already exists".
absl::Status NeedAbsent(ChaincodeStub& stub, absl::string_view key, absl::string_view what,
                        absl::string_view id);
absl::Status PutRecord(ChaincodeStub& stub, absl::string_view key, const nlohmann::json& record);
absl::Status Announce(ChaincodeStub& stub, absl::string_view event, const nlohmann::json& payload);

// Blind write of an append-only record under a composite key.
absl::Status Append(ChaincodeStub& stub, absl::string_view type,
                    absl::Span<const std::string> parts, const nlohmann::json& record);
// The records under a partial composite key, in key order; at most `limit`.
absl::StatusOr<nlohmann::json> ListRecords(ChaincodeStub& stub, absl::string_view type,
                                           absl::Span<const std::string> parts,
                                           size_t limit = 100'000);

// Every value that `key` has had, oldest first (kInternal when one is not JSON). For queries
// alone: history is no part of what a transaction read.
absl::StatusOr<nlohmann::json> RecordHistory(ChaincodeStub& stub, absl::string_view key);

// RFC 3339 in UTC of the channel header's time.
absl::StatusOr<std::string> TransactionTime(const ChaincodeStub& stub);
std::string TimeText(absl::Time time);
// ChinaDay() (fields.h) of that time.
absl::StatusOr<std::string> Today(const ChaincodeStub& stub);
// kPermissionDenied "only OWNER may WHAT" unless the client is of `owner`.
absl::Status NeedOwner(const TransactionContext& tx, absl::string_view owner,
                       absl::string_view what);
// Transient value `name`; kInvalidArgument when missing.
absl::StatusOr<std::string> NeedTransient(const ChaincodeStub& stub, const std::string& name);

// Decimal with leading zeros, so that keys sort as numbers; 10 digits.
std::string PaddedIndex(uint64_t index);

}  // namespace suyuan
