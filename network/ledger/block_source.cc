#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/ledger/block_store.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {

absl::StatusOr<::common::Block> BlockSource::Get(uint64_t number) const {
  SUYUAN_ASSIGN_OR_RETURN(const std::string bytes, GetBytes(number));
  return ParseProto<::common::Block>(bytes, absl::StrCat("block ", number));
}

}  // namespace suyuan
