// A ledger in memory with the trace contracts, and short ways to capture events in tests.
#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "chaincode/contracts/trace/trace_chaincode.h"
#include "chaincode/shim/testing/mock_ledger.h"
#include "network/crypto/testing/test_ca.h"

namespace suyuan {

constexpr char kGrower[] = "GrowerMSP";
constexpr char kMill[] = "MillMSP";
constexpr char kShop[] = "ShopMSP";

// Lots of the products with these numbers: LOT-NUMBER is a lot of GTIN 09520001NNNNNc.
inline std::string Lot(const std::string& name) {
  return absl::StrCat("urn:epc:class:lgtin:9520001.000015.", name);
}
inline std::string Item(const std::string& serial) {
  return absl::StrCat("urn:epc:id:sgtin:9520001.000022.", serial);
}
inline std::string Pallet(const std::string& serial) {
  return absl::StrCat("urn:epc:id:sscc:9520001.000000000", serial);
}

// ["a","b"]
inline std::string List(const std::vector<std::string>& texts) {
  return nlohmann::json(texts).dump();
}
// {"epcClass","quantity","uom"} of a lot; quantity as a number.
inline std::string Quantity(const std::string& lot, const std::string& amount,
                            const std::string& uom = "KGM") {
  return absl::StrCat(R"({"epcClass":")", lot, R"(","quantity":)", amount,
                      uom.empty() ? "" : absl::StrCat(R"(,"uom":")", uom, "\""), "}");
}

// Of a client; made once, for keys take time.
inline const std::string& AnyCertificate() {
  static const std::string& pem =
      *new std::string(TestCa("ca").Issue(TestTemplate("Li", {"client"})).certificate->ToPem());
  return pem;
}

class EventsFixture {
 public:
  // An event of `type` at the given minute of a day, with these fields.
  static std::string Event(const std::string& type, int minute, const std::string& fields) {
    return absl::StrCat(R"({"type":")", type, R"(","eventTime":"2026-03-01T)",
                        minute / 60 < 10 ? "0" : "", minute / 60, ":", minute % 60 < 10 ? "0" : "",
                        minute % 60, R"(:00Z","eventTimeZoneOffset":"+00:00",)", fields, "}");
  }
  static std::string Make(int minute, const std::vector<std::string>& epcs,
                          const std::vector<std::string>& quantities = {},
                          const std::string& more = "") {
    return Objects(minute, "ADD", "commissioning", epcs, quantities, more);
  }
  static std::string Objects(int minute, const std::string& action, const std::string& step,
                             const std::vector<std::string>& epcs,
                             const std::vector<std::string>& quantities = {},
                             const std::string& more = "") {
    std::string fields = absl::StrCat(R"("action":")", action, R"(","bizStep":")", step, "\"");
    if (!epcs.empty()) absl::StrAppend(&fields, R"(,"epcList":)", List(epcs));
    if (!quantities.empty()) {
      absl::StrAppend(&fields, R"(,"quantityList":[)", absl::StrJoin(quantities, ","), "]");
    }
    return Event("ObjectEvent", minute, fields + more);
  }
  static std::string Pack(int minute, const std::string& action, const std::string& parent,
                          const std::vector<std::string>& children,
                          const std::vector<std::string>& quantities = {}) {
    std::string fields = absl::StrCat(R"("action":")", action, R"(","parentID":")", parent, "\"");
    if (!children.empty()) absl::StrAppend(&fields, R"(,"childEPCs":)", List(children));
    if (!quantities.empty()) {
      absl::StrAppend(&fields, R"(,"childQuantityList":[)", absl::StrJoin(quantities, ","), "]");
    }
    return Event("AggregationEvent", minute, fields);
  }
  static std::string Transform(int minute, const std::vector<std::string>& inputs,
                               const std::vector<std::string>& outputs,
                               const std::string& more = "") {
    return Event(
        "TransformationEvent", minute,
        absl::StrCat(R"("inputQuantityList":[)", absl::StrJoin(inputs, ","),
                     R"(],"outputQuantityList":[)", absl::StrJoin(outputs, ","), "]", more));
  }
  static std::string Document(const std::vector<std::string>& events) {
    return absl::StrCat(R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/)"
                        R"(epcis-context.jsonld",{"suyuan":"https://suyuan.example/ns/"}],)"
                        R"("type":"EPCISDocument","schemaVersion":"2.0",)"
                        R"("creationDate":"2026-01-01T00:00:00Z","epcisBody":{"eventList":[)",
                        absl::StrJoin(events, ","), "]}}");
  }

  // What the contract answers to a capture; the transaction commits.
  nlohmann::json Capture(const std::string& msp, const std::vector<std::string>& events,
                         const std::string& options = "") {
    return CaptureText(msp, Document(events), options);
  }
  nlohmann::json CaptureText(const std::string& msp, const std::string& document,
                             const std::string& options = "") {
    const auto result = Submit(msp, {"Events:Capture", document, options});
    INFO(result.response.message);
    REQUIRE(result.committed);
    return nlohmann::json::parse(result.response.payload);
  }
  // One event that must be stored; its hash.
  std::string Store(const std::string& msp, const std::string& event,
                    const std::string& options = "") {
    const auto answer = Capture(msp, {event}, options);
    INFO(answer.dump());
    CHECK(answer["results"][0]["result"] == "stored");
    return answer["results"][0].value("eventHash", "");
  }
  // Why one event is refused.
  std::string Refusal(const std::string& msp, const std::string& event,
                      const std::string& options = "") {
    const auto answer = Capture(msp, {event}, options);
    CHECK(answer["results"][0]["result"] == "refused");
    return answer["results"][0].value("reason", "");
  }
  testing::MockResult Submit(const std::string& msp, std::vector<std::string> args) {
    return ledger_.Submit(
        *chaincode_, {.args = std::move(args), .msp_id = msp, .certificate_pem = AnyCertificate()});
  }
  testing::MockResult Ask(std::vector<std::string> args) {
    return ledger_.Evaluate(*chaincode_, {.args = std::move(args)});
  }
  nlohmann::json AskJson(std::vector<std::string> args) {
    const auto result = Ask(std::move(args));
    INFO(result.response.message);
    REQUIRE(result.response.ok());
    return nlohmann::json::parse(result.response.payload);
  }
  nlohmann::json Unit(const std::string& epc) { return AskJson({"Events:GetUnit", epc}); }
  // What an organisation has of a lot.
  std::string Have(const std::string& lot, const std::string& msp) {
    return Unit(lot)["unit"]["accounts"][msp].value("have", "0");
  }
  nlohmann::json Trace(const std::string& direction, const std::string& epc) {
    return AskJson({"Events:Trace", direction, epc, "[]"});
  }

  testing::MockLedger ledger_;
  std::unique_ptr<Chaincode> chaincode_ = MakeTraceChaincode();
};

}  // namespace suyuan
