#include "chaincode/shim/query_iterator.h"

namespace suyuan {

absl::StatusOr<::protos::QueryResponse> ParseQueryResponse(const std::string& bytes) {
  ::protos::QueryResponse response;
  if (!response.ParseFromString(bytes)) {
    return absl::FailedPreconditionError("peer sent a malformed QueryResponse");
  }
  return response;
}

absl::StatusOr<KeyValue> ParseResult(const std::string& bytes, const KeyValue*) {
  ::queryresult::KV kv;
  if (!kv.ParseFromString(bytes)) {
    return absl::FailedPreconditionError("peer sent a malformed query result");
  }
  return KeyValue{std::move(*kv.mutable_key()), std::move(*kv.mutable_value())};
}

absl::StatusOr<KeyModification> ParseResult(const std::string& bytes, const KeyModification*) {
  ::queryresult::KeyModification in;
  if (!in.ParseFromString(bytes)) {
    return absl::FailedPreconditionError("peer sent a malformed history result");
  }
  KeyModification out;
  out.tx_id = std::move(*in.mutable_tx_id());
  out.value = std::move(*in.mutable_value());
  out.timestamp =
      absl::FromUnixSeconds(in.timestamp().seconds()) + absl::Nanoseconds(in.timestamp().nanos());
  out.is_delete = in.is_delete();
  return out;
}

}  // namespace suyuan
