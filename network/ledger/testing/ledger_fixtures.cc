#include "network/ledger/testing/ledger_fixtures.h"

#include <unistd.h>

#include <atomic>

#include "absl/strings/str_cat.h"
#include "network/common/check.h"
#include "network/ledger/transaction_reader.h"
#include "network/protoutil/protoutil.h"

namespace suyuan::testing {

TempDir::TempDir() {
  static std::atomic<int> count{0};
  path_ = std::filesystem::temp_directory_path() /
          absl::StrCat("suyuan_ledger_", ::getpid(), "_", count++);
  std::filesystem::remove_all(path_);
}

TempDir::~TempDir() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

BlockForCommit AsDelivered(::common::Block block) {
  BlockForCommit out;
  for (int slot : {2, 4}) {
    if (slot < block.metadata().metadata_size()) block.mutable_metadata()->set_metadata(slot, "");
  }
  for (const std::string& envelope : block.data().data()) {
    TxForCommit tx;
    auto stored = ledger::ReadTransaction(envelope);
    SUYUAN_CHECK(stored.ok());
    tx.tx_id = stored->tx_id;
    tx.timestamp = stored->timestamp;
    tx.rwset = stored->rwset;
    tx.code = ::protos::VALID;
    out.transactions.push_back(std::move(tx));
  }
  out.block = std::move(block);
  return out;
}

std::string MakeTransaction(const std::string& tx_id, const std::string& rwset) {
  ::protos::ChaincodeAction chaincode_action;
  chaincode_action.set_results(rwset);
  ::protos::ProposalResponsePayload response;
  response.set_extension(chaincode_action.SerializeAsString());
  ::protos::ChaincodeActionPayload action;
  action.mutable_action()->set_proposal_response_payload(response.SerializeAsString());
  ::protos::Transaction tx;
  tx.add_actions()->set_payload(action.SerializeAsString());
  ::common::SignatureHeader signature_header;
  signature_header.set_creator("creator");
  signature_header.set_nonce("nonce");
  ::common::Payload payload;
  payload.mutable_header()->set_channel_header(
      MakeChannelHeader(::common::ENDORSER_TRANSACTION, "trace", tx_id, absl::FromUnixSeconds(1000))
          .SerializeAsString());
  payload.mutable_header()->set_signature_header(signature_header.SerializeAsString());
  payload.set_data(tx.SerializeAsString());
  ::common::Envelope envelope;
  envelope.set_payload(payload.SerializeAsString());
  envelope.set_signature("signature");
  return envelope.SerializeAsString();
}

BlockForCommit NextBlock(const Ledger& ledger, std::vector<std::string> envelopes) {
  return AsDelivered(MakeBlock(ledger.Height(), ledger.LastHash(), std::move(envelopes)));
}

std::string Simulate(const Ledger& ledger, const std::function<void(Simulator&)>& body) {
  auto simulator = ledger.NewSimulator();
  body(*simulator);
  auto results = simulator->Finish();
  SUYUAN_CHECK(results.ok());
  return results->public_rwset;
}

CommitResult CommitOne(Ledger& ledger, const std::string& tx_id,
                       const std::function<void(Simulator&)>& body) {
  auto result = ledger.Commit(NextBlock(ledger, {MakeTransaction(tx_id, Simulate(ledger, body))}));
  SUYUAN_CHECK(result.ok());
  return *std::move(result);
}

}  // namespace suyuan::testing
