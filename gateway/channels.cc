#include "gateway/channels.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace suyuan {
namespace {
// Names come from callers who have not been checked yet.
constexpr size_t kMaxChannels = 1000;
}  // namespace

Channels::~Channels() { Stop(); }

void Channels::Stop() {
  std::map<std::string, ChannelViewPtr> views;
  {
    absl::MutexLock lock(&mutex_);
    stopped_ = true;
    views.swap(views_);
  }
  for (auto& [id, view] : views) view->Stop();
}

void Channels::Add(const std::string& channel_id) {
  {
    absl::MutexLock lock(&mutex_);
    configured_.push_back(channel_id);
  }
  Find(channel_id, [](const absl::StatusOr<ChannelViewPtr>&) {});
}

void Channels::Find(const std::string& channel_id,
                    std::function<void(absl::StatusOr<ChannelViewPtr>)> found) {
  ChannelViewPtr view;
  bool created = false, stopped;
  {
    absl::MutexLock lock(&mutex_);
    stopped = stopped_;
    auto it = views_.find(channel_id);
    if (it != views_.end()) {
      view = it->second;
    } else if (!stopped && views_.size() < kMaxChannels) {
      view = views_[channel_id] = std::make_shared<ChannelView>(channel_id, deps_);
      created = true;
    }
  }
  if (stopped) return found(absl::UnavailableError("the gateway is stopping"));
  if (view == nullptr) return found(absl::ResourceExhaustedError("too many channels"));
  if (created) view->Start();
  view->WhenKnown([this, view, found = std::move(found)](const absl::Status& status) {
    if (status.ok()) return found(view);
    Forget(view);
    found(status);
  });
}

// Before its caller is told: the caller's next question is not about this view.
void Channels::Forget(const ChannelViewPtr& view) {
  const std::string& id = view->channel_id();
  {
    absl::MutexLock lock(&mutex_);
    if (std::find(configured_.begin(), configured_.end(), id) != configured_.end()) return;
    auto it = views_.find(id);
    if (it == views_.end() || it->second != view || view->config() != nullptr) return;
    views_.erase(it);
  }
  view->Stop();
}

absl::Status Channels::Health() const {
  std::vector<ChannelViewPtr> views;
  {
    absl::MutexLock lock(&mutex_);
    for (const std::string& id : configured_) {
      auto it = views_.find(id);
      if (it != views_.end()) views.push_back(it->second);
    }
  }
  for (const auto& view : views) {
    if (view->config() == nullptr) {
      return absl::UnavailableError(absl::StrCat("channel ", view->channel_id(), " is not known"));
    }
    const auto peers = view->Peers();
    if (std::none_of(peers.begin(), peers.end(), [](const PeerState& peer) {
          return peer.own && peer.reach == PeerReach::kLive;
        })) {
      return absl::UnavailableError(absl::StrCat("channel ", view->channel_id(),
                                                 ": no peer of the own organisation is reachable"));
    }
  }
  return absl::OkStatus();
}

std::map<std::string, ChannelViewPtr> Channels::Views() const {
  absl::MutexLock lock(&mutex_);
  return views_;
}

std::vector<ChannelConfigPtr> Channels::Configs() const {
  std::vector<ChannelConfigPtr> configs;
  for (const auto& [id, view] : Views()) {
    if (auto config = view->config(); config != nullptr) configs.push_back(std::move(config));
  }
  return configs;
}

PeerClientPtr Channels::OwnPeer() const {
  for (const auto& [id, view] : Views()) {
    auto peers = view->Peers();
    SortPeers(&peers);
    for (const PeerState& peer : peers) {
      if (peer.own && Usable(peer)) return peer.client;
    }
  }
  return nullptr;
}

}  // namespace suyuan
