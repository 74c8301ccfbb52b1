// The append-only chain of one channel's blocks, in files with checksums. The
// truth of a node: state, index and history can be rebuilt from it (FORMAT.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "protos/common/common.pb.h"

namespace suyuan {

struct BlockStoreOptions {
  // A new file is begun past this size.
  uint64_t max_file_bytes = 64u << 20;
  // A block larger than this is refused (and taken for damage when read).
  uint64_t max_block_bytes = 256u << 20;
};

// What a reader of blocks needs: peers and orderers serve their streams from it.
// Thread-safe.
class BlockSource {
 public:
  virtual ~BlockSource() = default;
  // Blocks stored; so also the number the next block will carry.
  virtual uint64_t Height() const = 0;
  // The serialised common.Block as stored. kNotFound if `number` >= Height().
  //   kDataLoss  the block is damaged; names it
  virtual absl::StatusOr<std::string> GetBytes(uint64_t number) const = 0;
  absl::StatusOr<::common::Block> Get(uint64_t number) const;
  // Calls `listener(height)` after each append, from the appending thread, until
  // the returned handle is destroyed (which waits for a running call). Listeners
  // must be quick and must not call back into the store's AddListener.
  virtual std::shared_ptr<void> AddListener(std::function<void(uint64_t height)> listener) = 0;
};

// Thread-safe; Append() calls must not overlap. Readers see a block only after its
// Append() returned OK.
class BlockStore : public BlockSource {
 public:
  // Opens or creates the store in `dir`, dropping a torn last block.
  //   kDataLoss            an earlier block fails its checksum
  //   kFailedPrecondition  another process holds `dir`
  static absl::StatusOr<std::unique_ptr<BlockStore>> Open(const std::filesystem::path& dir,
                                                          const BlockStoreOptions& options = {});

  // Durable (fdatasync) once OK.
  //   kInvalidArgument  number is not Height(), wrong previous_hash or data_hash;
  //                     nothing changed
  //   kUnavailable, kResourceExhausted
  //                     I/O failed; reopen before appending again
  virtual absl::Status Append(const ::common::Block& block) = 0;

  // BlockHeaderHash of the last block; empty when there is none.
  virtual std::string LastHash() const = 0;
  // Blocks by header hash. kNotFound when unknown.
  virtual absl::StatusOr<uint64_t> NumberByHash(absl::string_view header_hash) const = 0;
};

}  // namespace suyuan
