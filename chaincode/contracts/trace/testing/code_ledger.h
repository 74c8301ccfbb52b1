// A ledger with a batch of codes on it, and short ways to scan and ask in tests.
#pragma once

#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "chaincode/codes/codes.h"
#include "chaincode/contracts/trace/testing/events_fixture.h"
#include "chaincode/contracts/trace/testing/trace_ledger.h"
#include "network/common/text.h"
#include "network/crypto/hash.h"

namespace suyuan::testing {

inline constexpr Person kConsumer{"RegulatorMSP", "Wang"};
inline constexpr Person kWarehouse{"DistributorMSP", "Zhu", "client", "staff"};
inline constexpr Person kDealer{"DistributorMSP", "Qian", "client", "dealer:hz"};
inline constexpr Person kInspector{"RegulatorMSP", "Sun", "client", "inspector"};

// Batches of 100 codes of 15 digits of the producer's milk, with a limit of 3.
class CodeLedger : public TraceLedger {
 public:
  static constexpr char kGtin[] = "06901234567892";
  static constexpr uint64_t kCount = 100;
  static constexpr int kLength = 15;

  CodeLedger() {
    License(kProducerUser, "2030-12-31");
    Do(kProducerUser, {"RegisterProduct", kGtin, R"({"name":"Milk","shelfLifeDays":30})"});
    Do(kRegulatorReviewer, {"ApproveProduct", kGtin});
  }

  // `inner`: digits of its covered codes, 0 none.
  void Issue(const std::string& batch, int inner = 0, int64_t limit = 3) {
    Do(kProducerUser,
       {"AntiCounterfeit:IssueCodes", batch, kGtin, absl::StrCat(kCount), absl::StrCat(kLength),
        HexEncode(Open(batch).root()), "PEM", absl::StrCat(limit)});
    if (inner == 0) return;
    Do(kProducerUser, {"AntiCounterfeit:IssueInnerCodes", batch, absl::StrCat(inner),
                       HexEncode(Inner(batch, inner).root())});
  }
  // All of it onto a lot that is made for it.
  void Activate(const std::string& batch, const std::string& lot = "lot1") {
    if (!made_.count(lot)) {
      Capture(kProducerUser,
              EventsFixture::Document({EventsFixture::Make(static_cast<int>(made_.size()), {},
                                                           {Quantity(LotOf(lot), "100", "")})}));
      made_.insert(lot);
    }
    Do(kProducerUser, {"AntiCounterfeit:Activate", batch, "0", absl::StrCat(kCount - 1), lot});
  }
  static std::string LotOf(const std::string& number) {
    return absl::StrCat("urn:epc:class:lgtin:6901234.056789.", number);
  }

  // What proves the open code at `index`, with a place.
  static Transient Code(const std::string& batch, uint64_t index,
                        const std::string& region = "330106", const std::string& device = "") {
    const TraceCode code = DeriveCode(Seed(batch), index, kLength);
    nlohmann::json place{{"region", region}, {"source", "ip"}};
    if (!device.empty()) place["device"] = HexEncode(Sha256(device));
    return {{"code", code.code},
            {"salt", HexEncode(code.salt)},
            {"proof", HexEncode(Open(batch).Proof(index))},
            {"place", place.dump()}};
  }
  // Adds the covered code of `length` digits.
  static Transient WithInner(Transient transient, const std::string& batch, uint64_t index,
                             int length) {
    const TraceCode code = DeriveCode(Seed(batch), index, length, CodeLayer::kInner);
    transient["inner"] = code.code;
    transient["innerSalt"] = HexEncode(code.salt);
    transient["innerProof"] = HexEncode(Inner(batch, length).Proof(index));
    return transient;
  }

  MockResult Scan(const Person& person, const std::string& batch, uint64_t index,
                  const Transient& transient) {
    MockResult result =
        Submit(person, {"AntiCounterfeit:RecordScan", batch, absl::StrCat(index)}, transient);
    INFO(result.response.message);
    REQUIRE(result.committed);
    return result;
  }
  nlohmann::json Verify(const std::string& batch, uint64_t index, const Transient& transient,
                        const std::string& scan_tx = "", const Person& person = kConsumer) {
    const MockResult result = ledger().Evaluate(
        chaincode(),
        Call(person, {"AntiCounterfeit:Verify", batch, absl::StrCat(index), scan_tx}, transient));
    INFO(result.response.message);
    REQUIRE(result.response.ok());
    return nlohmann::json::parse(result.response.payload);
  }
  std::string StateOf(const std::string& batch, uint64_t index, const Transient& transient,
                      const std::string& scan_tx = "") {
    return Verify(batch, index, transient, scan_tx)["authenticity"]["state"];
  }

  static std::string Seed(const std::string& batch) { return BatchSeed("signature " + batch); }
  static CodeBatch Open(const std::string& batch) {
    return CodeBatch::Derive(Seed(batch), kCount, kLength);
  }
  static CodeBatch Inner(const std::string& batch, int length) {
    return CodeBatch::Derive(Seed(batch), kCount, length, nullptr, CodeLayer::kInner);
  }

 private:
  std::set<std::string> made_;
};

}  // namespace suyuan::testing
