// The gateway in front of scripted peers and an orderer, over TLS on loopback.
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <set>
#include <thread>

#include "absl/time/clock.h"
#include "gateway/testing/fake_network.h"
#include "network/protoutil/testing/test_transaction.h"
#include "network/rpc/session_client.h"
#include "network/rpc/status_mapping.h"
#include "protos/peer/transaction.pb.h"

namespace suyuan {
namespace {

std::unique_ptr<grpc::ClientContext> Within(absl::Duration limit) {
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(absl::ToChronoTime(absl::Now() + limit));
  return context;
}

struct Evaluated {
  grpc::Status status;
  ::gateway::EvaluateResponse response;
};
Evaluated Evaluate(FakeNetwork& network, const ::protos::SignedProposal& proposal,
                   std::vector<std::string> organizations = {}) {
  ::gateway::EvaluateRequest request;
  *request.mutable_proposed_transaction() = proposal;
  for (auto& organization : organizations) request.add_target_organizations(organization);
  Evaluated out;
  auto context = Within(absl::Seconds(20));
  out.status = network.gateway().Evaluate(context.get(), request, &out.response);
  return out;
}

struct Endorsed {
  grpc::Status status;
  ::gateway::EndorseResponse response;
};
Endorsed Endorse(FakeNetwork& network, const ::protos::SignedProposal& proposal,
                 std::vector<std::string> organizations = {}) {
  ::gateway::EndorseRequest request;
  *request.mutable_proposed_transaction() = proposal;
  for (auto& organization : organizations) request.add_endorsing_organizations(organization);
  Endorsed out;
  auto context = Within(absl::Seconds(20));
  out.status = network.gateway().Endorse(context.get(), request, &out.response);
  return out;
}

std::set<std::string> Endorsers(const ::gateway::EndorseResponse& response) {
  ::common::Payload payload;
  ::protos::Transaction transaction;
  ::protos::ChaincodeActionPayload action;
  payload.ParseFromString(response.prepared_transaction().payload());
  transaction.ParseFromString(payload.data());
  if (transaction.actions_size() > 0) action.ParseFromString(transaction.actions(0).payload());
  std::set<std::string> out;
  for (const auto& endorsement : action.action().endorsements()) out.insert(endorsement.endorser());
  return out;
}

grpc::Status Submit(FakeNetwork& network, const std::string& signature,
                    const std::string& channel = kTestChannel) {
  ::gateway::SubmitRequest request;
  request.set_channel_id(channel);
  request.mutable_prepared_transaction()->set_payload("payload");
  request.mutable_prepared_transaction()->set_signature(signature);
  ::gateway::SubmitResponse response;
  auto context = Within(absl::Seconds(20));
  return network.gateway().Submit(context.get(), request, &response);
}

struct CommitStatus {
  grpc::Status status;
  ::gateway::CommitStatusResponse response;
};
CommitStatus Commit(FakeNetwork& network, const ::gateway::SignedCommitStatusRequest& request,
                    absl::Duration limit = absl::Seconds(20)) {
  CommitStatus out;
  auto context = Within(limit);
  out.status = network.gateway().CommitStatus(context.get(), request, &out.response);
  return out;
}

::suyuan::peer::ProposeReply Error(int code, const std::string& text, bool with_response) {
  ::suyuan::peer::ProposeReply reply;
  reply.set_code(code);
  reply.set_error(text);
  if (with_response) reply.mutable_response()->mutable_response()->set_status(500);
  return reply;
}

TEST_CASE("Evaluate answers with the own peer's result", "[gateway]") {
  FakeNetwork network;
  auto answer = Evaluate(network, network.Proposal("asset"));
  REQUIRE(answer.status.error_message() == "");
  CHECK(answer.response.result().payload() == "result");
  CHECK(network.peer1->proposals() == 1);
  CHECK(network.peer2->proposals() == 0);
}

TEST_CASE("Evaluate goes to the organisation asked for", "[gateway]") {
  FakeNetwork network;
  REQUIRE(network.AwaitPeers());
  CHECK(Evaluate(network, network.Proposal("asset"), {"Org2MSP"}).status.ok());
  CHECK(network.peer2->proposals() == 1);
  const auto unknown = Evaluate(network, network.Proposal("asset"), {"Org9MSP"}).status;
  CHECK(unknown.error_code() == 9);
}

TEST_CASE("Evaluate of an unknown chaincode or channel fails as in Fabric", "[gateway]") {
  FakeNetwork network;
  REQUIRE(network.AwaitPeers());
  const auto chaincode = Evaluate(network, network.Proposal("nope")).status;
  CHECK(chaincode.error_code() == 9);
  CHECK(chaincode.error_message() ==
        "no peers available to evaluate chaincode nope in channel trace");
  const auto channel = Evaluate(network, network.Proposal("asset", false, "other")).status;
  CHECK(channel.error_code() == 14);
  CHECK(channel.error_message().find("failed to get config for channel [other]") == 0);
  CHECK(Evaluate(network, {}).status.error_code() == 3);
}

TEST_CASE("A chaincode that no own peer knows is not asked of stock peers", "[gateway]") {
  FakeNetwork network;
  network.peer2->BeStock();
  const auto nothing = Evaluate(network, network.Proposal("nope")).status;
  CHECK(nothing.error_code() == 9);
  CHECK(nothing.error_message() ==
        "no peers available to evaluate chaincode nope in channel trace");
  CHECK(network.peer2->proposals() == 0);
  CHECK(Evaluate(network, network.Proposal("asset"), {"Org2MSP"}).status.ok());
  CHECK(network.peer2->proposals() == 1);
}

TEST_CASE("A refusal by the own peer is not tried elsewhere and keeps its text", "[gateway]") {
  FakeNetwork network;
  REQUIRE(network.AwaitPeers());
  network.peer1->SetPropose([](const auto&) {
    return Error(2, "error validating proposal: access denied: channel [trace]", true);
  });
  const auto status = Evaluate(network, network.Proposal("asset")).status;
  CHECK(status.error_code() == 9);
  CHECK(status.error_message() ==
        "evaluate call to endorser returned error: error validating proposal: access denied: "
        "channel [trace]");
  const auto details = Details(status);
  REQUIRE(details.size() == 1);
  CHECK(details[0].address() == network.peer1->endpoint());
  CHECK(details[0].msp_id() == "Org1MSP");
  CHECK(details[0].message() == "error validating proposal: access denied: channel [trace]");
  CHECK(network.peer2->proposals() == 0);

  const auto endorse = Endorse(network, network.Proposal("asset")).status;
  CHECK(endorse.error_code() == 10);
  CHECK(endorse.error_message() ==
        "failed to endorse transaction, see attached details for more info");
}

TEST_CASE("A remote peer's refusal is worded as an rpc error", "[gateway]") {
  FakeNetwork network;
  REQUIRE(network.AwaitPeers());
  network.peer2->SetPropose(
      [](const auto&) { return Error(2, "proposal client identity expired", false); });
  const auto evaluate = Evaluate(network, network.Proposal("asset"), {"Org2MSP"}).status;
  CHECK(evaluate.error_code() == 14);
  REQUIRE(Details(evaluate).size() == 1);
  CHECK(Details(evaluate)[0].message() ==
        "rpc error: code = Unknown desc = proposal client identity expired");
  const auto endorse = Endorse(network, network.Proposal("asset")).status;
  CHECK(endorse.error_code() == 10);
  CHECK(endorse.error_message() ==
        "failed to collect enough transaction endorsements, see attached details for more info");
  REQUIRE(Details(endorse).size() == 1);
  CHECK(Details(endorse)[0].msp_id() == "Org2MSP");
}

TEST_CASE("A chaincode's own error comes through with its text", "[gateway]") {
  FakeNetwork network;
  network.peer1->SetPropose([](const auto&) {
    auto reply = EndorsedReply("peer one", "");
    reply.mutable_response()->mutable_response()->set_status(500);
    reply.mutable_response()->mutable_response()->set_message("no such asset");
    return reply;
  });
  const auto status = Evaluate(network, network.Proposal("asset")).status;
  CHECK(status.error_code() == 2);
  REQUIRE(Details(status).size() == 1);
  CHECK(Details(status)[0].message() == "chaincode response 500, no such asset");
  CHECK(Endorse(network, network.Proposal("asset")).status.error_code() == 10);
}

TEST_CASE("Endorse collects what the policy asks for", "[gateway]") {
  FakeNetwork network;
  auto endorsed = Endorse(network, network.Proposal("asset"));
  REQUIRE(endorsed.status.error_message() == "");
  CHECK(Endorsers(endorsed.response) == std::set<std::string>{"peer one", "peer two"});
  auto one = Endorse(network, network.Proposal("asset"), {"Org2MSP"});
  CHECK(Endorsers(one.response) == std::set<std::string>{"peer two"});
  const auto unknown = Endorse(network, network.Proposal("asset"), {"Org9MSP"}).status;
  CHECK(unknown.error_code() == 14);
  CHECK(unknown.error_message() == "failed to find any endorsing peers for org(s): Org9MSP");
}

TEST_CASE("Endorse of an unknown chaincode or channel names it", "[gateway]") {
  FakeNetwork network;
  REQUIRE(network.AwaitPeers());
  for (const auto& [chaincode, channel] :
       {std::pair{"nope", "trace"}, std::pair{"asset", "other"}}) {
    const auto status = Endorse(network, network.Proposal(chaincode, false, channel)).status;
    CHECK(status.error_code() == 9);
    CHECK(status.error_message() ==
          std::string("no combination of peers can be derived which satisfy the endorsement "
                      "policy: No metadata was found for chaincode ") +
              chaincode + " in channel " + channel);
  }
}

TEST_CASE("An endorsement that differs is the peer's failure", "[gateway]") {
  FakeNetwork network;
  network.peer2->SetPropose([](const auto&) { return EndorsedReply("peer two", "another"); });
  const auto status = Endorse(network, network.Proposal("asset")).status;
  CHECK(status.error_code() == 10);
  REQUIRE(Details(status).size() == 1);
  CHECK(Details(status)[0].message() == "ProposalResponsePayloads do not match");
}

TEST_CASE("A peer that is a block behind is waited for, not asked too early", "[gateway]") {
  FakeNetwork network;
  REQUIRE(network.AwaitPeers());
  std::atomic<bool> committed{false};
  network.peer2->SetPropose([&](const auto&) {
    return EndorsedReply("peer two", committed ? "result" : "an older result");
  });
  network.peer1->Commit({{"before", ::protos::VALID}});
  REQUIRE(Commit(network, network.StatusRequest("before")).status.ok());
  auto endorsed =
      std::async(std::launch::async, [&] { return Endorse(network, network.Proposal("asset")); });
  while (network.peer1->proposals() == 0) absl::SleepFor(absl::Milliseconds(2));
  committed = true;
  network.peer2->Commit({{"before", ::protos::VALID}});
  CHECK(Told(endorsed.get().status) == "OK");

  network.peer1->Commit({{"next", ::protos::VALID}});
  REQUIRE(Commit(network, network.StatusRequest("next")).status.ok());
  committed = false;
  auto evaluated = std::async(std::launch::async, [&] {
    return Evaluate(network, network.Proposal("asset"), {"Org2MSP"});
  });
  CHECK(evaluated.wait_for(std::chrono::milliseconds(100)) == std::future_status::timeout);
  committed = true;
  network.peer2->Commit({{"next", ::protos::VALID}});
  CHECK(evaluated.get().response.result().payload() == "result");
}

TEST_CASE("A peer that stays behind is asked after all", "[gateway]") {
  FakeNetwork network;
  REQUIRE(network.AwaitPeers());
  network.peer1->Commit({{"before", ::protos::VALID}});
  REQUIRE(Commit(network, network.StatusRequest("before")).status.ok());
  CHECK(Told(Endorse(network, network.Proposal("asset")).status) == "OK");
}

TEST_CASE("A missing peer is named, and used the moment it is back", "[gateway]") {
  FakeNetwork network;
  REQUIRE(network.AwaitPeers());
  network.peer2->StopServing();
  const absl::Time deadline = absl::Now() + absl::Seconds(20);
  grpc::Status status;
  do {
    status = Endorse(network, network.Proposal("asset")).status;
  } while (status.error_code() != 9 && absl::Now() < deadline);
  CHECK(status.error_message().find(network.peer2->endpoint() + " of Org2MSP") !=
        std::string::npos);
  network.peer2->Serve();
  REQUIRE(network.AwaitPeers());
  CHECK(Endorse(network, network.Proposal("asset")).status.ok());
}

TEST_CASE("A peer that ends a call, for it stops, is not taken for a client that has gone",
          "[gateway]") {
  FakeNetwork network;
  REQUIRE(network.AwaitPeers());
  network.peer2->SetPropose([](const auto&) {
    ::suyuan::peer::ProposeReply reply;
    reply.set_code(static_cast<int>(grpc::StatusCode::CANCELLED));
    reply.set_error("stopping");
    return reply;
  });
  const grpc::Status evaluated = Evaluate(network, network.Proposal("asset"), {"Org2MSP"}).status;
  CHECK(evaluated.error_code() == grpc::StatusCode::UNAVAILABLE);
  const grpc::Status endorsed = Endorse(network, network.Proposal("asset")).status;
  CHECK(endorsed.error_code() == grpc::StatusCode::ABORTED);
  REQUIRE(Details(endorsed).size() == 1);
  CHECK(Details(endorsed)[0].message().find("stopping") != std::string::npos);
}

TEST_CASE("Submit tells what the orderer said", "[gateway]") {
  FakeNetwork network;
  network.orderer->Answer("bad", ::common::FORBIDDEN, "permission denied");
  CHECK(Submit(network, "good").ok());
  const auto bad = Submit(network, "bad");
  CHECK(bad.error_code() == 10);
  CHECK(bad.error_message() ==
        "received unsuccessful response from orderer: status=FORBIDDEN, info=permission denied");
  CHECK(Submit(network, "good").ok());
  CHECK(Submit(network, "").error_code() == 3);
  CHECK(Submit(network, "good", "other").error_code() == 9);
}

TEST_CASE("Callers share a Broadcast stream; one refusal does not hurt the others", "[gateway]") {
  FakeNetwork network;
  network.orderer->Answer("bad", ::common::BAD_REQUEST, "no");
  REQUIRE(Submit(network, "good").ok());
  std::vector<std::thread> threads;
  std::atomic<int> good{0}, bad{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int n = 0; n < 25; ++n) {
        const bool refuse = i == 0 && n % 5 == 0;
        const auto status = Submit(network, refuse ? "bad" : "good");
        if (refuse ? status.error_code() == 10 : status.ok()) ++(refuse ? bad : good);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(good == 195);
  CHECK(bad == 5);
  CHECK(network.orderer->streams() <= 7);
}

TEST_CASE("Submit succeeds behind any number of others' refusals", "[gateway]") {
  FakeNetwork network;
  network.orderer->Answer("bad", ::common::BAD_REQUEST, "no");
  REQUIRE(Submit(network, "good").ok());
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int i = 0; i < 36; ++i) {
    threads.emplace_back([&, refuse = i % 9 != 0] {
      for (int n = 0; n < 10; ++n) {
        if (Submit(network, refuse ? "bad" : "good").ok()) ++good;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(good == 40);
}

TEST_CASE("CommitStatus answers from the ledger, or waits for the block", "[gateway]") {
  FakeNetwork network;
  REQUIRE(network.AwaitPeers());
  network.peer1->SetStatus("old", ::protos::MVCC_READ_CONFLICT, 3);
  const auto old = Commit(network, network.StatusRequest("old"));
  REQUIRE(old.status.error_message() == "");
  CHECK(old.response.result() == ::protos::MVCC_READ_CONFLICT);
  CHECK(old.response.block_number() == 3);

  std::thread later([&] { network.peer1->Commit({{"new", ::protos::VALID}}); });
  const auto fresh = Commit(network, network.StatusRequest("new"));
  later.join();
  CHECK(fresh.status.ok());
  CHECK(fresh.response.block_number() == 1);

  CHECK(Commit(network, network.StatusRequest("never"), absl::Milliseconds(200))
            .status.error_code() == 4);
}

TEST_CASE("CommitStatus is for readers of the channel", "[gateway]") {
  FakeNetwork network;
  REQUIRE(network.AwaitPeers());
  CHECK(Commit(network, network.StatusRequest("a", "other")).status.error_code() == 7);
  auto forged = network.StatusRequest("a");
  forged.set_signature(network.StatusRequest("b").signature());
  CHECK(Commit(network, forged).status.error_code() == 7);
  CHECK(Commit(network, {}).status.error_code() == 3);
}

::common::Block EventBlock(const std::string& tx_id, const std::string& event_name) {
  ::protos::ChaincodeEvent event;
  event.set_chaincode_id("asset");
  event.set_tx_id(tx_id);
  event.set_event_name(event_name);
  ::protos::ChaincodeAction action;
  action.set_events(event.SerializeAsString());
  const std::string proposal = MakeProposal({.tx_id = tx_id});
  ::common::Envelope envelope;
  envelope.set_payload(MakeTransactionPayload(proposal, MakeResponsePayload(proposal, action)));
  ::common::Block block;
  block.mutable_data()->add_data(envelope.SerializeAsString());
  for (int i = 0; i < 5; ++i) block.mutable_metadata()->add_metadata();
  block.mutable_metadata()->set_metadata(2, std::string(1, '\0'));
  return block;
}

::gateway::SignedChaincodeEventsRequest EventsRequest(FakeNetwork& network, uint64_t start,
                                                      const std::string& after = "") {
  ::gateway::ChaincodeEventsRequest request;
  request.set_channel_id(kTestChannel);
  request.set_chaincode_id("asset");
  request.set_identity(network.client->serialized());
  request.mutable_start_position()->mutable_specified()->set_number(start);
  request.set_after_transaction_id(after);
  ::gateway::SignedChaincodeEventsRequest out;
  out.set_request(request.SerializeAsString());
  out.set_signature(*network.client->Sign({out.request()}));
  return out;
}

TEST_CASE("A gateway that stops tells those who wait for a commit to ask again", "[gateway]") {
  FakeNetwork network;
  REQUIRE(network.AwaitPeers());
  REQUIRE(network.meter().AwaitAnswered(absl::Seconds(20)));
  auto waiting = std::async(std::launch::async,
                            [&] { return Commit(network, network.StatusRequest("never")); });
  while (network.meter().AwaitAnswered(absl::ZeroDuration())) absl::SleepFor(absl::Milliseconds(2));
  network.meter().EndWaiting(absl::UnavailableError("the gateway is stopping"));
  CHECK(Told(waiting.get().status) == "14 the gateway is stopping");
  CHECK(network.meter().AwaitAnswered(absl::Seconds(20)));
  // One that comes now does not wait either.
  CHECK(Told(Commit(network, network.StatusRequest("never")).status) ==
        "14 the gateway is stopping");
}

TEST_CASE("Events of past and future blocks are streamed, also across a peer's restart",
          "[gateway]") {
  FakeNetwork network;
  REQUIRE(network.AwaitPeers());
  network.peer1->Commit({{"a", ::protos::VALID}}, EventBlock("a", "made"));
  REQUIRE(Commit(network, network.StatusRequest("a")).status.ok());
  auto context = Within(absl::Seconds(30));
  auto stream = network.gateway().ChaincodeEvents(context.get(), EventsRequest(network, 1));
  ::gateway::ChaincodeEventsResponse events;
  REQUIRE(stream->Read(&events));
  CHECK(events.block_number() == 1);
  CHECK(events.events(0).event_name() == "made");
  network.peer1->StopServing();
  network.peer1->Serve();
  network.peer1->Commit({{"b", ::protos::VALID}}, EventBlock("b", "sold"));
  REQUIRE(stream->Read(&events));
  CHECK(events.block_number() == 2);
  CHECK(events.events(0).event_name() == "sold");
  context->TryCancel();
  CHECK_FALSE(stream->Read(&events));
  CHECK(stream->Finish().error_code() == 1);
}

TEST_CASE("Events go on after the checkpoint's transaction", "[gateway]") {
  FakeNetwork network;
  REQUIRE(network.AwaitPeers());
  network.peer1->Commit({{"a", ::protos::VALID}}, EventBlock("a", "made"));
  network.peer1->Commit({{"b", ::protos::VALID}}, EventBlock("b", "sold"));
  network.peer1->SetStatus("a", ::protos::VALID, 1);
  REQUIRE(Commit(network, network.StatusRequest("b")).status.ok());
  auto context = Within(absl::Seconds(30));
  auto stream = network.gateway().ChaincodeEvents(context.get(), EventsRequest(network, 99, "a"));
  ::gateway::ChaincodeEventsResponse events;
  REQUIRE(stream->Read(&events));
  CHECK(events.block_number() == 2);
  CHECK(events.events(0).tx_id() == "b");
  context->TryCancel();
}

TEST_CASE("Events are for readers of the channel", "[gateway]") {
  FakeNetwork network;
  auto forged = EventsRequest(network, 1);
  forged.set_signature("no");
  ::gateway::ChaincodeEventsResponse events;
  for (const auto& [request, code] :
       {std::pair{forged, 7}, std::pair{::gateway::SignedChaincodeEventsRequest(), 3}}) {
    auto context = Within(absl::Seconds(20));
    auto stream = network.gateway().ChaincodeEvents(context.get(), request);
    CHECK_FALSE(stream->Read(&events));
    CHECK(stream->Finish().error_code() == code);
  }
}

// One call over a stream that it may share with others.
absl::StatusOr<std::string> Shared(SessionClient& client, const std::string& method,
                                   const google::protobuf::Message& request,
                                   absl::Duration limit = absl::Seconds(20)) {
  std::promise<absl::StatusOr<std::string>> answer;
  client.Call("/gateway.Gateway/" + method, request.SerializeAsString(), absl::Now() + limit,
              [&answer](absl::StatusOr<std::string> got) { answer.set_value(std::move(got)); });
  return answer.get_future().get();
}

TEST_CASE("Clients that share a stream are answered alike", "[gateway]") {
  FakeNetwork network;
  REQUIRE(network.AwaitPeers());
  const auto client = SessionClient::Make(network.Connect());

  ::gateway::EvaluateRequest evaluate;
  *evaluate.mutable_proposed_transaction() = network.Proposal("asset");
  ::gateway::EvaluateResponse result;
  const auto evaluated = Shared(*client, "Evaluate", evaluate);
  REQUIRE(evaluated.ok());
  REQUIRE(result.ParseFromString(*evaluated));
  CHECK(result.result().payload() == "result");

  network.peer2->SetPropose([](const auto&) { return Error(2, "no", true); });
  ::gateway::EndorseRequest endorse;
  *endorse.mutable_proposed_transaction() = network.Proposal("asset");
  const auto refused = Shared(*client, "Endorse", endorse).status();
  const auto alone = Endorse(network, endorse.proposed_transaction()).status;
  CHECK(static_cast<int>(refused.code()) == alone.error_code());
  CHECK(refused.message() == alone.error_message());
  CHECK(Details(ToGrpc(refused)).size() == 1);

  ::gateway::SubmitRequest submit;
  CHECK(Shared(*client, "Submit", submit).status().message() ==
        "a prepared transaction is required");
  submit.set_channel_id(kTestChannel);
  submit.mutable_prepared_transaction()->set_payload("payload");
  submit.mutable_prepared_transaction()->set_signature("signature");
  CHECK(Shared(*client, "Submit", submit).ok());
  CHECK(absl::IsUnimplemented(Shared(*client, "Nothing", submit).status()));
}

TEST_CASE("One who waits on a shared stream may give up", "[gateway]") {
  FakeNetwork network;
  REQUIRE(network.AwaitPeers());
  const auto client = SessionClient::Make(network.Connect());
  const auto late =
      Shared(*client, "CommitStatus", network.StatusRequest("never"), absl::Milliseconds(200));
  CHECK(absl::IsDeadlineExceeded(late.status()));

  std::promise<absl::Status> answer;
  const auto call = client->Call(
      "/gateway.Gateway/CommitStatus", network.StatusRequest("never").SerializeAsString(),
      absl::InfiniteFuture(),
      [&answer](const absl::StatusOr<std::string>& got) { answer.set_value(got.status()); });
  call->Cancel();
  CHECK(absl::IsCancelled(answer.get_future().get()));
  // Neither is under way at the gateway any more.
  CHECK(network.meter().AwaitAnswered(absl::Seconds(20)));
}

}  // namespace
}  // namespace suyuan
