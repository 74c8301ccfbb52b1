// Everything sdk/INTEGRATORS.md shows, as one program. The guide quotes these functions.
//
//   sdk_tour ENDPOINT TLS_CA MSP_ID CERT KEY
#include <absl/strings/str_cat.h>
#include <absl/time/clock.h>
#include <sdk/gateway.h>
#include <sdk/trace/events.h>

#include <cstdlib>
#include <fstream>
#include <future>
#include <iostream>
#include <iterator>

namespace sdk = suyuan::sdk;

namespace {

std::string Read(const char* path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

absl::StatusOr<std::unique_ptr<sdk::Gateway>> ConnectAs(char** argv) {
  sdk::ConnectionOptions where;
  where.endpoint = argv[1];          // "127.0.0.1:7080"
  where.tls_ca_pem = Read(argv[2]);  // tlsca.pem of the gateway's organisation
  auto connection = sdk::NewConnection(where);
  if (!connection.ok()) return connection.status();

  auto signer = sdk::NewPrivateKeySigner(Read(argv[5]));
  if (!signer.ok()) return signer.status();
  sdk::GatewayOptions who;
  who.identity = {argv[3], Read(argv[4])};  // "ProducerMSP" and cert.pem
  who.signer = *signer;
  return sdk::Gateway::Connect(*connection, who);
}

absl::Status SubmitAndEvaluate(const sdk::Contract& asset, const std::string& id) {
  sdk::CallOptions options;
  options.deadline = absl::Now() + absl::Seconds(10);  // for all steps together
  auto created = asset.Submit("CreateAsset", {id, "red", "5", "Li", "300"}, options);
  if (!created.ok()) return created.status();
  auto found = asset.Evaluate("ReadAsset", {id});
  if (!found.ok()) return found.status();
  std::cout << *found << "\n";
  return absl::OkStatus();
}

absl::Status ManyAtOnce(const sdk::Contract& asset, const std::string& id) {
  std::vector<std::future<absl::Status>> answers;
  for (int i = 0; i < 10; ++i) {
    auto done = std::make_shared<std::promise<absl::Status>>();
    answers.push_back(done->get_future());
    asset.SubmitAsync(
        "CreateAsset", {absl::StrCat(id, "-", i), "blue", "5", "Li", "300"},
        [done](const absl::StatusOr<std::string>& result) { done->set_value(result.status()); });
  }
  for (auto& answer : answers) {
    if (absl::Status status = answer.get(); !status.ok()) return status;
  }
  return absl::OkStatus();
}

// The result at once, the verdict later.
absl::Status WithoutWaiting(const sdk::Contract& asset, const std::string& id) {
  sdk::ProposalOptions proposal;
  proposal.arguments = {id, "Wang"};
  auto submitted = asset.SubmitNoWait("TransferAsset", proposal);
  if (!submitted.ok()) return submitted.status();
  std::cout << "the old owner: " << submitted->result << "\n";
  auto status = submitted->commit.Status();
  if (!status.ok()) return status.status();
  std::cout << status->transaction_id << " in block " << status->block_number << ", code "
            << status->code << "\n";
  return absl::OkStatus();
}

// Runs `attempt` again where that cannot do a thing twice.
absl::Status WithRetries(const std::function<absl::Status()>& attempt) {
  absl::Status status;
  for (int i = 0; i < 5; ++i) {
    status = attempt();
    const auto error = sdk::GetGatewayError(status);
    if (status.ok() || !error) return status;
    constexpr int kMvccReadConflict = 11;
    const bool nothing_happened =
        (absl::IsUnavailable(status) || absl::IsResourceExhausted(status)) &&
        (error->step == sdk::Step::kEndorse || error->step == sdk::Step::kEvaluate);
    const bool lost_a_race =
        error->step == sdk::Step::kCommit && error->validation_code == kMvccReadConflict;
    if (!nothing_happened && !lost_a_race) return status;
    absl::SleepFor(absl::Milliseconds(50 << i));
  }
  return status;
}

void Explain(const absl::Status& status) {
  std::cerr << status.message() << "\n";
  const auto error = sdk::GetGatewayError(status);
  if (!error) return;  // did not come from the gateway
  std::cerr << "step " << sdk::StepName(error->step) << ", transaction " << error->transaction_id
            << "\n";
  for (const sdk::ErrorDetail& detail : error->details) {
    std::cerr << "  " << detail.msp_id << " " << detail.address << ": " << detail.message << "\n";
  }
}

absl::Status Secrets(const sdk::Contract& asset, const std::string& id) {
  sdk::ProposalOptions proposal;
  proposal.transient["asset"] = absl::StrCat(
      R"({"ID":")", id, R"(-t","Color":"red","Size":1,"Owner":"Li","AppraisedValue":9})");
  return asset.Submit("CreateAssetFromTransient", proposal).status();
}

// The key is elsewhere: `sign` gets bytes, gives a signature.
absl::Status SignElsewhere(const sdk::Gateway& gateway, const sdk::Contract& asset,
                           const std::string& id, const sdk::Signer& sign) {
  sdk::ProposalOptions what;
  what.arguments = {id + "-offline", "green", "1", "Li", "2"};
  auto proposal = asset.NewProposal("CreateAsset", what);
  if (!proposal.ok()) return proposal.status();
  auto bytes = proposal->Bytes();  // these may travel
  auto to_sign = proposal->BytesToSign();
  if (!bytes.ok() || !to_sign.ok()) return absl::InternalError("no bytes");
  auto signature = sign(*to_sign);
  if (!signature.ok()) return signature.status();
  auto signed_proposal = gateway.NewSignedProposal(*bytes, *signature);
  if (!signed_proposal.ok()) return signed_proposal.status();

  auto transaction = signed_proposal->Endorse();
  if (!transaction.ok()) return transaction.status();
  if (to_sign = transaction->BytesToSign(); !to_sign.ok()) return to_sign.status();
  if (signature = sign(*to_sign); !signature.ok()) return signature.status();
  transaction->SetSignature(*signature);

  auto commit = transaction->Submit();
  if (!commit.ok()) return commit.status();
  if (to_sign = commit->BytesToSign(); !to_sign.ok()) return to_sign.status();
  if (signature = sign(*to_sign); !signature.ok()) return signature.status();
  commit->SetSignature(*signature);
  return commit->Status().status();
}

absl::Status FollowEvents(const sdk::Network& network, const char* file) {
  auto checkpoint = sdk::NewFileCheckpointer(file);
  if (!checkpoint.ok()) return checkpoint.status();
  sdk::EventOptions from;
  from.start_block = 0;  // before the first checkpoint
  from.checkpoint = checkpoint->get();
  auto events = network.ChaincodeEvents("asset", from);
  if (!events.ok()) return events.status();
  for (int i = 0; i < 5; ++i) {
    auto event = (*events)->Next(absl::Now() + absl::Seconds(10));
    if (!event.ok()) return event.status();
    std::cout << "block " << event->block_number << ": " << event->name << "\n";
    // After the event is dealt with: a crash before repeats it, none is lost.
    if (auto status = (*checkpoint)->CheckpointEvent(*event); !status.ok()) return status;
  }
  return absl::OkStatus();
}

// One lot is made, and traced.
absl::Status TraceALot(const sdk::Network& network, const std::string& id) {
  const sdk::trace::Events events(sdk::trace::NewCalls(network));
  const std::string lot = absl::StrCat("urn:epc:class:lgtin:6901234.056789.", id);
  auto captured = events.CaptureDocument(absl::StrCat(
      R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],)",
      R"("type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-01-01T00:00:00Z",)",
      R"("epcisBody":{"eventList":[{"type":"ObjectEvent","eventTime":"2026-03-01T08:00:00Z",)",
      R"("eventTimeZoneOffset":"+08:00","action":"ADD","bizStep":"commissioning",)",
      R"("quantityList":[{"epcClass":")", lot, R"(","quantity":500,"uom":"KGM"}]}]}})"));
  if (!captured.ok()) return captured.status();
  for (const auto& event : captured->value.events) {
    std::cout << event.path << " " << event.result << " " << event.reason << "\n";
  }
  std::cout << "in block " << captured->at.block << "\n";  // and at.transaction_id, for a receipt

