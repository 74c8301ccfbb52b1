#include "network/peer/committer/block_validator.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/peer/chaincode/definition.h"
#include "network/peer/committer/endorsement_checker.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {
namespace {

using ::protos::TxValidationCode;

absl::Status CheckEntry(const std::string& entry) {
  SUYUAN_ASSIGN_OR_RETURN(const auto envelope, ParseProto<::common::Envelope>(entry, "envelope"));
  if (envelope.payload().empty()) return absl::InvalidArgumentError("no payload");
  if (envelope.signature().empty()) return absl::InvalidArgumentError("no signature");
  ::common::Envelope canonical;
  canonical.set_payload(envelope.payload());
  canonical.set_signature(envelope.signature());
  if (canonical.SerializeAsString() != entry) {
    return absl::InvalidArgumentError("not the canonical bytes of an envelope");
  }
  return absl::OkStatus();
}

// Judges the transactions of one block, in order.
class BlockJudge {
 public:
  BlockJudge(const CheckedBlock& block, const Ledger& ledger, PolicyBook& policies)
      : block_(block),
        ledger_(ledger),
        policies_(policies),
        view_(ledger.NewView()),
        endorsements_(*view_, policies) {}

  absl::StatusOr<BlockVerdict> Run() && {
    for (const CheckedTransaction& transaction : block_.transactions) {
      SUYUAN_ASSIGN_OR_RETURN(const TxValidationCode code, Judge(transaction));
      verdict_.transactions.push_back(
          {transaction.tx_id, code, transaction.rwset, transaction.timestamp});
    }
    return std::move(verdict_);
  }

 private:
  absl::StatusOr<TxValidationCode> Judge(const CheckedTransaction& transaction) {
    if (transaction.code == ::protos::VALID && transaction.config != nullptr) {
      return JudgeConfig(*transaction.config);
    }
    TxValidationCode code = transaction.code;
    if (code == ::protos::VALID) {
      SUYUAN_ASSIGN_OR_RETURN(code, endorsements_.Check(transaction));
    }
    const bool id_comes_first = code != ::protos::VALID && transaction.after_duplicate_check;
    if (!id_comes_first) return code;
    SUYUAN_ASSIGN_OR_RETURN(const bool known, Known(transaction.tx_id));
    return known ? ::protos::DUPLICATE_TXID : code;
  }

  absl::StatusOr<bool> Known(absl::string_view tx_id) const {
    const absl::Status found = ledger_.FindTransaction(tx_id).status();
    if (absl::IsNotFound(found)) return false;
    SUYUAN_RETURN_IF_ERROR(found, "look for transaction id");
    return true;
  }

  absl::StatusOr<TxValidationCode> JudgeConfig(const ::common::ConfigEnvelope& envelope) {
    if (block_.transactions.size() != 1) return ::protos::INVALID_CONFIG_TRANSACTION;
    auto next = policies_.config().ValidateConfigEnvelope(envelope);
    // Too few signatures: every peer sees it. Anything else may be news that this
    // node is too old for; to go on would part it from the others.
    if (absl::IsPermissionDenied(next.status())) return ::protos::INVALID_CONFIG_TRANSACTION;
    SUYUAN_RETURN_IF_ERROR(next, "channel configuration");
    verdict_.next_config = *std::move(next);
    return ::protos::VALID;
  }

  const CheckedBlock& block_;
  const Ledger& ledger_;
  PolicyBook& policies_;
  const std::shared_ptr<const StateView> view_;
  EndorsementChecker endorsements_;
  BlockVerdict verdict_;
};

}  // namespace

absl::Status CheckWellFormed(const ::common::Block& block) {
  if (block.data().data_size() == 0) return absl::InvalidArgumentError("block without data");
  if (IsConfigBlock(block)) return absl::OkStatus();
  for (int i = 0; i < block.data().data_size(); ++i) {
    SUYUAN_RETURN_IF_ERROR(CheckEntry(block.data().data(i)), absl::StrCat("transaction ", i));
  }
  return absl::OkStatus();
}

CheckedBlock CheckBlock(std::shared_ptr<const ::common::Block> block, const ChannelConfig& config,
                        const OwnEndorsements* own, ThreadPool& pool) {
  CheckedBlock checked{.block = std::move(block)};
  const auto& entries = checked.block->data().data();
  checked.transactions.resize(static_cast<size_t>(entries.size()));
  pool.ParallelFor(checked.transactions.size(), [&](size_t i) {
    checked.transactions[i] = CheckTransaction(entries[static_cast<int>(i)], config, own);
  });
  return checked;
}

absl::StatusOr<BlockVerdict> JudgeBlock(const CheckedBlock& block, const Ledger& ledger,
                                        PolicyBook& policies) {
  return BlockJudge(block, ledger, policies).Run();
}

bool WritesLifecycle(const std::vector<TxForCommit>& transactions) {
  for (const TxForCommit& transaction : transactions) {
    if (transaction.code != ::protos::VALID || transaction.rwset == nullptr) continue;
    const NamespaceRwSet* lifecycle = transaction.rwset->Find(kLifecycleNamespace);
    if (lifecycle != nullptr && lifecycle->Writes()) return true;
  }
  return false;
}

}  // namespace suyuan
