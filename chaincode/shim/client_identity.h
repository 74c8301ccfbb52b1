// Who called: organisation and certificate of the proposal's creator.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "chaincode/shim/stub.h"

namespace suyuan {

// The membership service id of the creator. Needs no certificate parsing.
//   kFailedPrecondition  the proposal carries no well-formed creator
absl::StatusOr<std::string> GetCreatorMspId(const ChaincodeStub& stub);

// Immutable.
class ClientIdentity {
 public:
  //   kFailedPrecondition  no creator, or it is not an X.509 certificate in PEM
  static absl::StatusOr<ClientIdentity> FromStub(const ChaincodeStub& stub);
  // `creator` is a serialised msp.SerializedIdentity.
  static absl::StatusOr<ClientIdentity> FromCreator(absl::string_view creator);

  const std::string& msp_id() const { return msp_id_; }
  // "x509::SUBJECT::ISSUER", unique within the organisation.
  const std::string& id() const { return id_; }
  // RFC 2253 text, and the common name in it.
  const std::string& subject() const { return subject_; }
  const std::string& issuer() const { return issuer_; }
  const std::string& common_name() const { return common_name_; }
  const std::vector<std::string>& organizational_units() const { return units_; }
  const std::string& certificate_pem() const { return certificate_pem_; }
  bool HasOrganizationalUnit(absl::string_view unit) const;

  // An attribute of X.509 extension 1.2.3.4.5.6.7.8.1; nullopt when absent.
  std::optional<std::string> GetAttribute(absl::string_view name) const;
  const std::map<std::string, std::string>& attributes() const { return attributes_; }
  //   kPermissionDenied  absent or another value
  absl::Status AssertAttribute(absl::string_view name, absl::string_view value) const;

 private:
  ClientIdentity() = default;

  std::string msp_id_, id_, subject_, issuer_, common_name_, certificate_pem_;
  std::vector<std::string> units_;
  std::map<std::string, std::string> attributes_;
};

}  // namespace suyuan
