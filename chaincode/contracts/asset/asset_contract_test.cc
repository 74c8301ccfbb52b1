#include "chaincode/contracts/asset/asset_contract.h"

#include <catch2/catch.hpp>

#include "chaincode/shim/testing/mock_ledger.h"

namespace suyuan {
namespace {

using ::nlohmann::json;
using testing::MockLedger;
using testing::MockResult;

class AssetFixture {
 public:
  MockResult Submit(std::vector<std::string> args) {
    return ledger_.Submit(*chaincode_, {.args = std::move(args)});
  }
  MockResult Evaluate(std::vector<std::string> args) {
    return ledger_.Evaluate(*chaincode_, {.args = std::move(args)});
  }
  json EvaluateJson(std::vector<std::string> args) {
    const MockResult result = Evaluate(std::move(args));
    INFO(result.response.message);
    REQUIRE(result.response.ok());
    return json::parse(result.response.payload);
  }
  std::string Error(std::vector<std::string> args) {
    const MockResult result = Submit(std::move(args));
    CHECK(result.response.status == 500);
    CHECK(result.event_name.empty());
    return result.response.message;
  }

  MockLedger ledger_;
  std::unique_ptr<Chaincode> chaincode_ = MakeAssetChaincode();
};

TEST_CASE_METHOD(AssetFixture, "CreateAsset stores the sample's JSON and announces it") {
  const MockResult result = Submit({"CreateAsset", "a1", "blue", "5", "Tomoko", "300"});
  REQUIRE(result.committed);
  const std::string expected =
      R"({"AppraisedValue":300,"Color":"blue","ID":"a1","Owner":"Tomoko","Size":5})";
  CHECK(result.event_name == "CreateAsset");
  CHECK(result.event_payload == expected);
  CHECK(Evaluate({"ReadAsset", "a1"}).response.payload == expected);
  CHECK(Evaluate({"AssetExists", "a1"}).response.payload == "true");
  CHECK(Evaluate({"AssetExists", "a2"}).response.payload == "false");
}

TEST_CASE_METHOD(AssetFixture, "Errors of the asset contract have the sample's texts") {
  Submit({"CreateAsset", "a1", "blue", "5", "Tomoko", "300"});
  CHECK(Error({"CreateAsset", "a1", "red", "5", "B", "1"}) == "The asset a1 already exists");
  CHECK(Error({"ReadAsset", "a9"}) == "The asset a9 does not exist");
  CHECK(Error({"UpdateAsset", "a9", "red", "5", "B", "1"}) == "The asset a9 does not exist");
  CHECK(Error({"DeleteAsset", "a9"}) == "The asset a9 does not exist");
  CHECK(Error({"TransferAsset", "a9", "B"}) == "The asset a9 does not exist");
  CHECK(Error({"Nothing"}) == "You've asked to invoke a function that does not exist: Nothing");
  CHECK(Error({"ReadAsset"}) == "Expected 1 parameters, but 0 have been supplied");
}

TEST_CASE_METHOD(AssetFixture, "Arguments of assets are checked by name") {
  CHECK(Error({"CreateAsset", "", "blue", "5", "T", "3"}) == "argument 'id': must not be empty");
  CHECK(Error({"CreateAsset", "a", "blue", "x", "T", "3"}) ==
        "argument 'size': 'x' is not an integer from -9223372036854775808 to 9223372036854775807");
  CHECK(Error({"CreateAsset", "a", "blue", "-1", "T", "3"}) ==
        "argument 'size': must not be negative");
  CHECK(Error({"CreateAsset", "a", "blue", "1", "T\n", "3"}) ==
        "argument 'owner': contains a control character");
  CHECK(ledger_.state().empty());
}

TEST_CASE_METHOD(AssetFixture, "TransferAsset returns the old owner") {
  Submit({"CreateAsset", "a1", "blue", "5", "Tomoko", "300"});
  const MockResult result = Submit({"TransferAsset", "a1", "Brad"});
  CHECK(result.response.payload == "Tomoko");
  CHECK(result.event_name == "TransferAsset");
  CHECK(EvaluateJson({"ReadAsset", "a1"})["Owner"] == "Brad");
}

TEST_CASE_METHOD(AssetFixture, "UpdateAsset moves the colour index, DeleteAsset clears it") {
  Submit({"CreateAsset", "a1", "blue", "5", "Tomoko", "300"});
  CHECK(Submit({"UpdateAsset", "a1", "red", "6", "Tomoko", "1"}).event_name == "UpdateAsset");
  CHECK(EvaluateJson({"GetAssetsByColor", "blue"}).empty());
  CHECK(EvaluateJson({"GetAssetsByColor", "red"}).size() == 1);
  CHECK(Submit({"DeleteAsset", "a1"}).event_name == "DeleteAsset");
  CHECK(ledger_.state().empty());
}

TEST_CASE_METHOD(AssetFixture, "InitLedger's six assets come whole and in pages") {
  REQUIRE(Submit({"InitLedger"}).committed);
  const json all = EvaluateJson({"GetAllAssets"});
  REQUIRE(all.size() == 6);
  CHECK(all[2]["Owner"] == "Jin Soo");
  const json first = EvaluateJson({"GetAssetsPage", "4", ""});
  CHECK(first["assets"].size() == 4);
  CHECK(first["bookmark"] == "asset5");
  const json second = EvaluateJson({"GetAssetsPage", "4", "asset5"});
  CHECK(second["assets"].size() == 2);
  CHECK(second["bookmark"] == "");
  CHECK(Error({"GetAssetsPage", "0", ""}) == "argument 'pageSize': is not from 1 to 1000");
}

TEST_CASE_METHOD(AssetFixture, "GetAssetHistory tells every change, newest first") {
  Submit({"CreateAsset", "a1", "blue", "5", "Tomoko", "300"});
  Submit({"TransferAsset", "a1", "Brad"});
  Submit({"DeleteAsset", "a1"});
  const json history = EvaluateJson({"GetAssetHistory", "a1"});
  REQUIRE(history.size() == 3);
  CHECK(history[0]["IsDelete"] == true);
  CHECK(history[1]["Asset"]["Owner"] == "Brad");
  CHECK(history[2]["Timestamp"] == "2026-01-01T00:00:01+00:00");
}

TEST_CASE_METHOD(AssetFixture, "Transient values stay out of the arguments") {
  const std::string asset =
      R"({"ID":"t1","Color":"red","Size":1,"Owner":"secret","AppraisedValue":2})";
  const MockResult result = ledger_.Submit(
      *chaincode_, {.args = {"CreateAssetFromTransient"}, .transient = {{"asset", asset}}});
  REQUIRE(result.committed);
  CHECK(EvaluateJson({"ReadAsset", "t1"})["Owner"] == "secret");
  CHECK(Error({"ReadTransient", "x"}) == "transient value 'x' is missing");
}

TEST_CASE_METHOD(AssetFixture, "Put is blind, Update reads, and neither shows as an asset") {
  REQUIRE(Submit({"Put", "k", "v"}).committed);
  CHECK(ledger_.last_requests().size() == 1);
  REQUIRE(Submit({"Update", "k", "w"}).committed);
  CHECK(ledger_.last_requests().size() == 2);
  CHECK(Evaluate({"Get", "k"}).response.payload == "w");
  CHECK(EvaluateJson({"GetAllAssets"}).empty());
}

}  // namespace
}  // namespace suyuan
