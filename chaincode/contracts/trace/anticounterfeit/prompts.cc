#include "chaincode/contracts/trace/anticounterfeit/prompts.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "chaincode/shim/conversion.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr size_t kMaxText = 512;

const PromptTable& Defaults() {
  static const auto& table = *new PromptTable{
      {"first",
       {"该商品为正品，您是首次查询。", "Genuine. You are the first to ask for this code."}},
      {"repeated",
       {"该追溯码已被查询{count}次，首次查询时间：{firstTime}。若非本人查询，请谨防假冒。",
        "This code was asked for {count} times, first at {firstTime} Beijing time. If that was not "
        "you, beware of a fake."}},
      {"over-limit",
       {"警告：该追溯码已被查询{count}次，超过上限，首次查询时间：{firstTime}，谨防假冒。",
        "Warning: asked for {count} times, above the limit, first at {firstTime} Beijing time. "
        "Beware of a fake."}},
      {"frozen",
       {"警告：该追溯码在多地被查询，疑似被复制，已冻结。请谨防假冒。",
        "Warning: this code seems to have been copied and is frozen. Beware of a fake."}},
      {"not-activated", {"该追溯码尚未激活。", "This code is not activated yet."}},
      {"unknown", {"未查询到该追溯码，谨防假冒。", "No such code. Beware of a fake."}},
      {"wrong-code",
       {"验证码不正确，谨防假冒。", "The verification code is wrong. Beware of a fake."}},
      {"opened",
       {"该商品的封签已被开启，请确认是否为本人所开。",
        "The seal of this item has been opened. If that was not you, beware."}},
      {"returned",
       {"该商品已退货，不应再次销售，谨防假冒。",
        "This item was returned and must not be on sale. Beware of a fake."}},
      {"reissued",
       {"该追溯码已作废，商品已更换新码，谨防假冒。",
        "This code is void: the item has got a new one. Beware of a fake."}},
      {"revoked", {"该追溯码已作废，谨防假冒。", "This code was revoked. Beware of a fake."}},
      {"open-code",
       {"此码仅供追溯，请刮开涂层查询防伪结果。",
        "This code is for tracing. Uncover the second code to learn whether the item is genuine."}},
      {"trace-only", {"", ""}},
      {"held", {"该批次商品暂停销售。", "This lot is not on sale for now."}},
      {"recalled",
       {"该批次商品正在召回，请停止使用。", "This lot is being recalled. Stop using it."}},
      {"expired", {"该商品已过保质期。", "This item is past its shelf life."}},
  };
  return table;
}

// "2026-11-21 17:43:18", Beijing time, from the record's UTC text.
std::string ConsumerTime(const std::string& utc) {
  absl::Time time;
  if (!absl::ParseTime(absl::RFC3339_full, utc, &time, nullptr)) return utc;
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", time, absl::FixedTimeZone(8 * 60 * 60));
}

std::map<std::string, std::string> ValuesOf(const PromptFacts& facts) {
  return {{"firstTime", ConsumerTime(facts.first_time)},
          {"firstPlace", facts.first_place},
          {"count", absl::StrCat(facts.count)},
          {"limit", absl::StrCat(facts.limit)},
          {"left", absl::StrCat(facts.left)},
          {"product", facts.product},
          {"lot", facts.lot}};
}

absl::string_view Entity(char c) {
  switch (c) {
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '&':
      return "&amp;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    case '`':
      return "&#96;";
    default:
      return "";
  }
}

void AppendEscaped(std::string* out, absl::string_view value) {
  for (const char c : value) {
    const absl::string_view entity = Entity(c);
    if (entity.empty()) out->push_back(c);
    absl::StrAppend(out, entity);
  }
}

// The placeholder's name at the start of `text`; empty: there is none that is closed.
absl::string_view NameAt(absl::string_view text) {
  const size_t end = text.find('}');
  return end == absl::string_view::npos ? absl::string_view() : text.substr(1, end - 1);
}

// What is wrong with a tenant's text; empty: nothing.
std::string Flaw(absl::string_view text) {
  if (text.size() > kMaxText) return absl::StrCat("is longer than ", kMaxText, " bytes");
  if (!text.empty() && !CheckText("text", text).ok()) return "is not a text";
  const auto known = ValuesOf({});
  for (size_t i = 0; i < text.size(); ++i) {
    if (!Entity(text[i]).empty()) return absl::StrCat("holds ", text.substr(i, 1));
    if (text[i] == '}') return "holds a } without {";
    if (text[i] != '{') continue;
    const absl::string_view name = NameAt(text.substr(i));
    if (!known.count(std::string(name))) return absl::StrCat("has no placeholder {", name, "}");
    i += name.size() + 1;
  }
  return "";
}

std::string Fill(absl::string_view text, const std::map<std::string, std::string>& values) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '{') {
      out.push_back(text[i]);
      continue;
    }
    const absl::string_view name = NameAt(text.substr(i));
    const auto value = values.find(std::string(name));
    if (value != values.end()) AppendEscaped(&out, value->second);
    i += name.size() + 1;
  }
  return out;
}

absl::StatusOr<PromptTexts> ParseTexts(absl::string_view argument, const std::string& state,
                                       const nlohmann::json& object) {
  const auto mistake = [&](absl::string_view what) {
    return internal::ArgumentError(argument, absl::StrCat("field prompts.", state, what));
  };
  if (!IsPromptState(state)) return mistake(" is no state");
  if (!object.is_object()) return mistake(" is not an object");
  PromptTexts out = Defaults().at(state);
  for (const auto& [language, text] : object.items()) {
    if (language != "zh" && language != "en")
      return mistake(absl::StrCat(".", language, " is unknown"));
    if (!text.is_string()) return mistake(absl::StrCat(".", language, " is not a text"));
    const std::string flaw = Flaw(text.get_ref<const std::string&>());
    if (!flaw.empty()) return mistake(absl::StrCat(".", language, " ", flaw));
    (language == "zh" ? out.zh : out.en) = text;
  }
  return out;
}

}  // namespace

bool IsPromptState(absl::string_view state) { return Defaults().count(std::string(state)) > 0; }

absl::StatusOr<PromptTable> ParsePrompts(absl::string_view argument, const nlohmann::json& object) {
  PromptTable table;
  if (object.is_null()) return table;
  if (!object.is_object())
    return internal::ArgumentError(argument, "field prompts is not an object");
  for (const auto& [state, texts] : object.items()) {
    SUYUAN_ASSIGN_OR_RETURN(table[state], ParseTexts(argument, state, texts));
  }
  return table;
}

nlohmann::json ToJson(const PromptTable& table) {
  nlohmann::json out = nlohmann::json::object();
  for (const auto& [state, texts] : table) out[state] = {{"zh", texts.zh}, {"en", texts.en}};
  return out;
}

PromptTexts PromptOf(absl::string_view state, const PromptFacts& facts, const PromptTable& table) {
  const std::string key(state);
  const auto own = table.find(key);
  const auto ours = Defaults().find(key);
  if (own == table.end() && ours == Defaults().end()) return {};
  const PromptTexts& texts = own != table.end() ? own->second : ours->second;
  const auto values = ValuesOf(facts);
  return {Fill(texts.zh, values), Fill(texts.en, values)};
}

}  // namespace suyuan
