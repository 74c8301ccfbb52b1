#include "chaincode/contracts/trace/anticounterfeit/code_state.h"

#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "chaincode/shim/conversion.h"

namespace suyuan {

absl::Status CheckStateChange(absl::string_view state, absl::string_view next) {
  static const auto& kFrom =
      *new std::map<std::string, std::set<std::string>>{{kOpened, {""}},
                                                        {kReturned, {"", kOpened}},
                                                        {kReissued, {kReturned}},
                                                        {kRevoked, {"", kOpened, kReturned}}};
  const auto from = kFrom.find(std::string(next));
  if (from == kFrom.end()) {
    return internal::ArgumentError("state", "is not opened, returned, reissued or revoked");
  }
  if (from->second.count(std::string(state))) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("codes are ", state.empty() ? "sealed" : state, ": they cannot become ", next));
}

}  // namespace suyuan
