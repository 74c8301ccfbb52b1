#include <grpcpp/grpcpp.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <deque>
#include <map>
#include <set>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "network/common/thread_pool.h"
#include "network/crypto/testing/test_ca.h"
#include "network/rpc/credentials.h"
#include "network/rpc/server.h"
#include "network/rpc/session_client.h"
#include "network/rpc/session_server.h"
#include "network/rpc/status_mapping.h"
#include "protos/peer/peer.grpc.pb.h"
#include "protos/suyuan/session.grpc.pb.h"

namespace suyuan {
namespace {

using ::suyuan::rpc::SessionReplies;
using ::suyuan::rpc::SessionRequests;

constexpr absl::Duration kPatience = absl::Seconds(60);

constexpr char kOwnMethod[] = "/protos.Endorser/ProcessProposal";

std::string Proposal(const std::string& bytes) {
  ::protos::SignedProposal proposal;
  proposal.set_proposal_bytes(bytes);
  return proposal.SerializeAsString();
}

std::string PayloadOf(const std::string& response) {
  ::protos::ProposalResponse parsed;
  REQUIRE(parsed.ParseFromString(response));
  return parsed.payload();
}

absl::Time Patient() { return absl::Now() + kPatience; }

// A server that has sessions, and one that has not.
class TestServer {
 public:
  explicit TestServer(const SessionLimits& limits = {}, bool with_sessions = true)
      : sessions_(SessionServer::Make(limits)), with_sessions_(with_sessions) {
    sessions_->Handle("/test/Echo", [](const SessionCallPtr& call) {
      call->Answer(absl::OkStatus(), call->message());
    });
    sessions_->Handle("/test/Later", [this](const SessionCallPtr& call) {
      pool_.Submit([call] { call->Answer(absl::OkStatus(), call->message()); });
    });
    sessions_->Handle("/test/Refuse", [](const SessionCallPtr& call) {
      absl::Status status = absl::AbortedError(call->message());
      status.SetPayload(kStatusDetailsUrl, absl::Cord("details"));
      call->Answer(status, "");
    });
    sessions_->Handle("/test/Keep", [this](SessionCallPtr call) {
      absl::MutexLock lock(&mutex_);
      kept_.push_back(std::move(call));
    });
  }
  ~TestServer() { Stop(); }

  void Start() {
    const auto identity = ca_.IssueTls("server");
    std::vector<grpc::Service*> services;
    if (with_sessions_) services.push_back(sessions_->service());
    services.push_back(&other_);
    auto server =
        RpcServer::Start({.tls = {identity.certificate->ToPem(), identity.key->ToPem()}}, services);
    REQUIRE(server.ok());
    server_ = *std::move(server);
  }
  void Stop() {
    {
      absl::MutexLock lock(&mutex_);
      kept_.clear();
    }
    if (server_ != nullptr) server_->Stop(absl::Seconds(1));
    server_.reset();
  }

  std::shared_ptr<grpc::Channel> Connect() const {
    auto channel = MakeChannel(server_->address(),
                               MakeChannelCredentials(ca_.certificate()->ToPem(), nullptr), "");
    // A call made meanwhile fails when one attempt does, as it may on a busy machine.
    REQUIRE(channel->WaitForConnected(absl::ToChronoTime(Patient())));
    return channel;
  }
  SessionServer& sessions() { return *sessions_; }

  // Those that /test/Keep has, once there are so many.
  std::vector<SessionCallPtr> AwaitKept(size_t count) {
    absl::MutexLock lock(&mutex_);
    const auto enough = [this, count]()
                            ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return kept_.size() >= count; };
    REQUIRE(mutex_.AwaitWithTimeout(absl::Condition(&enough), kPatience));
    return std::exchange(kept_, {});
  }

 private:
  // Asked by a gRPC call of its own.
  class Other final : public ::protos::Endorser::CallbackService {
   public:
    grpc::ServerUnaryReactor* ProcessProposal(grpc::CallbackServerContext* context,
                                              const ::protos::SignedProposal* request,
                                              ::protos::ProposalResponse* response) override {
      response->set_payload(request->proposal_bytes());
      auto* reactor = context->DefaultReactor();
      reactor->Finish(grpc::Status::OK);
      return reactor;
    }
  };

  const TestCa ca_{"ca.test"};
  ThreadPool pool_{4};
  const std::unique_ptr<SessionServer> sessions_;
  const bool with_sessions_;
  Other other_;
  std::unique_ptr<RpcServer> server_;
  absl::Mutex mutex_;
  std::vector<SessionCallPtr> kept_ ABSL_GUARDED_BY(mutex_);
};

// Answers, as they come.
class Answers {
 public:
  SessionClient::Done Next(int which) {
    return [this, which](absl::StatusOr<std::string> answer) {
      absl::MutexLock lock(&mutex_);
      answers_[which].push_back(std::move(answer));
      ++count_;
    };
  }
  // The single answer of each call, once there are so many.
  std::map<int, absl::StatusOr<std::string>> Await(size_t count) {
    absl::MutexLock lock(&mutex_);
    const auto enough = [this, count]()
                            ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return count_ >= count; };
    REQUIRE(mutex_.AwaitWithTimeout(absl::Condition(&enough), kPatience));
    std::map<int, absl::StatusOr<std::string>> out;
    for (const auto& [which, list] : answers_) {
      REQUIRE(list.size() == 1);
      out.emplace(which, list.front());
    }
    return out;
  }

