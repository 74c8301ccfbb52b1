#include "network/peer/chaincode/init_once.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

// U+0000, U+10FFFF, "initialized".
const char kInitializedKey[] = "\0\xf4\x8f\xbf\xbfinitialized";

absl::Status Refuse(const std::string& name, absl::string_view why) {
  return absl::FailedPreconditionError(absl::StrCat("chaincode '", name, "' ", why));
}

}  // namespace

absl::Status CheckInitOnce(const ChaincodeDefinition& definition, bool is_init,
                           Simulator& simulator) {
  if (!definition.init_required) {
    if (!is_init) return absl::OkStatus();
    return Refuse(definition.name, "does not require initialization but called as init");
  }
  const absl::string_view key(kInitializedKey, sizeof(kInitializedKey) - 1);
  SUYUAN_ASSIGN_OR_RETURN(const auto version, simulator.GetState(definition.name, key));
  const bool initialized = version && version->value == definition.version;
  if (is_init && initialized) {
    return Refuse(definition.name, "is already initialized but called as init");
  }
  if (!is_init && !initialized) {
    return Refuse(definition.name,
                  "has not been initialized for this version, must call as init first");
  }
  if (!is_init) return absl::OkStatus();
  return simulator.SetState(definition.name, key, definition.version);
}

}  // namespace suyuan
