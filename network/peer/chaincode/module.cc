#include "network/peer/chaincode/module.h"

#include <dlfcn.h>

#include <system_error>

#include "absl/strings/str_cat.h"
#include "network/common/chaincode_module.h"
#include "network/peer/chaincode/transaction_context.h"

namespace suyuan {
namespace {

SuyuanBytes Bytes(absl::string_view text) { return {text.data(), text.size()}; }

absl::string_view View(SuyuanBytes bytes) {
  return bytes.size == 0 ? absl::string_view() : absl::string_view(bytes.data, bytes.size);
}

// host.request: a request of the chaincode protocol as a plain call.
int Request(void* context, int32_t type, SuyuanBytes payload, SuyuanSink result) {
  const absl::StatusOr<std::string> answer =
      static_cast<TransactionContext*>(context)->Handle(type, View(payload));
  if (answer.ok()) {
    result.set(result.context, Bytes(*answer));
    return 1;
  }
  const std::string text(answer.status().message());
  result.set(result.context, Bytes(text));
  return 0;
}

template <typename Message>
struct Parsed {
  Message message;
  bool set = false;
  bool good = true;

  SuyuanSink Sink() {
    return {this, [](void* self, SuyuanBytes bytes) {
              auto* parsed = static_cast<Parsed*>(self);
              parsed->set = true;
              parsed->good =
                  parsed->message.ParseFromArray(bytes.data, static_cast<int>(bytes.size));
            }};
  }
};

class ModuleRuntime : public ChaincodeRuntime {
 public:
  explicit ModuleRuntime(const SuyuanChaincodeModule* module) : module_(module) {}

  void Execute(std::shared_ptr<TransactionContext> context, const ::protos::ChaincodeInput& input,
               ExecuteDone done) override {
    done(Run(*context, input));
  }

 private:
  absl::StatusOr<ChaincodeResult> Run(TransactionContext& context,
                                      const ::protos::ChaincodeInput& input) {
    const std::string input_bytes = input.SerializeAsString();
    const SuyuanTransaction transaction = {Bytes(context.tx_id()), Bytes(context.channel_id()),
                                           Bytes(input_bytes), Bytes(context.proposal_bytes()),
                                           input.is_init() ? 1 : 0};
    const SuyuanHost host = {&context, &Request};
    Parsed<::protos::Response> response;
    Parsed<::protos::ChaincodeEvent> event;
    module_->invoke(&transaction, &host, response.Sink(), event.Sink());
    if (!response.set || !response.good || !event.good) {
      return absl::InternalError("the chaincode module gave no proper response");
    }
    return ChaincodeResult{std::move(response.message), std::move(event.message)};
  }

  const SuyuanChaincodeModule* const module_;
};

absl::StatusOr<std::shared_ptr<ChaincodeRuntime>> Open(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    return absl::NotFoundError(absl::StrCat("no chaincode module ", path.string()));
  }
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    return absl::FailedPreconditionError(absl::StrCat("load chaincode module: ", dlerror()));
  }
  auto* function =
      reinterpret_cast<SuyuanChaincodeModuleFunction>(dlsym(handle, "suyuan_chaincode_module"));
  const SuyuanChaincodeModule* module = function == nullptr ? nullptr : function();
  if (module == nullptr || module->abi != SUYUAN_CHAINCODE_ABI || module->invoke == nullptr) {
    dlclose(handle);
    return absl::FailedPreconditionError(
        absl::StrCat(path.string(), " is not a chaincode module for this peer"));
  }
  return std::make_shared<ModuleRuntime>(module);
}

}  // namespace

absl::StatusOr<std::shared_ptr<ChaincodeRuntime>> ModuleLibrary::Load(const std::string& file) {
  absl::MutexLock lock(&mutex_);
  const auto found = loaded_.find(file);
  if (found != loaded_.end()) return found->second;
  absl::StatusOr<std::shared_ptr<ChaincodeRuntime>> runtime = Open(dir_ / file);
  if (runtime.ok()) loaded_[file] = *runtime;
  return runtime;
}

}  // namespace suyuan
