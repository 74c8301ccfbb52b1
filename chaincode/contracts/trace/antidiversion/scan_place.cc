#include "chaincode/contracts/trace/antidiversion/scan_place.h"

#include <algorithm>
#include <array>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/fields.h"
#include "chaincode/gs1/region_code.h"
#include "chaincode/gs1/region_edition.h"
#include "chaincode/shim/conversion.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr int64_t kMaxAccuracyMetres = 20'000'000;  // half around the earth

bool AnyWithin(const std::vector<std::string>& narrow, absl::string_view wide) {
  return std::any_of(narrow.begin(), narrow.end(),
                     [wide](const std::string& n) { return gs1::RegionContains(wide, n); });
}

absl::Status ReadRegion(const std::string& text, ScanPlace* place) {
  if (!absl::StrContains(text, "@")) {
    SUYUAN_ASSIGN_OR_RETURN(place->region, gs1::CanonicalRegion(text));
    return absl::OkStatus();
  }
  SUYUAN_ASSIGN_OR_RETURN(const gs1::RegionPlace parsed, gs1::ParseRegionText(text));
  place->region = parsed.code;
  place->edition = parsed.edition;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ScanPlace> ParseScanPlace(absl::string_view argument, const nlohmann::json& object) {
  ScanPlace place;
  Fields fields(argument, object);
  place.verdict =
      fields.OneOf("verdict", {"located", "foreign", "vpn", "unknown"}, Fields::kOptional);
  if (place.verdict.empty()) place.verdict = "located";
  place.source = fields.OneOf("source", {"ip", "gps", "cell", "manual"}, Fields::kOptional);
  if (place.source.empty()) place.source = "manual";
  place.accuracy_metres = fields.Integer("accuracyMetres", 0, kMaxAccuracyMetres, 0);
  place.device = fields.Hash("device", Fields::kOptional);
  const bool located = place.verdict == "located";
  const std::string region =
      fields.Text("region", located ? Fields::kRequired : Fields::kOptional, 64);
  if (!region.empty() && located) {
    const absl::Status status = ReadRegion(region, &place);
    if (!status.ok()) fields.Mistake("region", status.message());
  }
  if (!region.empty() && !located) {
    fields.Mistake("region", absl::StrCat("does not go with verdict ", place.verdict));
  }
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  return place;
}

void to_json(nlohmann::json& json, const ScanPlace& place) {
  json = {{"verdict", place.verdict}, {"source", place.source}};
  if (!place.region.empty()) json["region"] = place.region;
  if (!place.edition.empty()) json["edition"] = place.edition;
  if (place.accuracy_metres > 0) json["accuracyMetres"] = place.accuracy_metres;
  if (!place.device.empty()) json["device"] = place.device;
}

Fit FitOf(const SalesArea& area, const ScanPlace& place) {
  if (place.verdict != "located") return Fit::kUndecided;
  if (gs1::AnyRegionContains(area.regions, place.region)) return Fit::kInside;
  if (gs1::AnyRegionContains(area.borders, place.region)) return Fit::kBorder;
  if (AnyWithin(area.regions, place.region) || AnyWithin(area.borders, place.region)) {
    return Fit::kUndecided;
  }
  return Fit::kOutside;
}

absl::string_view FitName(Fit fit) {
  constexpr std::array<absl::string_view, 4> kNames = {"inside", "border", "outside", "undecided"};
  return kNames[static_cast<size_t>(fit)];
}

absl::StatusOr<std::vector<std::string>> CanonicalRegions(absl::string_view argument,
                                                          const std::vector<std::string>& texts) {
  std::set<std::string> regions;
  for (const std::string& text : texts) {
    const auto region = gs1::CanonicalRegion(text);
    if (!region.ok()) return internal::ArgumentError(argument, region.status().message());
    regions.insert(*region);
  }
  return std::vector<std::string>(regions.begin(), regions.end());
}

}  // namespace suyuan
