// Certificates, revocation lists, certificate requests, serialized identities, policies.
#include <cstddef>
#include <cstdint>

#include "network/crypto/certificate.h"
#include "network/crypto/keys.h"
#include "network/msp/msp.h"
#include "network/policy/policy.h"
#include "tests/fuzz/seeds.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  static const auto* const msps = suyuan::FuzzMsps().release();
  auto identity = (*msps)->Deserialize(input);
  if (identity.ok()) (*msps)->Validate(**identity).IgnoreError();
  auto certificate = suyuan::Certificate::FromPem(input);
  if (!certificate.ok()) certificate = suyuan::Certificate::FromDer(input);
  if (certificate.ok()) (*certificate)->dns_names();
  suyuan::RevocationList::Parse(input).status().IgnoreError();
  suyuan::ParseCertificateRequest(input).status().IgnoreError();
  suyuan::PublicKey::FromPem(input).status().IgnoreError();
  suyuan::ParsePolicy(input).status().IgnoreError();
  ::msp::MSPConfig config;
  if (config.ParseFromArray(data, static_cast<int>(size))) {
    suyuan::Msp::Create(config).status().IgnoreError();
  }
  ::common::SignaturePolicyEnvelope envelope;
  if (envelope.ParseFromArray(data, static_cast<int>(size))) {
    auto policy = suyuan::MakeSignaturePolicy(envelope, *msps);
    if (policy.ok()) (*policy)->EndorserLayouts(16);
  }
  return 0;
}
