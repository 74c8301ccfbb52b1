// Reads one YAML file into an options struct and collects every mistake, so
// that an operator mends the file once:
//
//   ConfigReader config = ConfigReader::FromFile("peer.yaml");
//   config.Required("mspId", &options.msp_id);
//   config.Optional("operations.listen", &options.operations_listen);
//   config.Path("tls.cert", &options.tls_cert, ConfigReader::kRequired);
//   SUYUAN_RETURN_IF_ERROR(config.Finish());   // names file, key and reason
//
// Keys are dotted paths. Relative file names are taken from the directory of the
// config file. Keys that nobody asked for are mistakes too (a typing error must
// not pass as a default). Not thread-safe.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace suyuan {

class ConfigReader {
 public:
  enum Need { kOptional, kRequired };

  // Never fails: a missing or malformed file is reported by Finish().
  static ConfigReader FromFile(const std::filesystem::path& path);
  static ConfigReader FromText(absl::string_view text, const std::filesystem::path& name);
  ~ConfigReader();
  ConfigReader(ConfigReader&&) noexcept;

  void String(absl::string_view key, std::string* value, Need need = kOptional);
  void Bool(absl::string_view key, bool* value, Need need = kOptional);
  // Decimal, within [min, max].
  void Integer(absl::string_view key, int64_t* value, int64_t min, int64_t max,
               Need need = kOptional);
  // "200ms", "2s", "1h30m".
  void Duration(absl::string_view key, absl::Duration* value, Need need = kOptional);
  // "512KiB", "2MiB", "1MB", or plain bytes.
  void Bytes(absl::string_view key, uint64_t* value, Need need = kOptional);
  // "host:port"; port 0 is allowed (any free port).
  void HostPort(absl::string_view key, std::string* value, Need need = kOptional);
  // A path; `must_exist` makes an absent file a mistake.
  void Path(absl::string_view key, std::filesystem::path* value, Need need = kOptional,
            bool must_exist = false);
  void Strings(absl::string_view key, std::vector<std::string>* value, Need need = kOptional);
  // A reader for each element of a list of maps; their mistakes are reported here.
  std::vector<ConfigReader> List(absl::string_view key, Need need = kOptional);

  // A mistake found by the caller, e.g. two options that exclude each other.
  void Mistake(absl::string_view key, absl::string_view reason);

  // kInvalidArgument with one line per mistake.
  absl::Status Finish();

 private:
  struct Impl;
  explicit ConfigReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace suyuan
