// Runs chaincode: finds what a channel has defined and this organisation has
// approved, and executes it in-process (modules) or over the chaincode stream
// (external chaincode).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "network/common/clock.h"
#include "network/common/thread_pool.h"
#include "network/peer/chaincode/package_store.h"
#include "network/peer/chaincode/peer_channel.h"
#include "network/peer/chaincode/runtime.h"

namespace suyuan {

class SystemChaincodes;

// A chaincode that runs a module of this machine although no approval of this
// organisation says so (e.g. its private data is missing here).
struct LocalChaincode {
  std::string name;    // as defined on the channel
  std::string module;  // file name in modules_dir, e.g. "libsuyuan_asset.so"
};

struct ChaincodeHostOptions {
  std::filesystem::path packages_dir;  // installed packages: dataDir/chaincodes
  std::filesystem::path modules_dir;   // where in-process modules are looked up
  std::vector<LocalChaincode> local;
  // A transaction's limit; past it the endorsement fails.
  absl::Duration execute_timeout = absl::Seconds(30);
  // Answers of one range, query or history request over all its batches.
  int64_t total_query_limit = 100'000;
};

// Everything outlives the host.
struct ChaincodeHostDeps {
  ChaincodeHostOptions options;
  std::string msp_id;  // this peer's organisation: its approvals name the packages
  PeerChannels* channels = nullptr;
  ThreadPool* pool = nullptr;  // contracts called by external chaincode run there
  const Clock* clock = Clock::System();
};

// A definition with what runs it. Immutable.
struct ResolvedChaincode {
  ChaincodeDefinition definition;
  std::shared_ptr<const Collections> collections;
  std::shared_ptr<ChaincodeRuntime> runtime;
};

// Thread-safe.
class ChaincodeHost {
 public:
  //   kUnavailable, ...  packages_dir cannot be used; names it
  static absl::StatusOr<std::unique_ptr<ChaincodeHost>> Create(ChaincodeHostDeps deps);
  virtual ~ChaincodeHost() = default;

  // Names defined on the channel that this peer can run, sorted.
  virtual std::vector<std::string> Runnable(PeerChannel& channel) = 0;

  // The committed definition of `name` at the simulator's height, recording the read
  // of its sequence that every transaction carries.
  //   kNotFound            not defined, or no package installed for it here
  //   kFailedPrecondition  its package cannot be run here
  virtual absl::StatusOr<std::shared_ptr<const ResolvedChaincode>> Resolve(
      PeerChannel& channel, Simulator& simulator, absl::string_view name) = 0;

  // Runs one call to its end, then `done`, once, from any thread. The call's
  // responses (whatever their status) are results; a Status means that the
  // chaincode could not be run.
  virtual void Execute(std::shared_ptr<const ResolvedChaincode> chaincode, ChaincodeCall call,
                       ExecuteDone done) = 0;

  // System chaincodes that contracts may call; set once, before the first call.
  virtual void set_system_chaincodes(const SystemChaincodes* system) = 0;

  virtual PackageStore& packages() = 0;
  virtual const ChaincodeHostOptions& options() const = 0;
};

}  // namespace suyuan
