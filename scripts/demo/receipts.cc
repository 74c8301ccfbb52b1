#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "scripts/demo/chapters.h"
#include "tests/support/process.h"

namespace suyuan::demo {
namespace {

using nlohmann::json;

// Runs `suyuan WORDS` and shows the command; its JSON line.
absl::StatusOr<json> Tool(const Stage& stage, const std::vector<std::string>& words) {
  stage.story.Tell(absl::StrCat("$ suyuan ", absl::StrJoin(words, " ")));
  const ToolResult ran = RunTool("suyuan", words, stage.network.dir());
  json line = json::parse(ran.output.substr(0, ran.output.find('\n')), nullptr, false);
  if (!line.is_object()) return absl::InternalError(ran.output);
  return line;
}

std::string Names(const json& parties) {
  std::vector<std::string> names;
  for (const json& party : parties) names.push_back(party.value("mspId", ""));
  return absl::StrJoin(names, ", ");
}

// A copy with another bit in the middle.
absl::Status CopyChanged(const std::string& file, const std::string& to) {
  SUYUAN_ASSIGN_OR_RETURN(std::string bytes, ReadFile(file, 16 << 20));
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  return WriteFileAtomically(to, bytes);
}

}  // namespace

absl::Status ProveOffline(const Stage& stage, const std::string& transaction) {
  stage.story.Chapter("A receipt proves the finding to anybody, without a node");
  const auto in_folder = [&](const std::string& name) {
    return (stage.network.dir() / name).string();
  };
  const std::string file = in_folder("finding.receipt"), changed = in_folder("changed.receipt"),
                    trust = in_folder(stage.network.channel() + ".block");
  SUYUAN_RETURN_IF_ERROR(
      Tool(stage, {"receipt", "get", "--connection", in_folder("connection.json"), "--org",
                   "distributor", "--tx", transaction, "--out", file}));
  SUYUAN_ASSIGN_OR_RETURN(const json proof,
                          Tool(stage, {"receipt", "verify", file, "--trust", trust}));
  if (!proof.value("valid", false)) return absl::DataLossError(proof.dump());
  stage.story.Expect(proof.value("transaction", "") == transaction,
                     absl::StrCat("valid, by the genesis block alone: block ",
                                  proof.value("block", 0), ", place ", proof.value("position", 0)));
  stage.story.Tell(absl::StrCat(
      "created by ", proof.at("created").at("by").value("mspId", ""), "; endorsed by ",
      Names(proof.at("endorsed").at("by")), "; ordered by ", Names(proof.at("ordered").at("by")),
      "; committed, say ", Names(proof.at("committedValid").at("saidBy"))));
  SUYUAN_RETURN_IF_ERROR(CopyChanged(file, changed));
  SUYUAN_ASSIGN_OR_RETURN(const json forged,
                          Tool(stage, {"receipt", "verify", changed, "--trust", trust}));
  stage.story.Expect(!forged.value("valid", true),
                     absl::StrCat("with one bit changed: not valid, ", forged.value("reason", "")));
  return absl::OkStatus();
}

}  // namespace suyuan::demo
