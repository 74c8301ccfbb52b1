// The asset itself and its rules, apart from any ledger.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace suyuan {

struct Asset {
  std::string id;
  std::string color;
  int64_t size = 0;
  std::string owner;
  int64_t appraised_value = 0;
};

// {"AppraisedValue","Color","ID","Owner","Size"}
void to_json(nlohmann::json& json, const Asset& asset);
//   kInternal  not an asset
absl::StatusOr<Asset> ParseAsset(absl::string_view text);

// kInvalidArgument names the field.
absl::Status CheckAsset(const Asset& asset);

// What InitLedger writes.
std::vector<Asset> SampleAssets();

}  // namespace suyuan
