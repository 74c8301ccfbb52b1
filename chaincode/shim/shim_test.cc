#include <catch2/catch.hpp>
#include <optional>
#include <vector>

#include "chaincode/shim/composite_key.h"
#include "chaincode/shim/contract.h"
#include "chaincode/shim/testing/mock_ledger.h"

namespace suyuan {
namespace {

using testing::MockLedger;
using testing::MockStub;

TEST_CASE("Composite keys are parts between U+0000") {
  const auto key = MakeCompositeKey("t", {"a", "b"});
  REQUIRE(key.ok());
  CHECK(*key == std::string("\0t\0a\0b\0", 7));
  const auto split = ParseCompositeKey(*key);
  CHECK(split->object_type == "t");
  CHECK(split->attributes == std::vector<std::string>{"a", "b"});
  CHECK_FALSE(MakeCompositeKey("t", {std::string("a\0", 2)}).ok());
  CHECK_FALSE(MakeCompositeKey("t", {"\xF4\x8F\xBF\xBF"}).ok());
  CHECK_FALSE(MakeCompositeKey("\xFF", {}).ok());
  CHECK_FALSE(ParseCompositeKey("plain").ok());
}

TEST_CASE("Reads see committed state, not the transaction's own writes") {
  MockLedger ledger;
  MockStub mock(&ledger, {});
  REQUIRE(mock.stub().PutState("k", "v").ok());
  CHECK(*mock.stub().GetState("k") == "");
  REQUIRE(mock.Commit());
  MockStub next(&ledger, {});
  CHECK(*next.stub().GetState("k") == "v");
}

TEST_CASE("A transaction whose read is stale does not commit") {
  MockLedger ledger;
  MockStub slow(&ledger, {}), quick(&ledger, {});
  REQUIRE(slow.stub().GetState("k").ok());
  REQUIRE(quick.stub().PutState("k", "1").ok());
  REQUIRE(slow.stub().PutState("k", "2").ok());
  CHECK(quick.Commit());
  CHECK_FALSE(slow.Commit());
}

TEST_CASE("Keys are refused before the peer is asked") {
  MockLedger ledger;
  MockStub mock(&ledger, {});
  CHECK(mock.stub().PutState("", "v").message() == "key must not be an empty string");
  CHECK(absl::IsInvalidArgument(mock.stub().PutState("\xFF", "v")));
  CHECK(absl::IsInvalidArgument(
      mock.stub().GetStateByRange(absl::string_view("\0a", 2), "").status()));
  CHECK(absl::IsInvalidArgument(mock.stub().GetPrivateData("", "k").status()));
  CHECK(absl::IsInvalidArgument(mock.stub().SetEvent("", "x")));
  CHECK(ledger.last_requests().empty());
}

std::vector<std::string> Keys(StateIterator& iterator) {
  std::vector<std::string> keys;
  while (true) {
    auto next = iterator.Next();
    REQUIRE(next.ok());
    if (!*next) return keys;
    keys.push_back((*next)->key);
  }
}

TEST_CASE("Iterators fetch further batches; plain ranges leave composite keys out") {
  MockLedger ledger;
  MockStub writer(&ledger, {});
  for (const char* key : {"a", "b", "c", "d", "e", "f", "g"}) {
    REQUIRE(writer.stub().PutState(key, "v").ok());
  }
  REQUIRE(writer.stub().PutState(*MakeCompositeKey("t", {"x", "1"}), "v").ok());
  REQUIRE(writer.stub().PutState(*MakeCompositeKey("t", {"y", "2"}), "v").ok());
  REQUIRE(writer.Commit());
  MockStub reader(&ledger, {});
  CHECK(Keys(**reader.stub().GetStateByRange("", "")).size() == 7);
  CHECK(Keys(**reader.stub().GetStateByRange("b", "d")) == std::vector<std::string>{"b", "c"});
  CHECK(Keys(**reader.stub().GetStateByPartialCompositeKey("t", {})).size() == 2);
  CHECK(Keys(**reader.stub().GetStateByPartialCompositeKey("t", {"y"})).size() == 1);
  auto early = reader.stub().GetStateByRange("", "");
  REQUIRE((*early)->Next().ok());
  CHECK((*early)->Close().ok());
  CHECK((*early)->Close().ok());
  CHECK_FALSE((*(*early)->Next()).has_value());
}

TEST_CASE("Rich queries on LevelDB are unimplemented") {
  MockLedger ledger;
  MockStub mock(&ledger, {});
  CHECK(absl::IsUnimplemented(mock.stub().GetQueryResult("{}").status()));
}

TEST_CASE("Write batches go in chunks of the peer's limit") {
  MockLedger ledger;
  ledger.set_limits({.max_write_batch = 2, .max_multiple_keys = 2});
  MockStub mock(&ledger, {});
  mock.stub().StartWriteBatch();
  for (const char* key : {"a", "b", "c"}) REQUIRE(mock.stub().PutState(key, key).ok());
  CHECK(ledger.last_requests().empty());
  REQUIRE(mock.stub().FinishWriteBatch().ok());
  CHECK(ledger.last_requests().front() == "batch 2");
  REQUIRE(mock.Commit());
  MockStub reader(&ledger, {});
  CHECK(*reader.stub().GetMultipleStates({"c", "x", "a"}) ==
        std::vector<std::string>{"c", "", "a"});
}

TEST_CASE("The proposal gives creator, transient data and time") {
  MockLedger ledger;
  MockStub mock(&ledger, {.transient = {{"t", "secret"}},
                          .msp_id = "RegulatorMSP",
                          .timestamp = absl::FromUnixSeconds(7)});
  CHECK(*GetCreatorMspId(mock.stub()) == "RegulatorMSP");
  CHECK(mock.stub().GetTransient()->at("t") == "secret");
  CHECK(*mock.stub().GetTxTimestamp() == absl::FromUnixSeconds(7));
  CHECK(mock.stub().GetBinding()->size() == 32);
  CHECK(absl::IsFailedPrecondition(ClientIdentity::FromStub(mock.stub()).status()));
}

TEST_CASE("Private data, validation parameters and the hash go through") {
  MockLedger ledger;
  MockStub mock(&ledger, {});
  REQUIRE(mock.stub().PutPrivateData("c", "k", "v").ok());
  REQUIRE(mock.stub().SetStateValidationParameter("k", "policy").ok());
  REQUIRE(mock.Commit());
  MockStub reader(&ledger, {});
  CHECK(*reader.stub().GetPrivateData("c", "k") == "v");
  CHECK(*reader.stub().GetState("k") == "");
  CHECK(*reader.stub().GetStateValidationParameter("k") == "policy");
  CHECK(*reader.stub().GetPrivateDataHash("c", "k") == "hash of v");
  CHECK(Keys(**reader.stub().GetPrivateDataByRange("c", "", "")).size() == 1);
  REQUIRE(reader.stub().PurgePrivateData("c", "k").ok());
  REQUIRE(reader.Commit());
  CHECK(ledger.private_state().empty());
}

class Echo : public Contract {
 public:
  Echo() : Contract("Echo") {
    Submit("All", {"text", "number", "small", "flag", "object", "list"}, &Echo::All);
    Evaluate("Float", {}, &Echo::Float);
    Evaluate("Throw", {}, &Echo::Throw);
    Submit("Nothing", {}, &Echo::Nothing);
    Evaluate("Call", {"chaincode"}, &Echo::Call);
  }

