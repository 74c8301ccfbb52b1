#include "network/peer/chaincode/chaincode_host.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "network/common/status_macros.h"
#include "network/peer/chaincode/init_once.h"
#include "network/peer/chaincode/runtime_finder.h"
#include "network/peer/chaincode/system_chaincode.h"
#include "network/peer/chaincode/transaction_context.h"

namespace suyuan {
namespace {

constexpr size_t kMaxCallDepth = 16;

absl::StatusOr<std::shared_ptr<const Collections>> ParseCollections(
    const ChaincodeDefinition& definition) {
  ::protos::CollectionConfigPackage package;
  if (!package.ParseFromString(definition.collections)) {
    return absl::DataLossError(absl::StrCat("malformed collections of ", definition.name));
  }
  auto collections = std::make_shared<Collections>();
  for (const auto& config : package.config()) {
    const auto& one = config.static_collection_config();
    (*collections)[one.name()] = one;
  }
  return std::shared_ptr<const Collections>(std::move(collections));
}

struct CalleeName {
  std::string name;
  std::string channel;  // empty: the caller's
};

// "NAME", "NAME:VERSION" or "NAME/CHANNEL".
CalleeName ParseCalleeName(absl::string_view text) {
  CalleeName callee;
  const size_t slash = text.find('/');
  if (slash != absl::string_view::npos) callee.channel = std::string(text.substr(slash + 1));
  text = text.substr(0, slash);
  callee.name = std::string(text.substr(0, text.find(':')));
  return callee;
}

class ChaincodeHostImpl : public ChaincodeHost {
 public:
  ChaincodeHostImpl(ChaincodeHostDeps deps, std::unique_ptr<PackageStore> packages)
      : deps_(std::move(deps)), packages_(std::move(packages)), finder_(FinderDeps()) {}

  std::vector<std::string> Runnable(PeerChannel& channel) override;
  absl::StatusOr<std::shared_ptr<const ResolvedChaincode>> Resolve(PeerChannel& channel,
                                                                   Simulator& simulator,
                                                                   absl::string_view name) override;
  void Execute(std::shared_ptr<const ResolvedChaincode> chaincode, ChaincodeCall call,
               ExecuteDone done) override;
  void set_system_chaincodes(const SystemChaincodes* system) override { system_ = system; }
  PackageStore& packages() override { return *packages_; }
  const ChaincodeHostOptions& options() const override { return deps_.options; }

 private:
  // What was found for a name, good as long as its sequence key keeps this version;
  // the package approved for it may change with any block.
  struct Cached {
    Version version;
    uint64_t checked_height = 0;
    std::shared_ptr<const ResolvedChaincode> chaincode;
  };
  using CacheKey = std::pair<std::string, std::string>;  // channel, name

  RuntimeFinder::Deps FinderDeps();
  absl::StatusOr<std::shared_ptr<const ResolvedChaincode>> Load(const StateView& view,
                                                                absl::string_view name);
  absl::StatusOr<std::shared_ptr<const ResolvedChaincode>> Refresh(const StateView& view,
                                                                   const ResolvedChaincode& known);
  absl::StatusOr<::protos::Response> Call(const ChaincodeCall& caller, absl::string_view name,
                                          const ::protos::ChaincodeSpec& spec);
  absl::StatusOr<::protos::Response> CallUser(ChaincodeCall call, const std::string& name);
  absl::StatusOr<::protos::Response> CallSystem(const ChaincodeCall& call, const std::string& name);
  absl::StatusOr<std::shared_ptr<Transaction>> OnOtherChannel(const Transaction& from,
                                                              const std::string& channel);

