// Killed at any moment, the ledger comes back whole.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <random>

#include "network/ledger/ledger.h"
#include "network/ledger/testing/ledger_fixtures.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {
namespace {

using testing::CommitOne;
using testing::MakeTransaction;
using testing::NextBlock;
using testing::TempDir;

std::unique_ptr<Ledger> OpenOrDie(const std::filesystem::path& dir) {
  auto ledger = Ledger::Open(dir);
  INFO(ledger.status());
  REQUIRE(ledger.ok());
  return *std::move(ledger);
}

// One block that depends on all before it: a counter, and a private value.
BlockForCommit CountingBlock(const Ledger& ledger) {
  auto simulator = ledger.NewSimulator();
  auto counter = simulator->GetState("cc", "counter");
  const uint64_t value = *counter ? std::stoull((*counter)->value) + 1 : 1;
  (void)simulator->SetState("cc", "counter", std::to_string(value));
  (void)simulator->SetPrivate("cc", "secret", "counter", std::to_string(value));
  auto results = simulator->Finish();
  auto block =
      NextBlock(ledger, {MakeTransaction(absl::StrCat("tx", value), results->public_rwset)});
  block.private_rwsets[0] = results->private_rwset;
  return block;
}

// Commits for ever; tells the pipe of each height that was reported.
[[noreturn]] void CommitForEver(const std::filesystem::path& dir, int pipe) {
  auto ledger = Ledger::Open(dir);
  if (!ledger.ok()) ::_exit(1);
  while (true) {
    if (!(*ledger)->Commit(CountingBlock(**ledger)).ok()) ::_exit(2);
    const uint64_t height = (*ledger)->Height();
    if (::write(pipe, &height, sizeof height) != sizeof height) ::_exit(3);
  }
}

// The last height told before the kill.
uint64_t RunAndKill(const std::filesystem::path& dir, std::chrono::microseconds after) {
  int pipe[2];
  REQUIRE(::pipe(pipe) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) CommitForEver(dir, pipe[1]);
  ::close(pipe[1]);
  uint64_t height = 0, last = 0;
  // From its first block on, so that opening does not count.
  if (::read(pipe[0], &height, sizeof height) == sizeof height) last = height;
  ::usleep(static_cast<useconds_t>(after.count()));
  ::kill(child, SIGKILL);
  while (::read(pipe[0], &height, sizeof height) == sizeof height) last = height;
  ::close(pipe[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WIFSIGNALED(status));
  return last;
}

TEST_CASE("A ledger killed at random moments keeps what it acknowledged, once", "[recovery]") {
  TempDir temp;
  std::mt19937 random(7);
  for (int round = 0; round < 25; ++round) {
    const uint64_t told = RunAndKill(temp.path(), std::chrono::microseconds(random() % 20000));
    if (round % 5 == 4) std::filesystem::remove_all(temp.path() / "state");
    auto ledger = OpenOrDie(temp.path());
    INFO("round " << round << " told " << told);
    REQUIRE(told > 0);
    REQUIRE(ledger->Height() >= told);
    REQUIRE(ledger->Height() <= told + 1);
    const std::string value = std::to_string(ledger->Height());
    const auto view = ledger->NewView();
    CHECK((*view->Get("cc", "counter"))->value == value);
    const auto secret = view->GetPrivate("cc", "secret", "counter");
    INFO(secret.status());
    REQUIRE(secret.ok());
    CHECK((*secret)->value == value);
    CHECK(ledger->FindTransaction(absl::StrCat("tx", value))->block_number + 1 == ledger->Height());
    ledger.reset();
    int findings = 0;
    CHECK(VerifyLedger(temp.path(), [&](const BlockFinding&) { ++findings; }).ok());
    CHECK(findings == 0);
  }
}

TEST_CASE("A state that is ahead of the blocks is rebuilt", "[recovery]") {
  TempDir temp;
  std::string hash;
  {
    auto ledger = OpenOrDie(temp.path());
    for (int i = 0; i < 3; ++i) REQUIRE(ledger->Commit(CountingBlock(*ledger)).ok());
    hash = *ledger->StateHash();
    REQUIRE(ledger->Commit(CountingBlock(*ledger)).ok());
  }
  const auto file = temp.path() / "blocks" / "000000.blk";
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
  auto ledger = OpenOrDie(temp.path());
  CHECK(ledger->Height() == 3);
  CHECK(*ledger->StateHash() == hash);
}

TEST_CASE("A damaged state database is rebuilt", "[recovery]") {
  TempDir temp;
  std::string hash;
  {
    auto ledger = OpenOrDie(temp.path());
    for (int i = 0; i < 3; ++i) REQUIRE(ledger->Commit(CountingBlock(*ledger)).ok());
    hash = *ledger->StateHash();
  }
  std::filesystem::resize_file(temp.path() / "state" / "CURRENT", 3);
  auto ledger = OpenOrDie(temp.path());
  CHECK(*ledger->StateHash() == hash);
}

}  // namespace
}  // namespace suyuan
