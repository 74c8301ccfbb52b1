#include <algorithm>
#include <iostream>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "network/common/status_macros.h"
#include "scripts/demo/chapters.h"

namespace suyuan::demo {
namespace {

constexpr char kContaminated[] = "SB-02";
constexpr char kBottle[] = "BT-03";

using LotSet = std::set<std::string>;

// One answer of TraceBackward or TraceForward, as a tree to print.
class Tree {
 public:
  Tree(const Stage& stage, const nlohmann::json& trace, bool forward)
      : stage_(stage), forward_(forward) {
    for (const auto& node : trace.at("nodes")) lots_[node.at("lot")] = node;
    for (const auto& edge : trace.at("edges")) {
      edges_[edge.at(forward ? "from" : "to")].push_back(edge);
    }
  }

  void Print(const std::string& root) {
    std::cout << "    " << Describe(root) << "\n";
    PrintBelow(root, "    ");
  }
  LotSet Lots() const {
    LotSet out;
    for (const auto& [lot, record] : lots_) out.insert(lot);
    return out;
  }

 private:
  std::string Describe(const std::string& id) const {
    const nlohmann::json& lot = lots_.at(id);
    const auto product = stage_.epcis.products.find(lot.value("product", ""));
    const std::string english =
        product == stage_.epcis.products.end() ? "" : absl::StrCat(" ", product->second.en);
    return absl::StrCat(id, "  ", lot.value("name", ""), english, ", ",
                        Amount(lot.value("quantity", int64_t{0}), lot.value("unit", "")),
                        " made; held by ", lot.value("owner", ""), Way(lot));
  }
  static std::string Way(const nlohmann::json& lot) {
    std::string out;
    for (const auto& s : lot.value("shipments", nlohmann::json::array())) {
      absl::StrAppend(&out, ", ", s.value("shipment", ""), " from ", s.value("from", ""));
    }
    return out;
  }
  std::string Used(const nlohmann::json& edge) const {
    const std::string unit = lots_.at(edge.at("from")).value("unit", "");
    return absl::StrCat(edge.value("transformation", ""), ": ",
                        Amount(edge.value("quantity", int64_t{0}), unit),
                        forward_ ? " into " : " of ");
  }
  void PrintBelow(const std::string& id, const std::string& indent) {
    if (!printed_.insert(id).second) return;
    const auto& edges = edges_[id];
    for (size_t i = 0; i < edges.size(); ++i) {
      const bool last = i + 1 == edges.size();
      const std::string next = edges[i].at(forward_ ? "to" : "from");
      const bool again = printed_.count(next) > 0 && !edges_[next].empty();
      std::cout << indent << (last ? "└─ " : "├─ ") << Used(edges[i]) << Describe(next)
                << (again ? " (see above)" : "") << "\n";
      PrintBelow(next, indent + (last ? "   " : "│  "));
    }
  }

  const Stage& stage_;
  const bool forward_;
  std::map<std::string, nlohmann::json> lots_;
  std::map<std::string, std::vector<nlohmann::json>> edges_;
  LotSet printed_;
};

// The same question answered from the EPCIS document alone.
LotSet Reached(const EpcisDocument& epcis, const std::string& root, bool forward) {
  LotSet reached{root};
  for (bool grown = true; grown;) {
    grown = false;
    for (const Event& event : epcis.events) {
      if (event.kind != EventKind::kTransformation) continue;
      for (const LotQuantity& input : event.inputs) {
        for (const LotQuantity& output : event.outputs) {
          const std::string& from = forward ? input.lot : output.lot;
          const std::string& to = forward ? output.lot : input.lot;
          if (reached.count(from) > 0 && reached.insert(to).second) grown = true;
        }
      }
    }
  }
  return reached;
}

absl::StatusOr<LotSet> Trace(const Stage& stage, const std::string& lot, bool forward) {
  SUYUAN_ASSIGN_OR_RETURN(
      const auto trace,
      stage.alliance.Ask(
          {stage.Regulator(), "BatchLineage", forward ? "TraceForward" : "TraceBackward", {lot}}));
  Tree tree(stage, trace, forward);
  tree.Print(lot);
  LotSet lots = tree.Lots();
  stage.story.Expect(lots == Reached(stage.epcis, lot, forward),
                     absl::StrCat(lots.size(), " lots, the same as in the EPCIS document"));
  return lots;
}

// Who has the bottles of a lot to be called back.
absl::Status TellHolders(const Stage& stage, const LotQuantity& lot) {
  const auto count = static_cast<uint64_t>(lot.quantity);
  for (uint64_t index = 0; index < count;) {
    SUYUAN_ASSIGN_OR_RETURN(
        const auto holder,
        stage.alliance.Ask(
            {stage.Regulator(), "AntiDiversion", "GetHolder", {lot.lot, absl::StrCat(index)}}));
    if (!holder.contains("to")) break;
    const uint64_t to = holder.at("to");
    const Dealer* dealer = stage.sales.FindDealer(holder.value("dealer", ""));
    stage.story.Tell(absl::StrCat("    call back ", Grouped(to - index + 1), " bottles (", index,
                                  "-", to, ") from dealer ", holder.value("dealer", ""), " ",
                                  dealer == nullptr ? "" : dealer->name.zh, " ",
                                  dealer == nullptr ? "" : dealer->name.en));
    if (to < index) return absl::InternalError("a holder's range ends before it starts");
    index = to + 1;
  }
  return absl::OkStatus();
}

absl::Status TellRecall(const Stage& stage, const LotSet& affected) {
  for (const Event& event : stage.epcis.events) {
    for (const LotQuantity& lot : event.outputs) {
      if (lot.unit != "piece") continue;
      const bool hit = affected.count(lot.lot) > 0;
      stage.story.Expect(hit == (lot.lot != "BT-01"),
                         absl::StrCat(lot.lot, " (", Amount(lot.quantity, lot.unit),
                                      "): ", hit ? "AFFECTED" : "not affected, stays on sale"));
      if (hit) SUYUAN_RETURN_IF_ERROR(TellHolders(stage, lot));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ShowTraces(const Stage& stage) {
  stage.story.Chapter(absl::StrCat("What is in bottle lot ", kBottle, "? Backward trace"));
  SUYUAN_RETURN_IF_ERROR(Trace(stage, kBottle, /*forward=*/false).status());
  stage.story.Chapter(
      absl::StrCat("Soybean lot ", kContaminated, " turns out contaminated. Forward trace"));
  SUYUAN_ASSIGN_OR_RETURN(const LotSet affected, Trace(stage, kContaminated, /*forward=*/true));
  return TellRecall(stage, affected);
}

}  // namespace suyuan::demo
