// What the council decides by vote, apart from any ledger.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "chaincode/contracts/trace/governance/council.h"

namespace suyuan {

struct Motion {
  std::string id;
  // council    content {"members","supervisors"}: as it shall be
  // blacklist  {"organization","from","until"?}: days; without "until" until it is removed
  // removal    {"organization"}: from the blacklist
  std::string kind;
  nlohmann::json content;
  std::string reason;
  std::string status;  // open, carried, rejected
};

// {"kind","content","reason"}.
//   kInvalidArgument  names the field
absl::StatusOr<Motion> ParseMotion(const std::string& id, absl::string_view argument,
                                   const nlohmann::json& object);
void to_json(nlohmann::json& json, const Motion& motion);
//   kInternal  not a motion
absl::StatusOr<Motion> MotionFromJson(const nlohmann::json& json);

struct Tally {
  size_t yes = 0, no = 0, needed = 0;
  std::string outcome;  // carried, rejected, or open while neither is certain
};
// Ballots by MSP id. Those of organisations that are no members (any more) and of the one that
// the motion is about do not count; `needed` is a majority of the rest.
Tally Count(const Motion& motion, const Council& council,
            const std::map<std::string, bool>& ballots);

struct Listing {
  std::string organization;
  std::string reason;
  std::string from, until;  // days; `until` "" open
  bool removed = false;
};
absl::StatusOr<Listing> ListingFromJson(const nlohmann::json& json);
bool InForce(const Listing& listing, absl::string_view day);

}  // namespace suyuan
