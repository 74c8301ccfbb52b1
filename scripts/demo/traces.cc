#include <algorithm>
#include <iostream>
#include <set>

#include "absl/strings/str_cat.h"
#include "chaincode/epcis/identifier.h"
#include "network/common/status_macros.h"
#include "scripts/demo/chapters.h"

namespace suyuan::demo {
namespace {

using nlohmann::json;

constexpr char kBottle[] = "BT-03";

// An answer of Events:Trace, as a tree to print.
class Tree {
 public:
  Tree(const Stage& stage, const json& trace, bool forward) : stage_(stage), forward_(forward) {
    for (const json& edge : trace.at("edges")) {
      const Edge one{edge.at("from"), edge.at("to"), edge.at("event"), edge.at("reason")};
      // A container is told below what it carries, whichever way the trace goes.
      const bool up = forward_ || one.reason == "aggregation";
      edges_[up ? one.from : one.to].push_back(one);
    }
  }

  void Print(const std::string& root) {
    std::cout << "    " << Describe(root) << "\n";
    PrintBelow(root, "    ");
  }

 private:
  struct Edge {
    std::string from, to, event, reason;
  };

  std::string Describe(const std::string& id) const {
    const Name name = stage_.chain.ProductName(id);
    return absl::StrCat(stage_.chain.ShortName(id), name.zh.empty() ? "" : "  ",
                        name.zh.empty() ? "" : name.Both());
  }
  // How much of `from` the event speaks of.
  static std::string Moved(const ChainEvent& one, const std::string& from) {
    for (const auto* list : {&one.event.input_quantities, &one.event.child_quantities}) {
      for (const epcis::Quantity& quantity : *list) {
        if (epcis::UnitId(quantity.epc_class) == from) return AmountText(quantity);
      }
    }
    return "";
  }
  std::string Line(const Edge& edge, const std::string& next) const {
    const ChainEvent* one = stage_.chain.FindEvent(edge.event);
    if (one == nullptr) return absl::StrCat(edge.reason, " ", Describe(next));
    const std::string moved = Moved(*one, edge.from);
    const char* how = edge.reason == "aggregation" ? " on " : forward_ ? " into " : " of ";
    return absl::StrCat(Day(one->time), ": ", moved, how, Describe(next));
  }
  void PrintBelow(const std::string& id, const std::string& indent) {
    if (!printed_.insert(id).second) return;
    const auto& edges = edges_[id];
    for (size_t i = 0; i < edges.size(); ++i) {
      const bool last = i + 1 == edges.size();
      const std::string& next = edges[i].from == id ? edges[i].to : edges[i].from;
      const bool again = printed_.count(next) > 0 && !edges_[next].empty();
      std::cout << indent << (last ? "└─ " : "├─ ") << Line(edges[i], next)
                << (again ? " (see above)" : "") << "\n";
      PrintBelow(next, indent + (last ? "   " : "│  "));
    }
  }

  const Stage& stage_;
  const bool forward_;
  std::map<std::string, std::vector<Edge>> edges_;
  std::set<std::string> printed_;
};

}  // namespace

absl::Status TellTrace(const Stage& stage, const std::string& lot, epcis::Direction direction) {
  const bool forward = direction == epcis::Direction::kForward;
  const std::string word = forward ? "forward" : "backward";
  const std::string& epc = stage.EpcOf(lot);
  SUYUAN_ASSIGN_OR_RETURN(
      const json trace,
      stage.alliance.Ask({stage.Regulator(), "Events", "Trace", {word, epc, "[]"}}));
  Tree(stage, trace, forward).Print(trace.at("root"));
  std::set<std::string> found, expected;
  for (const json& node : trace.at("nodes")) found.insert(node.at("id"));
  SUYUAN_ASSIGN_OR_RETURN(const epcis::Trace documents, stage.chain.Walk(epc, direction));
  for (const epcis::TraceNode& node : documents.nodes) expected.insert(node.id);
  stage.story.Expect(found == expected,
                     absl::StrCat(found.size(), " units, the same that the documents alone give"));
  stage.story.Tell(absl::StrCat("$ suyuan trace ", word, " ", epc, " --tree"));
  return absl::OkStatus();
}

absl::Status ShowOrigin(const Stage& stage) {
  stage.story.Chapter(absl::StrCat("What is in bottle lot ", kBottle, "? Backward trace"));
  return TellTrace(stage, kBottle, epcis::Direction::kBackward);
}

}  // namespace suyuan::demo
