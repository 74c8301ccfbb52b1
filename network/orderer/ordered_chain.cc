#include "network/orderer/ordered_chain.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/orderer/block_maker.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {
namespace {

absl::StatusOr<ChannelConfigPtr> CheckGenesisBlock(const ::common::Block& genesis) {
  if (genesis.header().number() != 0 || !genesis.header().previous_hash().empty() ||
      !IsConfigBlock(genesis)) {
    return absl::InvalidArgumentError("not a genesis block: number 0 with one CONFIG envelope");
  }
  if (genesis.header().data_hash() != BlockDataHash(genesis.data())) {
    return absl::InvalidArgumentError("genesis block: data_hash is not the hash of the data");
  }
  SUYUAN_ASSIGN_OR_RETURN(ChannelConfigPtr config, ChannelConfig::FromBlock(genesis),
                          "genesis block");
  if (config->orderer() == nullptr) {
    return absl::InvalidArgumentError("genesis block: /Channel/Orderer: the group is absent");
  }
  return config;
}

}  // namespace

absl::StatusOr<std::unique_ptr<OrderedChain>> OrderedChain::Create(
    const std::filesystem::path& dir, const ::common::Block& genesis,
    std::shared_ptr<const SigningIdentity> signer, const BlockStoreOptions& options) {
  SUYUAN_ASSIGN_OR_RETURN(ChannelConfigPtr config, CheckGenesisBlock(genesis));
  SUYUAN_RETURN_IF_ERROR(CreateDirectories(dir));
  SUYUAN_ASSIGN_OR_RETURN(std::unique_ptr<BlockStore> store, BlockStore::Open(dir, options));
  SUYUAN_RETURN_IF_ERROR(store->Append(genesis));
  return std::unique_ptr<OrderedChain>(
      new OrderedChain(std::move(store), std::move(config), 0, std::move(signer)));
}

absl::StatusOr<std::unique_ptr<OrderedChain>> OrderedChain::Open(
    const std::filesystem::path& dir, std::shared_ptr<const SigningIdentity> signer,
    const BlockStoreOptions& options) {
  SUYUAN_ASSIGN_OR_RETURN(std::unique_ptr<BlockStore> store, BlockStore::Open(dir, options));
  if (store->Height() == 0) return absl::NotFoundError("no block");
  SUYUAN_ASSIGN_OR_RETURN(const ::common::Block last, store->Get(store->Height() - 1));
  SUYUAN_ASSIGN_OR_RETURN(const uint64_t last_config, LastConfigIndex(last));
  SUYUAN_ASSIGN_OR_RETURN(const ::common::Block config_block, store->Get(last_config));
  SUYUAN_ASSIGN_OR_RETURN(ChannelConfigPtr config, ChannelConfig::FromBlock(config_block));
  return std::unique_ptr<OrderedChain>(
      new OrderedChain(std::move(store), std::move(config), last_config, std::move(signer)));
}

OrderedChain::OrderedChain(std::unique_ptr<BlockStore> store, ChannelConfigPtr config,
                           uint64_t last_config, std::shared_ptr<const SigningIdentity> signer)
    : store_(std::move(store)), signer_(std::move(signer)), last_config_(last_config) {
  absl::MutexLock lock(&mutex_);
  head_ = {store_->Height(), store_->LastHash(), std::move(config)};
}

ChainHead OrderedChain::head() const {
  absl::MutexLock lock(&mutex_);
  return head_;
}

ChannelConfigPtr OrderedChain::config() const {
  absl::MutexLock lock(&mutex_);
  return head_.config;
}

absl::Status OrderedChain::Append(uint64_t number, Batch batch) {
  const std::string previous_hash = store_->LastHash();
  if (!batch.previous_hash.empty() && batch.previous_hash != previous_hash) {
    return absl::DataLossError(absl::StrCat(
        "batch ", number, " of the network's log follows another block ", number - 1,
        " than the one here: this orderer's blocks are not the network's. Move its data directory "
        "away and start it empty"));
  }
  const uint64_t last_config = batch.is_config ? number : last_config_;
  SUYUAN_ASSIGN_OR_RETURN(
      const ::common::Block block,
      MakeSignedBlock(number, previous_hash, std::move(batch.envelopes), last_config, *signer_));
  return Store(block, batch.is_config);
}

absl::Status OrderedChain::AppendFetched(const ::common::Block& block) {
  return Store(block, IsConfigBlock(block));
}

absl::Status OrderedChain::Store(const ::common::Block& block, bool is_config) {
  const uint64_t number = block.header().number();
  ChannelConfigPtr config;
  if (is_config) {
    SUYUAN_ASSIGN_OR_RETURN(config, ChannelConfig::FromBlock(block));
  }
  SUYUAN_RETURN_IF_ERROR(store_->Append(block), absl::StrCat("write block ", number));
  if (is_config) last_config_ = number;
  {
    absl::MutexLock lock(&mutex_);
    head_.height = number + 1;
    head_.hash = store_->LastHash();
    if (is_config) head_.config = config;
  }
  if (!is_config) return absl::OkStatus();
  log_.Info(
      "configuration changed",
      {{"channel", config->channel_id()}, {"block", number}, {"sequence", config->sequence()}});
  if (on_config_) on_config_();
  return absl::OkStatus();
}

}  // namespace suyuan
