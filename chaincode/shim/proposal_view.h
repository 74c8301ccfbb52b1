// What a chaincode may read of the proposal that called it, parsed once.
#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace suyuan {

struct ProposalView {
  std::string creator;
  std::string binding;
  absl::Time timestamp;
  std::map<std::string, std::string> transient;

  // `signed_proposal` is a serialised protos.SignedProposal.
  //   kFailedPrecondition  names the layer that is malformed or absent
  static absl::StatusOr<ProposalView> Parse(absl::string_view signed_proposal);
};

}  // namespace suyuan
