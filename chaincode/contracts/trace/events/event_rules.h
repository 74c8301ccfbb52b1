// May this event happen, and what does it do to the units it names? Plain rules over plain structs.
//
// Of an item (instance of a GTIN, logistic unit, asset) who holds it counts, of a lot how much each
// organisation has. What an item is in lends it its holder, and is under way with it.
//
//   event                                  rule for the organisation that captures it
//   object ADD                             makes units: an item once; more of one's own lot
//   object DELETE                          ends items, takes from a lot: a declared loss
//   object/transaction, step shipping      its own alone, not held; then under way to the party
//                                          that the event names as destination, or to anyone
//   ... void_shipping                      what it sent is its own again
//   ... receiving                          what is under way to it, or comes from outside
//   ... retail_selling                     its own alone, not held; then with nobody here, or an
//                                          offer, as shipping is, to the party that the event
//                                          names as destination where it is known here
//   ... disposition stolen                 items of its own, or that it sold to somebody unknown
//                                          here; a supervisor: any. Then not shipped, used, packed,
//                                          sold or received by others, nor is what they are in,
//                                          until the reporter or a supervisor unsets "stolen"
//   aggregation, association ADD           puts its own, not held, into its own
//   aggregation, association DELETE        takes out what is in its own
//   transformation                         uses its own, not held; makes outputs in balance
//   other                                  an observation: anybody's to make
//
// Units that no event here has made come from outside: they are taken in with their first event,
// except those of products registered on this ledger, and all in a strict capture, which must have
// been made here.
//
// Amounts: a lot is accounted for when it is a GS1 lot or of a registered product, or the capture
// is strict. Then nobody can take more of it than there is; and a transformation whose inputs are
// all accounted for and measured alike gives that much and no more: outputs + declared loss =
// inputs. The loss is the event's extension {https://suyuan.example/ns/}lossList, of objects with
// quantity and uom. Over several events of one transformationID, outputs and loss are never more
// than inputs so far. Other identifiers are followed, but not balanced: whoever writes them does
// not say what their amounts mean.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "chaincode/contracts/trace/events/unit_book.h"
#include "chaincode/epcis/event.h"

namespace suyuan {

struct EventContext {
  std::string msp_id;  // of the organisation that captures it
  std::string hash;    // of the event
  bool strict = false;
};

// Changes the units in `book`; what a refusal left there is the caller's to undo.
//   kInvalidArgument, kFailedPrecondition, kPermissionDenied  "FIELD: rule", names the unit
//   kResourceExhausted  more contents than can be followed
absl::Status ApplyEvent(const epcis::Event& event, const EventContext& context, UnitBook* book);

// Who holds an item: the outermost thing that it is in says so. Also its place in the tree.
struct Custody {
  std::string holder;
  bool sent = false;
  std::string to;
  std::vector<std::string> within;  // from the innermost outwards
};
absl::StatusOr<Custody> CustodyOf(const Unit& unit, UnitBook* book);

// Who holds what is packed of a lot: the custody of each thing that has some of it inside.
absl::StatusOr<std::vector<Custody>> PackedCustodyOf(const Unit& lot, UnitBook* book);

// Depth of a packing tree, and contents of one unit with all below, at most.
inline constexpr size_t kMaxPackingDepth = 32;
inline constexpr size_t kMaxContents = 10'000;
// Of one lot by one organisation, sent and not received, at most.
inline constexpr size_t kMaxConsignments = 1000;

}  // namespace suyuan
