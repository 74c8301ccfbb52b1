#include "network/etcd/etcd_client.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/crypto/certificate.h"
#include "network/crypto/keys.h"
#include "network/etcd/admin_calls.h"
#include "network/etcd/etcd_admin.h"
#include "network/etcd/etcd_members.h"
#include "network/etcd/lease_keeper.h"
#include "network/etcd/unary_call.h"
#include "network/etcd/watch_loop.h"
#include "protos/etcd/rpc.grpc.pb.h"

namespace suyuan {
namespace {

using namespace ::etcdserverpb;  // NOLINT: every name here is one of its messages
using KvStub = ::etcdserverpb::KV::Stub;
using LeaseStub = ::etcdserverpb::Lease::Stub;
template <typename T>
using Answer = absl::StatusOr<T>;

class Client final : public EtcdClient {
 public:
  explicit Client(std::shared_ptr<const EtcdDialer> dialer)
      : dialer_(std::move(dialer)), members_(dialer_), admin_(MakeEtcdAdmin(members_)) {}

  Answer<RangeResponse> Range(const RangeRequest& request, absl::Time deadline) override {
    return UnaryCall(members_, {.name = "Range", .needs_leader = !request.serializable()}, deadline,
                     request, &KvStub::Range);
  }
  Answer<PutResponse> Put(const PutRequest& request, RetryPolicy policy,
                          absl::Time deadline) override {
    return UnaryCall(members_, {.name = "Put", .changes = true, .policy = policy}, deadline,
                     request, &KvStub::Put);
  }
  Answer<DeleteRangeResponse> DeleteRange(const DeleteRangeRequest& request, RetryPolicy policy,
                                          absl::Time deadline) override {
    return UnaryCall(members_, {.name = "DeleteRange", .changes = true, .policy = policy}, deadline,
                     request, &KvStub::DeleteRange);
  }
  Answer<TxnResponse> Txn(const TxnRequest& request, RetryPolicy policy,
                          absl::Time deadline) override {
    return UnaryCall(members_, {.name = "Txn", .changes = true, .policy = policy}, deadline,
                     request, &KvStub::Txn);
  }
  Answer<CompactionResponse> Compact(const CompactionRequest& request,
                                     absl::Time deadline) override {
    return UnaryCall(members_, {.name = "Compact", .changes = true}, deadline, request,
                     &KvStub::Compact);
  }
  Answer<LeaseGrantResponse> LeaseGrant(const LeaseGrantRequest& request,
                                        absl::Time deadline) override {
    return UnaryCall(members_, {.name = "LeaseGrant", .changes = true}, deadline, request,
                     &LeaseStub::LeaseGrant);
  }
  Answer<LeaseRevokeResponse> LeaseRevoke(const LeaseRevokeRequest& request,
                                          absl::Time deadline) override {
    return UnaryCall(members_, {.name = "LeaseRevoke", .changes = true}, deadline, request,
                     &LeaseStub::LeaseRevoke);
  }
  Answer<LeaseTimeToLiveResponse> LeaseTimeToLive(const LeaseTimeToLiveRequest& request,
                                                  absl::Time deadline) override {
    SUYUAN_ASSIGN_OR_RETURN(auto response,
                            UnaryCall(members_, {.name = "LeaseTimeToLive"}, deadline, request,
                                      &LeaseStub::LeaseTimeToLive));
    if (response.ttl() < 0) {
      return absl::NotFoundError(absl::StrCat("etcd LeaseTimeToLive: no lease ", request.id()));
    }
    return response;
  }
  Answer<std::unique_ptr<EtcdLease>> KeepLease(EtcdLeaseOptions options,
                                               absl::Time deadline) override {
    return StartLease(*this, dialer_, std::move(options), deadline);
  }
  std::unique_ptr<EtcdWatch> Watch(const WatchCreateRequest& request,
                                   EtcdWatchHandler handler) override {
    return StartWatch(dialer_, request, std::move(handler));
  }
  EtcdAdmin& admin() override { return *admin_; }
  void Cancel() override { members_.Cancel(); }

 private:
  const std::shared_ptr<const EtcdDialer> dialer_;
  EtcdMembers members_;
  const std::unique_ptr<EtcdAdmin> admin_;
};

absl::Status CheckEndpoint(const std::string& endpoint) {
  const size_t colon = endpoint.rfind(':');
  int port = 0;
  if (colon == std::string::npos || colon == 0 || endpoint.find('/') != std::string::npos ||
      !absl::SimpleAtoi(endpoint.substr(colon + 1), &port) || port < 1 || port > 65535) {
    return absl::InvalidArgumentError(
        absl::StrCat("endpoints: \"", endpoint, "\" is not host:port"));
  }
  return absl::OkStatus();
}

absl::Status CheckIdentity(const EtcdClientOptions& options) {
  if (options.certificate_pem.empty() && options.key_pem.empty()) return absl::OkStatus();
  SUYUAN_ASSIGN_OR_RETURN(const CertificatePtr certificate,
                          Certificate::FromPem(options.certificate_pem), "certificate_pem");
  SUYUAN_ASSIGN_OR_RETURN(const auto key, PrivateKey::FromPem(options.key_pem), "key_pem");
  if (certificate->public_key()->ToDer() != key->public_key()->ToDer()) {
    return absl::InvalidArgumentError("key_pem: not the key of certificate_pem");
  }
  return absl::OkStatus();
}

absl::Status Check(const EtcdClientOptions& options) {
  if (options.endpoints.empty()) return absl::InvalidArgumentError("endpoints: none");
  for (const std::string& endpoint : options.endpoints) {
    SUYUAN_RETURN_IF_ERROR(CheckEndpoint(endpoint));
  }
  SUYUAN_RETURN_IF_ERROR(Certificate::FromPem(options.roots_pem), "roots_pem");
  return CheckIdentity(options);
}

}  // namespace

absl::StatusOr<std::unique_ptr<EtcdClient>> EtcdClient::Create(const EtcdClientOptions& options) {
  SUYUAN_RETURN_IF_ERROR(Annotate(Check(options), "etcd client"));
  return std::make_unique<Client>(std::make_shared<const EtcdDialer>(options));
}

std::string PrefixEnd(absl::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xff) end.pop_back();
  if (end.empty()) return std::string(1, '\0');
  ++end.back();
  return end;
}

}  // namespace suyuan
