// Scans by what they say, and counted.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <tuple>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "chaincode/contracts/trace/antidiversion/scan_log.h"

namespace suyuan {

struct ScanQuery {
  std::string issuer, dealer, product, shipment, fit;  // "" any
  std::string region;                                  // canonical; "" any
  absl::Time from = absl::UnixEpoch();
  absl::Time before = absl::FromUnixSeconds(253'402'300'799);  // the end of year 9999
  bool by_month = false;
  int64_t limit = 100;
};
// {"issuer"?,"dealer"?,"product"?,"shipment"?,"region"?,"fit"?,"from"?,"before"?,"by"?,"limit"?}.
//   kInvalidArgument  names the field
absl::StatusOr<ScanQuery> ParseScanQuery(absl::string_view argument, const nlohmann::json& object);
bool Matches(const ScanQuery& query, const LoggedScan& scan);

// Period, dealer, product, home, region.
using StatisticsKey = std::tuple<std::string, std::string, std::string, std::string, std::string>;
struct StatisticsRow {
  uint64_t scans = 0, outside = 0, staff = 0;
};
using Statistics = std::map<StatisticsKey, StatisticsRow>;
void AddTo(const ScanQuery& query, const LoggedScan& scan, Statistics* statistics);
nlohmann::json ToJson(const Statistics& statistics);

}  // namespace suyuan
