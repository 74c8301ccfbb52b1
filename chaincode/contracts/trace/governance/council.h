// The council: organisations that vote, and those of them that supervise.
//
// It is founded once, right after the chaincode is deployed, and changed by its own votes
// (governance_contract.h). The contracts ask it whose word counts for others.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "chaincode/contracts/trace/caller.h"
#include "chaincode/shim/stub.h"

namespace suyuan {

struct Council {
  std::set<std::string> members;      // MSP ids; each has one vote
  std::set<std::string> supervisors;  // of the members
  bool founded() const { return !members.empty(); }
};

// `object`: {"members":[...],"supervisors":[...]}.
//   kInvalidArgument  names the field: no members, over 1000, a supervisor that is no member
absl::StatusOr<Council> ParseCouncil(absl::string_view argument, const nlohmann::json& object);
void to_json(nlohmann::json& json, const Council& council);

// Without members before it is founded.
absl::StatusOr<Council> LoadCouncil(ChaincodeStub& stub);
absl::Status SaveCouncil(ChaincodeStub& stub, const Council& council);

// The caller has role regulator, of an organisation that supervises.
bool IsSupervisor(const Council& council, const Caller& caller);
// Of the council as the ledger has it.
absl::StatusOr<bool> IsSupervisor(ChaincodeStub& stub, const Caller& caller);
//   kPermissionDenied  "only a regulator of a supervising organisation may WHAT"
absl::Status NeedSupervisor(ChaincodeStub& stub, const Caller& caller, absl::string_view what);
// Reviews what `registrant` filed: role reviewer (or a supervisor), of another organisation,
// which is of the council once there is one.
//   kPermissionDenied  says which of it is not so
absl::Status NeedReviewerOf(ChaincodeStub& stub, const Caller& caller,
                            const std::string& registrant, absl::string_view what);

}  // namespace suyuan
