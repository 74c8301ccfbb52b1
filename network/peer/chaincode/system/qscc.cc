#include "network/peer/chaincode/system/qscc.h"

#include <cstdint>
#include <limits>
#include <map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/peer/chaincode/system/access.h"
#include "network/peer/chaincode/system/responses.h"
#include "network/protoutil/protoutil.h"
#include "protos/common/ledger.pb.h"
#include "protos/peer/transaction.pb.h"

namespace suyuan {
namespace {

using Payload = absl::StatusOr<std::string>;

Payload GetChainInfo(Ledger& ledger, const std::string&) {
  ::common::BlockchainInfo info;
  const uint64_t height = ledger.Height();
  info.set_height(height);
  if (height > 0) {
    SUYUAN_ASSIGN_OR_RETURN(const auto last, ledger.Get(height - 1));
    info.set_currentblockhash(BlockHeaderHash(last.header()));
    info.set_previousblockhash(last.header().previous_hash());
  }
  return info.SerializeAsString();
}

Payload GetBlockByNumber(Ledger& ledger, const std::string& text) {
  uint64_t number = 0;
  if (!absl::SimpleAtoi(text, &number)) {
    return absl::InvalidArgumentError(
        absl::StrCat("Failed to parse block number with error: '", text, "' is not a number"));
  }
  if (number == std::numeric_limits<uint64_t>::max()) number = ledger.Height() - 1;
  SUYUAN_ASSIGN_OR_RETURN(auto bytes, ledger.GetBytes(number),
                          absl::StrCat("Failed to get block number ", number));
  return bytes;
}

Payload GetBlockByHash(Ledger& ledger, const std::string& hash) {
  SUYUAN_ASSIGN_OR_RETURN(const uint64_t number, ledger.NumberByHash(hash),
                          "Failed to get block by hash");
  return ledger.GetBytes(number);
}

Payload GetBlockByTxId(Ledger& ledger, const std::string& tx_id) {
  SUYUAN_ASSIGN_OR_RETURN(const auto found, ledger.FindTransaction(tx_id),
                          absl::StrCat("Failed to get block for txID ", tx_id));
  return ledger.GetBytes(found.block_number);
}

Payload GetTransactionById(Ledger& ledger, const std::string& tx_id) {
  SUYUAN_ASSIGN_OR_RETURN(const auto found, ledger.GetTransaction(tx_id),
                          absl::StrCat("Failed to get transaction with id ", tx_id));
  ::protos::ProcessedTransaction processed;
  if (!processed.mutable_transactionenvelope()->ParseFromString(found.envelope)) {
    return absl::DataLossError(absl::StrCat("malformed transaction ", tx_id));
  }
  processed.set_validationcode(found.code);
  return processed.SerializeAsString();
}

struct Function {
  Payload (*run)(Ledger& ledger, const std::string& argument);
  bool needs_argument;
};

class Qscc : public SystemChaincode {
 public:
  explicit Qscc(PeerChannels& channels) : channels_(channels) {}
  bool simulates() const override { return false; }
  ::protos::Response Invoke(const SystemCall& call) override { return ToResponse(Run(call)); }

 private:
  static const std::map<std::string, Function>& Functions() {
    static const auto* functions = new std::map<std::string, Function>{
        {"GetChainInfo", {&GetChainInfo, false}},
        {"GetBlockByNumber", {&GetBlockByNumber, true}},
        {"GetBlockByHash", {&GetBlockByHash, true}},
        {"GetBlockByTxID", {&GetBlockByTxId, true}},
        {"GetTransactionByID", {&GetTransactionById, true}},
    };
    return *functions;
  }

  Payload Run(const SystemCall& call) const {
    if (call.from_chaincode) {
      return absl::PermissionDeniedError("Rejecting invoke of QSCC from another chaincode");
    }
    if (call.args.size() < 2) {
      return absl::InvalidArgumentError(
          absl::StrCat("Incorrect number of arguments, ", call.args.size()));
    }
    const std::string& name = call.args[0];
    const std::string& channel_id = call.args[1];
    const auto function = Functions().find(name);
    if (function == Functions().end()) {
      return absl::InvalidArgumentError(absl::StrCat("Requested function ", name, " not found."));
    }
    const auto channel = channels_.Find(channel_id);
    if (channel == nullptr) {
      return absl::NotFoundError(absl::StrCat("Invalid chain ID, ", channel_id));
    }
    if (function->second.needs_argument && call.args.size() < 3) {
      return absl::InvalidArgumentError(absl::StrCat("missing 3rd argument for ", name));
    }
    SUYUAN_RETURN_IF_ERROR(
        CheckChannelAccess(*channel, absl::StrCat("qscc/", name), *call.creator));
    return function->second.run(channel->ledger(), call.args.size() > 2 ? call.args[2] : "");
  }

  PeerChannels& channels_;
};

}  // namespace

std::unique_ptr<SystemChaincode> MakeQscc(PeerChannels& channels) {
  return std::make_unique<Qscc>(channels);
}

}  // namespace suyuan
