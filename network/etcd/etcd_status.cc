#include "network/etcd/etcd_status.h"

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "network/etcd/etcd_client.h"

namespace suyuan {
namespace {

constexpr char kOutcomeUnknownUrl[] = "suyuan.etcd.OutcomeUnknown";

// Texts whose meaning etcd's code does not tell. The first found within the text counts.
struct Text {
  absl::string_view part;
  absl::StatusCode code;
  bool elsewhere;
  bool maybe_done;
};
constexpr Text kTexts[] = {
    // Refused before anything was proposed.
    {"etcdserver: no leader", absl::StatusCode::kUnavailable, true, false},
    {"etcdserver: rpc not supported for learner", absl::StatusCode::kUnavailable, true, false},
    {"etcdserver: not capable", absl::StatusCode::kUnavailable, true, false},
    {"etcdserver: too many requests", absl::StatusCode::kUnavailable, true, false},
    {"raft proposal dropped", absl::StatusCode::kUnavailable, true, false},
    // Users or roles changed between the look at the permission and the deed.
    {"etcdserver: revision of auth store is old", absl::StatusCode::kUnavailable, true, false},
    // gRPC: the request never left.
    {"failed to connect to all addresses", absl::StatusCode::kUnavailable, true, false},
    {"DNS resolution failed", absl::StatusCode::kUnavailable, true, false},

    {"raft: stopped", absl::StatusCode::kUnavailable, true, true},

    // Re-configuration is refused while members are missing.
    {"etcdserver: unhealthy cluster", absl::StatusCode::kFailedPrecondition, false, false},
    {"not enough started members", absl::StatusCode::kFailedPrecondition, false, false},
    // No user by the certificate's common name.
    {"etcdserver: user name is empty", absl::StatusCode::kUnauthenticated, false, false},
    {"etcdserver: authentication failed", absl::StatusCode::kUnauthenticated, false, false},
    // gRPC's own limits, on either side.
    {"message larger than max", absl::StatusCode::kInvalidArgument, false, false},
};

// With TLS 1.3 a member refuses a certificate after its client thinks that all is well:
// gRPC then sees a connection that ends for no reason.
std::string WithHint(const std::string& text) {
  for (const absl::string_view part :
       {"Endpoint read failed", "Socket closed", "Connection reset by peer"}) {
    if (!absl::StrContains(text, part)) continue;
    return absl::StrCat(text, " (if it stays so: does the member accept this certificate?)");
  }
  return text;
}

EtcdVerdict JudgeCode(const grpc::Status& status) {
  const std::string& text = status.error_message();
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:  // etcd's time-outs, a broken connection
    case grpc::StatusCode::CANCELLED:    // the stream was reset
    case grpc::StatusCode::INTERNAL:
    case grpc::StatusCode::ABORTED:
      return {absl::UnavailableError(WithHint(text)), true, true};
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return {absl::DeadlineExceededError(text), true, true};
    case grpc::StatusCode::UNKNOWN:
      return {absl::UnknownError(text), false, true};
    default:
      return {absl::Status(static_cast<absl::StatusCode>(status.error_code()), text), false, false};
  }
}

}  // namespace

EtcdVerdict JudgeAnswer(const grpc::Status& status) {
  if (status.ok()) return {};
  for (const Text& text : kTexts) {
    if (!absl::StrContains(status.error_message(), text.part)) continue;
    return {absl::Status(text.code, WithHint(status.error_message())), text.elsewhere,
            text.maybe_done};
  }
  return JudgeCode(status);
}

absl::Status JudgeWatchCancel(int64_t compact_revision, absl::string_view reason) {
  if (compact_revision != 0 || absl::StrContains(reason, "has been compacted")) {
    return absl::OutOfRangeError(absl::StrCat(
        "the revision to watch from is compacted; the oldest left is ", compact_revision));
  }
  if (absl::StrContains(reason, "permission denied")) return absl::PermissionDeniedError(reason);
  if (absl::StrContains(reason, "user name is empty")) return absl::UnauthenticatedError(reason);
  if (absl::StrContains(reason, "watcher range is empty")) {
    return absl::InvalidArgumentError(reason);
  }
  return absl::OkStatus();
}

absl::Status MarkOutcomeUnknown(absl::Status status) {
  if (!status.ok()) status.SetPayload(kOutcomeUnknownUrl, absl::Cord());
  return status;
}

bool OutcomeUnknown(const absl::Status& status) {
  return status.GetPayload(kOutcomeUnknownUrl).has_value();
}

}  // namespace suyuan
