#include "gateway/commit_board.h"

#include <catch2/catch.hpp>

namespace suyuan {
namespace {

google::protobuf::RepeatedPtrField<::suyuan::peer::CommittedTransaction> Block(
    std::initializer_list<std::pair<std::string, ::protos::TxValidationCode>> transactions) {
  google::protobuf::RepeatedPtrField<::suyuan::peer::CommittedTransaction> out;
  for (const auto& [id, code] : transactions) {
    auto* transaction = out.Add();
    transaction->set_tx_id(id);
    transaction->set_code(code);
  }
  return out;
}

struct Seen {
  int calls = 0;
  CommitVerdict verdict;
  CommitBoard::Waiter Waiter() {
    return [this](const CommitVerdict& v) {
      ++calls;
      verdict = v;
    };
  }
};

TEST_CASE("A waiter is told the verdict when its block is reported", "[commit_board]") {
  CommitBoard board;
  board.Follow(5);
  Seen seen;
  CHECK(board.Await("a", absl::UnixEpoch(), seen.Waiter()).ask_ledger);
  board.Report(5, Block({{"a", ::protos::MVCC_READ_CONFLICT}}));
  CHECK(seen.calls == 1);
  CHECK(seen.verdict.code == ::protos::MVCC_READ_CONFLICT);
  CHECK(seen.verdict.block_number == 5);
}

TEST_CASE("A known verdict is told at once, from any peer's first report", "[commit_board]") {
  CommitBoard board;
  board.Follow(5);
  board.Report(5, Block({{"a", ::protos::VALID}}));
  board.Report(5, Block({{"a", ::protos::MVCC_READ_CONFLICT}}));  // another peer's double
  Seen seen;
  CHECK(board.Await("a", absl::UnixEpoch(), seen.Waiter()).id == 0);
  CHECK(seen.verdict.code == ::protos::VALID);
}

TEST_CASE("An expected transaction needs no look into a ledger unless blocks are missed",
          "[commit_board]") {
  CommitBoard board;
  board.Expect("early");  // nothing is followed yet
  board.Follow(5);
  board.Expect("a");
  Seen seen;
  CHECK_FALSE(board.Await("a", absl::UnixEpoch(), seen.Waiter()).ask_ledger);
  CHECK(board.Await("early", absl::UnixEpoch(), seen.Waiter()).ask_ledger);
  board.Report(7, Block({}));  // 5 and 6 went by unseen
  CHECK(board.Await("a", absl::UnixEpoch(), seen.Waiter()).ask_ledger);
}

TEST_CASE("The first occurrence of a transaction decides", "[commit_board]") {
  CommitBoard board;
  board.Follow(5);
  board.Report(5, Block({{"a", ::protos::VALID}}));
  CHECK(board.Report(6, Block({{"a", ::protos::DUPLICATE_TXID}})).empty());
  Seen seen;
  board.Await("a", absl::UnixEpoch(), seen.Waiter());
  CHECK(seen.verdict.block_number == 5);
  // Its first occurrence was before the board's time: only a ledger knows.
  Seen old;
  board.Await("old", absl::UnixEpoch(), old.Waiter());
  CHECK(board.Report(7, Block({{"old", ::protos::DUPLICATE_TXID}})) ==
        std::vector<std::string>{"old"});
  CHECK(old.calls == 0);
  board.Tell("old", {::protos::VALID, 2});
  CHECK(old.verdict.block_number == 2);
}

TEST_CASE("A cancelled waiter is not called; others of the transaction are", "[commit_board]") {
  CommitBoard board;
  board.Follow(1);
  Seen gone, stays;
  const auto ticket = board.Await("a", absl::UnixEpoch(), gone.Waiter());
  board.Await("a", absl::UnixEpoch(), stays.Waiter());
  board.Cancel("a", ticket.id);
  CHECK(board.Overdue(absl::UnixEpoch()) == std::vector<std::string>{"a"});
  board.Report(1, Block({{"a", ::protos::VALID}}));
  CHECK(gone.calls == 0);
  CHECK(stays.calls == 1);
  CHECK(board.Overdue(absl::UnixEpoch()).empty());
}

TEST_CASE("Old verdicts are forgotten", "[commit_board]") {
  CommitBoard board(2);
  board.Follow(1);
  board.Report(1, Block({{"a", ::protos::VALID}, {"b", ::protos::VALID}, {"c", ::protos::VALID}}));
  Seen seen;
  CHECK(board.Await("a", absl::UnixEpoch(), seen.Waiter()).id != 0);
  CHECK(board.Await("c", absl::UnixEpoch(), seen.Waiter()).id == 0);
}

}  // namespace
}  // namespace suyuan
