#include "network/orderer/ordering_channels.h"

#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

// A channel on its way out; no channel is named so, as their names are lower case.
constexpr char kRemoved[] = ".REMOVED";

absl::Status Delete(const std::filesystem::path& dir) {
  std::error_code error;
  std::filesystem::remove_all(dir, error);
  if (error) return ErrnoStatus(error.value(), "remove", dir);
  return SyncDirectory(dir.parent_path());
}

}  // namespace

OrderingChannels::OrderingChannels(std::filesystem::path dir, OrderingDeps deps)
    : dir_(std::move(dir)), deps_(std::move(deps)) {}

absl::StatusOr<std::unique_ptr<OrderingChannels>> OrderingChannels::Open(
    const std::filesystem::path& dir, OrderingDeps deps) {
  SUYUAN_RETURN_IF_ERROR(CreateDirectories(dir));
  std::unique_ptr<OrderingChannels> channels(new OrderingChannels(dir, std::move(deps)));
  SUYUAN_RETURN_IF_ERROR(channels->OpenAll());
  return channels;
}

absl::Status OrderingChannels::OpenAll() {
  std::error_code error;
  std::vector<std::filesystem::path> found;
  for (std::filesystem::directory_iterator it(dir_, error), end; !error && it != end;
       it.increment(error)) {
    found.push_back(it->path());
  }
  if (error) return ErrnoStatus(error.value(), "list", dir_);
  for (const std::filesystem::path& path : found) {
    const std::string name = path.filename().string();
    if (absl::EndsWith(name, kRemoved)) {
      SUYUAN_RETURN_IF_ERROR(Delete(path));
      continue;
    }
    auto channel = OrderingChannel::Open(path, deps_);
    if (absl::IsNotFound(channel.status())) {
      log_.Warn("a join was cut short; join the channel again", {{"channel", name}});
      SUYUAN_RETURN_IF_ERROR(Delete(path));
      continue;
    }
    SUYUAN_RETURN_IF_ERROR(channel.status(), absl::StrCat("channel ", name));
    absl::MutexLock lock(&mutex_);
    channels_[name] = *std::move(channel);
  }
  return absl::OkStatus();
}

std::shared_ptr<OrderingChannel> OrderingChannels::Find(absl::string_view channel_id) const {
  absl::MutexLock lock(&mutex_);
  const auto it = channels_.find(channel_id);
  return it == channels_.end() ? nullptr : it->second;
}

std::vector<std::shared_ptr<OrderingChannel>> OrderingChannels::All() const {
  absl::MutexLock lock(&mutex_);
  std::vector<std::shared_ptr<OrderingChannel>> all;
  for (const auto& [name, channel] : channels_) all.push_back(channel);
  return all;
}

absl::StatusOr<std::shared_ptr<OrderingChannel>> OrderingChannels::Join(
    const ::common::Block& genesis, uint64_t follow_until) {
  absl::MutexLock change(&change_mutex_);
  SUYUAN_ASSIGN_OR_RETURN(const ChannelConfigPtr config, ChannelConfig::FromBlock(genesis),
                          "genesis block");
  const std::string& id = config->channel_id();
  if (Find(id) != nullptr) {
    return absl::AlreadyExistsError(absl::StrCat("this orderer has channel ", id, " already"));
  }
  auto created = OrderingChannel::Create(dir_ / id, genesis, follow_until, deps_);
  SUYUAN_RETURN_IF_ERROR(created.status(), absl::StrCat("channel ", id));
  SUYUAN_RETURN_IF_ERROR(SyncDirectory(dir_));
  log_.Info("channel joined", {{"channel", id}});
  absl::MutexLock lock(&mutex_);
  channels_[id] = *created;
  return *created;
}

absl::Status OrderingChannels::Remove(absl::string_view channel_id) {
  absl::MutexLock change(&change_mutex_);
  std::shared_ptr<OrderingChannel> channel = Find(channel_id);
  if (channel == nullptr) {
    return absl::NotFoundError(absl::StrCat("this orderer has no channel ", channel_id));
  }
  {
    absl::MutexLock lock(&mutex_);
    channels_.erase(channel->id());
  }
  channel->Stop();
  const std::filesystem::path from = dir_ / channel->id();
  const std::filesystem::path to = from.string() + kRemoved;
  std::error_code error;
  std::filesystem::rename(from, to, error);
  if (error) return ErrnoStatus(error.value(), "rename", from);
  SUYUAN_RETURN_IF_ERROR(SyncDirectory(dir_));
  log_.Info("channel removed", {{"channel", channel->id()}});
  return Delete(to);
}

absl::Status OrderingChannels::Health() const {
  for (const auto& channel : All()) {
    SUYUAN_RETURN_IF_ERROR(channel->Health(), absl::StrCat("channel ", channel->id()));
  }
  return absl::OkStatus();
}

void OrderingChannels::Stop() {
  for (const auto& channel : All()) channel->Stop();
}

}  // namespace suyuan
