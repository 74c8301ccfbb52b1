#include "chaincode/contracts/trace/antidiversion/id_page.h"

#include "chaincode/shim/composite_key.h"
#include "network/common/status_macros.h"

namespace suyuan {

absl::StatusOr<IdPage> ListIds(ChaincodeStub& stub, const std::string& index,
                               const std::vector<std::string>& prefix, int32_t size,
                               const std::string& bookmark) {
  SUYUAN_ASSIGN_OR_RETURN(const QueryPage page, stub.GetStateByPartialCompositeKeyWithPagination(
                                                    index, prefix, size, bookmark));
  IdPage out;
  for (const KeyValue& entry : page.results) {
    SUYUAN_ASSIGN_OR_RETURN(const CompositeKey key, ParseCompositeKey(entry.key));
    out.ids.push_back(key.attributes.back());
  }
  out.bookmark = page.bookmark;
  return out;
}

}  // namespace suyuan
