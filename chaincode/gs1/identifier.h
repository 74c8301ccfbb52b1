// What an element string, a Digital Link or an EPC URI identifies, as one plain value.
//
// One unit has one canonical form, however it was written: CanonicalUri(), a Digital Link
// with GS1's own stem, without attributes. A serial number tells a unit apart by itself,
// so a lot or variant named beside it is no part of its identity:
//
//   ^0109506000134352 21 12345, 9506000134352 with serial 12345 in a Digital Link of any
//   stem, urn:epc:id:sgtin:9506000.013435.12345
//     -> https://id.gs1.org/01/09506000134352/21/12345
//
// Identifiers that are no GS1 keys (ADI, US DoD, BIC, IMO, general) have their EPC URI as
// canonical form.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "chaincode/gs1/element_string.h"

namespace suyuan::gs1 {

enum class Scheme {
  kGtin,         // trade item class                      key 14 digits
  kGtinVariant,  // ... a variant of it (22)              key 14, extension the variant
  kLgtin,        // ... a lot or batch of it (10)         key 14, extension the lot
  kSgtin,        // ... one item (21)                     key 14, extension the serial
  kUpui,         // ... third-party serial (235)          key 14, extension the serial
  kItip,         // piece of an item (8006, 21)           key 14+2+2, serial if any
  kSscc,         // logistic unit (00)                    key 18
  kSgln,         // place (414, 254)                      key 13, extension if any
  kPgln,         // party (417)                           key 13
  kGrai,         // returnable asset (8003)               key 13, serial if any
  kGiai,         // individual asset (8004)               key
  kGsrn,         // service recipient (8018)              key 18
  kGsrnp,        // service provider (8017)               key 18
  kGdti,         // document (253)                        key 13, serial if any
  kSgcn,         // coupon (255)                          key 13, serial if any
  kCpi,          // component or part (8010, 8011)        key, serial if any
  kGinc,         // consignment (401)                     key
  kGsin,         // shipment (402)                        key 17
  kGmn,          // model (8013)                          key; has no EPC URI
  kGid,          // general: manager.class.serial         key as in the URI
  kUsDod,        // US Department of Defense              key as in the URI
  kAdi,          // aerospace and defence                 key as in the URI
  kBic,          // freight container                     key as in the URI
  kImovn,        // vessel                                key as in the URI
};

// What one identifier stands for.
enum class Level { kClass, kLot, kInstance };

struct Identifier {
  Scheme scheme = Scheme::kGtin;
  std::string key;        // with its check digit
  std::string extension;  // as the scheme says; empty: none
  // Digits of the GS1 company prefix in `key`; 0 where the form that was read does not
  // tell. No part of the identity.
  int company_prefix_length = 0;
};

// Same unit, lot or class.
bool operator==(const Identifier& a, const Identifier& b);
inline bool operator!=(const Identifier& a, const Identifier& b) { return !(a == b); }

// "sgtin", "lgtin", ...: as EPC URIs name it; "gtin", "cpv" and "gmn" for those without.
absl::string_view SchemeName(Scheme scheme);

// Its key is a GTIN: a class, variant, lot or item of it. A piece (ITIP) is none.
bool IsTradeItem(Scheme scheme);

// A class (every item of a GTIN), a lot, or one thing. A place, party, asset number,
// consignment, shipment and logistic unit are one thing without a serial number.
Level LevelOf(const Identifier& id);

// Refuses an identifier of a class or lot where one thing must be named.
//   kInvalidArgument  says what was given
absl::Status NeedInstance(const Identifier& id);
// The same where a class or a lot is wanted.
absl::Status NeedClassOrLot(const Identifier& id);

// What the elements of one message identify: the first key among them, with what belongs
// to it. Elements as ParseElementString() or ParseDigitalLink() gave them.
//   kNotFound         they hold no GS1 key
absl::StatusOr<Identifier> IdentifierOf(absl::Span<const Element> elements);

// Key and extension as elements, key first; empty for what is no GS1 key.
std::vector<Element> ElementsOf(const Identifier& id);

// https://id.gs1.org/..., or the EPC URI of what is no GS1 key.
std::string CanonicalUri(const Identifier& id);

// The message of an element string (either form) or a Digital Link, also checked for what
// may stand together (CheckAssociations).
//   kInvalidArgument  neither, or a broken one; names the AI and the rule
absl::StatusOr<std::vector<Element>> ParseElements(absl::string_view text);

// An identifier in any form: element string (FNC1 or bracketed), Digital Link, EPC URI.
// Leading and trailing white space is not dropped.
//   kInvalidArgument  none of them, or a broken one; names the field and the rule
//   kNotFound         well-formed, but identifies nothing (a date alone)
absl::StatusOr<Identifier> ParseIdentifier(absl::string_view text);

// ParseIdentifier(), then CanonicalUri().
absl::StatusOr<std::string> Canonical(absl::string_view text);

}  // namespace suyuan::gs1
