#include "network/peer/channel.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {
namespace {

bool IsValidConfigBlock(const ::common::Block& block) {
  if (block.metadata().metadata_size() <= ::common::TRANSACTIONS_FILTER) return false;
  const std::string& verdicts = block.metadata().metadata(::common::TRANSACTIONS_FILTER);
  return IsConfigBlock(block) && !verdicts.empty() && verdicts[0] == ::protos::VALID;
}

absl::Status CommitGenesis(Ledger& ledger, const ::common::Block& genesis) {
  SUYUAN_ASSIGN_OR_RETURN(const ParsedEnvelope parsed, ParseEnvelope(genesis.data().data(0)));
  BlockForCommit commit{.block = genesis};
  // With its id, as a replay of the block would find it.
  commit.transactions.push_back({.tx_id = parsed.channel_header.tx_id(), .code = ::protos::VALID});
  return ledger.Commit(std::move(commit)).status();
}

}  // namespace

absl::StatusOr<ConfigInForce> ReadConfigInForce(const Ledger& ledger) {
  uint64_t number = ledger.Height() - 1;
  while (true) {
    SUYUAN_ASSIGN_OR_RETURN(::common::Block block, ledger.Get(number));
    SUYUAN_ASSIGN_OR_RETURN(const uint64_t last, LastConfigIndex(block),
                            absl::StrCat("block ", number));
    if (last > number) return absl::DataLossError(absl::StrCat("block ", number, ": last config"));
    if (last < number) {
      SUYUAN_ASSIGN_OR_RETURN(block, ledger.Get(last));
    }
    if (last == 0 || IsValidConfigBlock(block)) {
      SUYUAN_ASSIGN_OR_RETURN(ChannelConfigPtr config, ChannelConfig::FromBlock(block),
                              absl::StrCat("configuration in block ", last));
      return ConfigInForce{std::move(config), last};
    }
    number = last - 1;
  }
}

absl::StatusOr<Channel::Parts> Channel::OpenParts(const std::filesystem::path& dir,
                                                  const ChannelDeps& deps) {
  Parts parts;
  LedgerOptions options;
  options.blocks.on_sync = [metrics = deps.metrics](absl::Duration took) {
    metrics->BlockSynced(took);
  };
  SUYUAN_RETURN_IF_ERROR(CreateDirectories(dir));
  SUYUAN_ASSIGN_OR_RETURN(parts.ledger, Ledger::Open(dir / "ledger", options));
  SUYUAN_ASSIGN_OR_RETURN(parts.transient, TransientStore::Open(dir / "transient"));
  return parts;
}

absl::StatusOr<std::shared_ptr<Channel>> Channel::Open(const std::filesystem::path& dir,
                                                       const ChannelDeps& deps) {
  SUYUAN_ASSIGN_OR_RETURN(Parts parts, OpenParts(dir, deps));
  if (parts.ledger->Height() == 0) return absl::NotFoundError("the ledger is empty");
  SUYUAN_ASSIGN_OR_RETURN(ConfigInForce in_force, ReadConfigInForce(*parts.ledger));
  parts.config = std::move(in_force.config);
  parts.config_block = in_force.block;
  return std::shared_ptr<Channel>(new Channel(std::move(parts), deps));
}

absl::StatusOr<std::shared_ptr<Channel>> Channel::Create(const std::filesystem::path& dir,
                                                         const ::common::Block& genesis,
                                                         const ChannelDeps& deps) {
  SUYUAN_ASSIGN_OR_RETURN(ChannelConfigPtr config, ChannelConfig::FromBlock(genesis));
  SUYUAN_ASSIGN_OR_RETURN(Parts parts, OpenParts(dir, deps));
  if (parts.ledger->Height() == 0) {
    SUYUAN_RETURN_IF_ERROR(CommitGenesis(*parts.ledger, genesis), "genesis block");
  }
  parts.config = std::move(config);
  return std::shared_ptr<Channel>(new Channel(std::move(parts), deps));
}

Channel::Channel(Parts parts, const ChannelDeps& deps)
    : id_(parts.config->channel_id()),
      metrics_(deps.metrics),
      ledger_(std::move(parts.ledger)),
      transient_(std::move(parts.transient)),
      feed_(std::make_unique<BlockFeed>(ledger_->Height())),
      config_block_(parts.config_block) {
  metrics_->SetHeight(id_, ledger_->Height());
  committer_ = std::make_unique<Committer>(
      CommitterDeps{.ledger = ledger_.get(),
                    .transient = transient_.get(),
                    .pool = deps.pool,
                    .own = deps.own,
                    .config = parts.config,
                    .on_commit = [this](CommittedBlock block) { OnCommit(std::move(block)); }});
  if (!deps.fetcher.has_value()) return;
  std::shared_ptr<BlockFetcher> fetcher =
      BlockFetcher::Create(parts.config, *ledger_, *deps.fetcher,
                           [this](::common::Block block) { return TakeBlock(std::move(block)); });
  {
    absl::MutexLock lock(&mutex_);
    fetcher_ = fetcher;
  }
  fetcher->Start();
}

Channel::~Channel() { Stop(); }

void Channel::Stop() {
  // A fetcher may be waiting in Add(): wake it before it is joined.
  committer_->Stop();
  std::shared_ptr<BlockFetcher> fetcher;
  {
    absl::MutexLock lock(&mutex_);
    fetcher.swap(fetcher_);
  }
  fetcher.reset();
  Close();
  feed_->WakeAll();
}

std::shared_ptr<BlockFetcher> Channel::fetcher() const {
  absl::MutexLock lock(&mutex_);
  return fetcher_;
}

// What the fetcher is given: a config block's configuration once it is committed, if it
// was found valid.
absl::StatusOr<ChannelConfigPtr> Channel::TakeBlock(::common::Block block) {
  const uint64_t number = block.header().number();
  const bool is_config = IsConfigBlock(block);
  SUYUAN_RETURN_IF_ERROR(AddBlock(std::move(block)));
  if (!is_config) return ChannelConfigPtr();
  if (!committer_->AwaitHeight(number + 1, absl::InfiniteFuture())) {
    SUYUAN_RETURN_IF_ERROR(committer_->status());
    return absl::CancelledError("the channel is closing");
  }
  return committer_->config();
}

absl::Status Channel::AddBlock(::common::Block block) {
  const absl::Status taken =
      committer_->Add(std::make_shared<const ::common::Block>(std::move(block)));
  if (absl::IsInvalidArgument(taken)) {
    log_.Error("block refused", {{"channel", id_}, {"reason", taken}});
    absl::MutexLock lock(&mutex_);
    refused_ = taken;
  }
  return taken;
}

absl::Status Channel::Health() const {
  if (const absl::Status status = committer_->status(); !status.ok()) return WithAdvice(status);
  absl::MutexLock lock(&mutex_);
  return refused_;
}

absl::Status Channel::OrdererStatus() const {
  const std::shared_ptr<BlockFetcher> fetcher = this->fetcher();
  return fetcher == nullptr ? absl::OkStatus() : fetcher->Status();
}

void Channel::OnCommit(CommittedBlock block) {
  metrics_->BlockCommitted(id_, block.number + 1, block.latency, block.codes);
  const bool config_changed = block.new_config != nullptr;
  if (config_changed) config_block_ = block.number;
  feed_->Publish({block.number, std::move(block.tx_ids), std::move(block.codes),
                  block.definitions_changed, config_changed});
}

}  // namespace suyuan
