#include "tests/bench/scan_workload.h"

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"
#include "network/crypto/rsa.h"

namespace suyuan::bench {
namespace {

constexpr int kCodeLength = 17;
constexpr char kGtin[] = "09520001500015";
constexpr char kBatch[] = "bench";

// The endorser of another organisation may be a block behind the one whose commit was
// reported: then the proposal is made again.
absl::Status SubmitUntilDone(const sdk::Contract& contract, const std::string& function,
                             const std::vector<std::string>& arguments) {
  const absl::Time deadline = absl::Now() + absl::Seconds(10);
  while (true) {
    const absl::Status status = contract.Submit(function, arguments).status();
    const auto error = sdk::GetGatewayError(status);
    if (status.ok() || absl::Now() > deadline || !error || error->step != sdk::Step::kEndorse) {
      return Annotate(status, function);
    }
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<ScanWorkload>> ScanWorkload::Prepare(const TestNetwork& network,
                                                                    sdk::Gateway& producer) {
  SUYUAN_ASSIGN_OR_RETURN(auto reviewer, network.Connect(network.Organizations().at(1)));
  auto channel = producer.GetNetwork(network.channel());
  const auto products = channel.GetContract("trace");
  const auto organizations = channel.GetContract("trace", "Organizations");
  const auto review = reviewer->GetNetwork(network.channel()).GetContract("trace");
  const auto batches = channel.GetContract("trace", "Batches");
  const auto codes = channel.GetContract("trace", "AntiCounterfeit");

  const std::string name = R"({"name":"酱油"})";
  const std::string issuer = network.Organization("producer").at("mspId");
  SUYUAN_RETURN_IF_ERROR(SubmitUntilDone(
      organizations, "Register", {R"({"name":"酱油厂","creditCode":"91110000000000001H"})"}));
  const std::string licence =
      absl::StrCat(R"({"kind":"licence","number":"1","issuer":"x","issuedOn":"2020-01-01",)",
                   R"("expiresOn":"2099-12-31","hash":")", std::string(64, '0'), "\"}");
  SUYUAN_RETURN_IF_ERROR(SubmitUntilDone(organizations, "FilePaper", {"licence", licence}));
  SUYUAN_RETURN_IF_ERROR(
      SubmitUntilDone(reviewer->GetNetwork(network.channel()).GetContract("trace", "Organizations"),
                      "ReviewPaper", {issuer, "licence", "true", ""}));
  SUYUAN_RETURN_IF_ERROR(SubmitUntilDone(products, "RegisterProduct", {kGtin, name}));
  SUYUAN_RETURN_IF_ERROR(SubmitUntilDone(review, "ApproveProduct", {kGtin}));
  const std::string label =
      absl::StrCat(R"({"identification":{"user":"酱油厂","productName":"酱油","model":"500mL",)",
                   R"("batchNumber":")", kBatch,
                   R"(","productionDate":"2026-01-01","inspectionStatus":"passed"}})");
  SUYUAN_RETURN_IF_ERROR(SubmitUntilDone(batches, "Register", {kGtin, kBatch, label}));

  SUYUAN_ASSIGN_OR_RETURN(const std::string key, GenerateRsaKeyPem());
  SUYUAN_ASSIGN_OR_RETURN(const std::string public_key, RsaPublicKeyPem(key));
  SUYUAN_ASSIGN_OR_RETURN(const std::string signature, SignBatch(key, {issuer, kGtin, kBatch}));
  const std::string seed = BatchSeed(signature);
  CodeBatch batch = CodeBatch::Derive(seed, kCodes, kCodeLength);
  SUYUAN_RETURN_IF_ERROR(
      SubmitUntilDone(codes, "IssueCodes",
                      {kBatch, kGtin, absl::StrCat(kCodes), absl::StrCat(kCodeLength),
                       HexEncode(batch.root()), public_key, "5"}));
  SUYUAN_RETURN_IF_ERROR(
      SubmitUntilDone(codes, "Activate", {kBatch, "0", absl::StrCat(kCodes - 1), kBatch}));
  return std::unique_ptr<ScanWorkload>(new ScanWorkload(codes, seed, std::move(batch)));
}

sdk::ProposalOptions ScanWorkload::Scan(uint64_t code) const {
  sdk::ProposalOptions options;
  options.arguments = {kBatch, absl::StrCat(code)};
  options.transient = {{"code", codes_.codes()[code]},
                       {"salt", HexEncode(DeriveCode(seed_, code, kCodeLength).salt)},
                       {"proof", HexEncode(codes_.Proof(code))},
                       {"place", R"({"region":"330106","source":"ip"})"}};
  return options;
}

Operation ScanWorkload::MakeOperation(bool one_code) const {
  return [this, one_code](uint64_t i, std::function<void(absl::Status)> done) {
    contract_.SubmitAsync("RecordScan", Scan(one_code ? 0 : i % kCodes),
                          [done](absl::StatusOr<std::string> r) { done(r.status()); });
  };
}

}  // namespace suyuan::bench