  auto trace = events.Backward(lot);
  if (!trace.ok()) return trace.status();
  for (const auto& edge : trace->edges) {
    std::cout << edge.from << " -> " << edge.to << " by " << edge.reason << "\n";
  }
  return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::cout << "usage: sdk_tour ENDPOINT TLS_CA MSP_ID CERT KEY\n";
    return argc == 2 && std::string(argv[1]) == "--help" ? 0 : 2;
  }
  auto gateway = ConnectAs(argv);
  if (!gateway.ok()) return Explain(gateway.status()), 1;
  sdk::Network network = (*gateway)->GetNetwork("trace");
  sdk::Contract asset = network.GetContract("asset");
  const std::string id = absl::StrCat("tour-", absl::ToUnixMillis(absl::Now()));
  const sdk::Signer sign = *sdk::NewPrivateKeySigner(Read(argv[5]));
  const std::string checkpoint = absl::StrCat("/tmp/", id, ".checkpoint");

  for (const auto& step : std::vector<std::function<absl::Status()>>{
           [&] { return SubmitAndEvaluate(asset, id); },
           [&] { return ManyAtOnce(asset, id); },
           [&] { return WithRetries([&] { return WithoutWaiting(asset, id); }); },
           [&] { return Secrets(asset, id); },
           [&] { return SignElsewhere(**gateway, asset, id, sign); },
           [&] { return FollowEvents(network, checkpoint.c_str()); },
           [&] { return TraceALot(network, id); },
       }) {
    if (absl::Status status = step(); !status.ok()) return Explain(status), 1;
  }
  std::remove(checkpoint.c_str());
  Explain(asset.Evaluate("ReadAsset", {"nowhere"}).status());  // how a failure looks
}
