// The story's sample data, one EPCIS 2.0 document (food-chain.jsonld): a soy sauce from the field
// to the warehouse.
//
// Its events are read as the contract Events reads them (chaincode/epcis). Of the master data in
// its header come names, and what the document says in attributes of our own: of a product its
// suyuan:gtin, suyuan:registrant (a party; none: a material that nobody registers) and
// suyuan:category; of a party its suyuan:mspId and suyuan:creditCode; of a place its suyuan:owner.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "chaincode/epcis/event.h"
#include "chaincode/epcis/lineage.h"

namespace suyuan::demo {

struct Name {
  std::string zh;
  std::string en;
  std::string Both() const { return zh + " " + en; }
};

struct Party {
  std::string id;      // PGLN URN
  std::string msp_id;  // the organisation of the network that acts for it
  std::string credit_code;
  Name name;
  std::string address;
};

struct Product {
  Name name;
  std::string registrant;  // MSP id; empty: none
  std::string category;    // empty: none
  std::string specification;
};

struct ChainEvent {
  epcis::Event event;
  std::string hash;
  absl::Time time;
  std::string actor;  // MSP id: the owner of the place where it happened
};

// A lot as the document names it.
struct LotName {
  std::string epc;     // "urn:epc:class:lgtin:..."
  std::string gtin;    // 14 digits
  std::string number;  // "BT-03"
};

struct FoodChain {
  std::vector<Party> parties;               // brand owner, distributor, authority
  std::map<std::string, Product> products;  // by GTIN-14
  std::vector<ChainEvent> events;           // by time
  std::map<std::string, std::string> prefixes;
  std::map<std::string, LotName> lots;  // by number

  // nullptr: unknown.
  const ChainEvent* FindEvent(absl::string_view hash) const;
  // "BT-03", "pallet …0027"; of anything else its own text.
  std::string ShortName(const std::string& epc) const;
  // Of the unit's product; empty: none is known.
  Name ProductName(const std::string& epc) const;
  // Lots that are counted in pieces, in the order in which they are made.
  struct Bottles {
    LotName lot;
    uint64_t count = 0;
    absl::Time made;
  };
  std::vector<Bottles> BottleLots() const;
  // These events as a document of their own.
  std::string Document(const std::vector<epcis::Event>& list) const;
  // What the document alone answers: suyuan trace --file.
  absl::StatusOr<epcis::Trace> Walk(const std::string& epc, epcis::Direction direction) const;
};

//   kInvalidArgument  names the event, or the place in the master data, and what is wrong there
absl::StatusOr<FoodChain> ReadFoodChain(absl::string_view text);

// "4,000 kg", "3,000 pieces", "all".
std::string AmountText(const epcis::Quantity& quantity);

}  // namespace suyuan::demo
