#include "sdk/events.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"

namespace suyuan::sdk {

std::optional<uint64_t> MemoryCheckpointer::BlockNumber() const {
  absl::MutexLock lock(&mutex_);
  return block_;
}

std::string MemoryCheckpointer::TransactionId() const {
  absl::MutexLock lock(&mutex_);
  return transaction_;
}

absl::Status MemoryCheckpointer::CheckpointBlock(uint64_t number) {
  return CheckpointTransaction(number + 1, "");
}

absl::Status MemoryCheckpointer::CheckpointTransaction(uint64_t number, const std::string& id) {
  absl::MutexLock lock(&mutex_);
  block_ = number;
  transaction_ = id;
  return absl::OkStatus();
}

namespace {

// One line: "BLOCK TRANSACTION_ID".
class FileCheckpointer final : public Checkpointer {
 public:
  explicit FileCheckpointer(std::filesystem::path path) : path_(std::move(path)) {}

  absl::Status Load() {
    auto text = ReadFile(path_, 4096);
    if (absl::IsNotFound(text.status())) return absl::OkStatus();
    SUYUAN_RETURN_IF_ERROR(text.status());
    std::vector<std::string> parts = absl::StrSplit(*text, absl::ByAnyChar(" \n"));
    uint64_t block = 0;
    if (parts.size() < 2 || !absl::SimpleAtoi(parts[0], &block)) {
      return absl::InvalidArgumentError(absl::StrCat(path_.string(), ": is not a checkpoint file"));
    }
    return state_.CheckpointTransaction(block, parts[1]);
  }

  std::optional<uint64_t> BlockNumber() const override { return state_.BlockNumber(); }
  std::string TransactionId() const override { return state_.TransactionId(); }
  absl::Status CheckpointBlock(uint64_t number) override {
    return CheckpointTransaction(number + 1, "");
  }
  absl::Status CheckpointTransaction(uint64_t number, const std::string& id) override {
    absl::MutexLock lock(&writing_);
    SUYUAN_RETURN_IF_ERROR(WriteFileAtomically(path_, absl::StrCat(number, " ", id, "\n")));
    return state_.CheckpointTransaction(number, id);
  }

 private:
  const std::filesystem::path path_;
  absl::Mutex writing_;
  MemoryCheckpointer state_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Checkpointer>> NewFileCheckpointer(
    const std::filesystem::path& path) {
  auto checkpointer = std::make_unique<FileCheckpointer>(path);
  SUYUAN_RETURN_IF_ERROR(checkpointer->Load());
  return checkpointer;
}

}  // namespace suyuan::sdk
