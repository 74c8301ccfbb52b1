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

// The TLS certificates of the organisations that order.
struct OrdererRoots {
  std::vector<std::string> roots, intermediates;  // PEM

  std::string AllPem() const {
    std::string all;
    for (const std::string& pem : roots) absl::StrAppend(&all, pem, "\n");
    for (const std::string& pem : intermediates) absl::StrAppend(&all, pem, "\n");
    return all;
  }
};

OrdererRoots RootsOf(const ChannelConfig& config) {
  OrdererRoots found;
  for (const auto& [name, organization] : config.orderer()->organizations) {
    const Msp* msp = config.msps()->Find(organization.msp_id);
    if (msp == nullptr) continue;
    for (const std::string& pem : msp->tls_root_certs_pem()) found.roots.push_back(pem);
    for (const std::string& pem : msp->tls_intermediate_certs_pem()) {
      found.intermediates.push_back(pem);
    }
  }
  return found;
}

absl::StatusOr<std::vector<CertificatePtr>> ParseAll(const std::vector<std::string>& pems) {
  std::vector<CertificatePtr> certificates;
  for (const std::string& pem : pems) {
    SUYUAN_ASSIGN_OR_RETURN(CertificatePtr certificate, Certificate::FromPem(pem));
    certificates.push_back(std::move(certificate));
  }
  return certificates;
}

class Links final : public OrdererLinks {
 public:
  Links(const OrdererTls& tls, absl::Duration timeout)
      : tls_{tls.certificate_pem, tls.key_pem}, timeout_(timeout) {}

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
    call->stub = StubFor(address, RootsOf(config).AllPem());
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

std::unique_ptr<OrdererLinks> OrdererLinks::Create(const OrdererTls& tls, absl::Duration timeout) {
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
  const OrdererRoots pems = RootsOf(config);
  SUYUAN_ASSIGN_OR_RETURN(const auto roots, ParseAll(pems.roots));
  SUYUAN_ASSIGN_OR_RETURN(const auto intermediates, ParseAll(pems.intermediates));
  const absl::Status chain = BuildChain(caller, roots, intermediates, now).status();
  return chain.ok() ? chain : refuse(chain.message());
}

}  // namespace suyuan
