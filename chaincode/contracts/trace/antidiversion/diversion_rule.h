// What tells diversion from a consumer who travels, as data; and the judgement, apart from any
// ledger. Integers alone: every peer judges alike.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "chaincode/contracts/trace/antidiversion/scan_log.h"

namespace suyuan {

// All four must be met by the scans in one region outside the dealer's area.
struct DiversionRule {
  uint32_t version = 0;        // 0: the one that stands where an issuer has set none
  std::string effective;       // RFC 3339: of what is judged from then on
  bool by_dealer = false;      // all goods of the dealer's together; else each shipment for itself
  bool by_prefecture = false;  // regions are prefectures; else provinces
  int64_t window_days = 30;
  int64_t min_scans = 3;
  int64_t min_things = 1;            // codes or units
  int64_t min_devices = 3;           // scans without one count as one device together
  int64_t min_share_per_mille = 50;  // of the scans whose place says whether they fit
};

// {"effective"?,"by"?:"shipment"|"dealer","level"?:"province"|"prefecture","windowDays"?,
//  "minScans"?,"minThings"?,"minDevices"?,"minSharePerMille"?}
//   kInvalidArgument  names the field
absl::StatusOr<DiversionRule> ParseRule(absl::string_view argument, const nlohmann::json& object);
void to_json(nlohmann::json& json, const DiversionRule& rule);

struct Finding {
  std::string region;  // where, at the rule's level
  int64_t scans = 0, things = 0, devices = 0, share_per_mille = 0;
  std::vector<std::string> lacks;         // what of the rule is not met; empty: it is diversion
  std::vector<std::string> transactions;  // of the counted scans, by time
};

// Scans of one shipment or dealer within the window. A device that scans one thing again on a day
// in China counts once; staff and dealers not at all, nor do places that say nothing ("vpn",
// "foreign", too wide). One finding a region outside, by region.
std::vector<Finding> JudgeScans(const DiversionRule& rule, absl::Span<const LoggedScan> scans);
nlohmann::json ToJson(const Finding& finding);

// A step of the goods' way down, and what shows that they came there.
struct HopFacts {
  std::string dealer, shipment;
  std::string shipped_at, received_at;  // RFC 3339; "" not received
  std::string seen_at;  // last scan of the goods in the dealer's area, or by its clients; "" none
};
// The deepest hop with a receipt or such a scan: {"level" (1 is the first; 0: the issuer),
// "dealer","shipment","by":"receipt"|"scan"|"issue","at","next": the dealer below it that they were
// sent to and nothing shows them at, "" none}.
nlohmann::json LastRightHands(absl::Span<const HopFacts> way);

}  // namespace suyuan
