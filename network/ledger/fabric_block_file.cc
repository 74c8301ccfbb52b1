#include "network/ledger/fabric_block_file.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/ledger/codec.h"

namespace suyuan::ledger {
namespace {

absl::Status Malformed(absl::string_view field) {
  return absl::DataLossError(absl::StrCat(field, " is cut short or malformed"));
}

absl::StatusOr<std::string> TakeBytes(absl::string_view* in, absl::string_view field) {
  const auto part = TakePart(in);
  if (!part) return Malformed(field);
  return std::string(*part);
}

template <typename Add>
absl::Status TakeList(absl::string_view* in, absl::string_view field, Add add) {
  const auto count = TakeVarint(in);
  if (!count) return Malformed(field);
  for (uint64_t i = 0; i < *count; ++i) {
    SUYUAN_ASSIGN_OR_RETURN(std::string entry, TakeBytes(in, absl::StrCat(field, "[", i, "]")));
    add(std::move(entry));
  }
  return absl::OkStatus();
}

}  // namespace

std::string EncodeFabricBlock(const ::common::Block& block) {
  std::string out;
  PutVarint(&out, block.header().number());
  PutPart(&out, block.header().data_hash());
  PutPart(&out, block.header().previous_hash());
  PutVarint(&out, static_cast<uint64_t>(block.data().data_size()));
  for (const std::string& entry : block.data().data()) PutPart(&out, entry);
  PutVarint(&out, static_cast<uint64_t>(block.metadata().metadata_size()));
  for (const std::string& entry : block.metadata().metadata()) PutPart(&out, entry);
  return out;
}

absl::StatusOr<absl::string_view> TakeFabricRecord(absl::string_view* in) {
  absl::string_view rest = *in;
  const auto record = TakePart(&rest);
  if (!record) return absl::DataLossError("record length does not fit what follows");
  std::string length;
  PutVarint(&length, record->size());
  if (in->substr(0, length.size()) != length) {
    return absl::DataLossError("record length is not in canonical form");
  }
  *in = rest;
  return *record;
}

absl::StatusOr<::common::Block> DecodeFabricBlock(absl::string_view record) {
  absl::string_view in = record;
  ::common::Block block;
  const auto number = TakeVarint(&in);
  if (!number) return Malformed("header.number");
  block.mutable_header()->set_number(*number);
  SUYUAN_ASSIGN_OR_RETURN(*block.mutable_header()->mutable_data_hash(),
                          TakeBytes(&in, "header.data_hash"));
  SUYUAN_ASSIGN_OR_RETURN(*block.mutable_header()->mutable_previous_hash(),
                          TakeBytes(&in, "header.previous_hash"));
  SUYUAN_RETURN_IF_ERROR(TakeList(
      &in, "data", [&](std::string entry) { block.mutable_data()->add_data(std::move(entry)); }));
  SUYUAN_RETURN_IF_ERROR(TakeList(&in, "metadata", [&](std::string entry) {
    block.mutable_metadata()->add_metadata(std::move(entry));
  }));
  if (!in.empty()) return absl::DataLossError("bytes behind metadata");
  if (EncodeFabricBlock(block) != record)
    return absl::DataLossError("record is not in canonical form");
  return block;
}

}  // namespace suyuan::ledger
