#include "network/peer/channels.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {
namespace {

// Fabric's rule for channel names; they become directory names here.
absl::Status CheckName(absl::string_view id) {
  const auto is_inner = [](char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '.' || c == '-';
  };
  const bool good = !id.empty() && id.size() < 250 && absl::ascii_islower(id[0]) &&
                    std::all_of(id.begin(), id.end(), is_inner);
  if (good) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("channel name '", id, "' is not allowed"));
}

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
    : dir_(std::move(dir)), deps_(std::move(deps)) {}

absl::StatusOr<std::unique_ptr<Channels>> Channels::Open(const std::filesystem::path& dir,
                                                         ChannelDeps deps) {
  SUYUAN_RETURN_IF_ERROR(CreateDirectories(dir));
  std::unique_ptr<Channels> channels(new Channels(dir, std::move(deps)));
  SUYUAN_RETURN_IF_ERROR(channels->OpenAll());
  return channels;
}

absl::Status Channels::OpenAll() {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(dir_, error)) {
    if (!entry.is_directory()) continue;
    const std::string name = entry.path().filename();
    auto channel = Channel::Open(entry.path(), deps_);
    if (absl::IsNotFound(channel.status())) {
      log_.Warn("join was cut short; join again", {{"channel", name}});
      continue;
    }
    SUYUAN_RETURN_IF_ERROR(channel, absl::StrCat("channel ", name));
    log_.Info("channel open", {{"channel", name}, {"height", (*channel)->ledger().Height()}});
    absl::MutexLock lock(&mutex_);
    channels_[(*channel)->id()] = *std::move(channel);
  }
  if (error) return absl::UnavailableError(absl::StrCat(dir_.string(), ": ", error.message()));
  return absl::OkStatus();
}

absl::Status Channels::Join(const ::common::Block& genesis) {
  SUYUAN_RETURN_IF_ERROR(CheckGenesis(genesis));
  SUYUAN_ASSIGN_OR_RETURN(const ChannelConfigPtr config, ChannelConfig::FromBlock(genesis));
  const std::string& id = config->channel_id();
  SUYUAN_RETURN_IF_ERROR(CheckName(id));
  absl::MutexLock one_at_a_time(&join_mutex_);
  if (Get(id) != nullptr) {
    return absl::AlreadyExistsError(absl::StrCat("channel ", id, " is joined already"));
  }
  SUYUAN_ASSIGN_OR_RETURN(std::shared_ptr<Channel> channel,
                          Channel::Create(dir_ / id, genesis, deps_), absl::StrCat("channel ", id));
  SUYUAN_RETURN_IF_ERROR(SyncDirectory(dir_));
  log_.Info("channel joined", {{"channel", id}});
  absl::MutexLock lock(&mutex_);
  channels_[id] = std::move(channel);
  return absl::OkStatus();
}

std::vector<std::string> Channels::Names() const {
  absl::MutexLock lock(&mutex_);
  std::vector<std::string> names;
  for (const auto& [name, channel] : channels_) names.push_back(name);
  return names;
}

std::shared_ptr<Channel> Channels::Get(absl::string_view channel_id) const {
  absl::MutexLock lock(&mutex_);
  const auto it = channels_.find(channel_id);
  return it == channels_.end() ? nullptr : it->second;
}

absl::Status Channels::Health() const {
  std::vector<std::shared_ptr<Channel>> channels;
  {
    absl::MutexLock lock(&mutex_);
    for (const auto& [name, channel] : channels_) channels.push_back(channel);
  }
  for (const std::shared_ptr<Channel>& channel : channels) {
    deps_.metrics->SetOrdererReachable(channel->id(), channel->OrdererStatus().ok());
  }
  for (const std::shared_ptr<Channel>& channel : channels) {
    SUYUAN_RETURN_IF_ERROR(channel->Health(), absl::StrCat("channel ", channel->id()));
  }
  return absl::OkStatus();
}

}  // namespace suyuan
