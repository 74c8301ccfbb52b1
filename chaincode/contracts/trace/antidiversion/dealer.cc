#include "chaincode/contracts/trace/antidiversion/dealer.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/fields.h"
#include "chaincode/gs1/region_code.h"
#include "chaincode/shim/conversion.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr size_t kMaxRegions = 400;
constexpr char kRolePrefix[] = "dealer:";

std::vector<std::string> ReadRegions(Fields* fields, const char* name, Fields::Need need) {
  const auto regions = CanonicalRegions(name, fields->Texts(name, kMaxRegions, need));
  if (regions.ok()) return *regions;
  const std::string text(regions.status().message());
  fields->Mistake(name, text.substr(text.find("': ") + 3));
  return {};
}

DealerTerms ReadTerms(Fields* fields) {
  DealerTerms terms;
  terms.area.regions = ReadRegions(fields, "regions", Fields::kRequired);
  terms.area.borders = ReadRegions(fields, "borders", Fields::kOptional);
  terms.edition = fields->Id("edition", Fields::kOptional);
  terms.from = fields->Day("from", Fields::kOptional);
  terms.until = fields->Day("until", Fields::kOptional);
  if (!terms.until.empty() && terms.until < terms.from) {
    fields->Mistake("until", "is before field from");
  }
  return terms;
}

}  // namespace

absl::StatusOr<Dealer> ParseDealer(const std::string& id, absl::string_view argument,
                                   const nlohmann::json& content) {
  Dealer dealer;
  dealer.id = id;
  Fields fields(argument, content);
  dealer.name = fields.Text("name");
  dealer.parent = fields.Id("parent", Fields::kOptional);
  dealer.organization = fields.Text("organization", Fields::kOptional, 128);
  dealer.terms = ReadTerms(&fields);
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  return dealer;
}

absl::StatusOr<DealerTerms> ParseTerms(absl::string_view argument, const nlohmann::json& content) {
  Fields fields(argument, content);
  DealerTerms terms = ReadTerms(&fields);
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  return terms;
}

void to_json(nlohmann::json& json, const Dealer& dealer) {
  json = {{"dealer", dealer.id},
          {"name", dealer.name},
          {"parent", dealer.parent},
          {"owner", dealer.owner},
          {"registrant", dealer.registrant},
          {"organization", dealer.organization},
          {"regions", dealer.terms.area.regions},
          {"borders", dealer.terms.area.borders},
          {"edition", dealer.terms.edition},
          {"from", dealer.terms.from},
          {"until", dealer.terms.until}};
}

absl::StatusOr<Dealer> DealerFromJson(const nlohmann::json& json) {
  try {
    Dealer dealer{json.at("dealer"),
                  json.at("name"),
                  json.at("parent"),
                  json.at("owner"),
                  json.at("registrant"),
                  json.at("organization"),
                  {}};
    dealer.terms.area.regions = json.at("regions").get<std::vector<std::string>>();
    dealer.terms.area.borders = json.at("borders").get<std::vector<std::string>>();
    dealer.terms.edition = json.at("edition");
    dealer.terms.from = json.at("from");
    dealer.terms.until = json.at("until");
    return dealer;
  } catch (const nlohmann::json::exception& e) {
    return absl::InternalError(absl::StrCat("a dealer's record is malformed: ", e.what()));
  }
}

absl::Status CheckWithin(const DealerTerms& terms, const Dealer& parent) {
  for (const std::string& region : terms.area.regions) {
    if (gs1::AnyRegionContains(parent.terms.area.regions, region)) continue;
    return internal::ArgumentError(
        "regions", absl::StrCat(region, " is outside the regions of dealer ", parent.id));
  }
  return absl::OkStatus();
}

absl::Status CheckInForce(const Dealer& dealer, absl::string_view day) {
  const DealerTerms& terms = dealer.terms;
  if (!terms.from.empty() && day < terms.from) {
    return absl::FailedPreconditionError(
        absl::StrCat("the contract of dealer ", dealer.id, " begins on ", terms.from));
  }
  if (!terms.until.empty() && terms.until < day) {
    return absl::FailedPreconditionError(
        absl::StrCat("the contract of dealer ", dealer.id, " ended on ", terms.until));
  }
  return absl::OkStatus();
}

bool Manages(const Caller& caller, const Dealer& dealer) {
  return !IsDealersClient(caller) &&
         (caller.msp_id == dealer.owner || caller.msp_id == dealer.registrant);
}

bool SpeaksFor(const Caller& caller, const Dealer& dealer) {
  const std::string& home = dealer.organization.empty() ? dealer.registrant : dealer.organization;
  if (caller.msp_id != home) return false;
  if (caller.roles.count(DealerRole(dealer.id)) > 0) return true;
  return !dealer.organization.empty() && !IsDealersClient(caller);
}

std::string DealerRole(absl::string_view dealer) { return absl::StrCat(kRolePrefix, dealer); }

bool IsDealerRole(absl::string_view role) { return absl::StartsWith(role, kRolePrefix); }

bool IsDealersClient(const Caller& caller) {
  return std::any_of(caller.roles.begin(), caller.roles.end(),
                     [](const std::string& role) { return IsDealerRole(role); });
}

}  // namespace suyuan
