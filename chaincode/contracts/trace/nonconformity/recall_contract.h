// Contract Recalls: problem products are called back, exactly those that are affected, and who is
// responsible is told. Every write is an event of its name. Rules: recall.h, responsibility.h.
//
// The case has a key of its own, written when its state changes; units, contacts, notices,
// deliveries and outcomes are appended under keys of their own and never conflict.
#pragma once

#include <string>

#include "chaincode/shim/contract.h"

namespace suyuan {

class RecallContract : public Contract {
 public:
  RecallContract();

 private:
  // A case over `scope` (ParseScope()) and everything made of it, all of which is held from now
  // on, under hold "recall:ID". `details`: {"reason","evidence"?,"eventTime"?}. By an owner of
  // all that the scope names. Returns {"recall","units","impact"}.
  //   kResourceExhausted  more than 10,000 units: open several cases
  absl::StatusOr<nlohmann::json> Open(TransactionContext& tx, const std::string& recall,
                                      const JsonObject& scope, const JsonObject& details) const;
  // The same on a supervisor's authority, over anybody's units.
  absl::StatusOr<nlohmann::json> Order(TransactionContext& tx, const std::string& recall,
                                       const JsonObject& scope, const JsonObject& details) const;
  // Somebody scanned or registered the unit: `contact` is a keyed hash (64 hex digits) of who,
  // whose key and address stay with the platform that submits it. Blind.
  absl::Status RegisterContact(TransactionContext& tx, const std::string& unit,
                               const std::string& contact) const;
  // One notice a contact with all its affected units, and one a holding organisation; again when
  // further contacts turned up. Returns the number of new or longer notices.
  absl::StatusOr<uint64_t> Notify(TransactionContext& tx, const std::string& recall) const;
  // `status`: sent, delivered, failed, acknowledged. Of a contact's notice by the case's
  // organisation; a holder acknowledges its own. Blind.
  absl::Status RecordDelivery(TransactionContext& tx, const std::string& recall,
                              const std::string& contact, const std::string& status) const;
  absl::Status Start(TransactionContext& tx, const std::string& recall) const;
  // What became of a unit: `details` {"outcome","evidence"?,"eventTime"?}, outcome recovered,
  // destroyed, returned or not-found. By who has it, the case's organisation or a supervisor.
  absl::Status RecordOutcome(TransactionContext& tx, const std::string& recall,
                             const std::string& unit, const JsonObject& details) const;
  // Once every unit has an outcome; a supervisor may close before. Holds stay until disposed of.
  absl::Status Close(TransactionContext& tx, const std::string& recall,
                     const std::string& reason) const;

  // {"units":[...],"impact":{...}} of a scope, writing nothing; up to 100,000 units.
  absl::StatusOr<nlohmann::json> Preview(TransactionContext& tx, const JsonObject& scope) const;
  // The case with "impact" and "progress".
  absl::StatusOr<nlohmann::json> Get(TransactionContext& tx, const std::string& recall) const;
  // [{"unit","outcomes":[...]}], by unit.
  absl::StatusOr<nlohmann::json> GetUnits(TransactionContext& tx, const std::string& recall) const;
  // [{"contact","kind","units","status"}], by contact.
  absl::StatusOr<nlohmann::json> GetNotices(TransactionContext& tx,
                                            const std::string& recall) const;
  // Who held, changed, moved or tested the unit, or what it was made of, from `from` to `to`
  // (RFC 3339; "" open): responsibility.h.
  absl::StatusOr<nlohmann::json> GetResponsibility(TransactionContext& tx, const std::string& unit,
                                                   const std::string& from,
                                                   const std::string& to) const;
};

}  // namespace suyuan
