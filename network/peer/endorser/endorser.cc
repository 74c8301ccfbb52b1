#include "network/peer/endorser/endorser.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "network/common/log.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"
#include "network/peer/chaincode/definition.h"
#include "network/peer/chaincode/runtime.h"
#include "network/peer/endorser/proposal.h"
#include "network/peer/endorser/response.h"

namespace suyuan {

// One proposal on its way. Owns itself through the callbacks that hold it.
class Endorser::Job : public std::enable_shared_from_this<Job> {
 public:
  Job(const EndorserDeps& deps, const ::protos::SignedProposal& signed_proposal,
      ProposalOrigin origin, std::function<void(ProposeOutcome)> done)
      : deps_(deps),
        signed_proposal_(std::make_shared<const ::protos::SignedProposal>(signed_proposal)),
        origin_(origin),
        done_(std::move(done)) {}

  void Run();

 private:
  bool FindChannel();
  absl::Status CheckIdentity();
  template <typename Judge>
  absl::Status CheckIdentityWith(const Judge& judge);
  absl::Status CheckNotSeen();
  absl::Status CheckMayPropose();
  void Simulate();
  void RunSystemChaincode(SystemChaincode& chaincode);
  void RunUserChaincode();
  void Finish(absl::StatusOr<ChaincodeResult> result, const std::string& version);
  absl::StatusOr<Simulated> Collect(ChaincodeResult result, const std::string& version);
  absl::Status KeepPrivateData(const SimulationResults& results);

  void Answer(ProposeOutcome outcome) { done_(std::move(outcome)); }
  // The proposal is refused: error and response.
  void Refuse(const absl::Status& reason) {
    Answer({absl::UnknownError(reason.message()), MakeFailure(reason.message())});
  }
  // The proposal was accepted, this peer could not do it: a response, no error.
  void Fail(absl::string_view reason) { Answer({absl::OkStatus(), MakeFailure(reason)}); }

  const EndorserDeps& deps_;
  const std::shared_ptr<const ::protos::SignedProposal> signed_proposal_;
  const ProposalOrigin origin_;
  const std::function<void(ProposeOutcome)> done_;
  UnpackedProposal proposal_;
  std::shared_ptr<PeerChannel> channel_;  // null: the proposal names none
  IdentityPtr creator_;
  std::shared_ptr<Transaction> transaction_;
};

Endorser::Endorser(EndorserDeps deps) : deps_(std::move(deps)) {}

Endorser::~Endorser() {
  absl::MutexLock lock(&mutex_);
  auto idle = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return in_flight_ == 0; };
  mutex_.Await(absl::Condition(&idle));
}

size_t Endorser::in_flight() const {
  absl::MutexLock lock(&mutex_);
  return in_flight_;
}

bool Endorser::Begin() {
  absl::MutexLock lock(&mutex_);
  if (in_flight_ >= deps_.limits.max_in_flight) return false;
  ++in_flight_;
  return true;
}

void Endorser::End() {
  absl::MutexLock lock(&mutex_);
  --in_flight_;
}

void Endorser::Process(const ::protos::SignedProposal& signed_proposal,
                       std::function<void(ProposeOutcome)> done, ProposalOrigin origin) {
  if (!Begin()) {
    done({absl::ResourceExhaustedError(
              absl::StrCat("too many requests for /protos.Endorser, exceeding concurrency limit (",
                           deps_.limits.max_in_flight, ")")),
          {}});
    return;
  }
  auto job = std::make_shared<Job>(deps_, signed_proposal, origin,
                                   [this, done = std::move(done)](ProposeOutcome outcome) {
                                     done(std::move(outcome));
                                     End();
                                   });
  deps_.pool->Submit([job] { job->Run(); });
}

void Endorser::Job::Run() {
  absl::StatusOr<UnpackedProposal> unpacked = UnpackProposal(signed_proposal_);
  if (!unpacked.ok()) return Refuse(Annotate(unpacked.status(), "error validating proposal"));
  proposal_ = *std::move(unpacked);
  if (!FindChannel()) return Fail(absl::StrCat("channel '", proposal_.channel_id(), "' not found"));
  const absl::Status headers = CheckHeaders(proposal_);
  if (!headers.ok()) return Refuse(Annotate(headers, "error validating proposal"));
  const absl::Status identity = CheckIdentity();
  if (identity.code() == absl::StatusCode::kUnauthenticated) {
    return Answer({absl::UnknownError(identity.message()), {}});
  }
  if (!identity.ok()) return Refuse(Annotate(identity, "error validating proposal"));
  const absl::Status fresh = CheckNotSeen();
  if (!fresh.ok()) return Refuse(fresh);
  const absl::Status allowed = CheckMayPropose();
  if (!allowed.ok()) return Refuse(allowed);
  Simulate();
}

bool Endorser::Job::FindChannel() {
  if (proposal_.channel_id().empty()) return true;
  channel_ = deps_.channels->Find(proposal_.channel_id());
  return channel_ != nullptr;
}

absl::Status Endorser::Job::CheckIdentity() {
  return channel_ == nullptr ? CheckIdentityWith(*deps_.local_msp)
                             : CheckIdentityWith(*channel_->config()->msps());
}

// kUnauthenticated: expired, which is answered with an error alone.
template <typename Judge>
absl::Status Endorser::Job::CheckIdentityWith(const Judge& judge) {
  SUYUAN_ASSIGN_OR_RETURN(creator_, FindCreator(proposal_, judge));
  if (origin_ == ProposalOrigin::kNetwork && creator_->expires_at() < deps_.clock->Now()) {
    return absl::UnauthenticatedError("proposal client identity expired");
  }
  return CheckCreator(proposal_, *creator_, judge);
}

