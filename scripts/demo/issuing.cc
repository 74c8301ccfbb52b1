#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"
#include "network/crypto/rsa.h"
#include "scripts/demo/chapters.h"

namespace suyuan::demo {
namespace {

// What the label tells, and what the category's data model asks for.
std::string BatchContent(const Stage& stage, const FoodChain::Bottles& bottles, bool complete) {
  const BatchData& data = stage.sales.batches.at(bottles.lot.number);
  const Party& maker = stage.chain.parties.front();
  nlohmann::json content{{"identification",
                          {{"user", maker.name.zh},
                           {"productName", stage.chain.ProductName(bottles.lot.epc).zh},
                           {"model", "500mL"},
                           {"batchNumber", bottles.lot.number},
                           {"productionDate", Day(bottles.made)},
                           {"inspectionStatus", "passed"}}},
                         {"data", {{"line", data.line}}}};
  if (complete) content["data"]["aminoNitrogen"] = data.amino_nitrogen;
  return content.dump();
}

absl::Status RegisterBatches(const Stage& stage) {
  std::vector<Call> calls;
  for (const FoodChain::Bottles& bottles : stage.chain.BottleLots()) {
    Call call{stage.BrandOwner(),
              "Batches",
              "Register",
              {bottles.lot.gtin, bottles.lot.number, BatchContent(stage, bottles, false)}};
    if (calls.empty()) stage.ExpectRefused(call, "field aminoNitrogen is missing");
    call.arguments.back() = BatchContent(stage, bottles, true);
    calls.push_back(std::move(call));
  }
  SUYUAN_RETURN_IF_ERROR(stage.alliance.SubmitAll(calls));
  stage.story.Expect(true, absl::StrCat(calls.size(),
                                        " batches registered with what the label "
                                        "and the category ask for"));
  return absl::OkStatus();
}

// A batch of codes a lot, named like it.
absl::Status IssueBatches(const Stage& stage, const std::string& key, CodeDesk* desk) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string public_key, RsaPublicKeyPem(key));
  std::vector<Call> issues, activations;
  for (const auto& [lot, count, made] : stage.chain.BottleLots()) {
    const std::string& batch = lot.number;
    SUYUAN_ASSIGN_OR_RETURN(const std::string root,
                            desk->AddBatch({stage.BrandOwner(), lot.gtin, batch}, count));
    issues.push_back({stage.BrandOwner(),
                      "AntiCounterfeit",
                      "IssueCodes",
                      {batch, lot.gtin, absl::StrCat(count), absl::StrCat(stage.sales.code_length),
                       HexEncode(root), public_key, absl::StrCat(stage.sales.scan_limit)}});
    activations.push_back({stage.BrandOwner(),
                           "AntiCounterfeit",
                           "Activate",
                           {batch, "0", absl::StrCat(count - 1), lot.epc}});
    stage.story.Tell(absl::StrCat(Grouped(count), " codes for lot ", batch,
                                  "; the ledger learns only root ", HexEncode(root).substr(0, 16),
                                  "…"));
  }
  SUYUAN_RETURN_IF_ERROR(stage.alliance.SubmitAll(issues));
  SUYUAN_RETURN_IF_ERROR(stage.alliance.SubmitAll(activations));
  stage.story.Expect(
      true, absl::StrCat(Grouped(desk->count()), " codes issued in ", issues.size(),
                         " transactions and activated, e.g. ", desk->CodeOf({"BT-01", 0}), ", ",
                         desk->CodeOf({"BT-01", 1})));
  return absl::OkStatus();
}

absl::Status RegisterDealers(const Stage& stage) {
  for (const Dealer& dealer : stage.sales.dealers) {
    const nlohmann::json content{{"name", dealer.name.zh},
                                 {"parent", dealer.parent},
                                 {"regions", dealer.regions},
                                 {"from", "2026-01-01"}};
    SUYUAN_RETURN_IF_ERROR(stage.alliance.Submit(
        {stage.BrandOwner(), "Dealers", "Register", {dealer.id, content.dump()}}));
    stage.story.Tell(
        absl::StrCat("dealer ", dealer.id, "  ", dealer.name.zh, " ", dealer.name.en,
                     ", may sell in ", absl::StrJoin(dealer.regions, ", "),
                     dealer.parent.empty() ? "" : absl::StrCat(", below ", dealer.parent)));
  }
  return absl::OkStatus();
}

absl::Status ShipCodes(const Stage& stage) {
  for (const CodeShipment& s : stage.sales.shipments) {
    nlohmann::json goods;
    goods["codes"].push_back({{"batch", s.batch}, {"from", s.from}, {"to", s.to}});
    SUYUAN_RETURN_IF_ERROR(stage.alliance.Submit(
        {stage.BrandOwner(), "Dealers", "Ship", {s.id, goods.dump(), s.dealer}}));
    SUYUAN_RETURN_IF_ERROR(
        stage.alliance.Submit({stage.BrandOwner(), "Dealers", "Receive", {s.id}}));
    stage.story.Tell(absl::StrCat(s.id, ": ", Grouped(s.to - s.from + 1), " bottles of ", s.batch,
                                  " (", s.from, "-", s.to, ") to dealer ", s.dealer));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<CodeDesk>> IssueCodes(const Stage& stage) {
  stage.story.Chapter("Batches are registered; every bottle gets a code, every carton a dealer");
  SUYUAN_RETURN_IF_ERROR(RegisterBatches(stage));
  SUYUAN_ASSIGN_OR_RETURN(const std::string key, GenerateRsaKeyPem());
  SUYUAN_RETURN_IF_ERROR(
      WriteFileAtomically(stage.network.dir() / "code-issuer-key.pem", key, 0600));
  auto desk = std::make_unique<CodeDesk>(key, stage.sales.code_length);
  SUYUAN_RETURN_IF_ERROR(IssueBatches(stage, key, desk.get()));
  SUYUAN_RETURN_IF_ERROR(RegisterDealers(stage));
  SUYUAN_RETURN_IF_ERROR(ShipCodes(stage));
  return desk;
}

}  // namespace suyuan::demo
