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
#include "absl/time/time.h"
#include "network/common/clock.h"
#include "network/common/file_util.h"
#include "protos/common/common.pb.h"

namespace suyuan {

struct BlockStoreOptions {
  // A new file is begun past this size.
  uint64_t max_file_bytes = 64u << 20;
  // A block larger than this is refused (and taken for damage when read).
  uint64_t max_block_bytes = 256u << 20;
  // A last block that was stored whole and is cut short now: true drops it, for a node
  // that gets it again from others; false refuses to open, for nobody may have it but
  // those whom it was promised.
  bool drop_lost_block = false;
  // Told how long each sync of a block took, from the appending thread.
  std::function<void(absl::Duration)> on_sync;
  // Makes what was written to a file durable; tests put slow and failing disks here.
  std::function<absl::Status(int fd, const std::filesystem::path&)> sync = SyncData;
  const Clock* clock = Clock::System();  // for the length of syncs alone
};

// An append that syncs for longer is told of in the log.
inline constexpr absl::Duration kSlowSync = absl::Seconds(1);

// What an operator does about a failure of a store, for the end of a message: "make
// room and restart the node"; empty when there is no telling.
std::string WhatToDo(const absl::Status& failure);
// `failure` with that at its end.
absl::Status WithAdvice(const absl::Status& failure);

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
  // Opens or creates the store in `dir`, dropping a torn last block. The blocks of the
  // last two files are read and checked; older ones when they are asked for.
  //   kDataLoss            a block fails its checksum; names it, file and place
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
