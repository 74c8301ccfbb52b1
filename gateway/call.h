// What the calls share.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/channels.h"
#include "gateway/peer_client.h"
#include "network/common/thread_pool.h"
#include "network/msp/identity.h"

namespace suyuan {

// Outlives every call.
struct CallDeps {
  Channels* channels = nullptr;
  ThreadPool* workers = nullptr;  // signature checks
  std::shared_ptr<const SigningIdentity> identity;
  absl::Duration endorsement_timeout = absl::Seconds(30);
  absl::Duration submit_timeout = absl::Seconds(30);  // when the caller sets none
};

// Ends the client's call. Called exactly once; after it neither request nor response
// is touched.
using CallDone = std::function<void(const absl::Status&)>;

// OK when `request`, signed by `identity`, satisfies the channel's policy for
// `resource` (its ACL, else /Channel/Application/Readers).
//   kPermissionDenied  it does not
absl::Status CheckReader(const ChannelConfig& config, absl::string_view resource,
                         absl::string_view request, absl::string_view identity,
                         absl::string_view signature);

}  // namespace suyuan
