// Where something was scanned, as the ledger keeps it: a region and how well it is known. Never a
// consumer's address or position: what tells devices apart is a keyed hash, whose key stays with
// the platform (sdk/place makes both).
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace suyuan {

struct ScanPlace {
  // "located"; or why there is no region: "foreign", "vpn" (the address is a relay's), "unknown".
  std::string verdict;
  std::string region;           // GB/T 2260, canonical; "" unless located
  std::string edition;          // of GB/T 2260; "" not told
  std::string source;           // "ip", "gps", "cell", "manual"
  int64_t accuracy_metres = 0;  // radius; 0 not told
  std::string device;           // keyed hash, 64 lower-case hex digits; "" not told
};

// {"region":"440305" or "440305@201412","verdict"?,"source"?,"accuracyMetres"?,"device"?}.
// Without a verdict it is "located", without a source "manual".
//   kInvalidArgument  "argument 'ARGUMENT': field ..."
absl::StatusOr<ScanPlace> ParseScanPlace(absl::string_view argument, const nlohmann::json& object);
// As in the ledger; what is empty is left out.
void to_json(nlohmann::json& json, const ScanPlace& place);

// Where goods may be sold.
struct SalesArea {
  std::vector<std::string> regions;  // canonical
  std::vector<std::string> borders;  // neighbours, in which scans are put up with
};

// Level by level: a whole province contains its counties, and a scan that is only known to be
// somewhere in the province says nothing about one county of it.
enum class Fit { kInside, kBorder, kOutside, kUndecided };
Fit FitOf(const SalesArea& area, const ScanPlace& place);
absl::string_view FitName(Fit fit);  // "inside", "border", "outside", "undecided"

// Up to `max` regions of two, four or six digits; sorted, each once.
//   kInvalidArgument  "argument 'ARGUMENT': ..."
absl::StatusOr<std::vector<std::string>> CanonicalRegions(absl::string_view argument,
                                                          const std::vector<std::string>& texts);

}  // namespace suyuan
