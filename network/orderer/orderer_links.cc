#include "network/orderer/orderer_links.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <map>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "network/common/status_macros.h"
#include "network/crypto/certificate.h"
#include "network/rpc/credentials.h"
#include "network/rpc/status_mapping.h"
#include "protos/suyuan/ordering_cluster.grpc.pb.h"

namespace suyuan {
namespace {

using ordering::Cluster;
using ordering::ForwardReply;
using ordering::ForwardRequest;

// Of the organisations that order.
std::vector<const Msp*> OrdererMsps(const ChannelConfig& config) {
  std::vector<const Msp*> found;
  for (const auto& [name, organization] : config.orderer()->organizations) {
    const Msp* msp = config.msps()->Find(organization.msp_id);
    if (msp != nullptr) found.push_back(msp);
  }
  return found;
}

std::string AllTlsRoots(const ChannelConfig& config) {
  std::string all;
  for (const Msp* msp : OrdererMsps(config)) all += TlsRootsPem(*msp);
  return all;
}

absl::Status ParseAll(const std::vector<std::string>& pems, std::vector<CertificatePtr>* out) {
  for (const std::string& pem : pems) {
    SUYUAN_ASSIGN_OR_RETURN(CertificatePtr certificate, Certificate::FromPem(pem));
    out->push_back(std::move(certificate));
  }
  return absl::OkStatus();
}

class Links final : public OrdererLinks {
 public:
  Links(TlsIdentity tls, absl::Duration timeout) : tls_(std::move(tls)), timeout_(timeout) {}

  void Forward(const std::string& address, const ChannelConfig& config,
               const ForwardRequest& request, Done done) override {
    // Outlives this object: gRPC holds on to it until the answer.
    struct Call {
      std::shared_ptr<Cluster::Stub> stub;
      grpc::ClientContext context;
      ForwardReply reply;
      Done done;
    };
    auto call = std::make_shared<Call>();
    call->stub = StubFor(address, AllTlsRoots(config));
    call->context.set_deadline(absl::ToChronoTime(absl::Now() + timeout_));
    call->done = std::move(done);
    call->stub->async()->Forward(&call->context, &request, &call->reply,
                                 [call](const grpc::Status& status) {
                                   if (status.ok()) {
                                     call->done(std::move(call->reply));
                                   } else {
                                     call->done(FromGrpc(status));
                                   }
                                 });
  }

 private:
  std::shared_ptr<Cluster::Stub> StubFor(const std::string& address, const std::string& roots) {
    absl::MutexLock lock(&mutex_);
    Known& known = known_[address];
    if (known.stub == nullptr || known.roots != roots) {
      known.roots = roots;
      known.stub = Cluster::NewStub(MakeChannel(address, MakeChannelCredentials(roots, &tls_), ""));
    }
    return known.stub;
  }

  struct Known {
    std::string roots;
    std::shared_ptr<Cluster::Stub> stub;
  };
  const TlsIdentity tls_;
  const absl::Duration timeout_;
  absl::Mutex mutex_;
  std::map<std::string, Known> known_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<OrdererLinks> OrdererLinks::Create(const TlsIdentity& tls, absl::Duration timeout) {
  return std::make_unique<Links>(tls, timeout);
}

absl::StatusOr<std::string> FindOwnConsenter(const ChannelConfig& config,
                                             absl::string_view certificate_pem) {
  SUYUAN_ASSIGN_OR_RETURN(const CertificatePtr own, Certificate::FromPem(certificate_pem));
  for (const ConsenterConfig& consenter : config.orderer()->consenters) {
    const auto theirs = Certificate::FromPem(consenter.server_tls_cert);
    if (!theirs.ok()) continue;
    // A renewed certificate of the same key is still this orderer's.
    if ((*theirs)->der() == own->der() ||
        (*theirs)->public_key()->ToDer() == own->public_key()->ToDer()) {
      return ConsenterAddress(consenter);
    }
  }
  return absl::NotFoundError(absl::StrCat("the channel's orderer set has no one with certificate ",
                                          own->subject(), " or its key"));
}

absl::Status CheckCallerIsConsenter(const ChannelConfig& config, absl::string_view certificate_pem,
                                    absl::Time now) {
  SUYUAN_ASSIGN_OR_RETURN(const CertificatePtr caller, Certificate::FromPem(certificate_pem));
  const auto refuse = [&caller](absl::string_view why) {
    return absl::PermissionDeniedError(
        absl::StrCat("the caller's TLS certificate (", caller->subject(), ") ", why));
  };
  bool listed = false;
  for (const ConsenterConfig& consenter : config.orderer()->consenters) {
    const auto theirs = Certificate::FromPem(consenter.client_tls_cert);
    listed = listed ||
             (theirs.ok() && (*theirs)->public_key()->ToDer() == caller->public_key()->ToDer());
  }
  if (!listed) return refuse("is not that of an orderer of this channel");
  std::vector<CertificatePtr> roots, intermediates;
  for (const Msp* msp : OrdererMsps(config)) {
    SUYUAN_RETURN_IF_ERROR(ParseAll(msp->tls_root_certs_pem(), &roots));
    SUYUAN_RETURN_IF_ERROR(ParseAll(msp->tls_intermediate_certs_pem(), &intermediates));
  }
  const absl::Status chain = BuildChain(caller, roots, intermediates, now).status();
  return chain.ok() ? chain : refuse(chain.message());
}

}  // namespace suyuan
