// The trace chaincode over a ledger in memory, with people of three organisations:
//
//   TraceLedger ledger;
//   ledger.Do(kRegulatorUser, {"Governance:Found", ...});
//   CHECK(ledger.Error(kProducerUser, {"Holds:Place", ...}) == "...");
//   ledger.Ask({"GetProduct", gtin})["status"];
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "chaincode/shim/testing/mock_ledger.h"

namespace suyuan::testing {

// Who calls: organisation, name, NodeOU, and attribute "role" of the certificate.
struct Person {
  const char* msp_id;
  const char* name;
  const char* unit = "client";
  const char* role = "";
};

inline constexpr Person kProducerUser{"ProducerMSP", "Li"};
inline constexpr Person kProducerQuality{"ProducerMSP", "Wu", "client", "quality"};
inline constexpr Person kProducerAdmin{"ProducerMSP", "Sun", "admin"};
inline constexpr Person kDistributorUser{"DistributorMSP", "Chen"};
inline constexpr Person kDistributorReviewer{"DistributorMSP", "He", "client", "reviewer"};
inline constexpr Person kDistributorAdmin{"DistributorMSP", "Ma", "admin"};
inline constexpr Person kRegulatorReviewer{"RegulatorMSP", "Guo", "client", "reviewer"};
inline constexpr Person kRegulatorUser{"RegulatorMSP", "Zhou", "client", "regulator"};
inline constexpr Person kRegulatorAdmin{"RegulatorMSP", "Tang", "admin"};

// The person's certificate in PEM. Made once a person and program: keys take time.
std::string CertificateOf(const Person& person);

class TraceLedger {
 public:
  using Words = std::vector<std::string>;
  using Transient = std::map<std::string, std::string>;

  TraceLedger();

  MockResult Submit(const Person& person, Words args, Transient transient = {});
  // Must commit. Returns the payload.
  std::string Do(const Person& person, Words args, Transient transient = {});
  // Must be refused. Returns why.
  std::string Error(const Person& person, Words args, Transient transient = {});
  nlohmann::json Ask(Words args, const Person& person = kRegulatorUser);
  std::string AskError(Words args, const Person& person = kRegulatorUser);

  // Captures a document of events (events_fixture.h), all of which must be stored.
  void Capture(const Person& person, const std::string& document);
  // Why it is not stored, by its first refused event.
  std::string Refusal(const Person& person, const std::string& document);

  // The three organisations, of which the regulator supervises.
  void FoundCouncil();
  // Registers the person's organisation, with a licence until that day, accepted by a reviewer
  // of another one.
  void License(const Person& person, absl::string_view expires_on);
  // Of the transactions to come; they are a second apart from there.
  void SetTime(absl::string_view rfc3339);

  MockLedger& ledger() { return ledger_; }
  Chaincode& chaincode() { return *chaincode_; }
  MockCall Call(const Person& person, Words args, Transient transient = {});

 private:
  MockLedger ledger_;
  std::unique_ptr<Chaincode> chaincode_;
  absl::Time time_;
};

}  // namespace suyuan::testing
