// What a test cannot go on without: a network, a client of it, a file. Each fails the test
// case that runs, with the reason; so not from other threads than its own.
#pragma once

#include <catch2/catch.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "network/common/file_util.h"
#include "tests/support/test_network.h"

namespace suyuan {

// Starts a network of `options` (of scripts/network.sh up) in networks/NAME of the build.
inline std::unique_ptr<TestNetwork> UpOrFail(const std::string& name,
                                             const std::vector<std::string>& options = {}) {
  auto network = TestNetwork::Up(BuildDir() / "networks" / name, options);
  INFO(network.status());
  REQUIRE(network.ok());
  return *std::move(network);
}

// A client of the network's gateway as USER of ORG ("producer").
inline std::unique_ptr<sdk::Gateway> ConnectOrFail(const TestNetwork& network,
                                                   const std::string& org,
                                                   const std::string& user = "user1") {
  auto gateway = network.Connect(org, user);
  INFO(gateway.status());
  REQUIRE(gateway.ok());
  return *std::move(gateway);
}

inline std::string Contents(const std::filesystem::path& path) {
  auto content = ReadFile(path);
  INFO(content.status());
  REQUIRE(content.ok());
  return *std::move(content);
}

}  // namespace suyuan