absl::Status Endorser::Job::CheckNotSeen() {
  if (channel_ == nullptr) return absl::OkStatus();
  const auto found = channel_->ledger().FindTransaction(proposal_.tx_id());
  if (absl::IsNotFound(found.status())) return absl::OkStatus();
  SUYUAN_RETURN_IF_ERROR(found, "could not look up the transaction id");
  return absl::AlreadyExistsError(
      absl::StrCat("duplicate transaction found [", proposal_.tx_id(), "]. Creator [",
                   HexEncode(proposal_.signature_header.creator()), "]"));
}

absl::Status Endorser::Job::CheckMayPropose() {
  if (channel_ == nullptr || IsSystemChaincode(proposal_.chaincode_name)) return absl::OkStatus();
  return Annotate(channel_->config()->GetAclPolicy("peer/Propose")->EvaluateIdentities({creator_}),
                  "failed evaluating policy on signed data during check policy [peer/Propose]");
}

// Simulation --------------------------------------------------------------------

void Endorser::Job::Simulate() {
  transaction_ = std::make_shared<Transaction>();
  transaction_->tx_id = proposal_.tx_id();
  transaction_->channel_owner = channel_;
  transaction_->channel = channel_.get();
  transaction_->proposal = signed_proposal_;
  transaction_->creator = creator_;
  transaction_->deadline = deps_.clock->Now() + deps_.chaincodes->options().execute_timeout;
  SystemChaincode* system = deps_.system_chaincodes->Find(proposal_.chaincode_name);
  if (channel_ != nullptr && (system == nullptr || system->simulates())) {
    const absl::Status trouble = channel_->Trouble();
    // No response: the caller asks another peer.
    if (!trouble.ok()) {
      return Answer({absl::UnavailableError(absl::StrCat("channel ", channel_->id(),
                                                         " stands still: ", trouble.message())),
                     {}});
    }
  }
  if (system != nullptr) return RunSystemChaincode(*system);
  if (channel_ == nullptr) {
    return Fail(absl::StrCat("make sure the chaincode ", proposal_.chaincode_name,
                             " has been successfully defined on channel  and try again: the "
                             "proposal names no channel"));
  }
  RunUserChaincode();
}

void Endorser::Job::RunSystemChaincode(SystemChaincode& chaincode) {
  if (channel_ != nullptr && chaincode.simulates()) {
    transaction_->simulator = channel_->ledger().NewSimulator();
  }
  SystemCall call;
  call.args.assign(proposal_.input.args().begin(), proposal_.input.args().end());
  call.channel = channel_.get();
  call.proposal = signed_proposal_.get();
  call.creator = creator_;
  call.simulator = transaction_->simulator.get();
  Finish(ChaincodeResult{chaincode.Invoke(call), {}}, "syscc");
}

void Endorser::Job::RunUserChaincode() {
  transaction_->simulator = channel_->ledger().NewSimulator();
  auto chaincode =
      deps_.chaincodes->Resolve(*channel_, *transaction_->simulator, proposal_.chaincode_name);
  if (!chaincode.ok()) {
    return Fail(absl::StrCat("make sure the chaincode ", proposal_.chaincode_name,
                             " has been successfully defined on channel ", proposal_.channel_id(),
                             " and try again: ", chaincode.status().message()));
  }
  const std::string version = (*chaincode)->definition.version;
  deps_.chaincodes->Execute(
      *std::move(chaincode), ChaincodeCall{transaction_, proposal_.input, {}},
      [job = shared_from_this(), version](absl::StatusOr<ChaincodeResult> result) {
        job->Finish(std::move(result), version);
      });
}

void Endorser::Job::Finish(absl::StatusOr<ChaincodeResult> result, const std::string& version) {
  if (!result.ok()) {
    return Fail(absl::StrCat("error in simulation: failed to execute transaction ",
                             proposal_.tx_id(), ": ", result.status().message()));
  }
  absl::StatusOr<Simulated> simulated = Collect(*std::move(result), version);
  if (!simulated.ok()) {
    return Fail(absl::StrCat("error in simulation: ", simulated.status().message()));
  }
  auto response = MakeProposalResponse(proposal_, *std::move(simulated), *deps_.identity);
  if (!response.ok()) return Fail(response.status().message());
  Answer({absl::OkStatus(), *std::move(response)});
}

absl::StatusOr<Simulated> Endorser::Job::Collect(ChaincodeResult result,
                                                 const std::string& version) {
  Simulated simulated;
  simulated.result = std::move(result);
  simulated.chaincode_version = version;
  const bool keep = simulated.result.response.status() < 400 && transaction_->simulator != nullptr;
  if (!keep) return simulated;
  SUYUAN_ASSIGN_OR_RETURN(simulated.results, transaction_->simulator->Finish());
  SUYUAN_RETURN_IF_ERROR(KeepPrivateData(simulated.results));
  simulated.interest =
      MakeInterest(proposal_.chaincode_name, transaction_->called, simulated.results);
  return simulated;
}

absl::Status Endorser::Job::KeepPrivateData(const SimulationResults& results) {
  if (results.private_rwset.empty()) return absl::OkStatus();
  return Annotate(channel_->transient().Put(proposal_.tx_id(), results.private_rwset,
                                            transaction_->simulator->view().height()),
                  "failed to keep the private write set");
}

}  // namespace suyuan
