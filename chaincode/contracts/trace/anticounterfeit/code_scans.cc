#include "chaincode/contracts/trace/anticounterfeit/code_scans.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/records.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"
#include "network/crypto/hash.h"

namespace suyuan {
namespace {

constexpr std::array<const char*, 4> kKinds = {"", "early", "staff", "wrong"};

Scan::Kind KindOf(const std::string& name) {
  const auto found = std::find(kKinds.begin(), kKinds.end(), name);
  return found == kKinds.end() ? Scan::Kind::kConsumer
                               : static_cast<Scan::Kind>(found - kKinds.begin());
}

absl::StatusOr<Scan> ScanOf(const KeyModification& version) {
  const auto json = nlohmann::json::parse(version.value, nullptr, /*allow_exceptions=*/false);
  try {
    return Scan{version.tx_id, TimeText(version.timestamp), KindOf(json.value("kind", "")),
                json.value("region", ""), json.value("device", "")};
  } catch (const nlohmann::json::exception& e) {
    return absl::InternalError(absl::StrCat("not a scan: ", e.what()));
  }
}

}  // namespace

std::string ScanKey(absl::string_view leaf_hex) { return absl::StrCat("scan/", leaf_hex); }

absl::string_view KindName(Scan::Kind kind) { return kKinds[static_cast<size_t>(kind)]; }

std::string DeviceAtCode(absl::string_view leaf_hex, absl::string_view device) {
  if (device.empty()) return "";
  return HexEncode(Sha256({"suyuan-device", leaf_hex, "/", device})).substr(0, 32);
}

absl::StatusOr<std::vector<Scan>> LoadScans(ChaincodeStub& stub, absl::string_view leaf_hex,
                                            absl::string_view through) {
  SUYUAN_ASSIGN_OR_RETURN(const auto iterator, stub.GetHistoryForKey(ScanKey(leaf_hex)));
  std::vector<Scan> scans;
  bool reached = through.empty();
  while (true) {
    SUYUAN_ASSIGN_OR_RETURN(const auto version, iterator->Next());
    if (!version) break;
    reached = reached || version->tx_id == through;
    if (!reached) continue;  // newest first
    SUYUAN_ASSIGN_OR_RETURN(scans.emplace_back(), ScanOf(*version));
  }
  if (!reached)
    return absl::UnavailableError(absl::StrCat("scan ", through, " is not on this peer yet"));
  std::reverse(scans.begin(), scans.end());
  return scans;
}

}  // namespace suyuan
