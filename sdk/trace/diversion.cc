#include "sdk/trace/diversion.h"

#include <tuple>

#include "absl/strings/str_cat.h"

namespace suyuan::sdk::trace {
namespace {

using internal::Set;

Fields ToJson(const DealerTerms& terms) {
  Fields json{{"regions", terms.regions}};
  Set(&json, "borders", terms.borders);
  Set(&json, "edition", terms.edition);
  Set(&json, "from", terms.from);
  Set(&json, "until", terms.until);
  return json;
}

DealerInfo ReadDealer(const Fields& json) {
  DealerInfo dealer{
      json.at("dealer"), json.at("name"),      json.at("parent"), json.at("organization"), {},
      json.at("owner"),  json.at("registrant")};
  dealer.terms.regions = json.at("regions").get<std::vector<std::string>>();
  dealer.terms.borders = json.at("borders").get<std::vector<std::string>>();
  dealer.terms.edition = json.at("edition");
  dealer.terms.from = json.at("from");
  dealer.terms.until = json.at("until");
  return dealer;
}

std::vector<DealerInfo> ReadDealers(const Fields& list) {
  std::vector<DealerInfo> out;
  for (const Fields& json : list) out.push_back(ReadDealer(json));
  return out;
}

ShipmentInfo ReadShipment(const Fields& json) {
  ShipmentInfo shipment{json.at("shipment"),
                        json.at("issuer"),
                        json.at("from"),
                        json.at("dealer"),
                        {},
                        json.at("recordedAt"),
                        ""};
  shipment.counts = json.at("counts").get<std::map<std::string, uint64_t>>();
  if (json.contains("received")) shipment.received_at = json.at("received").at("recordedAt");
  return shipment;
}

DiversionCheck ReadCheck(const Fields& json) {
  DiversionCheck check;
  check.shipment = json.at("shipment");
  check.dealer = json.at("dealer");
  check.last_holder = json.at("lastRightHands").at("dealer");
  check.level = json.at("lastRightHands").at("level");
  for (const Fields& one : json.at("findings")) {
    DiversionFinding finding;
    finding.region = one.at("region");
    finding.scans = one.at("scans");
    finding.things = one.at("things");
    finding.devices = one.at("devices");
    finding.share_per_mille = one.at("sharePerMille");
    finding.diverted = one.at("diverted");
    finding.lacks = one.at("lacks").get<std::vector<std::string>>();
    finding.case_id = one.value("case", "");
    check.findings.push_back(std::move(finding));
  }
  return check;
}

Fields ToJson(const ScanFilter& filter) {
  Fields json = Fields::object();
  Set(&json, "issuer", filter.issuer);
  Set(&json, "dealer", filter.dealer);
  Set(&json, "product", filter.product);
  Set(&json, "shipment", filter.shipment);
  Set(&json, "region", filter.region);
  Set(&json, "fit", filter.fit);
  Set(&json, "from", filter.from);
  Set(&json, "before", filter.before);
  if (filter.by_month) json["by"] = "month";
  return json;
}

using CountKey = std::tuple<std::string, std::string, std::string, std::string, std::string>;
using CountMap = std::map<CountKey, DiversionCount>;

void AddRow(const Fields& row, CountMap* counts) {
  const CountKey key{row.at("period"), row.at("dealer"), row.at("product"), row.at("home"),
                     row.at("region")};
  DiversionCount& count = (*counts)[key];
  std::tie(count.period, count.dealer, count.product, count.home, count.region) = key;
  count.scans += row.at("scans").get<uint64_t>();
  count.outside += row.at("outside").get<uint64_t>();
  count.staff += row.at("staff").get<uint64_t>();
}

}  // namespace

absl::StatusOr<Recorded> Dealers::Register(const DealerInfo& dealer) const {
  Fields content = ToJson(dealer.terms);
  content["name"] = dealer.name;
  Set(&content, "parent", dealer.parent);
  Set(&content, "organization", dealer.organization);
  return internal::Write(*calls_, "Dealers:Register", {dealer.id, content.dump()});
}
absl::StatusOr<Recorded> Dealers::Move(const std::string& dealer, const std::string& parent) const {
  return internal::Write(*calls_, "Dealers:Move", {dealer, parent, "{}"});
}
absl::StatusOr<Recorded> Dealers::SetTerms(const std::string& dealer, const std::string& parent,
                                           const DealerTerms& terms) const {
  return internal::Write(*calls_, "Dealers:Move", {dealer, parent, ToJson(terms).dump()});
}
absl::StatusOr<DealerInfo> Dealers::Get(const std::string& dealer) const {
  return internal::AskFor<DealerInfo>(*calls_, "Dealers:Get", {dealer}, ReadDealer);
}
absl::StatusOr<std::vector<DealerInfo>> Dealers::GetHistory(const std::string& dealer) const {
  return internal::AskFor<std::vector<DealerInfo>>(*calls_, "Dealers:GetHistory", {dealer},
                                                   ReadDealers);
}
absl::StatusOr<DealerList> Dealers::List(const std::string& parent,
                                         const std::string& bookmark) const {
  return internal::AskFor<DealerList>(
      *calls_, "Dealers:List", {parent, bookmark}, [](const Fields& json) {
        return DealerList{ReadDealers(json.at("dealers")), json.at("bookmark")};
      });
}

absl::StatusOr<Recorded> Dealers::Ship(const std::string& shipment, const ShippedGoods& goods,
                                       const std::string& dealer) const {
  Fields json{{"codes", Fields::array()}, {"units", goods.units}};
  for (const CodeRange& range : goods.codes) {
    json["codes"].push_back({{"batch", range.batch}, {"from", range.from}, {"to", range.to}});
  }
  return internal::Write(*calls_, "Dealers:Ship", {shipment, json.dump(), dealer});
}
absl::StatusOr<Recorded> Dealers::Receive(const std::string& shipment) const {
  return internal::Write(*calls_, "Dealers:Receive", {shipment});
}
absl::StatusOr<ShipmentInfo> Dealers::GetShipment(const std::string& shipment) const {
  return internal::AskFor<ShipmentInfo>(*calls_, "Dealers:GetShipment", {shipment}, ReadShipment);
}
absl::StatusOr<std::string> Dealers::GetHolder(const std::string& batch, uint64_t index) const {
  return internal::AskFor<std::string>(*calls_, "Dealers:GetHolder", {batch, absl::StrCat(index)},
                                       [](const Fields& json) { return json.value("dealer", ""); });
}
absl::StatusOr<std::map<std::string, StockLine>> Dealers::GetStock(
    const std::string& dealer) const {
  return internal::AskFor<std::map<std::string, StockLine>>(
      *calls_, "Dealers:GetStock", {dealer}, [](const Fields& json) {
        std::map<std::string, StockLine> out;
        for (const auto& [product, line] : json.at("products").items()) {
          out[product] = {line.at("in"), line.at("received"), line.at("out"), line.at("stock")};
        }
        return out;
      });
}

absl::StatusOr<Recorded> Diversion::SetRule(const DiversionRule& rule) const {
  Fields json{{"by", rule.by_dealer ? "dealer" : "shipment"},
              {"level", rule.by_prefecture ? "prefecture" : "province"},
              {"windowDays", rule.window_days},
              {"minScans", rule.min_scans},
              {"minThings", rule.min_things},
              {"minDevices", rule.min_devices},
              {"minSharePerMille", rule.min_share_per_mille}};
  Set(&json, "effective", rule.effective);
  return internal::Write(*calls_, "AntiDiversion:SetRule", {json.dump()});
}
absl::StatusOr<RecordedResult<DiversionCheck>> Diversion::Check(const std::string& shipment,
                                                                const std::string& as_of) const {
  return internal::WriteFor<DiversionCheck>(*calls_, "AntiDiversion:Check", {shipment, as_of},
                                            ReadCheck);
}
absl::StatusOr<DiversionCheck> Diversion::Preview(const std::string& shipment,
                                                  const std::string& as_of) const {
  return internal::AskFor<DiversionCheck>(*calls_, "AntiDiversion:Preview", {shipment, as_of},
                                          ReadCheck);
}
absl::StatusOr<DiversionCases> Diversion::GetCases(const std::string& state,
                                                   const std::string& bookmark) const {
  Fields filters = Fields::object();
  Set(&filters, "state", state);
  return internal::AskFor<DiversionCases>(
      *calls_, "AntiDiversion:GetCases", {filters.dump(), bookmark}, [](const Fields& json) {
        DiversionCases out{{}, json.at("bookmark")};
        for (const Fields& one : json.at("cases")) {
          out.cases.push_back({one.at("case"), one.at("issuer"), one.at("dealer"),
                               one.at("shipment"), one.at("region"), one.at("state"),
                               one.at("openedAt")});
        }
        return out;
      });
}
absl::StatusOr<Recorded> Diversion::Decide(const std::string& case_id, const std::string& state,
                                           const std::string& reason) const {
  return internal::Write(*calls_, "AntiDiversion:Decide",
                         {case_id, state, Fields{{"reason", reason}}.dump()});
}
absl::StatusOr<std::string> Diversion::GetEvidence(const std::string& case_id) const {
  return calls_->Ask("AntiDiversion:GetEvidence", {.arguments = {case_id}});
}
absl::StatusOr<std::vector<DiversionCount>> Diversion::GetStatistics(const ScanFilter& filter,
                                                                     int max_pages) const {
  const std::string filters = ToJson(filter).dump();
  CountMap counts;
  std::string bookmark;
  for (int page = 0;; ++page) {
    if (page == max_pages) {
      return absl::ResourceExhaustedError(
          absl::StrCat("more than ", max_pages, " pages of scans: choose a shorter time"));
    }
    const auto next = internal::AskFor<std::string>(*calls_, "AntiDiversion:GetStatistics",
                                                    {filters, bookmark}, [&](const Fields& json) {
                                                      for (const Fields& row : json.at("rows"))
                                                        AddRow(row, &counts);
                                                      return json.at("bookmark");
                                                    });
    if (!next.ok()) return next.status();
    bookmark = *next;
    if (bookmark.empty()) break;
  }
  std::vector<DiversionCount> out;
  for (auto& [key, count] : counts) out.push_back(std::move(count));
  return out;
}

}  // namespace suyuan::sdk::trace
