// Operating an etcd cluster: members, alarms, space, users. Errors as in etcd_client.h.
//
// What only reads is repeated elsewhere at will; what changes is not repeated when its
// outcome is unknown (OutcomeUnknown()): look with MemberList() and the like.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "protos/etcd/rpc.pb.h"

namespace suyuan {

// Thread-safe. From EtcdClient::admin().
class EtcdAdmin {
 public:
  virtual ~EtcdAdmin() = default;

  // As one member sees it: needs no majority, may be stale.
  virtual absl::StatusOr<::etcdserverpb::MemberListResponse> MemberList(absl::Time deadline) = 0;
  //   kFailedPrecondition  these peer URLs are a member's already, or members are
  //                        missing now (etcd's "unhealthy cluster", "not enough started
  //                        members", "too many learner members")
  virtual absl::StatusOr<::etcdserverpb::MemberAddResponse> MemberAdd(
      const ::etcdserverpb::MemberAddRequest& request, absl::Time deadline) = 0;
  //   kFailedPrecondition  not a learner, or not yet in sync with the leader
  virtual absl::StatusOr<::etcdserverpb::MemberPromoteResponse> MemberPromote(
      const ::etcdserverpb::MemberPromoteRequest& request, absl::Time deadline) = 0;
  //   kFailedPrecondition  the rest would have no quorum
  virtual absl::StatusOr<::etcdserverpb::MemberRemoveResponse> MemberRemove(
      const ::etcdserverpb::MemberRemoveRequest& request, absl::Time deadline) = 0;
  virtual absl::StatusOr<::etcdserverpb::MemberUpdateResponse> MemberUpdate(
      const ::etcdserverpb::MemberUpdateRequest& request, absl::Time deadline) = 0;

  // Idempotent, so repeated when in doubt.
  virtual absl::StatusOr<::etcdserverpb::AlarmResponse> Alarm(
      const ::etcdserverpb::AlarmRequest& request, absl::Time deadline) = 0;

  // About one member, at "host:port", which need not be among the client's endpoints; asked
  // once.
  virtual absl::StatusOr<::etcdserverpb::StatusResponse> StatusOf(const std::string& endpoint,
                                                                  absl::Time deadline) = 0;
  virtual absl::StatusOr<::etcdserverpb::HashKVResponse> HashOf(
      const std::string& endpoint, const ::etcdserverpb::HashKVRequest& request,
      absl::Time deadline) = 0;
  // The member serves nobody until it is done.
  virtual absl::StatusOr<::etcdserverpb::DefragmentResponse> Defragment(const std::string& endpoint,
                                                                        absl::Time deadline) = 0;
  // `endpoint` is the leader's.
  //   kFailedPrecondition  it is not, or `member_id` cannot lead
  virtual absl::StatusOr<::etcdserverpb::MoveLeaderResponse> MoveLeader(const std::string& endpoint,
                                                                        uint64_t member_id,
                                                                        absl::Time deadline) = 0;

  // Users are known by the common name of their certificate: add them with
  // options.no_password.
  virtual absl::StatusOr<::etcdserverpb::AuthEnableResponse> AuthEnable(absl::Time deadline) = 0;
  virtual absl::StatusOr<::etcdserverpb::AuthDisableResponse> AuthDisable(absl::Time deadline) = 0;
  virtual absl::StatusOr<::etcdserverpb::AuthUserAddResponse> UserAdd(
      const ::etcdserverpb::AuthUserAddRequest& request, absl::Time deadline) = 0;
  virtual absl::StatusOr<::etcdserverpb::AuthUserGetResponse> UserGet(
      const ::etcdserverpb::AuthUserGetRequest& request, absl::Time deadline) = 0;
  virtual absl::StatusOr<::etcdserverpb::AuthUserListResponse> UserList(absl::Time deadline) = 0;
  virtual absl::StatusOr<::etcdserverpb::AuthUserDeleteResponse> UserDelete(
      const ::etcdserverpb::AuthUserDeleteRequest& request, absl::Time deadline) = 0;
  virtual absl::StatusOr<::etcdserverpb::AuthUserGrantRoleResponse> UserGrantRole(
      const ::etcdserverpb::AuthUserGrantRoleRequest& request, absl::Time deadline) = 0;
  virtual absl::StatusOr<::etcdserverpb::AuthUserRevokeRoleResponse> UserRevokeRole(
      const ::etcdserverpb::AuthUserRevokeRoleRequest& request, absl::Time deadline) = 0;
  virtual absl::StatusOr<::etcdserverpb::AuthRoleAddResponse> RoleAdd(
      const ::etcdserverpb::AuthRoleAddRequest& request, absl::Time deadline) = 0;
  virtual absl::StatusOr<::etcdserverpb::AuthRoleGetResponse> RoleGet(
      const ::etcdserverpb::AuthRoleGetRequest& request, absl::Time deadline) = 0;
  virtual absl::StatusOr<::etcdserverpb::AuthRoleListResponse> RoleList(absl::Time deadline) = 0;
  virtual absl::StatusOr<::etcdserverpb::AuthRoleDeleteResponse> RoleDelete(
      const ::etcdserverpb::AuthRoleDeleteRequest& request, absl::Time deadline) = 0;
  virtual absl::StatusOr<::etcdserverpb::AuthRoleGrantPermissionResponse> RoleGrantPermission(
      const ::etcdserverpb::AuthRoleGrantPermissionRequest& request, absl::Time deadline) = 0;
  virtual absl::StatusOr<::etcdserverpb::AuthRoleRevokePermissionResponse> RoleRevokePermission(
      const ::etcdserverpb::AuthRoleRevokePermissionRequest& request, absl::Time deadline) = 0;
};

}  // namespace suyuan
