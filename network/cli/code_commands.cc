#include "network/cli/code_commands.h"

// An issuer's side of its codes, with the key that they come from. All of a batch hangs on one
// signature, so nothing else is kept. What the ledger is asked or told of codes without their
// digits is in registry_commands.cc.
#include <algorithm>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "chaincode/codes/codes.h"
#include "chaincode/gs1/check_digit.h"
#include "network/cli/command.h"
#include "network/cli/gateway_session.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"
#include "network/crypto/rsa.h"
#include "sdk/trace/codes.h"

namespace suyuan {
namespace {

constexpr uint64_t kLast = ~uint64_t{0};

struct Options {
  GatewayFlags gateway;
  std::string batch, gtin, key, signature, code, inner, region, source = "manual", device, channel;
  uint64_t count = 0, from = 0, to = kLast;
  int length = 15, inner_length = 0;
  int64_t limit = 5;
  bool look = false;
};

// Both layers of a batch in memory.
struct Layers {
  std::string seed;
  CodeBatch open;
  std::optional<CodeBatch> inner;
};

struct Desk {
  GatewaySession session;
  sdk::trace::Codes codes;
};

void PrintLine(const nlohmann::json& json) {
  std::cout << json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
}

absl::StatusOr<Desk> OpenDesk(const Options& o) {
  SUYUAN_ASSIGN_OR_RETURN(GatewaySession session, OpenGatewaySession(o.gateway));
  sdk::trace::Codes codes(
      sdk::trace::NewCalls(session.network(), session.chaincode, absl::Seconds(session.timeout_s)));
  return Desk{std::move(session), std::move(codes)};
}

Layers Derive(absl::string_view signature, const sdk::trace::CodeBatch& batch) {
  Layers layers{BatchSeed(signature), CodeBatch(), std::nullopt};
  layers.open = CodeBatch::Derive(layers.seed, batch.count, batch.length);
  if (batch.inner_length != 0) {
    layers.inner =
        CodeBatch::Derive(layers.seed, batch.count, batch.inner_length, nullptr, CodeLayer::kInner);
  }
  return layers;
}

// The batch's name as it is signed.
BatchName NameOf(const sdk::trace::CodeBatch& batch) {
  return {batch.issuer, batch.gtin, batch.batch};
}

// kFailedPrecondition unless the codes are those that the ledger has the roots of.
absl::Status CheckRoots(const Layers& layers, const sdk::trace::CodeBatch& batch) {
  const bool inner = !layers.inner || HexEncode(layers.inner->root()) == batch.inner_root;
  if (inner && HexEncode(layers.open.root()) == batch.root) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "the codes that come of this are not those that batch ", batch.batch, " is committed to"));
}

// The batch on the ledger and its codes, from the issuer's key.
struct Opened {
  sdk::trace::CodeBatch batch;
  std::string signature;
  Layers layers;
};
absl::StatusOr<Opened> OpenBatch(const Options& o, const Desk& desk) {
  Opened out;
  SUYUAN_ASSIGN_OR_RETURN(out.batch, desk.codes.Get(o.batch));
  SUYUAN_ASSIGN_OR_RETURN(const std::string key, ReadFile(o.key));
  SUYUAN_ASSIGN_OR_RETURN(out.signature, SignBatch(key, NameOf(out.batch)), o.key);
  out.layers = Derive(out.signature, out.batch);
  SUYUAN_RETURN_IF_ERROR(CheckRoots(out.layers, out.batch), o.key);
  return out;
}

absl::Status Issue(const Options& o) {
  if (o.count < 1) return absl::InvalidArgumentError("--count: must be at least 1");
  SUYUAN_RETURN_IF_ERROR(CheckCodeLength("--length", o.length));
  if (o.inner_length != 0) {
    SUYUAN_RETURN_IF_ERROR(CheckInnerCodeLength("--inner", o.inner_length));
  }
  sdk::trace::CodeBatch batch;
  batch.batch = o.batch;
  SUYUAN_ASSIGN_OR_RETURN(batch.gtin, gs1::Gtin14(o.gtin), "gtin");
  batch.count = o.count;
  batch.length = o.length;
  batch.inner_length = o.inner_length;
  batch.scan_limit = o.limit;
  SUYUAN_ASSIGN_OR_RETURN(const Desk desk, OpenDesk(o));
  batch.issuer = desk.session.gateway->identity().msp_id;
  SUYUAN_ASSIGN_OR_RETURN(const std::string key, ReadFile(o.key));
  SUYUAN_ASSIGN_OR_RETURN(batch.public_key, RsaPublicKeyPem(key), o.key);
  SUYUAN_ASSIGN_OR_RETURN(const std::string signature, SignBatch(key, NameOf(batch)), o.key);
  const Layers layers = Derive(signature, batch);
  batch.root = HexEncode(layers.open.root());
  if (layers.inner) batch.inner_root = HexEncode(layers.inner->root());
  SUYUAN_ASSIGN_OR_RETURN(const auto issued, desk.codes.Issue(batch));
  PrintLine({{"batch", batch.batch},
             {"count", batch.count},
             {"void", layers.open.void_count()},
             {"root", batch.root},
             {"txId", issued.transaction_id},
             {"block", issued.block}});
  return absl::OkStatus();
}

