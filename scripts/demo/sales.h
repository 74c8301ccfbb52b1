// Sample data beside the EPCIS document: what batches are registered with, dealers, shipments of
// codes, places where consumers scan, and what goes wrong (sales.json).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "scripts/demo/food_chain.h"

namespace suyuan::demo {

struct BatchData {
  std::string line;
  std::string amino_nitrogen;  // g/100mL
};

struct Dealer {
  std::string id;
  Name name;
  std::string parent;                // empty: of the first level
  std::vector<std::string> regions;  // GB/T 2260
};

struct CodeShipment {
  std::string id;
  std::string batch;
  uint64_t from = 0, to = 0;  // inclusive
  std::string dealer;
};

struct Place {
  std::string region;
  Name name;
};

// Codes of one dealer scanned where he may not sell.
struct DivertedCodes {
  std::string batch;
  uint64_t from = 0, to = 0;
  std::string region;
};

// One code scanned `scans` times in a region, or once in every place.
struct BusyCode {
  std::string batch;
  uint64_t index = 0;
  uint64_t scans = 0;
  std::string region;
};

// A bad lot, all lots that must be found to be made of it, and some that must not. Lots by number.
struct Contamination {
  std::string lot;
  std::vector<std::string> affected;   // by number, the lot itself among them
  std::vector<std::string> untouched;  // of the same fields, hall, days and pallets
  // Consumers whom the platform knows, and what they bought.
  std::vector<std::pair<std::string, std::vector<std::string>>> buyers;
};

struct Sales {
  uint64_t scan_limit = 0;
  int code_length = 0;
  std::map<std::string, BatchData> batches;  // by number
  std::vector<Dealer> dealers;               // parents first
  std::vector<CodeShipment> shipments;
  std::vector<Place> places;
  DivertedCodes diverted;
  BusyCode copied;
  BusyCode over_limit;
  Contamination contaminated;
  uint64_t repeated_codes = 0;
  uint64_t forged_codes = 0;
  uint64_t scans = 0;  // in all

  // nullptr when unknown.
  const Place* FindPlace(absl::string_view region) const;
  const Dealer* FindDealer(absl::string_view id) const;
  // The last shipment that covers the code: whose dealer has it.
  const CodeShipment* HolderOf(absl::string_view batch, uint64_t index) const;
};

//   kInvalidArgument  names the field
absl::StatusOr<Sales> ReadSales(absl::string_view text);

}  // namespace suyuan::demo
