// suyuan diversion place: what a consumer's address may become before it goes to the ledger.
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "network/cli/command.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "sdk/place/scan_place.h"

namespace suyuan {
namespace {

constexpr size_t kMaxSegmentBytes = size_t{1} << 30;
constexpr size_t kMaxRegionBytes = 16 << 20;

struct Options {
  std::string segments, edition, key, device;
  std::vector<std::string> regions, addresses;
};

absl::Status Place(const Options& options) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string text, ReadFile(options.segments, kMaxSegmentBytes));
  SUYUAN_ASSIGN_OR_RETURN(const auto segments, sdk::place::IpSegments::Parse(text),
                          options.segments);
  gs1::RegionTable table(options.edition);
  for (const std::string& path : options.regions) {
    SUYUAN_ASSIGN_OR_RETURN(const std::string rows, ReadFile(path, kMaxRegionBytes));
    SUYUAN_RETURN_IF_ERROR(table.Load(rows), path);
  }
  std::string device;
  if (!options.device.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(const std::string key, ReadFile(options.key), "--device-key");
    SUYUAN_ASSIGN_OR_RETURN(device, sdk::place::DeviceHash(key, options.device));
  }
  const sdk::place::RegionNames names(&table);
  for (const std::string& address : options.addresses) {
    SUYUAN_ASSIGN_OR_RETURN(auto place, sdk::place::PlaceOfAddress(segments, names, address),
                            address);
    place.device = device;
    std::cout << place.ToJson() << "\n";
  }
  return absl::OkStatus();
}

}  // namespace

void AddPlaceCommands(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* command =
      Command(app, "diversion place",
              "Of addresses, what the ledger may know: region, verdict, hash of the device",
              [options] { return Place(*options); });
  command->add_option("address", options->addresses, "IPv4 or IPv6; a line each")->required();
  command
      ->add_option("--segments", options->segments,
                   "file of lines first|last|country|province|city|carrier")
      ->required();
  command
      ->add_option("--regions", options->regions,
                   "tables with columns code and name, provinces first")
      ->required();
  command->add_option("--edition", options->edition, "of the regions, e.g. 201412")->required();
  command->add_option("--device", options->device, "what tells the consumer's device apart")
      ->needs(command->add_option("--device-key", options->key, "file with the key of its hash"));
}

}  // namespace suyuan
