#include "network/rpc/operations.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <prometheus/counter.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "absl/strings/match.h"
#include "network/common/file_util.h"
#include "network/common/log.h"

namespace suyuan {
namespace {

std::string Http(int port, const std::string& request) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
  REQUIRE(write(fd, request.data(), request.size()) == static_cast<ssize_t>(request.size()));
  std::string answer;
  char buffer[4096];
  for (ssize_t n; (n = read(fd, buffer, sizeof(buffer))) > 0;) answer.append(buffer, n);
  close(fd);
  return answer;
}

std::string Get(int port, const std::string& path) {
  return Http(port, "GET " + path + " HTTP/1.0\r\n\r\n");
}

std::unique_ptr<OperationsServer> StartServer() {
  auto server = OperationsServer::Start("127.0.0.1:0", std::make_shared<prometheus::Registry>());
  REQUIRE(server.ok());
  return *std::move(server);
}

TEST_CASE("Health names the component that cannot do its job", "[operations]") {
  auto server = StartServer();
  CHECK(absl::StrContains(Get(server->port(), "/healthz"), "200 OK"));
  server->AddHealthCheck("channel trace", [] { return absl::UnavailableError("disk full"); });
  const std::string answer = Get(server->port(), "/healthz");
  CHECK(absl::StrContains(answer, "503"));
  CHECK(absl::StrContains(answer, "channel trace"));
  CHECK(absl::StrContains(answer, "disk full"));
}

TEST_CASE("Metrics are served in Prometheus text form", "[operations]") {
  auto registry = std::make_shared<prometheus::Registry>();
  auto& family = prometheus::BuildCounter().Name("blocks_total").Register(*registry);
  family.Add({{"channel", "trace"}}).Increment(3);
  auto server = OperationsServer::Start("127.0.0.1:0", registry);
  REQUIRE(server.ok());
  CHECK(absl::StrContains(Get((*server)->port(), "/metrics"), "blocks_total{channel=\"trace\"} 3"));
}

TEST_CASE("Log levels change while the process runs, and bad ones are refused", "[operations]") {
  auto server = StartServer();
  const std::string before = GetLogSpec();
  const auto put = [&](const std::string& body) {
    return Http(server->port(), "PUT /logspec HTTP/1.0\r\nContent-Length: " +
                                    std::to_string(body.size()) + "\r\n\r\n" + body);
  };
  CHECK(absl::StrContains(put(R"({"spec":"warn:ledger=debug"})"), "200"));
  CHECK(absl::StrContains(Get(server->port(), "/logspec"), "ledger=debug"));
  CHECK(absl::StrContains(put(R"({"spec":"loud"})"), "400"));
  CHECK(absl::StrContains(put("no json"), "400"));
  REQUIRE(SetLogSpec(before).ok());
}

TEST_CASE("A taken operations address is named in the error", "[operations]") {
  auto server = StartServer();
  auto second =
      OperationsServer::Start(server->address(), std::make_shared<prometheus::Registry>());
  REQUIRE_FALSE(second.ok());
  CHECK(absl::IsUnavailable(second.status()));
  CHECK(absl::StrContains(second.status().message(), server->address()));
}

TEST_CASE("The ready file tells both addresses", "[operations]") {
  const auto path =
      std::filesystem::temp_directory_path() / ("suyuan-ready-" + std::to_string(getpid()));
  REQUIRE(WriteReadyFile(path, "127.0.0.1:1", "127.0.0.1:2").ok());
  CHECK(*ReadFile(path) == "{\"listen\":\"127.0.0.1:1\",\"operations\":\"127.0.0.1:2\"}\n");
  std::filesystem::remove(path);
  CHECK(WriteReadyFile("", "a", "b").ok());
}

}  // namespace
}  // namespace suyuan
