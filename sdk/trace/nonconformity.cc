#include "sdk/trace/nonconformity.h"

namespace suyuan::sdk::trace {
namespace {

using internal::Set;

const char* UseName(Use use) {
  switch (use) {
    case Use::kShip:
      return "ship";
    case Use::kUse:
      return "use";
    case Use::kPack:
      return "pack";
    case Use::kSell:
      return "sell";
  }
  return "";
}

Fields ToJson(const Grounds& grounds) {
  Fields json{{"reason", grounds.reason}};
  Set(&json, "evidence", grounds.evidence);
  Set(&json, "eventTime", grounds.event_time);
  return json;
}

std::string ToText(const std::vector<std::string>& units) { return Fields(units).dump(); }

std::string ToText(const RecallScope& scope) {
  Fields json = Fields::object();
  Set(&json, "units", scope.units);
  Set(&json, "product", scope.product);
  Set(&json, "from", scope.from);
  Set(&json, "to", scope.to);
  if (!scope.where.empty()) json["where"] = scope.where;
  return json.dump();
}

Impact ReadImpact(const Fields& json) {
  Impact impact;
  impact.units = json.at("units");
  impact.lots = json.at("lots");
  impact.items = json.at("items");
  impact.products = json.at("products").get<std::vector<std::string>>();
  impact.holders = json.at("holders").get<std::vector<std::string>>();
  impact.consumers = json.at("consumers");
  impact.sold_units = json.at("soldUnits");
  return impact;
}

AffectedUnits ReadAffected(const Fields& json) {
  return {json.at("units").get<std::vector<std::string>>(), ReadImpact(json.at("impact"))};
}

Recall ReadRecall(const Fields& json) {
  Recall recall;
  recall.id = json.at("recall");
  recall.state = json.at("state");
  recall.by = json.at("by");
  recall.ordered = json.at("ordered");
  recall.reason = json.at("reason");
  recall.impact = ReadImpact(json.at("impact"));
  const Fields& progress = json.at("progress");
  recall.progress.units = progress.at("units");
  recall.progress.accounted = progress.at("accounted");
  recall.progress.notices = progress.at("notices");
  recall.progress.sent = progress.at("sent");
  recall.progress.delivered = progress.at("delivered");
  recall.progress.acknowledged = progress.at("acknowledged");
  recall.progress.failed = progress.at("failed");
  return recall;
}

std::vector<Notice> ReadNotices(const Fields& list) {
  std::vector<Notice> notices;
  for (const Fields& json : list) {
    notices.push_back({json.at("contact"), json.at("kind"),
                       json.at("units").get<std::vector<std::string>>(), json.at("status")});
  }
  return notices;
}

std::vector<UnitHold> ReadHolds(const Fields& json) {
  std::vector<UnitHold> holds;
  for (const Fields& hold : json.at("holds")) {
    holds.push_back({hold.at("hold"), hold.at("unit"), hold.at("state"), hold.at("reason"),
                     hold.at("by"), hold.at("ordered"), hold.value("grade", "")});
  }
  return holds;
}

Permission ReadPermission(const Fields& json) { return {json.at("allowed"), json.at("reason")}; }

}  // namespace

absl::StatusOr<Recorded> Holds::Place(const std::string& hold,
                                      const std::vector<std::string>& units,
                                      const Grounds& grounds) const {
  return internal::Write(*calls_, "Holds:Place", {hold, ToText(units), ToJson(grounds).dump()});
}

absl::StatusOr<Recorded> Holds::Order(const std::string& hold,
                                      const std::vector<std::string>& units,
                                      const Grounds& grounds) const {
  return internal::Write(*calls_, "Holds:Order", {hold, ToText(units), ToJson(grounds).dump()});
}

absl::StatusOr<Recorded> Holds::Dispose(const std::string& hold,
                                        const std::vector<std::string>& units,
                                        const Disposition& decision) const {
  Fields json = ToJson(decision.grounds);
  json["disposition"] = decision.disposition;
  Set(&json, "grade", decision.grade);
  return internal::Write(*calls_, "Holds:Dispose", {hold, ToText(units), json.dump()});
}

absl::StatusOr<Recorded> Holds::Inspect(const std::string& unit,
                                        const Inspection& inspection) const {
  Fields json{{"result", inspection.passed ? "passed" : "failed"}};
  Set(&json, "method", inspection.method);
  Set(&json, "laboratory", inspection.laboratory);
  Set(&json, "report", inspection.report);
  Set(&json, "evidence", inspection.evidence);
  Set(&json, "eventTime", inspection.event_time);
  return internal::Write(*calls_, "Holds:Inspect", {unit, json.dump()});
}

absl::StatusOr<Recorded> Holds::SetGate(const std::string& gtin,
                                        const std::vector<Use>& uses) const {
  Fields names = Fields::array();
  for (const Use use : uses) names.push_back(UseName(use));
  return internal::Write(*calls_, "Holds:SetGate", {gtin, names.dump()});
}

absl::StatusOr<std::vector<UnitHold>> Holds::GetHoldsOf(const std::string& unit) const {
  return internal::AskFor<std::vector<UnitHold>>(*calls_, "Holds:GetUnit", {unit}, ReadHolds);
}

absl::StatusOr<Permission> Holds::Check(const std::string& unit, Use use) const {
  return internal::AskFor<Permission>(*calls_, "Holds:Check", {unit, UseName(use)}, ReadPermission);
}

absl::StatusOr<AffectedUnits> Recalls::Preview(const RecallScope& scope) const {
  return internal::AskFor<AffectedUnits>(*calls_, "Recalls:Preview", {ToText(scope)}, ReadAffected);
}

absl::StatusOr<RecordedResult<AffectedUnits>> Recalls::Open(const std::string& recall,
                                                            const RecallScope& scope,
                                                            const Grounds& grounds) const {
  return internal::WriteFor<AffectedUnits>(
      *calls_, "Recalls:Open", {recall, ToText(scope), ToJson(grounds).dump()}, ReadAffected);
}

absl::StatusOr<RecordedResult<AffectedUnits>> Recalls::Order(const std::string& recall,
                                                             const RecallScope& scope,
                                                             const Grounds& grounds) const {
  return internal::WriteFor<AffectedUnits>(
      *calls_, "Recalls:Order", {recall, ToText(scope), ToJson(grounds).dump()}, ReadAffected);
}

absl::StatusOr<Recorded> Recalls::RegisterContact(const std::string& unit,
                                                  const std::string& contact) const {
  return internal::Write(*calls_, "Recalls:RegisterContact", {unit, contact});
}

absl::StatusOr<RecordedResult<uint64_t>> Recalls::Notify(const std::string& recall) const {
  return internal::WriteFor<uint64_t>(*calls_, "Recalls:Notify", {recall},
                                      [](const Fields& json) { return json.get<uint64_t>(); });
}

absl::StatusOr<Recorded> Recalls::RecordDelivery(const std::string& recall,
                                                 const std::string& contact,
                                                 const std::string& status) const {
  return internal::Write(*calls_, "Recalls:RecordDelivery", {recall, contact, status});
}

absl::StatusOr<Recorded> Recalls::Start(const std::string& recall) const {
  return internal::Write(*calls_, "Recalls:Start", {recall});
}

absl::StatusOr<Recorded> Recalls::RecordOutcome(const std::string& recall, const std::string& unit,
                                                const std::string& outcome,
                                                const std::string& evidence) const {
  Fields json{{"outcome", outcome}};
  Set(&json, "evidence", evidence);
  return internal::Write(*calls_, "Recalls:RecordOutcome", {recall, unit, json.dump()});
}

absl::StatusOr<Recorded> Recalls::Close(const std::string& recall,
                                        const std::string& reason) const {
  return internal::Write(*calls_, "Recalls:Close", {recall, reason});
}

absl::StatusOr<Recall> Recalls::Get(const std::string& recall) const {
  return internal::AskFor<Recall>(*calls_, "Recalls:Get", {recall}, ReadRecall);
}

absl::StatusOr<std::vector<Notice>> Recalls::GetNotices(const std::string& recall) const {
  return internal::AskFor<std::vector<Notice>>(*calls_, "Recalls:GetNotices", {recall},
                                               ReadNotices);
}

}  // namespace suyuan::sdk::trace