 private:
  absl::Mutex mutex_;
  size_t count_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<int, std::vector<absl::StatusOr<std::string>>> answers_ ABSL_GUARDED_BY(mutex_);
};

absl::StatusOr<std::string> CallAndWait(SessionClient& client, const std::string& method,
                                        const std::string& message) {
  Answers answers;
  client.Call(method, message, Patient(), answers.Next(0));
  return answers.Await(1).at(0);
}

}  // namespace

TEST_CASE("Calls of many threads each get their own answer", "[session]") {
  TestServer server;
  server.Start();
  const auto client = SessionClient::Make(server.Connect());
  constexpr int kThreads = 4, kCalls = 500;
  Answers answers;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kCalls; ++i) {
        const int which = t * kCalls + i;
        client->Call("/test/Echo", absl::StrCat("message ", which), Patient(), answers.Next(which));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& [which, answer] : answers.Await(kThreads * kCalls)) {
    REQUIRE(answer.ok());
    CHECK(*answer == absl::StrCat("message ", which));
  }
}

TEST_CASE("Calls that are answered while others arrive are not mixed up", "[session]") {
  TestServer server;
  server.Start();
  const auto client = SessionClient::Make(server.Connect());
  constexpr int kCalls = 20'000;
  Answers answers;
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&, t] {
      for (int which = t; which < kCalls; which += 2) {
        client->Call("/test/Later", absl::StrCat("message ", which), Patient(),
                     answers.Next(which));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& [which, answer] : answers.Await(kCalls)) {
    REQUIRE(answer.ok());
    REQUIRE(*answer == absl::StrCat("message ", which));
  }
}

TEST_CASE("An error comes with its code, text and details", "[session]") {
  TestServer server;
  server.Start();
  const auto client = SessionClient::Make(server.Connect());
  const auto refused = CallAndWait(*client, "/test/Refuse", "because");
  CHECK(refused.status().code() == absl::StatusCode::kAborted);
  CHECK(refused.status().message() == "because");
  CHECK(refused.status().GetPayload(kStatusDetailsUrl) == absl::Cord("details"));

  const auto unknown = CallAndWait(*client, "/test/Nothing", "");
  CHECK(absl::IsUnimplemented(unknown.status()));
  CHECK(unknown.status().message() == "unknown method /test/Nothing");
  CHECK(CallAndWait(*client, "/test/Echo", "still there").ok());
}

TEST_CASE("Each call goes by itself where the server has no sessions", "[session]") {
  TestServer server({}, /*with_sessions=*/false);
  server.Start();
  const auto client = SessionClient::Make(server.Connect());
  Answers answers;
  for (int i = 0; i < 20; ++i) {
    client->Call(kOwnMethod, Proposal(absl::StrCat(i)), Patient(), answers.Next(i));
  }
  for (const auto& [which, answer] : answers.Await(20)) {
    REQUIRE(answer.ok());
    CHECK(PayloadOf(*answer) == absl::StrCat(which));
  }
}

TEST_CASE("A large message goes by itself", "[session]") {
  TestServer server;
  server.Start();
  const auto client = SessionClient::Make(server.Connect());
  const std::string large(size_t{300} << 10, 'x');
  const auto answer = CallAndWait(*client, kOwnMethod, Proposal(large));
  REQUIRE(answer.ok());
  CHECK(PayloadOf(*answer) == large);
  // A session has no such method here.
  CHECK(absl::IsUnimplemented(CallAndWait(*client, kOwnMethod, Proposal("x")).status()));
}

TEST_CASE("Who gives up is told at once, and so is the server", "[session]") {
  TestServer server;
  server.Start();
  const auto client = SessionClient::Make(server.Connect());
  Answers answers;
  const auto handle = client->Call("/test/Keep", "a", Patient(), answers.Next(0));
  client->Call("/test/Keep", "b", absl::Now() + absl::Milliseconds(300), answers.Next(1));
  auto kept = server.AwaitKept(2);
  absl::Notification gone[2];
  for (int i = 0; i < 2; ++i) kept[i]->OnCancel([&gone, i] { gone[i].Notify(); });

  handle->Cancel();
  REQUIRE(gone[0].WaitForNotificationWithTimeout(kPatience));
  REQUIRE(gone[1].WaitForNotificationWithTimeout(kPatience));
  auto got = answers.Await(2);
  CHECK(absl::IsCancelled(got.at(0).status()));
  CHECK(absl::IsDeadlineExceeded(got.at(1).status()));
  handle->Cancel();  // no effect
  // Late answers go nowhere, and harm nobody.
  for (const auto& call : kept) call->Answer(absl::OkStatus(), "late");
  CHECK(CallAndWait(*client, "/test/Echo", "still there").ok());
  answers.Await(2);
}

