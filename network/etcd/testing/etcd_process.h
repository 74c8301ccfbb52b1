// Real etcd clusters for tests: members as child processes on ports of 127.0.0.1, with
// mutual TLS towards clients and each other, on a real disk with real fsync.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "network/common/testing/process.h"
#include "network/crypto/testing/test_ca.h"
#include "network/etcd/etcd_client.h"

namespace suyuan {

struct EtcdClusterOptions {
  int members = 3;                   // 1 to 5
  uint64_t quota_backend_bytes = 0;  // 0: etcd's own
  absl::Duration heartbeat = absl::Milliseconds(50);
  absl::Duration election_timeout = absl::Milliseconds(500);
  std::vector<std::string> arguments;  // further ones for every member
};

// Members are numbered from 0. Not thread-safe, but for what is const. Everything is
// killed and removed with the object.
class EtcdCluster {
 public:
  // Returns when every member knows the leader.
  static absl::StatusOr<std::unique_ptr<EtcdCluster>> Create(
      const EtcdClusterOptions& options = {});
  ~EtcdCluster();

  int size() const { return static_cast<int>(members_.size()); }
  void Kill(int member);      // SIGKILL
  void Stop(int member);      // SIGSTOP: it holds its connections and says nothing
  void Continue(int member);  // SIGCONT
  // Starts a member that was killed, on its data; does not wait for it.
  absl::Status Start(int member);

  // A further member, not started: for EtcdAdmin::MemberAdd() with its peer URL, then
  // Start(). Gives its number.
  int Prepare();
  std::string PeerUrl(int member) const;

  std::string Endpoint(int member) const;
  // All, beginning with `first`.
  std::vector<std::string> Endpoints(int first = 0) const;
  // With a certificate for `common_name`.
  EtcdClientOptions ClientOptions(int first = 0, const std::string& common_name = "orderer") const;
  std::unique_ptr<EtcdClient> Client(int first = 0,
                                     const std::string& common_name = "orderer") const;
  // The number of the leader by the word of a majority of members; -1 when there is none.
  int Leader() const;
  absl::Status AwaitReady(absl::Duration timeout) const;

  const TestCa& ca() const { return ca_; }
  const std::filesystem::path& dir() const { return dir_; }
  // What a member has written since it was last started.
  std::string Output(int member) const;

 private:
  struct Member {
    std::string name;
    int client_port = 0;
    int peer_port = 0;
    bool joins = false;  // a cluster that exists
    std::unique_ptr<Process> process;
  };

  EtcdCluster(EtcdClusterOptions options, std::filesystem::path dir);
  std::filesystem::path File(const Member& member, const std::string& suffix) const;
  absl::Status WriteCertificates(const Member& member) const;
  std::string InitialCluster(const Member& member) const;
  std::vector<std::string> Words(const Member& member) const;

  const EtcdClusterOptions options_;
  const std::filesystem::path dir_;
  const TestCa ca_{"etcd-ca"};
  std::vector<Member> members_;
};

}  // namespace suyuan
