// Chaincode packages installed on this peer.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace suyuan {

// The largest package taken, bytes.
inline constexpr uint64_t kMaxPackageBytes = 64u << 20;

// What a package says of itself (metadata.json) and the files of its code.tar.gz
// that the peer itself needs.
struct ChaincodePackage {
  std::string id;  // LABEL:hex SHA-256 of the package's bytes
  std::string label;
  std::string type;             // "module", "ccaas", "external"; others cannot be run here
  std::string module;           // of module.json: a plain file name
  std::string connection_json;  // of connection.json, for external chaincode
};

// From the bytes of a package (tar.gz of metadata.json and code.tar.gz).
//   kInvalidArgument  names what is missing, malformed or too large
absl::StatusOr<ChaincodePackage> ParseChaincodePackage(absl::string_view bytes);

// Thread-safe. One file per package, named by its hash.
class PackageStore {
 public:
  // Opens or creates it in `dir`, reading what is installed; a damaged file is
  // logged and left out.
  static absl::StatusOr<std::unique_ptr<PackageStore>> Open(const std::filesystem::path& dir);

  // Durable once OK.
  //   kInvalidArgument  not a package
  //   kAlreadyExists    installed already
  absl::StatusOr<ChaincodePackage> Install(absl::string_view bytes);
  // nullptr when not installed.
  std::shared_ptr<const ChaincodePackage> Find(absl::string_view package_id) const;
  // Sorted by id.
  std::vector<std::shared_ptr<const ChaincodePackage>> List() const;
  // The bytes as installed. kNotFound when not installed.
  absl::StatusOr<std::string> Read(absl::string_view package_id) const;
  // The name of its file.
  std::string FileName(absl::string_view package_id) const {
    return FileOf(package_id).filename().string();
  }

 private:
  explicit PackageStore(std::filesystem::path dir) : dir_(std::move(dir)) {}
  std::filesystem::path FileOf(absl::string_view package_id) const;

  const std::filesystem::path dir_;
  mutable absl::Mutex mutex_;
  std::map<std::string, std::shared_ptr<const ChaincodePackage>, std::less<>> packages_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace suyuan
