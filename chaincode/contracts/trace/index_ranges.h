// Disjoint ranges of a batch's code indexes, each with a record. Stored under plain
// keys KIND/BATCH/LAST-INDEX, so that the range over an index is the first key from
// that index on: one short range read, however many ranges a batch has.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "chaincode/shim/stub.h"

namespace suyuan {

// Both ends are inclusive.
struct IndexRange {
  uint64_t from = 0;
  uint64_t to = 0;
  nlohmann::json record;
};

// kInvalidArgument unless from <= to < count.
absl::Status CheckIndexRange(uint64_t from, uint64_t to, uint64_t count);

// The range over `index`, or else the next one above it.
absl::StatusOr<std::optional<IndexRange>> RangeFrom(ChaincodeStub& stub, absl::string_view kind,
                                                    absl::string_view batch, uint64_t index);
// The range over `index`.
absl::StatusOr<std::optional<IndexRange>> RangeOver(ChaincodeStub& stub, absl::string_view kind,
                                                    absl::string_view batch, uint64_t index);
absl::Status PutRange(ChaincodeStub& stub, absl::string_view kind, absl::string_view batch,
                      const IndexRange& range);
// Puts `inner` in place of that part of `outer`, which contains it; what is left of
// `outer` keeps its record.
absl::Status ReplacePart(ChaincodeStub& stub, absl::string_view kind, absl::string_view batch,
                         const IndexRange& outer, const IndexRange& inner);

// The ranges that meet `span`, ascending.
//   kResourceExhausted  more than `limit`
absl::StatusOr<std::vector<IndexRange>> RangesIn(ChaincodeStub& stub, absl::string_view kind,
                                                 absl::string_view batch, const IndexRange& span,
                                                 size_t limit);
// Puts `range` in place of those parts of `met`, which are RangesIn() of it; what is left of them
// keeps its record.
absl::Status PutOver(ChaincodeStub& stub, absl::string_view kind, absl::string_view batch,
                     const std::vector<IndexRange>& met, const IndexRange& range);

}  // namespace suyuan
