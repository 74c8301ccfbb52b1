#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"
#include "network/crypto/hash.h"
#include "scripts/demo/chapters.h"

namespace suyuan::demo {
namespace {

using nlohmann::json;

constexpr char kProducts[] = "ProductRegistration";
constexpr char kOrganizations[] = "Organizations";
constexpr char kCategories[] = "Categories";
constexpr char kLicence[] = "licence-2026";

// By the authority's administrator: whose word counts for others.
absl::Status FoundCouncil(const Stage& stage) {
  json members = json::array();
  for (const Party& party : stage.chain.parties) members.push_back(party.msp_id);
  const json council{{"members", members}, {"supervisors", {stage.Regulator()}}};
  SUYUAN_ASSIGN_OR_RETURN(const auto office, stage.network.Connect("regulator", "admin"));
  const auto contract =
      office->GetNetwork(stage.network.channel()).GetContract("trace", "Governance");
  SUYUAN_RETURN_IF_ERROR(contract.Submit("Found", {council.dump()}));
  SUYUAN_RETURN_IF_ERROR(stage.alliance.AwaitEqualHeights());
  stage.story.Expect(true, absl::StrCat("a council of ", members.size(), " is founded; ",
                                        stage.Regulator(), " supervises"));
  return absl::OkStatus();
}

absl::Status RegisterOrganizations(const Stage& stage) {
  std::vector<Call> registrations, claims;
  for (const Party& party : stage.chain.parties) {
    const json information{{"name", party.name.zh},
                           {"nameEn", party.name.en},
                           {"address", party.address},
                           {"pgln", party.id},
                           {"creditCode", party.credit_code}};
    registrations.push_back({party.msp_id, kOrganizations, "Register", {information.dump()}});
    // Goods that are sent to this identifier are its own to accept.
    claims.push_back({party.msp_id, "Events", "ClaimParty", {party.id}});
  }
  SUYUAN_RETURN_IF_ERROR(stage.alliance.SubmitAll(registrations));
  SUYUAN_RETURN_IF_ERROR(stage.alliance.SubmitAll(claims));
  for (const Party& party : stage.chain.parties) {
    stage.story.Expect(true, absl::StrCat(party.name.Both(), " joins as ", party.msp_id,
                                          ", credit code ", party.credit_code));
  }
  return absl::OkStatus();
}

Call Review(const std::string& reviewer, const std::string& of) {
  return {reviewer, kOrganizations, "ReviewPaper", {of, kLicence, "true", ""}};
}

// Without a licence in force no codes are issued later on.
absl::Status FileLicences(const Stage& stage) {
  std::vector<Call> filings, reviews;
  for (const std::string& msp_id : {stage.BrandOwner(), stage.Distributor()}) {
    const json licence{{"kind", "licence"},
                       {"number", absl::StrCat("JY1110000000000", filings.size() + 1)},
                       {"issuer", stage.chain.parties.back().name.zh},
                       {"hash", HexEncode(Sha256(absl::StrCat("licence of ", msp_id)))},
                       {"issuedOn", "2020-01-01"},
                       {"expiresOn", "2099-12-31"}};
    filings.push_back({msp_id, kOrganizations, "FilePaper", {kLicence, licence.dump()}});
    reviews.push_back(Review(stage.Regulator(), msp_id));
  }
  SUYUAN_RETURN_IF_ERROR(stage.alliance.SubmitAll(filings));
  stage.ExpectRefused(Review(stage.BrandOwner(), stage.BrandOwner()),
                      "reviewed by another organisation");
  SUYUAN_RETURN_IF_ERROR(stage.alliance.SubmitAll(reviews));
  stage.story.Expect(
      true, absl::StrCat(filings.size(), " trade licences are on file (hash, expiry), accepted by ",
                         stage.Regulator()));
  return absl::OkStatus();
}

// What a batch of soy sauce must tell is configuration, not code.
absl::Status MakeCategories(const Stage& stage) {
  const json model = json::parse(R"({"fields":[
      {"name":"nameEn","type":"text","scope":"product"},
      {"name":"specification","type":"text","scope":"product"},
      {"name":"line","type":"text","required":true,"scope":"batch"},
      {"name":"aminoNitrogen","type":"decimal","unit":"g/100mL","min":"0.40","required":true,
       "scope":"batch"}]})");
  const std::vector<Call> calls = {
      {stage.Regulator(), kCategories, "Create", {"condiments", R"({"name":"调味品"})"}},
      {stage.Regulator(),
       kCategories,
       "Create",
       {"soy-sauce", R"({"name":"酱油","parent":"condiments"})"}},
      {stage.Regulator(),
       kCategories,
       "Bind",
       {"soy-sauce", R"({"from":"2026-01-01","reason":"catalogue 2026: must be traced"})"}},
      {stage.Regulator(), kCategories, "PublishModel", {"soy-sauce", model.dump()}}};
  for (const Call& call : calls) SUYUAN_RETURN_IF_ERROR(stage.alliance.Submit(call));
  stage.story.Expect(true,
                     "category 调味品 condiments > 酱油 soy sauce: must be traced since "
                     "2026-01-01; a batch tells its line and amino nitrogen (at least 0.40 "
                     "g/100mL)");
  return absl::OkStatus();
}

