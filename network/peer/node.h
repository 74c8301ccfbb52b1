// A whole peer, put together from its parts.
#pragma once

#include <prometheus/registry.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "network/common/thread_pool.h"
#include "network/deliver/admin_check.h"
#include "network/deliver/ledger_copy_service.h"
#include "network/msp/identity.h"
#include "network/msp/msp.h"
#include "network/peer/admin_service.h"
#include "network/peer/caller_check.h"
#include "network/peer/chaincode/chaincode_host.h"
#include "network/peer/chaincode/system_chaincode.h"
#include "network/peer/channels.h"
#include "network/peer/committer/own_endorsements.h"
#include "network/peer/deliver_service.h"
#include "network/peer/endorser/endorser.h"
#include "network/peer/endorser_service.h"
#include "network/peer/link_service.h"
#include "network/peer/metrics.h"
#include "network/peer/options.h"
#include "network/rpc/certificate_watch.h"
#include "network/rpc/credentials.h"
#include "network/rpc/operations.h"
#include "network/rpc/server.h"
#include "network/rpc/session_server.h"

namespace suyuan {

// Who this node is, from its files.
struct PeerIdentity {
  std::shared_ptr<const SigningIdentity> signer;
  TlsIdentity tls;
  std::shared_ptr<const Msp> msp;
};
//   any error  names the file and the reason
absl::StatusOr<PeerIdentity> LoadPeerIdentity(const PeerOptions& options);

// Its parts stop in reverse order; running calls get kStopGrace.
class PeerNode {
 public:
  // Opens the channels, joins those of the options, and serves.
  static absl::StatusOr<std::unique_ptr<PeerNode>> Start(const PeerOptions& options);
  ~PeerNode();

  const std::string& address() const { return server_->address(); }
  const std::string& operations_address() const { return operations_->address(); }

 private:
  PeerNode(const PeerOptions& options, PeerIdentity identity);
  absl::Status OpenChannels();
  absl::Status BuildEndorser();
  absl::Status Serve();
  absl::Status ServeOperations();
  CopySource FindCopySource(const std::string& channel_id) const;
  absl::Status VisitPackages(const PackageVisitor& visit) const;
  absl::Status WatchCertificates();
  absl::Status JoinConfigured();

  const PeerOptions options_;
  const PeerIdentity identity_;
  const std::shared_ptr<OwnEndorsements> own_;
  const std::shared_ptr<prometheus::Registry> registry_;
  PeerMetrics metrics_;
  std::unique_ptr<ThreadPool> pool_;
  std::unique_ptr<Channels> channels_;
  std::unique_ptr<ChaincodeHost> chaincodes_;
  std::unique_ptr<SystemChaincodes> system_chaincodes_;
  std::unique_ptr<Endorser> endorser_;
  std::unique_ptr<CallerCheck> callers_;
  std::unique_ptr<EndorserService> endorser_service_;
  std::unique_ptr<LinkService> link_service_;
  std::unique_ptr<PeerDeliverService> deliver_service_;
  std::unique_ptr<AdminCheck> admins_;
  std::unique_ptr<AdminService> admin_service_;
  std::unique_ptr<LedgerCopyService> copy_service_;
  std::unique_ptr<SessionServer> sessions_;
  std::unique_ptr<OperationsServer> operations_;
  std::unique_ptr<CertificateWatch> certificate_watch_;
  std::unique_ptr<RpcServer> server_;
};

}  // namespace suyuan
