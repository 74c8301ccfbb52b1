// suyuan product, organization, category, council, code, unit, template, hold, recall, dealer,
// diversion: the trace contracts by their own words. Each command is one row of a table: which
// function it calls, and with what.
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "network/cli/command.h"
#include "network/cli/gateway_session.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

enum class Kind { kAsk, kSubmit };

struct Row {
  const char* path;
  const char* function;  // CONTRACT:FUNCTION
  Kind kind;
  // Parameters in order; "?" behind those that may be left out, empty then.
  const char* parameters;
  const char* help;
};

constexpr Row kRows[] = {
    {"product register", "ProductRegistration:RegisterProduct", Kind::kSubmit, "gtin information",
     "A product of one's organisation, to be reviewed"},
    {"product change", "ProductRegistration:ChangeProduct", Kind::kSubmit, "gtin changes",
     "Fields of a product; null removes one"},
    {"product upgrade", "ProductRegistration:UpgradeProduct", Kind::kSubmit,
     "gtin model-version changes", "To another version of its category's data model (0: latest)"},
    {"product approve", "ProductRegistration:ApproveProduct", Kind::kSubmit, "gtin",
     "By a reviewer of another organisation"},
    {"product reject", "ProductRegistration:RejectProduct", Kind::kSubmit, "gtin reason",
     "By a reviewer of another organisation"},
    {"product withdraw", "ProductRegistration:WithdrawProduct", Kind::kSubmit, "gtin reason",
     "By its registrant, for good"},
    {"product attach", "ProductRegistration:Attach", Kind::kSubmit, "gtin batch id content",
     "Image, standard, test report or document; batch \"\" for the product"},
    {"product show", "ProductRegistration:GetProduct", Kind::kAsk, "gtin", "As it is now"},
    {"product history", "ProductRegistration:GetProductHistory", Kind::kAsk, "gtin",
     "Who changed what and when, one line a change"},
    {"product at", "ProductRegistration:GetProductAt", Kind::kAsk, "gtin time",
     "The version in force at a time"},
    {"product check", "ProductRegistration:CheckProduct", Kind::kAsk, "gtin",
     "What is wrong by its own version of the data model, one line a field"},
    {"product attachments", "ProductRegistration:GetAttachments", Kind::kAsk, "gtin batch?",
     "Images, standards, test reports and documents"},
    {"product bound", "Categories:WasBound", Kind::kAsk, "gtin day",
     "Whether it had to be traced on a day"},
    {"product batch", "Batches:Register", Kind::kSubmit, "gtin batch content",
     "A production batch with its identification and data"},
    {"product correct-batch", "Batches:Correct", Kind::kSubmit, "gtin batch changes reason",
     "What was told wrong of a batch; both stay on record"},
    {"product show-batch", "Batches:Get", Kind::kAsk, "gtin batch",
     "A batch, with the product as it was when it was made"},
    {"product batches", "Batches:List", Kind::kAsk, "gtin from? to?",
     "Batches by production day, one a line"},

    {"organization register", "Organizations:Register", Kind::kSubmit, "information",
     "One's own organisation"},
    {"organization file-paper", "Organizations:FilePaper", Kind::kSubmit, "paper content",
     "A licence, permit or other paper, to be reviewed"},
    {"organization review-paper", "Organizations:ReviewPaper", Kind::kSubmit,
     "msp-id paper accept reason?", "accept: true or false"},
    {"organization file-rules", "Organizations:SetFileRules", Kind::kSubmit, "rules",
     "Which papers are needed by country, and the deadline of changes; by a supervisor"},
    {"organization report-change", "Organizations:ReportChange", Kind::kSubmit,
     "change msp-id content", "Something on file has changed"},
    {"organization show", "Organizations:Get", Kind::kAsk, "msp-id", "As registered"},
    {"organization papers", "Organizations:GetPapers", Kind::kAsk, "msp-id", "One a line"},
    {"organization overdue", "Organizations:GetOverdue", Kind::kAsk, "day",
     "Changes not on file in time, and papers that are missing"},

    {"category create", "Categories:Create", Kind::kSubmit, "category content",
     "A node of the category tree; this and the following by a supervisor"},
    {"category move", "Categories:Move", Kind::kSubmit, "category parent?", "Under another parent"},
    {"category merge", "Categories:Merge", Kind::kSubmit, "category into reason", "Into another"},
    {"category retire", "Categories:Retire", Kind::kSubmit, "category reason",
     "No new products; those there are stay"},
    {"category bind", "Categories:Bind", Kind::kSubmit, "category content",
     "Its products must be traced from a day on"},
    {"category model", "Categories:PublishModel", Kind::kSubmit, "category model",
     "The next version of its data model"},
    {"category rights", "Categories:SetFieldRights", Kind::kSubmit, "category rights",
     "Who may set which field"},
    {"category show", "Categories:Get", Kind::kAsk, "category", "With its path from the root"},
    {"category list", "Categories:List", Kind::kAsk, "", "All, one a line"},

    {"council found", "Governance:Found", Kind::kSubmit, "council",
     "Members and supervisors; once, by a member's administrator"},
    {"council propose", "Governance:Propose", Kind::kSubmit, "motion content",
     "A motion: council, blacklist or removal from it"},
    {"council vote", "Governance:Vote", Kind::kSubmit, "motion approve", "approve: true or false"},
    {"council conclude", "Governance:Conclude", Kind::kSubmit, "motion",
     "Once the outcome is certain"},
    {"council show", "Governance:GetCouncil", Kind::kAsk, "", "Members and supervisors"},
    {"council motion", "Governance:GetMotion", Kind::kAsk, "motion", "With ballots and tally"},
    {"council blacklist", "Governance:GetBlacklist", Kind::kAsk, "", "Ever listed, one a line"},

    {"code activate", "AntiCounterfeit:Activate", Kind::kSubmit, "batch from to lot",
     "Binds codes to a lot of their product"},
    {"code mark", "CodeStates:Mark", Kind::kSubmit, "batch from to state details",
     "state: opened, returned or revoked"},
    {"code reissue", "CodeStates:Reissue", Kind::kSubmit,
     "batch from to new-batch new-from details", "Returned items under new codes"},
    {"code policy", "ScanPolicies:Set", Kind::kSubmit, "level subject policy",
     "Limit, folding, freezing, prompts; level: issuer, product, batch or code"},
    {"code label", "AntiCounterfeit:DescribeLabel", Kind::kSubmit, "batch label",
     "What a checker looks for"},
    {"code show", "AntiCounterfeit:GetBatch", Kind::kAsk, "batch", "A batch as the ledger has it"},
    {"code state", "CodeStates:Get", Kind::kAsk, "batch index", "What has become of one code"},
    {"code rules", "ScanPolicies:GetOf", Kind::kAsk, "batch index",
     "What policies make of one code"},
    {"code alerts", "AntiCounterfeit:GetAlerts", Kind::kAsk, "batch", "One a line"},

    {"unit show", "Events:GetUnit", Kind::kAsk, "epc",
     "Who has it, what it is in, how much there is of a lot; whether it was reported stolen"},
    {"unit report", "Events:Report", Kind::kAsk, "epc",
     "Whether its source, its destination and who is responsible are known"},
    {"unit check", "Templates:Check", Kind::kAsk, "epc",
     "What templates ask of it and what is missing, and the six checks of readiness"},

    {"template publish", "Templates:Publish", Kind::kSubmit, "kind subject template",
     "Stages that products must go through; kind: category (by a supervisor) or product"},
    {"template show", "Templates:Get", Kind::kAsk, "kind subject version",
     "As it was published; version 0: the latest"},
    {"template check", "Templates:CheckProduct", Kind::kAsk, "gtin bookmark?",
     "What is missing of all lots of a product, page by page"},

    {"hold place", "Holds:Place", Kind::kSubmit, "hold units details",
     "Units of one's organisation are not shipped, used, packed or sold"},
    {"hold order", "Holds:Order", Kind::kSubmit, "hold units details", "By a supervisor"},
    {"hold dispose", "Holds:Dispose", Kind::kSubmit, "hold units decision",
     "release, rework, downgrade, return or scrap"},
    {"hold inspect", "Holds:Inspect", Kind::kSubmit, "unit result", "passed or failed"},
    {"hold gate", "Holds:SetGate", Kind::kSubmit, "gtin uses",
     "Uses of a product's units that need a passed inspection"},
    {"hold show", "Holds:GetHold", Kind::kAsk, "hold", "With what became of its units"},
    {"hold unit", "Holds:GetUnit", Kind::kAsk, "unit", "All holds and inspections of a unit"},
    {"hold check", "Holds:Check", Kind::kAsk, "unit use", "use: ship, use, pack or sell"},

    {"recall preview", "Recalls:Preview", Kind::kAsk, "scope", "What would be affected"},
    {"recall open", "Recalls:Open", Kind::kSubmit, "recall scope details",
     "A case over one's own units and all made of them, held from now on"},
    {"recall order", "Recalls:Order", Kind::kSubmit, "recall scope details", "By a supervisor"},
    {"recall contact", "Recalls:RegisterContact", Kind::kSubmit, "unit contact",
     "Who has a unit, as a keyed hash"},
    {"recall notify", "Recalls:Notify", Kind::kSubmit, "recall", "One notice a contact"},
    {"recall delivery", "Recalls:RecordDelivery", Kind::kSubmit, "recall contact status",
     "sent, delivered, failed or acknowledged"},
    {"recall start", "Recalls:Start", Kind::kSubmit, "recall", "Units come back"},
    {"recall outcome", "Recalls:RecordOutcome", Kind::kSubmit, "recall unit details",
     "recovered, destroyed, returned or not-found"},
    {"recall close", "Recalls:Close", Kind::kSubmit, "recall reason", "Every unit has an outcome"},
    {"recall show", "Recalls:Get", Kind::kAsk, "recall", "With impact and progress"},
    {"recall units", "Recalls:GetUnits", Kind::kAsk, "recall", "One a line"},
    {"recall notices", "Recalls:GetNotices", Kind::kAsk, "recall", "One a line"},
    {"recall responsibility", "Recalls:GetResponsibility", Kind::kAsk, "unit from? to?",
     "Who held, changed, moved or tested it"},

    {"dealer register", "Dealers:Register", Kind::kSubmit, "dealer content",
     "A dealer of one's own tree: name, parent, regions, contract"},
    {"dealer move", "Dealers:Move", Kind::kSubmit, "dealer parent terms",
     "Below another parent (\"\": the first level), or with other terms ({}: as they are)"},
    {"dealer get", "Dealers:Get", Kind::kAsk, "dealer", "As it is now"},
    {"dealer history", "Dealers:GetHistory", Kind::kAsk, "dealer",
     "All that it was, one line a version"},
    {"dealer list", "Dealers:List", Kind::kAsk, "parent? bookmark?",
     "Those right below one, or the first level of one's own tree"},
    {"dealer ship", "Dealers:Ship", Kind::kSubmit, "shipment goods dealer",
     "Codes and units to a dealer, from its parent or their issuer"},
    {"dealer receive", "Dealers:Receive", Kind::kSubmit, "shipment", "The goods have come"},
    {"dealer shipment", "Dealers:GetShipment", Kind::kAsk, "shipment", "What was sent"},
    {"dealer holder", "Dealers:GetHolder", Kind::kAsk, "batch index", "Who has a code"},
    {"dealer unit-holder", "Dealers:GetUnitHolder", Kind::kAsk, "unit", "Who has a unit"},
    {"dealer stock", "Dealers:GetStock", Kind::kAsk, "dealer", "By product"},
    {"dealer stale", "Dealers:GetStale", Kind::kAsk, "days bookmark?",
     "Those of one's tree that nothing was heard of for so long"},

    {"diversion rule", "AntiDiversion:SetRule", Kind::kSubmit, "rule",
     "What counts as diversion of one's goods, from a time on"},
    {"diversion rules", "AntiDiversion:GetRules", Kind::kAsk, "issuer?",
     "All versions, one a line"},
    {"diversion check", "AntiDiversion:Check", Kind::kSubmit, "shipment as-of?",
     "Judges a shipment's scans; opens or confirms cases"},
    {"diversion preview", "AntiDiversion:Preview", Kind::kAsk, "shipment as-of?",
     "The same, nothing written"},
    {"diversion cases", "AntiDiversion:GetCases", Kind::kAsk, "filters bookmark?",
     "By state, dealer, region ({}: all), page by page"},
    {"diversion case", "AntiDiversion:GetCase", Kind::kAsk, "case", "With its steps"},
    {"diversion evidence", "AntiDiversion:GetEvidence", Kind::kAsk, "case",
     "All that it stands on, with the transactions to get receipts of: a file"},
    {"diversion decide", "AntiDiversion:Decide", Kind::kSubmit, "case state details",
     "state: checked, confirmed, dismissed or closed"},
    {"diversion scans", "AntiDiversion:FindScans", Kind::kAsk, "filters bookmark?",
     "By dealer, product, shipment, region, fit, time ({}: all), page by page"},
    {"diversion stats", "AntiDiversion:GetStatistics", Kind::kAsk, "filters bookmark?",
     "The same counted by period, dealer, product and pair of regions"},
};

