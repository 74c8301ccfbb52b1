// A network grows from one orderer that orders alone to a cluster, shrinks, replaces a dead site
// and renews every TLS certificate, with the commands an operator types, while clients submit
// all the time: they wait now and then, and see nothing else.
//
// SUYUAN_GROWTH_SITES: to how many sites it grows before it shrinks to three (3: it does not; the
// full run takes 5).
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "network/common/file_util.h"
#include "tests/integration/network_or_fail.h"
#include "tests/support/administration.h"
#include "tests/support/history_check.h"
#include "tests/support/process.h"
#include "tests/support/recorded_load.h"
#include "tests/support/start_peer.h"
#include "tests/support/test_network.h"

namespace suyuan {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kPatience = absl::Seconds(90);
constexpr char kSupervisor[] = "supervisor";
constexpr size_t kSitesKept = 3;
// Between two commands that only look.
constexpr absl::Duration kLook = absl::Milliseconds(200);

size_t SitesAtMost() {
  const char* text = std::getenv("SUYUAN_GROWTH_SITES");
  size_t sites = 0;
  return text != nullptr && absl::SimpleAtoi(text, &sites) && sites >= kSitesKept ? sites
                                                                                  : kSitesKept;
}

void Must(const absl::Status& status) {
  INFO(status);
  REQUIRE(status.ok());
}

template <typename Condition>
bool Await(const Condition& condition) {
  return AwaitCondition(kPatience, [&] {
    if (condition()) return true;
    absl::SleepFor(kLook);
    return false;
  });
}

std::string LocalAddress() { return absl::StrCat("127.0.0.1:", FreePort()); }

// An orderer and the etcd member beside it. They share a TLS certificate.
struct Site {
  int number = 0;
  std::string orderer, operations;                       // HOST:PORT
  std::string member_clients, member_peers, member_ops;  // HOST:PORT
  std::string tls = "tls";                               // TLS.pem, TLS.key of its keys

  std::string OrdererNode() const { return absl::StrCat("orderer", number); }
  std::string MemberNode() const { return absl::StrCat("etcd", number); }
};

// What the supervisors type, and the files that they write.
class Supervisors {
 public:
  explicit Supervisors(const TestNetwork& network) : network_(network) {
    const auto& first = network.connection().at("orderers").at(0);
    Site site = NewSite(0);
    site.orderer = first.at("endpoint");
    site.operations = first.at("operations");
    sites.push_back(site);
  }

  // Those that order, the oldest first.
  std::vector<Site> sites;

  const TestNetwork& network() const { return network_; }
  const Administration& admins() const { return admins_; }
  std::string Path(const std::string& name) const { return admins_.Path(name); }
  std::string TlsFile(const Site& site, const std::string& kind) const {
    return KeyFile(site, absl::StrCat(site.tls, ".", kind));
  }
  std::string Tool(const Words& words) const {
    const auto output = admins_.Run(words);
    INFO(output.status());
    REQUIRE(output.ok());
    return *output;
  }
  // Flags: an orderer, and an administrator of its organisation.
  Words At(const Site& site) const {
    return Join({{"--orderer", site.orderer, "--tls-ca", admins_.KeyPath(kSupervisor, "tlsca.pem")},
                 admins_.Admin(kSupervisor)});
  }

  // Nodes ---------------------------------------------------------------------

