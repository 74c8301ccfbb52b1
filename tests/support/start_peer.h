// Peers of a test network beside those that scripts/network.sh starts.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "tests/support/administration.h"
#include "tests/support/process.h"

namespace suyuan {

struct PeerOptions {
  // Whose keys `suyuan crypto generate` has put into organizations/ORG/nodes/NODE.
  std::string org, node;
  std::string listen = "127.0.0.1:0";
  std::string settings;  // further lines of its config.yaml
};

struct StartedPeer {
  std::unique_ptr<Process> process;
  std::string endpoint;  // where it listens
};

// Starts a peer with an empty data folder; it is ready on return. Its files are in the
// network's folder, under NODE.ORG. An error quotes what it wrote.
absl::StatusOr<StartedPeer> StartPeer(const Administration& admins, const PeerOptions& options);

}  // namespace suyuan
