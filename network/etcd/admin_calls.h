// EtcdAdmin over the members of a cluster.
#pragma once

#include <memory>

#include "network/etcd/etcd_admin.h"
#include "network/etcd/etcd_members.h"

namespace suyuan {

// `members` outlives it.
std::unique_ptr<EtcdAdmin> MakeEtcdAdmin(EtcdMembers& members);

}  // namespace suyuan
