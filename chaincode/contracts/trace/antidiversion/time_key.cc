#include "chaincode/contracts/trace/antidiversion/time_key.h"

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/events/event_store.h"
#include "network/common/status_macros.h"

namespace suyuan {

absl::StatusOr<std::string> TimeKeyNow(const ChaincodeStub& stub, absl::string_view kind,
                                       absl::string_view owner) {
  SUYUAN_ASSIGN_OR_RETURN(const absl::Time time, stub.GetTxTimestamp());
  return absl::StrCat(TimeKeyFrom(kind, owner, time), "/", stub.GetTxID());
}

std::string TimeKeyFrom(absl::string_view kind, absl::string_view owner, absl::Time time) {
  return absl::StrCat(kind, "/", owner, "/", SortableTime(absl::ToUnixMillis(time)));
}

std::string TimeKeyBegin(absl::string_view kind, absl::string_view owner) {
  return absl::StrCat(kind, "/", owner, "/");
}

// ':' follows '9'.
std::string TimeKeyEnd(absl::string_view kind, absl::string_view owner) {
  return absl::StrCat(kind, "/", owner, "/:");
}

absl::StatusOr<bool> AnyTimeKeyFrom(ChaincodeStub& stub, absl::string_view kind,
                                    absl::string_view owner, absl::Time time) {
  SUYUAN_ASSIGN_OR_RETURN(const auto iterator, stub.GetStateByRange(TimeKeyFrom(kind, owner, time),
                                                                    TimeKeyEnd(kind, owner)));
  SUYUAN_ASSIGN_OR_RETURN(const auto entry, iterator->Next());
  SUYUAN_RETURN_IF_ERROR(iterator->Close());
  return entry.has_value();
}

}  // namespace suyuan
