// Disks that are full, read-only, or damaged: the node says what and where, acknowledges
// nothing that may be lost, and comes back when it is repaired.
#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <cstring>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "network/common/file_util.h"
#include "network/ledger/ledger.h"
#include "tests/integration/network_or_fail.h"
#include "tests/support/operator.h"

namespace suyuan {
namespace {

namespace fs = std::filesystem;

constexpr char kOrderer[] = "orderer0";
constexpr char kMember[] = "peer0.distributor";
// For calls that are to fail.
constexpr absl::Duration kSoon = absl::Seconds(3);

// A small file system over a folder, whose content moves onto it and back.
class SmallDisk {
 public:
  explicit SmallDisk(fs::path dir) : dir_(std::move(dir)) {
    fs::rename(dir_, Aside());
    fs::create_directories(dir_);
    if (::mount("tmpfs", dir_.c_str(), "tmpfs", 0, "size=24m") != 0) {
      why_not_ = std::strerror(errno);
      fs::remove(dir_);
      fs::rename(Aside(), dir_);
      return;
    }
    mounted_ = true;
    fs::copy(Aside(), dir_, fs::copy_options::recursive);
  }
  // Its content moves back. The node must have stopped.
  ~SmallDisk() {
    if (!mounted_) return;
    std::error_code error;
    fs::remove_all(Aside(), error);
    fs::copy(dir_, Aside(), fs::copy_options::recursive, error);
    ::umount2(dir_.c_str(), MNT_DETACH);
    fs::remove(dir_, error);
    fs::rename(Aside(), dir_, error);
  }
  bool mounted() const { return mounted_; }
  const std::string& why_not() const { return why_not_; }

