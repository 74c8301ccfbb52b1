// Reads one event from a document's tree, and checks it by the rules of EPCIS 2.0 (section 7.4)
// and CBV 2.0.
#pragma once

#include "absl/status/statusor.h"
#include "chaincode/epcis/document_tree.h"
#include "chaincode/epcis/event.h"

namespace suyuan::epcis {

// kInvalidArgument with "path: rule" for the first field that is wrong.
//
// Of fields that EPCIS does not know: those with a namespace are extensions. Without one, XML
// refuses them. JSON-LD drops what its context does not define, so at the event's level they are
// kept as extensions without a namespace, unless they look like a misspelt EPCIS field; names of
// CBV's master data get their namespace. In every other place they are refused.
//
// Two things that EPCIS does not allow are about and harmless, and so are read: an empty text is
// an absent field, and a time without a zone is one in the event's own (eventTimeZoneOffset).
absl::StatusOr<Event> ReadEvent(const DocumentTree& tree, const Node& node);

}  // namespace suyuan::epcis
