// The open queries of one chaincode call, read by the chaincode in batches.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "network/ledger/simulator.h"
#include "protos/peer/chaincode_shim.pb.h"

namespace suyuan {

// The next result, serialised (queryresult.KV or KeyModification); nullopt at the end.
using NextResult = std::function<absl::StatusOr<std::optional<std::string>>()>;

NextResult RangeResults(std::string ns, std::unique_ptr<StateIterator> iterator);
NextResult HistoryResults(std::unique_ptr<HistoryIterator> iterator);
// One queryresult.KV.
std::string KeyValueBytes(absl::string_view ns, const KeyValue& entry);

// Not thread-safe.
class QueryResults {
 public:
  explicit QueryResults(int64_t total_limit) : total_limit_(total_limit) {}

  // The first batch of a new query.
  absl::StatusOr<::protos::QueryResponse> Open(NextResult next);
  // A further batch of an open one.
  //   kNotFound  "query iterator not found"
  absl::StatusOr<::protos::QueryResponse> Next(const std::string& id);
  // Unknown ids are closed already.
  ::protos::QueryResponse Close(const std::string& id);
  void CloseAll() { open_.clear(); }

 private:
  struct Query {
    NextResult next;
    std::optional<std::string> ahead;  // read, not given out
    int64_t given = 0;
  };
  absl::StatusOr<::protos::QueryResponse> Batch(const std::string& id);

  const int64_t total_limit_;
  int64_t last_id_ = 0;
  std::map<std::string, Query> open_;
};

}  // namespace suyuan
