#include "chaincode/contracts/trace/anticounterfeit/code_findings.h"

#include <set>
#include <utility>

#include "chaincode/contracts/trace/anticounterfeit/activation.h"
#include "chaincode/contracts/trace/anticounterfeit/code_proof.h"
#include "chaincode/contracts/trace/anticounterfeit/code_scans.h"
#include "chaincode/contracts/trace/anticounterfeit/code_state_contract.h"
#include "chaincode/contracts/trace/anticounterfeit/scan_policy_contract.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

absl::Status FindLot(ChaincodeStub& stub, Findings* findings) {
  SUYUAN_ASSIGN_OR_RETURN(const auto activation,
                          FindActivation(stub, findings->batch.batch, findings->index));
  findings->facts.activated = activation.has_value();
  if (!activation) {
    findings->lot_state = {"not-activated", ""};
    return absl::OkStatus();
  }
  findings->lot = activation->record.value("lot", "");
  SUYUAN_ASSIGN_OR_RETURN(const LotFacts facts,
                          LoadLotFacts(stub, findings->batch.product, findings->lot));
  findings->expires_on = facts.expires_on;
  findings->lot_state = JudgeLot(facts);
  return absl::OkStatus();
}

PromptFacts PromptFactsOf(const Findings& findings) {
  return {findings.verdict.first_time,
          findings.verdict.first_region,
          findings.verdict.count,
          findings.verdict.limit,
          findings.verdict.left,
          findings.batch.product,
          findings.lot};
}

void AddPrompt(const Findings& findings, const std::string& state, nlohmann::json* answer) {
  const PromptTexts texts = PromptOf(state, PromptFactsOf(findings), findings.facts.policy.prompts);
  (*answer)["prompt"] = texts.zh;
  (*answer)["promptEn"] = texts.en;
}

nlohmann::json TraceOf(const Findings& findings) {
  nlohmann::json trace{{"state", findings.lot_state.state}};
  if (findings.facts.known) {
    trace.update({{"product", findings.batch.product}, {"batch", findings.batch.batch}});
  }
  if (!findings.lot.empty()) trace["lot"] = findings.lot;
  if (!findings.expires_on.empty()) trace["expiresOn"] = findings.expires_on;
  if (!findings.lot_state.hold.empty()) trace["hold"] = findings.lot_state.hold;
  // That there is no lot is the other result's to say.
  const bool told = findings.facts.activated && findings.lot_state.state != "known";
  AddPrompt(findings, told ? findings.lot_state.state : "", &trace);
  return trace;
}

nlohmann::json CodeOf(const Findings& findings) {
  nlohmann::json code{{"index", findings.index},
                      {"state", findings.facts.mark.empty() ? "sealed" : findings.facts.mark},
                      {"policy",
                       {{"scanLimit", findings.facts.policy.scan_limit},
                        {"foldSeconds", findings.facts.policy.fold_seconds},
                        {"freezeScore", findings.facts.policy.freeze_score},
                        {"traceOnly", findings.facts.policy.trace_only}}}};
  if (findings.mark.is_object()) code["mark"] = findings.mark;
  return code;
}

nlohmann::json ScansOf(const Findings& findings) {
  nlohmann::json out = nlohmann::json::array();
  for (const Scan& scan : findings.facts.scans) {
    const std::string kind(KindName(scan.kind));
    out.push_back({{"txId", scan.tx_id},
                   {"time", scan.time},
                   {"region", scan.region},
                   {"device", scan.device},
                   {"kind", kind.empty() ? "consumer" : kind}});
  }
  return out;
}

}  // namespace

absl::StatusOr<Findings> Examine(ChaincodeStub& stub, const std::string& batch, uint64_t index,
                                 const Question& question) {
  Findings findings;
  findings.index = index;
  findings.lot_state = {"unknown", ""};
  findings.facts.asking_tx = question.scan_tx;
  SUYUAN_ASSIGN_OR_RETURN(const auto record, FindBatch(stub, batch));
  ProvenCode code;
  if (record) {
    SUYUAN_ASSIGN_OR_RETURN(code, ProveCode(stub, *record, index));
  }
  findings.facts.known = code.known;
  if (!code.known) {
    findings.verdict = Judge(findings.facts);
    return findings;
  }
  findings.batch = *record;
  findings.facts.wrong_inner = code.wrong_inner;
  findings.facts.open_of_two = record->inner_length != 0 && !code.inner;
  SUYUAN_RETURN_IF_ERROR(FindLot(stub, &findings));
  SUYUAN_ASSIGN_OR_RETURN(auto mark, FindCodeState(stub, batch, index));
  if (mark) {
    findings.facts.mark = mark->value("state", "");
    findings.mark = *std::move(mark);
  }
  SUYUAN_ASSIGN_OR_RETURN(findings.facts.policy, LoadCodePolicy(stub, *record, index));
  SUYUAN_ASSIGN_OR_RETURN(
      findings.facts.scans,
      LoadScans(stub, code.leaf, question.only_past ? question.scan_tx : std::string()));
  findings.verdict = Judge(findings.facts);
  return findings;
}

nlohmann::json ToAnswer(const Findings& findings, Scanner scanner) {
  nlohmann::json authenticity = findings.verdict;
  AddPrompt(findings, findings.verdict.state, &authenticity);
  nlohmann::json answer{
      {"authenticity", std::move(authenticity)},
      {"trace", TraceOf(findings)},
      {"alerts", AlertsOf(findings.facts, findings.verdict, findings.lot_state.state)},
      {"scanner", std::string(ScannerName(scanner))}};
  if (!findings.facts.known || scanner == Scanner::kConsumer) return answer;
  answer["code"] = CodeOf(findings);
  if (scanner != Scanner::kInspector) return answer;
  answer["score"] = ToJson(findings.verdict.score);
  answer["scans"] = ScansOf(findings);
  return answer;
}

nlohmann::json AlertRecord(const Findings& findings, const std::string& scan_tx) {
  std::set<std::string> regions;
  for (const Scan& scan : findings.facts.scans) {
    if (!scan.region.empty()) regions.insert(scan.region);
  }
  return {{"batch", findings.batch.batch},
          {"index", findings.index},
          {"product", findings.batch.product},
          {"lot", findings.lot},
          {"alerts", AlertsOf(findings.facts, findings.verdict, findings.lot_state.state)},
          {"count", findings.verdict.count},
          {"limit", findings.verdict.limit},
          {"score", ToJson(findings.verdict.score)},
          {"regions", regions},
          {"scanTx", scan_tx}};
}

}  // namespace suyuan