  Site NewSite(int number) const {
    return {number, LocalAddress(), LocalAddress(), LocalAddress(), LocalAddress(), LocalAddress()};
  }
  void MakeKeys(const Site& site) const {
    const std::string config = Path("site.yaml");
    Must(WriteFileAtomically(
        config,
        absl::StrCat("organizations:\n  - {name: supervisor, mspId: SupervisorMSP, nodes: [{"
                     "name: ",
                     site.OrdererNode(), ", role: orderer}]}\n")));
    Tool({"crypto", "generate", "--config", config, "--out", Path("organizations")});
  }
  // A new key and its certificate, in files of their own.
  void RenewTls(Site& site) const {
    site.tls = "renewed";
    const std::string csr = Path("tls.csr");
    Tool({"crypto", "csr", "--name", site.OrdererNode(), "--org", kSupervisor, "--host",
          "127.0.0.1", "--key", TlsFile(site, "key"), "--out", csr});
    Tool({"crypto", "sign-csr", "--org", Path(absl::StrCat("organizations/", kSupervisor)), "--csr",
          csr, "--role", "orderer", "--profile", "tls", "--out", TlsFile(site, "pem")});
  }
  // `cluster`: all its members, this one with them.
  void WriteMember(const Site& site, const std::vector<Site>& cluster,
                   const std::string& state) const;
  void WriteOrderer(const Site& site) const;
  void Start(const std::string& node) const { Must(network_.Start(node)); }
  void Stop(const std::string& node) const { Must(network_.Stop(node)); }
  void Restart(const std::string& node) const {
    Stop(node);
    Start(node);
  }

  // The channel ---------------------------------------------------------------

  // `update`: a command's name and options. In force at every peer on return.
  void Change(const Words& update) const {
    MakeUpdate(update);
    const ToolResult result = Submit(sites, absl::Seconds(50));
    INFO(absl::StrJoin(update, " ") << ": " << result.output);
    REQUIRE(result.exit_status == 0);
  }
  // The reason why it is refused by `at`.
  std::string Refusal(const Words& update, const std::vector<Site>& at,
                      absl::Duration timeout) const {
    MakeUpdate(update);
    const ToolResult result = Submit(at, timeout);
    CHECK(result.exit_status == 1);
    return result.output;
  }
  // Tells peers and gateway where to find `sites`.
  void ChangeAddresses() const {
    Words update = {"update-addresses", "--kind", "orderer", "--org", kSupervisor};
    for (const Site& site : sites) update = Join({update, {"--address", site.orderer}});
    Change(update);
  }
  // A site that has all blocks and takes part in nothing begins to fetch.
  void JoinChannel(const Site& site) const {
    Must(admins_.FetchConfig(admins_.Peer("producer"), "newest.block"));
    Tool(Join({{"orderer", "join", Path(network_.channel() + ".block"), "--config-block",
                Path("newest.block")},
               At(site)}));
  }

  // The cluster ---------------------------------------------------------------

  std::string Status(const Site& site) const {
    return admins_.Try(Join({{"orderer", "status"}, At(site)})).output;
  }
  // Waits until `site` says of itself that transactions can be ordered through it.
  void AwaitOrdering(const Site& site) const {
    AwaitStatus(site, [](const std::string& status) {
      return absl::StrContains(status, " active consenter (etcd)") &&
             !absl::StrContains(status, "TROUBLE");
    });
  }
  template <typename Wanted>
  void AwaitStatus(const Site& site, const Wanted& wanted) const {
    std::string status;
    const bool seen = Await([&] {
      status = Status(site);
      return wanted(status);
    });
    INFO(status);
    REQUIRE(seen);
  }
  // A member's id by its name; "(new)" when it has not been started. Empty: there is none.
  std::string MemberId(const Site& at, const std::string& name) const {
    for (const absl::string_view line : absl::StrSplit(Status(at), '\n')) {
      const std::vector<std::string> words = absl::StrSplit(line, ' ');
      if (words.size() > 2 && words[0] == "etcd" && words[1] == name) return words[2].substr(3);
    }
    return "";
  }
  // etcd takes nobody in until its members have been connected for a while.
  std::string AddMember(const Site& site) const {
    std::string id;
    ToolResult result;
    const bool added = Await([&] {
      result = admins_.Try(
          Join({{"orderer", "add-member", "https://" + site.member_peers}, At(sites[0])}));
      id = MemberId(sites[0], "(new)");
      return !id.empty();
    });
    INFO(result.output);
    REQUIRE(added);
    return id;
  }
  void PromoteMember(const std::string& id) const {
    RepeatUntilDone({"orderer", "promote-member", id});
  }
  void RemoveMember(const std::string& id) const {
    RepeatUntilDone({"orderer", "remove-member", id});
  }
  ToolResult TryAt(const Site& site, const Words& words) const {
    return admins_.Try(Join({words, At(site)}));
  }

