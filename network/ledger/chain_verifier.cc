#include "network/ledger/chain_verifier.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "network/crypto/certificate.h"
#include "network/ledger/mvcc.h"
#include "network/ledger/transaction_reader.h"
#include "network/ledger/verdicts.h"
#include "network/protoutil/protoutil.h"
#include "protos/msp/identities.pb.h"

namespace suyuan::ledger {
namespace {

// Deprecated, but orderers still write the first.
constexpr int kLastConfigSlot = 1;
constexpr int kOrdererSlot = 3;

absl::string_view Slot(const ::common::Block& block, int index) {
  if (block.metadata().metadata_size() <= index) return "";
  return block.metadata().metadata(index);
}

// A Metadata message in its one canonical form.
absl::StatusOr<::common::Metadata> ParseMetadata(absl::string_view bytes) {
  auto metadata = ParseProto<::common::Metadata>(bytes, "Metadata");
  if (!metadata.ok()) return metadata;
  ::common::Metadata known = *metadata;
  known.DiscardUnknownFields();
  if (known.SerializeAsString() != bytes) {
    return absl::InvalidArgumentError("Metadata is not in canonical form");
  }
  return metadata;
}

absl::Status VerifySignature(const ::common::Metadata& metadata,
                             const ::common::MetadataSignature& signature,
                             const ::common::BlockHeader& header) {
  auto signature_header =
      ParseProto<::common::SignatureHeader>(signature.signature_header(), "signature header");
  if (!signature_header.ok()) return signature_header.status();
  auto identity = ParseProto<::msp::SerializedIdentity>(signature_header->creator(), "creator");
  if (!identity.ok()) return identity.status();
  auto certificate = Certificate::FromPem(identity->id_bytes());
  if (!certificate.ok()) return certificate.status();
  return (*certificate)
      ->public_key()
      ->Verify(HashFamily::kSha2,
               {metadata.value(), signature.signature_header(), BlockHeaderDer(header)},
               signature.signature());
}

}  // namespace

std::vector<std::string> ChainVerifier::Check(const ::common::Block& block, bool damaged) {
  Errors errors;
  CheckHeader(block, &errors);
  const bool faulty = damaged || !errors.empty();
  CheckSignatures(block, &errors);
  CheckLastConfig(block, &errors);
  CheckUnused(block, &errors);
  if (rules_.verdicts) CheckVerdicts(block, &errors);
  previous_hash_ = BlockHeaderHash(block.header());
  previous_faulty_ = faulty;
  state_uncertain_ = state_uncertain_ || damaged || !errors.empty();
  ++next_number_;
  return errors;
}

void ChainVerifier::Skip() {
  previous_faulty_ = true;
  state_uncertain_ = true;
  commit_hash_known_ = false;
  ++next_number_;
}

void ChainVerifier::CheckHeader(const ::common::Block& block, Errors* errors) {
  if (block.header().number() != next_number_) {
    errors->push_back(
        absl::StrCat("header.number is ", block.header().number(), ", not ", next_number_));
  }
  // A fault of the block before is told of there.
  if (!previous_faulty_ && block.header().previous_hash() != previous_hash_) {
    errors->push_back("header.previous_hash is not the hash of the header before");
  }
  if (block.header().data_hash() != BlockDataHash(block.data())) {
    errors->push_back("header.data_hash does not match data");
  }
}

void ChainVerifier::CheckSignatures(const ::common::Block& block, Errors* errors) const {
  const absl::string_view slot = Slot(block, ::common::SIGNATURES);
  auto metadata = ParseMetadata(slot);
  if (!metadata.ok()) {
    errors->push_back(absl::StrCat("metadata[0] (signatures): ", metadata.status().message()));
    return;
  }
  if (next_number_ == 0) {
    // A genesis block is not signed; what it says of configuration blocks is fixed.
    static const char kFirst[] = {0x0A, 0x02, 0x0A, 0x00};
    if (!slot.empty() && slot != absl::string_view(kFirst, sizeof kFirst)) {
      errors->push_back("metadata[0] (signatures): not that of a first block");
    }
    return;
  }
  if (metadata->signatures_size() == 0 && rules_.need_signatures) {
    errors->push_back("metadata[0] (signatures): no signature");
  }
  for (int i = 0; i < metadata->signatures_size(); ++i) {
    const auto& signature = metadata->signatures(i);
    // Signers named by number alone stand in the channel's configuration.
    if (signature.signature_header().empty() && !signature.identifier_header().empty()) continue;
    const absl::Status status = VerifySignature(*metadata, signature, block.header());
    if (status.ok()) continue;
    errors->push_back(
        absl::StrCat("metadata[0] (signatures): signature ", i, ": ", status.message()));
  }
}

void ChainVerifier::CheckLastConfig(const ::common::Block& block, Errors* errors) const {
  const absl::string_view slot = Slot(block, kLastConfigSlot);
  if (slot.empty()) return;
  auto metadata = ParseMetadata(slot);
  ::common::LastConfig last;
  if (!metadata.ok() || !last.ParseFromString(metadata->value()) || last.index() > next_number_) {
    errors->push_back("metadata[1] (last config) is malformed");
    return;
  }
  auto signatures = ParseMetadata(Slot(block, ::common::SIGNATURES));
  ::common::OrdererBlockMetadata signed_part;
  if (!signatures.ok() || signatures->value().empty() ||
      !signed_part.ParseFromString(signatures->value())) {
    return;
  }
  if (signed_part.last_config().SerializeAsString() != metadata->value()) {
    errors->push_back("metadata[1] (last config) differs from what metadata[0] says");
  }
}

void ChainVerifier::CheckUnused(const ::common::Block& block, Errors* errors) const {
  if (!Slot(block, kOrdererSlot).empty()) {
    errors->push_back("metadata[3] (orderer) is not empty");
  }
  if (rules_.verdicts && block.metadata().metadata_size() != 5) {
    errors->push_back(
        absl::StrCat("metadata has ", block.metadata().metadata_size(), " entries, not 5"));
  }
}

void ChainVerifier::CheckVerdicts(const ::common::Block& block, Errors* errors) {
  const absl::string_view filter = Slot(block, ::common::TRANSACTIONS_FILTER);
  auto codes = StoredVerdicts(block);
  MvccValidator mvcc(state_);
  if (codes.ok()) {
    CheckTransactions(block, *codes, &mvcc, errors);
  } else {
    errors->push_back(std::string(codes.status().message()));
  }
  CheckCommitHash(block, filter, mvcc.updates(), errors);
  state_.Apply(mvcc.updates());
}

void ChainVerifier::CheckTransactions(const ::common::Block& block, const Codes& codes,
                                      MvccValidator* mvcc, Errors* errors) const {
  for (size_t i = 0; i < codes.size(); ++i) {
    const auto code = codes[i];
    const bool judged = code == ::protos::VALID || code == ::protos::MVCC_READ_CONFLICT ||
                        code == ::protos::PHANTOM_READ_CONFLICT;
    if (!judged) {
      if (next_number_ == 0 || code == ::protos::NOT_VALIDATED ||
          !::protos::TxValidationCode_IsValid(code)) {
        errors->push_back(
            absl::StrCat("metadata[2] (verdicts): transaction ", i, " has code ", code));
      }
      continue;
    }
    auto tx = ReadTransaction(block.data().data(static_cast<int>(i)));
    if (!tx.ok()) {
      errors->push_back(absl::StrCat("data[", i, "]: ", tx.status().message()));
      continue;
    }
    const TxRwSet empty;
    const TxRwSet& rwset = tx->rwset == nullptr ? empty : *tx->rwset;
    auto found = mvcc->Check(rwset);
    if (!state_uncertain_ && found.ok() && *found != code) {
      errors->push_back(absl::StrCat("metadata[2] (verdicts): transaction ", i, " has code ", code,
                                     ", replay gives ", *found));
    }
    // The recorded verdict decided what later blocks saw.
    if (code != ::protos::VALID) continue;
    if (auto status = mvcc->Accept(rwset, {next_number_, i}); !status.ok()) {
      errors->push_back(absl::StrCat("data[", i, "]: ", status.message()));
    }
  }
}

void ChainVerifier::CheckCommitHash(const ::common::Block& block, absl::string_view filter,
                                    const UpdateBatch& updates, Errors* errors) {
  const absl::string_view slot = Slot(block, ::common::COMMIT_HASH);
  if (next_number_ == 0) {
    if (!slot.empty()) errors->push_back("metadata[4] (commit hash) is not empty in a first block");
    return;
  }
  // Chains begun before there were commit hashes have none at all.
  if (slot.empty() && commit_hashes_.empty() && next_number_ > 1) return;
  const auto metadata = ParseMetadata(slot);
  const std::string stored = metadata.ok() ? metadata->value() : "";
  if (stored.empty()) errors->push_back("metadata[4] (commit hash) is missing or malformed");
  if (commit_hashes_.empty()) commit_hashes_.push_back("");
  std::vector<std::string> computed;
  for (const std::string& previous : commit_hashes_) {
    computed.push_back(CommitHashOf(filter, updates, previous));
  }
  const bool matches =
      !commit_hash_known_ || std::find(computed.begin(), computed.end(), stored) != computed.end();
  if (!stored.empty() && !matches) {
    errors->push_back("metadata[4] (commit hash) does not match verdicts and writes");
  }
  commit_hash_known_ = !stored.empty();
  commit_hashes_ = {stored};
  if (!matches) commit_hashes_.push_back(computed.front());
}

}  // namespace suyuan::ledger
