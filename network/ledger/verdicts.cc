#include "network/ledger/verdicts.h"

#include "absl/strings/str_cat.h"

namespace suyuan::ledger {
namespace {

constexpr int kSlots = 5;

absl::string_view Slot(const ::common::Block& block, int index) {
  if (block.metadata().metadata_size() <= index) return "";
  return block.metadata().metadata(index);
}

}  // namespace

std::string FilterBytes(const std::vector<::protos::TxValidationCode>& codes) {
  std::string out;
  out.reserve(codes.size());
  for (auto code : codes) out.push_back(static_cast<char>(code));
  return out;
}

void WriteVerdicts(absl::string_view filter, absl::string_view commit_hash,
                   ::common::Block* block) {
  auto* slots = block->mutable_metadata();
  while (slots->metadata_size() < kSlots) slots->add_metadata();
  slots->set_metadata(::common::TRANSACTIONS_FILTER, std::string(filter));
  std::string value;
  if (!commit_hash.empty()) {
    ::common::Metadata metadata;
    metadata.set_value(std::string(commit_hash));
    value = metadata.SerializeAsString();
  }
  slots->set_metadata(::common::COMMIT_HASH, value);
}

absl::StatusOr<std::vector<::protos::TxValidationCode>> StoredVerdicts(
    const ::common::Block& block) {
  const absl::string_view filter = Slot(block, ::common::TRANSACTIONS_FILTER);
  const auto count = static_cast<size_t>(block.data().data_size());
  if (filter.size() != count) {
    return absl::DataLossError(absl::StrCat("metadata[2] (verdicts) has ", filter.size(),
                                            " entries for ", count, " transactions"));
  }
  std::vector<::protos::TxValidationCode> codes;
  for (char c : filter) {
    codes.push_back(static_cast<::protos::TxValidationCode>(static_cast<uint8_t>(c)));
  }
  return codes;
}

std::string StoredCommitHash(const ::common::Block& block) {
  ::common::Metadata metadata;
  const absl::string_view slot = Slot(block, ::common::COMMIT_HASH);
  if (!metadata.ParseFromArray(slot.data(), static_cast<int>(slot.size()))) return "";
  return metadata.value();
}

bool ComesAfterIdCheck(::protos::TxValidationCode code) {
  switch (code) {
    case ::protos::VALID:
    case ::protos::ENDORSEMENT_POLICY_FAILURE:
    case ::protos::EXPIRED_CHAINCODE:
    case ::protos::CHAINCODE_VERSION_CONFLICT:
    case ::protos::BAD_HEADER_EXTENSION:
    case ::protos::BAD_RESPONSE_PAYLOAD:
    case ::protos::BAD_RWSET:
    case ::protos::ILLEGAL_WRITESET:
    case ::protos::INVALID_WRITESET:
    case ::protos::INVALID_CHAINCODE:
      return true;
    default:
      return false;
  }
}

}  // namespace suyuan::ledger
