// Which codes of a batch are bound to which lot.
//
// activation/BATCH/LAST, ranges of indexes (index_ranges.h): {"batch","lot","activatedAt"}.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "chaincode/contracts/trace/index_ranges.h"
#include "chaincode/shim/stub.h"

namespace suyuan {

absl::StatusOr<std::optional<IndexRange>> FindActivation(ChaincodeStub& stub,
                                                         const std::string& batch, uint64_t index);
absl::StatusOr<bool> HasActivation(ChaincodeStub& stub, const std::string& batch);
// The record of it.
//   kAlreadyExists  "indexes A to B of batch B are bound to lot L"
absl::StatusOr<nlohmann::json> PutActivation(ChaincodeStub& stub, const std::string& batch,
                                             uint64_t from, uint64_t to, const std::string& lot);

// The canonical name of a lot of `product` that an event has made or that is a registered batch.
// `text`: its number, its identifier in any form, or one of the maker's own.
//   kInvalidArgument  not a lot of the product      kNotFound  "lot L does not exist"
absl::StatusOr<std::string> NeedLot(ChaincodeStub& stub, const std::string& product,
                                    const std::string& text);

}  // namespace suyuan
