#include "chaincode/epcis/gdst_profile.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "network/common/status_macros.h"

namespace suyuan::epcis {
namespace {

constexpr char kSpace[] = "https://traceability-dialogue.org/epcis";
constexpr char kStep[] = "urn:gdst:bizStep:";

// A field that the master data (ILMD) of certain events must have.
struct RequiredMasterData {
  EventType type;
  const char* biz_step;
  const char* field;
  const char* what;
};
constexpr RequiredMasterData kRequired[] = {
    {EventType::kObject, "urn:gdst:bizStep:hatching", "broodstockSource", "hatching"},
    // Feed is the one thing that comes into being by an object event's commissioning.
    {EventType::kObject, "https://ref.gs1.org/cbv/BizStep-commissioning", "proteinSource",
     "feed milling"},
    {EventType::kTransformation, "urn:gdst:bizStep:commingling", "lotNumber", "commingling"},
};

constexpr const char* kProductionMethods[] = {"AQUACULTURE", "INLAND_FISHERY", "MARINE_FISHERY"};

const Element* Find(const Elements& elements, absl::string_view name) {
  for (const Element& element : elements) {
    if (element.name == name) return &element;
  }
  return nullptr;
}

bool IsGdst(const Event& event) {
  return absl::StartsWith(event.biz_step, kStep) ||
         std::any_of(event.extensions.begin(), event.extensions.end(),
                     [](const Element& element) { return element.space == kSpace; });
}

absl::Status Refuse(absl::string_view path, absl::string_view rule) {
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", rule));
}

// A vessel's number: digits, with or without the letters IMO.
bool IsImoNumber(absl::string_view text) {
  absl::ConsumePrefix(&text, "IMO");
  return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

absl::Status CheckValue(const Element& element, absl::string_view path) {
  const std::string& text = element.text;
  if (element.name == "productionMethodForFishAndSeafoodCode" &&
      std::find(std::begin(kProductionMethods), std::end(kProductionMethods), text) ==
          std::end(kProductionMethods)) {
    return Refuse(path, absl::StrCat("\"", text.substr(0, 60),
                                     "\" is none of AQUACULTURE, INLAND_FISHERY, MARINE_FISHERY"));
  }
  if (element.name == "certificationType" &&
      !absl::StartsWithIgnoreCase(text, "urn:gdst:certType:")) {
    return Refuse(path,
                  absl::StrCat("\"", text.substr(0, 60), "\" is no urn:gdst:certType: of GDST"));
  }
  if (element.name == "imoNumber" && !IsImoNumber(text)) {
    return Refuse(path, absl::StrCat("\"", text.substr(0, 60), "\" is no IMO number"));
  }
  return absl::OkStatus();
}

// Depth is bounded by the document's.
absl::Status CheckValues(const Elements& elements, absl::string_view path) {
  for (const Element& element : elements) {
    const std::string here = path.empty() ? element.name : absl::StrCat(path, "/", element.name);
    SUYUAN_RETURN_IF_ERROR(CheckValue(element, here));
    SUYUAN_RETURN_IF_ERROR(CheckValues(element.children, here));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckGdst(const Event& event) {
  if (!IsGdst(event)) return absl::OkStatus();
  for (const RequiredMasterData& rule : kRequired) {
    const bool applies = rule.type == event.type && rule.biz_step == event.biz_step &&
                         (event.action.empty() || event.action == "ADD");
    if (applies && Find(event.ilmd, rule.field) == nullptr) {
      return Refuse(absl::StrCat("ilmd/", rule.field),
                    absl::StrCat("missing; GDST wants it for ", rule.what));
    }
  }
  if (Find(event.extensions, "informationProvider") == nullptr) {
    return Refuse("informationProvider", "missing; GDST wants it for every event");
  }
  SUYUAN_RETURN_IF_ERROR(CheckValues(event.ilmd, "ilmd"));
  return CheckValues(event.extensions, "");
}

}  // namespace suyuan::epcis
