#include "network/peer/proposal_gate.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "network/crypto/certificate.h"
#include "protos/common/common.pb.h"
#include "protos/msp/identities.pb.h"

namespace suyuan {
namespace {

constexpr size_t kMaxRemembered = 10'000;

// Empty when the proposal is malformed.
std::string CreatorOf(const ::protos::SignedProposal& signed_proposal) {
  ::protos::Proposal proposal;
  ::common::Header header;
  ::common::SignatureHeader signature_header;
  const bool good = proposal.ParseFromString(signed_proposal.proposal_bytes()) &&
                    header.ParseFromString(proposal.header()) &&
                    signature_header.ParseFromString(header.signature_header());
  return good ? std::move(*signature_header.mutable_creator()) : "";
}

absl::Time ReadEnd(const std::string& creator) {
  ::msp::SerializedIdentity identity;
  if (!identity.ParseFromString(creator)) return absl::InfiniteFuture();
  const auto certificate = Certificate::FromPem(identity.id_bytes());
  return certificate.ok() ? (*certificate)->not_after() : absl::InfiniteFuture();
}

}  // namespace

ProposalGate::ProposalGate(ProposalHandler handler, int64_t limit, ThreadPool* pool,
                           PeerMetrics* metrics, const Clock* clock)
    : handler_(std::move(handler)), limit_(limit), pool_(pool), metrics_(metrics), clock_(clock) {}

void ProposalGate::Process(const ::protos::SignedProposal& proposal, Expiry expiry,
                           ProposalDone done) {
  if (at_work_.fetch_add(1) >= limit_) {
    at_work_.fetch_sub(1);
    metrics_->ProposalRefused();
    return done({absl::ResourceExhaustedError(absl::StrCat(
        "too many requests for /protos.Endorser, exceeding concurrency limit (", limit_,
        "); nothing was done, try again in a moment or raise limits.endorsements"))});
  }
  metrics_->ProposalReceived();
  pool_->Submit([this, &proposal, expiry, done = std::move(done)]() mutable {
    ProposalDone leave = [this, done = std::move(done)](ProposalOutcome outcome) {
      at_work_.fetch_sub(1);
      done(std::move(outcome));
    };
    if (expiry == Expiry::kEnforced) {
      if (const absl::Status status = CheckExpiry(proposal); !status.ok()) return leave({status});
    }
    handler_(proposal, std::move(leave));
  });
}

absl::Status ProposalGate::CheckExpiry(const ::protos::SignedProposal& proposal) {
  if (clock_->Now() <= EndOf(CreatorOf(proposal))) return absl::OkStatus();
  return absl::UnknownError("proposal client identity expired");
}

absl::Time ProposalGate::EndOf(const std::string& creator) {
  {
    absl::MutexLock lock(&mutex_);
    if (const auto it = ends_.find(creator); it != ends_.end()) return it->second;
  }
  const absl::Time end = ReadEnd(creator);
  absl::MutexLock lock(&mutex_);
  if (ends_.size() >= kMaxRemembered) ends_.clear();
  ends_.emplace(creator, end);
  return end;
}

}  // namespace suyuan
