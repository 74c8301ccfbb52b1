// suyuan-peer: endorses, validates and keeps the ledgers of its organisation.
#include <sys/stat.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <iostream>
#include <string>

#include "network/common/log.h"
#include "network/common/status_macros.h"
#include "network/peer/node.h"
#include "network/peer/options.h"
#include "network/rpc/operations.h"

namespace {

absl::Status Run(const std::string& config, const std::string& ready_file) {
  SUYUAN_ASSIGN_OR_RETURN(const suyuan::PeerOptions options, suyuan::LoadPeerOptions(config));
  SUYUAN_RETURN_IF_ERROR(suyuan::SetLogSpec(options.log), "log");
  SUYUAN_ASSIGN_OR_RETURN(const auto node, suyuan::PeerNode::Start(options));
  SUYUAN_RETURN_IF_ERROR(
      suyuan::WriteReadyFile(ready_file, node->address(), node->operations_address()));
  const suyuan::Log log("peer");
  log.Info("serving", {{"name", options.name},
                       {"listen", node->address()},
                       {"operations", node->operations_address()}});
  suyuan::AwaitStopSignal();
  log.Info("stopping", {{"name", options.name}});
  return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
  ::umask(0077);  // what a node keeps, it keeps for its own user
  suyuan::PrepareProcess();
  CLI::App app("suyuan-peer: endorses, validates and keeps the ledgers of its organisation");
  app.name("suyuan-peer");
  app.footer("Every key of the file is explained in network/OPERATORS.md. SIGTERM stops it.");
  std::string config, ready_file;
  app.add_option("--config", config, "YAML file of this peer")->required();
  app.add_option("--ready-file", ready_file, "written when channels are open and services listen");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  const absl::Status status = Run(config, ready_file);
  if (status.ok()) return 0;
  std::cerr << "suyuan-peer: " << status.message() << "\n";
  return 1;
}
