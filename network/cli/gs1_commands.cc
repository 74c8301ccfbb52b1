#include <array>
#include <iostream>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "chaincode/gs1/forms.h"
#include "network/cli/command.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

struct Options {
  std::string stem = std::string(gs1::kCanonicalStem);
  int company_prefix_length = 0;
  std::string company_prefixes;  // file
};

constexpr size_t kMaxTableBytes = 16 << 20;

absl::StatusOr<gs1::FormsOptions> FormsOptionsOf(const Options& options) {
  gs1::FormsOptions out;
  out.stem = options.stem;
  SUYUAN_RETURN_IF_ERROR(gs1::CheckStem(options.stem));
  if (options.company_prefix_length != 0) {
    out.prefixes = gs1::CompanyPrefixTable::Always(options.company_prefix_length);
  } else if (!options.company_prefixes.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(const std::string text,
                            ReadFile(options.company_prefixes, kMaxTableBytes));
    SUYUAN_ASSIGN_OR_RETURN(out.prefixes, gs1::CompanyPrefixTable::Parse(text),
                            options.company_prefixes);
  }
  return out;
}

// A line of standard input without its end; one too long for any identifier is cut, so
// that it is refused. False at the end.
bool ReadLine(std::string* line) {
  std::array<char, gs1::kMaxInputBytes + 2> buffer;
  std::cin.getline(buffer.data(), buffer.size());
  const auto taken = static_cast<size_t>(std::cin.gcount());
  if (std::cin.bad() || (std::cin.eof() && taken == 0)) return false;
  const bool cut = std::cin.fail();
  line->assign(buffer.data(), std::cin.eof() || cut ? taken : taken - 1);
  if (cut) {
    std::cin.clear();
    std::cin.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  }
  if (!line->empty() && line->back() == '\r') line->pop_back();
  return true;
}

void Print(const std::string& input, const gs1::Forms& forms) {
  nlohmann::ordered_json json = {{"input", input},
                                 {"valid", forms.status.ok()},
                                 {"reason", std::string(forms.status.message())}};
  if (!forms.element_string.empty()) json["elementString"] = forms.element_string;
  if (!forms.epc.empty()) json["epc"] = forms.epc;
  if (!forms.digital_link.empty()) json["digitalLink"] = forms.digital_link;
  std::cout << json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
}

absl::Status Run(gs1::Form wanted, const Options& options) {
  SUYUAN_ASSIGN_OR_RETURN(const gs1::FormsOptions forms_options, FormsOptionsOf(options));
  size_t all = 0, refused = 0, without_epc = 0;
  for (std::string line; ReadLine(&line); ++all) {
    const gs1::Forms forms = gs1::ConvertForms(line, wanted, forms_options);
    Print(line, forms);
    refused += !forms.status.ok();
    without_epc += forms.epc_needs_prefix;
  }
  if (wanted == gs1::Form::kEpc && without_epc > 0) {
    std::cerr << "suyuan: " << without_epc << " of " << all
              << " inputs have no EPC URI: they don't tell the length of their company prefix "
                 "(--company-prefix-length, --company-prefixes)\n";
  }
  if (refused == 0) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(refused, " of ", all, " inputs refused"));
}

void Add(CLI::App& app, absl::string_view path, absl::string_view help, gs1::Form wanted) {
  auto o = std::make_shared<Options>();
  auto* command = Command(app, path, help, [=] { return Run(wanted, *o); });
  command->add_option("--stem", o->stem, "Stem of the Digital Links written")
      ->capture_default_str();
  auto* length = command->add_option("--company-prefix-length", o->company_prefix_length,
                                     "Digits of the GS1 company prefix in every input that does "
                                     "not tell; EPC URIs need it");
  length->check(CLI::Range(6, 12));
  command
      ->add_option("--company-prefixes", o->company_prefixes,
                   "File of lines 'leading-digits length', for the same")
      ->excludes(length);
}

}  // namespace

void AddGs1Commands(CLI::App& app) {
  constexpr absl::string_view kIo = " One input per line of standard input, one JSON object out.";
  Add(app, "gs1 check-digit",
      absl::StrCat("Check numbers that end in a check digit, texts that end in a check pair, and "
                   "the keys in any other form.",
                   kIo),
      gs1::Form::kCheckDigit);
  Add(app, "gs1 element-string",
      absl::StrCat("Check element strings (^ is FNC1; brackets also do), or make them of Digital "
                   "Links and EPC URIs.",
                   kIo),
      gs1::Form::kElementString);
  Add(app, "gs1 digital-link",
      absl::StrCat("Check Digital Links, or make them of element strings and EPC URIs.", kIo),
      gs1::Form::kDigitalLink);
  Add(app, "gs1 epc",
      absl::StrCat("Check EPC URIs, or make them of element strings and Digital Links.", kIo),
      gs1::Form::kEpc);
}

}  // namespace suyuan
