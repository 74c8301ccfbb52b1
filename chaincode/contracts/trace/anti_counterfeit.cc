#include "chaincode/contracts/trace/anti_counterfeit.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/anti_diversion.h"
#include "chaincode/contracts/trace/code_batch_record.h"
#include "chaincode/contracts/trace/codes.h"
#include "chaincode/contracts/trace/events/event_store.h"
#include "chaincode/contracts/trace/fields.h"
#include "chaincode/contracts/trace/index_ranges.h"
#include "chaincode/contracts/trace/merkle.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/contracts/trace/registration/batch_contract.h"
#include "chaincode/contracts/trace/registration/store.h"
#include "chaincode/contracts/trace/verification.h"
#include "chaincode/gs1/identifier.h"
#include "chaincode/gs1/region_code.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"

namespace suyuan {
namespace {

constexpr char kActivation[] = "activation";
constexpr uint64_t kMaxCount = 100'000'000;
constexpr int64_t kMaxScanLimit = 1'000'000;
constexpr size_t kMaxProofHex = 64 * 32;

struct Place {
  std::string region;
  std::string source;
};

absl::StatusOr<Place> ParsePlace(const ChaincodeStub& stub) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string text, NeedTransient(stub, "place"));
  SUYUAN_ASSIGN_OR_RETURN(const nlohmann::json json, internal::ParseJson("place", text));
  if (!json.is_object() || !json.contains("region") || !json["region"].is_string()) {
    return internal::ArgumentError("place", "field region is missing or not a text");
  }
  Place place;
  SUYUAN_ASSIGN_OR_RETURN(place.region, gs1::CanonicalRegion(json["region"].get<std::string>()),
                          "argument 'place'");
  if (json.contains("source")) {
    if (!json["source"].is_string()) {
      return internal::ArgumentError("place", "field source is not a text");
    }
    place.source = json["source"];
    SUYUAN_RETURN_IF_ERROR(CheckText("place", place.source, 64));
  }
  return place;
}

// The code's leaf, hex, when code, salt and proof fit the batch; empty when not.
absl::StatusOr<std::string> ProvenLeaf(const ChaincodeStub& stub, const CodeBatchRecord& batch,
                                       uint64_t index) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string code, NeedTransient(stub, "code"));
  SUYUAN_ASSIGN_OR_RETURN(const std::string salt_hex, NeedTransient(stub, "salt"));
  SUYUAN_ASSIGN_OR_RETURN(const std::string proof_hex, NeedTransient(stub, "proof"));
  const auto salt = HexDecode(salt_hex);
  if (!salt.ok() || salt->size() != 16) {
    return internal::ArgumentError("salt", "is not 16 bytes in hex");
  }
  const auto proof = HexDecode(proof_hex);
  if (!proof.ok() || proof_hex.size() > kMaxProofHex) {
    return internal::ArgumentError("proof", "is not a Merkle proof in hex");
  }
  if (!CheckCode("code", code).ok() || code.size() != static_cast<size_t>(batch.length)) {
    return std::string();  // what a consumer may well type
  }
  SUYUAN_ASSIGN_OR_RETURN(const std::string root, HexDecode(batch.root));
  const std::string leaf = CodeLeaf(*salt, index, code);
  if (!CheckMerkleProof(root, leaf, index, batch.count, *proof)) return std::string();
  return HexEncode(leaf);
}

std::string ScanKey(absl::string_view leaf) { return absl::StrCat("scan/", leaf); }

absl::StatusOr<std::vector<Scan>> LoadScans(ChaincodeStub& stub, const std::string& leaf) {
  SUYUAN_ASSIGN_OR_RETURN(const auto iterator, stub.GetHistoryForKey(ScanKey(leaf)));
  std::vector<Scan> scans;
  while (true) {
    SUYUAN_ASSIGN_OR_RETURN(const auto scan, iterator->Next());
    if (!scan) break;
    scans.push_back({scan->tx_id, TimeText(scan->timestamp)});
  }
  std::reverse(scans.begin(), scans.end());
  return scans;
}

absl::Status CheckScanLimit(int64_t limit) {
  if (limit >= 1 && limit <= kMaxScanLimit) return absl::OkStatus();
  return internal::ArgumentError("scanLimit", absl::StrCat("is not from 1 to ", kMaxScanLimit));
}

