#include "chaincode/contracts/trace/templates/template_contract.h"

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/caller.h"
#include "chaincode/contracts/trace/events/event_store.h"
#include "chaincode/contracts/trace/governance/council.h"
#include "chaincode/contracts/trace/holds.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/contracts/trace/registration/store.h"
#include "chaincode/contracts/trace/templates/unit_flow.h"
#include "chaincode/gs1/check_digit.h"
#include "chaincode/gs1/identifier.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr uint32_t kMaxVersions = 100'000;
constexpr int32_t kUnitsPerPage = 20;

// A GTIN in its 14 digits; a category's id as it is.
absl::StatusOr<std::string> Subject(const std::string& kind, const std::string& subject) {
  if (kind == "product") return gs1::Gtin14(subject);
  if (kind != "category") return internal::ArgumentError("kind", "is not category or product");
  SUYUAN_RETURN_IF_ERROR(CheckId("subject", subject));
  return subject;
}

absl::Status NeedMayPublish(TransactionContext& tx, const Caller& caller, const std::string& kind,
                            const std::string& subject) {
  if (kind == "category") {
    SUYUAN_RETURN_IF_ERROR(LoadCategory(tx.stub(), subject).status());
    return NeedSupervisor(tx.stub(), caller, "publish the template of a category");
  }
  SUYUAN_ASSIGN_OR_RETURN(const Product product, LoadProduct(tx.stub(), subject));
  if (product.registrant == caller.msp_id) return absl::OkStatus();
  return NeedSupervisor(tx.stub(), caller,
                        absl::StrCat("publish the template of a product of ", product.registrant));
}

}  // namespace

TemplateContract::TemplateContract() : Contract("Templates") {
  Submit("Publish", {"kind", "subject", "template"}, &TemplateContract::Publish);
  Evaluate("Get", {"kind", "subject", "version"}, &TemplateContract::Get);
  Evaluate("Check", {"epc"}, &TemplateContract::Check);
  Evaluate("CheckProduct", {"gtin", "bookmark"}, &TemplateContract::CheckProduct);
}

absl::StatusOr<std::string> TemplateContract::Publish(TransactionContext& tx,
                                                      const std::string& kind,
                                                      const std::string& text,
                                                      const JsonObject& content) const {
  SUYUAN_ASSIGN_OR_RETURN(const std::string subject, Subject(kind, text), "argument 'subject'");
  SUYUAN_ASSIGN_OR_RETURN(const FlowTemplate flow, ParseTemplate("template", content.value));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  SUYUAN_RETURN_IF_ERROR(NeedMayPublish(tx, caller, kind, subject));
  const std::string latest_key = LatestTemplateKey(kind, subject);
  SUYUAN_ASSIGN_OR_RETURN(const auto latest, FindRecord(tx.stub(), latest_key));
  const uint32_t version = (latest ? latest->value("version", 0u) : 0u) + 1;
  if (version > kMaxVersions) return absl::ResourceExhaustedError("too many versions");
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json record, Authorship(tx, caller, ""));
  record.update({{"kind", kind}, {"subject", subject}, {"version", version}});
  SUYUAN_RETURN_IF_ERROR(PutRecord(tx.stub(), latest_key, record));
  SUYUAN_RETURN_IF_ERROR(Announce(tx.stub(), "PublishTemplate", record));
  record["template"] = ToJson(flow);
  SUYUAN_RETURN_IF_ERROR(
      Append(tx.stub(), "template", {kind, subject, PaddedIndex(version)}, record));
  return absl::StrCat(version);
}

absl::StatusOr<nlohmann::json> TemplateContract::Get(TransactionContext& tx,
                                                     const std::string& kind,
                                                     const std::string& text,
                                                     uint32_t version) const {
  SUYUAN_ASSIGN_OR_RETURN(const std::string subject, Subject(kind, text), "argument 'subject'");
  SUYUAN_ASSIGN_OR_RETURN(const auto found, FindTemplate(tx.stub(), kind, subject, version));
  if (!found) return absl::NotFoundError(absl::StrCat(kind, " ", subject, " has no template"));
  return nlohmann::json{{"kind", kind},
                        {"subject", subject},
                        {"version", found->version},
                        {"template", ToJson(found->flow)}};
}

absl::StatusOr<nlohmann::json> TemplateContract::Check(TransactionContext& tx,
                                                       const std::string& epc) const {
  SUYUAN_ASSIGN_OR_RETURN(const std::string unit, UnitName(epc));
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json flow, CheckUnit(tx.stub(), unit));
  SUYUAN_ASSIGN_OR_RETURN(flow["checks"], CheckReadiness(tx.stub(), unit, flow));
  return flow;
}

absl::StatusOr<nlohmann::json> TemplateContract::CheckProduct(TransactionContext& tx,
                                                              const std::string& text,
                                                              const std::string& bookmark) const {
  SUYUAN_ASSIGN_OR_RETURN(const Product product, LoadProduct(tx.stub(), text));
  SUYUAN_ASSIGN_OR_RETURN(const std::string all, UnitName(absl::StrCat("(01)", product.gtin)));
  const std::string prefix = absl::StrCat("unit/", all);
  SUYUAN_ASSIGN_OR_RETURN(
      const QueryPage page,
      tx.stub().GetStateByRangeWithPagination(absl::StrCat(prefix, "/"), absl::StrCat(prefix, "0"),
                                              kUnitsPerPage, bookmark));
  nlohmann::json units = nlohmann::json::array();
  for (const KeyValue& entry : page.results) {
    SUYUAN_ASSIGN_OR_RETURN(const Unit unit, UnitFromText(entry.value));
    if (unit.kind == Unit::Kind::kItem && !unit.lot.empty()) continue;
    const auto flow = CheckUnit(tx.stub(), unit.id);
    if (absl::IsNotFound(flow.status())) continue;  // all its events were declared wrong
    SUYUAN_RETURN_IF_ERROR(flow.status());
    SUYUAN_ASSIGN_OR_RETURN(nlohmann::json checks, CheckReadiness(tx.stub(), unit.id, *flow));
    units.push_back({{"unit", unit.id},
                     {"complete", flow->at("complete")},
                     {"missing", flow->at("missing")},
                     {"checks", std::move(checks)}});
  }
  return nlohmann::json{
      {"gtin", product.gtin}, {"units", std::move(units)}, {"bookmark", page.bookmark}};
}

}  // namespace suyuan
