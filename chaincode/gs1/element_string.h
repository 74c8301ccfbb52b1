// Element strings: application identifiers and their contents, as barcodes carry them
// (GS1 General Specifications, sections 3 and 7.8).
//
//   with FNC1   ^01095060001343522112345^10ABC   '^' (or U+001D) is FNC1; it stands first,
//               and behind each element of variable length but the last; it may stand
//               behind any element
//   bracketed   (01)09506000134352(21)12345(10)ABC   a '(' of the content is written '\('
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace suyuan::gs1 {

// Longer input is refused before it is read.
constexpr size_t kMaxInputBytes = 8192;
constexpr size_t kMaxElements = 100;

struct Element {
  std::string ai;       // "01"
  std::string content;  // "09506000134352"

  friend bool operator==(const Element& a, const Element& b) {
    return a.ai == b.ai && a.content == b.content;
  }
};

// Either form, told apart by the first character. Elements keep their order and
// repetitions. Lengths, characters and content of each element are checked; what may
// stand together is not (CheckAssociations).
//   kInvalidArgument  names the AI and the rule
absl::StatusOr<std::vector<Element>> ParseElementString(absl::string_view text);

// One element against its row of the AI table.
absl::Status CheckElement(const Element& element);

// What GS1 lets stand together in one message:
//   * an AI again only with the same content;
//   * no AI beside one that its row excludes;
//   * the AIs that a row requires, in a message that holds a GS1 key. Attributes without
//     any key are taken for one carrier's part of a message; serial number (21) and
//     signature (8030) are nothing without theirs;
//   * beside a signature, no key without the serial number that is optional in it.
//   kInvalidArgument  names both AIs
absl::Status CheckAssociations(absl::Span<const Element> elements);

// Elements as ParseElementString() makes them. FNC1 is '^', only where it must be.
std::string FormatElementString(absl::Span<const Element> elements);
std::string FormatBracketed(absl::Span<const Element> elements);

// Content of the first element of `ai`; nullptr when there is none.
const std::string* FindContent(absl::Span<const Element> elements, absl::string_view ai);

}  // namespace suyuan::gs1
