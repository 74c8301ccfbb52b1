// Which region codes there are: one edition of GB/T 2260 (or of the statistical codes that
// extend it). Editions are data that a network loads, never compiled in: they change every
// year, and a record keeps the edition its code was taken from, "110101@201412".
#pragma once

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace suyuan::gs1 {

// Where an edition's codes are looked up: a table in memory, or a contract's state.
class RegionEdition {
 public:
  virtual ~RegionEdition() = default;
  virtual std::string name() const = 0;  // "201412"
  // The name of a canonical code.
  //   kNotFound  the edition does not have it; other errors come from the store
  virtual absl::StatusOr<std::string> NameOf(absl::string_view code) const = 0;
};

// In memory.
class RegionTable final : public RegionEdition {
 public:
  explicit RegionTable(std::string name) : name_(std::move(name)) {}

  // Rows of a table with a heading that names the columns "code" and "name" (any case),
  // separated by tabs or by commas; names may stand in double quotes. Codes of two, four
  // or six digits. May be called again for further rows, provinces first.
  //   kInvalidArgument  names the line: no such column, not a region code, one that occurs
  //                     with two names, or one whose province is missing; nothing was added
  absl::Status Load(absl::string_view text);

  std::string name() const override { return name_; }
  absl::StatusOr<std::string> NameOf(absl::string_view code) const override;
  const std::map<std::string, std::string>& rows() const { return rows_; }

 private:
  std::string name_;
  std::map<std::string, std::string> rows_;
};

struct RegionPlace {
  std::string code, edition;
  std::string province, prefecture, county;  // names; empty below the code's level

  // "110101@201412"
  std::string Text() const { return code + "@" + edition; }
};

// The place of `code` (two, four or six digits) in an edition. A prefecture that an
// edition does not list (Beijing's counties stand directly below the province) has an
// empty name.
//   kInvalidArgument  not a region code
//   kNotFound         the edition has no such code, or not its province
absl::StatusOr<RegionPlace> FindRegion(const RegionEdition& edition, absl::string_view code);

// Cuts "110101@201412"; code canonical, edition not looked up.
//   kInvalidArgument  not of that form
absl::StatusOr<RegionPlace> ParseRegionText(absl::string_view text);

}  // namespace suyuan::gs1
