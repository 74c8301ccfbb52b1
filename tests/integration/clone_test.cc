// Scans of codes on a network: who is first when two hundred ask at once, and what becomes of a
// code that is copied five hundred times.
#include <filesystem>
#include <set>

#include "absl/synchronization/blocking_counter.h"
#include "chaincode/codes/codes.h"
#include "network/common/text.h"
#include "network/crypto/hash.h"
#include "network/crypto/rsa.h"
#include "tests/integration/desk.h"
#include "tests/integration/network_or_fail.h"

namespace suyuan {
namespace {

using Catch::Matchers::Contains;
using ::nlohmann::json;

constexpr char kGtin[] = "06901234567892";
constexpr char kBatch[] = "b1";
constexpr int kLength = 15;
constexpr uint64_t kCount = 100;

// The issuer's secrets, made anew as the tool makes them.
struct Issuer {
  explicit Issuer(const std::string& key)
      : seed(BatchSeed(SignBatch(key, {"ProducerMSP", kGtin, kBatch}).value())),
        open(CodeBatch::Derive(seed, kCount, kLength)) {}

  // A scan of the open code by a device.
  sdk::ProposalOptions Scan(uint64_t index, const std::string& region, int device) const {
    sdk::ProposalOptions options;
    options.arguments = {kBatch, absl::StrCat(index)};
    options.transient = {
        {"code", open.codes()[index]},
        {"salt", HexEncode(DeriveCode(seed, index, kLength).salt)},
        {"proof", HexEncode(open.Proof(index))},
        {"place", json{{"region", region},
                       {"source", "ip"},
                       {"device", HexEncode(Sha256(absl::StrCat("device ", device)))}}
                      .dump()}};
    return options;
  }

  std::string seed;
  CodeBatch open;
};

// A network on which the batch is issued and activated onto a registered batch of the product.
class Codes {
 public:
  explicit Codes(const std::string& name, const Words& options = {})
      : network(UpOrFail(name)), maker(*network, "producer"), consumer(*network, "regulator") {
    FoundCouncil(*network, {"producer", "distributor", "regulator"});
    json licence{{"kind", "licence"},        {"number", "1"},
                 {"issuer", "Bengbu"},       {"hash", std::string(64, 'a')},
                 {"issuedOn", "2020-01-01"}, {"expiresOn", "2099-12-31"}};
    maker.Line({"organization", "register",
                R"({"name":"Dairy","address":"Bengbu","creditCode":"91110000000000001H"})"});
    maker.Line({"organization", "file-paper", "licence-1", licence.dump()});
    consumer.Line({"organization", "review-paper", "ProducerMSP", "licence-1", "true"});
    ApproveProduct(*network, kGtin, {{"name", "Milk"}});
    maker.Line({"product", "batch", kGtin, "M-1",
                json{{"identification",
                      {{"user", "Dairy"},
                       {"productName", "Milk"},
                       {"model", "1L"},
                       {"batchNumber", "M-1"},
                       {"productionDate", "2026-01-01"},
                       {"inspectionStatus", "passed"}}}}
                    .dump()});
    const auto key = GenerateRsaKeyPem();
    REQUIRE(key.ok());
    key_file = maker.File(*key);
    issuer = std::make_unique<Issuer>(*key);
    maker.Line(Join({{"code", "issue", kBatch, kGtin, "--key", key_file, "--count",
                      absl::StrCat(kCount), "--length", absl::StrCat(kLength), "--limit", "200"},
                     options}));
    maker.Line({"code", "activate", kBatch, "0", absl::StrCat(kCount - 1), "M-1"});
  }

  // All at once; their transaction ids. Every one must commit.
  std::vector<std::string> ScanAll(const std::vector<sdk::ProposalOptions>& scans) const {
    auto gateway = ConnectOrFail(*network, "producer");
    const auto contract =
        gateway->GetNetwork(network->channel()).GetContract("trace", "AntiCounterfeit");
    std::vector<absl::StatusOr<std::string>> results(scans.size(), absl::UnknownError("none"));
    absl::BlockingCounter open(static_cast<int>(scans.size()));
    for (size_t i = 0; i < scans.size(); ++i) {
      contract.SubmitAsync("RecordScan", scans[i],
                           [&results, &open, i](absl::StatusOr<std::string> result) {
                             results[i] = std::move(result);
                             open.DecrementCount();
                           });
    }
    open.Wait();
    std::vector<std::string> ids;
    for (const auto& result : results) {
      INFO(result.status());
      REQUIRE(result.ok());
      const json receipt = json::parse(*result);
      CHECK(receipt["state"] == "recorded");
      ids.push_back(receipt["txId"]);
    }
    AwaitSameHeight(*network);
    return ids;
  }
  // What the producer's peer says of each of these scans of a code.
  std::vector<json> Answers(const sdk::ProposalOptions& scan,
                            const std::vector<std::string>& ids) const {
    auto gateway = ConnectOrFail(*network, "producer");
    const auto contract =
        gateway->GetNetwork(network->channel()).GetContract("trace", "AntiCounterfeit");
    std::vector<json> answers;
    for (const std::string& id : ids) {
      sdk::ProposalOptions question = scan;
      question.arguments.push_back(id);
      question.endorsing_organizations = {"ProducerMSP"};
      absl::StatusOr<std::string> answer;
      // A gateway finds a peer that was started again after a moment.
      AwaitCondition(absl::Seconds(60), [&] {
        answer = contract.Evaluate("Verify", question);
        return !absl::IsUnavailable(answer.status());
      });
      INFO(answer.status());
      REQUIRE(answer.ok());
      answers.push_back(json::parse(*answer));
    }
    return answers;
  }

