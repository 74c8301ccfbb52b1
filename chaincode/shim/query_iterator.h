// Results of a query as the peer hands them out: a first batch, then
// QUERY_STATE_NEXT while there are more.
#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "chaincode/shim/stub.h"
#include "chaincode/shim/transport.h"
#include "network/common/status_macros.h"
#include "protos/ledger/queryresult/kv_query_result.pb.h"
#include "protos/peer/chaincode_shim.pb.h"

namespace suyuan {

//   kFailedPrecondition  the peer's answer is malformed
absl::StatusOr<::protos::QueryResponse> ParseQueryResponse(const std::string& bytes);
absl::StatusOr<KeyValue> ParseResult(const std::string& bytes, const KeyValue*);
absl::StatusOr<KeyModification> ParseResult(const std::string& bytes, const KeyModification*);

template <typename T>
class QueryIterator : public ResultIterator<T> {
 public:
  QueryIterator(ChaincodeTransport* transport, ::protos::QueryResponse first)
      : transport_(transport), batch_(std::move(first)) {}
  ~QueryIterator() override { Close().IgnoreError(); }

  absl::StatusOr<std::optional<T>> Next() override {
    if (next_ >= batch_.results_size()) {
      if (closed_ || !batch_.has_more()) return std::optional<T>();
      SUYUAN_RETURN_IF_ERROR(Fetch());
      if (batch_.results().empty()) return std::optional<T>();
    }
    SUYUAN_ASSIGN_OR_RETURN(T result, ParseResult(batch_.results(next_++).resultbytes(),
                                                  static_cast<const T*>(nullptr)));
    return std::optional<T>(std::move(result));
  }

  absl::Status Close() override {
    if (closed_) return absl::OkStatus();
    closed_ = true;
    // A peer frees an iterator by itself once it handed out the last batch.
    if (!batch_.has_more()) return absl::OkStatus();
    ::protos::QueryStateClose close;
    close.set_id(batch_.id());
    next_ = batch_.results_size();
    return transport_
        ->Request(::protos::ChaincodeMessage::QUERY_STATE_CLOSE, close.SerializeAsString())
        .status();
  }

 private:
  absl::Status Fetch() {
    ::protos::QueryStateNext next;
    next.set_id(batch_.id());
    SUYUAN_ASSIGN_OR_RETURN(const std::string bytes,
                            transport_->Request(::protos::ChaincodeMessage::QUERY_STATE_NEXT,
                                                next.SerializeAsString()));
    SUYUAN_ASSIGN_OR_RETURN(batch_, ParseQueryResponse(bytes));
    next_ = 0;
    return absl::OkStatus();
  }

  ChaincodeTransport* transport_;
  ::protos::QueryResponse batch_;
  int next_ = 0;
  bool closed_ = false;
};

}  // namespace suyuan
