#include "chaincode/shim/server.h"

#include <grpcpp/create_channel.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <map>
#include <set>

#include "protos/peer/chaincode.pb.h"
#include "protos/peer/chaincode_shim.grpc.pb.h"
#include "protos/peer/proposal_response.pb.h"

namespace suyuan {
namespace {

using ::protos::ChaincodeMessage;

// Reads its argument's key, then answers with the value and sets an event.
class Reader : public Chaincode {
 public:
  ChaincodeResponse Invoke(ChaincodeStub& stub) override {
    auto value = stub.GetState(stub.GetArgs().at(0));
    if (!value.ok()) return ChaincodeResponse::Error(value.status().message());
    stub.SetEvent("read", *value).IgnoreError();
    return ChaincodeResponse::Success(*value);
  }
};

// A peer that dials a chaincode.
class FakePeer {
 public:
  explicit FakePeer(const std::string& address)
      : stub_(::protos::Chaincode::NewStub(
            grpc::CreateChannel(address, grpc::InsecureChannelCredentials()))) {
    context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    stream_ = stub_->Connect(&context_);
  }
  ChaincodeMessage Read() {
    ChaincodeMessage message;
    REQUIRE(stream_->Read(&message));
    return message;
  }
  void Write(ChaincodeMessage::Type type, const std::string& txid = "",
             const std::string& payload = "") {
    ChaincodeMessage message;
    message.set_type(type);
    message.set_txid(txid);
    message.set_channel_id(txid.empty() ? "" : "trace");
    message.set_payload(payload);
    REQUIRE(stream_->Write(message));
  }
  void Register() {
    const ChaincodeMessage hello = Read();
    REQUIRE(hello.type() == ChaincodeMessage::REGISTER);
    ::protos::ChaincodeID id;
    REQUIRE(id.ParseFromString(hello.payload()));
    CHECK(id.name() == "reader:abc");
    Write(ChaincodeMessage::REGISTERED);
    Write(ChaincodeMessage::READY);
  }
  void Begin(const std::string& txid) {
    ::protos::ChaincodeInput input;
    input.add_args("key of " + txid);
    Write(ChaincodeMessage::TRANSACTION, txid, input.SerializeAsString());
  }
  void HangUp() { context_.TryCancel(); }

 private:
  std::unique_ptr<::protos::Chaincode::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<ChaincodeMessage, ChaincodeMessage>> stream_;
};

std::unique_ptr<ChaincodeServer> StartReader(Chaincode* chaincode, int threads) {
  ChaincodeServerOptions options;
  options.chaincode_id = "reader:abc";
  options.threads = threads;
  auto server = ChaincodeServer::Start(options, chaincode);
  REQUIRE(server.ok());
  return *std::move(server);
}

::protos::Response ResponseOf(const ChaincodeMessage& message) {
  ::protos::Response response;
  REQUIRE(response.ParseFromString(message.payload()));
  return response;
}

TEST_CASE("An external chaincode registers and runs a transaction") {
  Reader reader;
  const auto server = StartReader(&reader, 4);
  FakePeer peer(server->address());
  peer.Register();
  peer.Begin("t1");
  const ChaincodeMessage get = peer.Read();
  REQUIRE(get.type() == ChaincodeMessage::GET_STATE);
  CHECK(get.txid() == "t1");
  CHECK(get.channel_id() == "trace");
  peer.Write(ChaincodeMessage::RESPONSE, "t1", "the value");
  const ChaincodeMessage done = peer.Read();
  REQUIRE(done.type() == ChaincodeMessage::COMPLETED);
  CHECK(ResponseOf(done).payload() == "the value");
  CHECK(done.chaincode_event().event_name() == "read");
}

TEST_CASE("Transactions interleave on one stream") {
  Reader reader;
  const auto server = StartReader(&reader, 20);
  FakePeer peer(server->address());
  peer.Register();
  for (int i = 0; i < 20; ++i) peer.Begin("t" + std::to_string(i));
  std::set<std::string> asked;
  while (asked.size() < 20) asked.insert(peer.Read().txid());
  for (const std::string& txid : asked) {
    peer.Write(ChaincodeMessage::RESPONSE, txid, "value of " + txid);
  }
  for (int i = 0; i < 20; ++i) {
    const ChaincodeMessage done = peer.Read();
    CHECK(ResponseOf(done).payload() == "value of " + done.txid());
    asked.erase(done.txid());
  }
  CHECK(asked.empty());
}

TEST_CASE("A peer's ERROR reaches the contract, KEEPALIVE is echoed") {
  Reader reader;
  const auto server = StartReader(&reader, 1);
  FakePeer peer(server->address());
  peer.Register();
  peer.Write(ChaincodeMessage::KEEPALIVE);
  CHECK(peer.Read().type() == ChaincodeMessage::KEEPALIVE);
  peer.Begin("t1");
  peer.Read();
  peer.Write(ChaincodeMessage::ERROR, "t1", "GET_STATE failed: no");
  CHECK(ResponseOf(peer.Read()).message() == "GET_STATE failed: no");
}

TEST_CASE("A peer that hangs up frees its transactions; others go on") {
  Reader reader;
  const auto server = StartReader(&reader, 1);
  {
    FakePeer peer(server->address());
    peer.Register();
    peer.Begin("t1");
    peer.Read();
    peer.HangUp();
  }
  FakePeer other(server->address());
  other.Register();
  other.Begin("t2");
  CHECK(other.Read().type() == ChaincodeMessage::GET_STATE);
  other.Write(ChaincodeMessage::RESPONSE, "t2", "v");
  CHECK(other.Read().type() == ChaincodeMessage::COMPLETED);
}

TEST_CASE("A transaction before READY is refused") {
  Reader reader;
  const auto server = StartReader(&reader, 1);
  FakePeer peer(server->address());
  peer.Read();
  peer.Begin("t1");
  CHECK(peer.Read().type() == ChaincodeMessage::ERROR);
}

TEST_CASE("A server without a package id or with half of TLS does not start") {
  Reader reader;
  CHECK(absl::IsInvalidArgument(ChaincodeServer::Start({}, &reader).status()));
  ChaincodeServerOptions options;
  options.chaincode_id = "x";
  options.tls_key = "key.pem";
  CHECK(absl::IsInvalidArgument(ChaincodeServer::Start(options, &reader).status()));
}

}  // namespace
}  // namespace suyuan
