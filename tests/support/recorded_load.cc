#include "tests/support/recorded_load.h"

#include "absl/strings/str_cat.h"

namespace suyuan {
namespace {

Outcome OutcomeOf(const absl::Status& submitted) {
  if (submitted.ok()) return Outcome::kSuccess;
  return absl::IsAborted(submitted) ? Outcome::kRefused : Outcome::kUnknown;
}

}  // namespace

RecordedLoad::RecordedLoad(const TestNetwork& network, std::string name,
                           RecordedLoadOptions options)
    : network_(network), name_(std::move(name)), options_(options) {
  for (int i = 0; i < options_.clients; ++i) threads_.emplace_back([this, i] { Run(i); });
}

void RecordedLoad::Stop() {
  stopping_ = true;
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void RecordedLoad::Run(int client) {
  auto gateway = network_.Connect("producer");
  if (!gateway.ok()) return;
  const auto contract = (*gateway)->GetNetwork(network_.channel()).GetContract("asset");
  for (int i = 0; !stopping_; ++i) {
    SubmitOne(client, contract, i);
    absl::SleepFor(options_.pause);
  }
}

void RecordedLoad::SubmitOne(int client, const sdk::Contract& contract, int number) {
  const auto deadline = [this] {
    return sdk::CallOptions{.deadline = absl::Now() + options_.submit_timeout};
  };
  sdk::ProposalOptions options;
  options.arguments = {absl::StrCat(name_, client, "_", number),
                       std::string(options_.value_bytes, 'v')};
  auto proposal = contract.NewProposal("Put", options);
  if (!proposal.ok()) return;
  Operation whole{.client = client, .tx_id = proposal->transaction_id(), .called = commits_.Now()};
  const auto transaction = proposal->Endorse(deadline());
  Operation submit = whole;
  submit.called = submits_.Now();
  const absl::StatusOr<sdk::Commit> commit =
      transaction.ok() ? transaction->Submit(deadline())
                       : absl::StatusOr<sdk::Commit>(transaction.status());
  submit.returned = submits_.Now();
  // What was not endorsed was never handed to an orderer.
  submit.outcome = transaction.ok() ? OutcomeOf(commit.status()) : Outcome::kRefused;
  submit.error = std::string(commit.status().message());
  submits_.Add(submit);
  if (!commit.ok()) return;
  const auto status = commit->Status(deadline());
  whole.returned = commits_.Now();
  whole.outcome = status.ok() && status->successful ? Outcome::kSuccess : Outcome::kUnknown;
  whole.error = status.ok() ? absl::StrCat("code ", status->code) : status.status().ToString();
  commits_.Add(whole);
}

}  // namespace suyuan
