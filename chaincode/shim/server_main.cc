#include <CLI/CLI.hpp>
#include <iostream>

#include "chaincode/shim/server.h"
#include "network/common/log.h"
#include "network/rpc/operations.h"

namespace suyuan {
namespace {

absl::Status Serve(const ChaincodeServerOptions& options, const std::string& ready_file,
                   Chaincode& chaincode) {
  auto server = ChaincodeServer::Start(options, &chaincode);
  if (!server.ok()) return server.status();
  Log("chaincode")
      .Info("serving", {{"address", (*server)->address()}, {"chaincodeId", options.chaincode_id}});
  if (const absl::Status ready = WriteReadyFile(ready_file, (*server)->address(), "");
      !ready.ok()) {
    return ready;
  }
  AwaitStopSignal();
  return absl::OkStatus();
}

}  // namespace

int RunChaincodeServer(int argc, char** argv, Chaincode& chaincode) {
  ChaincodeServerOptions options;
  std::string ready_file;
  CLI::App app("A chaincode as a process of its own, which peers dial");
  app.add_option("--address", options.address, "host:port to listen on")
      ->envname("CHAINCODE_SERVER_ADDRESS")
      ->capture_default_str();
  app.add_option("--chaincode-id", options.chaincode_id, "package id of the installed package")
      ->envname("CHAINCODE_ID")
      ->required();
  app.add_option("--tls-cert", options.tls_certificate, "PEM file; without it there is no TLS");
  app.add_option("--tls-key", options.tls_key, "PEM file");
  app.add_option("--client-roots", options.client_roots,
                 "PEM file; peers must present a certificate that chains to it");
  app.add_option("--threads", options.threads, "transactions that run at once")
      ->capture_default_str()
      ->check(CLI::Range(1, 1024));
  app.add_option("--ready-file", ready_file, "written once the server listens");
  CLI11_PARSE(app, argc, argv);

  PrepareProcess();
  if (const absl::Status status = Serve(options, ready_file, chaincode); !status.ok()) {
    std::cerr << argv[0] << ": " << status.message() << "\n";
    return 1;
  }
  return 0;
}

}  // namespace suyuan
