// Channels over real ledgers, without a network.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "network/ledger/testing/ledger_fixtures.h"
#include "network/peer/chaincode/peer_channel.h"

namespace suyuan {

// One channel in a folder of its own.
class TestPeerChannel : public PeerChannel {
 public:
  // Begins with the genesis block. Aborts on mistakes.
  explicit TestPeerChannel(const ::common::Block& genesis);
  const std::string& id() const override { return config_->channel_id(); }
  Ledger& ledger() override { return *ledger_; }
  TransientStore& transient() override { return *transient_; }
  ChannelConfigPtr config() const override { return config_; }

  // Commits a transaction with what a simulation gave, as valid.
  void Commit(const std::string& tx_id, const SimulationResults& results);

 private:
  testing::TempDir dir_;
  ChannelConfigPtr config_;
  std::unique_ptr<Ledger> ledger_;
  std::unique_ptr<TransientStore> transient_;
};

class TestPeerChannels : public PeerChannels {
 public:
  void Add(std::shared_ptr<PeerChannel> channel) { channels_[channel->id()] = channel; }
  std::shared_ptr<PeerChannel> Find(absl::string_view channel_id) const override {
    const auto found = channels_.find(channel_id);
    return found == channels_.end() ? nullptr : found->second;
  }
  std::vector<std::string> Names() const override {
    std::vector<std::string> names;
    for (const auto& [name, channel] : channels_) names.push_back(name);
    return names;
  }
  absl::Status Join(const ::common::Block& genesis) override;

 private:
  std::map<std::string, std::shared_ptr<PeerChannel>, std::less<>> channels_;
};

}  // namespace suyuan
