#include "network/peer/chaincode/query_results.h"

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "protos/ledger/queryresult/kv_query_result.pb.h"

namespace suyuan {
namespace {

constexpr int kBatch = 100;
constexpr size_t kMaxOpen = 100;

std::string ModificationBytes(const KeyModification& m) {
  ::queryresult::KeyModification out;
  out.set_tx_id(m.tx_id);
  out.set_value(m.value);
  const absl::Duration since_epoch = m.timestamp - absl::UnixEpoch();
  const int64_t seconds = absl::ToUnixSeconds(m.timestamp);
  out.mutable_timestamp()->set_seconds(seconds);
  out.mutable_timestamp()->set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(since_epoch - absl::Seconds(seconds))));
  out.set_is_delete(m.is_delete);
  return out.SerializeAsString();
}

}  // namespace

std::string KeyValueBytes(absl::string_view ns, const KeyValue& entry) {
  ::queryresult::KV out;
  out.set_namespace_(std::string(ns));
  out.set_key(entry.key);
  out.set_value(entry.value.value);
  return out.SerializeAsString();
}

NextResult RangeResults(std::string ns, std::unique_ptr<StateIterator> iterator) {
  auto shared = std::shared_ptr<StateIterator>(std::move(iterator));
  return [ns = std::move(ns), shared]() -> absl::StatusOr<std::optional<std::string>> {
    SUYUAN_ASSIGN_OR_RETURN(const auto entry, shared->Next());
    if (!entry) return std::nullopt;
    return KeyValueBytes(ns, *entry);
  };
}

NextResult HistoryResults(std::unique_ptr<HistoryIterator> iterator) {
  auto shared = std::shared_ptr<HistoryIterator>(std::move(iterator));
  return [shared]() -> absl::StatusOr<std::optional<std::string>> {
    SUYUAN_ASSIGN_OR_RETURN(const auto entry, shared->Next());
    if (!entry) return std::nullopt;
    return ModificationBytes(*entry);
  };
}

absl::StatusOr<::protos::QueryResponse> QueryResults::Open(NextResult next) {
  if (open_.size() >= kMaxOpen) {
    return absl::ResourceExhaustedError(absl::StrCat("more than ", kMaxOpen, " open queries"));
  }
  const std::string id = absl::StrCat(++last_id_);
  open_[id].next = std::move(next);
  return Batch(id);
}

absl::StatusOr<::protos::QueryResponse> QueryResults::Next(const std::string& id) {
  if (!open_.contains(id)) return absl::NotFoundError("query iterator not found");
  return Batch(id);
}

::protos::QueryResponse QueryResults::Close(const std::string& id) {
  open_.erase(id);
  ::protos::QueryResponse response;
  response.set_id(id);
  return response;
}

absl::StatusOr<::protos::QueryResponse> QueryResults::Batch(const std::string& id) {
  Query& query = open_[id];
  ::protos::QueryResponse response;
  response.set_id(id);
  if (query.ahead) {
    response.add_results()->set_resultbytes(*std::move(query.ahead));
    query.ahead.reset();
    ++query.given;
  }
  // One is read ahead at a full batch, to know whether there is more.
  while (query.given < total_limit_) {
    SUYUAN_ASSIGN_OR_RETURN(auto result, query.next());
    if (!result) break;
    if (response.results_size() == kBatch) {
      query.ahead = std::move(result);
      response.set_has_more(true);
      return response;
    }
    response.add_results()->set_resultbytes(*std::move(result));
    ++query.given;
  }
  open_.erase(id);
  return response;
}

}  // namespace suyuan
