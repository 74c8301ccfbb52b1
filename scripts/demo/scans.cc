#include <algorithm>
#include <future>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"
#include "network/crypto/hash.h"
#include "scripts/demo/chapters.h"
#include "scripts/demo/scan_plan.h"

namespace suyuan::demo {
namespace {

constexpr size_t kInFlight = 200;

struct Outcome {
  absl::Status status;
  bool diverted = false;
  std::string tx_id;
  nlohmann::json answer;  // of Verify

  const nlohmann::json& authenticity() const {
    static const auto& none = *new nlohmann::json(nlohmann::json::object());
    return answer.contains("authenticity") ? answer["authenticity"] : none;
  }
  std::string State() const { return authenticity().value("state", ""); }
};

absl::StatusOr<nlohmann::json> Parse(const absl::StatusOr<std::string>& text) {
  SUYUAN_RETURN_IF_ERROR(text.status());
  auto json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_object()) return absl::DataLossError("the answer is not a JSON object");
  return json;
}

std::string DeviceOf(size_t consumer) {
  return HexEncode(Sha256({"a key of the platform's", absl::StrCat(consumer)}));
}

class Scanner {
 public:
  Scanner(const Stage& stage, const CodeDesk& desk, sdk::Contract contract,
          const std::vector<PlannedScan>& plan)
      : stage_(stage),
        desk_(desk),
        contract_(std::move(contract)),
        plan_(plan),
        outcomes_(plan.size()) {}

  // Seconds until all scans were in blocks.
  double RecordAll() {
    const absl::Time start = absl::Now();
    RunMany(plan_.size(), kInFlight, [&](size_t i, Done done) { Record(i, std::move(done)); });
    return absl::ToDoubleSeconds(absl::Now() - start);
  }
  double VerifyAll() {
    const absl::Time start = absl::Now();
    RunMany(plan_.size(), kInFlight, [&](size_t i, Done done) { Verify(i, std::move(done)); });
    return absl::ToDoubleSeconds(absl::Now() - start);
  }
  const std::vector<Outcome>& outcomes() const { return outcomes_; }

 private:
  // The place of a scan and the proof of its code are transient: seen by the
  // endorsers named here alone, and on no ledger but as hashes.
  sdk::ProposalOptions Proposal(size_t i, std::vector<std::string> arguments) const {
    sdk::ProposalOptions options;
    options.arguments = std::move(arguments);
    options.transient = desk_.Proof(plan_[i].label, plan_[i].code);
    // Every consumer has a phone of his own; the ledger learns a hash of it.
    const nlohmann::json place{
        {"region", plan_[i].region}, {"source", "ip"}, {"device", DeviceOf(i)}};
    options.transient["place"] = place.dump();
    return options;
  }

  void Record(size_t i, Done done) {
    const Label& label = plan_[i].label;
    auto options = Proposal(i, {label.batch, absl::StrCat(label.index)});
    options.endorsing_organizations = {stage_.BrandOwner(), stage_.Regulator()};
    contract_.SubmitAsync("RecordScan", options,
                          [this, i, done](absl::StatusOr<std::string> result) {
                            auto json = Parse(result);
                            outcomes_[i].status = json.status();
                            if (json.ok()) {
                              outcomes_[i].tx_id = json->value("txId", "");
                              outcomes_[i].diverted = json->value("diverted", false);
                            }
                            done();
                          });
  }

  void Verify(size_t i, Done done) {
    if (!outcomes_[i].status.ok()) return done();
    const Label& label = plan_[i].label;
    auto proposal = contract_.NewProposal(
        "Verify", Proposal(i, {label.batch, absl::StrCat(label.index), outcomes_[i].tx_id}));
    if (!proposal.ok()) {
      outcomes_[i].status = proposal.status();
      return done();
    }
    proposal->EvaluateAsync([this, i, done](absl::StatusOr<std::string> result) {
      auto json = Parse(result);
      outcomes_[i].status = json.status();
      if (json.ok()) outcomes_[i].answer = *std::move(json);
      done();
    });
  }

