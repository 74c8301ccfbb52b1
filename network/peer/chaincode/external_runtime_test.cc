#include "network/peer/chaincode/external_runtime.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <catch2/catch.hpp>
#include <thread>
#include <vector>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"
#include "network/common/archive.h"
#include "network/common/file_util.h"
#include "network/peer/chaincode/testing/fake_chaincode_server.h"
#include "network/peer/chaincode/testing/requests.h"
#include "network/peer/chaincode/testing/test_peer.h"
#include "network/peer/chaincode/transaction_context.h"

namespace suyuan {
namespace {

using Catch::Matchers::Contains;

std::string ServicePackage(const std::string& label, int port, const char* dial_timeout) {
  const std::string connection = absl::StrCat("{\"address\":\"127.0.0.1:", port,
                                              "\",\"dial_timeout\":\"", dial_timeout, "\"}");
  return *WriteTarGz(
      {{"metadata.json", absl::StrCat("{\"type\":\"ccaas\",\"label\":\"", label, "\"}")},
       {"code.tar.gz", *WriteTarGz({{"connection.json", connection}})}});
}

std::string Text(const absl::StatusOr<ChaincodeResult>& result) {
  if (!result.ok()) return std::string(result.status().message());
  return result->response.status() < 400 ? result->response.payload() : result->response.message();
}

struct Fixture {
  explicit Fixture(const char* dial_timeout = "2s") {
    const std::string package = ServicePackage("asset", server->port(), dial_timeout);
    id = peer.host->packages().Install(package)->id;
    server->set_package_id(id);
    TestDeployment deployment;
    deployment.package_id = id;
    peer.Deploy(deployment);
  }
  std::unique_ptr<FakeChaincodeServer> server = std::make_unique<FakeChaincodeServer>();
  std::string id;
  TestPeer peer;
};

}  // namespace

TEST_CASE("External chaincode reads and writes over its stream", "[external]") {
  Fixture f;
  CHECK(f.peer.host->Runnable(*f.peer.channel) == std::vector<std::string>{"asset"});
  CHECK(Text(f.peer.Submit("asset", Requests().Put("a", "1"))) == "");
  CHECK(Text(f.peer.Submit("asset", Requests().Get("a"))) == "1");
  CHECK_THAT(Text(f.peer.Submit("asset", Requests().Get("a", "none"))),
             Contains("GET_STATE failed: transaction ID: "));
}

TEST_CASE("Transactions interleave on one stream", "[external]") {
  Fixture f;
  absl::BlockingCounter both(2);
  absl::StatusOr<ChaincodeResult> results[2] = {absl::UnknownError(""), absl::UnknownError("")};
  for (int i = 0; i < 2; ++i) {
    ChaincodeCall call;
    call.transaction = f.peer.NewTransaction(absl::StrCat("tx", i));
    call.input.add_args("pair");
    auto resolved = f.peer.host->Resolve(*f.peer.channel, *call.transaction->simulator, "asset");
    REQUIRE(resolved.ok());
    f.peer.host->Execute(*resolved, std::move(call),
                         [&results, &both, i](absl::StatusOr<ChaincodeResult> r) {
                           results[i] = std::move(r);
                           both.DecrementCount();
                         });
  }
  both.Wait();
  CHECK(Text(results[0]) == "tx0");
  CHECK(Text(results[1]) == "tx1");
}

TEST_CASE("A chaincode calls another over its stream", "[external]") {
  Fixture f;
  TestDeployment other;
  other.name = "other";
  f.peer.Deploy(other);
  ::protos::ChaincodeSpec spec;
  spec.mutable_chaincode_id()->set_name("other");
  for (const std::string& arg : std::vector<std::string>(Requests().Put("b", "2"))) {
    spec.mutable_input()->add_args(arg);
  }
  CHECK(f.peer.Submit("asset", Requests().Add(::protos::ChaincodeMessage::INVOKE_CHAINCODE, spec))
            ->response.status() == 200);
  CHECK(Text(f.peer.Submit("other", Requests().Get("b"))) == "2");
}

TEST_CASE("Failures of an external chaincode are told apart", "[external]") {
  Fixture f;
  CHECK(Text(f.peer.Submit("asset", {"error", "no luck"})) ==
        "transaction returned with failure: no luck");
  const auto late = f.peer.NewTransaction("late");
  late->deadline = absl::Now() + absl::Milliseconds(50);
  CHECK(Text(f.peer.Invoke(late, "asset", {"hang"})) ==
        "timeout expired while executing transaction");
  CHECK(Text(f.peer.Submit("asset", {"drop"})) == "chaincode stream terminated");
  // Dialled again.
  CHECK(Text(f.peer.Submit("asset", {"x"})) == "");
}

TEST_CASE("No transaction overtakes the answer to a registration", "[external]") {
  Fixture f;  // whose server aborts when it reads anything before REGISTERED and READY
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 4; ++caller) {
    callers.emplace_back([&f, caller] {
      for (int i = 0; i < 100; ++i) {
        const auto transaction = f.peer.NewTransaction(absl::StrCat(caller, "/", i));
        (void)f.peer.Invoke(transaction, "asset", {i % 10 == caller ? "drop" : "x"});
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  CHECK(Text(f.peer.Submit("asset", {"x"})) == "");
}

TEST_CASE("Another package's chaincode is not taken", "[external]") {
  Fixture f;
  f.server->set_package_id("another:00");
  CHECK_THAT(Text(f.peer.Submit("asset", {"x"})), Contains("it registered as 'another:00'"));
}

TEST_CASE("A chaincode that refuses connections fails at once, with address and reason",
          "[external]") {
  Fixture f("30s");
  const int port = f.server->port();
  f.server.reset();
  const absl::Time start = absl::Now();
  CHECK_THAT(Text(f.peer.Submit("asset", {"x"})), Contains("could not launch chaincode " + f.id) &&
                                                      Contains(absl::StrCat("127.0.0.1:", port)) &&
                                                      Contains("Connection refused"));
  CHECK(absl::Now() - start < absl::Seconds(30));  // the dial timeout
  // No attempt is held back by those that failed before.
  f.server = std::make_unique<FakeChaincodeServer>(port);
  f.server->set_package_id(f.id);
  CHECK(Text(f.peer.Submit("asset", {"x"})) == "");
}

TEST_CASE("A chaincode that never answers is given up", "[external]") {
  TestPeer peer;
  // Connections are taken by the kernel, and nobody reads them.
  const FileDescriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::listen(listener.get(), 5) == 0);
  REQUIRE(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  const std::string endpoint = absl::StrCat("127.0.0.1:", ::ntohs(address.sin_port));
  ThreadPool pool(1);
  const auto runtime = MakeExternalRuntime({.package_id = "asset:00",
                                            .connection = {.address = endpoint},
                                            .requests = &pool,
                                            .calls = &pool,
                                            .connect_timeout = absl::Milliseconds(100)});
  const auto context = std::make_shared<TransactionContext>(
      TransactionContext::Deps{}, ChaincodeCall{peer.NewTransaction("tx1"), {}, {}}, "asset",
      std::make_shared<const Collections>());
  absl::StatusOr<ChaincodeResult> result = absl::UnknownError("");
  absl::Notification done;
  runtime->Execute(context, {}, [&](absl::StatusOr<ChaincodeResult> r) {
    result = std::move(r);
    done.Notify();
  });
  done.WaitForNotification();
  CHECK(absl::IsUnavailable(result.status()));
  CHECK_THAT(Text(result), Contains(endpoint) && Contains("no connection within 100ms"));
}

TEST_CASE("connection.json is checked field by field", "[external]") {
  CHECK(ParseExternalConnection("{\"address\":\"a:1\"}").ok());
  CHECK_THAT(std::string(ParseExternalConnection("{}").status().message()), Contains("'address'"));
  CHECK_THAT(std::string(ParseExternalConnection("[]").status().message()),
             Contains("not a JSON object"));
  CHECK_THAT(
      std::string(
          ParseExternalConnection("{\"address\":\"a:1\",\"tls_required\":1}").status().message()),
      Contains("'tls_required'"));
  CHECK_THAT(std::string(ParseExternalConnection("{\"address\":\"a:1\",\"tls_required\":true}")
                             .status()
                             .message()),
             Contains("'root_cert'"));
  CHECK_THAT(std::string(ParseExternalConnection("{\"address\":\"a:1\",\"dial_timeout\":\"soon\"}")
                             .status()
                             .message()),
             Contains("'dial_timeout'"));
}

}  // namespace suyuan
