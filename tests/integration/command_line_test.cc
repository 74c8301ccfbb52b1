// Contracts called with the tool alone.
#include <catch2/catch.hpp>

#include "network/common/file_util.h"
#include "tests/integration/network_or_fail.h"
#include "tests/support/administration.h"

namespace suyuan {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

TEST_CASE("A contract is called from the command line", "[integration][command_line]") {
  const auto network = UpOrFail("commandLine", {"--orgs", "2"});
  const std::string tool = (BuildDir() / "bin" / "suyuan").string();
  const std::string connection = (network->dir() / "connection.json").string();
  const auto words = [&](const std::string& kind, const Words& rest) {
    return Join({{"chaincode", kind, "--connection", connection}, rest});
  };
  const auto call = [&](const std::string& kind, const Words& rest) {
    return RunTool("suyuan", words(kind, rest), network->dir());
  };
  // stdout is the result, alone.
  const auto result = [&](const std::string& kind, const Words& rest) {
    const auto ran = RunCommand(Join({{tool}, words(kind, rest)}));
    REQUIRE(ran.ok());
    CHECK(ran->exit_status == 0);
    return ran->output;
  };
  const Words asset = {"--org", "producer", "--name", "asset"};

  // Dashes and brackets are the contract's.
  ToolResult created =
      call("submit", Join({asset, {"CreateAsset", "--a1", "[red,blue]", "5", "-Li", "300"}}));
  INFO(created.output);
  CHECK(created.exit_status == 0);
  CHECK_THAT(created.output, StartsWith("transaction ") && Contains("committed in block "));
  const Words as_distributor = {"--org", "DistributorMSP", "--user", "admin", "--name", "asset"};
  const auto read = nlohmann::json::parse(
      result("evaluate", Join({as_distributor, {"ReadAsset", "--a1"}})), nullptr, false);
  CHECK(read["ID"] == "--a1");
  CHECK(read["Color"] == "[red,blue]");
  CHECK(read["Owner"] == "-Li");
  CHECK(result("submit", Join({asset, {"TransferAsset", "--a1", "Wu"}})) == "-Li\n");
  CHECK(result("evaluate",
               Join({asset, {"--endorsing-orgs", "distributor", "AssetExists", "--a1"}})) ==
        "true\n");
  const std::string secret = (network->dir() / "secret").string();
  REQUIRE(WriteFileAtomically(secret, "price=300").ok());
  CHECK(result("evaluate",
               Join({asset, {"--transient", "key=@" + secret, "ReadTransient", "key"}})) ==
        "price=300\n");
  const ToolResult ordered =
      call("submit", Join({asset, {"--no-wait", "CreateAsset", "a2", "red", "5", "Li", "300"}}));
  CHECK(ordered.exit_status == 0);
  CHECK_THAT(ordered.output, Contains("not waited for"));

  const auto refused = [&](const std::string& kind, const Words& rest, int status = 1) {
    const ToolResult ran = call(kind, rest);
    CHECK(ran.exit_status == status);
    return ran.output;
  };
  CHECK_THAT(refused("evaluate", Join({asset, {"ReadAsset", "nowhere"}})),
             StartsWith("suyuan: evaluate: ") && Contains("nowhere does not exist"));
  CHECK_THAT(refused("submit", Join({asset, {"DeleteAsset", "nowhere"}})),
             Contains("nowhere does not exist"));
  CHECK_THAT(refused("submit", Join({asset,
                                     {"--endorsing-orgs", "producer", "CreateAsset", "a3", "red",
                                      "5", "Li", "300"}})),
             Contains("suyuan: ENDORSEMENT_POLICY_FAILURE (10): "));
  CHECK_THAT(refused("evaluate", {"--org", "nobody", "--name", "asset", "F"}),
             Contains("no organisation 'nobody'; there are: producer, distributor"));
  CHECK_THAT(refused("evaluate", Join({asset, {"--user", "nobody", "F"}})),
             Contains("no user 'nobody' of ProducerMSP; there are: admin, user1"));
  CHECK_THAT(refused("evaluate", asset), Contains("FUNCTION is missing"));
  CHECK_THAT(refused("evaluate", {"F"}, 2), Contains("--org"));
  CHECK_THAT(refused("evaluate", Join({asset, {"--transient", "key", "F"}})),
             Contains("--transient: 'key' is not KEY=VALUE"));
}

}  // namespace
}  // namespace suyuan
