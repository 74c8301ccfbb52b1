#include "network/orderer/testing/test_orderer.h"

#include <grpcpp/channel.h>

#include <utility>

#include "network/common/check.h"

namespace suyuan {

TestOrderer::TestOrderer(const std::filesystem::path& dir, const TestOrganization& organization)
    : dir_(dir), organization_(organization), signer_(organization.NewOrderer()) {
  const TestCertificate tls = organization.tls_ca().IssueTls("orderer0");
  tls_ = {tls.certificate->ToPem(), tls.key->ToPem()};
  Start();
}

void TestOrderer::Start() {
  metrics_ = std::make_unique<OrdererMetrics>(std::make_shared<prometheus::Registry>());
  auto channels = OrderingChannels::Open(
      dir_ / "channels", {.signer = signer_, .metrics = metrics_.get(), .tls = tls_});
  SUYUAN_CHECK(channels.ok());
  channels_ = *std::move(channels);
  pool_ = std::make_unique<ThreadPool>(2);
  const auto find = [this](const std::string& id) { return channels_->Find(id); };
  broadcast_ =
      BroadcastService::Create({.find = find, .pool = pool_.get(), .metrics = metrics_.get()});
  deliver_ = DeliverService::Create({.find = find, .pool = pool_.get()});
  atomic_broadcast_ = MakeAtomicBroadcast(broadcast_.get(), deliver_.get());
  participation_ = MakeParticipation(
      {.channels = channels_.get(), .msp = organization_.MakeMsp(), .pool = pool_.get()});
  auto server = RpcServer::Start({.listen = address_, .tls = tls_},
                                 {atomic_broadcast_.get(), participation_.get()});
  SUYUAN_CHECK(server.ok());
  server_ = *std::move(server);
  address_ = server_->address();
}

void TestOrderer::Stop() {
  if (server_ == nullptr) return;
  server_->Stop(absl::ZeroDuration());
  server_.reset();
  pool_.reset();
  participation_.reset();
  atomic_broadcast_.reset();
  deliver_.reset();
  broadcast_.reset();
  channels_.reset();
  metrics_.reset();
}

std::shared_ptr<grpc::Channel> TestOrderer::Connect() const {
  return MakeChannel(address_, MakeChannelCredentials(organization_.tls_ca_pem(), nullptr), "");
}

}  // namespace suyuan
