// Candidates and outcomes: choosing over plain structs.
#include <catch2/catch.hpp>

#include "gateway/candidates.h"
#include "gateway/errors.h"
#include "gateway/outcome.h"
#include "protos/gateway/gateway.pb.h"
#include "protos/google/rpc/status.pb.h"

namespace suyuan {
namespace {

PeerState Peer(const std::string& endpoint, const std::string& msp_id, uint64_t height,
               PeerReach reach = PeerReach::kLive) {
  PeerState peer;
  peer.endpoint = endpoint;
  peer.msp_id = msp_id;
  peer.own = msp_id == "Org1";
  peer.height = height;
  peer.reach = reach;
  peer.chaincodes = std::make_shared<const std::set<std::string>>(std::set<std::string>{"trace"});
  return peer;
}

std::vector<std::string> Endpoints(const std::vector<PeerState>& peers) {
  std::vector<std::string> out;
  for (const auto& peer : peers) out.push_back(peer.endpoint);
  return out;
}

using Names = std::vector<std::string>;

TEST_CASE("Evaluate asks the own organisation first, the highest first", "[candidates]") {
  const std::vector<PeerState> peers = {Peer("d", "Org2", 9), Peer("a", "Org1", 5),
                                        Peer("b", "Org1", 7), Peer("c", "Org1", 7)};
  CHECK(Endpoints(EvaluateCandidates(peers, "trace", {})) == Names{"b", "c", "a", "d"});
  CHECK(Endpoints(EvaluateCandidates(peers, "trace", Names{"Org2"})) == Names{"d"});
  CHECK(EvaluateCandidates(peers, "other", {}).empty());
  CHECK(EvaluateCandidates(peers, "trace", Names{"Org9"}).empty());
  CHECK(EvaluateCandidates(peers, "qscc", {}).size() == 4);
}

TEST_CASE("A peer that is out of reach is asked only when no other is left", "[candidates]") {
  std::vector<PeerState> peers = {Peer("a", "Org1", 5, PeerReach::kFailed), Peer("b", "Org2", 4)};
  CHECK(Endpoints(EvaluateCandidates(peers, "trace", {})) == Names{"b"});
  peers[1].reach = PeerReach::kRefused;
  CHECK(Endpoints(EvaluateCandidates(peers, "trace", {})) == Names{"a"});
}

TEST_CASE("A stock peer may run anything", "[candidates]") {
  PeerState stock = Peer("s", "Org2", 0, PeerReach::kSilent);
  stock.chaincodes = nullptr;
  CHECK(EvaluateCandidates({&stock, 1}, "whatever", {}).size() == 1);
  CHECK(OnlySilent({&stock, 1}, "whatever"));
  CHECK_FALSE(OnlySilent({&stock, 1}, "qscc"));
  CHECK_FALSE(OnlySilent({stock, Peer("a", "Org1", 5)}, "whatever"));
}

TEST_CASE("Groups hold usable peers of admitted organisations with every chaincode",
          "[candidates]") {
  const std::vector<PeerState> peers = {Peer("a", "Org1", 5), Peer("b", "Org2", 5),
                                        Peer("c", "Org2", 5, PeerReach::kFailed),
                                        Peer("d", "Org3", 5)};
  auto groups = EndorserGroups(peers, Names{"trace", "_lifecycle"},
                               [](const std::string& msp_id) { return msp_id != "Org3"; });
  CHECK(groups == std::map<std::string, std::vector<size_t>>{{"Org1", {0}}, {"Org2", {1}}});
}

TEST_CASE("Organisations that lag behind the first endorser are asked last", "[candidates]") {
  const std::vector<PeerState> peers = {Peer("a", "Org1", 9), Peer("b", "Org2", 8),
                                        Peer("c", "Org3", 9)};
  const Layout with_two = {{"Org1", 1}, {"Org2", 1}}, with_three = {{"Org1", 1}, {"Org3", 1}};
  std::vector<Layout> layouts = {with_two, with_three};
  PreferCurrent(peers, 9, &layouts);
  CHECK(layouts == std::vector<Layout>{with_three, with_two});
  layouts = {with_two, with_three};
  PreferCurrent(peers, 8, &layouts);
  CHECK(layouts == std::vector<Layout>{with_two, with_three});
}

TEST_CASE("A policy that cannot be met names the peer that is missing", "[candidates]") {
  std::vector<PeerState> peers = {Peer("a:1", "Org1", 5), Peer("b:1", "Org2", 5),
                                  Peer("c:1", "Org3", 5, PeerReach::kFailed)};
  peers[1].reach = PeerReach::kFailed;
  peers[1].why = "connection refused";
  const Layout layout = {{"Org1", 1}, {"Org2", 1}};
  const auto missing = MissingPeers(peers, Names{"trace"}, {&layout, 1});
  REQUIRE(missing.size() == 1);
  CHECK(missing[0].address == "b:1");
  CHECK(missing[0].msp_id == "Org2");
  CHECK(missing[0].message == "peer cannot be reached: connection refused");
}

EndorserAnswer Answer(int status, const std::string& message, const std::string& payload) {
  EndorserAnswer answer;
  answer.has_response = true;
  answer.response.mutable_response()->set_status(status);
  answer.response.mutable_response()->set_message(message);
  answer.response.set_payload(payload);
  return answer;
}

TEST_CASE("An endorser's answer is judged by Fabric's table", "[outcome]") {
  EndorserAnswer gone;
  gone.code = absl::StatusCode::kUnknown;
  gone.error = RpcErrorText(gone.code, "proposal client identity expired");
  CHECK(JudgeAnswer(gone).code == absl::StatusCode::kUnavailable);
  CHECK(JudgeAnswer(gone).retry);
  CHECK(JudgeAnswer(gone).message ==
        "rpc error: code = Unknown desc = proposal client identity expired");

  EndorserAnswer refused = Answer(500, "access denied", "");
  refused.code = absl::StatusCode::kUnknown;
  refused.error = "error validating proposal: access denied";
  CHECK(JudgeAnswer(refused).code == absl::StatusCode::kFailedPrecondition);
  CHECK_FALSE(JudgeAnswer(refused).retry);

  CHECK(JudgeAnswer(Answer(500, "chaincode missing", "")).code == absl::StatusCode::kAborted);
  CHECK(JudgeAnswer(Answer(500, "chaincode missing", "")).retry);

  const Outcome own_error = JudgeAnswer(Answer(500, "no such asset", "payload"));
  CHECK(own_error.code == absl::StatusCode::kUnknown);
  CHECK(own_error.message == "chaincode response 500, no such asset");
  CHECK_FALSE(own_error.retry);
  CHECK(JudgeAnswer(Answer(404, "namespace X is not defined", "")).message ==
        "chaincode response 404, namespace X is not defined");
  CHECK(JudgeAnswer(Answer(200, "", "p")).ok());
  CHECK(JudgeAnswer(Answer(399, "", "p")).ok());
  CHECK_FALSE(JudgeAnswer(Answer(400, "", "p")).ok());
  CHECK_FALSE(JudgeAnswer(Answer(0, "", "p")).ok());
}

TEST_CASE("Details of a failure travel as one ErrorDetail a node", "[errors]") {
  const absl::Status status =
      StatusWithDetails(absl::StatusCode::kAborted, "failed", {{"h:1", "Org1", "text"}});
  auto payload = status.GetPayload("google.rpc.Status");
  REQUIRE(payload.has_value());
  ::google::rpc::Status rich;
  REQUIRE(rich.ParseFromString(std::string(*payload)));
  CHECK(rich.code() == 10);
  CHECK(rich.message() == "failed");
  REQUIRE(rich.details_size() == 1);
  CHECK(rich.details(0).type_url() == "type.googleapis.com/gateway.ErrorDetail");
  ::gateway::ErrorDetail detail;
  REQUIRE(rich.details(0).UnpackTo(&detail));
  CHECK(detail.address() == "h:1");
  CHECK(detail.msp_id() == "Org1");
  CHECK(detail.message() == "text");
}

}  // namespace
}  // namespace suyuan
