#include "network/peer/chaincode/testing/test_channels.h"

#include "network/common/check.h"

namespace suyuan {

TestPeerChannel::TestPeerChannel(const ::common::Block& genesis) {
  auto config = ChannelConfig::FromBlock(genesis);
  SUYUAN_CHECK(config.ok());
  config_ = *std::move(config);
  auto ledger = Ledger::Open(dir_.path() / "ledger");
  SUYUAN_CHECK(ledger.ok());
  ledger_ = *std::move(ledger);
  SUYUAN_CHECK(ledger_->Commit(testing::AsDelivered(genesis)).ok());
  auto transient = TransientStore::Open(dir_.path() / "transient");
  SUYUAN_CHECK(transient.ok());
  transient_ = *std::move(transient);
}

void TestPeerChannel::Commit(const std::string& tx_id, const SimulationResults& results) {
  BlockForCommit block =
      testing::NextBlock(*ledger_, {testing::MakeTransaction(tx_id, results.public_rwset)});
  if (!results.private_rwset.empty()) block.private_rwsets[0] = results.private_rwset;
  const auto committed = ledger_->Commit(std::move(block));
  SUYUAN_CHECK(committed.ok());
  SUYUAN_CHECK(committed->codes[0] == ::protos::VALID);
}

absl::Status TestPeerChannels::Join(const ::common::Block& genesis) {
  auto channel = std::make_shared<TestPeerChannel>(genesis);
  if (Find(channel->id()) != nullptr) return absl::AlreadyExistsError("joined already");
  Add(channel);
  return absl::OkStatus();
}

}  // namespace suyuan
