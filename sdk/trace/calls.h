// How the typed clients reach the trace chaincode, and what every answer of theirs has.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "sdk/gateway.h"

namespace suyuan::sdk::trace {

// A JSON object of fields whose names a data model or a rule gives, e.g. {"name": "酱油"}.
using Fields = nlohmann::json;

// Where a transaction is on the ledger. It is valid.
struct Recorded {
  std::string transaction_id;
  uint64_t block = 0;
};

template <typename T>
struct RecordedResult {
  Recorded at;
  T value;
};

// Thread-safe, as implementations must be.
class Calls {
 public:
  virtual ~Calls() = default;
  // `function`: "CONTRACT:FUNCTION".
  virtual absl::StatusOr<std::string> Ask(absl::string_view function,
                                          const ProposalOptions& proposal) = 0;
  virtual absl::StatusOr<RecordedResult<std::string>> Record(absl::string_view function,
                                                             const ProposalOptions& proposal) = 0;
};
using CallsPtr = std::shared_ptr<Calls>;

// Over a gateway: Record() returns once the transaction is in a block.
//   errors: GetGatewayError(); kAborted with Step::kCommit when it was found invalid
// `timeout` is each call's, all its steps together.
CallsPtr NewCalls(Network network, absl::string_view chaincode = "trace",
                  absl::Duration timeout = absl::Seconds(60));

namespace internal {

// Reads an answer. What throws in there is told as
//   kInternal  "FUNCTION answered something else than expected: WHY"
template <typename T>
absl::StatusOr<T> Read(absl::string_view function, const std::string& answer,
                       const std::function<T(const nlohmann::json&)>& read) {
  try {
    return read(nlohmann::json::parse(answer));
  } catch (const nlohmann::json::exception& e) {
    return absl::InternalError(std::string(function) +
                               " answered something else than expected: " + e.what());
  }
}

template <typename T>
absl::StatusOr<T> AskFor(Calls& calls, absl::string_view function,
                         std::vector<std::string> arguments,
                         const std::function<T(const nlohmann::json&)>& read) {
  absl::StatusOr<std::string> answer = calls.Ask(function, {.arguments = std::move(arguments)});
  if (!answer.ok()) return answer.status();
  return Read<T>(function, *answer, read);
}

// `secret` (an object, or null) goes to endorsers alone.
ProposalOptions Propose(std::vector<std::string> arguments, const Fields& secret);

// A write without a result of its own.
absl::StatusOr<Recorded> Write(Calls& calls, absl::string_view function,
                               std::vector<std::string> arguments, const Fields& secret = nullptr);

template <typename T>
absl::StatusOr<RecordedResult<T>> WriteFor(Calls& calls, absl::string_view function,
                                           std::vector<std::string> arguments,
                                           const std::function<T(const nlohmann::json&)>& read) {
  auto written = calls.Record(function, {.arguments = std::move(arguments)});
  if (!written.ok()) return written.status();
  absl::StatusOr<T> value = Read<T>(function, written->value, read);
  if (!value.ok()) return value.status();
  return RecordedResult<T>{std::move(written->at), *std::move(value)};
}

// `fields` with what is given and not empty.
void Set(Fields* fields, const char* name, const std::string& text);
void Set(Fields* fields, const char* name, const std::vector<std::string>& texts);

}  // namespace internal
}  // namespace suyuan::sdk::trace
