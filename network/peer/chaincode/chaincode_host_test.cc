#include "network/peer/chaincode/chaincode_host.h"

#include <catch2/catch.hpp>

#include "network/peer/chaincode/testing/requests.h"
#include "network/peer/chaincode/testing/test_peer.h"
#include "protos/ledger/queryresult/kv_query_result.pb.h"

namespace suyuan {
namespace {

using Catch::Matchers::Contains;
using ::protos::ChaincodeMessage;

std::string Text(const absl::StatusOr<ChaincodeResult>& result) {
  if (!result.ok()) return std::string(result.status().message());
  return result->response.status() < 400 ? result->response.payload() : result->response.message();
}

::protos::GetStateByRange Range(const std::string& start, const std::string& end) {
  ::protos::GetStateByRange range;
  range.set_startkey(start);
  range.set_endkey(end);
  return range;
}

::protos::QueryResponse ParseQuery(const absl::StatusOr<ChaincodeResult>& result) {
  INFO(Text(result));
  REQUIRE(result.ok());
  ::protos::QueryResponse response;
  REQUIRE(response.ParseFromString(result->response.payload()));
  return response;
}

std::string KeyName(int i) { return absl::StrCat("k", 1000 + i); }

Requests PutMany(int count) {
  Requests requests;
  for (int i = 0; i < count; ++i) requests.Put(KeyName(i), absl::StrCat("v", i));
  return requests;
}

::protos::ChaincodeSpec CallOf(const std::string& name, const std::vector<std::string>& args) {
  ::protos::ChaincodeSpec spec;
  spec.mutable_chaincode_id()->set_name(name);
  for (const std::string& arg : args) spec.mutable_input()->add_args(arg);
  return spec;
}

// The callee's Response in the payload of INVOKE_CHAINCODE's.
::protos::Response CalleeResponse(const absl::StatusOr<ChaincodeResult>& result) {
  INFO(Text(result));
  ChaincodeMessage message;
  REQUIRE(message.ParseFromString(Text(result)));
  CHECK(message.type() == ChaincodeMessage::COMPLETED);
  ::protos::Response response;
  REQUIRE(response.ParseFromString(message.payload()));
  return response;
}

}  // namespace

TEST_CASE("A module reads what an earlier transaction wrote, and not its own writes", "[host]") {
  TestPeer peer;
  peer.Deploy();
  CHECK(peer.host->Runnable(*peer.channel) == std::vector<std::string>{"asset"});
  CHECK(Text(peer.Submit("asset", Requests().Put("a", "1").Get("a"))) == "");
  CHECK(Text(peer.Submit("asset", Requests().Get("a"))) == "1");
}

TEST_CASE("Every transaction reads the sequence of its chaincode's definition", "[host]") {
  TestPeer peer;
  peer.Deploy();
  const auto transaction = peer.NewTransaction("tx");
  REQUIRE(peer.Invoke(transaction, "asset", Requests().Put("a", "1")).ok());
  const auto rwset = ParseTxRwSet(transaction->simulator->Finish()->public_rwset);
  REQUIRE(rwset.ok());
  const NamespaceRwSet* lifecycle = rwset->Find("_lifecycle");
  REQUIRE(lifecycle != nullptr);
  REQUIRE(lifecycle->kv.reads_size() == 1);
  CHECK(lifecycle->kv.reads(0).key() == "namespaces/fields/asset/Sequence");
  CHECK(lifecycle->kv.reads(0).version().block_num() == 2);
}

TEST_CASE("A chaincode without a definition or a package is named", "[host]") {
  TestPeer peer;
  CHECK(Text(peer.Submit("other", {"x"})) == "chaincode other not found");
  TestDeployment deployment;
  deployment.install = false;
  peer.Deploy(deployment);
  CHECK(Text(peer.Submit("asset", {"x"})) ==
        "chaincode definition for 'asset' exists, but chaincode is not installed");
  CHECK(peer.host->Runnable(*peer.channel).empty());
  // Installed later, it runs.
  REQUIRE(peer.host->packages().Install(MakeModulePackage("asset", TestModule())).ok());
  CHECK(peer.Submit("asset", {"x"}).ok());
}

TEST_CASE("A new sequence is seen by the next transaction", "[host]") {
  TestPeer peer;
  peer.Deploy();
  CHECK(peer.Submit("asset", {"x"}).ok());
  TestDeployment next;
  next.version = "2.0";
  next.sequence = 2;
  peer.Deploy(next);
  const auto transaction = peer.NewTransaction("tx");
  const auto resolved = peer.host->Resolve(*peer.channel, *transaction->simulator, "asset");
  REQUIRE(resolved.ok());
  CHECK((*resolved)->definition.version == "2.0");
}

TEST_CASE("Errors of requests carry type, transaction and cause", "[host]") {
  TestPeer peer;
  peer.Deploy();
  CHECK_THAT(
      Text(peer.Submit("asset", Requests().Get("key", "secrets"))),
      Catch::Matchers::StartsWith("GET_STATE failed: transaction ID: tx") && Contains("secrets"));
  CHECK_THAT(Text(peer.Submit("asset", {"requests", "15", ""})),
             Contains("GET_QUERY_RESULT failed") && Contains("not supported for leveldb"));
  CHECK_THAT(Text(peer.Submit("asset", {"requests", "8", "\xff\xff"})),
             Contains("malformed GetState"));
  CHECK_THAT(Text(peer.Submit("asset", {"requests", "999", ""})), Contains("unknown request"));
  ::protos::QueryStateNext unknown;
  unknown.set_id("no such");
  CHECK_THAT(
      Text(peer.Submit("asset", Requests().Add(ChaincodeMessage::QUERY_STATE_NEXT, unknown))),
      Contains("query iterator not found"));
  ::protos::QueryStateClose close;
  close.set_id("no such");
  CHECK(peer.Submit("asset", Requests().Add(ChaincodeMessage::QUERY_STATE_CLOSE, close))
            ->response.status() == 200);
}

TEST_CASE("Ranges come in batches of 100", "[host]") {
  TestPeer peer;
  peer.Deploy();
  REQUIRE(peer.Submit("asset", PutMany(250)).ok());
  const auto range = Range(KeyName(0), KeyName(999));
  const auto first =
      ParseQuery(peer.Submit("asset", Requests().Add(ChaincodeMessage::GET_STATE_BY_RANGE, range)));
  CHECK(first.results_size() == 100);
  CHECK(first.has_more());
  ::protos::QueryStateNext next;
  next.set_id(first.id());
  const auto last =
      ParseQuery(peer.Submit("asset", Requests()
                                          .Add(ChaincodeMessage::GET_STATE_BY_RANGE, range)
                                          .Add(ChaincodeMessage::QUERY_STATE_NEXT, next)
                                          .Add(ChaincodeMessage::QUERY_STATE_NEXT, next)));
  CHECK(last.results_size() == 50);
  CHECK_FALSE(last.has_more());
  ::queryresult::KV kv;
  REQUIRE(kv.ParseFromString(last.results(49).resultbytes()));
  CHECK(kv.namespace_() == "asset");
  CHECK(kv.key() == KeyName(249));
  CHECK(kv.value() == "v249");
  const auto exact =
      ParseQuery(peer.Submit("asset", Requests().Add(ChaincodeMessage::GET_STATE_BY_RANGE,
                                                     Range(KeyName(0), KeyName(100)))));
  CHECK(exact.results_size() == 100);
  CHECK_FALSE(exact.has_more());
}

TEST_CASE("A page ends with a bookmark", "[host]") {
  TestPeer peer;
  peer.Deploy();
  REQUIRE(peer.Submit("asset", PutMany(5)).ok());
  auto range = Range(KeyName(0), KeyName(999));
  ::protos::QueryMetadata page;
  page.set_pagesize(2);
  range.set_metadata(page.SerializeAsString());
  const auto first =
      ParseQuery(peer.Invoke(peer.NewTransaction("tx"), "asset",
                             Requests().Add(ChaincodeMessage::GET_STATE_BY_RANGE, range)));
  CHECK(first.results_size() == 2);
  CHECK_FALSE(first.has_more());
  ::protos::QueryResponseMetadata metadata;
  REQUIRE(metadata.ParseFromString(first.metadata()));
  CHECK(metadata.fetched_records_count() == 2);
  CHECK(metadata.bookmark() == KeyName(2));
}

TEST_CASE("History is newest first", "[host]") {
  TestPeer peer;
  peer.Deploy();
  REQUIRE(peer.Submit("asset", Requests().Put("a", "1")).ok());
  REQUIRE(peer.Submit("asset", Requests().Put("a", "2")).ok());
  ::protos::GetHistoryForKey request;
  request.set_key("a");
  const auto history = ParseQuery(
      peer.Submit("asset", Requests().Add(ChaincodeMessage::GET_HISTORY_FOR_KEY, request)));
  REQUIRE(history.results_size() == 2);
  ::queryresult::KeyModification newest;
  REQUIRE(newest.ParseFromString(history.results(0).resultbytes()));
  CHECK(newest.value() == "2");
  CHECK(newest.tx_id() == "tx4");  // after two of the deployment
}

TEST_CASE("Batches of writes and of reads", "[host]") {
  TestPeer peer;
  peer.Deploy();
  ::protos::WriteBatchState batch;
  auto* put = batch.add_rec();
  put->set_type(::protos::WriteRecord::PUT_STATE);
  put->set_key("a");
  put->set_value("1");
  auto* metadata = batch.add_rec();
  metadata->set_type(::protos::WriteRecord::PUT_STATE_METADATA);
  metadata->set_key("a");
  metadata->mutable_metadata()->set_metakey("m");
  metadata->mutable_metadata()->set_value("x");
  REQUIRE(Text(peer.Submit("asset", Requests().Add(ChaincodeMessage::WRITE_BATCH_STATE, batch))) ==
          "");
  ::protos::GetStateMultiple get;
  get.add_keys("none");
  get.add_keys("a");
  ::protos::GetStateMultipleResult values;
  REQUIRE(values.ParseFromString(
      Text(peer.Submit("asset", Requests().Add(ChaincodeMessage::GET_STATE_MULTIPLE, get)))));
  CHECK(values.values(0).empty());
  CHECK(values.values(1) == "1");
  ::protos::GetStateMetadata get_metadata;
  get_metadata.set_key("a");
  ::protos::StateMetadataResult entries;
  REQUIRE(entries.ParseFromString(Text(
      peer.Submit("asset", Requests().Add(ChaincodeMessage::GET_STATE_METADATA, get_metadata)))));
  REQUIRE(entries.entries_size() == 1);
  CHECK(entries.entries(0).value() == "x");
}

TEST_CASE("A chaincode calls another on the same simulator", "[host]") {
  TestPeer peer;
  peer.Deploy();
  TestDeployment other;
  other.name = "other";
  peer.Deploy(other);
  const auto call = CallOf("other", Requests().Put("b", "2"));
  const auto transaction = peer.NewTransaction("tx");
  const auto result =
      peer.Invoke(transaction, "asset", Requests().Add(ChaincodeMessage::INVOKE_CHAINCODE, call));
  CHECK(CalleeResponse(result).status() == 200);
  CHECK(transaction->called == std::vector<std::string>{"asset", "other"});
  const auto rwset = ParseTxRwSet(transaction->simulator->Finish()->public_rwset);
  CHECK(rwset->Find("other")->Writes());
  CHECK(rwset->Find("_lifecycle")->kv.reads_size() == 2);
}

TEST_CASE("Calls that must not be made are refused", "[host]") {
  TestPeer peer;
  peer.Deploy();
  const auto call = [&](const std::string& name, std::vector<std::string> args = {"x"}) {
    return peer.Submit("asset",
                       Requests().Add(ChaincodeMessage::INVOKE_CHAINCODE, CallOf(name, args)));
  };
  CHECK_THAT(Text(call("asset")), Contains("already part of this chain of calls"));
  CHECK_THAT(Text(call("none")), Contains("INVOKE_CHAINCODE failed: transaction ID: ") &&
                                     Contains("chaincode none not found"));
  CHECK_THAT(Text(call("asset/nowhere")), Contains("could not find ledger for channel: nowhere"));
  CHECK(CalleeResponse(call("qscc", {"GetChainInfo", "trace"})).status() == 500);
}

TEST_CASE("Initialisation is asked for, and taken once", "[host]") {
  TestPeer peer;
  TestDeployment deployment;
  deployment.init_required = true;
  peer.Deploy(deployment);
  CHECK_THAT(Text(peer.Submit("asset", {"x"})), Contains("must call as init first"));
  CHECK(Text(peer.Submit("asset", {"init"}, true)) == "init");
  CHECK_THAT(Text(peer.Submit("asset", {"init"}, true)), Contains("is already initialized"));
  CHECK(Text(peer.Submit("asset", {"init"})) == "no init");
}

TEST_CASE("An implicit collection keeps its values off the ledger", "[host]") {
  TestPeer peer;
  peer.Deploy();
  const std::string own = "_implicit_org_ProducerMSP";
  const auto transaction = peer.NewTransaction("tx");
  REQUIRE(peer.Invoke(transaction, "asset", Requests().Put("k", "secret", own)).ok());
  const auto results = transaction->simulator->Finish();
  REQUIRE(results.ok());
  CHECK(results->public_rwset.find("secret") == std::string::npos);
  CHECK(results->private_rwset.find("secret") != std::string::npos);
  peer.channel->Commit("tx", *results);
  CHECK(Text(peer.Submit("asset", Requests().Get("k", own))) == "secret");
  CHECK_THAT(Text(peer.Submit("asset", Requests().Get("k", "_implicit_org_NobodyMSP"))),
             Contains("could not be found"));
}

TEST_CASE("A collection for members only refuses others", "[host]") {
  TestPeer peer;
  ::protos::CollectionConfigPackage package;
  auto* collection = package.add_config()->mutable_static_collection_config();
  collection->set_name("prices");
  collection->set_member_only_read(true);
  collection->set_member_only_write(true);
  *collection->mutable_member_orgs_policy()->mutable_signature_policy() =
      *ParsePolicy("OR('DistributorMSP.member')");
  TestDeployment deployment;
  deployment.collections = package.SerializeAsString();
  peer.Deploy(deployment);
  CHECK_THAT(Text(peer.Submit("asset", Requests().Get("k", "prices"))),
             Contains("tx creator does not have read access permission"));
  CHECK_THAT(Text(peer.Submit("asset", Requests().Put("k", "1", "prices"))),
             Contains("tx creator does not have write access permission"));
}

TEST_CASE("A transaction past its limit is refused", "[host]") {
  TestPeer peer;
  peer.Deploy();
  const auto transaction = peer.NewTransaction("tx");
  transaction->deadline = absl::Now() - absl::Seconds(1);
  CHECK_THAT(Text(peer.Invoke(transaction, "asset", Requests().Get("a"))),
             Contains("timeout expired while executing transaction"));
}

TEST_CASE("A module that gives no response fails the transaction", "[host]") {
  TestPeer peer;
  peer.Deploy();
  CHECK_THAT(Text(peer.Submit("asset", {"silent"})), Contains("gave no proper response"));
}

TEST_CASE("Packages are there after a restart; damaged ones are left out", "[host]") {
  testing::TempDir dir;
  std::string id;
  {
    auto store = PackageStore::Open(dir.path());
    REQUIRE(store.ok());
    id = (*store)->Install(MakeModulePackage("a", "m.so"))->id;
    REQUIRE((*store)->Install(MakeModulePackage("b", "m.so")).ok());
  }
  for (const auto& file : std::filesystem::directory_iterator(dir.path())) {
    if (file.path().filename().string()[0] == 'b') std::filesystem::resize_file(file.path(), 20);
  }
  auto store = PackageStore::Open(dir.path());
  REQUIRE(store.ok());
  CHECK((*store)->List().size() == 1);
  CHECK((*store)->Find(id)->module == "m.so");
}

}  // namespace suyuan