struct Call {
  GatewayFlags gateway;
  std::vector<std::string> arguments;
  std::string secret;
};

// "@FILE" is the file's content: JSON of any size.
absl::StatusOr<std::string> Value(const std::string& text) {
  if (!absl::StartsWith(text, "@")) return text;
  return ReadFile(text.substr(1));
}

// Objects and lists as they are, anything else as a text.
nlohmann::json AsJson(const std::string& result) {
  if (absl::StartsWith(result, "{") || absl::StartsWith(result, "[")) {
    auto json = nlohmann::json::parse(result, nullptr, /*allow_exceptions=*/false);
    if (!json.is_discarded()) return json;
  }
  return result;
}

void PrintLine(const nlohmann::json& json) {
  std::cout << json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
}

absl::Status Ask(const sdk::Contract& contract, const std::string& function,
                 const sdk::ProposalOptions& proposal, const sdk::CallOptions& deadline) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string result,
                          contract.Evaluate(function, proposal, deadline));
  const nlohmann::json json = AsJson(result);
  if (!json.is_array()) return PrintLine(json), absl::OkStatus();
  for (const nlohmann::json& element : json) PrintLine(element);
  return absl::OkStatus();
}

absl::Status Submit(const sdk::Contract& contract, const std::string& function,
                    const sdk::ProposalOptions& options, const sdk::CallOptions& deadline) {
  SUYUAN_ASSIGN_OR_RETURN(const sdk::Submitted submitted,
                          contract.SubmitNoWait(function, options, deadline));
  SUYUAN_ASSIGN_OR_RETURN(const sdk::CommitStatus status, submitted.commit.Status(deadline));
  SUYUAN_RETURN_IF_ERROR(CheckCommitted(status));
  nlohmann::json line{{"txId", status.transaction_id}, {"block", status.block_number}};
  if (!submitted.result.empty()) line["result"] = AsJson(submitted.result);
  PrintLine(line);
  return absl::OkStatus();
}

