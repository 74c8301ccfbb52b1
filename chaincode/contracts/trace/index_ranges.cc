#include "chaincode/contracts/trace/index_ranges.h"

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/records.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

std::string Key(absl::string_view kind, absl::string_view batch, uint64_t to) {
  return absl::StrCat(kind, "/", batch, "/", PaddedIndex(to));
}

}  // namespace

absl::Status CheckIndexRange(uint64_t from, uint64_t to, uint64_t count) {
  if (from > to) return internal::ArgumentError("to", "is below 'from'");
  if (to >= count) {
    return internal::ArgumentError("to", absl::StrCat("is not below the batch's count ", count));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<IndexRange>> RangeFrom(ChaincodeStub& stub, absl::string_view kind,
                                                    absl::string_view batch, uint64_t index) {
  // ':' follows '9': past the last index of this batch.
  SUYUAN_ASSIGN_OR_RETURN(
      const auto iterator,
      stub.GetStateByRange(Key(kind, batch, index), absl::StrCat(kind, "/", batch, "/:")));
  SUYUAN_ASSIGN_OR_RETURN(const auto entry, iterator->Next());
  SUYUAN_RETURN_IF_ERROR(iterator->Close());
  if (!entry) return std::optional<IndexRange>();
  auto json = nlohmann::json::parse(entry->value, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("from") || !json.contains("to")) {
    return absl::InternalError(absl::StrCat("range ", entry->key, " is malformed"));
  }
  IndexRange range{json["from"], json["to"], nullptr};
  range.record = std::move(json);
  return std::optional<IndexRange>(std::move(range));
}

absl::StatusOr<std::optional<IndexRange>> RangeOver(ChaincodeStub& stub, absl::string_view kind,
                                                    absl::string_view batch, uint64_t index) {
  SUYUAN_ASSIGN_OR_RETURN(auto range, RangeFrom(stub, kind, batch, index));
  if (range && range->from > index) range.reset();
  return range;
}

absl::Status PutRange(ChaincodeStub& stub, absl::string_view kind, absl::string_view batch,
                      const IndexRange& range) {
  nlohmann::json record = range.record;
  record["from"] = range.from;
  record["to"] = range.to;
  return PutRecord(stub, Key(kind, batch, range.to), record);
}

absl::Status ReplacePart(ChaincodeStub& stub, absl::string_view kind, absl::string_view batch,
                         const IndexRange& outer, const IndexRange& inner) {
  if (outer.from < inner.from) {
    SUYUAN_RETURN_IF_ERROR(PutRange(stub, kind, batch, {outer.from, inner.from - 1, outer.record}));
  }
  if (inner.to < outer.to) {
    SUYUAN_RETURN_IF_ERROR(PutRange(stub, kind, batch, {inner.to + 1, outer.to, outer.record}));
  }
  return PutRange(stub, kind, batch, inner);
}

absl::StatusOr<std::vector<IndexRange>> RangesIn(ChaincodeStub& stub, absl::string_view kind,
                                                 absl::string_view batch, const IndexRange& span,
                                                 size_t limit) {
  std::vector<IndexRange> met;
  for (uint64_t next = span.from; next <= span.to; next = met.back().to + 1) {
    SUYUAN_ASSIGN_OR_RETURN(auto range, RangeFrom(stub, kind, batch, next));
    if (!range || range->from > span.to) break;
    if (met.size() == limit) {
      return absl::ResourceExhaustedError(absl::StrCat("indexes ", span.from, " to ", span.to,
                                                       " of batch ", batch, " are in more than ",
                                                       limit, " ranges: take fewer at once"));
    }
    met.push_back(*std::move(range));
  }
  return met;
}

absl::Status PutOver(ChaincodeStub& stub, absl::string_view kind, absl::string_view batch,
                     const std::vector<IndexRange>& met, const IndexRange& range) {
  for (const IndexRange& old : met) {
    if (old.from < range.from) {
      SUYUAN_RETURN_IF_ERROR(PutRange(stub, kind, batch, {old.from, range.from - 1, old.record}));
    }
    // What is left above keeps the key of the old one; else that key is the new one's, or goes.
    if (range.to < old.to) {
      SUYUAN_RETURN_IF_ERROR(PutRange(stub, kind, batch, {range.to + 1, old.to, old.record}));
    } else if (old.to < range.to) {
      SUYUAN_RETURN_IF_ERROR(stub.DelState(Key(kind, batch, old.to)));
    }
  }
  return PutRange(stub, kind, batch, range);
}

}  // namespace suyuan
