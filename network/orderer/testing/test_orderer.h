// An orderer in this process, on a loopback port with TLS.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "network/orderer/services.h"
#include "network/rpc/server.h"
#include "network/setup/testing/test_channel.h"

namespace suyuan {

// Aborts on mistakes. Start() and Stop() may alternate: the data stay in `dir`.
class TestOrderer {
 public:
  TestOrderer(const std::filesystem::path& dir, const TestOrganization& organization);
  ~TestOrderer() { Stop(); }

  // On the port of the first start.
  void Start();
  void Stop();

  OrderingChannels& channels() { return *channels_; }
  const std::string& address() const { return address_; }
  std::shared_ptr<grpc::Channel> Connect() const;

 private:
  const std::filesystem::path dir_;
  const TestOrganization& organization_;
  const std::shared_ptr<const SigningIdentity> signer_;
  TlsIdentity tls_;
  std::string address_ = "127.0.0.1:0";
  std::unique_ptr<OrdererMetrics> metrics_;
  std::unique_ptr<OrderingChannels> channels_;
  std::unique_ptr<ThreadPool> pool_;
  std::unique_ptr<BroadcastService> broadcast_;
  std::unique_ptr<DeliverService> deliver_;
  std::unique_ptr<grpc::Service> atomic_broadcast_, participation_;
  std::unique_ptr<RpcServer> server_;
};

}  // namespace suyuan
