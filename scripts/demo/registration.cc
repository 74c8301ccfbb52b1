#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "scripts/demo/chapters.h"

namespace suyuan::demo {
namespace {

constexpr char kContract[] = "ProductRegistration";

absl::Status RegisterOrganizations(const Stage& stage) {
  std::vector<Call> calls;
  for (const Party& party : stage.epcis.parties) {
    const nlohmann::json information{
        {"name", party.name.zh}, {"nameEn", party.name.en}, {"pgln", party.id}};
    calls.push_back({party.msp_id, kContract, "RegisterOrganization", {information.dump()}});
  }
  SUYUAN_RETURN_IF_ERROR(stage.alliance.SubmitAll(calls));
  for (const Party& party : stage.epcis.parties) {
    stage.story.Expect(true,
                       absl::StrCat(party.name.zh, " ", party.name.en, " joins as ", party.msp_id));
  }
  return absl::OkStatus();
}

}  // namespace

std::string Stage::PartyName(const std::string& msp_id) const {
  for (const Party& party : epcis.parties) {
    if (party.msp_id == msp_id) return absl::StrCat(party.name.zh, " ", party.name.en);
  }
  return msp_id;
}

void Stage::ExpectRefused(const Call& call, absl::string_view reason) const {
  const absl::Status status = alliance.Submit(call);
  const bool refused = absl::StrContains(status.message(), reason);
  story.Expect(refused, absl::StrCat(call.msp_id, " tries ", call.function, ", refused: ",
                                     refused ? std::string(reason)
                                             : absl::StrCat("no, ", status.ToString())));
}

absl::Status RegisterProducts(const Stage& stage) {
  stage.story.Chapter("Organisations and products are registered, and reviewed by another one");
  SUYUAN_RETURN_IF_ERROR(RegisterOrganizations(stage));
  std::vector<Call> registrations, approvals;
  for (const auto& [gtin, name] : stage.epcis.products) {
    const nlohmann::json information{{"name", name.zh}, {"nameEn", name.en}};
    registrations.push_back(
        {stage.BrandOwner(), kContract, "RegisterProduct", {gtin, information.dump()}});
    approvals.push_back({stage.Regulator(), kContract, "ApproveProduct", {gtin}});
  }
  SUYUAN_RETURN_IF_ERROR(stage.alliance.SubmitAll(registrations));
  stage.ExpectRefused(
      {stage.BrandOwner(), kContract, "ApproveProduct", {stage.epcis.products.begin()->first}},
      "a product is reviewed by another organisation than its registrant");
  SUYUAN_RETURN_IF_ERROR(stage.alliance.SubmitAll(approvals));
  for (const auto& [gtin, name] : stage.epcis.products) {
    SUYUAN_ASSIGN_OR_RETURN(
        const auto product,
        stage.alliance.Ask({stage.Regulator(), kContract, "GetProduct", {gtin}}));
    stage.story.Expect(product.value("status", "") == "approved",
                       absl::StrCat("GTIN ", gtin, "  ", name.zh, " ", name.en,
                                    ": registered, approved by ", product.value("reviewer", "")));
  }
  return absl::OkStatus();
}

}  // namespace suyuan::demo
