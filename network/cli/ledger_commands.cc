// suyuan ledger: looking into stores that no process holds, and into running nodes.
#include <google/protobuf/util/json_util.h>

#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "network/cli/admin_client.h"
#include "network/cli/command.h"
#include "network/cli/ledger_hashes.h"
#include "network/common/status_macros.h"
#include "network/ledger/backup.h"
#include "network/ledger/ledger.h"

namespace suyuan {
namespace {

void PrintFinding(const BlockFinding& finding) {
  std::cout << nlohmann::ordered_json{{"blockNum", finding.block_number},
                                      {"valid", false},
                                      {"errors", finding.errors}}
                   .dump()
            << "\n";
}

absl::Status Verify(const std::string& path) {
  uint64_t faulty = 0;
  const auto report = [&faulty](const BlockFinding& finding) {
    ++faulty;
    PrintFinding(finding);
  };
  std::error_code error;
  if (IsBackup(path)) SUYUAN_RETURN_IF_ERROR(VerifyBackup(path));
  SUYUAN_ASSIGN_OR_RETURN(const uint64_t blocks, std::filesystem::is_directory(path, error)
                                                     ? VerifyLedger(path, report)
                                                     : VerifyFabricBlockFile(path, report));
  if (faulty > 0) {
    return absl::DataLossError(absl::StrCat(path, ": ", faulty, " of ", blocks, " blocks faulty"));
  }
  std::cerr << path << ": " << blocks << " blocks, nothing wrong\n";
  return absl::OkStatus();
}

struct HashOptions {
  std::string dir, channel;
  PeerClientOptions node;
};

absl::StatusOr<ChainHashes> StoredHashes(const std::string& dir) {
  if (IsBackup(dir)) {
    SUYUAN_ASSIGN_OR_RETURN(const BackupManifest manifest, VerifyBackup(dir));
    return manifest.hashes;
  }
  if (!std::filesystem::is_directory(std::filesystem::path(dir) / "blocks")) {
    return absl::NotFoundError(
        dir + ": no peer's ledger or backup here; a ledger is DATADIR/channels/CHANNEL/ledger");
  }
  SUYUAN_ASSIGN_OR_RETURN(const auto ledger, Ledger::Open(dir));
  SUYUAN_ASSIGN_OR_RETURN(std::string state_hash, ledger->StateHash());
  return ChainHashes{ledger->Height(), ledger->LastHash(), ledger->CommitHash(),
                     std::move(state_hash)};
}

absl::Status PrintHash(const HashOptions& options) {
  ChainHashes hashes;
  if (!options.node.endpoint.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(const auto node, AdminClient::Create(options.node));
    SUYUAN_ASSIGN_OR_RETURN(const auto told, node->Hashes(options.channel, 0));
    hashes = ToHashes(told);
  } else if (!options.dir.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(hashes, StoredHashes(options.dir));
  } else {
    return absl::InvalidArgumentError("name a folder, or a node with --peer and --channel");
  }
  std::cout << HashesJson(hashes) << "\n";
  return absl::OkStatus();
}

absl::Status Show(const std::string& dir, uint64_t number) {
  namespace fs = std::filesystem;
  fs::path blocks = fs::path(dir) / "blocks";
  if (!fs::is_directory(blocks)) blocks = dir;  // an orderer's
  if (!fs::exists(blocks / "000000.blk"))
    return absl::NotFoundError(dir +
                               ": no ledger here; it is DATADIR/channels/CHANNEL/ledger, an "
                               "orderer's DATADIR/channels/CHANNEL");
  SUYUAN_ASSIGN_OR_RETURN(const auto store, BlockStore::Open(blocks));
  SUYUAN_ASSIGN_OR_RETURN(const ::common::Block block, store->Get(number));
  std::string json;
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.always_print_primitive_fields = true;
  if (!google::protobuf::util::MessageToJsonString(block, &json, options).ok()) {
    return absl::InternalError(absl::StrCat("block ", number, ": cannot be shown as JSON"));
  }
  std::cout << json;
  return absl::OkStatus();
}

}  // namespace

void AddLedgerCommands(CLI::App& app) {
  auto path = std::make_shared<std::string>();
  auto* verify = Command(app, "ledger verify",
                         "Check every block of a stopped node's ledger, or of a stock Fabric block "
                         "file; one JSON line for each faulty block",
                         [path] { return Verify(*path); });
  verify->add_option("path", *path, "ledger directory, or stock block file")->required();

  auto options = std::make_shared<HashOptions>();
  auto* hash = Command(app, "ledger hash",
                       "Height, block hash, commit hash and state hash of a stopped peer's ledger, "
                       "a backup, or a running node's channel",
                       [options] { return PrintHash(*options); });
  auto* folder = hash->add_option("dir", options->dir, "ledger directory, or backup");
  AddNodeOptions(hash, &options->node, /*required=*/false);
  auto* node = hash->get_option("--peer");
  node->excludes(folder);
  node->needs(hash->add_option("--channel", options->channel, "of the running node"));

  auto dir = std::make_shared<std::string>();
  auto number = std::make_shared<uint64_t>(0);
  auto* show = Command(app, "ledger show", "A block of a stopped node's ledger as JSON",
                       [dir, number] { return Show(*dir, *number); });
  show->add_option("dir", *dir, "ledger directory")->required();
  show->add_option("number", *number, "block number")->required();
}

}  // namespace suyuan
