#include "sdk/trace/codes.h"

namespace suyuan::sdk::trace {
namespace {

using Words = std::vector<std::string>;

std::string Number(uint64_t number) { return std::to_string(number); }

ProposalOptions Propose(Words arguments, const CodeProof& proof) {
  ProposalOptions out{.arguments = std::move(arguments)};
  const auto set = [&out](const char* name, const std::string& value) {
    if (!value.empty()) out.transient[name] = value;
  };
  set("code", proof.code);
  set("salt", proof.salt);
  set("proof", proof.proof);
  set("inner", proof.inner);
  set("innerSalt", proof.inner_salt);
  set("innerProof", proof.inner_proof);
  set("channel", proof.channel);
  // A batch of one code has proofs of nothing.
  if (!proof.code.empty()) out.transient["proof"] = proof.proof;
  if (!proof.inner.empty()) out.transient["innerProof"] = proof.inner_proof;
  return out;
}

ScanReceipt ReadReceipt(const Fields& json) {
  return {json.at("state"), json.at("early"), json.at("diverted")};
}

CodeAnswer ReadAnswer(const Fields& json) {
  const Fields &authenticity = json.at("authenticity"), &trace = json.at("trace");
  CodeAnswer answer;
  answer.state = authenticity.at("state");
  answer.ordinal = authenticity.at("ordinal");
  answer.count = authenticity.at("count");
  answer.limit = authenticity.at("limit");
  answer.left = authenticity.at("left");
  answer.first_time = authenticity.at("firstTime");
  answer.prompt = authenticity.at("prompt");
  answer.prompt_en = authenticity.at("promptEn");
  answer.trace_state = trace.at("state");
  answer.product = trace.value("product", "");
  answer.lot = trace.value("lot", "");
  answer.trace_prompt = trace.at("prompt");
  answer.trace_prompt_en = trace.at("promptEn");
  answer.alerts = json.at("alerts").get<Words>();
  answer.scanner = json.at("scanner");
  answer.whole = json;
  return answer;
}

CodeBatch ReadBatch(const Fields& json) {
  CodeBatch batch;
  batch.batch = json.at("batch");
  batch.gtin = json.at("product");
  batch.count = json.at("count");
  batch.length = json.at("length");
  batch.root = json.at("root");
  batch.public_key = json.at("publicKey");
  batch.scan_limit = json.at("scanLimit");
  batch.inner_length = json.value("innerLength", 0);
  batch.inner_root = json.value("innerRoot", "");
  batch.issuer = json.at("issuer");
  return batch;
}

template <typename T>
absl::StatusOr<RecordedResult<T>> Record(Calls& calls, absl::string_view function,
                                         const ProposalOptions& proposal,
                                         const std::function<T(const Fields&)>& read) {
  auto written = calls.Record(function, proposal);
  if (!written.ok()) return written.status();
  absl::StatusOr<T> value = internal::Read<T>(function, written->value, read);
  if (!value.ok()) return value.status();
  return RecordedResult<T>{std::move(written->at), *std::move(value)};
}

}  // namespace

absl::StatusOr<Recorded> Codes::Issue(const CodeBatch& batch) const {
  auto issued =
      internal::Write(*calls_, "AntiCounterfeit:IssueCodes",
                      {batch.batch, batch.gtin, Number(batch.count), std::to_string(batch.length),
                       batch.root, batch.public_key, std::to_string(batch.scan_limit)});
  if (!issued.ok() || batch.inner_length == 0) return issued;
  return internal::Write(*calls_, "AntiCounterfeit:IssueInnerCodes",
                         {batch.batch, std::to_string(batch.inner_length), batch.inner_root});
}

absl::StatusOr<Recorded> Codes::Activate(const std::string& batch, uint64_t from, uint64_t to,
                                         const std::string& lot) const {
  return internal::Write(*calls_, "AntiCounterfeit:Activate",
                         {batch, Number(from), Number(to), lot});
}

absl::StatusOr<Recorded> Codes::Mark(const std::string& batch, uint64_t from, uint64_t to,
                                     const std::string& state, const std::string& reason) const {
  return internal::Write(
      *calls_, "CodeStates:Mark",
      {batch, Number(from), Number(to), state, Fields{{"reason", reason}}.dump()});
}

absl::StatusOr<Recorded> Codes::Reissue(const std::string& batch, uint64_t from, uint64_t to,
                                        const std::string& new_batch, uint64_t new_from,
                                        const std::string& reason) const {
  return internal::Write(*calls_, "CodeStates:Reissue",
                         {batch, Number(from), Number(to), new_batch, Number(new_from),
                          Fields{{"reason", reason}}.dump()});
}

absl::StatusOr<Recorded> Codes::SetPolicy(const std::string& level, const std::string& subject,
                                          const Fields& policy) const {
  return internal::Write(*calls_, "ScanPolicies:Set", {level, subject, policy.dump()});
}

absl::StatusOr<CodeBatch> Codes::Get(const std::string& batch) const {
  return internal::AskFor<CodeBatch>(*calls_, "AntiCounterfeit:GetBatch", {batch}, ReadBatch);
}

absl::StatusOr<RecordedResult<ScanReceipt>> Codes::RecordScan(const std::string& batch,
                                                              uint64_t index,
                                                              const CodeProof& proof,
                                                              const Fields& place) const {
  ProposalOptions proposal = Propose({batch, Number(index)}, proof);
  proposal.transient["place"] = place.dump();
  return Record<ScanReceipt>(*calls_, "AntiCounterfeit:RecordScan", proposal, ReadReceipt);
}

absl::StatusOr<CodeAnswer> Codes::Verify(const std::string& batch, uint64_t index,
                                         const CodeProof& proof, const std::string& scan) const {
  constexpr char kFunction[] = "AntiCounterfeit:Verify";
  const auto answer = calls_->Ask(kFunction, Propose({batch, Number(index), scan}, proof));
  if (!answer.ok()) return answer.status();
  return internal::Read<CodeAnswer>(kFunction, *answer, ReadAnswer);
}

absl::StatusOr<RecordedResult<Fields>> Codes::Alert(const std::string& batch, uint64_t index,
                                                    const CodeProof& proof,
                                                    const std::string& scan) const {
  return Record<Fields>(*calls_, "AntiCounterfeit:Alert",
                        Propose({batch, Number(index), scan}, proof),
                        [](const Fields& json) { return json; });
}

absl::StatusOr<std::vector<Fields>> Codes::GetAlerts(const std::string& batch) const {
  return internal::AskFor<std::vector<Fields>>(
      *calls_, "AntiCounterfeit:GetAlerts", {batch},
      [](const Fields& list) { return std::vector<Fields>(list.begin(), list.end()); });
}

}  // namespace suyuan::sdk::trace
