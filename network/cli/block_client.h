// Blocks from a node, as a signing identity that may read the channel.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "network/cli/node_address.h"
#include "network/msp/identity.h"
#include "protos/common/common.pb.h"
#include "protos/orderer/ab.pb.h"

namespace suyuan {

// A signed request for blocks, with the present time.
absl::StatusOr<::common::Envelope> MakeSeekEnvelope(const std::string& channel_id,
                                                    const ::orderer::SeekInfo& seek,
                                                    const SigningIdentity& reader);

// One stream of blocks. Not thread-safe.
class BlockStream {
 public:
  virtual ~BlockStream() = default;
  // Waits for the next one.
  //   kOutOfRange         all that was asked for has been read
  //   kNotFound           no such channel or block
  //   kPermissionDenied   the identity may not read
  //   kDeadlineExceeded   nothing came before the deadline of the stream
  //   others              the node can't be reached; every error names it
  virtual absl::StatusOr<::common::Block> Next() = 0;
};

enum class NodeKind { kOrderer, kPeer };

struct BlockSource {
  NodeKind kind = NodeKind::kPeer;
  NodeAddress address;
  std::string channel_id;
  std::shared_ptr<const SigningIdentity> reader;
};

//   any error  names the file
absl::StatusOr<std::unique_ptr<BlockStream>> OpenBlocks(const BlockSource& source,
                                                        const ::orderer::SeekInfo& seek,
                                                        absl::Time deadline);

// As BlockStream::Next().
absl::StatusOr<::common::Block> FetchNewestBlock(const BlockSource& source, absl::Time deadline);
absl::StatusOr<::common::Block> FetchBlock(const BlockSource& source, uint64_t number,
                                           absl::Time deadline);
// The block with the configuration in force.
absl::StatusOr<::common::Block> FetchConfigBlock(const BlockSource& source, absl::Time deadline);

// Waits for the effect of one configuration update on one node.
class ConfigWatch {
 public:
  // Returns when the node sends its blocks: an update sent from now on is seen.
  static absl::StatusOr<std::unique_ptr<ConfigWatch>> Start(const BlockSource& source,
                                                            absl::Time deadline);
  // The block that `update` (a CONFIG_UPDATE envelope) led to.
  //   kDeadlineExceeded  it is not there
  absl::StatusOr<::common::Block> Await(const ::common::Envelope& update);

 private:
  ConfigWatch(std::unique_ptr<BlockStream> stream, std::string endpoint)
      : stream_(std::move(stream)), endpoint_(std::move(endpoint)) {}
  const std::unique_ptr<BlockStream> stream_;
  const std::string endpoint_;
};

}  // namespace suyuan
