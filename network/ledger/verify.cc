// Offline checks: VerifyLedger and VerifyFabricBlockFile.
#include <utility>

#include "absl/strings/str_cat.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/ledger/backup.h"
#include "network/ledger/backup_files.h"
#include "network/ledger/block_file.h"
#include "network/ledger/chain_verifier.h"
#include "network/ledger/fabric_block_file.h"
#include "network/ledger/ledger.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {
namespace {

namespace fs = std::filesystem;
using ledger::ChainVerifier;
using Report = std::function<void(const BlockFinding&)>;

constexpr uint64_t kMaxFabricFileBytes = 1u << 30;

void ReportIfAny(uint64_t number, std::vector<std::string> errors, const Report& report) {
  if (!errors.empty()) report({number, std::move(errors)});
}

// The block of a record with everything that is wrong with it.
void CheckRecord(const ledger::ScannedRecord& record, ChainVerifier* verifier,
                 const Report& report) {
  const uint64_t number = verifier->next_number();
  std::vector<std::string> errors;
  if (!record.checksum_ok) errors.push_back("record checksum does not match the block");
  if (record.block_number != number) {
    errors.push_back(absl::StrCat("record is of block ", record.block_number));
  }
  auto block = ParseProto<::common::Block>(record.block, "block");
  if (block.ok()) {
    for (std::string& error : verifier->Check(*block, !record.checksum_ok)) {
      errors.push_back(std::move(error));
    }
  } else {
    errors.push_back(std::string(block.status().message()));
    verifier->Skip();
  }
  ReportIfAny(number, std::move(errors), report);
}

absl::Status CheckFile(const fs::path& path, uint32_t file, ChainVerifier* verifier,
                       const Report& report, bool* stop) {
  SUYUAN_ASSIGN_OR_RETURN(const auto scan,
                          ledger::ScanRecords(path, file, 0, BlockStoreOptions().max_block_bytes,
                                              ledger::BadChecksum::kIsVisited,
                                              [&](const ledger::ScannedRecord& record) {
                                                CheckRecord(record, verifier, report);
                                                return absl::OkStatus();
                                              }));
  *stop = scan.end != ledger::ScanEnd::kClean;
  if (*stop) report({verifier->next_number(), {scan.reason}});
  return absl::OkStatus();
}

// Whether a stock file is a peer's: an orderer stores blocks as it made them, without
// verdicts.
bool HasVerdicts(absl::string_view content) {
  while (!content.empty()) {
    const auto record = ledger::TakeFabricRecord(&content);
    if (!record.ok()) return false;
    const auto block = ledger::DecodeFabricBlock(*record);
    if (block.ok() && block->metadata().metadata_size() > ::common::TRANSACTIONS_FILTER &&
        !block->metadata().metadata(::common::TRANSACTIONS_FILTER).empty()) {
      return true;
    }
  }
  return false;
}

}  // namespace

absl::StatusOr<uint64_t> VerifyLedger(const fs::path& dir, const Report& report) {
  std::error_code error;
  // An orderer has the block store alone, without verdicts.
  bool peer = fs::is_directory(dir / "blocks", error);
  const fs::path blocks = peer ? dir / "blocks" : dir;
  if (IsBackup(dir)) {
    SUYUAN_ASSIGN_OR_RETURN(const BackupManifest manifest, ledger::ReadManifest(dir));
    peer = manifest.peer;
  }
  if (!fs::exists(blocks / ledger::BlockFileName(0), error)) {
    return absl::NotFoundError(absl::StrCat(dir.string(), ": no ledger here"));
  }
  FileDescriptor lock;
  if (fs::exists(blocks / "LOCK", error)) {
    SUYUAN_ASSIGN_OR_RETURN(lock, LockFile(blocks / "LOCK"), "stop the node first");
  }
  ChainVerifier verifier({.verdicts = peer, .need_signatures = false});
  bool stop = false;
  for (uint32_t file = 0; !stop; ++file) {
    const fs::path path = blocks / ledger::BlockFileName(file);
    if (!fs::exists(path, error)) break;
    SUYUAN_RETURN_IF_ERROR(CheckFile(path, file, &verifier, report, &stop));
  }
  return verifier.next_number();
}

absl::StatusOr<uint64_t> VerifyFabricBlockFile(const fs::path& file, const Report& report) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string content, ReadFile(file, kMaxFabricFileBytes));
  ChainVerifier verifier({.verdicts = HasVerdicts(content), .need_signatures = true});
  absl::string_view rest = content;
  while (!rest.empty()) {
    const uint64_t number = verifier.next_number();
    auto record = ledger::TakeFabricRecord(&rest);
    if (!record.ok()) {
      report({number, {std::string(record.status().message())}});
      break;
    }
    auto block = ledger::DecodeFabricBlock(*record);
    if (!block.ok()) {
      report({number, {std::string(block.status().message())}});
      verifier.Skip();
      continue;
    }
    ReportIfAny(number, verifier.Check(*block, false), report);
  }
  return verifier.next_number();
}

}  // namespace suyuan
