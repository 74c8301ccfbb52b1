#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"
#include "network/crypto/hash.h"
#include "scripts/demo/chapters.h"

namespace suyuan::demo {
namespace {

constexpr char kContract[] = "ProductRegistration";
constexpr char kOrganizations[] = "Organizations";
constexpr char kLicence[] = "licence-2026";

absl::Status RegisterOrganizations(const Stage& stage) {
  std::vector<Call> calls;
  for (const Party& party : stage.epcis.parties) {
    const nlohmann::json information{{"name", party.name.zh},
                                     {"nameEn", party.name.en},
                                     {"pgln", party.id},
                                     {"creditCode", "91110000000000001H"}};
    calls.push_back({party.msp_id, kOrganizations, "Register", {information.dump()}});
  }
  SUYUAN_RETURN_IF_ERROR(stage.alliance.SubmitAll(calls));
  for (const Party& party : stage.epcis.parties) {
    stage.story.Expect(true,
                       absl::StrCat(party.name.zh, " ", party.name.en, " joins as ", party.msp_id));
  }
  return absl::OkStatus();
}

// Without a licence in force no codes are issued later on.
absl::Status FileLicence(const Stage& stage) {
  const nlohmann::json licence{
      {"kind", "licence"},          {"number", "JY11100000000001"},
      {"issuer", "市场监督管理局"}, {"hash", HexEncode(Sha256("licence.pdf"))},
      {"issuedOn", "2020-01-01"},   {"expiresOn", "2099-12-31"}};
  SUYUAN_RETURN_IF_ERROR(stage.alliance.Submit(
      {stage.BrandOwner(), kOrganizations, "FilePaper", {kLicence, licence.dump()}}));
  const Call review{
      stage.Regulator(), kOrganizations, "ReviewPaper", {stage.BrandOwner(), kLicence, "true", ""}};
  SUYUAN_RETURN_IF_ERROR(stage.alliance.Submit(review));
  stage.story.Expect(true, absl::StrCat(stage.PartyName(stage.BrandOwner()),
                                        " files its licence, accepted by ", stage.Regulator()));
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
  SUYUAN_RETURN_IF_ERROR(FileLicence(stage));
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
