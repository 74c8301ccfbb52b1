// Submit through the gateway while orderers fail.
#include <grpcpp/grpcpp.h>

#include <catch2/catch.hpp>
#include <functional>
#include <future>
#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gateway/testing/fake_network.h"
#include "network/protoutil/protoutil.h"
#include "protos/peer/transaction.pb.h"

namespace suyuan {
namespace {

constexpr absl::Duration kLong = absl::Seconds(30);

::gateway::SubmitRequest Request(const std::string& tx_id) {
  ::common::Payload payload;
  payload.mutable_header()->set_channel_header(
      MakeChannelHeader(::common::ENDORSER_TRANSACTION, kTestChannel, tx_id, absl::Now())
          .SerializeAsString());
  ::common::SignatureHeader signature_header;
  signature_header.set_creator("client");
  payload.mutable_header()->set_signature_header(signature_header.SerializeAsString());
  ::gateway::SubmitRequest request;
  request.set_channel_id(kTestChannel);
  request.set_transaction_id(tx_id);
  request.mutable_prepared_transaction()->set_payload(payload.SerializeAsString());
  request.mutable_prepared_transaction()->set_signature("signature of " + tx_id);
  return request;
}

grpc::Status Submit(FakeNetwork& network, const std::string& tx_id, absl::Duration limit = kLong) {
  grpc::ClientContext context;
  if (limit != absl::InfiniteDuration()) {
    context.set_deadline(absl::ToChronoTime(absl::Now() + limit));
  }
  ::gateway::SubmitResponse response;
  return network.gateway().Submit(&context, Request(tx_id), &response);
}

// Runs meanwhile.
std::future<grpc::Status> Submitting(FakeNetwork& network, const std::string& tx_id) {
  return std::async(std::launch::async, [&network, tx_id] { return Submit(network, tx_id); });
}

bool Await(const std::function<bool()>& condition) {
  const absl::Time deadline = absl::Now() + kLong;
  while (!condition()) {
    if (absl::Now() > deadline) return false;
    absl::SleepFor(absl::Milliseconds(2));
  }
  return true;
}

void AnswerAll(FakeOrderer& orderer, const std::string& tx_id, ::common::Status status) {
  orderer.Answer("signature of " + tx_id, status, "because");
}

TEST_CASE("A transaction that one orderer cannot take goes to another", "[submit]") {
  FakeNetwork network({.orderers = 3});
  for (const char* tx_id : {"a", "b", "c", "d"}) {
    AnswerAll(*network.orderer, tx_id, ::common::SERVICE_UNAVAILABLE);
    AnswerAll(*network.more_orderers[0], tx_id, ::common::INTERNAL_SERVER_ERROR);
    CHECK(Submit(network, tx_id).ok());
  }
  CHECK(network.more_orderers[1]->received() == 4);
}

TEST_CASE("The orderer that answered last is asked first", "[submit]") {
  FakeNetwork network({.orderers = 2});
  FakeOrderer& other = *network.more_orderers[0];
  network.orderer->StopServing();
  REQUIRE(Submit(network, "a").ok());
  network.orderer->Serve();
  for (int i = 0; i < 5; ++i) REQUIRE(Submit(network, "b").ok());
  CHECK(other.received() == 6);
  other.StopServing();
  REQUIRE(Submit(network, "c").ok());
  other.Serve();
  for (int i = 0; i < 5; ++i) REQUIRE(Submit(network, "d").ok());
  CHECK(network.orderer->received() == 6);
}

TEST_CASE("An orderer that takes envelopes and answers nothing is left for another", "[submit]") {
  FakeNetwork network({.orderers = 2, .orderer_timeout = absl::Milliseconds(200)});
  network.orderer->Stall(true);
  CHECK(Submit(network, "a").ok());
  CHECK(Submit(network, "b").ok());
  network.more_orderers[0]->Stall(true);
  network.orderer->Stall(false);
  CHECK(Submit(network, "c").ok());
}

TEST_CASE("Callers who come together, the first on a channel, all wait until it is known",
          "[submit]") {
  for (int round = 0; round < 10; ++round) {
    FakeNetwork network;
    std::vector<std::future<grpc::Status>> waiting;
    for (int i = 0; i < 8; ++i) waiting.push_back(Submitting(network, absl::StrCat("t", i)));
    for (auto& status : waiting) CHECK(Told(status.get()) == "OK");
  }
}

TEST_CASE("Callers who ask together for a channel that is not there are all told so", "[submit]") {
  FakeNetwork network;
  const auto ask = [&network] {
    ::gateway::SubmitRequest request = Request("t");
    request.set_channel_id("nowhere");
    std::map<std::string, int> told;
    for (int i = 0; i < 50; ++i) {
      grpc::ClientContext context;
      context.set_deadline(absl::ToChronoTime(absl::Now() + kLong));
      ::gateway::SubmitResponse response;
      const grpc::Status status = network.gateway().Submit(&context, request, &response);
      ++told[absl::StrCat(status.error_code(), " ", status.error_message().substr(0, 44))];
    }
    return told;
  };
  std::vector<std::future<std::map<std::string, int>>> callers;
  for (int i = 0; i < 8; ++i) callers.push_back(std::async(std::launch::async, ask));
  for (auto& caller : callers) {
    CHECK(caller.get() ==
          std::map<std::string, int>{{"9 failed to get config for channel [nowhere]: ", 50}});
  }
}

TEST_CASE("A slow orderer that goes on answering is not given up", "[submit]") {
  FakeNetwork network({.orderers = 1, .orderer_timeout = absl::Seconds(2)});
  network.orderer->Delay(absl::Milliseconds(600));
  std::vector<std::future<grpc::Status>> waiting;
  for (int i = 0; i < 5; ++i) waiting.push_back(Submitting(network, absl::StrCat("t", i)));
  for (auto& status : waiting) CHECK(Told(status.get()) == "OK");
  CHECK(network.orderer->streams() == 1);
  CHECK(network.orderer->received() == 5);
}

TEST_CASE("A single orderer's restart is waited for", "[submit]") {
  FakeNetwork network;
  REQUIRE(Submit(network, "before").ok());
  network.orderer->StopServing();
  auto waiting = Submitting(network, "during");
  CHECK(waiting.wait_for(std::chrono::milliseconds(300)) == std::future_status::timeout);
  network.orderer->Serve();
  CHECK(waiting.get().ok());
}

TEST_CASE("Unavailable comes before the deadline, with each orderer's last reason", "[submit]") {
  FakeNetwork network({.orderers = 3, .orderer_timeout = absl::Milliseconds(500)});
  REQUIRE(network.AwaitPeers());
  AnswerAll(*network.orderer, "a", ::common::SERVICE_UNAVAILABLE);
  network.more_orderers[0]->StopServing();
  network.more_orderers[1]->Stall(true);
  const absl::Time before = absl::Now();
  const grpc::Status status = Submit(network, "a", absl::Seconds(4));
  CHECK(absl::Now() - before < absl::Seconds(4));
  CHECK(status.error_code() == grpc::StatusCode::UNAVAILABLE);
  CHECK(status.error_message() == "no orderers could successfully process transaction");
  std::map<std::string, std::string> reasons;
  for (const auto& detail : Details(status)) {
    CHECK(detail.msp_id() == "OrdererMSP");
    CHECK(reasons.emplace(detail.address(), detail.message()).second);
  }
  CHECK(reasons[network.orderer->endpoint()] ==
        "received unsuccessful response from orderer: status=SERVICE_UNAVAILABLE, info=because");
  CHECK(reasons[network.more_orderers[0]->endpoint()].find("rpc error: code = ") == 0);
  CHECK(reasons[network.more_orderers[1]->endpoint()].find("no answer from the orderer") !=
        std::string::npos);
  CHECK(network.orderer->received() > 1);
}

TEST_CASE("A caller without a deadline is answered after the gateway's own limit", "[submit]") {
  FakeNetwork network({.submit_timeout = absl::Milliseconds(400)});
  REQUIRE(network.AwaitPeers());
  AnswerAll(*network.orderer, "a", ::common::SERVICE_UNAVAILABLE);
  CHECK(Submit(network, "a", absl::InfiniteDuration()).error_code() ==
        grpc::StatusCode::UNAVAILABLE);
}

TEST_CASE("What an orderer finds wrong is not sent to another", "[submit]") {
  FakeNetwork network({.orderers = 2});
  for (FakeOrderer* orderer : {network.orderer.get(), network.more_orderers[0].get()}) {
    AnswerAll(*orderer, "a", ::common::BAD_REQUEST);
  }
  const grpc::Status status = Submit(network, "a");
  CHECK(status.error_code() == grpc::StatusCode::ABORTED);
  CHECK(Details(status).empty());
  CHECK(network.orderer->received() + network.more_orderers[0]->received() == 1);
}

TEST_CASE("A transaction found committed while it is retried is a success", "[submit]") {
  FakeNetwork network;
  REQUIRE(network.AwaitPeers());
  for (const char* tx_id : {"block", "ledger"}) {
    AnswerAll(*network.orderer, tx_id, ::common::SERVICE_UNAVAILABLE);
  }
  auto waiting = Submitting(network, "block");
  REQUIRE(Await([&] { return network.orderer->received() > 1; }));
  network.peer1->Commit({{"block", ::protos::MVCC_READ_CONFLICT}});
  CHECK(waiting.get().ok());

  network.peer1->SetStatus("ledger", ::protos::VALID, 1);
  CHECK(Submit(network, "ledger").ok());
}

TEST_CASE("Every attempt carries the same envelope", "[submit]") {
  FakeNetwork network({.orderers = 2});
  REQUIRE(network.AwaitPeers());
  AnswerAll(*network.orderer, "a", ::common::SERVICE_UNAVAILABLE);
  AnswerAll(*network.more_orderers[0], "a", ::common::SERVICE_UNAVAILABLE);
  CHECK(Submit(network, "a", absl::Seconds(3)).error_code() == grpc::StatusCode::UNAVAILABLE);
  std::set<std::string> distinct;
  for (FakeOrderer* orderer : {network.orderer.get(), network.more_orderers[0].get()}) {
    CHECK(orderer->received() >= 2);
    distinct.insert(orderer->LastEnvelope());
  }
  CHECK(distinct.size() == 1);
}

}  // namespace
}  // namespace suyuan