  // Leaves not one byte.
  void FillUp() const {
    FileDescriptor fd(::open((dir_ / "filler").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    REQUIRE(fd.valid());
    const std::string page(4096, 'x');
    while (::write(fd.get(), page.data(), page.size()) > 0) {
    }
    REQUIRE(errno == ENOSPC);
  }
  void MakeRoom() const { fs::remove(dir_ / "filler"); }
  void SetReadOnly(bool read_only) const {
    REQUIRE(::mount("tmpfs", dir_.c_str(), "tmpfs", MS_REMOUNT | (read_only ? MS_RDONLY : 0),
                    "size=24m") == 0);
  }

 private:
  fs::path Aside() const { return dir_.string() + ".aside"; }
  const fs::path dir_;
  bool mounted_ = false;
  std::string why_not_;
};

class Fixture {
 public:
  explicit Fixture(const std::string& name) {
    network_ = UpOrFail(name, {"--orgs", "2", "--no-chaincode"});
    operator_ = std::make_unique<Operator>(*network_);
    REQUIRE(network_->Run({"deploy", "asset"}).ok());
    for (int i = 0; i < 5; ++i) REQUIRE(Create().ok());
  }

  TestNetwork& network() { return *network_; }
  const Operator& op() const { return *operator_; }
  const std::vector<std::string>& committed() const { return committed_; }

  // One transaction; remembered when it was reported as committed.
  absl::Status Create(absl::Duration timeout = absl::Seconds(60)) {
    auto gateway = network_->Connect("producer");
    if (!gateway.ok()) return gateway.status();
    sdk::CallOptions call;
    call.deadline = absl::Now() + timeout;
    const std::string key = absl::StrCat("k", next_++);
    const absl::Status status = (*gateway)
                                    ->GetNetwork(network_->channel())
                                    .GetContract("asset")
                                    .Submit("CreateAsset", {key, "blue", "5", "x", "300"}, call)
                                    .status();
    if (status.ok()) committed_.push_back(key);
    return status;
  }
  // Submits until the node says that it cannot go on.
  Operator::Health CreateUntilUnhealthy(const std::string& node) {
    Operator::Health health;
    AwaitCondition(absl::Seconds(60), [&] {
      Create(kSoon).IgnoreError();
      health = op().HealthOf(node);
      return health.code == 503;
    });
    return health;
  }
  void AwaitService() {
    absl::Status last;
    const bool works = AwaitCondition(absl::Seconds(60), [&] {
      last = Create();
      return last.ok();
    });
    INFO(last);
    REQUIRE(works);
  }
  // Of a start that fails.
  std::string RefusalToStart(const std::string& node) {
    const size_t before = op().LogOf(node).size();
    CHECK_FALSE(network_->Start(node).ok());
    return op().LogOf(node).substr(before);
  }
  fs::path Ledger(const std::string& node) const {
    const fs::path channel = op().DataDir(node) / "channels" / network_->channel();
    return node == kOrderer ? channel : channel / "ledger";
  }
  fs::path BlockFile(const std::string& node) const {
    return (node == kOrderer ? Ledger(node) : Ledger(node) / "blocks") / "000000.blk";
  }

  // At the end: nothing reported is missing, nothing was judged wrongly, and the stored
  // ledgers are clean.
  void CheckAll() {
    CHECK(op().AwaitEqualHashes("peer0.producer", kMember, network_->channel()));
    for (const std::string& node : {std::string(kOrderer), std::string(kMember)}) {
      REQUIRE(network_->Stop(node).ok());
      const ToolResult verified = op().Tool({"ledger", "verify", Ledger(node).string()});
      INFO(node << ": " << verified.output);
      CHECK(verified.exit_status == 0);
    }
    auto ledger = suyuan::Ledger::Open(Ledger(kMember));
    REQUIRE(ledger.ok());
    for (const std::string& key : committed_) {
      INFO(key);
      CHECK((*ledger)->NewView()->Get("asset", key)->has_value());
    }
    for (uint64_t n = 1; n < (*ledger)->Height(); ++n) {
      auto block = (*ledger)->Get(n);
      REQUIRE(block.ok());
      for (const char code : block->metadata().metadata(::common::TRANSACTIONS_FILTER)) {
        INFO("block " << n);
        CHECK(static_cast<int>(code) == ::protos::VALID);
      }
    }
  }

 private:
  std::unique_ptr<TestNetwork> network_;
  std::unique_ptr<Operator> operator_;
  std::vector<std::string> committed_;
  int next_ = 0;
};

void FillDisk(Fixture& f, const std::string& node) {
  REQUIRE(f.network().Stop(node).ok());
  SmallDisk disk(f.op().DataDir(node));
  REQUIRE(disk.mounted());
  REQUIRE(f.network().Start(node).ok());
  f.AwaitService();

  disk.FillUp();
  const Operator::Health health = f.CreateUntilUnhealthy(node);
  CHECK(health.code == 503);
  INFO(health.body);
  for (const std::string& said :
       {absl::StrCat("channel ", f.network().channel()), std::string("block "),
        f.Ledger(node).string(), std::string("No space left on device"),
        std::string("make room")}) {
    INFO(said);
    CHECK(absl::StrContains(health.body, said));
  }
  CHECK(absl::StrContains(f.op().LogOf(node), "No space left on device"));
  CHECK_FALSE(f.Create(kSoon).ok());
  CHECK_FALSE(f.Create(kSoon).ok());
  CHECK(f.op().HealthOf("peer0.producer").code == 200);

  disk.MakeRoom();
  REQUIRE(f.network().Stop(node).ok());
  REQUIRE(f.network().Start(node).ok());
  f.AwaitService();
  CHECK(f.op().HealthOf(node).code == 200);
  REQUIRE(f.network().Stop(node).ok());
}

// Of a node that has stopped.
void MakeReadOnly(Fixture& f, const std::string& node) {
  const SmallDisk disk(f.op().DataDir(node));
  REQUIRE(disk.mounted());
  disk.SetReadOnly(true);
  const std::string said = f.RefusalToStart(node);
  INFO(node << ": " << said);
  CHECK(absl::StrContains(said, "Read-only file system"));
  CHECK(absl::StrContains(said, f.op().DataDir(node).string()));
  CHECK(absl::StrContains(said, "mount it for writing"));
  disk.SetReadOnly(false);
}

TEST_CASE("Full and read-only disks stop a node, which says so, and cost nothing in the end",
          "[integration][disk]") {
  Fixture f("diskFull");
  {
    REQUIRE(f.network().Stop(kMember).ok());
    const SmallDisk disk(f.op().DataDir(kMember));
    if (!disk.mounted()) {
      WARN("skipped: cannot mount a tmpfs here: " << disk.why_not());
      return;
    }
  }
  REQUIRE(f.network().Start(kMember).ok());
  for (const std::string& node : {std::string(kOrderer), std::string(kMember)}) {
    INFO(node);
    FillDisk(f, node);
    MakeReadOnly(f, node);
    REQUIRE(f.network().Start(node).ok());
    f.AwaitService();
  }
  f.CheckAll();
  WARN("committed " << f.committed().size());
}

// Cuts the end of a node's last block off; its block file as it was.
std::string CutTail(const Fixture& f, const std::string& node) {
  const fs::path file = f.BlockFile(node);
  std::string whole = ReadFile(file).value();
  fs::resize_file(file, whole.size() - 5);
  return whole;
}

void LoseTails(Fixture& f) {
  REQUIRE(f.network().Stop(kMember).ok());
  CutTail(f, kMember);
  REQUIRE(f.network().Start(kMember).ok());
  CHECK(f.op().AwaitEqualHashes("peer0.producer", kMember, f.network().channel()));

  REQUIRE(f.network().Stop(kOrderer).ok());
  const std::string whole = CutTail(f, kOrderer);
  const std::string said = f.RefusalToStart(kOrderer);
  INFO(said);
  CHECK(absl::StrContains(said, "was stored whole"));
  CHECK(absl::StrContains(said, f.BlockFile(kOrderer).string()));
  REQUIRE(WriteFileAtomically(f.BlockFile(kOrderer), whole).ok());
  REQUIRE(f.network().Start(kOrderer).ok());
  f.AwaitService();
}

void FlipByte(Fixture& f, const std::string& node) {
  REQUIRE(f.network().Stop(node).ok());
  const fs::path file = f.BlockFile(node);
  const std::string whole = ReadFile(file).value();
  std::string damaged = whole;
  damaged[damaged.size() / 2] ^= 0x10;
  REQUIRE(WriteFileAtomically(file, damaged).ok());
  const std::string said = f.RefusalToStart(node);
  INFO(node << ": " << said);
  CHECK(absl::StrContains(said, absl::StrCat("channel ", f.network().channel(), ": block ")));
  CHECK(absl::StrContains(said, file.string()));
  CHECK(absl::StrContains(said, "ledger verify"));
  const ToolResult verified = f.op().Tool({"ledger", "verify", f.Ledger(node).string()});
  CHECK(verified.exit_status == 1);
  CHECK(absl::StrContains(verified.output, "blockNum"));
  REQUIRE(WriteFileAtomically(file, whole).ok());
  REQUIRE(f.network().Start(node).ok());
  f.AwaitService();
}

TEST_CASE(
    "A lost tail is fetched by a peer and not forgotten by an orderer; a flipped byte keeps "
    "both from starting",
    "[integration][disk]") {
  Fixture f("diskDamage");
  LoseTails(f);
  FlipByte(f, kOrderer);
  FlipByte(f, kMember);
  f.CheckAll();
}

}  // namespace
}  // namespace suyuan
