#include "network/etcd/watch_cursor.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "network/etcd/etcd_status.h"

namespace suyuan {
namespace {

using ::etcdserverpb::WatchResponse;

absl::Status WhyCancelled(const WatchResponse& response) {
  const absl::Status end = JudgeWatchCancel(response.compact_revision(), response.cancel_reason());
  if (!end.ok()) return end;
  return absl::UnavailableError(
      absl::StrCat("the member cancelled the watch: ", response.cancel_reason()));
}

}  // namespace

absl::StatusOr<std::optional<WatchResponse>> WatchCursor::Take(WatchResponse response) {
  if (response.canceled()) return WhyCancelled(response);
  if (response.created()) {
    if (next_ == 0) next_ = response.header().revision() + 1;
    return std::nullopt;
  }
  if (response.events().empty() && !response.fragment() && !held_) {
    next_ = std::max(next_, response.header().revision() + 1);
    return response;
  }
  Join(&response);
  DropDelivered(&response);
  if (response.fragment()) HoldLastRevision(&response);
  if (response.events().empty()) return std::nullopt;
  next_ = response.events().rbegin()->kv().mod_revision() + 1;
  return response;
}

// Puts the events held back in front.
void WatchCursor::Join(WatchResponse* response) {
  if (!held_) return;
  for (auto& event : *response->mutable_events()) *held_->add_events() = std::move(event);
  response->mutable_events()->Swap(held_->mutable_events());
  held_.reset();
}

void WatchCursor::DropDelivered(WatchResponse* response) {
  auto* events = response->mutable_events();
  const auto first = std::find_if(events->begin(), events->end(), [this](const auto& event) {
    return event.kv().mod_revision() >= next_;
  });
  events->DeleteSubrange(0, static_cast<int>(first - events->begin()));
}

void WatchCursor::HoldLastRevision(WatchResponse* response) {
  auto* events = response->mutable_events();
  if (events->empty()) return;
  const int64_t last = events->rbegin()->kv().mod_revision();
  const auto first = std::find_if(events->begin(), events->end(), [last](const auto& event) {
    return event.kv().mod_revision() == last;
  });
  const int keep = static_cast<int>(first - events->begin());
  held_.emplace();
  for (auto it = first; it != events->end(); ++it) *held_->add_events() = std::move(*it);
  events->DeleteSubrange(keep, events->size() - keep);
}

}  // namespace suyuan
