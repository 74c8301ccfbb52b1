#include "network/peer/committer/endorsement_checker.h"

#include <catch2/catch.hpp>

#include "network/peer/committer/testing/fake_channel_config.h"
#include "network/peer/committer/testing/fake_state.h"

namespace suyuan {
namespace {

struct Fixture {
  Fixture() { state.Define("asset", "/needs/Org1MSP,Org2MSP", {{"prices", "/needs/Org1MSP"}}); }

  ::protos::TxValidationCode Check(const CheckedTransaction& transaction) {
    const auto code = checker.Check(transaction);
    REQUIRE(code.ok());
    return *code;
  }

  FakeStateView state;
  PolicyBook policies{std::make_shared<FakeChannelConfig>()};
  EndorsementChecker checker{state, policies};
};

// A call of `chaincode` endorsed by one peer of each organisation.
CheckedTransaction Call(const std::string& chaincode, const std::vector<std::string>& endorsers,
                        std::vector<NamespaceRwSet> namespaces) {
  CheckedTransaction transaction{.code = ::protos::VALID, .chaincode = chaincode};
  transaction.rwset = std::make_shared<const TxRwSet>(TxRwSet{std::move(namespaces)});
  for (const std::string& msp : endorsers) {
    transaction.endorsers.push_back(std::make_shared<FakeIdentity>(msp + "/peer0"));
  }
  return transaction;
}

NamespaceRwSet Writes(const std::string& name, const std::string& key) {
  NamespaceRwSet ns{.name = name};
  ns.kv.add_writes()->set_key(key);
  return ns;
}

NamespaceRwSet WritesPrivately(const std::string& name, const std::string& collection) {
  NamespaceRwSet ns{.name = name};
  ns.collections.push_back({.name = collection});
  ns.collections.back().hashed.add_hashed_writes()->set_key_hash("hash");
  return ns;
}

NamespaceRwSet WritesMetadata(const std::string& name, const std::string& key) {
  NamespaceRwSet ns{.name = name};
  ns.kv.add_metadata_writes()->set_key(key);
  return ns;
}

StateMetadata OwnPolicy(const std::string& msp) {
  const std::string ids[] = {msp};
  return {{"VALIDATION_PARAMETER", AnyOf(ids, ::common::MSPRole::MEMBER).SerializeAsString()}};
}

}  // namespace

TEST_CASE("A chaincode's policy judges its writes, and calls that write nothing", "[endorsement]") {
  Fixture f;
  CHECK(f.Check(Call("asset", {"Org1MSP", "Org2MSP"}, {Writes("asset", "k")})) == ::protos::VALID);
  CHECK(f.Check(Call("asset", {"Org1MSP"}, {Writes("asset", "k")})) ==
        ::protos::ENDORSEMENT_POLICY_FAILURE);
  CHECK(f.Check(Call("asset", {"Org1MSP"}, {})) == ::protos::ENDORSEMENT_POLICY_FAILURE);
}

TEST_CASE("A chaincode that is not defined has expired", "[endorsement]") {
  Fixture f;
  CHECK(f.Check(Call("other", {"Org1MSP", "Org2MSP"}, {})) == ::protos::EXPIRED_CHAINCODE);
  CHECK(f.Check(Call("asset", {"Org1MSP", "Org2MSP"}, {Writes("other", "k")})) ==
        ::protos::EXPIRED_CHAINCODE);
}

TEST_CASE("Each namespace written is judged by its own policy", "[endorsement]") {
  Fixture f;
  f.state.Define("plain", "/needs/Org1MSP");
  CHECK(f.Check(Call("plain", {"Org1MSP"}, {Writes("plain", "k")})) == ::protos::VALID);
  CHECK(f.Check(Call("plain", {"Org1MSP"}, {Writes("asset", "k"), Writes("plain", "k")})) ==
        ::protos::ENDORSEMENT_POLICY_FAILURE);
}

TEST_CASE("A collection's policy takes the chaincode's place", "[endorsement]") {
  Fixture f;
  CHECK(f.Check(Call("asset", {"Org1MSP"}, {WritesPrivately("asset", "prices")})) ==
        ::protos::VALID);
  CHECK(f.Check(Call("asset", {"Org2MSP"}, {WritesPrivately("asset", "prices")})) ==
        ::protos::ENDORSEMENT_POLICY_FAILURE);
  CHECK(f.Check(Call("asset", {"Org1MSP", "Org2MSP"}, {WritesPrivately("asset", "none")})) ==
        ::protos::ENDORSEMENT_POLICY_FAILURE);
}

TEST_CASE("An organisation alone endorses its implicit collection", "[endorsement]") {
  Fixture f;
  for (const std::string ns : {"asset", "_lifecycle"}) {
    const auto write = WritesPrivately(ns, "_implicit_org_Org2MSP");
    CHECK(f.Check(Call(ns, {"Org2MSP"}, {write})) == ::protos::VALID);
    CHECK(f.Check(Call(ns, {"Org1MSP"}, {write})) == ::protos::ENDORSEMENT_POLICY_FAILURE);
  }
}

TEST_CASE("The lifecycle namespace has the channel's policy", "[endorsement]") {
  Fixture f;
  const auto write = Writes("_lifecycle", "namespaces/fields/asset/Sequence");
  CHECK(f.Check(Call("_lifecycle", {"Org1MSP", "Org2MSP"}, {write})) == ::protos::VALID);
  CHECK(f.Check(Call("_lifecycle", {"Org1MSP"}, {write})) == ::protos::ENDORSEMENT_POLICY_FAILURE);
}

TEST_CASE("A key's own policy takes the chaincode's place", "[endorsement]") {
  Fixture f;
  f.state.Put("asset", "mine", "v", OwnPolicy("Org2MSP"));
  CHECK(f.Check(Call("asset", {"Org2MSP"}, {Writes("asset", "mine")})) == ::protos::VALID);
  CHECK(f.Check(Call("asset", {"Org1MSP"}, {Writes("asset", "mine")})) ==
        ::protos::ENDORSEMENT_POLICY_FAILURE);
  f.state.Put("asset", "broken", "v", {{"VALIDATION_PARAMETER", "\xff"}});
  CHECK(f.Check(Call("asset", {"Org1MSP", "Org2MSP"}, {Writes("asset", "broken")})) ==
        ::protos::ENDORSEMENT_POLICY_FAILURE);
}

TEST_CASE("A key whose metadata changed earlier in the block can't be written", "[endorsement]") {
  Fixture f;
  const std::vector<std::string> both = {"Org1MSP", "Org2MSP"};
  CHECK(f.Check(Call("asset", {"Org1MSP"}, {WritesMetadata("asset", "a")})) ==
        ::protos::ENDORSEMENT_POLICY_FAILURE);
  CHECK(f.Check(Call("asset", both, {Writes("asset", "a")})) == ::protos::VALID);
  CHECK(f.Check(Call("asset", both, {WritesMetadata("asset", "a")})) == ::protos::VALID);
  CHECK(f.Check(Call("asset", both, {Writes("asset", "a")})) ==
        ::protos::ENDORSEMENT_POLICY_FAILURE);
  CHECK(f.Check(Call("asset", both, {Writes("asset", "b")})) == ::protos::VALID);
}

}  // namespace suyuan
