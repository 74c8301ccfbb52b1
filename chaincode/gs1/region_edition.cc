#include "chaincode/gs1/region_edition.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "chaincode/gs1/region_code.h"
#include "network/common/status_macros.h"

namespace suyuan::gs1 {
namespace {

using Cells = std::vector<absl::string_view>;

// Names of regions hold neither separators nor quotes.
Cells Cut(absl::string_view line) {
  absl::ConsumeSuffix(&line, "\r");
  const char separator = line.find('\t') != absl::string_view::npos ? '\t' : ',';
  Cells cells = absl::StrSplit(line, separator);
  for (absl::string_view& cell : cells) {
    if (absl::ConsumePrefix(&cell, "\"")) absl::ConsumeSuffix(&cell, "\"");
  }
  return cells;
}

absl::StatusOr<size_t> Column(const Cells& heading, absl::string_view name) {
  for (size_t i = 0; i < heading.size(); ++i) {
    if (absl::AsciiStrToLower(heading[i]) == name) return i;
  }
  return absl::InvalidArgumentError(absl::StrCat("line 1: no column '", name, "'"));
}

absl::Status AddRow(absl::string_view code_cell, absl::string_view name,
                    std::map<std::string, std::string>* rows) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string code, CanonicalRegion(code_cell));
  if (name.empty()) return absl::InvalidArgumentError("name is empty");
  const std::string province = code.substr(0, 2) + "0000";
  if (code != province && rows->count(province) == 0) {
    return absl::InvalidArgumentError(absl::StrCat(code, ": there is no province ", province));
  }
  // Prefectures without counties stand in lists of both.
  const auto [row, added] = rows->emplace(code, std::string(name));
  if (added || row->second == name) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(code, " occurs twice"));
}

}  // namespace

absl::Status RegionTable::Load(absl::string_view text) {
  absl::ConsumePrefix(&text, "\xef\xbb\xbf");
  const std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  const Cells heading = Cut(lines[0]);
  SUYUAN_ASSIGN_OR_RETURN(const size_t code, Column(heading, "code"));
  SUYUAN_ASSIGN_OR_RETURN(const size_t name, Column(heading, "name"));
  std::map<std::string, std::string> rows = rows_;
  for (size_t i = 1; i < lines.size(); ++i) {
    const Cells cells = Cut(lines[i]);
    if (cells.size() == 1 && cells[0].empty()) continue;
    if (cells.size() != heading.size()) {
      return absl::InvalidArgumentError(absl::StrCat("line ", i + 1,
                                                     ": not as many cells as "
                                                     "the heading has"));
    }
    SUYUAN_RETURN_IF_ERROR(AddRow(cells[code], cells[name], &rows), absl::StrCat("line ", i + 1));
  }
  rows_ = std::move(rows);
  return absl::OkStatus();
}

absl::StatusOr<std::string> RegionTable::NameOf(absl::string_view code) const {
  const auto it = rows_.find(std::string(code));
  if (it != rows_.end()) return it->second;
  return absl::NotFoundError(absl::StrCat("edition ", name_, " has no region ", code));
}

absl::StatusOr<RegionPlace> FindRegion(const RegionEdition& edition, absl::string_view code) {
  RegionPlace place;
  place.edition = edition.name();
  SUYUAN_ASSIGN_OR_RETURN(place.code, CanonicalRegion(code));
  if (RegionLevelOf(place.code) == RegionLevel::kCountry) return place;
  SUYUAN_ASSIGN_OR_RETURN(const std::string own, edition.NameOf(place.code));
  SUYUAN_ASSIGN_OR_RETURN(place.province, edition.NameOf(place.code.substr(0, 2) + "0000"));
  if (RegionLevelOf(place.code) == RegionLevel::kProvince) return place;
  const auto prefecture = edition.NameOf(place.code.substr(0, 4) + "00");
  if (!prefecture.ok() && !absl::IsNotFound(prefecture.status())) return prefecture.status();
  place.prefecture = prefecture.value_or("");
  if (RegionLevelOf(place.code) == RegionLevel::kCounty) place.county = own;
  return place;
}

absl::StatusOr<RegionPlace> ParseRegionText(absl::string_view text) {
  const std::vector<absl::string_view> halves = absl::StrSplit(text, '@');
  const bool form =
      halves.size() == 2 && !halves[1].empty() && halves[1].size() <= 32 &&
      std::all_of(halves[1].begin(), halves[1].end(), [](char c) {
        return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.';
      });
  if (!form) return absl::InvalidArgumentError("is not a region and its edition, CODE@EDITION");
  RegionPlace place;
  SUYUAN_ASSIGN_OR_RETURN(place.code, CanonicalRegion(halves[0]));
  place.edition = std::string(halves[1]);
  return place;
}

}  // namespace suyuan::gs1
