#include "chaincode/contracts/trace/antidiversion/scan_query.h"

#include "chaincode/contracts/trace/fields.h"
#include "chaincode/gs1/check_digit.h"
#include "chaincode/gs1/region_code.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr int64_t kMaxLimit = 500;

absl::Time ReadTime(Fields* fields, const char* name, absl::Time absent) {
  const auto time = ParseTime(name, fields->Time(name, Fields::kOptional));
  return time.ok() ? *time : absent;
}

bool Fits(const std::string& wanted, const std::string& is) {
  return wanted.empty() || wanted == is;
}

}  // namespace

absl::StatusOr<ScanQuery> ParseScanQuery(absl::string_view argument, const nlohmann::json& object) {
  ScanQuery query;
  Fields fields(argument, object);
  query.issuer = fields.Text("issuer", Fields::kOptional, 128);
  query.dealer = fields.Id("dealer", Fields::kOptional);
  query.product = fields.Text("product", Fields::kOptional, 14);
  query.shipment = fields.Id("shipment", Fields::kOptional);
  query.region = fields.Text("region", Fields::kOptional, 6);
  query.fit = fields.OneOf("fit", {"inside", "border", "outside", "undecided"}, Fields::kOptional);
  query.from = ReadTime(&fields, "from", query.from);
  query.before = ReadTime(&fields, "before", query.before);
  if (query.before < query.from) fields.Mistake("before", "is before field from");
  query.by_month = fields.OneOf("by", {"day", "month"}, Fields::kOptional) == "month";
  query.limit = fields.Integer("limit", 1, kMaxLimit, query.limit);
  if (!query.product.empty()) {
    const auto gtin = gs1::Gtin14(query.product);
    if (!gtin.ok()) fields.Mistake("product", gtin.status().message());
    if (gtin.ok()) query.product = *gtin;
  }
  if (!query.region.empty()) {
    const auto region = gs1::CanonicalRegion(query.region);
    if (!region.ok()) fields.Mistake("region", region.status().message());
    if (region.ok()) query.region = *region;
  }
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  return query;
}

bool Matches(const ScanQuery& query, const LoggedScan& scan) {
  const bool there = query.region.empty() || (!scan.place.region.empty() &&
                                              gs1::RegionContains(query.region, scan.place.region));
  return there && Fits(query.issuer, scan.issuer) && Fits(query.dealer, scan.dealer) &&
         Fits(query.product, scan.product) && Fits(query.shipment, scan.shipment) &&
         Fits(query.fit, std::string(FitName(scan.fit)));
}

void AddTo(const ScanQuery& query, const LoggedScan& scan, Statistics* statistics) {
  const auto time = ParseTime("time", scan.time);
  std::string period = time.ok() ? ChinaDay(*time) : "";
  if (query.by_month && period.size() > 7) period.resize(7);
  const std::string& region = scan.place.region;
  const std::string province = region.empty() ? scan.place.verdict : region.substr(0, 2) + "0000";
  StatisticsRow& row = (*statistics)[{period, scan.dealer, scan.product, scan.home, province}];
  ++row.scans;
  if (!scan.staff.empty()) ++row.staff;
  if (scan.staff.empty() && scan.fit == Fit::kOutside) ++row.outside;
}

nlohmann::json ToJson(const Statistics& statistics) {
  nlohmann::json rows = nlohmann::json::array();
  for (const auto& [key, row] : statistics) {
    const auto& [period, dealer, product, home, region] = key;
    rows.push_back({{"period", period},
                    {"dealer", dealer},
                    {"product", product},
                    {"home", home},
                    {"region", region},
                    {"scans", row.scans},
                    {"outside", row.outside},
                    {"staff", row.staff}});
  }
  return rows;
}

}  // namespace suyuan