 private:
  std::string KeyFile(const Site& site, const std::string& file) const {
    return admins_.KeyPath(kSupervisor, absl::StrCat("nodes/", site.OrdererNode(), "/", file));
  }
  void RepeatUntilDone(const Words& words) const {
    ToolResult result;
    const bool done = Await([&] {
      result = TryAt(sites[0], words);
      return result.exit_status == 0;
    });
    INFO(absl::StrJoin(words, " ") << ": " << result.output);
    REQUIRE(done);
  }
  void MakeUpdate(const Words& update) const {
    Must(admins_.FetchConfig(admins_.Peer("producer"), "config.block"));
    Tool(
        Join({{"channel"}, update, {"--block", Path("config.block"), "--out", Path("update.pb")}}));
    Tool(Join({{"channel", "sign", Path("update.pb")}, admins_.Admin(kSupervisor)}));
    Tool(Join({{"channel", "envelope", Path("update.pb"), "--out", Path("update.env")},
               admins_.Admin("producer")}));
  }
  ToolResult Submit(const std::vector<Site>& at, absl::Duration timeout) const {
    Words words = {"channel",         "submit",
                   "--timeout",       absl::StrCat(absl::ToInt64Seconds(timeout)),
                   "--tls-ca",        admins_.KeyPath(kSupervisor, "tlsca.pem"),
                   Path("update.env")};
    for (const Site& site : at) words = Join({words, {"--orderer", site.orderer}});
    for (const std::string& org : network_.Organizations()) {
      words = Join({words,
                    {"--peer", network_.Organization(org).at("peers").at(0).at("endpoint"),
                     "--peer-tls-ca", admins_.KeyPath(org, "tlsca.pem")}});
    }
    return admins_.Try(Join({words, admins_.Admin("producer")}));
  }

