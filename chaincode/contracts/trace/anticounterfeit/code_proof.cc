#include "chaincode/contracts/trace/anticounterfeit/code_proof.h"

#include "chaincode/codes/codes.h"
#include "chaincode/codes/merkle.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/shim/conversion.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"

namespace suyuan {
namespace {

constexpr size_t kMaxProofHex = 64 * 32;
constexpr size_t kSaltBytes = 16;

// Names of the transient values of a layer.
struct LayerNames {
  const char *code, *salt, *proof;
};
constexpr LayerNames kOpen = {"code", "salt", "proof"};
constexpr LayerNames kInner = {"inner", "innerSalt", "innerProof"};

struct Commitment {
  const std::string& root;
  int32_t length;
};

// The code's leaf, raw, when code, salt and proof fit; empty when not.
absl::StatusOr<std::string> LeafOf(const ChaincodeStub& stub, const LayerNames& names,
                                   const Commitment& commitment, uint64_t index, uint64_t count) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string code, NeedTransient(stub, names.code));
  SUYUAN_ASSIGN_OR_RETURN(const std::string salt_hex, NeedTransient(stub, names.salt));
  SUYUAN_ASSIGN_OR_RETURN(const std::string proof_hex, NeedTransient(stub, names.proof));
  const auto salt = HexDecode(salt_hex);
  if (!salt.ok() || salt->size() != kSaltBytes) {
    return internal::ArgumentError(names.salt, "is not 16 bytes in hex");
  }
  if (proof_hex.size() > kMaxProofHex) {
    return internal::ArgumentError(names.proof, "is not a Merkle proof in hex");
  }
  const auto proof = HexDecode(proof_hex);
  if (!proof.ok()) return internal::ArgumentError(names.proof, "is not a Merkle proof in hex");
  // What a consumer may well type.
  if (code.size() != static_cast<size_t>(commitment.length)) return std::string();
  if (!CheckInnerCode(names.code, code).ok()) return std::string();
  SUYUAN_ASSIGN_OR_RETURN(const std::string root, HexDecode(commitment.root));
  std::string leaf = CodeLeaf(*salt, index, code);
  if (!CheckMerkleProof(root, leaf, index, count, *proof)) return std::string();
  return leaf;
}

absl::StatusOr<bool> HasTransient(const ChaincodeStub& stub, const char* name) {
  SUYUAN_ASSIGN_OR_RETURN(const auto transient, stub.GetTransient());
  return transient.count(name) > 0;
}

}  // namespace

absl::StatusOr<ProvenCode> ProveCode(const ChaincodeStub& stub, const CodeBatchRecord& batch,
                                     uint64_t index) {
  SUYUAN_ASSIGN_OR_RETURN(const bool has_inner, HasTransient(stub, kInner.code));
  SUYUAN_ASSIGN_OR_RETURN(const bool has_open, HasTransient(stub, kOpen.code));
  if (has_inner && batch.inner_length == 0) {
    return internal::ArgumentError("inner", "the batch has no covered codes");
  }
  ProvenCode out;
  // A verification code is nothing without the code that it belongs to.
  if (has_open || !has_inner || batch.inner_length == kShortCode) {
    SUYUAN_ASSIGN_OR_RETURN(const std::string leaf,
                            LeafOf(stub, kOpen, {batch.root, batch.length}, index, batch.count));
    if (leaf.empty()) return out;
    out = {true, false, false, HexEncode(leaf)};
  }
  if (!has_inner) return out;
  SUYUAN_ASSIGN_OR_RETURN(
      const std::string leaf,
      LeafOf(stub, kInner, {batch.inner_root, batch.inner_length}, index, batch.count));
  if (leaf.empty()) {
    out.wrong_inner = out.known;
    return out;
  }
  return ProvenCode{true, false, true, HexEncode(leaf)};
}

}  // namespace suyuan
