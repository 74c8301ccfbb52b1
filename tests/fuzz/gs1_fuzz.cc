// Identifiers in every form: what is read must be written so that it is read alike again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "chaincode/gs1/company_prefix.h"
#include "chaincode/gs1/credit_code.h"
#include "chaincode/gs1/epc_tag.h"
#include "chaincode/gs1/epc_uri.h"
#include "chaincode/gs1/forms.h"
#include "chaincode/gs1/identifier.h"
#include "chaincode/gs1/region_edition.h"

namespace {

using namespace suyuan::gs1;  // NOLINT: one file

void Need(bool good) {
  if (!good) std::abort();
}

void RoundTrip(const Identifier& id) {
  const auto again = ParseIdentifier(CanonicalUri(id));
  Need(again.ok() && *again == id);
  const auto uri = EpcUri(id);
  if (!uri.ok()) return;
  const auto back = ParseEpcUri(*uri);
  Need(back.ok() && *back == id && back->company_prefix_length == id.company_prefix_length);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  FormsOptions options;
  options.prefixes = CompanyPrefixTable::Always(6 + static_cast<int>(size % 7));
  for (const Form form : {Form::kCheckDigit, Form::kElementString, Form::kEpc}) {
    const Forms forms = ConvertForms(input, form, options);
    for (const auto& text : {forms.element_string, forms.epc, forms.digital_link}) {
      if (text.empty() || text.size() > kMaxInputBytes) continue;  // "%" becomes "%25"
      Need(ConvertForms(text, Form::kElementString, options).status.ok());
    }
  }
  const auto id = ParseIdentifier(input);
  if (id.ok()) RoundTrip(*id);
  ParseCreditCode(input).status().IgnoreError();
  RegionTable table("fuzz");
  table.Load(input).IgnoreError();
  EpcTagUri(input).status().IgnoreError();
  ParseRegionText(input).status().IgnoreError();
  CompanyPrefixTable::Parse(input).status().IgnoreError();
  return 0;
}
