#include "network/orderer/consensus/etcd_log.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "network/common/status_macros.h"
#include "network/crypto/hash.h"
#include "network/protoutil/protoutil.h"
#include "protos/suyuan/ordering_log.pb.h"

namespace suyuan {
namespace {

namespace pb = ::etcdserverpb;

// So that an answer stays within what a channel takes at once.
constexpr int kPageBatches = 16;
// A batch is bounded by the channel's absoluteMaxBytes; beyond this no part list is believed.
constexpr uint32_t kMaxParts = 1024;

std::string Hex16(uint64_t number) { return absl::StrCat(absl::Hex(number, absl::kZeroPad16)); }

absl::Status BadValue(absl::string_view key, absl::string_view why) {
  return absl::DataLossError(absl::StrCat("etcd key ", key, ": ", why));
}

absl::StatusOr<uint64_t> ParseDecimal(absl::string_view key, absl::string_view value) {
  uint64_t number;
  if (!absl::SimpleAtoi(value, &number)) return BadValue(key, "not a decimal number");
  return number;
}

pb::RequestOp* AddGet(google::protobuf::RepeatedPtrField<pb::RequestOp>* ops, std::string key,
                      std::string end = "") {
  pb::RequestOp* op = ops->Add();
  op->mutable_request_range()->set_key(std::move(key));
  op->mutable_request_range()->set_range_end(std::move(end));
  return op;
}

pb::PutRequest* AddPut(google::protobuf::RepeatedPtrField<pb::RequestOp>* ops, std::string key,
                       std::string value, int64_t lease = 0) {
  pb::PutRequest* put = ops->Add()->mutable_request_put();
  put->set_key(std::move(key));
  put->set_value(std::move(value));
  put->set_lease(lease);
  return put;
}

void AddDelete(google::protobuf::RepeatedPtrField<pb::RequestOp>* ops, std::string key,
               std::string end) {
  pb::DeleteRangeRequest* op = ops->Add()->mutable_request_delete_range();
  op->set_key(std::move(key));
  op->set_range_end(std::move(end));
}

// Condition: `key` was created at `revision`; 0: it does not exist.
void IfCreated(pb::TxnRequest* txn, std::string key, int64_t revision) {
  pb::Compare* compare = txn->add_compare();
  compare->set_key(std::move(key));
  compare->set_target(pb::Compare::CREATE);
  compare->set_result(pb::Compare::EQUAL);
  compare->set_create_revision(revision);
}

}  // namespace

EtcdLog::EtcdLog(EtcdClient* client, EtcdLogOptions options)
    : client_(client),
      options_(std::move(options)),
      root_(absl::StrCat(options_.prefix, "/", options_.channel, "/")) {}

std::string EtcdLog::LogKey(uint64_t number) const {
  return absl::StrCat(LogPrefix(), Hex16(number));
}

std::string EtcdLog::PartsPrefix(uint64_t number) const {
  return absl::StrCat(root_, "part/", Hex16(number), "/");
}

absl::StatusOr<uint64_t> EtcdLog::Open(uint64_t base, absl::Time deadline) {
  const std::string key = root_ + "first";
  pb::TxnRequest txn;
  IfCreated(&txn, key, 0);
  AddPut(txn.mutable_success(), key, absl::StrCat(base));
  AddGet(txn.mutable_failure(), key);
  SUYUAN_ASSIGN_OR_RETURN(const pb::TxnResponse response,
                          client_->Txn(txn, RetryPolicy::kSafeToRepeat, deadline));
  if (response.succeeded()) return base;
  const auto& range = response.responses(0).response_range();
  if (range.kvs_size() != 1) return BadValue(key, "is not there");
  return ParseDecimal(key, range.kvs(0).value());
}

absl::StatusOr<EtcdLog::Page> EtcdLog::Read(uint64_t from, absl::Time deadline) {
  pb::TxnRequest txn;
  AddGet(txn.mutable_success(), root_ + "first");
  AddGet(txn.mutable_success(), LogKey(from), PrefixEnd(LogPrefix()))
      ->mutable_request_range()
      ->set_limit(kPageBatches);
  SUYUAN_ASSIGN_OR_RETURN(const pb::TxnResponse response,
                          client_->Txn(txn, RetryPolicy::kSafeToRepeat, deadline));
  const auto& first = response.responses(0).response_range();
  if (first.kvs_size() != 1) return BadValue(root_ + "first", "is not there");
  Page page;
  page.revision = response.header().revision();
  SUYUAN_ASSIGN_OR_RETURN(page.first, ParseDecimal(root_ + "first", first.kvs(0).value()));
  const auto& range = response.responses(1).response_range();
  page.more = range.more();
  uint64_t expected = std::max(from, page.first);
  for (const auto& kv : range.kvs()) {
    SUYUAN_ASSIGN_OR_RETURN(LoggedBatch batch, Decode(kv.key(), kv.value(), deadline));
    if (batch.number < page.first) continue;  // left by a trim that was cut short
    if (batch.number != expected) return BadValue(LogKey(expected), "is not there");
    ++expected;
    page.batches.push_back(std::move(batch));
  }
  return page;
}

absl::StatusOr<LoggedBatch> EtcdLog::Decode(absl::string_view key, const std::string& value,
                                            absl::Time deadline) {
  LoggedBatch logged;
  const std::string prefix = LogPrefix();
  if (key.size() != prefix.size() + 16 || key.substr(0, prefix.size()) != prefix ||
      !absl::SimpleHexAtoi(key.substr(prefix.size()), &logged.number)) {
    return BadValue(key, "not the key of a batch");
  }
  ordering::LogEntry entry;
  if (!entry.ParseFromString(value)) return BadValue(key, "not a LogEntry");
  logged.nonce = entry.nonce();
  logged.bytes = value.size();
  if (entry.parts() > 0) {
    SUYUAN_ASSIGN_OR_RETURN(const std::string bytes,
                            ReadParts(logged.number, entry.nonce(), entry.parts(), deadline));
    if (Sha256(bytes) != entry.parts_hash())
      return BadValue(key, "parts_hash is not that of parts");
    if (!entry.mutable_envelopes()->ParseFromString(bytes)) {
      return BadValue(key, "the parts are not Envelopes");
    }
    logged.bytes += bytes.size();
  }
  logged.batch.is_config = entry.is_config();
  logged.batch.previous_hash = std::move(*entry.mutable_previous_hash());
  auto* envelopes = entry.mutable_envelopes()->mutable_envelope();
  logged.batch.envelopes.assign(std::make_move_iterator(envelopes->begin()),
                                std::make_move_iterator(envelopes->end()));
  return logged;
}

absl::Status EtcdLog::PutParts(uint64_t number, const std::string& nonce, const std::string& bytes,
                               absl::Time deadline) {
  const std::string prefix = absl::StrCat(PartsPrefix(number), absl::BytesToHexString(nonce), "/");
  for (size_t at = 0, part = 0; at < bytes.size(); at += options_.max_value_bytes, ++part) {
    pb::TxnRequest txn;
    AddPut(txn.mutable_success(), absl::StrCat(prefix, absl::Hex(part, absl::kZeroPad4)),
           bytes.substr(at, options_.max_value_bytes));
    SUYUAN_RETURN_IF_ERROR(client_->Txn(txn, RetryPolicy::kSafeToRepeat, deadline).status());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> EtcdLog::ReadParts(uint64_t number, const std::string& nonce,
                                               uint32_t count, absl::Time deadline) {
  const std::string prefix = absl::StrCat(PartsPrefix(number), absl::BytesToHexString(nonce), "/");
  if (count > kMaxParts) return BadValue(LogKey(number), "too many parts");
  std::string bytes;
  for (uint32_t part = 0; part < count; ++part) {
    pb::RangeRequest get;
    get.set_key(absl::StrCat(prefix, absl::Hex(part, absl::kZeroPad4)));
    SUYUAN_ASSIGN_OR_RETURN(const pb::RangeResponse response, client_->Range(get, deadline));
    if (response.kvs_size() != 1) return BadValue(get.key(), "is not there");
    bytes += response.kvs(0).value();
  }
  return bytes;
}

absl::Status EtcdLog::Append(uint64_t number, const Batch& batch, const std::string& nonce,
                             const LeaderTerm& term, absl::Time deadline) {
  ordering::LogEntry entry;
  entry.set_proposer(term.name);
  entry.set_nonce(nonce);
  entry.set_previous_hash(batch.previous_hash);
  entry.set_is_config(batch.is_config);
  for (const std::string& envelope : batch.envelopes) {
    entry.mutable_envelopes()->add_envelope(envelope);
  }
  std::string value = entry.SerializeAsString();
  if (value.size() > options_.max_value_bytes) {
    const std::string bytes = entry.envelopes().SerializeAsString();
    entry.clear_envelopes();
    const size_t parts = (bytes.size() + options_.max_value_bytes - 1) / options_.max_value_bytes;
    entry.set_parts(static_cast<uint32_t>(parts));
    entry.set_parts_hash(Sha256(bytes));
    SUYUAN_RETURN_IF_ERROR(PutParts(number, nonce, bytes, deadline));
    value = entry.SerializeAsString();
  }
  pb::TxnRequest txn;
  IfCreated(&txn, LeaderKey(), term.revision);
  IfCreated(&txn, LogKey(number), 0);
  AddPut(txn.mutable_success(), LogKey(number), std::move(value));
  AddGet(txn.mutable_failure(), LogKey(number));
  SUYUAN_ASSIGN_OR_RETURN(const pb::TxnResponse response,
                          client_->Txn(txn, RetryPolicy::kSafeToRepeat, deadline));
  if (response.succeeded()) return absl::OkStatus();
  const auto& found = response.responses(0).response_range();
  if (found.kvs_size() == 0) {
    return absl::FailedPreconditionError("another orderer leads now");
  }
  ordering::LogEntry there;
  if (!there.ParseFromString(found.kvs(0).value()))
    return BadValue(LogKey(number), "not a LogEntry");
  if (there.nonce() == nonce) return absl::OkStatus();
  return absl::AbortedError(
      absl::StrCat("batch ", number, " is another one, of ", there.proposer()));
}

absl::StatusOr<EtcdLog::Campaign> EtcdLog::TryLead(const std::string& name, int64_t lease,
                                                   absl::Time deadline) {
  pb::TxnRequest txn;
  IfCreated(&txn, LeaderKey(), 0);
  AddPut(txn.mutable_success(), LeaderKey(), name, lease);
  AddGet(txn.mutable_failure(), LeaderKey());
  SUYUAN_ASSIGN_OR_RETURN(const pb::TxnResponse response,
                          client_->Txn(txn, RetryPolicy::kSafeToRepeat, deadline));
  Campaign campaign;
  campaign.revision = response.header().revision();
  if (response.succeeded()) {
    campaign.won = LeaderTerm{name, response.header().revision()};
    campaign.leader = name;
    return campaign;
  }
  const auto& found = response.responses(0).response_range();
  if (found.kvs_size() == 0) return campaign;
  const auto& kv = found.kvs(0);
  campaign.leader = kv.value();
  // Ours already: an answer that got lost, or this lease's term going on.
  if (kv.lease() == lease) campaign.won = LeaderTerm{name, kv.create_revision()};
  return campaign;
}

absl::Status EtcdLog::Resign(const LeaderTerm& term, absl::Time deadline) {
  pb::TxnRequest txn;
  IfCreated(&txn, LeaderKey(), term.revision);
  AddDelete(txn.mutable_success(), LeaderKey(), "");
  return client_->Txn(txn, RetryPolicy::kSafeToRepeat, deadline).status();
}

absl::Status EtcdLog::Report(const std::string& name, uint64_t blocks, int64_t lease,
                             absl::Time deadline) {
  pb::TxnRequest txn;
  AddPut(txn.mutable_success(), absl::StrCat(root_, "live/", name), "", lease);
  AddPut(txn.mutable_success(), absl::StrCat(root_, "stored/", name), absl::StrCat(blocks));
  return client_->Txn(txn, RetryPolicy::kSafeToRepeat, deadline).status();
}

absl::StatusOr<LogProgress> EtcdLog::Progress(absl::Time deadline) {
  const std::string live = root_ + "live/", stored = root_ + "stored/", first = root_ + "first";
  pb::TxnRequest txn;
  AddGet(txn.mutable_success(), first);
  AddGet(txn.mutable_success(), stored, PrefixEnd(stored));
  AddGet(txn.mutable_success(), live, PrefixEnd(live));
  SUYUAN_ASSIGN_OR_RETURN(const pb::TxnResponse response,
                          client_->Txn(txn, RetryPolicy::kSafeToRepeat, deadline));
  LogProgress progress;
  for (const auto& kv : response.responses(0).response_range().kvs()) {
    SUYUAN_ASSIGN_OR_RETURN(progress.first, ParseDecimal(kv.key(), kv.value()));
  }
  for (const auto& kv : response.responses(1).response_range().kvs()) {
    SUYUAN_ASSIGN_OR_RETURN(progress.stored[kv.key().substr(stored.size())],
                            ParseDecimal(kv.key(), kv.value()));
  }
  for (const auto& kv : response.responses(2).response_range().kvs()) {
    progress.live.insert(kv.key().substr(live.size()));
  }
  return progress;
}

absl::StatusOr<int64_t> EtcdLog::Trim(uint64_t first, const LeaderTerm& term, absl::Time deadline) {
  pb::TxnRequest txn;
  IfCreated(&txn, LeaderKey(), term.revision);
  AddDelete(txn.mutable_success(), LogPrefix(), LogKey(first));
  AddDelete(txn.mutable_success(), root_ + "part/", PartsPrefix(first));
  AddPut(txn.mutable_success(), root_ + "first", absl::StrCat(first));
  SUYUAN_ASSIGN_OR_RETURN(const pb::TxnResponse response,
                          client_->Txn(txn, RetryPolicy::kSafeToRepeat, deadline));
  if (!response.succeeded()) return absl::FailedPreconditionError("another orderer leads now");
  return response.header().revision();
}

absl::Status EtcdLog::Compact(int64_t revision, absl::Time deadline) {
  pb::CompactionRequest compact;
  compact.set_revision(revision);
  const absl::Status compacted = client_->Compact(compact, deadline).status();
  // Somebody else on the same engine may have compacted further.
  return absl::IsOutOfRange(compacted) ? absl::OkStatus() : compacted;
}

}  // namespace suyuan