absl::Status Export(const Options& o) {
  SUYUAN_ASSIGN_OR_RETURN(const Desk desk, OpenDesk(o));
  SUYUAN_ASSIGN_OR_RETURN(const Opened opened, OpenBatch(o, desk));
  const auto& codes = opened.layers.open.codes();
  if (o.from >= codes.size() || (o.to != kLast && (o.to < o.from || o.to >= codes.size()))) {
    return absl::InvalidArgumentError(
        absl::StrCat("--from, --to: not within the ", codes.size(), " codes of the batch"));
  }
  const uint64_t last = std::min<uint64_t>(o.to, codes.size() - 1);
  for (uint64_t i = o.from; i <= last; ++i) {
    if (codes[i].empty()) continue;  // void: not to be printed
    nlohmann::json line{{"batch", o.batch}, {"index", i}, {"code", codes[i]}};
    if (opened.layers.inner) line["inner"] = opened.layers.inner->codes()[i];
    PrintLine(line);
  }
  return absl::OkStatus();
}

// An auditor's side: the signature is the issuer's, and what comes of it is on the ledger.
absl::Status CheckSignature(const Options& o, const Desk& desk) {
  SUYUAN_ASSIGN_OR_RETURN(const auto batch, desk.codes.Get(o.batch));
  SUYUAN_ASSIGN_OR_RETURN(const std::string signature, HexDecode(o.signature), "--signature");
  SUYUAN_RETURN_IF_ERROR(VerifyBatchSignature(batch.public_key, NameOf(batch), signature));
  const Layers layers = Derive(signature, batch);
  SUYUAN_RETURN_IF_ERROR(CheckRoots(layers, batch));
  PrintLine({{"batch", batch.batch},
             {"issuer", batch.issuer},
             {"count", batch.count},
             {"void", layers.open.void_count()},
             {"root", batch.root},
             {"proven", true}});
  return absl::OkStatus();
}

absl::Status Prove(const Options& o) {
  if (o.key.empty() == o.signature.empty()) {
    return absl::InvalidArgumentError("--key, --signature: give one of them");
  }
  SUYUAN_ASSIGN_OR_RETURN(const Desk desk, OpenDesk(o));
  if (!o.signature.empty()) return CheckSignature(o, desk);
  SUYUAN_ASSIGN_OR_RETURN(const Opened opened, OpenBatch(o, desk));
  PrintLine({{"batch", opened.batch.batch},
             {"root", opened.batch.root},
             {"signature", HexEncode(opened.signature)}});
  return absl::OkStatus();
}

// Where the code is in the batch, by the open code or a whole covered one; 0 when it is not.
uint64_t IndexOf(const Options& o, const Layers& layers) {
  const auto find = [](const std::vector<std::string>& codes, const std::string& code) {
    return static_cast<uint64_t>(std::find(codes.begin(), codes.end(), code) - codes.begin());
  };
  const uint64_t count = layers.open.codes().size();
  uint64_t index = o.code.empty() ? count : find(layers.open.codes(), o.code);
  if (index == count && layers.inner && !o.inner.empty() && o.inner.size() != kShortCode) {
    index = find(layers.inner->codes(), o.inner);
  }
  return index == count ? 0 : index;
}

sdk::trace::CodeProof ProofOf(const Options& o, const Opened& opened, uint64_t index) {
  sdk::trace::CodeProof proof;
  proof.channel = o.channel;
  const Layers& layers = opened.layers;
  if (!o.code.empty()) {
    proof.code = o.code;
    proof.salt = HexEncode(DeriveCode(layers.seed, index, opened.batch.length).salt);
    proof.proof = HexEncode(layers.open.Proof(index));
  }
  if (!o.inner.empty() && layers.inner) {
    proof.inner = o.inner;
    proof.inner_salt = HexEncode(
        DeriveCode(layers.seed, index, opened.batch.inner_length, CodeLayer::kInner).salt);
    proof.inner_proof = HexEncode(layers.inner->Proof(index));
  }
  return proof;
}

