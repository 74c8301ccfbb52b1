#include "chaincode/epcis/trace_output.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "chaincode/epcis/document.h"
#include "chaincode/epcis/scalar.h"
#include "chaincode/epcis/vocabulary.h"

namespace suyuan::epcis {
namespace {

// In the order of their numbers.
constexpr TraceReason kReasons[] = {TraceReason::kTransformation, TraceReason::kAggregation,
                                    TraceReason::kAssociation, TraceReason::kLot};

std::string Dump(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool IsPlain(absl::string_view text) {
  for (const char c : text) {
    if (c < 0x20 || c > 0x7e || c == '"' || c == '\\') return false;  // char may be signed
  }
  return true;
}

void AppendText(absl::string_view text, std::string* out) {
  if (IsPlain(text)) {
    absl::StrAppend(out, "\"", text, "\"");
  } else {
    out->append(Dump(std::string(text)));
  }
}

template <typename List, typename Append>
void AppendList(const char* name, const List& list, std::string* out, Append append) {
  absl::StrAppend(out, "\"", name, "\":[");
  bool first = true;
  for (const auto& one : list) {
    if (!first) out->push_back(',');
    first = false;
    append(one);
  }
  out->push_back(']');
}

class TreePrinter {
 public:
  TreePrinter(const EventFinder& find, const Trace& trace, Direction direction)
      : find_(find),
        trace_(trace),
        backward_(direction == Direction::kBackward),
        both_(direction == Direction::kAll || direction == Direction::kPath) {
    for (size_t i = 0; i < trace.edges.size(); ++i) {
      by_end_[trace.edges[i].from].push_back(i);
      by_end_[trace.edges[i].to].push_back(i);
    }
    for (const TraceEvent& event : trace.events) times_[event.hash] = event.time_ms;
  }

  std::string Print() {
    absl::StrAppend(&out_, trace_.root, "\n");
    printed_.insert(trace_.root);
    // Depth first without recursion: chains may be long.
    std::vector<Step> stack;
    Push(trace_.root, 1, &stack);
    while (!stack.empty()) {
      const Step step = stack.back();
      stack.pop_back();
      PrintStep(step, &stack);
    }
    return std::move(out_);
  }

 private:
  struct Step {
    size_t edge = 0;
    bool up = false;  // towards `to`
    size_t depth = 0;
  };

  bool Follows(const TraceEdge& edge, bool up) const {
    // Packing is followed both ways, as the walk did.
    return both_ || edge.reason == "aggregation" || edge.reason == "association" || up != backward_;
  }

  void Push(const std::string& id, size_t depth, std::vector<Step>* stack) {
    const auto known = by_end_.find(id);
    if (known == by_end_.end()) return;
    for (auto i = known->second.rbegin(); i != known->second.rend(); ++i) {
      const TraceEdge& edge = trace_.edges[*i];
      const bool up = edge.from == id;
      if (used_.count(*i) == 0 && Follows(edge, up)) stack->push_back({*i, up, depth});
    }
  }

  void PrintStep(const Step& step, std::vector<Step>* stack) {
    if (!used_.insert(step.edge).second) return;
    const TraceEdge& edge = trace_.edges[step.edge];
    const std::string& id = step.up ? edge.to : edge.from;
    const bool fresh = printed_.insert(id).second;
    constexpr size_t kMaxIndent = 40;
    absl::StrAppend(&out_, std::string(2 * std::min(step.depth, kMaxIndent), ' '),
                    step.up ? "-> " : "<- ", id, "  ", edge.reason);
    const auto time = times_.find(edge.event);
    if (time != times_.end()) absl::StrAppend(&out_, ", ", FormatTime(time->second));
    if (const Event* event = find_(edge.event)) {
      if (!event->biz_step.empty()) {
        absl::StrAppend(&out_, ", ", BareTerm(Vocabulary::kBizStep, event->biz_step));
      }
      const std::string& place = PlaceOf(*event);
      if (!place.empty()) absl::StrAppend(&out_, ", ", place);
    }
    absl::StrAppend(&out_, fresh ? "\n" : " (see above)\n");
    if (fresh) Push(id, step.depth + 1, stack);
  }

  const EventFinder& find_;
  const Trace& trace_;
  const bool backward_, both_;
  std::map<std::string, std::vector<size_t>> by_end_;
  std::map<std::string, int64_t> times_;
  std::set<std::string> printed_;
  std::set<size_t> used_;
  std::string out_;
};

}  // namespace

std::string TraceGraphJson(const Trace& trace) {
  std::string out = "\"root\":";
  const auto field = [&out](const char* name, absl::string_view text) {
    out.append(name);
    AppendText(text, &out);
  };
  AppendText(trace.root, &out);
  out.push_back(',');
  AppendList("nodes", trace.nodes, &out, [&](const TraceNode& node) {
    field("{\"id\":", node.id);
    field(",\"epc\":", node.epc);
    out.push_back('}');
  });
  out.push_back(',');
  AppendList("edges", trace.edges, &out, [&](const TraceEdge& edge) {
    field("{\"from\":", edge.from);
    field(",\"to\":", edge.to);
    field(",\"event\":", edge.event);
    field(",\"reason\":", edge.reason);
    out.push_back('}');
  });
  return out;
}

std::string TraceNumbersJson(const TraceGraph& graph) {
  std::string out;
  AppendList("ids", graph.nodes, &out, [&](const TraceNode& node) { AppendText(node.id, &out); });
  out.push_back(',');
  AppendList("epcs", graph.nodes, &out, [&](const TraceNode& node) {
    AppendText(node.epc == node.id ? absl::string_view() : node.epc, &out);
  });
  out.push_back(',');
  AppendList("edges", graph.edges, &out, [&](const TraceGraph::Edge& edge) {
    absl::StrAppend(&out, edge.from, ",", edge.to, ",");
    absl::StrAppend(&out, edge.event, ",", static_cast<int>(edge.reason));
  });
  out.append(",\"reasons\":[");
  for (const TraceReason reason : kReasons) {
    absl::StrAppend(&out, reason == kReasons[0] ? "\"" : ",\"", TraceReasonText(reason), "\"");
  }
  out.append("],");
  AppendList("hashes", graph.events, &out,
             [&](const TraceEvent& event) { AppendText(event.hash, &out); });
  out.push_back(',');
  AppendList("times", graph.events, &out,
             [&](const TraceEvent& event) { absl::StrAppend(&out, event.time_ms); });
  return out;
}

std::string TraceJson(const Lineage& lineage, const Trace& trace,
                      const std::map<std::string, std::string>& prefixes) {
  std::vector<Event> events;
  for (const TraceEvent& event : trace.events) events.push_back(lineage.Find(event.hash)->event);
  const auto chosen = ChoosePrefixes(events, prefixes);
  std::string list;
  for (size_t i = 0; i < events.size(); ++i) {
    // The hash goes in front of the event's own fields.
    absl::StrAppend(&list, i == 0 ? "" : ",", "{\"eventHash\":\"", trace.events[i].hash, "\",",
                    WriteEventJson(events[i], chosen).substr(1));
  }
  return absl::StrCat("{", TraceGraphJson(trace), ",\"events\":[", list, "]}");
}

std::string TraceTree(const EventFinder& find, const Trace& trace, Direction direction) {
  return TreePrinter(find, trace, direction).Print();
}

std::string TraceTree(const Lineage& lineage, const Trace& trace, Direction direction) {
  return TraceTree(
      [&lineage](const std::string& hash) {
        const Lineage::Entry* entry = lineage.Find(hash);
        return entry == nullptr ? nullptr : &entry->event;
      },
      trace, direction);
}

}  // namespace suyuan::epcis
