#include "network/msp/testing/signed_proposal.h"

#include <utility>

#include "network/common/check.h"

namespace suyuan {

::protos::SignedProposal SignProposal(TestProposal proposal, const SigningIdentity& signer) {
  if (proposal.creator.empty()) proposal.creator = signer.serialized();
  ::protos::SignedProposal out;
  out.set_proposal_bytes(MakeProposal(proposal));
  auto signature = signer.Sign({out.proposal_bytes()});
  SUYUAN_CHECK(signature.ok());
  out.set_signature(*std::move(signature));
  return out;
}

}  // namespace suyuan