absl::Status Verify(const Options& o) {
  if (o.code.empty() && o.inner.empty()) {
    return absl::InvalidArgumentError("--code, --inner: give at least one of them");
  }
  if (!o.look && o.region.empty()) return absl::InvalidArgumentError("--region: missing");
  SUYUAN_ASSIGN_OR_RETURN(const Desk desk, OpenDesk(o));
  SUYUAN_ASSIGN_OR_RETURN(const Opened opened, OpenBatch(o, desk));
  if (!o.inner.empty() && !opened.layers.inner) {
    return absl::InvalidArgumentError("--inner: the batch has no covered codes");
  }
  const uint64_t index = IndexOf(o, opened.layers);
  const sdk::trace::CodeProof proof = ProofOf(o, opened, index);
  std::string scan;
  if (!o.look) {
    nlohmann::json place{{"region", o.region}, {"source", o.source}};
    if (!o.device.empty()) place["device"] = o.device;
    SUYUAN_ASSIGN_OR_RETURN(const auto recorded,
                            desk.codes.RecordScan(o.batch, index, proof, place));
    scan = recorded.at.transaction_id;
  }
  SUYUAN_ASSIGN_OR_RETURN(const auto answer, desk.codes.Verify(o.batch, index, proof, scan));
  nlohmann::json line = answer.whole;
  if (!scan.empty()) line["txId"] = scan;
  if (!scan.empty() && !answer.alerts.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(const auto alert, desk.codes.Alert(o.batch, index, proof, scan));
    line["alert"] = {{"txId", alert.at.transaction_id}, {"block", alert.at.block}};
  }
  PrintLine(line);
  return absl::OkStatus();
}

CLI::App* Add(CLI::App& app, const char* path, const char* help,
              absl::Status (*body)(const Options&), std::shared_ptr<Options> o) {
  CLI::App* command = Command(app, path, help, [body, o] { return body(*o); });
  command->add_option("batch", o->batch, "name of the batch")->required();
  AddGatewayFlags(command, &o->gateway);
  return command;
}

void AddKey(CLI::App* command, Options* o, bool required) {
  command->add_option("--key", o->key, "RSA key that the codes come from, PEM file")
      ->required(required);
}

void AddIssue(CLI::App& app) {
  auto o = std::make_shared<Options>();
  CLI::App* command =
      Add(app, "code issue", "Commits the ledger to a batch of codes; they stay here", Issue, o);
  command->add_option("gtin", o->gtin, "product of one's own, approved")->required();
  AddKey(command, o.get(), true);
  command->add_option("--count", o->count, "how many")->required();
  command->add_option("--length", o->length, "digits: 15, 17 or 21 (15)");
  command->add_option("--inner", o->inner_length,
                      "digits of covered codes: 6, 15, 17 or 21 (none)");
  command->add_option("--limit", o->limit, "scans of a code without a warning (5)");
}

void AddExport(CLI::App& app) {
  auto o = std::make_shared<Options>();
  CLI::App* command = Add(app, "code export", "The digits, for the printer; one a line", Export, o);
  AddKey(command, o.get(), true);
  command->add_option("--from", o->from, "first index (0)");
  command->add_option("--to", o->to, "last index (that of the batch)");
}

void AddProve(CLI::App& app) {
  auto o = std::make_shared<Options>();
  CLI::App* command = Add(app, "code prove",
                          "With --key: the signature that proves the batch, and tells all of its "
                          "codes; with --signature: whether it does",
                          Prove, o);
  AddKey(command, o.get(), false);
  command->add_option("--signature", o->signature, "hex, as the issuer gave it");
}

void AddVerify(CLI::App& app) {
  auto o = std::make_shared<Options>();
  CLI::App* command = Add(app, "code verify",
                          "Scans a code for somebody, and tells what the ledger says", Verify, o);
  AddKey(command, o.get(), true);
  command->add_option("--code", o->code, "digits of the open code");
  command->add_option("--inner", o->inner, "digits of the covered code");
  command->add_option("--region", o->region, "where, GB/T 2260");
  command->add_option("--source", o->source, "how that is known: ip, gps, cell, manual (manual)");
  command->add_option("--device", o->device, "keyed hash of the device, 64 hex digits");
  command->add_option("--via", o->channel, "web, app, phone, sms or reader");
  command->add_flag("--look", o->look, "records no scan");
}

}  // namespace

void AddCodeCommands(CLI::App& app) {
  AddIssue(app);
  AddExport(app);
  AddProve(app);
  AddVerify(app);
}

}  // namespace suyuan