// The name of a lot of the product that an event has made or that is a registered batch.
absl::StatusOr<std::string> NeedLot(ChaincodeStub& stub, const std::string& product,
                                    const std::string& text) {
  SUYUAN_RETURN_IF_ERROR(CheckText("lot", text));
  auto id = gs1::ParseIdentifier(text);
  if (!id.ok()) {
    // An identifier of the maker's own, or a lot number.
    SUYUAN_ASSIGN_OR_RETURN(const auto own, FindUnit(stub, text));
    if (own && own->kind == Unit::Kind::kLot) return text;
    id = gs1::Identifier{gs1::Scheme::kLgtin, product, text, 0};
  }
  if (id->scheme != gs1::Scheme::kLgtin || id->key != product) {
    return internal::ArgumentError("lot", absl::StrCat(text, " is no lot of product ", product));
  }
  const std::string lot = gs1::CanonicalUri(*id);
  SUYUAN_ASSIGN_OR_RETURN(const auto made, FindUnit(stub, lot));
  if (made) return lot;
  SUYUAN_ASSIGN_OR_RETURN(const bool registered, IsRegisteredBatch(stub, product, id->extension));
  if (registered) return lot;
  return absl::NotFoundError(absl::StrCat("lot ", lot, " does not exist"));
}

absl::Status CheckRoot(const std::string& root) {
  if (IsSha256Hex(root)) return absl::OkStatus();
  return internal::ArgumentError("root", "is not 32 bytes in lower-case hex");
}

}  // namespace

AntiCounterfeit::AntiCounterfeit() : Contract("AntiCounterfeit") {
  Submit("IssueCodes", {"batch", "gtin", "count", "length", "root", "publicKey", "scanLimit"},
         &AntiCounterfeit::IssueCodes);
  Submit("Activate", {"batch", "from", "to", "lot"}, &AntiCounterfeit::Activate);
  Submit("SetScanLimit", {"batch", "scanLimit"}, &AntiCounterfeit::SetScanLimit);
  Evaluate("GetBatch", {"batch"}, &AntiCounterfeit::GetBatch);
  Submit("RecordScan", {"batch", "index"}, &AntiCounterfeit::RecordScan);
  Evaluate("Verify", {"batch", "index", "scanTx"}, &AntiCounterfeit::Verify);
}

absl::Status AntiCounterfeit::IssueCodes(TransactionContext& tx, const std::string& batch,
                                         const std::string& gtin, uint64_t count, int32_t length,
                                         const std::string& root, const std::string& public_key_pem,
                                         int64_t scan_limit) const {
  if (count < 1 || count > kMaxCount) {
    return internal::ArgumentError("count", absl::StrCat("is not from 1 to ", kMaxCount));
  }
  SUYUAN_RETURN_IF_ERROR(CheckCodeLength("length", length));
  SUYUAN_RETURN_IF_ERROR(CheckRoot(root));
  SUYUAN_RETURN_IF_ERROR(CheckScanLimit(scan_limit));
  if (public_key_pem.empty() || public_key_pem.size() > 4096 || !IsUtf8(public_key_pem)) {
    return internal::ArgumentError("publicKey", "is not a PEM text of up to 4096 bytes");
  }
  SUYUAN_ASSIGN_OR_RETURN(const auto existing, FindBatch(tx.stub(), batch));
  if (existing) return absl::AlreadyExistsError(absl::StrCat("batch ", batch, " already exists"));
  SUYUAN_ASSIGN_OR_RETURN(const Product product, NeedApprovedProduct(tx.stub(), gtin));
  SUYUAN_RETURN_IF_ERROR(NeedOwner(tx, product.registrant, "issue codes of this product"));
  SUYUAN_RETURN_IF_ERROR(CheckMayIssueCodes(tx.stub(), product));
  const CodeBatchRecord record{batch, product.registrant, product.gtin, count, length,
                               root,  public_key_pem,     scan_limit};
  SUYUAN_RETURN_IF_ERROR(SaveBatch(tx.stub(), record));
  return Announce(tx.stub(), "IssueCodes", record);
}

absl::Status AntiCounterfeit::Activate(TransactionContext& tx, const std::string& batch,
                                       uint64_t from, uint64_t to, const std::string& text) const {
  SUYUAN_ASSIGN_OR_RETURN(const CodeBatchRecord record, NeedBatch(tx.stub(), batch));
  SUYUAN_RETURN_IF_ERROR(NeedOwner(tx, record.issuer, "activate codes of this batch"));
  SUYUAN_RETURN_IF_ERROR(CheckIndexRange(from, to, record.count));
  SUYUAN_ASSIGN_OR_RETURN(const std::string lot, NeedLot(tx.stub(), record.product, text));
  SUYUAN_ASSIGN_OR_RETURN(const auto next, RangeFrom(tx.stub(), kActivation, batch, from));
  if (next && next->from <= to) {
    return absl::AlreadyExistsError(absl::StrCat("indexes ", next->from, " to ", next->to,
                                                 " of batch ", batch, " are bound to lot ",
                                                 next->record.value("lot", "")));
  }
  SUYUAN_ASSIGN_OR_RETURN(const std::string time, TransactionTime(tx.stub()));
  const nlohmann::json activation{
      {"batch", batch}, {"from", from}, {"to", to}, {"lot", lot}, {"activatedAt", time}};
  SUYUAN_RETURN_IF_ERROR(PutRange(tx.stub(), kActivation, batch, {from, to, activation}));
  return Announce(tx.stub(), "Activate", activation);
}

