// The one kind of Identity: a certificate under an MSP's name.
#pragma once

#include <string>

#include "network/msp/identity.h"

namespace suyuan {

// `serialized` is the msp.SerializedIdentity that held `certificate`.
IdentityPtr MakeX509Identity(absl::string_view msp_id, CertificatePtr certificate,
                             absl::string_view serialized, HashFamily family);

// The msp.SerializedIdentity of a certificate, as its owner has it.
std::string SerializeIdentity(absl::string_view msp_id, absl::string_view certificate_pem);

}  // namespace suyuan
