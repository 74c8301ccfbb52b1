// Organisations, products and batches, as the contracts of registration keep them
// (chaincode/README.md says who may do what).
//
//   auto calls = trace::NewCalls(gateway->GetNetwork("trace"));
//   trace::Products products(calls);
//   auto registered = products.Register("06901234567892", {{"name", "酱油"}});
//
// Clients are thread-safe, cheap to copy, and block until the answer is there. Errors: those of
// the gateway (GetGatewayError(); a refusal of the contract has its text in the message), and
// kInternal for an answer that is not of the expected form. Days are "2026-03-01", in China; a
// GTIN may have 8, 12, 13 or 14 digits; hashes are SHA-256 in hex.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "sdk/trace/calls.h"

namespace suyuan::sdk::trace {

struct Paper {
  std::string id;
  std::string
      kind;  // licence, brand, brand-authorisation, permit, or what a country's list asks for
  std::string number, issuer;
  std::string hash;                   // of the file
  std::string issued_on, expires_on;  // days; `expires_on` "" never
  std::string country;                // "" CN
  std::vector<std::string> products;  // GTINs that it is for; empty: all
  std::vector<std::string> brands;    // of a brand or its authorisation
  // Answers alone.
  std::string status;    // pending, accepted, rejected
  std::string reviewer;  // MSP id
  std::string reason;    // of a rejection
  bool in_force = false;
};

class Organizations {
 public:
  explicit Organizations(CallsPtr calls) : calls_(std::move(calls)) {}

  // One's own; again: replaces the information. "name", "creditCode" (GB 32100), "country", ...
  absl::StatusOr<Recorded> Register(const Fields& information) const;
  absl::StatusOr<Recorded> FilePaper(const Paper& paper) const;
  // By a reviewer of another organisation.
  absl::StatusOr<Recorded> AcceptPaper(const std::string& msp_id, const std::string& paper) const;
  absl::StatusOr<Recorded> RejectPaper(const std::string& msp_id, const std::string& paper,
                                       const std::string& reason) const;

  // As registered, with its author.
  absl::StatusOr<Fields> Get(const std::string& msp_id) const;
  absl::StatusOr<std::vector<Paper>> GetPapers(const std::string& msp_id) const;

 private:
  CallsPtr calls_;
};

struct Product {
  std::string gtin;        // 14 digits
  std::string registrant;  // MSP id
  std::string status;      // pending, approved, rejected, withdrawn
  std::string reviewer;    // MSP id; "" before the first review
  std::string reason;      // of the last review or withdrawal
  std::string category;    // "" none
  uint32_t model_version = 0;
  Fields information;
};

struct ProductChange {
  std::string transaction_id;
  std::string time;           // RFC 3339, as the transaction claims
  std::string actor, person;  // MSP id, certificate's subject
  std::string action;
  // Each {"field","old","new"}; null where absent.
  std::vector<Fields> fields;
};

class Products {
 public:
  explicit Products(CallsPtr calls) : calls_(std::move(calls)) {}

  // `information` has "name", and what the data model of its "category" asks for. `secret`: fields
  // that the model does not make public, told to endorsers alone. Value: the GTIN, 14 digits.
  absl::StatusOr<RecordedResult<std::string>> Register(const std::string& gtin,
                                                       const Fields& information,
                                                       const Fields& secret = nullptr) const;
  // null removes a field. An approved product is pending again.
  absl::StatusOr<Recorded> Change(const std::string& gtin, const Fields& changes,
                                  const Fields& secret = nullptr) const;
  // By a reviewer of another organisation.
  absl::StatusOr<Recorded> Approve(const std::string& gtin) const;
  absl::StatusOr<Recorded> Reject(const std::string& gtin, const std::string& reason) const;
  // By its registrant, for good.
  absl::StatusOr<Recorded> Withdraw(const std::string& gtin, const std::string& reason) const;

  absl::StatusOr<Product> Get(const std::string& gtin) const;
  // The version that was approved and in force at `time` (RFC 3339).
  absl::StatusOr<Product> GetAt(const std::string& gtin, const std::string& time) const;
  // Oldest first.
  absl::StatusOr<std::vector<ProductChange>> GetHistory(const std::string& gtin) const;

 private:
  CallsPtr calls_;
};

struct Batch {
  std::string gtin, number;
  Fields identification;  // as its label tells it: "user", "model", "productionDate", ...
  Fields data;            // by the data model
  uint32_t model_version = 0;
  Fields product;  // the version in force on the production day; null: none was
};

class Batches {
 public:
  explicit Batches(CallsPtr calls) : calls_(std::move(calls)) {}

  // Of an approved product, by its registrant.
  absl::StatusOr<Recorded> Register(const Batch& batch, const Fields& secret = nullptr) const;
  // `changes`: {"identification"?, "data"?}; what was told before stays in the history.
  absl::StatusOr<Recorded> Correct(const std::string& gtin, const std::string& number,
                                   const Fields& changes, const std::string& reason,
                                   const Fields& secret = nullptr) const;
  absl::StatusOr<Batch> Get(const std::string& gtin, const std::string& number) const;

 private:
  CallsPtr calls_;
};

}  // namespace suyuan::sdk::trace
