#include "network/rpc/status_mapping.h"

#include <catch2/catch.hpp>

#include "absl/strings/cord.h"

namespace suyuan {
namespace {

TEST_CASE("Code, message and details survive the way over gRPC and back", "[status_mapping]") {
  absl::Status status = absl::AbortedError("no");
  status.SetPayload(kStatusDetailsUrl, absl::Cord("details"));
  const grpc::Status wire = ToGrpc(status);
  CHECK(wire.error_code() == grpc::StatusCode::ABORTED);
  CHECK(wire.error_details() == "details");
  CHECK(FromGrpc(wire) == status);
  CHECK(FromGrpc(ToGrpc(absl::OkStatus())).ok());
}

}  // namespace
}  // namespace suyuan