absl::Status AntiCounterfeit::SetScanLimit(TransactionContext& tx, const std::string& batch,
                                           int64_t scan_limit) const {
  SUYUAN_RETURN_IF_ERROR(CheckScanLimit(scan_limit));
  SUYUAN_ASSIGN_OR_RETURN(CodeBatchRecord record, NeedBatch(tx.stub(), batch));
  SUYUAN_RETURN_IF_ERROR(NeedOwner(tx, record.issuer, "set this batch's scan limit"));
  if (scan_limit > record.scan_limit) {
    return internal::ArgumentError("scanLimit",
                                   absl::StrCat("is above the present limit ", record.scan_limit));
  }
  record.scan_limit = scan_limit;
  SUYUAN_RETURN_IF_ERROR(SaveBatch(tx.stub(), record));
  return Announce(tx.stub(), "SetScanLimit", record);
}

absl::StatusOr<nlohmann::json> AntiCounterfeit::GetBatch(TransactionContext& tx,
                                                         const std::string& batch) const {
  SUYUAN_ASSIGN_OR_RETURN(const CodeBatchRecord record, NeedBatch(tx.stub(), batch));
  return nlohmann::json(record);
}

absl::StatusOr<nlohmann::json> AntiCounterfeit::RecordScan(TransactionContext& tx,
                                                           const std::string& batch,
                                                           uint64_t index) const {
  nlohmann::json answer{{"state", "unknown"}, {"diverted", false}, {"txId", tx.stub().GetTxID()}};
  SUYUAN_ASSIGN_OR_RETURN(const Place place, ParsePlace(tx.stub()));
  SUYUAN_ASSIGN_OR_RETURN(const auto record, FindBatch(tx.stub(), batch));
  std::string leaf;
  if (record) {
    SUYUAN_ASSIGN_OR_RETURN(leaf, ProvenLeaf(tx.stub(), *record, index));
  }
  if (leaf.empty()) {
    SUYUAN_RETURN_IF_ERROR(
        Announce(tx.stub(), "UnknownCode", {{"batch", batch}, {"region", place.region}}));
    return answer;
  }
  nlohmann::json scan{
      {"batch", batch}, {"index", index}, {"region", place.region}, {"source", place.source}};
  SUYUAN_RETURN_IF_ERROR(PutRecord(tx.stub(), ScanKey(leaf), scan));
  SUYUAN_ASSIGN_OR_RETURN(const bool diverted,
                          AlertIfDiverted(tx.stub(), batch, index, place.region));
  if (!diverted) SUYUAN_RETURN_IF_ERROR(Announce(tx.stub(), "RecordScan", scan));
  answer["state"] = "recorded";
  answer["diverted"] = diverted;
  return answer;
}

absl::StatusOr<nlohmann::json> AntiCounterfeit::Verify(TransactionContext& tx,
                                                       const std::string& batch, uint64_t index,
                                                       const std::string& scan_tx) const {
  CodeFacts facts;
  facts.asking_tx = scan_tx;
  SUYUAN_ASSIGN_OR_RETURN(const auto record, FindBatch(tx.stub(), batch));
  std::string leaf;
  if (record) {
    SUYUAN_ASSIGN_OR_RETURN(leaf, ProvenLeaf(tx.stub(), *record, index));
  }
  if (leaf.empty()) return nlohmann::json(Judge(facts));
  facts.known = true;
  facts.scan_limit = record->scan_limit;
  SUYUAN_ASSIGN_OR_RETURN(const auto activation, RangeOver(tx.stub(), kActivation, batch, index));
  facts.activated = activation.has_value();
  SUYUAN_ASSIGN_OR_RETURN(facts.scans, LoadScans(tx.stub(), leaf));
  nlohmann::json answer = Judge(facts);
  answer["batch"] = batch;
  answer["product"] = record->product;
  if (activation) answer["lot"] = activation->record.value("lot", "");
  return answer;
}

}  // namespace suyuan
