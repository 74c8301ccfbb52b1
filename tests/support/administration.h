// A test network as its administrators handle it: the tool `suyuan`, with their keys.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/support/process.h"
#include "tests/support/test_network.h"

namespace suyuan {

using Words = std::vector<std::string>;

// Joins lists of words into one.
Words Join(std::initializer_list<Words> lists);
// Flags of a chaincode's first definition on a channel: version 1.0, sequence 1.
Words FirstDefinition(const std::string& channel, const std::string& name);

// Not thread-safe: files in the network's folder have fixed names. The network outlives it.
class Administration {
 public:
  explicit Administration(const TestNetwork& network) : network_(network) {}

  const TestNetwork& network() const { return network_; }
  // A file of the network's folder; of the organisation's folder with its keys.
  std::string Path(const std::string& name) const { return (network_.dir() / name).string(); }
  std::string KeyPath(const std::string& org, const std::string& rest) const;
  // As scripts/network.sh names them; also of organisations that are not in it yet.
  std::string MspId(const std::string& org) const;

  // Runs `suyuan WORDS`.
  ToolResult Try(const Words& words) const { return RunTool("suyuan", words, network_.dir()); }
  // Its output; an error quotes it.
  absl::StatusOr<std::string> Run(const Words& words) const;

  // Flags: an organisation's administrator, the first orderer, an organisation's peer.
  Words Admin(const std::string& org) const;
  Words Orderer() const;
  Words Peer(const std::string& org) const;
  // The first orderer, for commands that need Peer() too.
  Words OrdererBesidePeer() const;

  // Writes the block with the configuration in force, as `node` (flags) has it.
  absl::Status FetchConfig(const Words& node, const std::string& file) const;
  // Submits the update file, with the signatures that it has, as the producer's and waits until
  // the peers of `orgs` have it; tries and waits for `timeout` (whole seconds).
  ToolResult Submit(const std::string& update, const std::vector<std::string>& orgs,
                    absl::Duration timeout) const;
  // Has the update file signed by administrators of `orgs`, submits it, and waits until every
  // peer has it.
  ToolResult SignAndSubmit(const std::string& update, const std::vector<std::string>& orgs) const;

  // Installs the package on a peer and approves, for its organisation, that `definition` (flags)
  // is run by it. `member`: flags of the peer and of its administrator.
  absl::Status InstallAndApprove(const std::string& package, const Words& definition,
                                 const Words& member) const;
  // The approvals and the commit of a definition, each organisation (in their order in
  // connection.json) running its own package.
  absl::Status Define(const std::string& name, const std::vector<std::string>& packages) const;

 private:
  const TestNetwork& network_;
};

}  // namespace suyuan