 private:
  absl::StatusOr<nlohmann::json> All(TransactionContext&, const std::string& text, int64_t number,
                                     uint32_t small, bool flag, const JsonObject& object,
                                     const JsonArray& list) const {
    return nlohmann::json{{"text", text}, {"number", number},       {"small", small},
                          {"flag", flag}, {"object", object.value}, {"list", list.value}};
  }
  absl::StatusOr<nlohmann::json> Float(TransactionContext&) const {
    return nlohmann::json{{"x", 1.5}};
  }
  absl::Status Throw(TransactionContext&) const { throw std::runtime_error("boom"); }
  absl::Status Nothing(TransactionContext&) const { return absl::OkStatus(); }
  absl::StatusOr<std::string> Call(TransactionContext& tx, const std::string& name) const {
    auto response = tx.stub().InvokeChaincode(name, {"Nothing"}, "");
    if (!response.ok()) return response.status();
    return absl::StrCat(response->status);
  }
};

std::unique_ptr<Chaincode> MakeEcho() {
  std::vector<std::unique_ptr<Contract>> contracts;
  contracts.push_back(std::make_unique<Echo>());
  return MakeContractChaincode("echo", "2.0", std::move(contracts));
}

std::string Message(const std::vector<std::string>& args) {
  MockLedger ledger;
  return ledger.Submit(*MakeEcho(), {.args = args}).response.message;
}

TEST_CASE("Contracts convert arguments and results, with sorted keys") {
  MockLedger ledger;
  const auto result = ledger.Submit(
      *MakeEcho(), {.args = {"Echo:All", "x", "-5", "7", "true", R"({"b":1,"a":2})", "[3]"}});
  CHECK(result.response.payload ==
        R"({"flag":true,"list":[3],"number":-5,"object":{"a":2,"b":1},"small":7,"text":"x"})");
}

TEST_CASE("Conversion errors name the argument") {
  CHECK(Message({"All", "x", "1.5", "7", "true", "{}", "[]"}) ==
        "argument 'number': '1.5' is not an integer from -9223372036854775808 to "
        "9223372036854775807");
  CHECK(Message({"All", "x", "01", "7", "true", "{}", "[]"}).find("'number'") != std::string::npos);
  CHECK(Message({"All", "x", "1", "4294967296", "true", "{}", "[]"}) ==
        "argument 'small': '4294967296' is not an integer from 0 to 4294967295");
  CHECK(Message({"All", "x", "1", "7", "yes", "{}", "[]"}) ==
        "argument 'flag': 'yes' is not true or false");
  CHECK(Message({"All", "x", "1", "7", "true", "{", "[]"}) == "argument 'object': is not JSON");
  CHECK(Message({"All", "x", "1", "7", "true", "[]", "[]"}) ==
        "argument 'object': is not a JSON object");
  CHECK(Message(
            {"All", "x", "1", "7", "true", "{}", std::string(100, '[') + std::string(100, ']')}) ==
        "argument 'list': is nested deeper than 32 levels");
}

TEST_CASE("Calls that fit no function are refused") {
  CHECK(Message({"All"}) == "Expected 6 parameters, but 0 have been supplied");
  CHECK(Message({"Echo:None"}) == "You've asked to invoke a function that does not exist: None");
  CHECK(Message({"Other:All"}) == "Contract name is not known: Other");
  CHECK(Message({}) == "no function named");
}

TEST_CASE("Floating point results and exceptions become errors") {
  CHECK(Message({"Float"}) == "result contains a floating point number");
  CHECK(Message({"Throw"}) == "chaincode threw: boom");
}

TEST_CASE("Metadata lists contracts, parameters and tags") {
  MockLedger ledger;
  const auto result =
      ledger.Evaluate(*MakeEcho(), {.args = {"org.hyperledger.fabric:GetMetadata"}});
  const auto metadata = nlohmann::json::parse(result.response.payload);
  CHECK(metadata["info"]["version"] == "2.0");
  const auto& echo = metadata["contracts"]["Echo"];
  CHECK(echo["contractInstance"]["default"] == true);
  CHECK(echo["transactions"][0]["name"] == "All");
  CHECK(echo["transactions"][0]["tag"][0] == "SUBMIT");
  CHECK(echo["transactions"][0]["parameters"][1]["schema"]["type"] == "integer");
  CHECK(metadata["contracts"].contains("org.hyperledger.fabric"));
}

TEST_CASE("InvokeChaincode hands out the other's response") {
  MockLedger ledger;
  const auto echo = MakeEcho();
  ledger.AddChaincode("other", echo.get());
  CHECK(ledger.Evaluate(*echo, {.args = {"Call", "other"}}).response.payload == "200");
  const auto missing = ledger.Evaluate(*echo, {.args = {"Call", "nobody"}});
  CHECK(missing.response.status == 500);
}

}  // namespace
}  // namespace suyuan
