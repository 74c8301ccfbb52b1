// Chaincode packages: equal content gives an equal package, so an equal id.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace suyuan {

struct PackageOptions {
  std::string label;
  std::string module;   // file name in the peers' module folders; or
  std::string address;  // host:port of a chaincode server (chaincode as a service)
  std::string tls_ca;   // PEM file with its TLS root; empty: no TLS
};

// The bytes of a package.
//   kInvalidArgument  the label, or neither or both of module and address
absl::StatusOr<std::string> MakePackage(const PackageOptions& options);

// LABEL:hex SHA-256 of the bytes.
//   kInvalidArgument  not a package
absl::StatusOr<std::string> PackageId(absl::string_view package);

}  // namespace suyuan
