#include "sdk/gateway.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <map>

#include "network/common/file_util.h"
#include "network/protoutil/protoutil.h"
#include "network/protoutil/testing/test_transaction.h"
#include "network/rpc/status_mapping.h"
#include "protos/gateway/gateway.pb.h"
#include "protos/google/rpc/status.pb.h"
#include "protos/peer/chaincode.pb.h"
#include "protos/peer/events.pb.h"

namespace suyuan::sdk {
namespace {

// Answers each method with a function of the request.
class FakeConnection final : public Connection {
 public:
  using Answer = std::function<absl::StatusOr<std::string>(const std::string& request)>;
  std::map<std::string, Answer> answers;
  std::vector<std::string> stream_messages;
  absl::Status stream_end = absl::CancelledError("over");
  std::string stream_request;
  absl::Time last_deadline;

  std::shared_ptr<CallHandle> Unary(
      absl::string_view method, std::string request, absl::Time deadline,
      std::function<void(absl::StatusOr<std::string>)> done) override {
    last_deadline = deadline;
    done(answers.at(std::string(method))(request));
    return std::make_shared<Handle>();
  }

  std::shared_ptr<CallHandle> Stream(absl::string_view method, std::string request,
                                     absl::Time deadline, StreamHandler handler) override {
    stream_request = request;
    auto handle = std::make_shared<Handle>();
    handle->messages = stream_messages;
    handle->handler = std::move(handler);
    handle->end = stream_end;
    handle->Resume();
    return handle;
  }

 private:
  struct Handle : CallHandle {
    std::vector<std::string> messages;
    size_t next = 0;
    StreamHandler handler;
    absl::Status end;
    void Cancel() override {}
    void Resume() override {
      while (handler.on_message && next < messages.size()) {
        if (handler.on_message(messages[next++]) != Flow::kNext) return;
      }
      if (handler.on_done) handler.on_done(end);
    }
  };
};

struct Fixture {
  std::shared_ptr<FakeConnection> connection = std::make_shared<FakeConnection>();
  std::unique_ptr<Gateway> gateway;
  std::vector<std::string> signed_messages;

