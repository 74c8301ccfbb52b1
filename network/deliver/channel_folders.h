// Where a node keeps its channels: DATA/channels/NAME while it takes part, NAME.LEFT,
// empty, once it left by command (so that a restart does not join what the node's
// configuration lists). And how it waits until nobody uses a channel any more.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"

namespace suyuan {

// Channel names are lower case, so no channel is named NAME.LEFT. Thread-safe, but for
// calls on one name at a time.
class ChannelFolders {
 public:
  explicit ChannelFolders(std::filesystem::path dir) : dir_(std::move(dir)) {}

  std::filesystem::path Of(absl::string_view name) const { return dir_ / std::string(name); }

  // Makes the folder of all and returns the names in it, sorted. Finishes what a crash
  // cut short: what is in a left channel's folder is deleted.
  absl::StatusOr<std::vector<std::string>> Open() const;
  // The node left `name`: durable once OK, and not undone by a crash at any moment.
  absl::Status Retire(absl::string_view name) const;
  // Deletes what Retire() put away. A crash before its end is made good by Open().
  absl::Status DeleteRetired(absl::string_view name) const;
  // Deletes what a join that was cut short left.
  absl::Status Discard(absl::string_view name) const;
  bool WasLeft(absl::string_view name) const;
  // The node takes part again: its folder is there. Durable once OK.
  absl::Status Rejoined(absl::string_view name) const;

 private:
  std::filesystem::path LeftFolder(absl::string_view name) const;

  const std::filesystem::path dir_;
};

// Told when an object is no more.
using GonePtr = std::shared_ptr<absl::Notification>;

// `object`, but when the last user of the result let go, `gone` is told, after the
// object's destructor.
template <typename T>
std::shared_ptr<T> TellWhenGone(std::shared_ptr<T> object, GonePtr gone) {
  T* const raw = object.get();
  return std::shared_ptr<T>(raw, [object = std::move(object), gone = std::move(gone)](T*) mutable {
    object.reset();
    gone->Notify();
  });
}

}  // namespace suyuan
