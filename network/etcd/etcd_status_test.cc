#include "network/etcd/etcd_status.h"

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "network/etcd/etcd_client.h"

namespace suyuan {
namespace {

struct Case {
  grpc::StatusCode code;
  const char* text;
  absl::StatusCode expected;
  bool elsewhere;
  bool maybe_done;
};

TEST_CASE("Every answer of etcd has its code", "[etcd_status]") {
  using Grpc = grpc::StatusCode;
  using Absl = absl::StatusCode;
  const Case cases[] = {
      // The request was never taken up: another member may do it.
      {Grpc::UNAVAILABLE, "etcdserver: no leader", Absl::kUnavailable, true, false},
      {Grpc::UNAVAILABLE, "etcdserver: rpc not supported for learner", Absl::kUnavailable, true,
       false},
      {Grpc::UNKNOWN, "etcdserver: too many requests", Absl::kUnavailable, true, false},
      {Grpc::UNKNOWN, "raft proposal dropped", Absl::kUnavailable, true, false},
      {Grpc::INVALID_ARGUMENT, "etcdserver: revision of auth store is old", Absl::kUnavailable,
       true, false},
      {Grpc::UNAVAILABLE, "failed to connect to all addresses; last error: refused",
       Absl::kUnavailable, true, false},
      // It may have been.
      {Grpc::UNAVAILABLE, "etcdserver: request timed out", Absl::kUnavailable, true, true},
      {Grpc::UNAVAILABLE, "etcdserver: leader changed", Absl::kUnavailable, true, true},
      {Grpc::UNAVAILABLE, "etcdserver: server stopped", Absl::kUnavailable, true, true},
      {Grpc::UNAVAILABLE, "keepalive watchdog timeout", Absl::kUnavailable, true, true},
      {Grpc::INTERNAL, "Received RST_STREAM with error code 2", Absl::kUnavailable, true, true},
      {Grpc::DEADLINE_EXCEEDED, "Deadline Exceeded", Absl::kDeadlineExceeded, true, true},
      // A verdict, the same everywhere.
      {Grpc::RESOURCE_EXHAUSTED, "etcdserver: mvcc: database space exceeded",
       Absl::kResourceExhausted, false, false},
      {Grpc::RESOURCE_EXHAUSTED, "grpc: received message larger than max (3 vs. 2)",
       Absl::kInvalidArgument, false, false},
      {Grpc::INVALID_ARGUMENT, "etcdserver: request is too large", Absl::kInvalidArgument, false,
       false},
      {Grpc::OUT_OF_RANGE, "etcdserver: mvcc: required revision has been compacted",
       Absl::kOutOfRange, false, false},
      {Grpc::PERMISSION_DENIED, "etcdserver: permission denied", Absl::kPermissionDenied, false,
       false},
      {Grpc::INVALID_ARGUMENT, "etcdserver: user name is empty", Absl::kUnauthenticated, false,
       false},
      {Grpc::NOT_FOUND, "etcdserver: requested lease not found", Absl::kNotFound, false, false},
      {Grpc::UNAVAILABLE, "etcdserver: unhealthy cluster", Absl::kFailedPrecondition, false, false},
      {Grpc::UNKNOWN, "etcdserver: re-configuration failed due to not enough started members",
       Absl::kFailedPrecondition, false, false},
      {Grpc::DATA_LOSS, "etcdserver: corrupt cluster", Absl::kDataLoss, false, false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    const EtcdVerdict verdict = JudgeAnswer(grpc::Status(c.code, c.text));
    CHECK(verdict.status.code() == c.expected);
    CHECK(verdict.status.message() == c.text);
    CHECK(verdict.elsewhere == c.elsewhere);
    CHECK(verdict.maybe_done == c.maybe_done);
  }
  CHECK(JudgeAnswer(grpc::Status::OK).status.ok());
}

TEST_CASE("A watch ends for good only for what another stream would not mend", "[etcd_status]") {
  CHECK(absl::IsOutOfRange(JudgeWatchCancel(7, "")));
  CHECK(absl::IsPermissionDenied(JudgeWatchCancel(
      0, "rpc error: code = PermissionDenied desc = etcdserver: permission denied")));
  CHECK(JudgeWatchCancel(0, "etcdserver: no leader").ok());
  CHECK(JudgeWatchCancel(0, "").ok());
}

TEST_CASE("A connection that ends for no reason hints at what may be behind it", "[etcd_status]") {
  const EtcdVerdict verdict =
      JudgeAnswer(grpc::Status(grpc::StatusCode::UNAVAILABLE, "Socket closed"));
  CHECK(absl::StrContains(verdict.status.message(), "does the member accept this certificate"));
}

TEST_CASE("An unknown outcome is told apart", "[etcd_status]") {
  CHECK(OutcomeUnknown(MarkOutcomeUnknown(absl::UnavailableError("broken"))));
  CHECK_FALSE(OutcomeUnknown(absl::UnavailableError("broken")));
  CHECK_FALSE(OutcomeUnknown(absl::OkStatus()));
}

}  // namespace
}  // namespace suyuan
