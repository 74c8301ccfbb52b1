#include "scripts/demo/code_desk.h"

#include "network/common/status_macros.h"
#include "network/common/text.h"

namespace suyuan::demo {

absl::StatusOr<std::string> CodeDesk::AddBatch(const BatchName& name, uint64_t count) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string signature, SignBatch(key_pem_, name));
  const std::string seed = BatchSeed(signature);
  Batch batch{seed, CodeBatch::Derive(seed, count, code_length_, [this](absl::string_view code) {
                return labels_.count(std::string(code)) > 0;
              })};
  for (uint64_t i = 0; i < count; ++i) {
    if (!batch.codes.codes()[i].empty()) labels_[batch.codes.codes()[i]] = {name.batch, i};
  }
  const std::string root = batch.codes.root();
  batches_.emplace(name.batch, std::move(batch));
  return root;
}

const std::string& CodeDesk::CodeOf(const Label& label) const {
  return batches_.at(label.batch).codes.codes().at(label.index);
}

std::optional<Label> CodeDesk::Find(const std::string& code) const {
  const auto found = labels_.find(code);
  if (found == labels_.end()) return std::nullopt;
  return found->second;
}

std::map<std::string, std::string> CodeDesk::Proof(const Label& label,
                                                   const std::string& code) const {
  const Batch& batch = batches_.at(label.batch);
  return {{"code", code},
          {"salt", HexEncode(DeriveCode(batch.seed, label.index, code_length_).salt)},
          {"proof", HexEncode(batch.codes.Proof(label.index))}};
}

}  // namespace suyuan::demo