  const TestNetwork& network_;
  const Administration admins_{network_};
};

void Supervisors::WriteMember(const Site& site, const std::vector<Site>& cluster,
                              const std::string& state) const {
  std::vector<std::string> members;
  for (const Site& each : cluster) {
    members.push_back(absl::StrCat(each.MemberNode(), "=https://", each.member_peers));
  }
  const std::string home = Path("nodes/" + site.MemberNode());
  Must(CreateDirectories(home));
  Must(WriteFileAtomically(home + "/program", "etcd\n"));
  Must(
      WriteFileAtomically(home + "/health", absl::StrCat("http://", site.member_ops, "/health\n")));
  const std::string tls =
      absl::StrCat("{cert-file: ", TlsFile(site, "pem"), ", key-file: ", TlsFile(site, "key"),
                   ", trusted-ca-file: ", admins_.KeyPath(kSupervisor, "tlsca.pem"),
                   ", client-cert-auth: true}");
  Must(WriteFileAtomically(
      home + "/config.yaml",
      absl::StrCat("name: ", site.MemberNode(), "\ndata-dir: ", home, "/data",
                   "\nlisten-client-urls: https://", site.member_clients,
                   "\nadvertise-client-urls: https://", site.member_clients,
                   "\nlisten-peer-urls: https://", site.member_peers,
                   "\ninitial-advertise-peer-urls: https://", site.member_peers,
                   "\nlisten-metrics-urls: http://", site.member_ops,
                   "\ninitial-cluster: ", absl::StrJoin(members, ","),
                   "\ninitial-cluster-token: growth\ninitial-cluster-state: ", state,
                   "\nclient-transport-security: ", tls, "\npeer-transport-security: ", tls,
                   "\nheartbeat-interval: 50\nelection-timeout: 500\nstrict-reconfig-check: true"
                   "\nlogger: zap\nlog-level: warn\nlog-outputs: [stderr]\n")));
}

void Supervisors::WriteOrderer(const Site& site) const {
  std::vector<std::string> endpoints = {absl::StrCat("\"", site.member_clients, "\"")};
  for (const Site& each : sites) {
    if (each.number == site.number) continue;
    endpoints.push_back(absl::StrCat("\"", each.member_clients, "\""));
  }
  const std::string home = Path("nodes/" + site.OrdererNode());
  Must(CreateDirectories(home));
  Must(WriteFileAtomically(home + "/program", "suyuan-orderer\n"));
  Must(WriteFileAtomically(home + "/health",
                           absl::StrCat("http://", site.operations, "/healthz\n")));
  Must(WriteFileAtomically(
      home + "/config.yaml",
      absl::StrCat("name: ", site.OrdererNode(), "\nmspId: SupervisorMSP\nlisten: \"", site.orderer,
                   "\"\nidentity: {cert: ", KeyFile(site, "cert.pem"),
                   ", key: ", KeyFile(site, "key.pem"), "}\ntls: {cert: ", TlsFile(site, "pem"),
                   ", key: ", TlsFile(site, "key"), "}\noperations: {listen: \"", site.operations,
                   "\"}\nmsp: ", admins_.KeyPath(kSupervisor, "msp.pb"), "\ndataDir: ", home,
                   "/data\netcd:\n  endpoints: [", absl::StrJoin(endpoints, ","), "]\n  ca: ",
                   admins_.KeyPath(kSupervisor, "tlsca.pem"), "\n  prefix: /suyuan/growth\n")));
}

// From the first orderer's own log to an engine of one member.
void MoveToEtcd(Supervisors& s) {
  const Site& first = s.sites[0];
  s.WriteMember(first, {first}, "new");
  s.Start(first.MemberNode());
  s.WriteOrderer(first);
  s.Restart(first.OrdererNode());
  s.Change({"update-consensus", "--maintenance", "on"});
  s.Change({"update-consensus", "--type", "etcd", "--consenter",
            absl::StrCat(first.orderer, "=", s.TlsFile(first, "pem"))});
  s.Change({"update-consensus", "--maintenance", "off"});
  s.AwaitOrdering(first);
}

// A further member of the engine, learner first, and its orderer, which follows.
void StartSite(Supervisors& s, const Site& site) {
  s.MakeKeys(site);
  const std::string id = s.AddMember(site);
  std::vector<Site> cluster = s.sites;
  cluster.push_back(site);
  s.WriteMember(site, cluster, "existing");
  s.Start(site.MemberNode());
  s.PromoteMember(id);
  s.WriteOrderer(site);
  s.Start(site.OrdererNode());
  s.JoinChannel(site);
}

void TakeIn(Supervisors& s, const Site& site) {
  StartSite(s, site);
  s.Change({"update-consenters", "--add", site.orderer, "--tls-cert", s.TlsFile(site, "pem")});
  s.sites.push_back(site);
  s.ChangeAddresses();
  s.AwaitOrdering(site);
}

// Its member would leave the engine, and the channel's order, to nobody.
void CheckPrematureGrowth(Supervisors& s) {
  const Site& first = s.sites[0];
  const Site early = s.NewSite(90), second = s.NewSite(91);
  const std::string id = s.AddMember(early);
  ToolResult refused = s.TryAt(first, {"orderer", "add-member", "https://" + second.member_peers});
  INFO(refused.output);
  CHECK(refused.exit_status == 1);
  CHECK(absl::StrContains(refused.output, "is still a learner"));
  refused = s.TryAt(first, {"orderer", "promote-member", id});
  INFO(refused.output);
  CHECK(refused.exit_status == 1);
  CHECK(absl::StrContains(refused.output, "in sync with leader"));
  s.RemoveMember(id);
}

// Of two orderers the only one that runs is not dropped.
void CheckLastOneStays(Supervisors& s) {
  const Site stopped = s.sites[1], running = s.sites[0];
  s.Stop(stopped.OrdererNode());
  s.AwaitStatus(running, [&](const std::string& status) {
    return absl::StrContains(status, "leader: " + running.orderer) &&
           absl::StrContains(status, absl::StrCat("live: ", running.orderer, "\n"));
  });
  const std::string reason =
      s.Refusal({"update-consenters", "--remove", running.orderer}, {running}, absl::Seconds(30));
  INFO(reason);
  CHECK(absl::StrContains(reason, "none of the new set is running now"));
  s.Start(stopped.OrdererNode());
  s.AwaitOrdering(stopped);
}

void LetGo(Supervisors& s, const Site& leaver) {
  s.Change({"update-consenters", "--remove", leaver.orderer});
  const auto same = [&](const Site& each) { return each.number == leaver.number; };
  s.sites.erase(std::remove_if(s.sites.begin(), s.sites.end(), same), s.sites.end());
  s.ChangeAddresses();
  s.AwaitStatus(leaver, [](const std::string& status) {
    return absl::StrContains(status, " follower (etcd)");
  });
  const std::string reason =
      s.Refusal({"update-batch", "--max-message-count", "499"}, {leaver}, absl::Seconds(5));
  INFO(reason);
  CHECK(absl::StrContains(reason, "not in the channel's orderer set"));

  s.Tool(Join({{"orderer", "remove", s.network().channel()}, s.At(leaver)}));
  const absl::Status fetched = s.admins().FetchConfig(
      {"--orderer", leaver.orderer, "--tls-ca", s.admins().KeyPath(kSupervisor, "tlsca.pem")},
      "leaver.block");
  INFO(fetched);
  CHECK_FALSE(fetched.ok());
  s.RemoveMember(s.MemberId(s.sites[0], leaver.MemberNode()));
  CHECK(s.MemberId(s.sites[0], leaver.MemberNode()).empty());
  s.Stop(leaver.OrdererNode());
  s.Stop(leaver.MemberNode());
}

// The site that leads is gone for ever; returns it.
Site Lose(Supervisors& s) {
  const std::string status = s.Status(s.sites[0]);
  size_t lost = 0;
  for (size_t i = 0; i < s.sites.size(); ++i) {
    if (absl::StrContains(status, "leader: " + s.sites[i].orderer)) lost = i;
  }
  const Site dead = s.sites[lost];
  for (const std::string& node : {dead.OrdererNode(), dead.MemberNode()}) {
    Must(s.network().Kill(node));
    fs::remove_all(s.Path("nodes/" + node));
  }
  s.sites.erase(s.sites.begin() + static_cast<std::ptrdiff_t>(lost));
  return dead;
}

// What would cost the engine its majority while `dead` is in it.
void CheckFurtherLoss(Supervisors& s, const Site& dead, const Site& next) {
  const std::string living = s.MemberId(s.sites[0], s.sites[1].MemberNode());
  ToolResult refused = s.TryAt(s.sites[0], {"orderer", "remove-member", living});
  INFO(refused.output);
  CHECK(refused.exit_status == 1);
  CHECK(absl::StrContains(refused.output, "1 of 2 would be running, which is no majority"));
  CHECK(absl::StrContains(refused.output, dead.MemberNode()));
  refused = s.TryAt(s.sites[0], {"orderer", "add-member", "https://" + next.member_peers});
  INFO(refused.output);
  CHECK(refused.exit_status == 1);
  CHECK(absl::StrContains(refused.output, dead.MemberNode()));
}

void Replace(Supervisors& s, const Site& dead, const Site& site) {
  s.RemoveMember(s.MemberId(s.sites[0], dead.MemberNode()));
  StartSite(s, site);
  s.Change({"update-consenters", "--replace", dead.orderer, "--by", site.orderer, "--tls-cert",
            s.TlsFile(site, "pem")});
  s.sites.push_back(site);
  s.ChangeAddresses();
  s.AwaitOrdering(site);
}

void RenewOrderingSite(Supervisors& s, Site& site) {
  s.RenewTls(site);
  s.Change({"update-consenters", "--replace", site.orderer, "--tls-cert", s.TlsFile(site, "pem")});
  s.Stop(site.OrdererNode());
  s.WriteMember(site, s.sites, "existing");
  s.Restart(site.MemberNode());
  s.WriteOrderer(site);
  s.Start(site.OrdererNode());
  s.AwaitOrdering(site);
}

// A renewed certificate for the same key.
void RenewMember(const Supervisors& s, const std::string& node, const std::string& org,
                 const std::string& keys) {
  const fs::path certificate = s.admins().KeyPath(org, absl::StrCat("nodes/", keys, "/tls.pem"));
  const std::string before = Contents(certificate);
  fs::remove(certificate);
  s.Tool(
      {"crypto", "generate", "--config", s.Path("crypto.yaml"), "--out", s.Path("organizations")});
  CHECK(Contents(certificate) != before);
  s.Restart(node);
}

// Block 0 names an orderer that is gone.
void TakeInPeer(const Supervisors& s) {
  Must(WriteFileAtomically(
      s.Path("peer.yaml"),
      "organizations:\n"
      "  - {name: producer, mspId: ProducerMSP, nodes: [{name: peer1, role: peer}]}\n"));
  s.Tool({"crypto", "generate", "--config", s.Path("peer.yaml"), "--out", s.Path("organizations")});
  PeerOptions options{.org = "producer", .node = "peer1"};
  options.settings = absl::StrCat("channels: [", s.Path(s.network().channel() + ".block"),
                                  "]\norderers: [\"", s.sites.back().orderer, "\"]\n");
  const auto peer = StartPeer(s.admins(), options);
  Must(peer.status());
  const Words newest = {"channel",   "fetch",
                        "--block",   "newest",
                        "--channel", s.network().channel(),
                        "--out",     s.Path("newest.block")};
  const std::string height =
      s.Tool(Join({newest, s.admins().Peer("producer"), s.admins().Admin("producer")}));
  const Words reached = {"channel",   "fetch",
                         "--block",   std::string(absl::StripAsciiWhitespace(height.substr(6))),
                         "--channel", s.network().channel(),
                         "--out",     s.Path("reached.block"),
                         "--peer",    peer->endpoint,
                         "--tls-ca",  s.admins().KeyPath("producer", "tlsca.pem")};
  CHECK(Await([&] {
    return s.admins().Try(Join({reached, s.admins().Admin("producer")})).exit_status == 0;
  }));
}

// Says of each step how long the clients waited.
class Story {
 public:
  explicit Story(const RecordedLoad& load) : load_(load) {
    REQUIRE(load.commits().AwaitSuccesses(10, absl::ZeroDuration(), kPatience));
  }