  const Stage& stage_;
  const CodeDesk& desk_;
  const sdk::Contract contract_;
  const std::vector<PlannedScan>& plan_;
  std::vector<Outcome> outcomes_;
};

// What the regulator sees of the scans as events; gives up after half a minute.
using EventCounts = std::map<std::string, uint64_t>;
absl::StatusOr<EventCounts> WatchScans(sdk::Network channel, uint64_t scans) {
  sdk::EventOptions from_start;
  from_start.start_block = 0;
  SUYUAN_ASSIGN_OR_RETURN(const auto stream, channel.ChaincodeEvents("trace", from_start));
  EventCounts counts;
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  for (uint64_t seen = 0; seen < scans;) {
    SUYUAN_ASSIGN_OR_RETURN(const auto event, stream->Next(deadline));
    if (event.name != "RecordScan" && event.name != "DiversionAlert" &&
        event.name != "UnknownCode") {
      continue;
    }
    ++counts[event.name];
    ++seen;
  }
  return counts;
}

ScanTotals CountVerdicts(const std::vector<Outcome>& outcomes) {
  ScanTotals totals;
  for (const Outcome& outcome : outcomes) {
    const std::string state = outcome.State();
    totals.first += state == "first";
    totals.repeated += state == "repeated";
    totals.over_limit += state == "over-limit";
    totals.frozen += state == "frozen";
    totals.unknown += state == "unknown";
    totals.alerts += outcome.diverted;
  }
  return totals;
}

void ShowAnswer(const Stage& stage, absl::string_view title, const PlannedScan& scan,
                const Outcome& outcome) {
  const Place* place = stage.sales.FindPlace(scan.region);
  stage.story.Tell(
      absl::StrCat("[", title, "] code ", scan.code, " in ", place->name.zh, " ", place->name.en));
  stage.story.Tell(absl::StrCat("    ", outcome.authenticity().value("prompt", "")));
  stage.story.Tell(absl::StrCat("    ", outcome.authenticity().value("promptEn", "")));
  if (outcome.diverted) {
    stage.story.Tell("    （窜货预警：该商品不在授权销售区域内，已通知品牌方。）");
    stage.story.Tell(
        "    (Diversion alert: this place is outside the dealer's region; the brand "
        "owner has been told.)");
  }
  stage.story.Tell(absl::StrCat("    ", outcome.answer.dump()));
}

// The scan of `kind` with the highest ordinal that ended in `state`; nullopt: none.
std::optional<size_t> Example(const std::vector<PlannedScan>& plan,
                              const std::vector<Outcome>& outcomes, ScanKind kind,
                              absl::string_view state) {
  std::optional<size_t> best;
  const auto ordinal = [&](size_t i) { return outcomes[i].authenticity().value("ordinal", 0); };
  for (size_t i = 0; i < plan.size(); ++i) {
    if (plan[i].kind != kind || outcomes[i].State() != state) continue;
    if (!best || ordinal(i) > ordinal(*best)) best = i;
  }
  return best;
}

void ShowAnswers(const Stage& stage, const std::vector<PlannedScan>& plan,
                 const std::vector<Outcome>& outcomes) {
  stage.story.Chapter("What the consumers are told");
  const struct {
    absl::string_view title, state;
    ScanKind kind;
  } wanted[] = {{"first scan", "first", ScanKind::kOrdinary},
                {"repeated scan", "repeated", ScanKind::kRepeated},
                {"over the limit", "over-limit", ScanKind::kOverLimit},
                {"copied code", "frozen", ScanKind::kCopied},
                {"forged code", "unknown", ScanKind::kForged},
                {"diverted goods", "first", ScanKind::kDiverted}};
  for (const auto& [title, state, kind] : wanted) {
    const auto i = Example(plan, outcomes, kind, state);
    if (i) ShowAnswer(stage, title, plan[*i], outcomes[*i]);
    if (!i) stage.story.Expect(false, absl::StrCat("no answer '", state, "' to a ", title));
  }
}

void CheckTotals(const Stage& stage, const ScanTotals& got, const ScanTotals& expected) {
  const auto line = [&](absl::string_view what, uint64_t is, uint64_t should) {
    stage.story.Expect(is == should, is == should
                                         ? absl::StrFormat("%-16s %4u", what, is)
                                         : absl::StrFormat("%-16s %4u, not %u", what, is, should));
  };
  line("first", got.first, expected.first);
  line("repeated", got.repeated, expected.repeated);
  line("over the limit", got.over_limit, expected.over_limit);
  line("copied, frozen", got.frozen, expected.frozen);
  line("unknown code", got.unknown, expected.unknown);
  line("diverted", got.alerts, expected.alerts);
}

void CheckEvents(const Stage& stage, const absl::StatusOr<EventCounts>& counts,
                 const ScanTotals& expected) {
  if (!counts.ok()) return stage.story.Expect(counts.status(), "the regulator watches the scans");
  auto events = *counts;
  stage.story.Expect(
      events["DiversionAlert"] == expected.alerts && events["UnknownCode"] == expected.unknown,
      absl::StrCat("the regulator saw the same as events: ", events["DiversionAlert"],
                   " diversion alerts, ", events["UnknownCode"], " unknown codes"));
}

}  // namespace

absl::Status ScanCodes(const Stage& stage, const CodeDesk& desk) {
  const std::vector<PlannedScan> plan = PlanScans(stage.sales, desk);
  const ScanTotals expected = ExpectedTotals(plan, stage.sales);
  stage.story.Chapter(absl::StrCat("Consumers in ", stage.sales.places.size(), " cities scan ",
                                   Grouped(plan.size()), " times"));
  SUYUAN_ASSIGN_OR_RETURN(auto regulator, stage.alliance.Channel(stage.Regulator()));
  SUYUAN_ASSIGN_OR_RETURN(auto contract,
                          stage.alliance.Contract(stage.BrandOwner(), "AntiCounterfeit"));
  stage.story.Tell(absl::StrCat(stage.sales.forged_codes,
                                " codes are forged (a digit changed, a genuine ",
                                "code's proof), one is copied, one carton is diverted"));
  auto events = std::async(std::launch::async, WatchScans, regulator, plan.size());

  Scanner scanner(stage, desk, contract, plan);
  const double recording = scanner.RecordAll();
  const double verifying = scanner.VerifyAll();
  const auto count = static_cast<double>(plan.size());
  stage.story.Tell(
      absl::StrFormat("%s scans endorsed, ordered and committed: %.2f s, %.0f a second",
                      Grouped(plan.size()), recording, count / recording));
  stage.story.Tell(absl::StrFormat("%s answers to them: %.2f s, %.0f a second",
                                   Grouped(plan.size()), verifying, count / verifying));
  uint64_t failed = 0;
  for (const Outcome& outcome : scanner.outcomes()) {
    if (!outcome.status.ok() && failed++ == 0) stage.story.Expect(outcome.status, "a scan");
  }
  stage.story.Expect(failed == 0, failed == 0 ? "every scan was committed and answered"
                                              : absl::StrCat(failed, " scans failed"));
  CheckTotals(stage, CountVerdicts(scanner.outcomes()), expected);
  CheckEvents(stage, events.get(), expected);
  ShowAnswers(stage, plan, scanner.outcomes());
  return absl::OkStatus();
}

}  // namespace suyuan::demo
