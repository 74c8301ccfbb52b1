// A producer's peer with one channel, everything but the network: for tests of
// chaincode and endorsement.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "network/common/testing/fake_clock.h"
#include "network/peer/chaincode/chaincode_host.h"
#include "network/peer/chaincode/system_chaincode.h"
#include "network/peer/chaincode/testing/test_channels.h"
#include "network/setup/testing/test_channel.h"

namespace suyuan {

struct TestDeployment {
  std::string name = "asset";
  std::string version = "1.0";
  int64_t sequence = 1;
  std::string collections;  // CollectionConfigPackage bytes
  bool init_required = false;
  bool install = true;
  std::string package_id;  // of a package installed already; empty: the test module's
};

// Aborts on mistakes.
class TestPeer {
 public:
  TestPeer();

  // Approves and commits a definition whose package names the test module.
  void Deploy(const TestDeployment& deployment = {});
  // One call of _lifecycle by the producer's admin, its results committed when OK.
  ::protos::Response CallLifecycle(const std::string& function,
                                   const google::protobuf::MessageLite& args);
  ::protos::Response CallSystem(const std::string& chaincode, std::vector<std::string> args,
                                const SigningIdentity& creator, bool on_channel = true);

  // A transaction at the present height.
  std::shared_ptr<Transaction> NewTransaction(const std::string& tx_id);
  absl::StatusOr<ChaincodeResult> Invoke(const std::shared_ptr<Transaction>& transaction,
                                         const std::string& chaincode,
                                         std::vector<std::string> args, bool is_init = false);
  // Invoke() of a fresh transaction that is committed when it succeeds.
  absl::StatusOr<ChaincodeResult> Submit(const std::string& chaincode,
                                         std::vector<std::string> args, bool is_init = false);

  IdentityPtr IdentityOf(const SigningIdentity& signer) const;

  TestChannel network;
  std::shared_ptr<const SigningIdentity> admin = network.producer().NewAdmin();
  std::shared_ptr<const SigningIdentity> client = network.producer().NewClient();
  std::shared_ptr<const Msp> local_msp = network.producer().MakeMsp();
  std::shared_ptr<TestPeerChannel> channel;
  TestPeerChannels channels;
  ThreadPool pool{2};
  std::unique_ptr<ChaincodeHost> host;
  std::unique_ptr<SystemChaincodes> system;

 private:
  testing::TempDir dir_;
  int count_ = 0;
};

// A package whose module.json names `module`.
std::string MakeModulePackage(const std::string& label, const std::string& module);
// File name of the test module (testing/module), and its folder.
std::string TestModule();
std::string TestModulesDir();

}  // namespace suyuan
