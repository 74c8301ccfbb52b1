// The Core Business Vocabulary 2.0 (GS1 CBV, section 7): which terms there are, and the one form
// of each however it was written.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace suyuan::epcis {

enum class Vocabulary {
  kBizStep,
  kDisposition,
  kBizTransactionType,
  kSourceDestinationType,
  kErrorReason,
  kComponent,        // of a vector that a sensor reports
  kMeasurementType,  // GS1 Web Vocabulary
  kSensorAlertType,  // GS1 Web Vocabulary
};

// The full web URI of a term that is a bare word ("shipping"), a CURIE ("cbv:BizStep-shipping",
// "gs1:Temperature"), a URN ("urn:epcglobal:cbv:bizstep:shipping") or the URI itself. Terms of
// others, any other URI, come back unchanged.
//   kInvalidArgument  a bare word, or a name within CBV's own namespace, that the standard does
//                     not define; text that is no URI. The message names the rule, not the field.
absl::StatusOr<std::string> CanonicalTerm(Vocabulary vocabulary, absl::string_view text);

// The bare word of a standard term's web URI; any other text unchanged.
std::string BareTerm(Vocabulary vocabulary, absl::string_view uri);

// True for the names of CBV's instance/lot master data (section 9.5), e.g. "lotNumber".
bool IsMasterDataName(absl::string_view name);

inline constexpr char kMasterDataNamespace[] = "urn:epcglobal:cbv:mda";

// True for what may stand where EPCIS wants a URI: a scheme, a colon, and something after it,
// without white space or control characters.
bool IsUri(absl::string_view text);

}  // namespace suyuan::epcis
