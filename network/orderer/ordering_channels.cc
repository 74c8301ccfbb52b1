#include "network/orderer/ordering_channels.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

// How long Remove() waits for streams under way to let go of the channel.
constexpr absl::Duration kLastUse = absl::Seconds(5);

}  // namespace

OrderingChannels::OrderingChannels(std::filesystem::path dir, OrderingDeps deps)
    : folders_(std::move(dir)), deps_(std::move(deps)) {}

absl::StatusOr<std::unique_ptr<OrderingChannels>> OrderingChannels::Open(
    const std::filesystem::path& dir, OrderingDeps deps) {
  std::unique_ptr<OrderingChannels> channels(new OrderingChannels(dir, std::move(deps)));
  SUYUAN_RETURN_IF_ERROR(channels->OpenAll());
  return channels;
}

absl::Status OrderingChannels::OpenAll() {
  SUYUAN_ASSIGN_OR_RETURN(const std::vector<std::string> names, folders_.Open());
  for (const std::string& name : names) {
    auto channel = OrderingChannel::Open(folders_.Of(name), deps_);
    if (absl::IsNotFound(channel.status())) {
      log_.Warn("a join was cut short; join the channel again", {{"channel", name}});
      SUYUAN_RETURN_IF_ERROR(folders_.Discard(name));
      continue;
    }
    SUYUAN_RETURN_IF_ERROR(WithAdvice(channel.status()), absl::StrCat("channel ", name));
    Add(*std::move(channel));
  }
  return absl::OkStatus();
}

std::shared_ptr<OrderingChannel> OrderingChannels::Add(std::shared_ptr<OrderingChannel> channel) {
  auto gone = std::make_shared<absl::Notification>();
  channel = TellWhenGone(std::move(channel), gone);
  absl::MutexLock lock(&mutex_);
  channels_[channel->id()] = {channel, gone};
  return channel;
}

std::shared_ptr<OrderingChannel> OrderingChannels::Find(absl::string_view channel_id) const {
  absl::MutexLock lock(&mutex_);
  const auto it = channels_.find(channel_id);
  return it == channels_.end() ? nullptr : it->second.channel;
}

std::vector<std::shared_ptr<OrderingChannel>> OrderingChannels::All() const {
  absl::MutexLock lock(&mutex_);
  std::vector<std::shared_ptr<OrderingChannel>> all;
  for (const auto& [name, entry] : channels_) all.push_back(entry.channel);
  return all;
}

absl::StatusOr<std::shared_ptr<OrderingChannel>> OrderingChannels::Join(
    const ::common::Block& genesis, const ::common::Block* newest) {
  absl::MutexLock change(&change_mutex_);
  SUYUAN_ASSIGN_OR_RETURN(const ChannelConfigPtr config, ChannelConfig::FromBlock(genesis),
                          "genesis block");
  const std::string& id = config->channel_id();
  if (Find(id) != nullptr) {
    return absl::AlreadyExistsError(absl::StrCat("this orderer has channel ", id, " already"));
  }
  if (const auto removed = removed_.find(id); removed != removed_.end()) {
    if (!removed->second->HasBeenNotified()) {
      return absl::UnavailableError(
          absl::StrCat("channel ", id,
                       " is still read by streams of the time before it was removed; try again"));
    }
    removed_.erase(removed);
  }
  auto created = OrderingChannel::Create(folders_.Of(id), genesis, newest, deps_);
  SUYUAN_RETURN_IF_ERROR(created.status(), absl::StrCat("channel ", id));
  SUYUAN_RETURN_IF_ERROR(folders_.Rejoined(id));
  log_.Info("channel joined", {{"channel", id}});
  return Add(*std::move(created));
}

absl::Status OrderingChannels::JoinConfigured(const ::common::Block& genesis) {
  SUYUAN_ASSIGN_OR_RETURN(const ChannelConfigPtr config, ChannelConfig::FromBlock(genesis),
                          "genesis block");
  const std::string& id = config->channel_id();
  if (Find(id) != nullptr) return absl::OkStatus();
  if (folders_.WasLeft(id)) {
    log_.Warn(
        "channel of the configuration was removed by command and is not joined; 'suyuan "
        "orderer join' does it",
        {{"channel", id}});
    return absl::OkStatus();
  }
  return Join(genesis).status();
}

absl::Status OrderingChannels::Remove(absl::string_view channel_id) {
  const std::string id(channel_id);
  absl::MutexLock change(&change_mutex_);
  Entry entry;
  {
    absl::MutexLock lock(&mutex_);
    const auto found = channels_.find(id);
    if (found == channels_.end()) {
      return absl::NotFoundError(absl::StrCat("this orderer has no channel ", id));
    }
    entry = std::move(found->second);
    channels_.erase(found);
  }
  entry.channel->Stop();
  entry.channel->Close();
  entry.channel.reset();
  removed_[id] = entry.gone;
  SUYUAN_RETURN_IF_ERROR(folders_.Retire(id), absl::StrCat("channel ", id));
  // Streams end on their own; a join must not meet their open files.
  entry.gone->WaitForNotificationWithTimeout(kLastUse);
  log_.Info("channel removed", {{"channel", id}});
  return Annotate(folders_.DeleteRetired(id), "the channel is removed, but");
}

absl::Status OrderingChannels::Health() const {
  for (const auto& channel : All()) {
    SUYUAN_RETURN_IF_ERROR(WithAdvice(channel->Health()), absl::StrCat("channel ", channel->id()));
  }
  return absl::OkStatus();
}

void OrderingChannels::Stop() {
  for (const auto& channel : All()) channel->Stop();
}

}  // namespace suyuan
