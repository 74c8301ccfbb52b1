#include "chaincode/contracts/trace/anticounterfeit/anti_counterfeit.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "chaincode/codes/codes.h"
#include "chaincode/contracts/trace/anticounterfeit/activation.h"
#include "chaincode/contracts/trace/anticounterfeit/code_batch_record.h"
#include "chaincode/contracts/trace/anticounterfeit/code_findings.h"
#include "chaincode/contracts/trace/anticounterfeit/code_proof.h"
#include "chaincode/contracts/trace/anticounterfeit/code_scans.h"
#include "chaincode/contracts/trace/anticounterfeit/scanner.h"
#include "chaincode/contracts/trace/antidiversion/scan_log.h"
#include "chaincode/contracts/trace/antidiversion/scan_place.h"
#include "chaincode/contracts/trace/fields.h"
#include "chaincode/contracts/trace/index_ranges.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/contracts/trace/registration/store.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"

namespace suyuan {
namespace {

constexpr uint64_t kMaxCount = 100'000'000;
constexpr char kAlert[] = "code-alert";

absl::StatusOr<ScanPlace> ParsePlace(const ChaincodeStub& stub) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string text, NeedTransient(stub, "place"));
  SUYUAN_ASSIGN_OR_RETURN(const nlohmann::json json, internal::ParseJson("place", text));
  return ParseScanPlace("place", json);
}

absl::StatusOr<std::string> ParseChannel(const ChaincodeStub& stub) {
  SUYUAN_ASSIGN_OR_RETURN(const auto transient, stub.GetTransient());
  const auto channel = transient.find("channel");
  if (channel == transient.end()) return std::string();
  const std::vector<std::string> known = {"web", "app", "phone", "sms", "reader"};
  if (std::find(known.begin(), known.end(), channel->second) != known.end()) {
    return channel->second;
  }
  return internal::ArgumentError("channel", "is not web, app, phone, sms or reader");
}

absl::Status CheckRoot(const std::string& root) {
  if (IsSha256Hex(root)) return absl::OkStatus();
  return internal::ArgumentError("root", "is not 32 bytes in lower-case hex");
}

std::string LabelKey(absl::string_view batch) { return absl::StrCat("label/", batch); }

absl::StatusOr<Scan::Kind> KindOfScan(TransactionContext& tx, const std::string& batch,
                                      uint64_t index, const ProvenCode& code) {
  if (code.wrong_inner) return Scan::Kind::kWrong;
  if (ScannerOf(tx) != Scanner::kConsumer) return Scan::Kind::kStaff;
  SUYUAN_ASSIGN_OR_RETURN(const auto activation, FindActivation(tx.stub(), batch, index));
  return activation ? Scan::Kind::kConsumer : Scan::Kind::kEarly;
}

const char* EventOf(Scan::Kind kind) {
  if (kind == Scan::Kind::kWrong) return "WrongCode";
  return kind == Scan::Kind::kEarly ? "EarlyScan" : "RecordScan";
}

}  // namespace

AntiCounterfeit::AntiCounterfeit() : Contract("AntiCounterfeit") {
  Submit("IssueCodes", {"batch", "gtin", "count", "length", "root", "publicKey", "scanLimit"},
         &AntiCounterfeit::IssueCodes);
  Submit("IssueInnerCodes", {"batch", "length", "root"}, &AntiCounterfeit::IssueInnerCodes);
  Submit("Activate", {"batch", "from", "to", "lot"}, &AntiCounterfeit::Activate);
  Submit("SetScanLimit", {"batch", "scanLimit"}, &AntiCounterfeit::SetScanLimit);
  Submit("DescribeLabel", {"batch", "label"}, &AntiCounterfeit::DescribeLabel);
  Evaluate("GetBatch", {"batch"}, &AntiCounterfeit::GetBatch);
  Submit("RecordScan", {"batch", "index"}, &AntiCounterfeit::RecordScan);
  Evaluate("Verify", {"batch", "index", "scanTx"}, &AntiCounterfeit::Verify);
  Submit("Alert", {"batch", "index", "scanTx"}, &AntiCounterfeit::Alert);
  Evaluate("GetAlerts", {"batch"}, &AntiCounterfeit::GetAlerts);
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
  CodeBatchRecord record;
  record.batch = batch;
  record.issuer = product.registrant;
  record.product = product.gtin;
  record.count = count;
  record.length = length;
  record.root = root;
  record.public_key = public_key_pem;
  record.scan_limit = scan_limit;
  SUYUAN_RETURN_IF_ERROR(SaveBatch(tx.stub(), record));
  return Announce(tx.stub(), "IssueCodes", record);
}

