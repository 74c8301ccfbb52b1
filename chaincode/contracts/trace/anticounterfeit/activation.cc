#include "chaincode/contracts/trace/anticounterfeit/activation.h"

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/events/event_store.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/contracts/trace/registration/batch_contract.h"
#include "chaincode/gs1/identifier.h"
#include "chaincode/shim/conversion.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr char kActivation[] = "activation";

}  // namespace

absl::StatusOr<std::optional<IndexRange>> FindActivation(ChaincodeStub& stub,
                                                         const std::string& batch, uint64_t index) {
  return RangeOver(stub, kActivation, batch, index);
}

absl::StatusOr<bool> HasActivation(ChaincodeStub& stub, const std::string& batch) {
  SUYUAN_ASSIGN_OR_RETURN(const auto first, RangeFrom(stub, kActivation, batch, 0));
  return first.has_value();
}

absl::StatusOr<nlohmann::json> PutActivation(ChaincodeStub& stub, const std::string& batch,
                                             uint64_t from, uint64_t to, const std::string& lot) {
  SUYUAN_ASSIGN_OR_RETURN(const auto next, RangeFrom(stub, kActivation, batch, from));
  if (next && next->from <= to) {
    return absl::AlreadyExistsError(absl::StrCat("indexes ", next->from, " to ", next->to,
                                                 " of batch ", batch, " are bound to lot ",
                                                 next->record.value("lot", "")));
  }
  SUYUAN_ASSIGN_OR_RETURN(const std::string time, TransactionTime(stub));
  nlohmann::json activation{
      {"batch", batch}, {"from", from}, {"to", to}, {"lot", lot}, {"activatedAt", time}};
  SUYUAN_RETURN_IF_ERROR(PutRange(stub, kActivation, batch, {from, to, activation}));
  return activation;
}

absl::StatusOr<std::string> NeedLot(ChaincodeStub& stub, const std::string& product,
                                    const std::string& text) {
  SUYUAN_RETURN_IF_ERROR(CheckText("lot", text));
  auto id = gs1::ParseIdentifier(text);
  if (!id.ok()) {
    // An identifier of the maker's own, or a lot number.
    SUYUAN_ASSIGN_OR_RETURN(const auto own, FindUnit(stub, text));
    if (own && own->kind == Unit::Kind::kLot) return text;
    id = gs1::Identifier{gs1::Scheme::kLgtin, product, text, 0};
  }
  if (id->scheme != gs1::Scheme::kLgtin || id->key != product) {
    return internal::ArgumentError("lot", absl::StrCat(text, " is no lot of product ", product));
  }
  const std::string lot = gs1::CanonicalUri(*id);
  SUYUAN_ASSIGN_OR_RETURN(const auto made, FindUnit(stub, lot));
  if (made) return lot;
  SUYUAN_ASSIGN_OR_RETURN(const bool registered, IsRegisteredBatch(stub, product, id->extension));
  if (registered) return lot;
  return absl::NotFoundError(absl::StrCat("lot ", lot, " does not exist"));
}

}  // namespace suyuan
