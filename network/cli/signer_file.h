// A user's certificate and key, from their files.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "network/msp/identity.h"

namespace suyuan {

//   kInvalidArgument  malformed, or the key is not the certificate's; names both files
//   others            a file can't be read; names it
absl::StatusOr<std::shared_ptr<const SigningIdentity>> LoadSigner(
    const std::string& msp_id, const std::string& certificate_file, const std::string& key_file);

}  // namespace suyuan
