#include "chaincode/codes/codes.h"

#include <algorithm>
#include <numeric>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "chaincode/codes/merkle.h"
#include "network/common/status_macros.h"
#include "network/crypto/hash.h"
#include "network/crypto/rsa.h"

namespace suyuan {
namespace {

constexpr size_t kHalf = 16;
constexpr absl::string_view kLeafTag("\0", 1);

std::string BigEndian(uint64_t value) {
  std::string out(8, '\0');
  for (int i = 7; i >= 0; --i, value >>= 8) out[static_cast<size_t>(i)] = static_cast<char>(value);
  return out;
}

// Each part with its length before it: no two names give the same message.
std::string Message(const BatchName& name) {
  std::string out = "suyuan-batch";
  for (const std::string* part : {&name.issuer, &name.product, &name.batch}) {
    absl::StrAppend(&out, BigEndian(part->size()), *part);
  }
  return out;
}

// ISO 7064 MOD 11,10.
char CheckDigit(absl::string_view digits) {
  int product = 10;
  for (const char c : digits) {
    int sum = (product + (c - '0')) % 10;
    if (sum == 0) sum = 10;
    product = sum * 2 % 11;
  }
  return static_cast<char>('0' + (11 - product) % 10);
}

// 128 bits against at most 20 digits: the bias of the remainder is below 2^-61.
std::string Digits(absl::string_view block, int digits) {
  absl::uint128 value = 0;
  for (size_t i = 0; i < kHalf; ++i) value = value << 8 | static_cast<unsigned char>(block[i]);
  std::string out(static_cast<size_t>(digits), '0');
  for (auto it = out.rbegin(); it != out.rend(); ++it, value /= 10) {
    *it = static_cast<char>('0' + static_cast<int>(value % 10));
  }
  return out;
}

bool AllDigits(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

absl::Status Mistake(absl::string_view argument, absl::string_view reason) {
  return absl::InvalidArgumentError(absl::StrCat("argument '", argument, "': ", reason));
}

// Empties every repeated code but the first.
uint64_t VoidRepeated(std::vector<std::string>* codes) {
  std::vector<uint32_t> order(codes->size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [codes](uint32_t a, uint32_t b) {
    const int c = (*codes)[a].compare((*codes)[b]);
    return c != 0 ? c < 0 : a < b;
  });
  std::vector<uint32_t> repeated;
  for (size_t i = 1; i < order.size(); ++i) {
    const std::string& code = (*codes)[order[i]];
    if (!code.empty() && code == (*codes)[order[i - 1]]) repeated.push_back(order[i]);
  }
  for (const uint32_t i : repeated) (*codes)[i].clear();
  return repeated.size();
}

}  // namespace

absl::Status CheckCodeLength(absl::string_view argument, int64_t length) {
  if (length == 15 || length == 17 || length == 21) return absl::OkStatus();
  return Mistake(argument, "is not 15, 17 or 21");
}

absl::Status CheckInnerCodeLength(absl::string_view argument, int64_t length) {
  if (length == kShortCode || CheckCodeLength(argument, length).ok()) return absl::OkStatus();
  return Mistake(argument, "is not 6, 15, 17 or 21");
}

absl::Status CheckCode(absl::string_view argument, absl::string_view code) {
  if (!AllDigits(code) || !CheckCodeLength(argument, static_cast<int64_t>(code.size())).ok()) {
    return Mistake(argument, "is not 15, 17 or 21 digits");
  }
  if (CheckDigit(code.substr(0, code.size() - 1)) != code.back()) {
    return Mistake(argument, "the check digit does not fit");
  }
  return absl::OkStatus();
}

absl::Status CheckInnerCode(absl::string_view argument, absl::string_view code) {
  if (code.size() == kShortCode && AllDigits(code)) return absl::OkStatus();
  return CheckCode(argument, code);
}

absl::StatusOr<std::string> SignBatch(absl::string_view private_key_pem, const BatchName& name) {
  return RsaFdhSign(private_key_pem, Message(name));
}

absl::Status VerifyBatchSignature(absl::string_view public_key_pem, const BatchName& name,
                                  absl::string_view signature) {
  return RsaFdhVerify(public_key_pem, Message(name), signature);
}

std::string BatchSeed(absl::string_view signature) { return Sha256({"suyuan-seed", signature}); }

TraceCode DeriveCode(absl::string_view seed, uint64_t index, int length, CodeLayer layer) {
  const char size = static_cast<char>(length);
  const absl::string_view tag = layer == CodeLayer::kOpen ? "suyuan-code" : "suyuan-inner";
  const std::string block = Sha256({tag, seed, BigEndian(index), absl::string_view(&size, 1)});
  const std::string salt = block.substr(kHalf);
  if (length == kShortCode) return {Digits(block, length), salt};
  TraceCode out{Digits(block, length - 1), salt};
  out.code.push_back(CheckDigit(out.code));
  return out;
}

absl::StatusOr<TraceCode> DeriveCode(absl::string_view private_key_pem, const BatchName& name,
                                     uint64_t index, int length) {
  SUYUAN_RETURN_IF_ERROR(CheckCodeLength("length", length));
  SUYUAN_ASSIGN_OR_RETURN(const std::string signature, SignBatch(private_key_pem, name));
  return DeriveCode(BatchSeed(signature), index, length);
}

std::string CodeLeaf(absl::string_view salt, uint64_t index, absl::string_view code) {
  return Sha256({kLeafTag, salt, BigEndian(index), code});
}

CodeBatch CodeBatch::Derive(absl::string_view seed, uint64_t count, int length,
                            const std::function<bool(absl::string_view)>& taken, CodeLayer layer) {
  CodeBatch batch;
  std::vector<std::string> salts;
  batch.codes_.reserve(count);
  salts.reserve(count);
  for (uint64_t i = 0; i < count; ++i) {
    TraceCode code = DeriveCode(seed, i, length, layer);
    if (taken && taken(code.code)) {
      code.code.clear();
      ++batch.void_count_;
    }
    batch.codes_.push_back(std::move(code.code));
    salts.push_back(std::move(code.salt));
  }
  if (length != kShortCode) batch.void_count_ += VoidRepeated(&batch.codes_);
  std::vector<std::string> leaves;
  leaves.reserve(count);
  for (uint64_t i = 0; i < count; ++i) leaves.push_back(CodeLeaf(salts[i], i, batch.codes_[i]));
  batch.levels_ = BuildMerkleLevels(std::move(leaves));
  return batch;
}

const std::string& CodeBatch::root() const { return levels_.back().front(); }

std::string CodeBatch::Proof(uint64_t index) const {
  std::string proof;
  for (size_t level = 0; level + 1 < levels_.size(); ++level, index /= 2) {
    const uint64_t sibling = index ^ 1;
    if (sibling < levels_[level].size()) proof += levels_[level][sibling];
  }
  return proof;
}

}  // namespace suyuan
