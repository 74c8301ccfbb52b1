// Pulls a channel's blocks from its orderers, in order, and checks each before it is
// handed on. An orderer that sends nothing while others have more is left for one of
// them, one whose blocks do not verify is left alone for a while; when no orderer can be
// reached, peers of the own organisation are asked, and believed no more than orderers.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "network/channel/channel_config.h"
#include "network/common/clock.h"
#include "network/deliver/block_nodes.h"
#include "network/deliver/seek_envelope.h"
#include "network/ledger/block_store.h"
#include "network/msp/identity.h"
#include "network/rpc/credentials.h"
#include "protos/common/common.pb.h"

namespace suyuan {

struct BlockFetcherDeps {
  std::shared_ptr<const SigningIdentity> signer;  // signs the seeks
  std::optional<TlsIdentity> tls;                 // presented to the orderers
  const Clock* clock = Clock::System();
  // "host:port" of the node itself, which must not fetch from itself; "" when it is none
  // of the channel's endpoints.
  std::string own_address;
  // "host:port" of orderers that are asked besides those of the configuration.
  std::vector<std::string> orderers;
  // A newer configuration than the blocks lead to yet, nullptr when none is known: until they
  // do, its orderers are asked too, for those of long ago may be gone. It judges no block.
  ChannelConfigPtr newer;
  // Between two attempts, doubling, when every endpoint has failed.
  absl::Duration first_backoff = absl::Milliseconds(50);
  absl::Duration max_backoff = absl::Seconds(2);
  // After such a silence another node is asked whether it has more.
  absl::Duration probe_after = absl::Seconds(3);
  // How long a node whose blocks did not verify is left alone at first; doubles.
  absl::Duration first_distrust = absl::Seconds(10);
  // Asked after some rounds without any orderer. A peer is left when it has been silent
  // for `neighbour_silence`, and after `neighbour_visit` in any case, for the orderers.
  NeighbourOptions neighbours;
  absl::Duration neighbour_silence = absl::Seconds(1);
  absl::Duration neighbour_visit = absl::Seconds(10);
};

// Thread-safe. One thread of its own from Start() to the destructor, which cancels
// what is under way and waits for a running sink call.
class BlockFetcher {
 public:
  // Takes the next block, already checked: number, previous hash, data hash, and the
  // orderers' signatures against /Channel/Orderer/BlockValidation of the
  // configuration in force at it. Returns the configuration in force after it,
  // nullptr when that is the same as before: a config block counts only once whoever
  // keeps the blocks has judged it, so the sink waits for that. May block: no further
  // block is read meanwhile. An error ends the fetching for good; Status() tells it.
  using Sink = std::function<absl::StatusOr<ChannelConfigPtr>(::common::Block block)>;

  // Fetches from `blocks.Height()` on (read at Start(); the last block's hash too).
  // `config`: in force after that block. The endpoints are the Endpoints of the
  // orderer organisations (or the channel-wide addresses when there are none), the first
  // one chosen at random, the TLS roots those of the orderer organisations' MSPs; a newer
  // configuration's are used from the next attempt on.
  static std::unique_ptr<BlockFetcher> Create(ChannelConfigPtr config, const BlockSource& blocks,
                                              BlockFetcherDeps deps, Sink sink);
  virtual ~BlockFetcher() = default;
  virtual void Start() = 0;
  // OK while connected to an orderer or before the first attempt; else how the last
  // attempt to reach one ended, with its endpoint.
  virtual absl::Status Status() const = 0;
};

}  // namespace suyuan
