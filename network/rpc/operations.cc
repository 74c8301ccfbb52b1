#include "network/rpc/operations.h"

#include <arpa/inet.h>
#include <civetweb.h>
#include <netinet/in.h>
#include <prometheus/text_serializer.h>
#include <sys/socket.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "network/common/file_util.h"
#include "network/common/log.h"

namespace suyuan {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMaxBodyBytes = 4096;

struct Response {
  int code = 200;
  std::string body;
  const char* content_type = "application/json";
};

int Send(mg_connection* connection, const Response& response) {
  mg_printf(connection,
            "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
            "Cache-Control: no-store\r\n\r\n",
            response.code, mg_get_response_code_text(connection, response.code),
            response.content_type, response.body.size());
  mg_write(connection, response.body.data(), response.body.size());
  return response.code;
}

std::string ReadBody(mg_connection* connection) {
  std::string body(kMaxBodyBytes, '\0');
  size_t size = 0;
  while (size < body.size()) {
    const int got = mg_read(connection, &body[size], body.size() - size);
    if (got <= 0) break;
    size += static_cast<size_t>(got);
  }
  body.resize(size);
  return body;
}

Response Failure(int code, absl::string_view reason) {
  return {code, Json{{"error", std::string(reason)}}.dump() + "\n"};
}

Response LogSpec() { return {200, Json{{"spec", GetLogSpec()}}.dump() + "\n"}; }

Response PutLogSpec(const std::string& body) {
  const Json json = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("spec") || !json["spec"].is_string()) {
    return Failure(400, "body: expected {\"spec\": \"info:room=debug\"}");
  }
  const absl::Status status = SetLogSpec(json["spec"].get<std::string>());
  if (!status.ok()) return Failure(400, absl::StrCat("spec: ", status.message()));
  Log("operations").Info("log levels changed", {{"spec", GetLogSpec()}});
  return LogSpec();
}

// To a port of this machine; nothing is said.
void Connect(int port) {
  const FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  (void)::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address));
}

class CivetOperationsServer final : public OperationsServer {
 public:
  explicit CivetOperationsServer(std::shared_ptr<prometheus::Registry> registry)
      : registry_(std::move(registry)) {}
  ~CivetOperationsServer() override {
    if (context_ == nullptr) return;
    // Civetweb looks at its stop flag every two seconds, or when somebody connects.
    std::atomic<bool> stopped = false;
    std::thread waker([this, &stopped] {
      while (!stopped) {
        Connect(port_);
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
      }
    });
    mg_stop(context_);
    stopped = true;
    waker.join();
  }

  absl::Status Listen(const std::string& listen) {
    const char* options[] = {"listening_ports",    listen.c_str(), "num_threads", "2",
                             "request_timeout_ms", "5000",         nullptr};
    mg_callbacks callbacks{};
    callbacks.log_message = [](const mg_connection*, const char*) { return 1; };
    mg_init_data init{&callbacks, nullptr, options};
    char text[256] = "";
    mg_error_data error{};
    error.text = text;
    error.text_buffer_size = sizeof(text);
    context_ = mg_start2(&init, &error);
    if (context_ == nullptr) {
      return absl::UnavailableError(
          absl::StrCat("cannot listen on ", listen, " for operations: ", text));
    }
    mg_server_port port{};
    mg_get_server_ports(context_, 1, &port);
    port_ = port.port;
    address_ = absl::StrCat(listen.substr(0, listen.rfind(':')), ":", port_);
    Route<&CivetOperationsServer::Health>("/healthz");
    Route<&CivetOperationsServer::Metrics>("/metrics");
    Route<&CivetOperationsServer::LogLevels>("/logspec");
    Route<&CivetOperationsServer::Version>("/version");
    return absl::OkStatus();
  }

  int port() const override { return port_; }
  const std::string& address() const override { return address_; }

  void AddHealthCheck(const std::string& component, std::function<absl::Status()> check) override {
    absl::MutexLock lock(&mutex_);
    checks_[component] = std::move(check);
  }

 private:
  using Handler = Response (CivetOperationsServer::*)(mg_connection*, const std::string& method);

  template <Handler handler>
  void Route(const char* path) {
    mg_set_request_handler(
        context_, path,
        [](mg_connection* connection, void* self) {
          const std::string method = mg_get_request_info(connection)->request_method;
          return Send(connection,
                      (static_cast<CivetOperationsServer*>(self)->*handler)(connection, method));
        },
        this);
  }

  Response Health(mg_connection*, const std::string& method) {
    if (method != "GET") return Failure(405, "GET only");
    std::map<std::string, std::function<absl::Status()>> checks;
    {
      absl::MutexLock lock(&mutex_);
      checks = checks_;
    }
    Json failed = Json::array();
    for (const auto& [component, check] : checks) {
      const absl::Status status = check();
      if (status.ok()) continue;
      failed.push_back({{"component", component}, {"reason", std::string(status.message())}});
    }
    if (failed.empty()) return {200, "{\"status\":\"OK\"}\n"};
    const Json body{{"status", "Service Unavailable"}, {"failed_checks", failed}};
    return {503, body.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"};
  }

  Response Metrics(mg_connection*, const std::string& method) {
    if (method != "GET") return Failure(405, "GET only");
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, registry_->Collect());
    return {200, out.str(), "text/plain; version=0.0.4; charset=utf-8"};
  }

  Response LogLevels(mg_connection* connection, const std::string& method) {
    if (method == "GET") return LogSpec();
    if (method == "PUT") return PutLogSpec(ReadBody(connection));
    return Failure(405, "GET and PUT only");
  }

  Response Version(mg_connection*, const std::string& method) {
    if (method != "GET") return Failure(405, "GET only");
    return {200, Json{{"version", SUYUAN_VERSION}}.dump() + "\n"};
  }

  const std::shared_ptr<prometheus::Registry> registry_;
  mg_context* context_ = nullptr;
  int port_ = 0;
  std::string address_;
  absl::Mutex mutex_;
  std::map<std::string, std::function<absl::Status()>> checks_ ABSL_GUARDED_BY(mutex_);
};

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

}  // namespace

absl::StatusOr<std::unique_ptr<OperationsServer>> OperationsServer::Start(
    const std::string& listen, std::shared_ptr<prometheus::Registry> registry) {
  auto server = std::make_unique<CivetOperationsServer>(std::move(registry));
  if (absl::Status status = server->Listen(listen); !status.ok()) return status;
  return server;
}

absl::Status WriteReadyFile(const std::string& path, const std::string& listen,
                            const std::string& operations) {
  if (path.empty()) return absl::OkStatus();
  const Json body{{"listen", listen}, {"operations", operations}};
  return WriteFileAtomically(path, body.dump() + "\n");
}

void PrepareProcess() {
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
}

void AwaitStopSignal() {
  const sigset_t signals = StopSignals();
  int received = 0;
  while (sigwait(&signals, &received) != 0) {
  }
}

}  // namespace suyuan
