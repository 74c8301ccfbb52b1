// Names of provinces and cities, as address tables write them, and their GB/T 2260 codes.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "chaincode/gs1/region_edition.h"

namespace suyuan::sdk::place {

// Over a loaded edition, which must outlive it and stay as it is. Thread-safe.
class RegionNames {
 public:
  explicit RegionNames(const gs1::RegionTable* table) : table_(*table) {}

  // The code of the finest level that is known: of the city, else of the province; "" neither.
  // Short names will do where one alone begins like that ("上海" for "上海市"). In a
  // direct-governed city, which has no level between itself and its counties, it is the province.
  std::string CodeOf(absl::string_view province, absl::string_view city) const;
  const std::string& edition() const { return edition_; }

 private:
  const gs1::RegionTable& table_;
  const std::string edition_ = table_.name();
};

}  // namespace suyuan::sdk::place
