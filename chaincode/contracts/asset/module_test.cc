// The asset module as a peer meets it: dlopen, one symbol, a C host.
#include <dlfcn.h>

#include <catch2/catch.hpp>
#include <cstdlib>

#include "chaincode/shim/testing/mock_ledger.h"
#include "network/common/chaincode_module.h"
#include "protos/peer/chaincode.pb.h"
#include "protos/peer/chaincode_event.pb.h"
#include "protos/peer/proposal_response.pb.h"

namespace suyuan {
namespace {

void Assign(void* context, SuyuanBytes bytes) {
  static_cast<std::string*>(context)->assign(bytes.data, bytes.size);
}

// SuyuanHost over a MockStub's transport.
int Request(void* context, int32_t type, SuyuanBytes payload, SuyuanSink result) {
  auto answer = static_cast<testing::MockStub*>(context)->transport()->Request(
      type, {payload.data, payload.size});
  const std::string text = answer.ok() ? *answer : std::string(answer.status().message());
  result.set(result.context, {text.data(), text.size()});
  return answer.ok() ? 1 : 0;
}

::protos::Response Invoke(const SuyuanChaincodeModule& module, testing::MockStub* peer,
                          const std::vector<std::string>& args, std::string* event) {
  ::protos::ChaincodeInput input;
  for (const std::string& arg : args) input.add_args(arg);
  const std::string bytes = input.SerializeAsString();
  const SuyuanTransaction transaction{{"t1", 2}, {"trace", 5}, {bytes.data(), bytes.size()}, {}, 0};
  const SuyuanHost host{peer, Request};
  std::string out;
  module.invoke(&transaction, &host, {&out, Assign}, {event, Assign});
  ::protos::Response response;
  REQUIRE(response.ParseFromString(out));
  return response;
}

TEST_CASE("The asset module runs over the C interface") {
  const std::string path =
      std::string(std::getenv("SUYUAN_BUILD_DIR") ? std::getenv("SUYUAN_BUILD_DIR")
                                                  : "build/release") +
      "/lib/libsuyuan_asset.so";
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  INFO((library ? "" : dlerror()));
  REQUIRE(library != nullptr);
  const auto entry =
      reinterpret_cast<SuyuanChaincodeModuleFunction>(dlsym(library, "suyuan_chaincode_module"));
  REQUIRE(entry != nullptr);
  const SuyuanChaincodeModule& module = *entry();
  CHECK(module.abi == SUYUAN_CHAINCODE_ABI);
  CHECK(std::string(module.name) == "asset");

  testing::MockLedger ledger;
  testing::MockStub peer(&ledger, {});
  std::string event;
  CHECK(Invoke(module, &peer, {"CreateAsset", "a1", "blue", "1", "T", "2"}, &event).status() ==
        200);
  ::protos::ChaincodeEvent parsed;
  REQUIRE(parsed.ParseFromString(event));
  CHECK(parsed.event_name() == "CreateAsset");
  REQUIRE(peer.Commit());

  testing::MockStub next(&ledger, {});
  event.clear();
  CHECK(Invoke(module, &next, {"ReadAsset", "a1"}, &event).payload().find("\"blue\"") !=
        std::string::npos);
  CHECK(event.empty());
  const auto refused = Invoke(module, &next, {"ReadAsset", "a2"}, &event);
  CHECK(refused.status() == 500);
  CHECK(refused.message() == "The asset a2 does not exist");
}

}  // namespace
}  // namespace suyuan
