#include "network/common/config_reader.h"

#include <catch2/catch.hpp>

namespace suyuan {
namespace {

TEST_CASE("All mistakes of a file are reported at once", "[config]") {
  auto config =
      ConfigReader::FromText("listen: nowhere\nlimit: -3\nlisten2: a:1\nwait: soon\n", "peer.yaml");
  std::string listen, id;
  int64_t limit = 7;
  absl::Duration wait;
  config.HostPort("listen", &listen, ConfigReader::kRequired);
  config.Integer("limit", &limit, 1, 10);
  config.Duration("wait", &wait);
  config.String("mspId", &id, ConfigReader::kRequired);
  const std::string text(config.Finish().message());
  CHECK(text.find("peer.yaml") == 0);
  CHECK(text.find("listen: must be HOST:PORT") != std::string::npos);
  CHECK(text.find("limit: must be a number from 1 to 10") != std::string::npos);
  CHECK(text.find("wait: must be a positive duration") != std::string::npos);
  CHECK(text.find("mspId: is missing") != std::string::npos);
  CHECK(text.find("listen2: is not a setting") != std::string::npos);
  CHECK(limit == 7);
}

TEST_CASE("Values are read with their units", "[config]") {
  auto config = ConfigReader::FromText(
      "a: {b: 2MiB, c: 200ms, d: true}\nnames: [x, y]\npeers: [{name: p0}, {name: p1, extra: 1}]\n",
      "c.yaml");
  uint64_t bytes = 0;
  absl::Duration wait;
  bool flag = false;
  std::vector<std::string> names, peers;
  config.Bytes("a.b", &bytes);
  config.Duration("a.c", &wait);
  config.Bool("a.d", &flag);
  config.Strings("names", &names);
  for (ConfigReader& element : config.List("peers")) {
    element.String("name", &peers.emplace_back(), ConfigReader::kRequired);
  }
  const absl::Status status = config.Finish();
  CHECK(std::string(status.message()).find("peers[1].extra: is not a setting") !=
        std::string::npos);
  CHECK(bytes == 2u << 20);
  CHECK(wait == absl::Milliseconds(200));
  CHECK(flag);
  CHECK(names == std::vector<std::string>{"x", "y"});
  CHECK(peers == std::vector<std::string>{"p0", "p1"});
}

TEST_CASE("A missing file is an error that names it", "[config]") {
  auto config = ConfigReader::FromFile("/nowhere/orderer.yaml");
  CHECK(std::string(config.Finish().message()).find("/nowhere/orderer.yaml") != std::string::npos);
}

TEST_CASE("An empty group is a mistake unless settings could be in it", "[config_reader]") {
  ConfigReader config = ConfigReader::FromText("tlls: {}\nlimits: {}\n", "a.yaml");
  int64_t threads = 0;
  config.Integer("limits.threads", &threads, 0, 9);
  const std::string text(config.Finish().message());
  CHECK(text.find("tlls") != std::string::npos);
  CHECK(text.find("limits") == std::string::npos);
}

}  // namespace
}  // namespace suyuan
