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

}  // namespace suyuan
