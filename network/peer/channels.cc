#include "network/peer/channels.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {
namespace {

// How long Leave() waits for calls under way to let go of the channel.
constexpr absl::Duration kLastUse = absl::Seconds(5);

}  // namespace

absl::Status CheckGenesis(const ::common::Block& block) {
  const auto refuse = [](absl::string_view reason) {
    return absl::InvalidArgumentError(absl::StrCat("not a genesis block: ", reason));
  };
  if (!block.has_header()) return refuse("no header");
  if (block.header().number() != 0) {
    return refuse(absl::StrCat("its number is ", block.header().number()));
  }
  if (!block.header().previous_hash().empty()) return refuse("it has a previous hash");
  if (!IsConfigBlock(block)) return refuse("it does not hold one configuration");
  if (BlockDataHash(block.data()) != block.header().data_hash()) return refuse("wrong data hash");
  return absl::OkStatus();
}

Channels::Channels(std::filesystem::path dir, ChannelDeps deps)
    : folders_(std::move(dir)), deps_(std::move(deps)) {}

absl::StatusOr<std::unique_ptr<Channels>> Channels::Open(const std::filesystem::path& dir,
                                                         ChannelDeps deps) {
  std::unique_ptr<Channels> channels(new Channels(dir, std::move(deps)));
  SUYUAN_RETURN_IF_ERROR(channels->OpenAll());
  return channels;
}

absl::Status Channels::OpenAll() {
  SUYUAN_ASSIGN_OR_RETURN(const std::vector<std::string> names, folders_.Open());
  for (const std::string& name : names) {
    auto channel = Channel::Open(folders_.Of(name), deps_);
    if (absl::IsNotFound(channel.status())) {
      log_.Warn("join was cut short; join again", {{"channel", name}});
      continue;
    }
    SUYUAN_RETURN_IF_ERROR(WithAdvice(channel.status()), absl::StrCat("channel ", name));
    log_.Info("channel open", {{"channel", name}, {"height", (*channel)->ledger().Height()}});
    Add(*std::move(channel));
  }
  return absl::OkStatus();
}

void Channels::Add(std::shared_ptr<Channel> channel) {
  const std::string id = channel->id();
  auto gone = std::make_shared<absl::Notification>();
  absl::MutexLock lock(&mutex_);
  channels_[id] = {TellWhenGone(std::move(channel), gone), gone};
}

absl::Status Channels::Join(const ::common::Block& genesis) {
  SUYUAN_RETURN_IF_ERROR(CheckGenesis(genesis));
  SUYUAN_ASSIGN_OR_RETURN(const ChannelConfigPtr config, ChannelConfig::FromBlock(genesis));
  const std::string& id = config->channel_id();
  absl::MutexLock one_at_a_time(&change_mutex_);
  if (Get(id) != nullptr) {
    return absl::AlreadyExistsError(absl::StrCat("channel ", id, " is joined already"));
  }
  if (const auto left = left_.find(id); left != left_.end()) {
    if (!left->second->HasBeenNotified()) {
      return absl::UnavailableError(absl::StrCat(
          "channel ", id, " is still in use by calls of the time before it was left; try again"));
    }
    left_.erase(left);
  }
  SUYUAN_ASSIGN_OR_RETURN(std::shared_ptr<Channel> channel,
                          Channel::Create(folders_.Of(id), genesis, deps_),
                          absl::StrCat("channel ", id));
  SUYUAN_RETURN_IF_ERROR(folders_.Rejoined(id));
  log_.Info("channel joined", {{"channel", id}});
  Add(std::move(channel));
  return absl::OkStatus();
}

absl::Status Channels::JoinConfigured(const ::common::Block& genesis) {
  SUYUAN_RETURN_IF_ERROR(CheckGenesis(genesis));
  SUYUAN_ASSIGN_OR_RETURN(const ChannelConfigPtr config, ChannelConfig::FromBlock(genesis));
  const std::string& id = config->channel_id();
  if (Get(id) != nullptr) return absl::OkStatus();
  if (folders_.WasLeft(id)) {
    log_.Warn(
        "channel of the configuration was left by command and is not joined; 'suyuan peer "
        "join' does it",
        {{"channel", id}});
    return absl::OkStatus();
  }
  return Join(genesis);
}

absl::StatusOr<uint64_t> Channels::Leave(absl::string_view channel_id) {
  const std::string id(channel_id);
  absl::MutexLock one_at_a_time(&change_mutex_);
  Entry entry;
  {
    absl::MutexLock lock(&mutex_);
    const auto found = channels_.find(id);
    if (found == channels_.end()) {
      return absl::NotFoundError(absl::StrCat("channel ", id, " is not joined on this peer"));
    }
    entry = std::move(found->second);
    channels_.erase(found);
  }
  entry.channel->Stop();
  const uint64_t height = entry.channel->ledger().Height();
  entry.channel.reset();
  left_[id] = entry.gone;
  SUYUAN_RETURN_IF_ERROR(folders_.Retire(id), absl::StrCat("channel ", id));
  // Streams and calls end on their own; a join must not meet their open files.
  entry.gone->WaitForNotificationWithTimeout(kLastUse);
  deps_.metrics->Forget(id);
  log_.Info("channel left", {{"channel", id}, {"height", height}});
  SUYUAN_RETURN_IF_ERROR(folders_.DeleteRetired(id), "the channel is left, but");
  return height;
}

std::vector<std::string> Channels::Names() const {
  absl::MutexLock lock(&mutex_);
  std::vector<std::string> names;
  for (const auto& [name, entry] : channels_) names.push_back(name);
  return names;
}

std::vector<std::shared_ptr<Channel>> Channels::All() const {
  absl::MutexLock lock(&mutex_);
  std::vector<std::shared_ptr<Channel>> all;
  for (const auto& [name, entry] : channels_) all.push_back(entry.channel);
  return all;
}

std::shared_ptr<Channel> Channels::Get(absl::string_view channel_id) const {
  absl::MutexLock lock(&mutex_);
  const auto it = channels_.find(channel_id);
  return it == channels_.end() ? nullptr : it->second.channel;
}

absl::Status Channels::Health() const {
  const std::vector<std::shared_ptr<Channel>> channels = All();
  for (const std::shared_ptr<Channel>& channel : channels) {
    deps_.metrics->SetOrdererReachable(channel->id(), channel->OrdererStatus().ok());
  }
  for (const std::shared_ptr<Channel>& channel : channels) {
    SUYUAN_RETURN_IF_ERROR(channel->Health(), absl::StrCat("channel ", channel->id()));
  }
  return absl::OkStatus();
}

}  // namespace suyuan