absl::Status RegisterProducts(const Stage& stage) {
  std::vector<Call> registrations, approvals;
  for (const auto& [gtin, product] : stage.chain.products) {
    if (product.registrant.empty()) continue;
    json information{{"name", product.name.zh}, {"nameEn", product.name.en}};
    if (!product.category.empty()) information["category"] = product.category;
    if (!product.specification.empty()) information["specification"] = product.specification;
    registrations.push_back(
        {product.registrant, kProducts, "RegisterProduct", {gtin, information.dump()}});
    approvals.push_back({stage.Regulator(), kProducts, "ApproveProduct", {gtin}});
  }
  SUYUAN_RETURN_IF_ERROR(stage.alliance.SubmitAll(registrations));
  stage.ExpectRefused(
      {stage.BrandOwner(), kProducts, "ApproveProduct", {stage.chain.products.begin()->first}},
      "a product is reviewed by another organisation than its registrant");
  SUYUAN_RETURN_IF_ERROR(stage.alliance.SubmitAll(approvals));
  for (const auto& [gtin, known] : stage.chain.products) {
    if (known.registrant.empty()) continue;
    SUYUAN_ASSIGN_OR_RETURN(
        const auto product,
        stage.alliance.Ask({stage.Regulator(), kProducts, "GetProduct", {gtin}}));
    stage.story.Expect(product.value("status", "") == "approved",
                       absl::StrCat("GTIN ", gtin, "  ", known.name.Both(), ": registered by ",
                                    product.value("registrant", ""), ", approved by ",
                                    product.value("reviewer", "")));
  }
  return absl::OkStatus();
}

}  // namespace

std::string Stage::PartyName(const std::string& msp_id) const {
  for (const Party& party : chain.parties) {
    if (party.msp_id == msp_id) return party.name.Both();
  }
  return msp_id;
}

void Stage::ExpectRefused(const Call& call, absl::string_view reason) const {
  const absl::Status status = alliance.Submit(call).status();
  const bool refused = absl::StrContains(status.message(), reason);
  story.Expect(refused, absl::StrCat(call.msp_id, " tries ", call.function, ", refused: ",
                                     refused ? std::string(reason)
                                             : absl::StrCat("no, ", status.ToString())));
}

absl::Status RegisterAlliance(const Stage& stage) {
  stage.story.Chapter("Organisations and products are registered, and reviewed by another one");
  SUYUAN_RETURN_IF_ERROR(FoundCouncil(stage));
  SUYUAN_RETURN_IF_ERROR(RegisterOrganizations(stage));
  SUYUAN_RETURN_IF_ERROR(FileLicences(stage));
  SUYUAN_RETURN_IF_ERROR(MakeCategories(stage));
  return RegisterProducts(stage);
}

}  // namespace suyuan::demo
