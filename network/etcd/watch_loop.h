// The one kind of EtcdWatch: a thread that reads a stream, and opens another when it ends.
#pragma once

#include <memory>

#include "network/etcd/etcd_client.h"
#include "network/etcd/etcd_members.h"

namespace suyuan {

std::unique_ptr<EtcdWatch> StartWatch(std::shared_ptr<const EtcdDialer> dialer,
                                      const ::etcdserverpb::WatchCreateRequest& request,
                                      EtcdWatchHandler handler);

}  // namespace suyuan
