// The client of codes against the real contracts, over a ledger in memory.
#include "sdk/trace/codes.h"

#include <catch2/catch.hpp>
#include <memory>

#include "chaincode/contracts/trace/testing/code_ledger.h"
#include "sdk/trace/testing/ledger_calls.h"

namespace suyuan::sdk::trace {
namespace {

using Catch::Matchers::Contains;
using suyuan::testing::CodeLedger;
using suyuan::testing::kConsumer;
using suyuan::testing::kInspector;
using suyuan::testing::kProducerUser;

class CodeClients : public CodeLedger {
 protected:
  Codes As(const suyuan::testing::Person& person) {
    return Codes(std::make_shared<LedgerCalls>(this, person));
  }
  static CodeBatch Order(const std::string& batch) {
    CodeBatch order;
    order.batch = batch;
    order.gtin = kGtin;
    order.count = kCount;
    order.length = kLength;
    order.root = HexEncode(Open(batch).root());
    order.public_key = "PEM";
    order.inner_length = 6;
    order.inner_root = HexEncode(Inner(batch, 6).root());
    return order;
  }
  static CodeProof ProofOf(const std::string& batch, uint64_t index, bool inner) {
    const auto values = WithInner(Code(batch, index), batch, index, 6);
    CodeProof proof{values.at("code"), values.at("salt"), values.at("proof"), "", "", "", "web"};
    if (!inner) return proof;
    proof.inner = values.at("inner");
    proof.inner_salt = values.at("innerSalt");
    proof.inner_proof = values.at("innerProof");
    return proof;
  }
};

TEST_CASE_METHOD(CodeClients, "Codes are issued, activated, scanned and judged", "[sdk_trace]") {
  const auto issued = As(kProducerUser).Issue(Order("b1"));
  INFO(issued.status());
  REQUIRE(issued.ok());
  const auto batch = As(kConsumer).Get("b1");
  REQUIRE(batch.ok());
  CHECK(batch->issuer == "ProducerMSP");
  CHECK(batch->inner_length == 6);
  CHECK(batch->scan_limit == 5);
  Capture(kProducerUser, EventsFixture::Document(
                             {EventsFixture::Make(1, {}, {Quantity(LotOf("lot1"), "100", "")})}));
  REQUIRE(As(kProducerUser).Activate("b1", 0, 99, "lot1").ok());
  REQUIRE(As(kProducerUser).SetPolicy("batch", "b1", {{"scanLimit", 1}}).ok());

  const CodeProof proof = ProofOf("b1", 7, true);
  const Fields place{{"region", "330106"}, {"source", "ip"}};
  for (const char* state : {"first", "over-limit"}) {
    const auto scan = As(kConsumer).RecordScan("b1", 7, proof, place);
    INFO(scan.status());
    REQUIRE(scan.ok());
    CHECK(scan->value.state == "recorded");
    const auto answer = As(kConsumer).Verify("b1", 7, proof, scan->at.transaction_id);
    INFO(answer.status());
    REQUIRE(answer.ok());
    CHECK(answer->state == state);
    CHECK(answer->trace_state == "known");
    CHECK(!answer->prompt.empty());
    if (answer->alerts.empty()) continue;
    const auto alert = As(kConsumer).Alert("b1", 7, proof, scan->at.transaction_id);
    INFO(alert.status());
    REQUIRE(alert.ok());
    CHECK(alert->value["count"] == 2);
  }
  CHECK(As(kConsumer).GetAlerts("b1")->size() == 1);
  CHECK(As(kConsumer).Verify("b1", 7, ProofOf("b1", 7, false), "")->state == "open-code");
  CHECK(As(kInspector).Verify("b1", 7, proof, "")->whole["scans"].size() == 2);

  REQUIRE(As(kProducerUser).Mark("b1", 7, 7, "returned", "wrong size").ok());
  REQUIRE(As(kProducerUser).Reissue("b1", 7, 7, "b1", 8, "back in stock").ok());
  CHECK(As(kConsumer).Verify("b1", 7, proof, "")->state == "reissued");
  CHECK_THAT(std::string(As(kConsumer).Mark("b1", 1, 1, "returned", "mine").status().message()),
             Contains("only ProducerMSP"));
}

}  // namespace
}  // namespace suyuan::sdk::trace
