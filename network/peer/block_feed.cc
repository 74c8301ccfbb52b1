#include "network/peer/block_feed.h"

#include <utility>

namespace suyuan {

std::vector<std::shared_ptr<BlockFeed::Follower>> BlockFeed::Followers() {
  std::vector<std::shared_ptr<Follower>> followers;
  std::erase_if(followers_, [&followers](const std::weak_ptr<Follower>& weak) {
    std::shared_ptr<Follower> follower = weak.lock();
    if (follower == nullptr) return true;
    followers.push_back(std::move(follower));
    return false;
  });
  return followers;
}

void BlockFeed::Publish(BlockSummary summary) {
  std::vector<std::shared_ptr<Follower>> followers;
  {
    absl::MutexLock lock(&mutex_);
    height_ = summary.number + 1;
    recent_.push_back(std::make_shared<const BlockSummary>(std::move(summary)));
    if (recent_.size() > capacity_) recent_.pop_front();
    followers = Followers();
  }
  for (const std::shared_ptr<Follower>& follower : followers) follower->OnBlock();
}

void BlockFeed::WakeAll() {
  std::vector<std::shared_ptr<Follower>> followers;
  {
    absl::MutexLock lock(&mutex_);
    followers = Followers();
  }
  for (const std::shared_ptr<Follower>& follower : followers) follower->OnBlock();
}

uint64_t BlockFeed::Height() const {
  absl::MutexLock lock(&mutex_);
  return height_;
}

BlockSummaryPtr BlockFeed::Find(uint64_t number) const {
  absl::MutexLock lock(&mutex_);
  if (recent_.empty() || number < recent_.front()->number) return nullptr;
  const uint64_t index = number - recent_.front()->number;
  return index < recent_.size() ? recent_[index] : nullptr;
}

void BlockFeed::Follow(const std::shared_ptr<Follower>& follower) {
  absl::MutexLock lock(&mutex_);
  followers_.push_back(follower);
}

}  // namespace suyuan
