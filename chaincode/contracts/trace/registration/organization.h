// Organisations and the papers they file, apart from any ledger.
//
// Days are days in China (fields.h); a paper is in force through its last day.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace suyuan {

// What an organisation says of itself: a flat object (product.h), of which
//   name        is present
//   creditCode  has its check character (GB 32100); made upper case
//   country     is two upper-case letters; "CN" when absent
// Returns it in canonical form.
//   kInvalidArgument  names the field
absl::StatusOr<nlohmann::json> CheckOrganization(absl::string_view argument,
                                                 nlohmann::json information);

struct Paper {
  std::string id;
  // licence, brand, brand-authorisation, permit, or what a country's list asks for
  std::string kind;
  std::string number, issuer;
  std::string country;                // that issued it
  std::string hash;                   // SHA-256 of the file
  std::string issued_on, expires_on;  // days; `expires_on` "" never
  std::vector<std::string> products;  // GTIN-14s that it is for; empty: all
  std::vector<std::string> brands;    // of a brand or its authorisation
  std::string status;                 // pending, accepted, rejected
  std::string reviewer;               // MSP id
  std::string reason;                 // of a rejection
};

// {"kind","number","issuer","hash","issuedOn","expiresOn"?,"country"?,"products"?,"brands"?}.
// A licence and a brand authorisation expire; a permit names products, a brand or its
// authorisation brands.
//   kInvalidArgument  names the fields
absl::StatusOr<Paper> ParsePaper(const std::string& id, absl::string_view argument,
                                 const nlohmann::json& object);
void to_json(nlohmann::json& json, const Paper& paper);
absl::StatusOr<Paper> PaperFromJson(const nlohmann::json& json);

bool InForce(const Paper& paper, absl::string_view day);

// What a paper is needed for.
struct PaperNeed {
  std::string kind;     // "brand" is met by a brand or an authorisation for it
  std::string product;  // GTIN-14; "" the organisation itself
  std::string brand;    // for kind "brand"
};
// Ok when one of `papers` meets the need on `day`.
//   kFailedPrecondition  "organization MSP has no KIND in force on DAY: WHY"
absl::Status CheckPaper(const std::vector<Paper>& papers, const PaperNeed& need,
                        const std::string& msp_id, absl::string_view day);

// Which papers organisations need, and how soon a change must be on file.
struct FileRules {
  // Kinds by country, "*" for those not named.
  std::map<std::string, std::vector<std::string>> documents = {{"*", {"licence"}}};
  int update_days = 30;
  const std::vector<std::string>& DocumentsOf(const std::string& country) const;
};
// {"documents":{"CN":["licence"],"*":[...]},"updateDays":30}; documents need "*".
absl::StatusOr<FileRules> ParseFileRules(absl::string_view argument, const nlohmann::json& object);
nlohmann::json ToJson(const FileRules& rules);

// A change in an organisation that its file must follow.
struct FileChange {
  std::string id;
  std::string organization;
  std::string field;         // of its information
  nlohmann::json old_value;  // on file when the change was reported
  std::string changed_on;    // day
  std::string deadline;      // day
};
void to_json(nlohmann::json& json, const FileChange& change);
absl::StatusOr<FileChange> FileChangeFromJson(const nlohmann::json& json);
// The file still holds the old value, and the deadline has passed.
bool Overdue(const FileChange& change, const nlohmann::json& information, absl::string_view day);

}  // namespace suyuan
