// Chaincode as a service: the chaincode is a gRPC server, this peer dials it and
// runs many transactions side by side on one stream (protos.Chaincode/Connect).
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "network/common/thread_pool.h"
#include "network/peer/chaincode/runtime.h"

namespace suyuan {

// connection.json of a package.
struct ExternalConnection {
  std::string address;  // host:port
  absl::Duration dial_timeout = absl::Seconds(10);
  bool tls_required = false;
  bool client_auth_required = false;
  std::string root_cert, client_cert, client_key;  // PEM
};
//   kInvalidArgument  names the field
absl::StatusOr<ExternalConnection> ParseExternalConnection(absl::string_view json);

struct ExternalRuntimeDeps {
  std::string package_id;  // the name under which the chaincode must register
  ExternalConnection connection;
  ThreadPool* requests = nullptr;  // answers requests; its tasks never wait for a chaincode
  ThreadPool* calls = nullptr;     // answers INVOKE_CHAINCODE, which waits
  // A connection (TLS included) that takes longer is given up; the dial timeout is for
  // the registration too. A transaction waits meanwhile, and may do better on another peer.
  absl::Duration connect_timeout = absl::Seconds(3);
};

// Dials on the first call, and again after the stream was lost; one attempt, shared by
// the calls that come meanwhile. Failures:
//   kUnavailable       cannot be reached: at once when the connection is refused, else
//                      after the connect timeout, names address and reason; did not
//                      register within the dial timeout; "chaincode stream terminated"
//                      when the stream was lost during the call
//   kDeadlineExceeded  "timeout expired while executing transaction"
//   kInternal          "transaction returned with failure: TEXT"
std::shared_ptr<ChaincodeRuntime> MakeExternalRuntime(ExternalRuntimeDeps deps);

}  // namespace suyuan
