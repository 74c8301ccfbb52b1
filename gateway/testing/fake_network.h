// Peers and orderers that do as a test says, on loopback with TLS, and a gateway
// in front of them. Two organisations with one peer each; the gateway is Org1's.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "gateway/call.h"
#include "gateway/call_meter.h"
#include "gateway/channels.h"
#include "gateway/node_pool.h"
#include "network/msp/testing/test_organization.h"
#include "network/rpc/server.h"
#include "network/rpc/session_server.h"
#include "protos/gateway/gateway.grpc.pb.h"
#include "protos/orderer/ab.grpc.pb.h"
#include "protos/peer/events.grpc.pb.h"
#include "protos/peer/peer.grpc.pb.h"
#include "protos/suyuan/peer_link.grpc.pb.h"

namespace suyuan {

inline constexpr char kTestChannel[] = "trace";

// A peer whose answers are set by the test. Thread-safe.
class FakePeer {
 public:
  using Propose = std::function<::suyuan::peer::ProposeReply(const ::protos::SignedProposal&)>;

  explicit FakePeer(const TestOrganization& organization,
                    const std::string& listen = "127.0.0.1:0");
  ~FakePeer();

  int port() const { return port_; }
  std::string endpoint() const;
  int proposals();  // asked so far

  void SetConfigBlock(::common::Block block);
  void SetPropose(Propose propose);
  void SetDefinition(const std::string& name, const ::suyuan::peer::DefinitionReply& definition);
  void SetStatus(const std::string& tx_id, ::protos::TxValidationCode code, uint64_t block);
  // Commits a block of these transactions; watchers and block streams see it.
  void Commit(const std::vector<std::pair<std::string, ::protos::TxValidationCode>>& transactions,
              ::common::Block block = {});
  // Answers as a stock peer from the next call on: proposals, but no PeerLink.
  void BeStock();
  void StopServing();
  void Serve();  // on the same port

 private:
  class Link;
  class Endorser;
  class Blocks;
  struct State;
  const TlsIdentity tls_;
  std::string listen_;
  int port_ = 0;
  std::unique_ptr<State> state_;
  std::vector<std::unique_ptr<grpc::Service>> services_;
  std::unique_ptr<RpcServer> server_;
};

// 200 and a payload of these bytes, endorsed.
::suyuan::peer::ProposeReply EndorsedReply(const std::string& endorser, const std::string& result);

// An orderer that gives the scripted answers, then SUCCESS.
class FakeOrderer {
 public:
  explicit FakeOrderer(const TestOrganization& organization);
  ~FakeOrderer();
  int port() const { return port_; }
  std::string endpoint() const;
  // Answers this signature so.
  void Answer(const std::string& signature, ::common::Status status, const std::string& info);
  int received();
  int streams();
  std::string LastEnvelope();  // its bytes
  // Takes envelopes and answers none, until told otherwise.
  void Stall(bool stalled);
  // Takes so long for each answer.
  void Delay(absl::Duration delay);
  void StopServing();
  void Serve();  // on the same port

 private:
  class Service;
  const TlsIdentity tls_;
  int port_ = 0;
  std::unique_ptr<Service> service_;
  std::unique_ptr<RpcServer> server_;
};

struct FakeNetworkOptions {
  int orderers = 1;
  absl::Duration orderer_timeout = absl::Seconds(30);
  absl::Duration submit_timeout = absl::Seconds(30);
};

// The details that came with an error.
std::vector<::gateway::ErrorDetail> Details(const grpc::Status& status);
// "OK", or the error's code and text.
std::string Told(const grpc::Status& status);

class FakeNetwork {
 public:
  explicit FakeNetwork(const FakeNetworkOptions& options = {});
  ~FakeNetwork();

  TestOrganization org1{"Org1MSP"}, org2{"Org2MSP"}, orderers{"OrdererMSP"};
  std::unique_ptr<FakePeer> peer1, peer2;
  std::unique_ptr<FakeOrderer> orderer;                     // the first
  std::vector<std::unique_ptr<FakeOrderer>> more_orderers;  // the others
  std::shared_ptr<const SigningIdentity> client;

  // The client's side.
  ::gateway::Gateway::Stub& gateway() { return *stub_; }
  std::shared_ptr<grpc::Channel> Connect() const;  // without a client certificate
  Channels& channels() { return *channels_; }
  CallMeter& meter() { return *meter_; }
  // A signed proposal of `client` for `chaincode` on the test channel.
  ::protos::SignedProposal Proposal(const std::string& chaincode, bool transient = false,
                                    const std::string& channel = kTestChannel);
  ::gateway::SignedCommitStatusRequest StatusRequest(const std::string& tx_id,
                                                     const std::string& channel = kTestChannel);
  // True once the gateway follows both peers.
  bool AwaitPeers();
  // Policy of the chaincode "asset": both organisations.
  static ::suyuan::peer::DefinitionReply BothOrganizations();

 private:
  ::common::Block ConfigBlock() const;

  std::shared_ptr<const SigningIdentity> identity_;
  std::unique_ptr<ThreadPool> workers_;
  std::unique_ptr<NodePool> nodes_;
  std::unique_ptr<Channels> channels_;
  std::unique_ptr<prometheus::Registry> registry_;
  std::unique_ptr<CallMeter> meter_;
  CallDeps deps_;
  std::unique_ptr<SessionServer> sessions_;
  std::unique_ptr<grpc::Service> service_;
  std::unique_ptr<RpcServer> server_;
  std::unique_ptr<::gateway::Gateway::Stub> stub_;
};

}  // namespace suyuan
