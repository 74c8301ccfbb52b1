#include "sdk/error.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "network/rpc/status_mapping.h"
#include "protos/gateway/gateway.pb.h"
#include "protos/google/rpc/status.pb.h"
#include "protos/peer/transaction.pb.h"
#include "sdk/internal/errors.h"

namespace suyuan::sdk {
namespace {

constexpr char kStepUrl[] = "suyuan.sdk/step";
constexpr char kTransactionUrl[] = "suyuan.sdk/transaction_id";
constexpr char kCodeUrl[] = "suyuan.sdk/validation_code";
constexpr char kBlockUrl[] = "suyuan.sdk/block_number";

constexpr struct {
  Step step;
  const char* name;
} kSteps[] = {{Step::kEvaluate, "evaluate"}, {Step::kEndorse, "endorse"},
              {Step::kSubmit, "submit"},     {Step::kCommitStatus, "commit status"},
              {Step::kCommit, "commit"},     {Step::kEvents, "events"}};

std::vector<ErrorDetail> DetailsOf(const absl::Status& status) {
  std::vector<ErrorDetail> details;
  const auto payload = status.GetPayload(kStatusDetailsUrl);
  ::google::rpc::Status rich;
  if (!payload || !rich.ParseFromString(std::string(*payload))) return details;
  for (const auto& any : rich.details()) {
    ::gateway::ErrorDetail detail;
    if (!detail.ParseFromString(any.value())) continue;
    details.push_back({detail.address(), detail.msp_id(), detail.message()});
  }
  return details;
}

template <typename Number>
Number NumberOf(const absl::Status& status, const char* url) {
  Number number = 0;
  const auto payload = status.GetPayload(url);
  if (payload && !absl::SimpleAtoi(std::string(*payload), &number)) return 0;
  return number;
}

}  // namespace

absl::string_view StepName(Step step) {
  for (const auto& s : kSteps) {
    if (s.step == step) return s.name;
  }
  return "?";
}

std::optional<GatewayError> GetGatewayError(const absl::Status& status) {
  const auto step = status.GetPayload(kStepUrl);
  if (!step) return std::nullopt;
  GatewayError error;
  for (const auto& s : kSteps) {
    if (*step == s.name) error.step = s.step;
  }
  if (const auto id = status.GetPayload(kTransactionUrl)) error.transaction_id = std::string(*id);
  error.details = DetailsOf(status);
  error.validation_code = NumberOf<int32_t>(status, kCodeUrl);
  error.block_number = NumberOf<uint64_t>(status, kBlockUrl);
  return error;
}

namespace internal {

absl::Status StepError(const absl::Status& status, Step step, const std::string& transaction_id) {
  std::string message = absl::StrCat(StepName(step), ": ", status.message());
  for (const ErrorDetail& detail : DetailsOf(status)) {
    absl::StrAppend(&message, "; ", detail.address, " (", detail.msp_id, "): ", detail.message);
  }
  absl::Status out(status.code(), message);
  status.ForEachPayload(
      [&out](absl::string_view url, const absl::Cord& payload) { out.SetPayload(url, payload); });
  out.SetPayload(kStepUrl, absl::Cord(StepName(step)));
  out.SetPayload(kTransactionUrl, absl::Cord(transaction_id));
  return out;
}

absl::Status CommitError(const CommitStatus& status) {
  const auto code = static_cast<::protos::TxValidationCode>(status.code);
  absl::Status out = StepError(
      absl::AbortedError(absl::StrCat(
          "transaction ", status.transaction_id, " in block ", status.block_number,
          " is invalid: ", ::protos::TxValidationCode_Name(code), " (", status.code, ")")),
      Step::kCommit, status.transaction_id);
  out.SetPayload(kCodeUrl, absl::Cord(absl::StrCat(status.code)));
  out.SetPayload(kBlockUrl, absl::Cord(absl::StrCat(status.block_number)));
  return out;
}

}  // namespace internal
}  // namespace suyuan::sdk
