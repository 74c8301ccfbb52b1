#include "network/etcd/testing/etcd_process.h"

#include <signal.h>
#include <stdlib.h>

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "network/common/check.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/etcd/etcd_admin.h"

namespace suyuan {
namespace {

namespace fs = std::filesystem;

absl::StatusOr<fs::path> TemporaryDirectory() {
  std::string path = (fs::temp_directory_path() / "suyuan-etcd-XXXXXX").string();
  if (::mkdtemp(path.data()) == nullptr) return ErrnoStatus(errno, "mkdtemp", path);
  return fs::path(path);
}

std::string Url(int port) { return absl::StrCat("https://127.0.0.1:", port); }

}  // namespace

EtcdCluster::EtcdCluster(EtcdClusterOptions options, fs::path dir)
    : options_(std::move(options)), dir_(std::move(dir)) {}

EtcdCluster::~EtcdCluster() {
  members_.clear();
  std::error_code none;
  fs::remove_all(dir_, none);
}

absl::StatusOr<std::unique_ptr<EtcdCluster>> EtcdCluster::Create(
    const EtcdClusterOptions& options) {
  SUYUAN_CHECK(options.members >= 1 && options.members <= 5);
  SUYUAN_ASSIGN_OR_RETURN(fs::path dir, TemporaryDirectory());
  std::unique_ptr<EtcdCluster> cluster(new EtcdCluster(options, std::move(dir)));
  SUYUAN_RETURN_IF_ERROR(WriteFileAtomically(cluster->dir_ / "ca.pem", cluster->ca_.pem()));
  for (int i = 0; i < options.members; ++i) cluster->members_[cluster->Prepare()].joins = false;
  for (int i = 0; i < options.members; ++i) SUYUAN_RETURN_IF_ERROR(cluster->Start(i));
  SUYUAN_RETURN_IF_ERROR(cluster->AwaitReady(absl::Seconds(60)));
  return cluster;
}

int EtcdCluster::Prepare() {
  const int number = size();
  members_.push_back({absl::StrCat("m", number), FreePort(), FreePort(), true, nullptr});
  return number;
}

fs::path EtcdCluster::File(const Member& member, const std::string& suffix) const {
  return dir_ / (member.name + suffix);
}

absl::Status EtcdCluster::WriteCertificates(const Member& member) const {
  if (fs::exists(File(member, ".key"))) return absl::OkStatus();
  const TestCertificate identity = ca_.IssueTls(member.name);
  SUYUAN_RETURN_IF_ERROR(WriteFileAtomically(File(member, ".pem"), identity.certificate->ToPem()));
  return WriteFileAtomically(File(member, ".key"), identity.key->ToPem(), 0600);
}

// The members that `member` finds when it starts first.
std::string EtcdCluster::InitialCluster(const Member& member) const {
  std::vector<std::string> peers;
  for (const Member& each : members_) {
    if (each.joins && (!member.joins || &each > &member)) continue;
    peers.push_back(absl::StrCat(each.name, "=", Url(each.peer_port)));
  }
  return absl::StrJoin(peers, ",");
}

std::vector<std::string> EtcdCluster::Words(const Member& member) const {
  const std::string certificate = File(member, ".pem"), key = File(member, ".key");
  const std::string ca = dir_ / "ca.pem";
  std::vector<std::string> words = {
      "etcd",
      "--name",
      member.name,
      "--data-dir",
      File(member, ".data"),
      "--listen-client-urls",
      Url(member.client_port),
      "--advertise-client-urls",
      Url(member.client_port),
      "--listen-peer-urls",
      Url(member.peer_port),
      "--initial-advertise-peer-urls",
      Url(member.peer_port),
      "--initial-cluster",
      InitialCluster(member),
      "--initial-cluster-state",
      member.joins ? "existing" : "new",
      "--initial-cluster-token",
      dir_.filename(),
      "--cert-file",
      certificate,
      "--key-file",
      key,
      "--trusted-ca-file",
      ca,
      "--client-cert-auth",
      "--peer-cert-file",
      certificate,
      "--peer-key-file",
      key,
      "--peer-trusted-ca-file",
      ca,
      "--peer-client-cert-auth",
      "--heartbeat-interval",
      absl::StrCat(absl::ToInt64Milliseconds(options_.heartbeat)),
      "--election-timeout",
      absl::StrCat(absl::ToInt64Milliseconds(options_.election_timeout)),
      "--quota-backend-bytes",
      absl::StrCat(options_.quota_backend_bytes),
      "--auto-compaction-retention",
      "0",
      "--pre-vote",
      "--logger",
      "zap",
      "--log-outputs",
      "stderr",
      "--log-level",
      "warn"};
  words.insert(words.end(), options_.arguments.begin(), options_.arguments.end());
  return words;
}

absl::Status EtcdCluster::Start(int number) {
  Member& member = members_[number];
  SUYUAN_RETURN_IF_ERROR(WriteCertificates(member));
  SUYUAN_ASSIGN_OR_RETURN(member.process, Process::Start(Words(member), File(member, ".log")));
  return absl::OkStatus();
}

void EtcdCluster::Kill(int member) {
  if (members_[member].process != nullptr) members_[member].process->Kill();
}

void EtcdCluster::Stop(int member) { members_[member].process->Signal(SIGSTOP); }

void EtcdCluster::Continue(int member) { members_[member].process->Signal(SIGCONT); }

std::string EtcdCluster::PeerUrl(int member) const { return Url(members_[member].peer_port); }

std::string EtcdCluster::Endpoint(int member) const {
  return absl::StrCat("127.0.0.1:", members_[member].client_port);
}

std::vector<std::string> EtcdCluster::Endpoints(int first) const {
  std::vector<std::string> endpoints;
  for (int i = 0; i < size(); ++i) endpoints.push_back(Endpoint((first + i) % size()));
  return endpoints;
}

EtcdClientOptions EtcdCluster::ClientOptions(int first, const std::string& common_name) const {
  const TestCertificate identity = ca_.IssueTls(common_name);
  EtcdClientOptions options;
  options.endpoints = Endpoints(first);
  options.roots_pem = ca_.pem();
  options.certificate_pem = identity.certificate->ToPem();
  options.key_pem = identity.key->ToPem();
  return options;
}

std::unique_ptr<EtcdClient> EtcdCluster::Client(int first, const std::string& common_name) const {
  auto client = EtcdClient::Create(ClientOptions(first, common_name));
  SUYUAN_CHECK(client.ok());
  return *std::move(client);
}

int EtcdCluster::Leader() const {
  const auto client = Client();
  std::map<uint64_t, int> votes, numbers;
  for (int i = 0; i < size(); ++i) {
    const auto status =
        client->admin().StatusOf(Endpoint(i), absl::Now() + absl::Milliseconds(500));
    if (!status.ok()) continue;
    numbers[status->header().member_id()] = i;
    ++votes[status->leader()];
  }
  for (const auto& [leader, count] : votes) {
    if (leader == 0 || count * 2 <= size() || numbers.count(leader) == 0) continue;
    return numbers[leader];
  }
  return -1;
}

absl::Status EtcdCluster::AwaitReady(absl::Duration timeout) const {
  const auto client = Client();
  absl::Status status;
  const bool ready = AwaitCondition(timeout, [&] {
    for (int i = 0; i < size(); ++i) {
      const auto answer =
          client->admin().StatusOf(Endpoint(i), absl::Now() + absl::Milliseconds(500));
      status = answer.status();
      if (!answer.ok() || answer->leader() == 0) return false;
    }
    return true;
  });
  if (ready) return absl::OkStatus();
  std::string outputs;
  for (int i = 0; i < size(); ++i) absl::StrAppend(&outputs, "\n", Output(i));
  return absl::DeadlineExceededError(absl::StrCat(status.ToString(), outputs));
}

std::string EtcdCluster::Output(int member) const {
  const auto& process = members_[member].process;
  return process == nullptr ? "" : process->Output();
}

}  // namespace suyuan