  std::unique_ptr<TestNetwork> network;
  const Desk maker, consumer;
  std::string key_file;
  std::unique_ptr<Issuer> issuer;
};

TEST_CASE("Two hundred first scans at once: one is first, each of the others knows its number",
          "[integration]") {
  const Codes codes("first_scan");
  std::vector<sdk::ProposalOptions> scans;
  for (int i = 0; i < 200; ++i) scans.push_back(codes.issuer->Scan(7, "330106", i));
  const std::vector<std::string> ids = codes.ScanAll(scans);
  const std::vector<json> answers = codes.Answers(scans[0], ids);
  std::set<uint64_t> ordinals;
  std::set<std::string> first_times;
  size_t first = 0;
  for (const json& answer : answers) {
    const json& authenticity = answer["authenticity"];
    ordinals.insert(authenticity["ordinal"].get<uint64_t>());
    first_times.insert(authenticity["firstTime"].get<std::string>());
    first += authenticity["state"] == "first";
    CHECK(authenticity["state"] == (authenticity["ordinal"] == 1 ? "first" : "repeated"));
    CHECK(authenticity["count"] == 200);
  }
  CHECK(first == 1);
  CHECK(ordinals.size() == 200);
  CHECK(*ordinals.begin() == 1);
  CHECK(*ordinals.rbegin() == 200);
  CHECK(first_times.size() == 1);

  // The same from a peer that has built its state anew from the blocks.
  REQUIRE(codes.network->Stop("peer0.producer").ok());
  std::filesystem::remove_all(codes.network->LedgerDir("peer0.producer") / "state");
  REQUIRE(codes.network->Start("peer0.producer").ok());
  AwaitSameHeight(*codes.network);
  CHECK(codes.Answers(scans[0], ids) == answers);
}

TEST_CASE("Clone: 500 copies in 20 cities are found out, the owner is served",
          "[integration][stories]") {
  const Codes codes("clone", {"--inner", "6"});
  std::vector<sdk::ProposalOptions> copies;
  for (int i = 0; i < 500; ++i) {
    copies.push_back(codes.issuer->Scan(7, absl::StrCat(11 + i % 5, "0", 1 + i % 4, "00"), i));
  }
  codes.ScanAll(copies);
  const std::string code = codes.issuer->open.codes()[7];
  const auto verify = [&](const Words& more) {
    return codes.maker.Line(Join({{"code", "verify", kBatch, "--key", codes.key_file}, more}));
  };
  // The next one who is sold a copy is told, and the brand owner too.
  const json copy = verify({"--code", code, "--region", "440305"});
  CHECK(copy["authenticity"]["state"] == "frozen");
  CHECK(copy["authenticity"]["count"] == 501);
  CHECK(copy["trace"]["lot"] == "https://id.gs1.org/01/06901234567892/10/M-1");
  REQUIRE(copy.contains("alert"));
  const json alert = codes.consumer.Line({"code", "alerts", kBatch});
  CHECK(alert["alerts"] == json::array({"copied"}));
  CHECK(alert["regions"].size() == 21);
  CHECK(alert["score"]["points"] == 100);

  // Who has the bottle uncovers its second code.
  const auto lines = codes.maker.Lines(
      {"code", "export", kBatch, "--key", codes.key_file, "--from", "7", "--to", "8"});
  REQUIRE(lines.size() == 2);
  CHECK(lines[0]["code"] == code);
  const std::string inner = lines[0]["inner"], neighbour = lines[1]["inner"];
  const json owner = verify({"--code", code, "--inner", inner, "--region", "330106"});
  CHECK(owner["authenticity"]["state"] == "first");
  CHECK(owner["alerts"].empty());
  const json wrong = verify({"--code", code, "--inner", neighbour, "--region", "440305"});
  CHECK(wrong["authenticity"]["state"] == (inner == neighbour ? "repeated" : "wrong-code"));
  // A look leaves nothing behind.
  CHECK(verify({"--code", code, "--inner", inner, "--look"})["authenticity"]["count"] == 1);
  // Forged: a code of another batch, or none at all.
  CHECK(verify({"--code", "123456789012345", "--region", "440305"})["authenticity"]["state"] ==
        "unknown");

  // The batch is proven to somebody with the signature alone, and to nobody with another.
  const json proof = codes.maker.Line({"code", "prove", kBatch, "--key", codes.key_file});
  const std::string signature = proof["signature"];
  CHECK(codes.consumer.Line({"code", "prove", kBatch, "--signature", signature})["proven"] == true);
  std::string other = signature;
  other[0] = other[0] == '1' ? '2' : '1';
  CHECK_THAT(codes.consumer.Refusal({"code", "prove", kBatch, "--signature", other}),
             Contains("not a signature by this RSA key"));
  const auto stranger = GenerateRsaKeyPem();
  REQUIRE(stranger.ok());
  CHECK_THAT(codes.maker.Refusal({"code", "export", kBatch, "--key", codes.maker.File(*stranger)}),
             Contains("are not those that batch b1 is committed to"));

  // The bottle comes back, and is sold again under another code.
  codes.maker.Line({"code", "mark", kBatch, "7", "7", "returned", R"({"reason":"unopened"})"});
  codes.maker.Line(
      {"code", "reissue", kBatch, "7", "7", kBatch, "50", R"({"reason":"relabelled"})"});
  CHECK(verify({"--code", code, "--inner", inner, "--look"})["authenticity"]["state"] ==
        "reissued");
}

}  // namespace
}  // namespace suyuan
