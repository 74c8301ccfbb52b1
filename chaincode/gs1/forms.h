// One input in all forms, as the commands of `suyuan gs1` print them.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "chaincode/gs1/company_prefix.h"
#include "chaincode/gs1/digital_link.h"

namespace suyuan::gs1 {

// The form that must exist for an input to pass.
enum class Form { kCheckDigit, kElementString, kDigitalLink, kEpc };

struct FormsOptions {
  std::string stem = std::string(kCanonicalStem);  // of Digital Links written
  CompanyPrefixTable prefixes;                     // for EPC URIs written; may be empty
};

struct Forms {
  absl::Status status;  // refused: names the field and the rule; the rest is empty then
  // Each empty where there is none.
  std::string element_string;
  std::string epc;
  std::string digital_link;
  // There would be an EPC URI, were the length of the company prefix known.
  bool epc_needs_prefix = false;
};

// Reads `input` in whatever form it has, a tag's EPC in hexadecimal among them. For kCheckDigit it
// may also be a number or text that ends in its check digit or pair, which then has no other form.
// kDigitalLink asks for a GS1 key and a place for every element; kEpc for something that is
// identified.
Forms ConvertForms(absl::string_view input, Form wanted, const FormsOptions& options);

}  // namespace suyuan::gs1
