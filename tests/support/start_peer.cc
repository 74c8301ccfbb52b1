#include "tests/support/start_peer.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

std::string ConfigText(const Administration& admins, const PeerOptions& options) {
  const auto key = [&](const std::string& name) {
    return admins.KeyPath(options.org, absl::StrCat("nodes/", options.node, "/", name));
  };
  return absl::StrCat(
      "name: ", options.node, ".", options.org, "\nmspId: ", admins.MspId(options.org),
      "\nlisten: \"", options.listen, "\"\nidentity: {cert: ", key("cert.pem"),
      ", key: ", key("key.pem"), "}\ntls: {cert: ", key("tls.pem"), ", key: ", key("tls.key"),
      "}\noperations: {listen: \"127.0.0.1:0\"}\nmsp: ", admins.KeyPath(options.org, "msp.pb"),
      "\ndataDir: data\n", options.settings);
}

}  // namespace

absl::StatusOr<StartedPeer> StartPeer(const Administration& admins, const PeerOptions& options) {
  const std::string name = absl::StrCat(options.node, ".", options.org);
  const std::filesystem::path home = admins.Path(name);
  SUYUAN_RETURN_IF_ERROR(CreateDirectories(home));
  SUYUAN_RETURN_IF_ERROR(WriteFileAtomically(home / "config.yaml", ConfigText(admins, options)));
  const std::filesystem::path ready_file = home / "ready.json";
  StartedPeer peer;
  SUYUAN_ASSIGN_OR_RETURN(peer.process,
                          Process::Start({(BuildDir() / "bin" / "suyuan-peer").string(), "--config",
                                          home / "config.yaml", "--ready-file", ready_file},
                                         home / "log"),
                          name);
  const absl::Status ready = peer.process->AwaitFile(ready_file, absl::Seconds(60));
  SUYUAN_RETURN_IF_ERROR(ready, absl::StrCat(name, ": ", peer.process->Output()));
  SUYUAN_ASSIGN_OR_RETURN(const std::string text, ReadFile(ready_file), name);
  const auto says = nlohmann::json::parse(text, nullptr, false);
  if (!says.contains("listen")) return absl::DataLossError(absl::StrCat(name, ": ready: ", text));
  peer.endpoint = says["listen"];
  return peer;
}

}  // namespace suyuan
