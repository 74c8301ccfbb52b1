#include "chaincode/epcis/document.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "chaincode/epcis/event_reader.h"
#include "chaincode/epcis/gdst_profile.h"
#include "network/common/status_macros.h"

namespace suyuan::epcis {
namespace {

bool LooksLikeXml(absl::string_view text) {
  absl::ConsumePrefix(&text, "\xef\xbb\xbf");  // byte order mark
  return absl::StartsWith(absl::StripLeadingAsciiWhitespace(text), "<");
}

absl::StatusOr<Event> ReadAndCheck(const DocumentTree& tree, const Node& node) {
  SUYUAN_ASSIGN_OR_RETURN(Event event, ReadEvent(tree, node));
  const absl::Status profile = CheckGdst(event);
  if (!profile.ok()) {
    return absl::Status(profile.code(), absl::StrCat(tree.Path(node) == "/" ? "" : tree.Path(node),
                                                     "/", profile.message()));
  }
  return event;
}

}  // namespace

absl::StatusOr<Document> ReadDocument(absl::string_view text, const DocumentLimits& limits) {
  SUYUAN_ASSIGN_OR_RETURN(DocumentTree tree, LooksLikeXml(text) ? ParseXmlTree(text, limits)
                                                                : ParseJsonTree(text, limits));
  Document document;
  document.events.reserve(tree.events.size());
  for (const Node& node : tree.events) {
    document.events.push_back({tree.Path(node), ReadAndCheck(tree, node)});
  }
  document.ignored_fields = std::move(tree.ignored_fields);
  document.prefixes = std::move(tree.prefixes);
  return document;
}

}  // namespace suyuan::epcis
