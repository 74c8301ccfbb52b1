#include "network/peer/chaincode/testing/test_peer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "network/common/archive.h"
#include "network/common/check.h"
#include "network/common/text.h"
#include "network/crypto/hash.h"
#include "protos/peer/lifecycle/lifecycle.pb.h"

namespace suyuan {

std::string TestModule() { return "libsuyuan_test_module.so"; }
std::string TestModulesDir() { return SUYUAN_TEST_MODULES_DIR; }

std::string MakeModulePackage(const std::string& label, const std::string& module) {
  const std::string code =
      *WriteTarGz({{"module.json", absl::StrCat("{\"module\":\"", module, "\"}")}});
  return *WriteTarGz(
      {{"metadata.json", absl::StrCat("{\"type\":\"module\",\"label\":\"", label, "\"}")},
       {"code.tar.gz", code}});
}

TestPeer::TestPeer() : channel(std::make_shared<TestPeerChannel>(network.genesis())) {
  channels.Add(channel);
  ChaincodeHostDeps deps;
  deps.options.packages_dir = dir_.path() / "chaincodes";
  deps.options.modules_dir = TestModulesDir();
  deps.msp_id = local_msp->id();
  deps.channels = &channels;
  deps.pool = &pool;
  auto made = ChaincodeHost::Create(std::move(deps));
  SUYUAN_CHECK(made.ok());
  host = *std::move(made);
  system =
      std::make_unique<SystemChaincodes>(SystemChaincodeDeps{&channels, local_msp, host.get()});
  host->set_system_chaincodes(system.get());
}

IdentityPtr TestPeer::IdentityOf(const SigningIdentity& signer) const {
  auto identity = channel->config()->msps()->Deserialize(signer.serialized());
  SUYUAN_CHECK(identity.ok());
  return *std::move(identity);
}

std::shared_ptr<Transaction> TestPeer::NewTransaction(const std::string& tx_id) {
  auto transaction = std::make_shared<Transaction>();
  transaction->tx_id = tx_id;
  transaction->channel = channel.get();
  transaction->channel_owner = channel;
  transaction->proposal = std::make_shared<::protos::SignedProposal>();
  transaction->creator = IdentityOf(*client);
  transaction->simulator = channel->ledger().NewSimulator();
  transaction->deadline = absl::Now() + absl::Seconds(30);
  return transaction;
}

absl::StatusOr<ChaincodeResult> TestPeer::Invoke(const std::shared_ptr<Transaction>& transaction,
                                                 const std::string& chaincode,
                                                 std::vector<std::string> args, bool is_init) {
  auto resolved = host->Resolve(*channel, *transaction->simulator, chaincode);
  if (!resolved.ok()) return resolved.status();
  ChaincodeCall call;
  call.transaction = transaction;
  for (std::string& arg : args) call.input.add_args(std::move(arg));
  call.input.set_is_init(is_init);
  absl::StatusOr<ChaincodeResult> result = absl::UnknownError("no result");
  absl::Notification finished;
  host->Execute(*resolved, std::move(call), [&](absl::StatusOr<ChaincodeResult> r) {
    result = std::move(r);
    finished.Notify();
  });
  finished.WaitForNotification();
  return result;
}

absl::StatusOr<ChaincodeResult> TestPeer::Submit(const std::string& chaincode,
                                                 std::vector<std::string> args, bool is_init) {
  const std::string tx_id = absl::StrCat("tx", ++count_);
  const auto transaction = NewTransaction(tx_id);
  auto result = Invoke(transaction, chaincode, std::move(args), is_init);
  if (result.ok() && result->response.status() < 400) {
    channel->Commit(tx_id, *transaction->simulator->Finish());
  }
  return result;
}

::protos::Response TestPeer::CallSystem(const std::string& chaincode, std::vector<std::string> args,
                                        const SigningIdentity& creator, bool on_channel) {
  SystemChaincode* found = system->Find(chaincode);
  SUYUAN_CHECK(found != nullptr);
  auto identity = IdentityOf(creator);
  std::unique_ptr<Simulator> simulator;
  if (on_channel && found->simulates()) simulator = channel->ledger().NewSimulator();
  SystemCall call;
  call.args = std::move(args);
  call.channel = on_channel ? channel.get() : nullptr;
  call.creator = identity;
  call.simulator = simulator.get();
  ::protos::Response response = found->Invoke(call);
  if (response.status() >= 400 || simulator == nullptr) return response;
  const auto results = simulator->Finish();
  SUYUAN_CHECK(results.ok());
  channel->Commit(absl::StrCat("system", ++count_), *results);
  return response;
}

::protos::Response TestPeer::CallLifecycle(const std::string& function,
                                           const google::protobuf::MessageLite& args) {
  return CallSystem("_lifecycle", {function, args.SerializeAsString()}, *admin);
}

void TestPeer::Deploy(const TestDeployment& deployment) {
  const std::string package = MakeModulePackage(deployment.name, TestModule());
  if (deployment.install && deployment.package_id.empty()) (void)host->packages().Install(package);
  ::lifecycle::ApproveChaincodeDefinitionForMyOrgArgs approve;
  approve.set_name(deployment.name);
  approve.set_version(deployment.version);
  approve.set_sequence(deployment.sequence);
  approve.set_init_required(deployment.init_required);
  if (!deployment.collections.empty()) {
    SUYUAN_CHECK(approve.mutable_collections()->ParseFromString(deployment.collections));
  }
  ::lifecycle::CommitChaincodeDefinitionArgs commit;
  SUYUAN_CHECK(commit.ParseFromString(approve.SerializeAsString()));
  approve.mutable_source()->mutable_local_package()->set_package_id(
      deployment.package_id.empty() ? absl::StrCat(deployment.name, ":", HexEncode(Sha256(package)))
                                    : deployment.package_id);
  SUYUAN_CHECK(CallLifecycle("ApproveChaincodeDefinitionForMyOrg", approve).status() == 200);
  SUYUAN_CHECK(CallLifecycle("CommitChaincodeDefinition", commit).status() == 200);
}

}  // namespace suyuan