  template <typename Step>
  void Tell(const std::string& name, const Step& step) {
    INFO(name);
    const absl::Duration begun = load_.commits().Now();
    step();
    const absl::Duration done = load_.commits().Now();
    REQUIRE(load_.commits().AwaitSuccesses(10, done, kPatience));
    absl::Duration longest;
    int transactions = 0, retries = 0;
    for (const Operation& operation : load_.commits().Operations()) {
      if (operation.returned < begun) continue;
      longest = std::max(longest, operation.returned - operation.called);
      ++transactions;
      retries += operation.retries;
    }
    const std::string line =
        absl::StrCat(name, ": took ", Text(done - begun), ", longest wait of a client ",
                     Text(longest), ", ", transactions, " transactions, ", retries, " retries");
    std::cout << line << std::endl;
    absl::StrAppend(&report_, "\n", line);
  }
  const std::string& report() const { return report_; }

 private:
  static std::string Text(absl::Duration d) {
    return absl::FormatDuration(absl::Trunc(d, absl::Milliseconds(1)));
  }

  const RecordedLoad& load_;
  std::string report_;
};

// What `ledger hash` says of each node, once all are equally high.
void CheckEqualHashes(const Supervisors& s) {
  const Words hash = {"ledger", "hash", "--channel", s.network().channel()};
  std::vector<std::string> peers, orderers;
  const auto equal = [](const std::vector<std::string>& all) {
    return std::adjacent_find(all.begin(), all.end(), std::not_equal_to<>()) == all.end();
  };
  const bool agreed = Await([&] {
    peers.clear();
    orderers.clear();
    for (const std::string& org : s.network().Organizations()) {
      peers.push_back(
          s.admins().Try(Join({hash, s.admins().Peer(org), s.admins().Admin(org)})).output);
    }
    for (const Site& site : s.sites) {
      orderers.push_back(s.admins().Try(Join({hash, s.At(site)})).output);
    }
    return equal(peers) && equal(orderers) &&
           absl::StrContains(peers[0], orderers[0].substr(0, orderers[0].find(',')));
  });
  INFO(absl::StrJoin(peers, "") << absl::StrJoin(orderers, ""));
  CHECK(agreed);
}

void CheckHistories(const Supervisors& s, const RecordedLoad& load) {
  const std::string channel = s.network().channel();
  std::vector<ChainCopy> copies;
  for (const Site& site : s.sites) {
    const std::string node = site.OrdererNode();
    s.Stop(node);
    auto copy =
        ReadChain(node, s.Path(absl::StrCat("nodes/", node, "/data/channels/", channel)), false);
    Must(copy.status());
    copies.push_back(*std::move(copy));
  }
  for (const std::string& peer : s.network().Peers()) {
    s.Stop(peer);
    auto copy = ReadChain(peer, s.network().LedgerDir(peer) / "blocks", true);
    Must(copy.status());
    copies.push_back(*std::move(copy));
  }
  for (const HistoryRecorder* history : {&load.submits(), &load.commits()}) {
    const std::vector<std::string> findings = CheckHistory(history->Operations(), copies);
    INFO(absl::StrJoin(findings, "\n"));
    CHECK(findings.empty());
    for (const Operation& operation : history->Operations()) {
      INFO(operation.tx_id << ": " << operation.error);
      CHECK(operation.outcome == Outcome::kSuccess);
    }
  }
}

TEST_CASE("A cluster grows, shrinks, replaces a dead site and renews its certificates under load",
          "[integration][growth]") {
  const auto network = UpOrFail("growth");
  Supervisors s(*network);
  RecordedLoad load(
      *network, "g",
      {.pause = absl::Milliseconds(20), .submit_timeout = kPatience, .retry_for = 2 * kPatience});
  Story story(load);
  story.Tell("from one orderer's own log to etcd", [&] { MoveToEtcd(s); });
  story.Tell("too early a member is refused", [&] { CheckPrematureGrowth(s); });
  int next = 1;
  for (; s.sites.size() < SitesAtMost(); ++next) {
    story.Tell(absl::StrCat("site ", next, " joins"), [&] { TakeIn(s, s.NewSite(next)); });
    if (next == 1) story.Tell("the last one stays", [&] { CheckLastOneStays(s); });
  }
  while (s.sites.size() > kSitesKept) {
    const Site leaver = s.sites[1];
    story.Tell(absl::StrCat("site ", leaver.number, " leaves"), [&] { LetGo(s, leaver); });
  }
  Site dead;
  story.Tell("the leading site is lost", [&] { dead = Lose(s); });
  const Site site = s.NewSite(next);
  story.Tell("a further loss is refused", [&] { CheckFurtherLoss(s, dead, site); });
  story.Tell(absl::StrCat("site ", next, " replaces it"), [&] { Replace(s, dead, site); });
  for (Site& each : s.sites) {
    story.Tell(absl::StrCat("site ", each.number, " renews its certificate"),
               [&] { RenewOrderingSite(s, each); });
  }
  for (const std::string& org : network->Organizations()) {
    story.Tell(absl::StrCat("the ", org, "'s peer renews its certificate"),
               [&] { RenewMember(s, "peer0." + org, org, "peer0"); });
  }
  story.Tell("the gateway renews its certificate",
             [&] { RenewMember(s, "gateway", "producer", "gateway0"); });
  if (s.sites[0].number != 0) story.Tell("a new peer comes", [&] { TakeInPeer(s); });
  load.Stop();
  WARN(story.report());
  CheckEqualHashes(s);
  CheckHistories(s, load);
}

}  // namespace
}  // namespace suyuan
