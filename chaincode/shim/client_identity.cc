#include "chaincode/shim/client_identity.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/crypto/certificate.h"
#include "protos/msp/identities.pb.h"

namespace suyuan {
namespace {

constexpr char kAttributesOid[] = "1.2.3.4.5.6.7.8.1";

absl::StatusOr<::msp::SerializedIdentity> ParseCreator(absl::string_view creator) {
  ::msp::SerializedIdentity identity;
  if (!identity.ParseFromArray(creator.data(), static_cast<int>(creator.size())) ||
      identity.mspid().empty()) {
    return absl::FailedPreconditionError("creator is not a SerializedIdentity");
  }
  return identity;
}

// {"attrs":{"name":"value"}}
absl::StatusOr<std::map<std::string, std::string>> ParseAttributes(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  const auto malformed = absl::FailedPreconditionError("malformed attribute extension");
  if (!json.is_object()) return malformed;
  std::map<std::string, std::string> out;
  const auto attrs = json.find("attrs");
  if (attrs == json.end() || attrs->is_null()) return out;
  if (!attrs->is_object()) return malformed;
  for (const auto& [name, value] : attrs->items()) {
    if (!value.is_string()) return malformed;
    out[name] = value.get<std::string>();
  }
  return out;
}

}  // namespace

absl::StatusOr<std::string> GetCreatorMspId(const ChaincodeStub& stub) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string creator, stub.GetCreator());
  SUYUAN_ASSIGN_OR_RETURN(const auto identity, ParseCreator(creator));
  return identity.mspid();
}

absl::StatusOr<ClientIdentity> ClientIdentity::FromStub(const ChaincodeStub& stub) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string creator, stub.GetCreator());
  return FromCreator(creator);
}

absl::StatusOr<ClientIdentity> ClientIdentity::FromCreator(absl::string_view creator) {
  SUYUAN_ASSIGN_OR_RETURN(auto serialized, ParseCreator(creator));
  auto certificate = Certificate::FromPem(serialized.id_bytes());
  if (!certificate.ok()) {
    return absl::FailedPreconditionError(
        absl::StrCat("creator's certificate: ", certificate.status().message()));
  }
  ClientIdentity out;
  out.msp_id_ = serialized.mspid();
  out.certificate_pem_ = serialized.id_bytes();
  out.subject_ = (*certificate)->subject();
  out.issuer_ = (*certificate)->issuer();
  out.id_ = absl::StrCat("x509::", out.subject_, "::", out.issuer_);
  out.common_name_ = (*certificate)->common_name();
  out.units_ = (*certificate)->organizational_units();
  if (const auto extension = (*certificate)->extension(kAttributesOid)) {
    SUYUAN_ASSIGN_OR_RETURN(out.attributes_, ParseAttributes(*extension));
  }
  return out;
}

bool ClientIdentity::HasOrganizationalUnit(absl::string_view unit) const {
  return std::find(units_.begin(), units_.end(), unit) != units_.end();
}

std::optional<std::string> ClientIdentity::GetAttribute(absl::string_view name) const {
  const auto found = attributes_.find(std::string(name));
  if (found == attributes_.end()) return std::nullopt;
  return found->second;
}

absl::Status ClientIdentity::AssertAttribute(absl::string_view name,
                                             absl::string_view value) const {
  const auto actual = GetAttribute(name);
  if (!actual) {
    return absl::PermissionDeniedError(absl::StrCat("attribute '", name, "' is not present"));
  }
  if (*actual != value) {
    return absl::PermissionDeniedError(
        absl::StrCat("attribute '", name, "' is '", *actual, "', not '", value, "'"));
  }
  return absl::OkStatus();
}

}  // namespace suyuan
