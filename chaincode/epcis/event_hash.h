// The event hash of CBV 2.0 (section 8.9.2): one name for an event however it was written, and
// so its identity on the ledger. XML and JSON-LD of one event have the same.
//
// Left out, as the standard says: eventID, recordTime, errorDeclaration and rdfs:comment. An
// event and the declaration that it was wrong have therefore one hash.
#pragma once

#include <string>
#include <vector>

#include "chaincode/epcis/event.h"

namespace suyuan::epcis {

struct EventHash {
  std::string uri;       // "ni:///sha-256;HEX?ver=CBV2.0"
  std::string pre_hash;  // what was hashed
};

// `ignored_fields`: qualified names of extensions at the event's level that don't count, as the
// document says (DocumentTree::ignored_fields).
EventHash HashEvent(const Event& event, const std::vector<std::string>& ignored_fields = {});

}  // namespace suyuan::epcis