TEST_CASE("A call has what is left of its caller's time", "[session]") {
  TestServer server;
  server.Start();
  const auto client = SessionClient::Make(server.Connect());
  Answers answers;
  const absl::Time before = absl::Now();
  client->Call("/test/Keep", "a", before + absl::Hours(1), answers.Next(0));
  client->Call("/test/Keep", "b", absl::InfiniteFuture(), answers.Next(1));
  const auto kept = server.AwaitKept(2);
  CHECK(kept[0]->deadline() <= absl::Now() + absl::Hours(1));
  CHECK(kept[0]->deadline() > before + absl::Minutes(59));
  CHECK(kept[1]->deadline() == absl::InfiniteFuture());
  for (const auto& call : kept) call->Answer(absl::OkStatus(), "");
  answers.Await(2);
}

TEST_CASE("A handler that drops its call answers it", "[session]") {
  TestServer server;
  server.Start();
  const auto client = SessionClient::Make(server.Connect());
  Answers answers;
  client->Call("/test/Keep", "a", Patient(), answers.Next(0));
  server.AwaitKept(1);
  CHECK(absl::IsInternal(answers.Await(1).at(0).status()));
}

TEST_CASE("A server that stops answers what it has taken up and nothing else", "[session]") {
  TestServer server;
  server.Start();
  const auto client = SessionClient::Make(server.Connect());
  Answers answers;
  client->Call("/test/Keep", "a", Patient(), answers.Next(0));
  auto kept = server.AwaitKept(1);
  server.sessions().Drain();
  // On the old stream it is not looked at; it is asked on another one, which is drained at once,
  // and so on: at last by itself.
  client->Call(kOwnMethod, Proposal("b"), Patient(), answers.Next(1));
  kept[0]->Answer(absl::OkStatus(), "answered");
  const auto got = answers.Await(2);
  REQUIRE(got.at(0).ok());
  CHECK(*got.at(0) == "answered");
  INFO(got.at(1).status());
  REQUIRE(got.at(1).ok());
  CHECK(PayloadOf(*got.at(1)) == "b");
}

TEST_CASE("Calls under way fail when the server is gone", "[session]") {
  TestServer server;
  server.Start();
  const auto client = SessionClient::Make(server.Connect());
  Answers answers;
  for (int i = 0; i < 5; ++i) client->Call("/test/Keep", "a", Patient(), answers.Next(i));
  const auto kept = server.AwaitKept(5);
  server.Stop();
  for (const auto& [which, answer] : answers.Await(5)) {
    CHECK(absl::IsUnavailable(answer.status()));
  }
  // Nor does the next one hang.
  CHECK(absl::IsUnavailable(CallAndWait(*client, "/test/Echo", "x").status()));
}

TEST_CASE("A client that is let go answers its calls all the same", "[session]") {
  TestServer server;
  server.Start();
  Answers answers;
  SessionClient::Make(server.Connect())->Call("/test/Keep", "a", Patient(), answers.Next(0));
  const auto kept = server.AwaitKept(1);
  kept[0]->Answer(absl::OkStatus(), "here");
  CHECK(answers.Await(1).at(0).ok());
}

TEST_CASE("A stream with too much under way is not read", "[session]") {
  SessionLimits limits;
  SECTION("too many calls") { limits.max_calls = 10; }
  SECTION("too many bytes") { limits.max_request_bytes = size_t{2} << 20; }
  TestServer server(limits);
  server.Start();
  const auto client = SessionClient::Make(server.Connect());
  Answers answers;
  // Up to five share a message.
  const std::string large(size_t{200} << 10, 'x');
  constexpr size_t kCalls = 200;
  for (size_t i = 0; i < kCalls; ++i) {
    client->Call("/test/Keep", large, Patient(), answers.Next(static_cast<int>(i)));
  }
  size_t most = 0, answered = 0;
  while (answered < kCalls) {
    const auto kept = server.AwaitKept(std::min<size_t>(10, kCalls - answered));
    most = std::max(most, kept.size());
    for (const auto& call : kept) call->Answer(absl::OkStatus(), "");
    answered += kept.size();
  }
  CHECK(most <= 20);
  for (const auto& [which, answer] : answers.Await(kCalls)) CHECK(answer.ok());
}

TEST_CASE("Ids that do not rise end the stream", "[session]") {
  TestServer server;
  server.Start();
  const auto stub = ::suyuan::rpc::Session::NewStub(server.Connect());
  grpc::ClientContext context;
  auto stream = stub->Open(&context);
  SessionRequests requests;
  for (int i = 0; i < 2; ++i) {
    auto* call = requests.add_calls();
    call->set_id(7);
    call->set_method("/test/Keep");
  }
  REQUIRE(stream->Write(requests));
  SessionReplies replies;
  while (stream->Read(&replies)) {
  }
  const grpc::Status status = stream->Finish();
  CHECK(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  CHECK(status.error_message() == "calls.id: 7 after 7, must rise");
}

}  // namespace suyuan