absl::Status AntiCounterfeit::IssueInnerCodes(TransactionContext& tx, const std::string& batch,
                                              int32_t length, const std::string& root) const {
  SUYUAN_RETURN_IF_ERROR(CheckInnerCodeLength("length", length));
  SUYUAN_RETURN_IF_ERROR(CheckRoot(root));
  SUYUAN_ASSIGN_OR_RETURN(CodeBatchRecord record, NeedBatch(tx.stub(), batch));
  SUYUAN_RETURN_IF_ERROR(NeedOwner(tx, record.issuer, "issue covered codes of this batch"));
  if (record.inner_length != 0) {
    return absl::AlreadyExistsError(absl::StrCat("batch ", batch, " has covered codes"));
  }
  SUYUAN_ASSIGN_OR_RETURN(const bool activated, HasActivation(tx.stub(), batch));
  if (activated) {
    return absl::FailedPreconditionError(
        absl::StrCat("codes of batch ", batch, " are activated already"));
  }
  record.inner_root = root;
  record.inner_length = length;
  SUYUAN_RETURN_IF_ERROR(SaveBatch(tx.stub(), record));
  return Announce(tx.stub(), "IssueInnerCodes", record);
}

absl::Status AntiCounterfeit::Activate(TransactionContext& tx, const std::string& batch,
                                       uint64_t from, uint64_t to, const std::string& text) const {
  SUYUAN_ASSIGN_OR_RETURN(const CodeBatchRecord record, NeedBatch(tx.stub(), batch));
  SUYUAN_RETURN_IF_ERROR(NeedOwner(tx, record.issuer, "activate codes of this batch"));
  SUYUAN_RETURN_IF_ERROR(CheckIndexRange(from, to, record.count));
  SUYUAN_ASSIGN_OR_RETURN(const std::string lot, NeedLot(tx.stub(), record.product, text));
  SUYUAN_ASSIGN_OR_RETURN(const auto activation, PutActivation(tx.stub(), batch, from, to, lot));
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

absl::Status AntiCounterfeit::DescribeLabel(TransactionContext& tx, const std::string& batch,
                                            const JsonObject& label) const {
  SUYUAN_ASSIGN_OR_RETURN(const CodeBatchRecord record, NeedBatch(tx.stub(), batch));
  SUYUAN_RETURN_IF_ERROR(NeedOwner(tx, record.issuer, "describe labels of this batch"));
  Fields fields("label", label.value);
  for (const char* text : {"pattern", "ink", "layer", "conformity"}) {
    fields.Text(text, Fields::kOptional, 512);
  }
  for (const char* hash : {"image", "conformityHash"}) fields.Hash(hash, Fields::kOptional);
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  if (label.value.empty()) return internal::ArgumentError("label", "tells nothing");
  SUYUAN_RETURN_IF_ERROR(PutRecord(tx.stub(), LabelKey(batch), label.value));
  return Announce(tx.stub(), "DescribeLabel", {{"batch", batch}, {"label", label.value}});
}

absl::StatusOr<nlohmann::json> AntiCounterfeit::GetBatch(TransactionContext& tx,
                                                         const std::string& batch) const {
  SUYUAN_ASSIGN_OR_RETURN(const CodeBatchRecord record, NeedBatch(tx.stub(), batch));
  SUYUAN_ASSIGN_OR_RETURN(const auto label, FindRecord(tx.stub(), LabelKey(batch)));
  nlohmann::json out = record;
  if (label) out["label"] = *label;
  return out;
}

absl::StatusOr<nlohmann::json> AntiCounterfeit::RecordScan(TransactionContext& tx,
                                                           const std::string& batch,
                                                           uint64_t index) const {
  nlohmann::json answer{
      {"state", "unknown"}, {"early", false}, {"diverted", false}, {"txId", tx.stub().GetTxID()}};
  SUYUAN_ASSIGN_OR_RETURN(const ScanPlace place, ParsePlace(tx.stub()));
  SUYUAN_ASSIGN_OR_RETURN(const std::string channel, ParseChannel(tx.stub()));
  SUYUAN_ASSIGN_OR_RETURN(const auto record, FindBatch(tx.stub(), batch));
  ProvenCode code;
  if (record) {
    SUYUAN_ASSIGN_OR_RETURN(code, ProveCode(tx.stub(), *record, index));
  }
  if (!code.known) {
    SUYUAN_RETURN_IF_ERROR(
        Announce(tx.stub(), "UnknownCode", {{"batch", batch}, {"region", place.region}}));
    return answer;
  }
  SUYUAN_ASSIGN_OR_RETURN(const Scan::Kind kind, KindOfScan(tx, batch, index, code));
  nlohmann::json scan{
      {"batch", batch}, {"index", index}, {"region", place.region}, {"source", place.source}};
  if (!place.device.empty()) scan["device"] = DeviceAtCode(code.leaf, place.device);
  if (!channel.empty()) scan["channel"] = channel;
  if (kind != Scan::Kind::kConsumer) scan["kind"] = std::string(KindName(kind));
  SUYUAN_RETURN_IF_ERROR(PutRecord(tx.stub(), ScanKey(code.leaf), scan));
  SUYUAN_RETURN_IF_ERROR(Announce(tx.stub(), EventOf(kind), scan));
  answer["state"] = kind == Scan::Kind::kWrong ? "wrong-code" : "recorded";
  answer["early"] = kind == Scan::Kind::kEarly;
  if (kind != Scan::Kind::kWrong) {
    // Its event, if any, takes the place of the scan's.
    SUYUAN_ASSIGN_OR_RETURN(answer["diverted"], NoteCodeScan(tx, batch, index, place));
  }
  return answer;
}

absl::StatusOr<nlohmann::json> AntiCounterfeit::Verify(TransactionContext& tx,
                                                       const std::string& batch, uint64_t index,
                                                       const std::string& scan_tx) const {
  SUYUAN_ASSIGN_OR_RETURN(const Findings findings,
                          Examine(tx.stub(), batch, index, {scan_tx, /*only_past=*/false}));
  const Scanner scanner = ScannerOf(tx);
  nlohmann::json answer = ToAnswer(findings, scanner);
  if (!findings.facts.known) return answer;
  SUYUAN_ASSIGN_OR_RETURN(const auto label, FindRecord(tx.stub(), LabelKey(batch)));
  if (label) answer["label"] = *label;
  return answer;
}

absl::StatusOr<nlohmann::json> AntiCounterfeit::Alert(TransactionContext& tx,
                                                      const std::string& batch, uint64_t index,
                                                      const std::string& scan_tx) const {
  SUYUAN_RETURN_IF_ERROR(CheckText("scanTx", scan_tx, 128));
  SUYUAN_ASSIGN_OR_RETURN(const std::string key,
                          tx.stub().CreateCompositeKey(kAlert, {batch, scan_tx}));
  SUYUAN_RETURN_IF_ERROR(NeedAbsent(tx.stub(), key, "alert of scan", scan_tx));
  SUYUAN_ASSIGN_OR_RETURN(const Findings findings,
                          Examine(tx.stub(), batch, index, {scan_tx, /*only_past=*/true}));
  nlohmann::json alert = AlertRecord(findings, scan_tx);
  if (alert["alerts"].empty()) {
    return absl::FailedPreconditionError(absl::StrCat("scan ", scan_tx, " is nothing to alert of"));
  }
  SUYUAN_RETURN_IF_ERROR(PutRecord(tx.stub(), key, alert));
  SUYUAN_RETURN_IF_ERROR(Announce(tx.stub(), "CodeAlert", alert));
  return alert;
}

absl::StatusOr<nlohmann::json> AntiCounterfeit::GetAlerts(TransactionContext& tx,
                                                          const std::string& batch) const {
  SUYUAN_RETURN_IF_ERROR(CheckId("batch", batch));
  return ListRecords(tx.stub(), kAlert, {batch});
}

}  // namespace suyuan
