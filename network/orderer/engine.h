// Operating the etcd cluster that orderers order through, on behalf of an orderer's
// admin: its members, its space.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "network/etcd/etcd_client.h"
#include "protos/suyuan/participation.pb.h"

namespace suyuan {

// Each takes at most until `deadline` (a defragmentation: as long as it needs). Errors are
// EtcdAdmin's.

// The members, each asked by itself: one that does not answer is in the list with the
// reason.
absl::StatusOr<orderer::EngineStatus> DescribeEngine(EtcdClient& client, absl::Time deadline);

// A new member as learner: it gets the data, and has no vote until it is promoted.
//   kFailedPrecondition  a member is not running or is still a learner, which is named; or all
//                        run, but not for long enough
absl::Status AddEngineMember(EtcdClient& client, const std::string& peer_url, absl::Time deadline);
//   kFailedPrecondition  it has not caught up yet
absl::Status PromoteEngineMember(EtcdClient& client, uint64_t id, absl::Time deadline);
//   kFailedPrecondition  the members that answer would be no majority of the rest; names
//                        those that do not
absl::Status RemoveEngineMember(EtcdClient& client, uint64_t id, absl::Time deadline);

// After etcd has run out of space: drops old revisions, gives their space back member by
// member, and lets etcd take writes again.
absl::Status ClearSpaceAlarm(EtcdClient& client, absl::Time deadline);

}  // namespace suyuan
