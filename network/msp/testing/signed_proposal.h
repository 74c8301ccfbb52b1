// Proposals that members of a test's organisations signed.
#pragma once

#include "network/msp/identity.h"
#include "network/protoutil/testing/test_transaction.h"
#include "protos/peer/proposal.pb.h"

namespace suyuan {

// `proposal` with `signer` as creator, unless it names another. Aborts when the signer
// cannot sign.
::protos::SignedProposal SignProposal(TestProposal proposal, const SigningIdentity& signer);

}  // namespace suyuan
