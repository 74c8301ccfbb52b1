// A channel's log in etcd: keys, encoding, and the transactions on them. Keeps no
// state of its own.
//
//   PREFIX/CHANNEL/log/NUMBER      one batch (suyuan.ordering.LogEntry), 16 hex digits
//   PREFIX/CHANNEL/part/NUMBER/... pieces of a batch too large for one request
//   PREFIX/CHANNEL/first           number of the first batch that is kept, decimal
//   PREFIX/CHANNEL/leader          name of the leading orderer, under its lease
//   PREFIX/CHANNEL/live/NAME       under the lease of orderer NAME
//   PREFIX/CHANNEL/stored/NAME     blocks that orderer NAME has on its disk, decimal
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "network/etcd/etcd_client.h"
#include "network/orderer/consensus/consenter.h"
#include "protos/etcd/rpc.pb.h"

namespace suyuan {

struct EtcdLogOptions {
  std::string prefix;  // of the network, "/suyuan/NETWORK"
  std::string channel;
  // Of one put; a larger batch is split. etcd's default limit is 1.5 MiB a request.
  size_t max_value_bytes = 1 << 20;
};

// A batch in the log.
struct LoggedBatch {
  uint64_t number = 0;
  std::string nonce;
  uint64_t bytes = 0;  // that it takes in etcd
  Batch batch;
};

// What an orderer that leads proves with each append.
struct LeaderTerm {
  std::string name;
  int64_t revision = 0;  // create revision of the leader key
};

// Where orderers stand.
struct LogProgress {
  uint64_t first = 0;                      // first batch kept
  std::map<std::string, uint64_t> stored;  // blocks on the disk of each, also the dead
  std::set<std::string> live;
};

// Thread-safe; every call takes at most until its deadline. Errors are the client's
// (EtcdClient), and
//   kDataLoss  a key's value is not what orderers write; names the key
class EtcdLog {
 public:
  // `client` outlives it.
  EtcdLog(EtcdClient* client, EtcdLogOptions options);

  std::string LogKey(uint64_t number) const;
  std::string LogPrefix() const { return root_ + "log/"; }
  std::string LeaderKey() const { return root_ + "leader"; }

  // The first batch kept; on an empty log, says that the log begins at `base`.
  absl::StatusOr<uint64_t> Open(uint64_t base, absl::Time deadline);

  struct Page {
    uint64_t first = 0;  // first batch kept
    std::vector<LoggedBatch> batches;
    bool more = false;
    int64_t revision = 0;  // the state read
  };
  // Batches from `from` on, without gaps, as of now (a linearisable read).
  absl::StatusOr<Page> Read(uint64_t from, absl::Time deadline);

  // Decodes a value of the log, fetching its parts.
  absl::StatusOr<LoggedBatch> Decode(absl::string_view key, const std::string& value,
                                     absl::Time deadline);

  // Creates batch `number`, if the term is still in force and `number` is next. Safe
  // to repeat with the same nonce.
  //   kAborted             another batch has the number, or the one before is missing
  //   kFailedPrecondition  the term is over, and this batch is not in the log
  absl::Status Append(uint64_t number, const Batch& batch, const std::string& nonce,
                      const LeaderTerm& term, absl::Time deadline);

  // Takes the leader key under `lease` when nobody has it.
  struct Campaign {
    std::optional<LeaderTerm> won;
    std::string leader;    // who has it
    int64_t revision = 0;  // the state seen
  };
  absl::StatusOr<Campaign> TryLead(const std::string& name, int64_t lease, absl::Time deadline);
  absl::Status Resign(const LeaderTerm& term, absl::Time deadline);

  // Tells the others that `name` lives (under `lease`) and has stored `blocks`.
  absl::Status Report(const std::string& name, uint64_t blocks, int64_t lease, absl::Time deadline);
  absl::StatusOr<LogProgress> Progress(absl::Time deadline);

  // Deletes what is before `first`, as leader; returns etcd's revision with it done.
  //   kFailedPrecondition  the term is over
  absl::StatusOr<int64_t> Trim(uint64_t first, const LeaderTerm& term, absl::Time deadline);
  // Lets etcd reclaim what was deleted before `revision`. Watches that are further
  // behind end with kOutOfRange.
  absl::Status Compact(int64_t revision, absl::Time deadline);

 private:
  absl::Status PutParts(uint64_t number, const std::string& nonce, const std::string& bytes,
                        absl::Time deadline);
  absl::StatusOr<std::string> ReadParts(uint64_t number, const std::string& nonce, uint32_t count,
                                        absl::Time deadline);
  std::string PartsPrefix(uint64_t number) const;

  EtcdClient* const client_;
  const EtcdLogOptions options_;
  const std::string root_;
};

}  // namespace suyuan
