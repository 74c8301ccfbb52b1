// The operator's port of a process: health, metrics, log levels; HTTP, apart from
// the gRPC port, loopback unless told otherwise.
//
//   GET /healthz   200 {"status":"OK"} or 503 with the failed checks
//   GET /metrics   Prometheus text format
//   GET, PUT /logspec   {"spec":"info:committer=debug"}
//   GET /version
#pragma once

#include <prometheus/registry.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace suyuan {

class OperationsServer {
 public:
  // `registry` may be shared with other owners.
  //   kUnavailable  the address cannot be bound; names it
  static absl::StatusOr<std::unique_ptr<OperationsServer>> Start(
      const std::string& listen, std::shared_ptr<prometheus::Registry> registry);
  virtual ~OperationsServer() = default;
  virtual int port() const = 0;
  virtual const std::string& address() const = 0;  // "host:port" as bound
  // `check` runs on each GET /healthz, must be quick and thread-safe. The component
  // is healthy when it returns OK.
  virtual void AddHealthCheck(const std::string& component,
                              std::function<absl::Status()> check) = 0;
};

// What every process does at its end of start-up, when it can do its job: writes
// {"listen": ..., "operations": ...} to `path` (nothing when empty). Scripts await
// this file.
absl::Status WriteReadyFile(const std::string& path, const std::string& listen,
                            const std::string& operations);

// First thing in main(), before any thread starts: keeps the stop signals for AwaitStopSignal(),
// and turns off Abseil's search for lock cycles, which Debian's build does at every lock.
void PrepareProcess();
// Blocks until SIGTERM or SIGINT.
void AwaitStopSignal();

}  // namespace suyuan
