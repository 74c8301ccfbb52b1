// The one kind of EtcdLease: a thread that sends keep-alives over connections of its own.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "network/etcd/etcd_client.h"
#include "network/etcd/etcd_members.h"

namespace suyuan {

// EtcdClient::KeepLease(); `client` outlives the lease, and revokes it.
absl::StatusOr<std::unique_ptr<EtcdLease>> StartLease(EtcdClient& client,
                                                      std::shared_ptr<const EtcdDialer> dialer,
                                                      EtcdLeaseOptions options,
                                                      absl::Time deadline);

}  // namespace suyuan
