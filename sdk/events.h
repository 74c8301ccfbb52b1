// Events of committed transactions and blocks, with checkpoints to resume from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

namespace suyuan::sdk {

struct ChaincodeEvent {
  uint64_t block_number = 0;
  std::string transaction_id;
  std::string chaincode;
  std::string name;
  std::string payload;
};

// A whole block: common.Block bytes (protos/common/common.pb.h), verdicts filled in.
struct BlockEvent {
  uint64_t number = 0;
  std::string block;
};

struct FilteredTransaction {
  std::string transaction_id;
  int32_t type = 0;                    // common.HeaderType
  int32_t code = 0;                    // protos.TxValidationCode
  std::vector<ChaincodeEvent> events;  // without payloads
};

struct FilteredBlockEvent {
  uint64_t number = 0;
  std::vector<FilteredTransaction> transactions;
};

// How far an application has come. Thread-safe.
class Checkpointer {
 public:
  virtual ~Checkpointer() = default;
  // The block to go on with; nullopt before the first checkpoint.
  virtual std::optional<uint64_t> BlockNumber() const = 0;
  // The last transaction of that block already dealt with; empty: none.
  virtual std::string TransactionId() const = 0;
  virtual absl::Status CheckpointBlock(uint64_t number) = 0;  // the block is done
  virtual absl::Status CheckpointTransaction(uint64_t number, const std::string& id) = 0;
  absl::Status CheckpointEvent(const ChaincodeEvent& event) {
    return CheckpointTransaction(event.block_number, event.transaction_id);
  }
};

// Forgets when the process ends.
class MemoryCheckpointer : public Checkpointer {
 public:
  std::optional<uint64_t> BlockNumber() const override;
  std::string TransactionId() const override;
  absl::Status CheckpointBlock(uint64_t number) override;
  absl::Status CheckpointTransaction(uint64_t number, const std::string& id) override;

 private:
  mutable absl::Mutex mutex_;
  std::optional<uint64_t> block_ ABSL_GUARDED_BY(mutex_);
  std::string transaction_ ABSL_GUARDED_BY(mutex_);
};

// In a file, replaced atomically and durable when a call returns OK.
//   kInvalidArgument  the file is not a checkpoint
absl::StatusOr<std::unique_ptr<Checkpointer>> NewFileCheckpointer(
    const std::filesystem::path& path);

// Where a stream begins. A checkpointer that has a position wins over start_block;
// neither: the next block.
struct EventOptions {
  std::optional<uint64_t> start_block;
  const Checkpointer* checkpoint = nullptr;  // read when the stream is opened
};

// A running stream of T: pull from it, one thread at a time. At most 64 messages
// wait unread; then the server is slowed down.
template <typename T>
class EventStream {
 public:
  virtual ~EventStream() = default;  // closes
  // Waits for the next one. kCancelled after Close(); otherwise the stream's error.
  virtual absl::StatusOr<T> Next() = 0;
  // As Next(), but gives up with kDeadlineExceeded; the stream stays open.
  virtual absl::StatusOr<T> Next(absl::Time deadline) = 0;
  // Ends the stream; wakes a waiting Next(). Thread-safe.
  virtual void Close() = 0;
};

}  // namespace suyuan::sdk
