#include "tests/support/raw_client.h"

#include <google/protobuf/descriptor.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>

#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "network/common/check.h"
#include "network/common/file_util.h"
#include "protos/google/rpc/status.pb.h"

namespace suyuan {
namespace {

using nlohmann::json;

std::string Read(const json& file) {
  auto text = ReadFile(file.get<std::string>());
  SUYUAN_CHECK(text.ok());
  return *std::move(text);
}

grpc::ByteBuffer ToBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

std::string ToBytes(const grpc::ByteBuffer& buffer) {
  grpc::Slice slice;
  SUYUAN_CHECK(buffer.DumpToSingleSlice(&slice).ok());
  return std::string(reinterpret_cast<const char*>(slice.begin()), slice.size());
}

// One call of any kind, step by step.
class RawCall {
 public:
  RawCall(const std::shared_ptr<grpc::Channel>& node, const std::string& method)
      : stub_(node), context_(NewCall()) {
    call_ = stub_.PrepareCall(context_.get(), method, &queue_);
    call_->StartCall(this);
    Done();
  }
  void Write(const std::string& bytes) {
    call_->Write(ToBuffer(bytes), this);
    Done();
  }
  void WritesDone() {
    call_->WritesDone(this);
    Done();
  }
  bool Read(std::string* message) {
    grpc::ByteBuffer buffer;
    call_->Read(&buffer, this);
    if (!Done()) return false;
    *message = ToBytes(buffer);
    return true;
  }
  grpc::Status Finish() {
    grpc::Status status;
    call_->Finish(&status, this);
    Done();
    return status;
  }

 private:
  bool Done() {
    void* tag = nullptr;
    bool ok = false;
    SUYUAN_CHECK(queue_.Next(&tag, &ok));
    return ok;
  }

  grpc::GenericStub stub_;
  std::unique_ptr<grpc::ClientContext> context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call_;
};

}  // namespace

std::shared_ptr<grpc::Channel> Dial(const json& node) {
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = Read(node.at("tlsCaCert"));
  grpc::ChannelArguments arguments;
  arguments.SetMaxSendMessageSize(-1);
  arguments.SetMaxReceiveMessageSize(-1);
  arguments.SetSslTargetNameOverride(node.at("serverName"));
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return grpc::CreateCustomChannel(node.at("endpoint"), grpc::SslCredentials(tls), arguments);
}

std::unique_ptr<grpc::ClientContext> NewCall() {
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(60)));
  return context;
}

SignerPtr LoadUser(const TestNetwork& network, const std::string& org, const std::string& user) {
  const json& organization = network.Organization(org);
  const json& files = organization.at("users").at(user);
  auto signer = MakeSigningIdentity(organization.at("mspId").get<std::string>(),
                                    Read(files.at("cert")), Read(files.at("key")));
  SUYUAN_CHECK(signer.ok());
  return *std::move(signer);
}

SignerPtr IssueMember(const TestNetwork& network, const std::string& org,
                      const CertificateTemplate& t) {
  const json& organization = network.Organization(org);
  const auto ca = LoadCertificate(organization.at("caCert").get<std::string>());
  const auto ca_key = LoadKey(organization.at("caKey").get<std::string>());
  const auto key = PrivateKey::Generate(KeyAlgorithm::kEcdsaP256);
  SUYUAN_CHECK(ca.ok() && ca_key.ok() && key.ok());
  const auto certificate = IssueCertificate(t, *(*key)->public_key(), ca->get(), **ca_key);
  SUYUAN_CHECK(certificate.ok());
  auto signer = MakeSigningIdentity(organization.at("mspId").get<std::string>(),
                                    (*certificate)->ToPem(), (*key)->ToPem());
  SUYUAN_CHECK(signer.ok());
  return *std::move(signer);
}

std::vector<::gateway::ErrorDetail> DetailsOf(const grpc::Status& status) {
  ::google::rpc::Status rich;
  rich.ParseFromString(status.error_details());
  std::vector<::gateway::ErrorDetail> details;
  for (const auto& any : rich.details()) any.UnpackTo(&details.emplace_back());
  return details;
}

StreamAnswer SendEnvelope(const std::shared_ptr<grpc::Channel>& node, const std::string& method,
                          const ::common::Envelope& envelope) {
  RawCall call(node, method);
  call.Write(envelope.SerializeAsString());
  StreamAnswer answer;
  for (std::string bytes; call.Read(&bytes);) {
    // Status is field 1 of all three messages; a BroadcastResponse has info beside it.
    ::orderer::BroadcastResponse response;
    const bool is_status = response.ParseFromString(bytes) && response.status() != 0;
    if (!is_status) {
      ++answer.blocks;
      continue;
    }
    answer.status = response.status();
    answer.info = response.info();
    break;
  }
  call.WritesDone();
  for (std::string rest; call.Read(&rest);) {
  }
  answer.ended = call.Finish();
  return answer;
}

RawAnswer SendBytes(const std::shared_ptr<grpc::Channel>& node, const std::string& method,
                    const std::string& bytes) {
  RawCall call(node, method);
  call.Write(bytes);
  call.WritesDone();
  RawAnswer answer;
  for (std::string message; call.Read(&message);) answer.messages.push_back(std::move(message));
  answer.ended = call.Finish();
  return answer;
}

std::vector<std::string> MethodsOf(const std::string& service) {
  const auto* descriptor =
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(service);
  SUYUAN_CHECK(descriptor != nullptr);
  std::vector<std::string> methods;
  for (int i = 0; i < descriptor->method_count(); ++i) {
    methods.push_back(absl::StrCat("/", service, "/", descriptor->method(i)->name()));
  }
  return methods;
}

uint64_t ResidentBytes(const TestNetwork& network, const std::string& node) {
  const auto pid = ReadFile(network.dir() / "nodes" / node / "pid");
  if (!pid.ok()) return 0;
  std::ifstream status("/proc/" + std::to_string(std::stol(*pid)) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmRSS:", 0) == 0) return std::stoull(line.substr(6)) * 1024;
  }
  return 0;
}

}  // namespace suyuan
