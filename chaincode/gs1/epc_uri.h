// EPC URIs (GS1 EPC Tag Data Standard 1.13 and 2.0):
//
//   urn:epc:id:sgtin:9506000.013435.12345       one thing
//   urn:epc:class:lgtin:9506000.013435.LOT7     a lot
//   urn:epc:idpat:sgtin:9506000.013435.*        a class: any serial
//   urn:epc:tag:sgtin-96:3.9506000.013435.12345 as a tag holds it; read, never written here
//
// They carry the length of the company prefix; element strings and Digital Links don't.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "chaincode/gs1/identifier.h"

namespace suyuan::gs1 {

constexpr int kMinCompanyPrefix = 6, kMaxCompanyPrefix = 12;

//   kInvalidArgument  not such a URI; names the scheme and what is wrong
absl::StatusOr<Identifier> ParseEpcUri(absl::string_view uri);

//   kFailedPrecondition  company_prefix_length is 0
//   kInvalidArgument     it is not 6 to 12, or longer than the key's digits
//   kNotFound            the scheme has no EPC URI (kGmn, kGtinVariant)
absl::StatusOr<std::string> EpcUri(const Identifier& id);

}  // namespace suyuan::gs1
