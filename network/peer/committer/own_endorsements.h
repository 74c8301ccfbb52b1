// What this peer endorsed lately: its own signatures need no second look when they
// come back in a block.
#pragma once

#include <cstddef>
#include <deque>
#include <initializer_list>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "network/msp/identity.h"

namespace suyuan {

// Remembers (signature, SHA-256 of each part of what was signed) of the last `capacity`
// signatures. Thread-safe.
class OwnEndorsements {
 public:
  explicit OwnEndorsements(size_t capacity = 50'000) : capacity_(capacity) {}

  void Add(std::initializer_list<absl::string_view> message, absl::string_view signature);
  // True when this peer made `signature` over exactly these message parts.
  bool Made(std::initializer_list<absl::string_view> message, absl::string_view signature) const;

 private:
  const size_t capacity_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::string> digests_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::string> order_ ABSL_GUARDED_BY(mutex_);
};

// `signer`, with all that it signs remembered in `own`.
std::shared_ptr<const SigningIdentity> RememberSignatures(
    std::shared_ptr<const SigningIdentity> signer, std::shared_ptr<OwnEndorsements> own);

}  // namespace suyuan