  const ChaincodeHostDeps deps_;
  const std::unique_ptr<PackageStore> packages_;
  RuntimeFinder finder_;
  const SystemChaincodes* system_ = nullptr;
  absl::Mutex mutex_;
  std::map<CacheKey, Cached> cache_ ABSL_GUARDED_BY(mutex_);
};

RuntimeFinder::Deps ChaincodeHostImpl::FinderDeps() {
  RuntimeFinder::Deps finder;
  finder.msp_id = deps_.msp_id;
  finder.modules_dir = deps_.options.modules_dir;
  for (const LocalChaincode& local : deps_.options.local) {
    finder.local_modules[local.name] = local.module;
  }
  finder.packages = packages_.get();
  finder.pool = deps_.pool;
  return finder;
}

std::vector<std::string> ChaincodeHostImpl::Runnable(PeerChannel& channel) {
  std::vector<std::string> names;
  const auto view = channel.ledger().NewView();
  const auto definitions = ReadDefinitions(*view);
  if (!definitions.ok()) return names;
  for (const ChaincodeDefinition& definition : *definitions) {
    if (finder_.Find(*view, definition).ok()) names.push_back(definition.name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

// Resolving ---------------------------------------------------------------------

absl::StatusOr<std::shared_ptr<const ResolvedChaincode>> ChaincodeHostImpl::Resolve(
    PeerChannel& channel, Simulator& simulator, absl::string_view name) {
  SUYUAN_ASSIGN_OR_RETURN(const auto sequence,
                          simulator.GetState(kLifecycleNamespace, SequenceKey(name)));
  if (!sequence) return absl::NotFoundError(absl::StrCat("chaincode ", name, " not found"));
  const StateView& view = simulator.view();
  const CacheKey key(channel.id(), std::string(name));
  std::shared_ptr<const ResolvedChaincode> known;
  {
    absl::MutexLock lock(&mutex_);
    const auto found = cache_.find(key);
    if (found != cache_.end() && found->second.version == sequence->version) {
      if (found->second.checked_height == view.height()) return found->second.chaincode;
      known = found->second.chaincode;
    }
  }
  SUYUAN_ASSIGN_OR_RETURN(auto chaincode,
                          known == nullptr ? Load(view, name) : Refresh(view, *known));
  absl::MutexLock lock(&mutex_);
  cache_[key] = {sequence->version, view.height(), chaincode};
  return chaincode;
}

absl::StatusOr<std::shared_ptr<const ResolvedChaincode>> ChaincodeHostImpl::Load(
    const StateView& view, absl::string_view name) {
  SUYUAN_ASSIGN_OR_RETURN(auto definition, ReadDefinition(view, name));
  if (!definition) return absl::NotFoundError(absl::StrCat("chaincode ", name, " not found"));
  ResolvedChaincode chaincode;
  SUYUAN_ASSIGN_OR_RETURN(chaincode.collections, ParseCollections(*definition));
  SUYUAN_ASSIGN_OR_RETURN(chaincode.runtime, finder_.Find(view, *definition));
  chaincode.definition = *std::move(definition);
  return std::make_shared<const ResolvedChaincode>(std::move(chaincode));
}

absl::StatusOr<std::shared_ptr<const ResolvedChaincode>> ChaincodeHostImpl::Refresh(
    const StateView& view, const ResolvedChaincode& known) {
  ResolvedChaincode chaincode = known;
  SUYUAN_ASSIGN_OR_RETURN(chaincode.runtime, finder_.Find(view, known.definition));
  return std::make_shared<const ResolvedChaincode>(std::move(chaincode));
}

// Executing ---------------------------------------------------------------------

void ChaincodeHostImpl::Execute(std::shared_ptr<const ResolvedChaincode> chaincode,
                                ChaincodeCall call, ExecuteDone done) {
  const std::string& name = chaincode->definition.name;
  std::shared_ptr<Transaction> transaction = call.transaction;
  const absl::Status allowed =
      CheckInitOnce(chaincode->definition, call.input.is_init(), *transaction->simulator);
  if (!allowed.ok()) return done(allowed);
  if (std::find(transaction->called.begin(), transaction->called.end(), name) ==
      transaction->called.end()) {
    transaction->called.push_back(name);
  }
  TransactionContext::Deps context_deps;
  context_deps.clock = deps_.clock;
  context_deps.total_query_limit = deps_.options.total_query_limit;
  context_deps.call_chaincode = [this](const ChaincodeCall& caller, absl::string_view caller_name,
                                       const ::protos::ChaincodeSpec& spec) {
    return Call(caller, caller_name, spec);
  };
  const ::protos::ChaincodeInput input = call.input;
  auto context = std::make_shared<TransactionContext>(std::move(context_deps), std::move(call),
                                                      name, chaincode->collections);
  ChaincodeRuntime& runtime = *chaincode->runtime;
  runtime.Execute(
      context, input,
      [context, chaincode, clock = deps_.clock,
       done = std::move(done)](absl::StatusOr<ChaincodeResult> result) mutable {
        context->CloseQueries();
        if (result.ok() && clock->Now() > context->deadline()) {
          result = absl::DeadlineExceededError("timeout expired while executing transaction");
        }
        done(std::move(result));
      });
}

absl::StatusOr<::protos::Response> ChaincodeHostImpl::Call(const ChaincodeCall& caller,
                                                           absl::string_view caller_name,
                                                           const ::protos::ChaincodeSpec& spec) {
  const CalleeName callee = ParseCalleeName(spec.chaincode_id().name());
  const Transaction& from = *caller.transaction;
  ChaincodeCall call;
  call.input = spec.input();
  call.callers = caller.callers;
  call.callers.push_back(absl::StrCat(from.channel->id(), "/", caller_name));
  if (callee.channel.empty() || callee.channel == from.channel->id()) {
    call.transaction = caller.transaction;
  } else {
    SUYUAN_ASSIGN_OR_RETURN(call.transaction, OnOtherChannel(from, callee.channel));
  }
  const std::string here = absl::StrCat(call.transaction->channel->id(), "/", callee.name);
  if (std::find(call.callers.begin(), call.callers.end(), here) != call.callers.end()) {
    return absl::FailedPreconditionError(
        absl::StrCat("chaincode ", callee.name, " is already part of this chain of calls"));
  }
  if (call.callers.size() > kMaxCallDepth) {
    return absl::ResourceExhaustedError(
        absl::StrCat("more than ", kMaxCallDepth, " chaincodes call each other"));
  }
  return IsSystemChaincode(callee.name) ? CallSystem(call, callee.name)
                                        : CallUser(std::move(call), callee.name);
}

absl::StatusOr<std::shared_ptr<Transaction>> ChaincodeHostImpl::OnOtherChannel(
    const Transaction& from, const std::string& channel) {
  auto other = std::make_shared<Transaction>();
  other->channel_owner = deps_.channels->Find(channel);
  if (other->channel_owner == nullptr) {
    return absl::NotFoundError(absl::StrCat("could not find ledger for channel: ", channel));
  }
  const auto msps = other->channel_owner->config()->msps();
  SUYUAN_ASSIGN_OR_RETURN(other->creator, msps->Deserialize(from.creator->serialized()),
                          absl::StrCat("channel ", channel));
  SUYUAN_RETURN_IF_ERROR(msps->Validate(*other->creator), absl::StrCat("channel ", channel));
  other->tx_id = from.tx_id;
  other->channel = other->channel_owner.get();
  other->proposal = from.proposal;
  other->simulator = other->channel->ledger().NewSimulator();
  other->deadline = from.deadline;
  other->read_only = true;
  return other;
}

absl::StatusOr<::protos::Response> ChaincodeHostImpl::CallSystem(const ChaincodeCall& call,
                                                                 const std::string& name) {
  SystemChaincode* system = system_ == nullptr ? nullptr : system_->Find(name);
  if (system == nullptr) return absl::NotFoundError(absl::StrCat("chaincode ", name, " not found"));
  const Transaction& transaction = *call.transaction;
  SystemCall system_call;
  system_call.args.assign(call.input.args().begin(), call.input.args().end());
  system_call.channel = transaction.channel;
  system_call.proposal = transaction.proposal.get();
  system_call.creator = transaction.creator;
  system_call.simulator = system->simulates() ? transaction.simulator.get() : nullptr;
  system_call.from_chaincode = true;
  return system->Invoke(system_call);
}

absl::StatusOr<::protos::Response> ChaincodeHostImpl::CallUser(ChaincodeCall call,
                                                               const std::string& name) {
  PeerChannel& channel = *call.transaction->channel;
  SUYUAN_RETURN_IF_ERROR(channel.config()
                             ->GetAclPolicy("peer/ChaincodeToChaincode")
                             ->EvaluateIdentities({call.transaction->creator}),
                         "peer/ChaincodeToChaincode");
  SUYUAN_ASSIGN_OR_RETURN(auto chaincode, Resolve(channel, *call.transaction->simulator, name));
  absl::StatusOr<ChaincodeResult> result = absl::UnknownError("no result");
  absl::Notification finished;
  Execute(std::move(chaincode), std::move(call),
          [&result, &finished](absl::StatusOr<ChaincodeResult> r) {
            result = std::move(r);
            finished.Notify();
          });
  finished.WaitForNotification();
  if (!result.ok()) return result.status();
  return std::move(result->response);
}

}  // namespace

absl::StatusOr<std::unique_ptr<ChaincodeHost>> ChaincodeHost::Create(ChaincodeHostDeps deps) {
  SUYUAN_ASSIGN_OR_RETURN(auto packages, PackageStore::Open(deps.options.packages_dir));
  return std::make_unique<ChaincodeHostImpl>(std::move(deps), std::move(packages));
}

}  // namespace suyuan
