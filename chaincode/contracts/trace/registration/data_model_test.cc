#include "chaincode/contracts/trace/registration/data_model.h"

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/testing/trace_ledger.h"
#include "network/common/text.h"

namespace suyuan {
namespace {

using namespace testing;  // NOLINT: the fixture's people
using Catch::Matchers::Contains;
using ::nlohmann::json;

constexpr char kGtin[] = "06901234567892";

DataModel Model(const char* fields) {
  const auto model = ParseModel("milk", 1, "model",
                                json{{"fields", json::parse(fields)}, {"collection", "members"}});
  INFO(model.status());
  REQUIRE(model.ok());
  return *model;
}

// "field message; ..." of a product record.
std::string Check(const DataModel& model, const json& values, const json& secret = json::object()) {
  std::string out;
  for (const Problem& p : CheckRecord(model, "product", values, secret)) {
    absl::StrAppend(&out, out.empty() ? "" : "; ", p.field, " ", p.message);
  }
  return out;
}

TEST_CASE("A record is checked field by field", "[data_model]") {
  const DataModel model = Model(R"([
    {"name":"fat","type":"decimal","unit":"g/100g","required":true,"min":"0","max":"100.5"},
    {"name":"packs","type":"integer","min":"1","max":"24"},
    {"name":"kind","type":"choice","options":["whole","skimmed"]},
    {"name":"made","type":"day"}, {"name":"cold","type":"boolean"},
    {"name":"photo","type":"hash"}, {"name":"origin","type":"region"},
    {"name":"note","type":"text","maxLength":5}, {"name":"part","type":"gtin"},
    {"name":"recipe","type":"text","sharing":"private","required":true},
    {"name":"ph","type":"decimal","scope":"batch","required":true}])");
  const json recipe{{"recipe", "secret"}};
  CHECK(Check(model, {{"fat", "3.50"}}, recipe).empty());
  CHECK(Check(model,
              {{"fat", "100.5"},
               {"packs", 24},
               {"kind", "whole"},
               {"made", "2026-02-28"},
               {"cold", true},
               {"photo", std::string(64, 'b')},
               {"origin", "110101@201412"},
               {"note", "12345"},
               {"part", "6901234567892"}},
              recipe)
            .empty());
  CHECK(Check(model, json::object()) == "fat is missing; recipe is missing");
  CHECK(Check(model, {{"fat", "100.51"}}, recipe) == "fat is above 100.5");
  CHECK(Check(model, {{"fat", 3}}, recipe) == "fat is not a decimal in a text, as \"12.50\"");
  CHECK(Check(model, {{"fat", "-0.1"}}, recipe) == "fat is below 0");
  CHECK(Check(model, {{"fat", "1e3"}, {"packs", 25}}, recipe) ==
        "fat is not a decimal in a text, as \"12.50\"; packs is above 24");
  CHECK(Check(model, {{"fat", "1"}, {"kind", "goat"}}, recipe) ==
        "kind is not one of whole, skimmed");
  CHECK(Check(model, {{"fat", "1"}, {"made", "2026-02-30"}, {"cold", "yes"}}, recipe) ==
        "made is not a day (2026-11-25); cold is not true or false");
  CHECK_THAT(Check(model, {{"fat", "1"}, {"note", "123456"}, {"part", "6901234567893"}}, recipe),
             Contains("note is empty, longer than 5 bytes") && Contains("part "));
  CHECK(Check(model, {{"fat", "1"}, {"ph", "7"}}, recipe) == "ph is not in the data model");
  CHECK(Check(model, {{"fat", "1"}, {"recipe", "x"}}) ==
        "recipe is not public: it is given as transient data");
}

TEST_CASE("A bad data model is refused by field and property", "[data_model]") {
  const auto refused = [](const char* fields) {
    return std::string(
        ParseModel("milk", 1, "model", {{"fields", json::parse(fields)}}).status().message());
  };
  CHECK(refused("[]") == "argument 'model': field fields is not a list of 1 to 5000");
  CHECK(refused(R"([{"name":"a","type":"float"}])") ==
        "argument 'model.fields[0]': field type is not one of text, integer, decimal, boolean, "
        "day, time, choice, hash, region, gtin");
  CHECK_THAT(refused(R"([{"name":"a","type":"text","min":"1"}])"), Contains("field min belongs"));
  CHECK_THAT(refused(R"([{"name":"a","type":"choice"}])"), Contains("field options belongs"));
  CHECK_THAT(refused(R"([{"name":"a","type":"text"},{"name":"a","type":"text"}])"),
             Contains("name a occurs twice"));
  CHECK_THAT(refused(R"([{"name":"a","type":"text","sharing":"shared"}])"),
             Contains("names no collection"));
  CHECK_THAT(refused(R"([{"name":"a","type":"text","form":"f"}])"),
             Contains("f is not among the forms"));
  CHECK_THAT(refused(R"([{"name":"a","type":"text","colour":"red"}])"),
             Contains("field colour is not known here"));
}

class ModelLedger : public TraceLedger {
 public:
  ModelLedger() {
    FoundCouncil();
    Do(kRegulatorUser, {"Categories:Create", "milk", R"({"name":"Milk"})"});
  }
  std::string Publish(const std::string& model) {
    return Do(kRegulatorUser, {"Categories:PublishModel", "milk", model});
  }
};

TEST_CASE_METHOD(ModelLedger, "A field is added without a restart, old records keep their version",
                 "[data_model]") {
  CHECK(Publish(R"({"fields":[{"name":"fat","type":"decimal","required":true}]})") == "1");
  const char* other = "06901234567908";
  CHECK_THAT(
      Error(kProducerUser, {"RegisterProduct", kGtin, R"({"name":"Milk","category":"milk"})"}),
      Contains("field fat is missing"));
  Do(kProducerUser, {"RegisterProduct", kGtin, R"({"name":"Milk","category":"milk","fat":"3.5"})"});
  CHECK(Publish(R"({"fields":[{"name":"fat","type":"decimal","required":true},
                              {"name":"protein","type":"decimal","required":true}]})") == "2");
  CHECK_THAT(Error(kProducerUser,
                   {"RegisterProduct", other, R"({"name":"Milk","category":"milk","fat":"3.5"})"}),
             Contains("field protein is missing"));
  CHECK(Ask({"CheckProduct", kGtin}).empty());
  Do(kProducerUser, {"ChangeProduct", kGtin, R"({"fat":"3.6"})"});
  CHECK(Ask({"GetProduct", kGtin})["modelVersion"] == 1);
  CHECK_THAT(Error(kProducerUser, {"ChangeProduct", kGtin, R"({"protein":"3.0"})"}),
             Contains("field protein is not in the data model"));
  CHECK_THAT(Error(kProducerUser, {"UpgradeProduct", kGtin, "0", "{\"fat\":\"3.7\"}"}),
             Contains("field protein is missing"));
  Do(kProducerUser, {"UpgradeProduct", kGtin, "0", R"({"protein":"3.0"})"});
  CHECK(Ask({"GetProduct", kGtin})["modelVersion"] == 2);
  CHECK(Ask({"Categories:GetModel", "milk", "1"})["model"]["fields"].size() == 1);
  CHECK(Ask({"Categories:Check", "milk", "2", "product", R"({"fat":"x"})"}).size() == 2);
}

