// Private write sets between endorsement and commit.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace suyuan {

// Thread-safe.
class TransientStore {
 public:
  // Opens or creates it in `dir`.
  static absl::StatusOr<std::unique_ptr<TransientStore>> Open(const std::filesystem::path& dir);
  virtual ~TransientStore() = default;
  // Keeps `private_rwset` (rwset.TxPvtReadWriteSet) of a transaction endorsed at
  // `height`. Survives a kill once OK.
  virtual absl::Status Put(absl::string_view tx_id, absl::string_view private_rwset,
                           uint64_t height) = 0;
  // All that was put for `tx_id` (endorsed more than once, it may differ); empty
  // when none.
  virtual absl::StatusOr<std::vector<std::string>> Get(absl::string_view tx_id) const = 0;
  virtual absl::Status Remove(const std::vector<std::string>& tx_ids) = 0;
  // Drops what was put at a height below `height`.
  virtual absl::Status PurgeBelow(uint64_t height) = 0;
  // All records as of now, key and value as FORMAT.md says; a Status from `visit` ends
  // the visit.
  virtual absl::Status Visit(
      const std::function<absl::Status(absl::string_view key, absl::string_view value)>& visit)
      const = 0;
};

}  // namespace suyuan