  explicit Fixture(bool with_signer = true) {
    GatewayOptions options;
    options.identity = {"Org1MSP", "PEM"};
    if (with_signer) {
      options.signer = [this](absl::string_view message) -> absl::StatusOr<std::string> {
        signed_messages.emplace_back(message);
        return std::string("signature");
      };
    }
    gateway = *Gateway::Connect(connection, options);
  }
  Contract contract() { return gateway->GetNetwork("trace").GetContract("asset", "Products"); }
};

std::string TxIdOf(const ::protos::SignedProposal& proposal) {
  const auto parsed = *ParseProto<::protos::Proposal>(proposal.proposal_bytes(), "Proposal");
  const auto header = *ParseProto<::common::Header>(parsed.header(), "Header");
  return ParseProto<::common::ChannelHeader>(header.channel_header(), "ChannelHeader")->tx_id();
}

// A prepared transaction for the proposal, with `result`.
std::string EndorseAnswer(const std::string& request_bytes, const std::string& result) {
  const auto request = *ParseProto<::gateway::EndorseRequest>(request_bytes, "EndorseRequest");
  const std::string& proposal = request.proposed_transaction().proposal_bytes();
  ::protos::ChaincodeAction action;
  action.mutable_response()->set_status(200);
  action.mutable_response()->set_payload(result);
  ::gateway::EndorseResponse answer;
  answer.mutable_prepared_transaction()->set_payload(
      MakeTransactionPayload(proposal, MakeResponsePayload(proposal, action)));
  return answer.SerializeAsString();
}

std::string CommitAnswer(int code) {
  ::gateway::CommitStatusResponse response;
  response.set_result(static_cast<::protos::TxValidationCode>(code));
  response.set_block_number(7);
  return response.SerializeAsString();
}

TEST_CASE("Evaluate sends a signed proposal and returns the payload", "[sdk]") {
  Fixture f;
  ::gateway::EvaluateRequest seen;
  f.connection->answers["/gateway.Gateway/Evaluate"] = [&](const std::string& request) {
    seen.ParseFromString(request);
    ::gateway::EvaluateResponse response;
    response.mutable_result()->set_payload("answer");
    return response.SerializeAsString();
  };
  CallOptions call;
  call.deadline = absl::FromUnixSeconds(4000000000);
  auto result = f.contract().Evaluate("Read", {"a", "b"}, call);
  REQUIRE(result.ok());
  CHECK(*result == "answer");
  CHECK(f.connection->last_deadline == *call.deadline);
  CHECK(seen.channel_id() == "trace");
  CHECK(seen.proposed_transaction().signature() == "signature");
  CHECK(f.signed_messages.front() == seen.proposed_transaction().proposal_bytes());

  const auto proposal =
      *ParseProto<::protos::Proposal>(seen.proposed_transaction().proposal_bytes(), "Proposal");
  const auto header = *ParseProto<::common::Header>(proposal.header(), "Header");
  const auto signature_header =
      *ParseProto<::common::SignatureHeader>(header.signature_header(), "SignatureHeader");
  CHECK(ComputeTxId(signature_header.nonce(), signature_header.creator()) ==
        TxIdOf(seen.proposed_transaction()));
  CHECK(seen.transaction_id() == TxIdOf(seen.proposed_transaction()));
  const auto payload =
      *ParseProto<::protos::ChaincodeProposalPayload>(proposal.payload(), "payload");
  const auto spec = *ParseProto<::protos::ChaincodeInvocationSpec>(payload.input(), "spec");
  CHECK(spec.chaincode_spec().input().args(0) == "Products:Read");
  CHECK(spec.chaincode_spec().input().args(2) == "b");
}

TEST_CASE("Submit goes through all steps and returns the result", "[sdk]") {
  Fixture f;
  f.connection->answers["/gateway.Gateway/Endorse"] = [](const std::string& request) {
    return EndorseAnswer(request, "done");
  };
  ::gateway::SubmitRequest submitted;
  f.connection->answers["/gateway.Gateway/Submit"] = [&](const std::string& request) {
    submitted.ParseFromString(request);
    return std::string();
  };
  f.connection->answers["/gateway.Gateway/CommitStatus"] = [](const std::string&) {
    return CommitAnswer(::protos::VALID);
  };
  auto result = f.contract().Submit("Create", {"x"});
  INFO(result.status());
  REQUIRE(result.ok());
  CHECK(*result == "done");
  CHECK(submitted.prepared_transaction().signature() == "signature");
  CHECK(f.signed_messages.size() == 3);
}

TEST_CASE("An invalid transaction is a commit error with code and block", "[sdk]") {
  Fixture f;
  f.connection->answers["/gateway.Gateway/Endorse"] = [](const std::string& request) {
    return EndorseAnswer(request, "");
  };
  f.connection->answers["/gateway.Gateway/Submit"] = [](const std::string&) {
    return std::string();
  };
  f.connection->answers["/gateway.Gateway/CommitStatus"] = [](const std::string&) {
    return CommitAnswer(::protos::MVCC_READ_CONFLICT);
  };
  auto result = f.contract().Submit("Create", {"x"});
  const auto error = GetGatewayError(result.status());
  REQUIRE(error);
  CHECK(error->step == Step::kCommit);
  CHECK(error->validation_code == 11);
  CHECK(error->block_number == 7);
  CHECK(error->transaction_id.size() == 64);
  CHECK(std::string(result.status().message()).find("MVCC_READ_CONFLICT") != std::string::npos);
}

TEST_CASE("A transaction of another proposal is not signed", "[sdk]") {
  Fixture f;
  std::string first;
  f.connection->answers["/gateway.Gateway/Endorse"] = [&](const std::string& request) {
    if (first.empty()) first = EndorseAnswer(request, "");
    return first;
  };
  REQUIRE(f.contract().NewProposal("Create", {})->Endorse().ok());
  auto second = f.contract().NewProposal("Create", {});
  CHECK(absl::IsDataLoss(second->Endorse().status()));
  CHECK(f.signed_messages.size() == 2);  // the two proposals
}

TEST_CASE("A gateway's refusal names step, transaction and nodes", "[sdk]") {
  Fixture f;
  f.connection->answers["/gateway.Gateway/Endorse"] =
      [](const std::string&) -> absl::StatusOr<std::string> {
    ::gateway::ErrorDetail detail;
    detail.set_address("peer0:7051");
    detail.set_msp_id("Org2MSP");
    detail.set_message("chaincode response 500, no");
    ::google::rpc::Status rich;
    rich.add_details()->PackFrom(detail);
    absl::Status status = absl::AbortedError("failed to endorse");
    status.SetPayload(kStatusDetailsUrl, absl::Cord(rich.SerializeAsString()));
    return status;
  };
  auto result = f.contract().Submit("Create", {"x"});
  CHECK(absl::IsAborted(result.status()));
  const auto error = GetGatewayError(result.status());
  REQUIRE(error);
  CHECK(error->step == Step::kEndorse);
  REQUIRE(error->details.size() == 1);
  CHECK(error->details[0].address == "peer0:7051");
  CHECK(error->details[0].msp_id == "Org2MSP");
  CHECK(error->details[0].message == "chaincode response 500, no");
}

TEST_CASE("Offline signing carries each stage as bytes", "[sdk]") {
  Fixture offline(false);
  auto& connection = *offline.connection;
  connection.answers["/gateway.Gateway/Endorse"] = [](const std::string& request) {
    return EndorseAnswer(request, "r");
  };
  connection.answers["/gateway.Gateway/Submit"] = [](const std::string&) { return std::string(); };
  ::gateway::SignedCommitStatusRequest asked;
  connection.answers["/gateway.Gateway/CommitStatus"] = [&](const std::string& request) {
    asked.ParseFromString(request);
    return CommitAnswer(0);
  };
  auto proposal = offline.contract().NewProposal("Create", {});
  REQUIRE(proposal.ok());
  CHECK(absl::IsFailedPrecondition(proposal->Endorse().status()));
  auto signed_proposal = offline.gateway->NewSignedProposal(*proposal->Bytes(), "s1");
  REQUIRE(signed_proposal.ok());
  CHECK(signed_proposal->transaction_id() == proposal->transaction_id());
  auto transaction = signed_proposal->Endorse();
  INFO(transaction.status());
  REQUIRE(transaction.ok());
  auto signed_transaction = offline.gateway->NewSignedTransaction(*transaction->Bytes(), "s2");
  REQUIRE(signed_transaction.ok());
  CHECK(signed_transaction->Result() == "r");
  auto commit = signed_transaction->Submit();
  REQUIRE(commit.ok());
  auto signed_commit = offline.gateway->NewSignedCommit(*commit->Bytes(), "s3");
  REQUIRE(signed_commit.ok());
  auto status = signed_commit->Status();
  REQUIRE(status.ok());
  CHECK(status->successful);
  CHECK(asked.signature() == "s3");
}

TEST_CASE("Transient data and organisations go into the request", "[sdk]") {
  Fixture f;
  ::gateway::EndorseRequest seen;
  f.connection->answers["/gateway.Gateway/Endorse"] = [&](const std::string& request) {
    seen.ParseFromString(request);
    return EndorseAnswer(request, "");
  };
  ProposalOptions options;
  options.transient = {{"code", "123"}};
  options.endorsing_organizations = {"A", "B"};
  auto proposal = f.contract().NewProposal("Verify", options);
  REQUIRE(proposal.ok());
  REQUIRE(proposal->Endorse().ok());
  CHECK(seen.endorsing_organizations_size() == 2);
  const auto parsed =
      *ParseProto<::protos::Proposal>(seen.proposed_transaction().proposal_bytes(), "Proposal");
  const auto payload = *ParseProto<::protos::ChaincodeProposalPayload>(parsed.payload(), "payload");
  CHECK(payload.transientmap().at("code") == "123");
}

TEST_CASE("Events come one by one, far more than the queue holds", "[sdk]") {
  Fixture f;
  for (int block = 0; block < 500; ++block) {
    ::gateway::ChaincodeEventsResponse response;
    response.set_block_number(block);
    for (int i = 0; i < 2; ++i) {
      auto* event = response.add_events();
      event->set_tx_id("tx" + std::to_string(i));
      event->set_event_name("e");
    }
    f.connection->stream_messages.push_back(response.SerializeAsString());
  }
  MemoryCheckpointer checkpoint;
  REQUIRE(checkpoint.CheckpointTransaction(3, "abc").ok());
  EventOptions options;
  options.checkpoint = &checkpoint;
  auto events = f.gateway->GetNetwork("trace").ChaincodeEvents("asset", options);
  REQUIRE(events.ok());
  for (int i = 0; i < 1000; ++i) {
    auto event = (*events)->Next();
    REQUIRE(event.ok());
    CHECK(event->block_number == static_cast<uint64_t>(i / 2));
  }
  CHECK(absl::IsCancelled((*events)->Next().status()));
  ::gateway::SignedChaincodeEventsRequest request;
  request.ParseFromString(f.connection->stream_request);
  ::gateway::ChaincodeEventsRequest inner;
  inner.ParseFromString(request.request());
  CHECK(inner.after_transaction_id() == "abc");
  CHECK(inner.start_position().specified().number() == 3);
}

TEST_CASE("A closed stream wakes its reader", "[sdk]") {
  Fixture f;
  auto events = f.gateway->GetNetwork("trace").BlockEvents();
  REQUIRE(events.ok());
  (*events)->Close();
  CHECK_FALSE((*events)->Next().ok());
}

TEST_CASE("A file checkpoint survives", "[sdk]") {
  const auto path =
      std::filesystem::temp_directory_path() / ("suyuan_cp_" + std::to_string(::getpid()));
  {
    auto checkpoint = NewFileCheckpointer(path);
    REQUIRE(checkpoint.ok());
    CHECK_FALSE((*checkpoint)->BlockNumber());
    REQUIRE((*checkpoint)->CheckpointTransaction(5, "tx").ok());
  }
  auto again = NewFileCheckpointer(path);
  REQUIRE(again.ok());
  CHECK((*again)->BlockNumber() == 5u);
  CHECK((*again)->TransactionId() == "tx");
  REQUIRE((*again)->CheckpointBlock(5).ok());
  CHECK((*again)->BlockNumber() == 6u);
  CHECK((*again)->TransactionId().empty());
  REQUIRE(WriteFileAtomically(path, "nonsense").ok());
  CHECK(absl::IsInvalidArgument(NewFileCheckpointer(path).status()));
  std::filesystem::remove(path);
}

TEST_CASE("Connecting asks for what is missing by name", "[sdk]") {
  CHECK(std::string(NewConnection({}).status().message()).find("endpoint") == 0);
  auto connection = std::make_shared<FakeConnection>();
  CHECK(std::string(Gateway::Connect(connection, {}).status().message()).find("identity.msp_id") ==
        0);
}

}  // namespace
}  // namespace suyuan::sdk
