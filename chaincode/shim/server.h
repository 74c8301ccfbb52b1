// Runs a chaincode as a process of its own that peers dial (Fabric's
// chaincode-as-a-service): the same chaincode object that a module would hold.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "chaincode/shim/chaincode.h"

namespace suyuan {

struct ChaincodeServerOptions {
  std::string address = "127.0.0.1:0";  // port 0: any free port
  std::string chaincode_id;             // the package id that peers know it by
  // TLS when both are set; with `client_roots` peers must present a certificate
  // that chains to it.
  std::filesystem::path tls_certificate;
  std::filesystem::path tls_key;
  std::filesystem::path client_roots;
  // Transactions that run at once: each holds a thread while it waits for the peer.
  int threads = 32;
  // Transactions waiting for a thread; more are refused with an ERROR.
  size_t max_queued = 10'000;
};

// Serves any number of peers, each on its own stream. Stops in the destructor.
class ChaincodeServer {
 public:
  // `chaincode` must outlive the server.
  //   kInvalidArgument  no chaincode_id; a TLS file is unusable (named)
  //   kUnavailable      the address cannot be bound; names it
  static absl::StatusOr<std::unique_ptr<ChaincodeServer>> Start(
      const ChaincodeServerOptions& options, Chaincode* chaincode);
  virtual ~ChaincodeServer() = default;
  // "host:port" as bound.
  virtual const std::string& address() const = 0;
};

// main() of a chaincode program:
//   PROGRAM --address HOST:PORT --chaincode-id ID [--tls-cert F --tls-key F
//           [--client-roots F]] [--threads N] [--ready-file F]
// Serves until SIGTERM or SIGINT. Fabric's environment variables
// CHAINCODE_SERVER_ADDRESS and CHAINCODE_ID stand in for the first two.
int RunChaincodeServer(int argc, char** argv, Chaincode& chaincode);

}  // namespace suyuan