absl::Status Run(const Row& row, const Call& call) {
  const std::vector<std::string> function = absl::StrSplit(row.function, ':');
  sdk::ProposalOptions proposal;
  for (const std::string& text : call.arguments) {
    SUYUAN_ASSIGN_OR_RETURN(proposal.arguments.emplace_back(), Value(text));
  }
  if (!call.secret.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(proposal.transient["secret"], Value(call.secret), "--secret");
  }
  SUYUAN_ASSIGN_OR_RETURN(const GatewaySession session, OpenGatewaySession(call.gateway));
  const sdk::Contract contract = session.contract(function[0]);
  return (row.kind == Kind::kAsk ? Ask : Submit)(contract, function[1], proposal,
                                                 session.deadline());
}

void Add(CLI::App& app, const Row& row) {
  const auto call = std::make_shared<Call>();
  CLI::App* command = Command(app, row.path, row.help, [&row, call] { return Run(row, *call); });
  const std::vector<std::string> names = absl::StrSplit(row.parameters, ' ', absl::SkipEmpty());
  call->arguments.resize(names.size());
  for (size_t i = 0; i < names.size(); ++i) {
    const bool optional = absl::EndsWith(names[i], "?");
    const std::string name(absl::StripSuffix(names[i], "?"));
    command->add_option(name, call->arguments[i], "text, JSON, or @FILE with it")
        ->required(!optional);
  }
  if (row.kind == Kind::kSubmit) {
    command->add_option("--secret", call->secret,
                        "fields that are not public, JSON or @FILE: told to endorsers alone");
  }
  AddGatewayFlags(command, &call->gateway);
}

}  // namespace

void AddRegistryCommands(CLI::App& app) {
  for (const Row& row : kRows) Add(app, row);
}

}  // namespace suyuan
