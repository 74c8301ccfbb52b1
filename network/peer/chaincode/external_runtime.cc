#include "network/peer/chaincode/external_runtime.h"

#include <grpcpp/security/credentials.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "network/peer/chaincode/chaincode_stream.h"
#include "network/rpc/credentials.h"

namespace suyuan {
namespace {

class ConnectionReader {
 public:
  explicit ConnectionReader(absl::string_view text)
      : json_(nlohmann::json::parse(text.begin(), text.end(), nullptr, false)) {}

  void Text(const char* field, std::string* value) {
    const nlohmann::json* found = Find(field);
    if (found == nullptr) return;
    if (!found->is_string()) return Mistake(field, "is not a text");
    *value = found->get<std::string>();
  }
  void Bool(const char* field, bool* value) {
    const nlohmann::json* found = Find(field);
    if (found == nullptr) return;
    if (!found->is_boolean()) return Mistake(field, "is not true or false");
    *value = found->get<bool>();
  }
  void Duration(const char* field, absl::Duration* value) {
    std::string text;
    this->Text(field, &text);
    if (!text.empty() && !absl::ParseDuration(text, value)) Mistake(field, "is not a duration");
  }
  void Mistake(const char* field, absl::string_view why) {
    if (status_.ok()) {
      status_ = absl::InvalidArgumentError(absl::StrCat("connection.json: '", field, "' ", why));
    }
  }
  const absl::Status& status() const { return status_; }

 private:
  const nlohmann::json* Find(const char* field) {
    if (!json_.is_object()) {
      Mistake(field, "cannot be read: not a JSON object");
      return nullptr;
    }
    const auto found = json_.find(field);
    return found == json_.end() ? nullptr : &*found;
  }

  const nlohmann::json json_;
  absl::Status status_;
};

std::shared_ptr<grpc::ChannelCredentials> Credentials(const ExternalConnection& connection) {
  if (!connection.tls_required) return grpc::InsecureChannelCredentials();
  const TlsIdentity client = {connection.client_cert, connection.client_key};
  return MakeChannelCredentials(connection.root_cert,
                                connection.client_auth_required ? &client : nullptr);
}

class ExternalRuntime : public ChaincodeRuntime {
 public:
  explicit ExternalRuntime(ExternalRuntimeDeps deps) : deps_(std::move(deps)) {}

  ~ExternalRuntime() override {
    const std::shared_ptr<ChaincodeStream> last = stream();
    if (last == nullptr) return;
    last->Cancel();
    last->AwaitEnd();
  }

  void Execute(std::shared_ptr<TransactionContext> context, const ::protos::ChaincodeInput& input,
               ExecuteDone done) override {
    if (Stream(nullptr)->Run(context, input, done)) return;
    // It ended in the meantime: once more on a new one.
    if (Stream(stream())->Run(context, input, done)) return;
    done(absl::UnavailableError("chaincode stream terminated"));
  }

 private:
  std::shared_ptr<ChaincodeStream> stream() {
    absl::MutexLock lock(&mutex_);
    return stream_;
  }

  // The stream in use, a new one when there is none or it is `ended`.
  std::shared_ptr<ChaincodeStream> Stream(const std::shared_ptr<ChaincodeStream>& ended) {
    absl::MutexLock lock(&mutex_);
    if (stream_ == nullptr || stream_ == ended) {
      // A channel of its own: one that failed before would answer without trying again.
      stream_ = std::make_shared<ChaincodeStream>(
          deps_, MakeChannel(deps_.connection.address, Credentials(deps_.connection), ""));
      stream_->Start();
    }
    return stream_;
  }

  const ExternalRuntimeDeps deps_;
  absl::Mutex mutex_;
  std::shared_ptr<ChaincodeStream> stream_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<ExternalConnection> ParseExternalConnection(absl::string_view json) {
  ConnectionReader reader(json);
  ExternalConnection connection;
  reader.Text("address", &connection.address);
  reader.Duration("dial_timeout", &connection.dial_timeout);
  reader.Bool("tls_required", &connection.tls_required);
  reader.Bool("client_auth_required", &connection.client_auth_required);
  reader.Text("root_cert", &connection.root_cert);
  reader.Text("client_cert", &connection.client_cert);
  reader.Text("client_key", &connection.client_key);
  if (connection.address.empty()) reader.Mistake("address", "is missing");
  if (connection.tls_required && connection.root_cert.empty()) {
    reader.Mistake("root_cert", "is missing, although tls_required is true");
  }
  if (!reader.status().ok()) return reader.status();
  return connection;
}

std::shared_ptr<ChaincodeRuntime> MakeExternalRuntime(ExternalRuntimeDeps deps) {
  return std::make_shared<ExternalRuntime>(std::move(deps));
}

}  // namespace suyuan
