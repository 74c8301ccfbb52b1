// Somebody at a terminal of a test network, with the tool alone. Each failure fails the test case
// that runs; so not from other threads than its own.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "network/common/file_util.h"
#include "network/common/testing/process.h"
#include "tests/support/administration.h"
#include "tests/support/operator.h"

namespace suyuan {

// Ledger height that a node's metrics tell; -1 when it does not answer.
inline double HeightOf(const Operator& at, const std::string& peer) {
  const std::string metrics = at.Metrics(peer);
  for (const absl::string_view line : absl::StrSplit(metrics, '\n')) {
    double height = 0;
    if (line.rfind("suyuan_peer_ledger_height", 0) == 0 &&
        absl::SimpleAtod(line.substr(line.rfind(' ') + 1), &height)) {
      return height;
    }
  }
  return -1;
}

// Until every peer has what one of them has now: whoever is asked next knows of all that was done.
inline void AwaitSameHeight(const TestNetwork& network) {
  const Operator at(network);
  std::map<std::string, double> heights;
  double highest = 0;
  for (const std::string& peer : network.Peers()) {
    heights[peer] = HeightOf(at, peer);
    highest = std::max(highest, heights[peer]);
  }
  for (const auto& [peer, height] : heights) {
    INFO(peer);
    REQUIRE((height >= highest || AwaitCondition(absl::Seconds(60), [&, &name = peer] {
               return HeightOf(at, name) >= highest;
             })));
  }
}

// The network outlives it.
class Desk {
 public:
  Desk(const TestNetwork& network, const std::string& org, const std::string& user = "user1")
      : network_(network),
        who_({"--connection", (network.dir() / "connection.json").string(), "--org", org, "--user",
              user}) {}

  // What the command prints, line by line; it must succeed. All peers have then what it did.
  std::vector<nlohmann::json> Lines(const Words& words) const {
    const Answer answer = Run(words);
    INFO(absl::StrCat("suyuan ", absl::StrJoin(words, " "), ": ", answer.output));
    REQUIRE(answer.exit_status == 0);
    return answer.lines;
  }
  nlohmann::json Line(const Words& words) const {
    const auto lines = Lines(words);
    REQUIRE(lines.size() == 1);
    return lines[0];
  }
  // Why it is refused, with exit status 1: all that it prints, the reason on stderr too.
  std::string Refusal(const Words& words) const {
    const ToolResult ran = RunTool("suyuan", Join({words, who_}), network_.dir());
    INFO(absl::StrCat("suyuan ", absl::StrJoin(words, " "), ": ", ran.output));
    CHECK(ran.exit_status == 1);
    AwaitChange(ran.output);
    return ran.output;
  }
  // What it prints as it is.
  std::string Text(const Words& words) const {
    const Answer answer = Run(words);
    INFO(absl::StrCat("suyuan ", absl::StrJoin(words, " "), ": ", answer.output));
    REQUIRE(answer.exit_status == 0);
    return answer.output;
  }

  // `document` as a file in the network's folder; its path.
  std::string File(const std::string& document) const {
    static int number = 0;
    const std::string path =
        (network_.dir() / absl::StrCat("document", ++number, ".jsonld")).string();
    REQUIRE(WriteFileAtomically(path, document).ok());
    return path;
  }
  // The document's events, all of which must be stored; a line for each of them, then the job.
  std::vector<nlohmann::json> Capture(const std::string& document) const {
    return Lines({"epcis", "capture", File(document)});
  }
  // Why the document is refused.
  std::string CaptureRefusal(const std::string& document) const {
    return Refusal({"epcis", "capture", File(document)});
  }

 private:
  struct Answer {
    int exit_status = -1;
    std::string output;
    std::vector<nlohmann::json> lines;
  };
  Answer Run(const Words& words) const {
    const auto ran = RunCommand(Join({{(BuildDir() / "bin" / "suyuan").string()}, words, who_}));
    REQUIRE(ran.ok());
    Answer answer{ran->exit_status, ran->output, {}};
    for (const auto line : absl::StrSplit(ran->output, '\n', absl::SkipEmpty())) {
      answer.lines.push_back(nlohmann::json::parse(line.begin(), line.end(), nullptr, false));
    }
    AwaitChange(answer.output);
    return answer;
  }
  // What was no question has left a block, also the capture of what was refused.
  void AwaitChange(const std::string& output) const {
    if (absl::StrContains(output, "\"block\":") || absl::StrContains(output, "\"captureID\":")) {
      AwaitSameHeight(network_);
    }
  }

  const TestNetwork& network_;
  const Words who_;
};

// A council of these organisations ("producer"), of which the regulator supervises, each on file
// with what a seller must tell; then products of the producer, approved.
inline void FoundCouncil(const TestNetwork& network, const std::vector<std::string>& orgs) {
  nlohmann::json members = nlohmann::json::array();
  for (const std::string& org : orgs) members.push_back(Administration(network).MspId(org));
  Desk(network, "regulator", "admin")
      .Line({"council", "found",
             nlohmann::json{{"members", members},
                            {"supervisors", nlohmann::json::array({"RegulatorMSP"})}}
                 .dump()});
  for (const std::string& org : orgs) {
    Desk(network, org)
        .Line({"organization", "register",
               nlohmann::json{{"name", org}, {"address", "Bengbu"}}.dump()});
  }
}
inline void ApproveProduct(const TestNetwork& network, const std::string& gtin,
                           const nlohmann::json& information) {
  Desk(network, "producer").Line({"product", "register", gtin, information.dump()});
  Desk(network, "regulator").Line({"product", "approve", gtin});
}

}  // namespace suyuan
