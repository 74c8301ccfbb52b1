// Lots, transformations and their balance, apart from any ledger.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace suyuan {

// Quantities are integers in the lot's base unit, e.g. "g", "ml", "piece".
struct Lot {
  std::string id;
  std::string product;  // GTIN-14; empty for a material without one
  std::string name;
  std::string unit;
  int64_t quantity = 0;
  int64_t remaining = 0;
  std::string owner;       // MSP id that holds it
  std::string in_transit;  // MSP id it is under way to; else empty
};

void to_json(nlohmann::json& json, const Lot& lot);
absl::StatusOr<Lot> LotFromJson(const nlohmann::json& json);

struct LotUse {
  std::string lot;
  int64_t quantity = 0;
};

struct LotOutput {
  Lot lot;
  // What went into it, by unit; left out when the inputs share its own unit.
  std::map<std::string, int64_t> uses;
};

struct Transformation {
  std::vector<LotUse> inputs;
  std::vector<LotOutput> outputs;
  std::map<std::string, int64_t> loss;  // by unit
};

// inputs  [{"lot","quantity"}], outputs [{"lot","quantity","unit","name"?,
// "product"?,"uses"?:{unit:quantity}}], loss {unit:quantity}.
//   kInvalidArgument  names the argument and the field
absl::StatusOr<Transformation> ParseTransformation(const nlohmann::json& inputs,
                                                   const nlohmann::json& outputs,
                                                   const nlohmann::json& loss);

// Takes `quantity` from `lot` for `actor`.
//   kFailedPrecondition  more than remains, or under way; kPermissionDenied  not its holder
absl::Status Consume(Lot* lot, int64_t quantity, const std::string& actor);

// In each unit, inputs = what outputs use + declared loss.
//   kInvalidArgument  tells the three numbers
absl::Status CheckBalance(const Transformation& t, const std::map<std::string, std::string>& units);

}  // namespace suyuan
