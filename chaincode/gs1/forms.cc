#include "chaincode/gs1/forms.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "chaincode/gs1/check_digit.h"
#include "chaincode/gs1/element_string.h"
#include "chaincode/gs1/epc_tag.h"
#include "chaincode/gs1/epc_uri.h"
#include "chaincode/gs1/identifier.h"
#include "network/common/status_macros.h"

namespace suyuan::gs1 {
namespace {

struct Parsed {
  std::vector<Element> elements;
  absl::StatusOr<Identifier> id;  // kNotFound: they identify nothing
};

// Hexadecimal alone, as a reader gives the EPC memory of a tag: 96 bits or more.
bool IsTag(absl::string_view input) {
  return input.size() >= 24 && std::all_of(input.begin(), input.end(), [](char c) {
           return absl::ascii_isxdigit(static_cast<unsigned char>(c));
         });
}

absl::StatusOr<Parsed> Parse(absl::string_view input) {
  if (IsTag(input)) {
    SUYUAN_ASSIGN_OR_RETURN(const std::string uri, EpcTagUri(input));
    return Parse(uri);
  }
  if (absl::StartsWith(input, "urn:")) {
    SUYUAN_ASSIGN_OR_RETURN(Identifier id, ParseEpcUri(input));
    return Parsed{ElementsOf(id), std::move(id)};
  }
  SUYUAN_ASSIGN_OR_RETURN(std::vector<Element> elements, ParseElements(input));
  absl::StatusOr<Identifier> id = IdentifierOf(elements);
  return Parsed{std::move(elements), std::move(id)};
}

// "(01)..." and the like, rather than a text that ends in check characters.
bool IsWholeForm(absl::string_view input) {
  const bool bracketed = input.size() > 3 && input[0] == '(' &&
                         absl::ascii_isdigit(static_cast<unsigned char>(input[1])) &&
                         input.substr(0, 6).find(')') != absl::string_view::npos;
  return bracketed || absl::StartsWith(input, "^") || absl::StartsWith(input, "urn:") ||
         absl::StartsWithIgnoreCase(input, "http://") ||
         absl::StartsWithIgnoreCase(input, "https://");
}

absl::Status WriteDigitalLink(const Parsed& parsed, const FormsOptions& options, Forms* forms) {
  SUYUAN_ASSIGN_OR_RETURN(const DigitalLink link, MakeDigitalLink(parsed.elements, options.stem));
  forms->digital_link = FormatDigitalLink(link);
  return absl::OkStatus();
}

absl::Status WriteEpc(const Parsed& parsed, const FormsOptions& options, Forms* forms) {
  SUYUAN_RETURN_IF_ERROR(parsed.id);
  Identifier id = *parsed.id;
  if (id.company_prefix_length == 0) id.company_prefix_length = options.prefixes.LengthFor(id);
  absl::StatusOr<std::string> epc = EpcUri(id);
  forms->epc_needs_prefix = absl::IsFailedPrecondition(epc.status());
  if (forms->epc_needs_prefix || absl::IsNotFound(epc.status())) return absl::OkStatus();
  SUYUAN_ASSIGN_OR_RETURN(forms->epc, std::move(epc));
  return absl::OkStatus();
}

absl::Status Convert(absl::string_view input, Form wanted, const FormsOptions& options,
                     Forms* forms) {
  SUYUAN_ASSIGN_OR_RETURN(const Parsed parsed, Parse(input));
  if (!parsed.elements.empty()) forms->element_string = FormatElementString(parsed.elements);
  const absl::Status link = WriteDigitalLink(parsed, options, forms);
  const absl::Status epc = WriteEpc(parsed, options, forms);
  if (wanted == Form::kDigitalLink && !parsed.elements.empty()) return link;
  return wanted == Form::kEpc ? epc : absl::OkStatus();
}

}  // namespace

Forms ConvertForms(absl::string_view input, Form wanted, const FormsOptions& options) {
  Forms forms;
  if (wanted == Form::kCheckDigit && !IsWholeForm(input)) {
    forms.status = VerifyCheckCharacters(input);
    return forms;
  }
  const absl::Status status = Convert(input, wanted, options, &forms);
  if (!status.ok()) forms = Forms{status};
  return forms;
}

}  // namespace suyuan::gs1
