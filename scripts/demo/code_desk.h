// The issuer's side of the codes: keeps the batches, and adds to a consumer's code what
// binds it to its batch. Only commitments go to the ledger.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "absl/status/status.h"
#include "chaincode/codes/codes.h"

namespace suyuan::demo {

struct Label {
  std::string batch;
  uint64_t index = 0;
};

// Thread-safe once all batches are added.
class CodeDesk {
 public:
  CodeDesk(std::string key_pem, int code_length)
      : key_pem_(std::move(key_pem)), code_length_(code_length) {}

  // Derives `count` codes. The Merkle root, raw.
  absl::StatusOr<std::string> AddBatch(const BatchName& name, uint64_t count);
  uint64_t count() const { return labels_.size(); }
  const std::string& CodeOf(const Label& label) const;
  // nullopt: not a code of ours.
  std::optional<Label> Find(const std::string& code) const;
  // The transient data that prove `code` to be at `label`; place is the caller's.
  std::map<std::string, std::string> Proof(const Label& label, const std::string& code) const;

 private:
  struct Batch {
    std::string seed;
    CodeBatch codes;
  };
  const std::string key_pem_;
  const int code_length_;
  std::map<std::string, Batch> batches_;
  std::unordered_map<std::string, Label> labels_;  // by code
};

}  // namespace suyuan::demo
