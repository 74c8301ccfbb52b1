#include "network/etcd/admin_calls.h"

#include "network/etcd/unary_call.h"
#include "protos/etcd/rpc.grpc.pb.h"

namespace suyuan {
namespace {

using namespace ::etcdserverpb;  // NOLINT: every name here is one of its messages
using ClusterStub = ::etcdserverpb::Cluster::Stub;
using MaintenanceStub = ::etcdserverpb::Maintenance::Stub;
using AuthStub = ::etcdserverpb::Auth::Stub;
template <typename T>
using Answer = absl::StatusOr<T>;

EtcdCallTraits Read(absl::string_view name) { return {.name = name}; }

EtcdCallTraits Change(absl::string_view name) {
  return {.name = name, .changes = true, .policy = RetryPolicy::kOnce};
}

// Answered by the member itself, whatever became of the others.
EtcdCallTraits Local(absl::string_view name) { return {.name = name, .needs_leader = false}; }

class Admin final : public EtcdAdmin {
 public:
  explicit Admin(EtcdMembers& members) : members_(members) {}

  Answer<MemberListResponse> MemberList(absl::Time deadline) override {
    return UnaryCall(members_, Local("MemberList"), deadline, MemberListRequest(),
                     &ClusterStub::MemberList);
  }
  Answer<MemberAddResponse> MemberAdd(const MemberAddRequest& request,
                                      absl::Time deadline) override {
    return UnaryCall(members_, Change("MemberAdd"), deadline, request, &ClusterStub::MemberAdd);
  }
  Answer<MemberPromoteResponse> MemberPromote(const MemberPromoteRequest& request,
                                              absl::Time deadline) override {
    return UnaryCall(members_, Change("MemberPromote"), deadline, request,
                     &ClusterStub::MemberPromote);
  }
  Answer<MemberRemoveResponse> MemberRemove(const MemberRemoveRequest& request,
                                            absl::Time deadline) override {
    return UnaryCall(members_, Change("MemberRemove"), deadline, request,
                     &ClusterStub::MemberRemove);
  }
  Answer<MemberUpdateResponse> MemberUpdate(const MemberUpdateRequest& request,
                                            absl::Time deadline) override {
    return UnaryCall(members_, Change("MemberUpdate"), deadline, request,
                     &ClusterStub::MemberUpdate);
  }

  Answer<AlarmResponse> Alarm(const AlarmRequest& request, absl::Time deadline) override {
    return UnaryCall(members_, {.name = "Alarm", .changes = true}, deadline, request,
                     &MaintenanceStub::Alarm);
  }
  Answer<StatusResponse> StatusOf(const std::string& endpoint, absl::Time deadline) override {
    return UnaryCallAt(members_, endpoint, Local("Status"), deadline, StatusRequest(),
                       &MaintenanceStub::Status);
  }
  Answer<HashKVResponse> HashOf(const std::string& endpoint, const HashKVRequest& request,
                                absl::Time deadline) override {
    return UnaryCallAt(members_, endpoint, Local("HashKV"), deadline, request,
                       &MaintenanceStub::HashKV);
  }
  Answer<DefragmentResponse> Defragment(const std::string& endpoint, absl::Time deadline) override {
    return UnaryCallAt(members_, endpoint, Local("Defragment"), deadline, DefragmentRequest(),
                       &MaintenanceStub::Defragment);
  }
  Answer<MoveLeaderResponse> MoveLeader(const std::string& endpoint, uint64_t member_id,
                                        absl::Time deadline) override {
    MoveLeaderRequest request;
    request.set_targetid(member_id);
    return UnaryCallAt(members_, endpoint, Change("MoveLeader"), deadline, request,
                       &MaintenanceStub::MoveLeader);
  }

  Answer<AuthEnableResponse> AuthEnable(absl::Time deadline) override {
    return UnaryCall(members_, Change("AuthEnable"), deadline, AuthEnableRequest(),
                     &AuthStub::AuthEnable);
  }
  Answer<AuthDisableResponse> AuthDisable(absl::Time deadline) override {
    return UnaryCall(members_, Change("AuthDisable"), deadline, AuthDisableRequest(),
                     &AuthStub::AuthDisable);
  }
  Answer<AuthUserAddResponse> UserAdd(const AuthUserAddRequest& request,
                                      absl::Time deadline) override {
    return UnaryCall(members_, Change("UserAdd"), deadline, request, &AuthStub::UserAdd);
  }
  Answer<AuthUserGetResponse> UserGet(const AuthUserGetRequest& request,
                                      absl::Time deadline) override {
    return UnaryCall(members_, Read("UserGet"), deadline, request, &AuthStub::UserGet);
  }
  Answer<AuthUserListResponse> UserList(absl::Time deadline) override {
    return UnaryCall(members_, Read("UserList"), deadline, AuthUserListRequest(),
                     &AuthStub::UserList);
  }
  Answer<AuthUserDeleteResponse> UserDelete(const AuthUserDeleteRequest& request,
                                            absl::Time deadline) override {
    return UnaryCall(members_, Change("UserDelete"), deadline, request, &AuthStub::UserDelete);
  }
  Answer<AuthUserGrantRoleResponse> UserGrantRole(const AuthUserGrantRoleRequest& request,
                                                  absl::Time deadline) override {
    return UnaryCall(members_, Change("UserGrantRole"), deadline, request,
                     &AuthStub::UserGrantRole);
  }
  Answer<AuthUserRevokeRoleResponse> UserRevokeRole(const AuthUserRevokeRoleRequest& request,
                                                    absl::Time deadline) override {
    return UnaryCall(members_, Change("UserRevokeRole"), deadline, request,
                     &AuthStub::UserRevokeRole);
  }
  Answer<AuthRoleAddResponse> RoleAdd(const AuthRoleAddRequest& request,
                                      absl::Time deadline) override {
    return UnaryCall(members_, Change("RoleAdd"), deadline, request, &AuthStub::RoleAdd);
  }
  Answer<AuthRoleGetResponse> RoleGet(const AuthRoleGetRequest& request,
                                      absl::Time deadline) override {
    return UnaryCall(members_, Read("RoleGet"), deadline, request, &AuthStub::RoleGet);
  }
  Answer<AuthRoleListResponse> RoleList(absl::Time deadline) override {
    return UnaryCall(members_, Read("RoleList"), deadline, AuthRoleListRequest(),
                     &AuthStub::RoleList);
  }
  Answer<AuthRoleDeleteResponse> RoleDelete(const AuthRoleDeleteRequest& request,
                                            absl::Time deadline) override {
    return UnaryCall(members_, Change("RoleDelete"), deadline, request, &AuthStub::RoleDelete);
  }
  Answer<AuthRoleGrantPermissionResponse> RoleGrantPermission(
      const AuthRoleGrantPermissionRequest& request, absl::Time deadline) override {
    return UnaryCall(members_, Change("RoleGrantPermission"), deadline, request,
                     &AuthStub::RoleGrantPermission);
  }
  Answer<AuthRoleRevokePermissionResponse> RoleRevokePermission(
      const AuthRoleRevokePermissionRequest& request, absl::Time deadline) override {
    return UnaryCall(members_, Change("RoleRevokePermission"), deadline, request,
                     &AuthStub::RoleRevokePermission);
  }

 private:
  EtcdMembers& members_;
};

}  // namespace

std::unique_ptr<EtcdAdmin> MakeEtcdAdmin(EtcdMembers& members) {
  return std::make_unique<Admin>(members);
}

}  // namespace suyuan
