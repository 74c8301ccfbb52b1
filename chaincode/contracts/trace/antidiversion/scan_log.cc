#include "chaincode/contracts/trace/antidiversion/scan_log.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "chaincode/contracts/trace/anticounterfeit/scanner.h"
#include "chaincode/contracts/trace/antidiversion/dealer_store.h"
#include "chaincode/contracts/trace/antidiversion/time_key.h"
#include "chaincode/contracts/trace/caller.h"
#include "chaincode/contracts/trace/records.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"
#include "network/crypto/hash.h"

namespace suyuan {
namespace {

constexpr char kOfDealer[] = "scan-of-dealer";
constexpr char kOfIssuer[] = "scan-of-issuer";
constexpr char kStaff[] = "staff";

// "" of a consumer, as AntiCounterfeit tells them. A dealer's client is one that speaks for it.
absl::StatusOr<std::string> StaffOf(TransactionContext& tx, const Holding& holding) {
  if (ScannerOf(tx) == Scanner::kConsumer) return std::string();
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  for (const Hop& hop : holding.way) {
    if (caller.roles.count(DealerRole(hop.dealer)) == 0) continue;
    SUYUAN_ASSIGN_OR_RETURN(const Dealer dealer, LoadDealer(tx.stub(), hop.dealer));
    if (SpeaksFor(caller, dealer)) return DealerRole(hop.dealer);
  }
  return std::string(kStaff);
}

std::string ProvincesOf(const SalesArea& area) {
  std::set<std::string> provinces;
  for (const std::string& region : area.regions) provinces.insert(region.substr(0, 2) + "0000");
  return absl::StrJoin(provinces, "+");
}

absl::StatusOr<bool> Note(TransactionContext& tx, const std::string& thing, const Holding& holding,
                          const ScanPlace& place) {
  ChaincodeStub& stub = tx.stub();
  LoggedScan scan;
  scan.tx_id = stub.GetTxID();
  SUYUAN_ASSIGN_OR_RETURN(scan.time, TransactionTime(stub));
  scan.thing = thing;
  scan.issuer = holding.issuer;
  scan.owner = holding.owner;
  scan.product = holding.product;
  scan.dealer = holding.dealer;
  scan.shipment = holding.shipment;
  scan.home = ProvincesOf(holding.area);
  scan.place = place;
  if (!place.device.empty()) {
    // Nobody follows a device from one dealer's goods to those of another.
    scan.place.device = HexEncode(Sha256({holding.dealer, absl::string_view("/"), place.device}));
  }
  scan.fit = FitOf(holding.area, place);
  SUYUAN_ASSIGN_OR_RETURN(scan.staff, StaffOf(tx, holding));
  const nlohmann::json record = scan;
  SUYUAN_ASSIGN_OR_RETURN(const std::string of_dealer, TimeKeyNow(stub, kOfDealer, scan.dealer));
  SUYUAN_ASSIGN_OR_RETURN(const std::string of_issuer, TimeKeyNow(stub, kOfIssuer, scan.issuer));
  SUYUAN_RETURN_IF_ERROR(PutRecord(stub, of_dealer, record));
  SUYUAN_RETURN_IF_ERROR(PutRecord(stub, of_issuer, record));
  if (scan.fit != Fit::kOutside || !scan.staff.empty()) return false;
  SUYUAN_RETURN_IF_ERROR(Announce(stub, "DiversionAlert", record));
  return true;
}

std::string KeyAt(const ScanWindow& window, absl::Time time) {
  return TimeKeyFrom(window.of_issuer ? kOfIssuer : kOfDealer, window.of, time);
}

absl::StatusOr<LoggedScan> ScanFromText(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return absl::InternalError("a scan is not JSON");
  return ScanFromJson(json);
}

}  // namespace

void to_json(nlohmann::json& json, const LoggedScan& scan) {
  json = {{"txId", scan.tx_id},
          {"time", scan.time},
          {"thing", scan.thing},
          {"issuer", scan.issuer},
          {"owner", scan.owner},
          {"product", scan.product},
          {"dealer", scan.dealer},
          {"shipment", scan.shipment},
          {"home", scan.home},
          {"place", scan.place},
          {"fit", std::string(FitName(scan.fit))}};
  if (!scan.staff.empty()) json["staff"] = scan.staff;
}

absl::StatusOr<LoggedScan> ScanFromJson(const nlohmann::json& json) {
  try {
    LoggedScan scan;
    scan.tx_id = json.at("txId");
    scan.time = json.at("time");
    scan.thing = json.at("thing");
    scan.issuer = json.at("issuer");
    scan.owner = json.at("owner");
    scan.product = json.at("product");
    scan.dealer = json.at("dealer");
    scan.shipment = json.at("shipment");
    scan.home = json.at("home");
    scan.staff = json.value("staff", "");
    const nlohmann::json& place = json.at("place");
    scan.place.verdict = place.at("verdict");
    scan.place.source = place.at("source");
    scan.place.region = place.value("region", "");
    scan.place.edition = place.value("edition", "");
    scan.place.accuracy_metres = place.value("accuracyMetres", int64_t{0});
    scan.place.device = place.value("device", "");
    const std::string fit = json.at("fit");
    for (const Fit one : {Fit::kInside, Fit::kBorder, Fit::kOutside, Fit::kUndecided}) {
      if (FitName(one) == fit) scan.fit = one;
    }
    return scan;
  } catch (const nlohmann::json::exception& e) {
    return absl::InternalError(absl::StrCat("a scan is malformed: ", e.what()));
  }
}

absl::StatusOr<bool> NoteCodeScan(TransactionContext& tx, const std::string& batch, uint64_t index,
                                  const ScanPlace& place) {
  SUYUAN_ASSIGN_OR_RETURN(const auto held, HolderOfCode(tx.stub(), batch, index));
  if (!held) return false;
  return Note(tx, absl::StrCat(batch, "#", index), held->holding, place);
}

absl::StatusOr<bool> NoteUnitScan(TransactionContext& tx, const std::string& unit,
                                  const ScanPlace& place) {
  SUYUAN_ASSIGN_OR_RETURN(const auto holding, HolderOfUnit(tx.stub(), unit));
  if (!holding) return absl::NotFoundError(absl::StrCat(unit, " was not sent to any dealer"));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  SUYUAN_ASSIGN_OR_RETURN(const bool may,
                          Oversees(tx.stub(), caller, holding->issuer, holding->owner));
  SUYUAN_ASSIGN_OR_RETURN(const std::string staff, StaffOf(tx, *holding));
  if (may || IsDealerRole(staff)) return Note(tx, unit, *holding, place);
  return absl::PermissionDeniedError(absl::StrCat(
      "where ", unit, " was seen is for its issuer's platform to say, not for this client of ",
      caller.msp_id));
}

absl::StatusOr<std::vector<LoggedScan>> ReadScans(ChaincodeStub& stub, const ScanWindow& window,
                                                  size_t limit) {
  SUYUAN_ASSIGN_OR_RETURN(const auto iterator, stub.GetStateByRange(KeyAt(window, window.from),
                                                                    KeyAt(window, window.until)));
  std::vector<LoggedScan> scans;
  while (true) {
    SUYUAN_ASSIGN_OR_RETURN(const auto entry, iterator->Next());
    if (!entry) return scans;
    if (scans.size() == limit) {
      return absl::ResourceExhaustedError(absl::StrCat("more than ", limit, " scans of ", window.of,
                                                       " in the window: choose a shorter one"));
    }
    SUYUAN_ASSIGN_OR_RETURN(scans.emplace_back(), ScanFromText(entry->value));
  }
}

absl::StatusOr<std::string> PageScans(ChaincodeStub& stub, const ScanWindow& window,
                                      const std::string& bookmark, size_t limit,
                                      const std::function<bool(const LoggedScan&)>& each) {
  constexpr int32_t kRead = 200;
  std::string at = bookmark;
  for (size_t looks = 0;;) {
    SUYUAN_ASSIGN_OR_RETURN(const QueryPage page, stub.GetStateByRangeWithPagination(
                                                      KeyAt(window, window.from),
                                                      KeyAt(window, window.until), kRead, at));
    for (const KeyValue& entry : page.results) {
      if (looks++ == limit) return entry.key;
      SUYUAN_ASSIGN_OR_RETURN(const LoggedScan scan, ScanFromText(entry.value));
      if (!each(scan)) return entry.key;
    }
    if (page.bookmark.empty()) return std::string();
    at = page.bookmark;
  }
}

absl::StatusOr<bool> HasScansSince(ChaincodeStub& stub, const std::string& dealer,
                                   absl::Time time) {
  return AnyTimeKeyFrom(stub, kOfDealer, dealer, time);
}

}  // namespace suyuan
