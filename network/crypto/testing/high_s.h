// The other, refused form of a good signature.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace suyuan {

// The ECDSA P-256 signature (DER) with s replaced by n - s: it verifies by the plain
// equation, and must be refused all the same. Aborts when `signature` is none.
std::string WithHighS(absl::string_view signature);

}  // namespace suyuan
