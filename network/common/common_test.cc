#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>

#include "network/common/file_util.h"
#include "network/common/log.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"
#include "network/common/thread_pool.h"

namespace suyuan {
namespace {

TEST_CASE("ParallelFor runs each index once, also when nested", "[thread_pool]") {
  ThreadPool pool(2);
  std::vector<std::atomic<int>> hits(1000);
  pool.ParallelFor(
      10, [&](size_t i) { pool.ParallelFor(100, [&, i](size_t j) { ++hits[i * 100 + j]; }); });
  for (auto& hit : hits) CHECK(hit == 1);
}

TEST_CASE("Macros keep code and add context", "[status]") {
  auto inner = []() -> absl::StatusOr<int> { return absl::NotFoundError("key"); };
  auto outer = [&]() -> absl::StatusOr<int> {
    SUYUAN_ASSIGN_OR_RETURN(int v, inner(), "read state");
    return v;
  };
  CHECK(outer().status() == absl::NotFoundError("read state: key"));
}

TEST_CASE("UTF-8 is checked strictly", "[text]") {
  CHECK(IsUtf8("溯源 ok"));
  CHECK_FALSE(IsUtf8("\xC0\x80"));
  CHECK_FALSE(IsUtf8("\xED\xA0\x80"));
  CHECK_FALSE(IsUtf8("\xE6\xBA"));
}

TEST_CASE("Log levels parse or say what is wrong", "[log]") {
  const std::string before = GetLogSpec();
  CHECK(SetLogSpec("warn:committer=debug,gateway=error").ok());
  CHECK(GetLogSpec() == "warn:committer=debug,gateway=error");
  CHECK(absl::IsInvalidArgument(SetLogSpec("loud")));
  CHECK(absl::IsInvalidArgument(SetLogSpec("info:committer")));
  CHECK(GetLogSpec() == "warn:committer=debug,gateway=error");
  CHECK(SetLogSpec(before).ok());
}

TEST_CASE("A lock file is held once", "[file]") {
  const auto path =
      std::filesystem::temp_directory_path() / ("suyuan_lock_" + std::to_string(::getpid()));
  {
    auto first = LockFile(path);
    REQUIRE(first.ok());
    CHECK(absl::IsFailedPrecondition(LockFile(path).status()));
  }
  CHECK(LockFile(path).ok());
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace suyuan