TEST_CASE_METHOD(ModelLedger, "What is not public never reaches the ledger", "[data_model]") {
  Publish(R"({"collection":"members","fields":[
      {"name":"recipe","type":"text","sharing":"private","required":true},
      {"name":"supplier","type":"text","sharing":"shared"}]})");
  const std::string salt(32, '7');
  const auto secret = [&](const json& values) {
    json out;
    for (const auto& [name, value] : values.items()) out[name] = {{"value", value}, {"salt", salt}};
    return TraceLedger::Transient{{"secret", out.dump()}};
  };
  const TraceLedger::Words call{"RegisterProduct", kGtin, R"({"name":"Milk","category":"milk"})"};
  CHECK_THAT(Error(kProducerUser, call), Contains("field recipe is missing"));
  CHECK_THAT(Error(kProducerUser, call, {{"secret", R"({"recipe":{"value":"x","salt":"ab"}})"}}),
             Contains("field salt is not 16 to 64 bytes"));
  CHECK_THAT(Error(kProducerUser, call, secret({{"recipe", 7}})),
             Contains("field recipe is not a text"));
  Do(kProducerUser, call, secret({{"recipe", "7 herbs"}, {"supplier", "Farm Nine"}}));
  for (const auto& [key, value] : ledger().state()) {
    CHECK(value.find("7 herbs") == std::string::npos);
    CHECK(value.find("Farm Nine") == std::string::npos);
  }
  const json hidden = Ask({"GetProduct", kGtin})["hidden"];
  CHECK(hidden["recipe"]["hash"] == HideValue(*HexDecode(salt), "7 herbs"));
  REQUIRE(ledger().private_state().size() == 1);
  CHECK(ledger().private_state().begin()->second.find("Farm Nine") != std::string::npos);
  CHECK(Ask({"CheckProduct", kGtin}).empty());
  Do(kProducerUser, {"ChangeProduct", kGtin, "{}"}, secret({{"recipe", "8 herbs"}}));
  CHECK(Ask({"GetProduct", kGtin})["hidden"]["recipe"] != hidden["recipe"]);
}

TEST_CASE_METHOD(ModelLedger, "A template of 112 forms, 1,639 fields and 55 key nodes is loaded",
                 "[data_model]") {
  json model{{"forms", json::array()}, {"fields", json::array()}};
  for (int i = 0; i < 112; ++i) {
    model["forms"].push_back(
        {{"name", absl::StrCat("form ", i)}, {"node", absl::StrCat("node ", i % 55)}});
  }
  json data = json::object();
  for (int i = 0; i < 1639; ++i) {
    const std::string name = absl::StrCat("field", i);
    model["fields"].push_back({{"name", name},
                               {"type", i % 2 ? "decimal" : "text"},
                               {"scope", "batch"},
                               {"required", true},
                               {"tag", i % 3 ? "basic" : "quality-safety"},
                               {"form", absl::StrCat("form ", i % 112)}});
    data[name] = i % 2 ? "1.5" : "text";
  }
  Publish(model.dump());
  Do(kProducerUser, {"RegisterProduct", kGtin, R"({"name":"Milk","category":"milk"})"});
  Do(kRegulatorReviewer, {"ApproveProduct", kGtin});
  json content{{"identification",
                {{"user", "Dairy"},
                 {"productName", "Milk"},
                 {"model", "1L"},
                 {"batchNumber", "B1"},
                 {"productionDate", "2026-01-01"},
                 {"inspectionStatus", "passed"}}},
               {"data", data}};
  content["data"].erase("field7");
  CHECK(Error(kProducerUser, {"Batches:Register", kGtin, "b1", content.dump()}) ==
        "argument 'content': field field7 is missing");
  content["data"] = data;
  Do(kProducerUser, {"Batches:Register", kGtin, "b1", content.dump()});
  CHECK(Ask({"Batches:Get", kGtin, "b1"})["data"].size() == 1639);
}

}  // namespace
}  // namespace suyuan
