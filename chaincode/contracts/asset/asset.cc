#include "chaincode/contracts/asset/asset.h"

#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"

namespace suyuan {

void to_json(nlohmann::json& json, const Asset& asset) {
  json = {{"ID", asset.id},
          {"Color", asset.color},
          {"Size", asset.size},
          {"Owner", asset.owner},
          {"AppraisedValue", asset.appraised_value}};
}

absl::StatusOr<Asset> ParseAsset(absl::string_view text) {
  try {
    const auto json = nlohmann::json::parse(text.begin(), text.end());
    return Asset{json.at("ID").get<std::string>(), json.at("Color").get<std::string>(),
                 json.at("Size").get<int64_t>(), json.at("Owner").get<std::string>(),
                 json.at("AppraisedValue").get<int64_t>()};
  } catch (const nlohmann::json::exception& e) {
    return absl::InternalError(absl::StrCat("not an asset: ", e.what()));
  }
}

absl::Status CheckAsset(const Asset& asset) {
  SUYUAN_RETURN_IF_ERROR(CheckText("id", asset.id, 256));
  SUYUAN_RETURN_IF_ERROR(CheckText("color", asset.color, 256));
  SUYUAN_RETURN_IF_ERROR(CheckNotNegative("size", asset.size));
  SUYUAN_RETURN_IF_ERROR(CheckText("owner", asset.owner, 256));
  return CheckNotNegative("appraisedValue", asset.appraised_value);
}

std::vector<Asset> SampleAssets() {
  return {
      {"asset1", "blue", 5, "Tomoko", 300},    {"asset2", "red", 5, "Brad", 400},
      {"asset3", "green", 10, "Jin Soo", 500}, {"asset4", "yellow", 10, "Max", 600},
      {"asset5", "black", 15, "Adriana", 700}, {"asset6", "white", 15, "Michel", 800},
  };
}

}  // namespace suyuan
