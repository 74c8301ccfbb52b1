#include "chaincode/gs1/ai_table.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "chaincode/gs1/character_sets.h"

namespace suyuan::gs1 {
namespace {

constexpr int kFixed = 1, kAttribute = 2, kKey = 4;

struct Row {
  const char* first;
  const char* last;
  int flags;
  // Parts, separated by spaces: characters, length ("..20": one to twenty), rules behind
  // a colon, "?" when the part may be absent.
  const char* parts;
  const char* required;    // alternatives by comma, joined by plus
  const char* excluded;    // by comma
  const char* qualifiers;  // in order, by comma; alternatives by bar
};

// By rising AI as a text.
// clang-format off
constexpr Row kRows[] = {
    {"00", "00", kFixed | kAttribute | kKey, "n18:mod10,prefix2", "", "", ""},
    {"01", "01", kFixed | kAttribute | kKey, "n14:mod10,prefix2", "", "255,37", "22,10,21|235"},
    {"02", "02", kFixed | kAttribute, "n14:mod10,prefix2", "37", "01,03", ""},
    {"03", "03", kFixed, "n14:mod10,prefix2", "", "01,02,37,235", ""},
    {"10", "10", kAttribute, "x..20", "01,02,03,8006,8026", "", ""},
    {"11", "11", kFixed | kAttribute, "n6:date0", "01,02,03,8006,8026", "", ""},
    {"12", "12", kFixed | kAttribute, "n6:date0", "8020", "", ""},
    {"13", "13", kFixed | kAttribute, "n6:date0", "01,02,03,8006,8026", "", ""},
    {"15", "15", kFixed | kAttribute, "n6:date0", "01,02,03,8006,8026", "", ""},
    {"16", "16", kFixed | kAttribute, "n6:date0", "01,02,03,8006,8026", "", ""},
    {"17", "17", kFixed | kAttribute, "n6:date0", "01,02,03,255,8006,8026", "", ""},
    {"20", "20", kFixed | kAttribute, "n2", "01,02,03,8006,8026", "", ""},
    {"21", "21", 0, "x..20", "01,03,8006", "235", ""},
    {"22", "22", 0, "x..20", "01", "", ""},
    {"235", "235", 0, "x..28", "01", "", ""},
    {"240", "240", kAttribute, "x..30", "01,02,03,8006,8026", "", ""},
    {"241", "241", kAttribute, "x..30", "01,02,03,8006,8026", "", ""},
    {"242", "242", kAttribute, "n..6", "01,02,8006,8026", "", ""},
    {"243", "243", kAttribute, "x..20", "01,03", "", ""},
    {"250", "250", kAttribute, "x..30", "01+21,03+21,8006+21", "", ""},
    {"251", "251", kAttribute, "x..30", "01,03,8006", "", ""},
    {"253", "253", kAttribute | kKey, "n13:mod10,prefix x..17?", "", "", ""},
    {"254", "254", 0, "x..20", "414", "", ""},
    {"255", "255", kAttribute | kKey, "n13:mod10,prefix n..12?", "", "01,02,415,8006,8020,8026", ""},
    {"30", "30", kAttribute, "n..8", "01,02", "", ""},
    {"3100", "3105", kFixed | kAttribute, "n6", "01,02", "310n", ""},
    {"3110", "3115", kFixed | kAttribute, "n6", "01,02", "311n", ""},
    {"3120", "3125", kFixed | kAttribute, "n6", "01,02", "312n", ""},
    {"3130", "3135", kFixed | kAttribute, "n6", "01,02", "313n", ""},
    {"3140", "3145", kFixed | kAttribute, "n6", "01,02", "314n", ""},
    {"3150", "3155", kFixed | kAttribute, "n6", "01,02", "315n", ""},
    {"3160", "3165", kFixed | kAttribute, "n6", "01,02", "316n", ""},
    {"3200", "3205", kFixed | kAttribute, "n6", "01,02", "320n", ""},
    {"3210", "3215", kFixed | kAttribute, "n6", "01,02", "321n", ""},
    {"3220", "3225", kFixed | kAttribute, "n6", "01,02", "322n", ""},
    {"3230", "3235", kFixed | kAttribute, "n6", "01,02", "323n", ""},
    {"3240", "3245", kFixed | kAttribute, "n6", "01,02", "324n", ""},
    {"3250", "3255", kFixed | kAttribute, "n6", "01,02", "325n", ""},
    {"3260", "3265", kFixed | kAttribute, "n6", "01,02", "326n", ""},
    {"3270", "3275", kFixed | kAttribute, "n6", "01,02", "327n", ""},
    {"3280", "3285", kFixed | kAttribute, "n6", "01,02", "328n", ""},
    {"3290", "3295", kFixed | kAttribute, "n6", "01,02", "329n", ""},
    {"3300", "3305", kFixed | kAttribute, "n6", "00,01", "330n", ""},
    {"3310", "3315", kFixed | kAttribute, "n6", "00,01", "331n", ""},
    {"3320", "3325", kFixed | kAttribute, "n6", "00,01", "332n", ""},
    {"3330", "3335", kFixed | kAttribute, "n6", "00,01", "333n", ""},
    {"3340", "3345", kFixed | kAttribute, "n6", "00,01", "334n", ""},
    {"3350", "3355", kFixed | kAttribute, "n6", "00,01", "335n", ""},
    {"3360", "3365", kFixed | kAttribute, "n6", "00,01", "336n", ""},
    {"3370", "3375", kFixed | kAttribute, "n6", "01", "337n", ""},
    {"3400", "3405", kFixed | kAttribute, "n6", "00,01", "340n", ""},
    {"3410", "3415", kFixed | kAttribute, "n6", "00,01", "341n", ""},
    {"3420", "3425", kFixed | kAttribute, "n6", "00,01", "342n", ""},
    {"3430", "3435", kFixed | kAttribute, "n6", "00,01", "343n", ""},
    {"3440", "3445", kFixed | kAttribute, "n6", "00,01", "344n", ""},
    {"3450", "3455", kFixed | kAttribute, "n6", "00,01", "345n", ""},
    {"3460", "3465", kFixed | kAttribute, "n6", "00,01", "346n", ""},
    {"3470", "3475", kFixed | kAttribute, "n6", "00,01", "347n", ""},
    {"3480", "3485", kFixed | kAttribute, "n6", "00,01", "348n", ""},
    {"3490", "3495", kFixed | kAttribute, "n6", "00,01", "349n", ""},
    {"3500", "3505", kFixed | kAttribute, "n6", "01,02", "350n", ""},
    {"3510", "3515", kFixed | kAttribute, "n6", "01,02", "351n", ""},
    {"3520", "3525", kFixed | kAttribute, "n6", "01,02", "352n", ""},
    {"3530", "3535", kFixed | kAttribute, "n6", "00,01", "353n", ""},
    {"3540", "3545", kFixed | kAttribute, "n6", "00,01", "354n", ""},
    {"3550", "3555", kFixed | kAttribute, "n6", "00,01", "355n", ""},
    {"3560", "3565", kFixed | kAttribute, "n6", "01,02", "356n", ""},
    {"3570", "3575", kFixed | kAttribute, "n6", "01,02", "357n", ""},
    {"3600", "3605", kFixed | kAttribute, "n6", "01,02", "360n", ""},
    {"3610", "3615", kFixed | kAttribute, "n6", "01,02", "361n", ""},
    {"3620", "3625", kFixed | kAttribute, "n6", "00,01", "362n", ""},
    {"3630", "3635", kFixed | kAttribute, "n6", "00,01", "363n", ""},
    {"3640", "3645", kFixed | kAttribute, "n6", "01,02", "364n", ""},
    {"3650", "3655", kFixed | kAttribute, "n6", "01,02", "365n", ""},
    {"3660", "3665", kFixed | kAttribute, "n6", "01,02", "366n", ""},
    {"3670", "3675", kFixed | kAttribute, "n6", "00,01", "367n", ""},
    {"3680", "3685", kFixed | kAttribute, "n6", "00,01", "368n", ""},
    {"3690", "3695", kFixed | kAttribute, "n6", "00,01", "369n", ""},
    {"37", "37", kAttribute, "n..8", "00+02,00+8026", "", ""},
    {"3900", "3909", kAttribute, "n..15", "255,8020", "390n,391n,394n,8111", ""},
    {"3910", "3919", kAttribute, "n3:currency n..15", "8020", "391n", ""},
    {"3920", "3929", kAttribute, "n..15", "01+30,01+31nn,01+32nn,01+35nn,01+36nn", "392n,393n", ""},
    {"3930", "3939", kAttribute, "n3:currency n..15", "30,31nn,32nn,35nn,36nn", "393n", ""},
    {"3940", "3943", kAttribute, "n4", "255", "394n,8111", ""},
    {"3950", "3955", kAttribute, "n6", "30,31nn,32nn,35nn,36nn", "392n,393n,395n,8005", ""},
    {"400", "400", kAttribute, "x..30", "", "", ""},
    {"401", "401", kAttribute | kKey, "x..30:prefix", "", "", ""},
    {"402", "402", kAttribute | kKey, "n17:mod10,prefix", "", "", ""},
    {"403", "403", kAttribute, "x..30", "00", "", ""},
    {"410", "410", kFixed | kAttribute, "n13:mod10,prefix", "", "", ""},
    {"411", "411", kFixed | kAttribute, "n13:mod10,prefix", "", "", ""},
    {"412", "412", kFixed | kAttribute, "n13:mod10,prefix", "", "", ""},
    {"413", "413", kFixed | kAttribute, "n13:mod10,prefix", "", "", ""},
    {"414", "414", kFixed | kAttribute | kKey, "n13:mod10,prefix", "", "", "254|7040"},
    {"415", "415", kFixed | kAttribute | kKey, "n13:mod10,prefix", "8020", "", "8020"},
    {"416", "416", kFixed | kAttribute, "n13:mod10,prefix", "", "", ""},
    {"417", "417", kFixed | kAttribute | kKey, "n13:mod10,prefix", "", "", "7040"},
    {"420", "420", kAttribute, "x..20", "", "421", ""},
    {"421", "421", kAttribute, "n3:country x..9", "", "4307", ""},
    {"422", "422", kAttribute, "n3:country", "01,02,03,8006,8026", "426", ""},
    {"423", "423", kAttribute, "n3:country n3:country? n3:country? n3:country? n3:country?", "01,02,03", "426", ""},
    {"424", "424", kAttribute, "n3:country", "01,02,03", "426", ""},
    {"425", "425", kAttribute, "n3:country n3:country? n3:country? n3:country? n3:country?", "01,02,03", "426", ""},
    {"426", "426", kAttribute, "n3:country", "01,02,03", "", ""},
    {"427", "427", kAttribute, "x..3", "01+422,02+422,03+422", "", ""},
    {"4300", "4300", kAttribute, "x..35:percent", "00", "", ""},
    {"4301", "4301", kAttribute, "x..35:percent", "00", "", ""},
    {"4302", "4302", kAttribute, "x..70:percent", "00", "", ""},
    {"4303", "4303", kAttribute, "x..70:percent", "4302", "", ""},
    {"4304", "4304", kAttribute, "x..70:percent", "00", "", ""},
    {"4305", "4305", kAttribute, "x..70:percent", "00", "", ""},
    {"4306", "4306", kAttribute, "x..70:percent", "00", "", ""},
    {"4307", "4307", kAttribute, "x2:country2", "00", "", ""},
    {"4308", "4308", kAttribute, "x..30", "00", "", ""},
    {"4309", "4309", kAttribute, "n10:latitude n10:longitude", "00", "", ""},
    {"4310", "4310", kAttribute, "x..35:percent", "00", "", ""},
    {"4311", "4311", kAttribute, "x..35:percent", "00", "", ""},
    {"4312", "4312", kAttribute, "x..70:percent", "00", "", ""},
    {"4313", "4313", kAttribute, "x..70:percent", "4312", "", ""},
    {"4314", "4314", kAttribute, "x..70:percent", "00", "", ""},
    {"4315", "4315", kAttribute, "x..70:percent", "00", "", ""},
    {"4316", "4316", kAttribute, "x..70:percent", "00", "", ""},
    {"4317", "4317", kAttribute, "x2:country2", "00", "", ""},
    {"4318", "4318", kAttribute, "x..20", "00", "", ""},
    {"4319", "4319", kAttribute, "x..30", "00", "", ""},
    {"4320", "4320", kAttribute, "x..35:percent", "00", "", ""},
    {"4321", "4321", kAttribute, "n1:yesno", "00", "", ""},
    {"4322", "4322", kAttribute, "n1:yesno", "00", "", ""},
    {"4323", "4323", kAttribute, "n1:yesno", "00", "", ""},
    {"4324", "4324", kAttribute, "n6:date0 n4:hhmm", "00", "", ""},
    {"4325", "4325", kAttribute, "n6:date0 n4:hhmm", "00", "", ""},
    {"4326", "4326", kAttribute, "n6:date", "00", "", ""},
    {"4330", "4330", kAttribute, "n6 x1:hyphen?", "00", "4331", ""},
    {"4331", "4331", kAttribute, "n6 x1:hyphen?", "00", "4330", ""},
    {"4332", "4332", kAttribute, "n6 x1:hyphen?", "00", "4333", ""},
    {"4333", "4333", kAttribute, "n6 x1:hyphen?", "00", "4332", ""},
    {"7001", "7001", kAttribute, "n13", "01,02,8006,8026", "", ""},
    {"7002", "7002", kAttribute, "x..30", "01,02", "", ""},
    {"7003", "7003", kAttribute, "n6:date n4:hhmm", "01,02,03", "", ""},
    {"7004", "7004", kAttribute, "n..4", "01+10,03+10", "", ""},
    {"7005", "7005", kAttribute, "x..12", "01,02", "", ""},
    {"7006", "7006", kAttribute, "n6:date", "01,02", "", ""},
    {"7007", "7007", kAttribute, "n6:date n6:date?", "01,02", "", ""},
    {"7008", "7008", kAttribute, "x..3", "01,02", "", ""},
    {"7009", "7009", kAttribute, "x..10", "01,02", "", ""},
    {"7010", "7010", kAttribute, "x..2", "01,02,03", "", ""},
    {"7011", "7011", kAttribute, "n6:date n4:hhmm?", "01,02,03", "", ""},
    {"7020", "7020", kAttribute, "x..20", "01+416,03+416,8006+416", "", ""},
    {"7021", "7021", kAttribute, "x..20", "01,03,8006", "", ""},
    {"7022", "7022", kAttribute, "x..20", "01+7021,03+7021,8006+7021", "", ""},
    {"7023", "7023", kAttribute, "x..30:prefix", "", "", ""},
    {"7030", "7030", kAttribute, "n3:country999 x..27", "01,02", "", ""},
    {"7031", "7031", kAttribute, "n3:country999 x..27", "01,02", "", ""},
    {"7032", "7032", kAttribute, "n3:country999 x..27", "01,02", "", ""},
    {"7033", "7033", kAttribute, "n3:country999 x..27", "01,02", "", ""},
    {"7034", "7034", kAttribute, "n3:country999 x..27", "01,02", "", ""},
    {"7035", "7035", kAttribute, "n3:country999 x..27", "01,02", "", ""},
    {"7036", "7036", kAttribute, "n3:country999 x..27", "01,02", "", ""},
    {"7037", "7037", kAttribute, "n3:country999 x..27", "01,02", "", ""},
    {"7038", "7038", kAttribute, "n3:country999 x..27", "01,02", "", ""},
    {"7039", "7039", kAttribute, "n3:country999 x..27", "01,02", "", ""},
    {"7040", "7040", 0, "n1 x1 x1 x1:importer", "", "", ""},
    {"7041", "7041", 0, "x..4:package", "00", "", ""},
    {"710", "710", kAttribute, "x..20", "01", "", ""},
    {"711", "711", kAttribute, "x..20", "01", "", ""},
    {"712", "712", kAttribute, "x..20", "01", "", ""},
    {"713", "713", kAttribute, "x..20", "01", "", ""},
    {"714", "714", kAttribute, "x..20", "01", "", ""},
    {"715", "715", kAttribute, "x..20", "01", "", ""},
    {"716", "716", kAttribute, "x..20", "01", "", ""},
    {"717", "717", kAttribute, "x..20", "01", "", ""},
    {"7230", "7230", kAttribute, "x2 x..28", "01,8004", "", ""},
    {"7231", "7231", kAttribute, "x2 x..28", "01,8004", "", ""},
    {"7232", "7232", kAttribute, "x2 x..28", "01,8004", "", ""},
    {"7233", "7233", kAttribute, "x2 x..28", "01,8004", "", ""},
    {"7234", "7234", kAttribute, "x2 x..28", "01,8004", "", ""},
    {"7235", "7235", kAttribute, "x2 x..28", "01,8004", "", ""},
    {"7236", "7236", kAttribute, "x2 x..28", "01,8004", "", ""},
    {"7237", "7237", kAttribute, "x2 x..28", "01,8004", "", ""},
    {"7238", "7238", kAttribute, "x2 x..28", "01,8004", "", ""},
    {"7239", "7239", kAttribute, "x2 x..28", "01,8004", "", ""},
    {"7240", "7240", kAttribute, "x..20", "01,8006", "03", ""},
    {"7241", "7241", kAttribute, "n2:media", "8017,8018", "", ""},
    {"7242", "7242", kAttribute, "x..25", "8017,8018", "", ""},
    {"7250", "7250", kAttribute, "n8:longdate", "8018", "7251", ""},
    {"7251", "7251", kAttribute, "n8:longdate n4:hhmm", "8018", "7250", ""},
    {"7252", "7252", kAttribute, "n1:sex", "8018", "", ""},
    {"7253", "7253", kAttribute, "x..40:percent", "8017,8018", "7256,7259", ""},
    {"7254", "7254", kAttribute, "x..40:percent", "8017,8018", "7256,7259", ""},
    {"7255", "7255", kAttribute, "x..10", "8017,8018", "7256,7259", ""},
    {"7256", "7256", kAttribute, "x..90:percent", "8017,8018", "", ""},
    {"7257", "7257", kAttribute, "x..70:percent", "8018", "", ""},
    {"7258", "7258", kAttribute, "x3:position", "8018+7259", "", ""},
    {"7259", "7259", kAttribute, "x..40:percent", "8018", "7256", ""},
    {"8001", "8001", kAttribute, "n4:nonzero n5:nonzero n3:nonzero n1:winding n1", "01", "", ""},
    {"8002", "8002", kAttribute, "x..20", "", "", ""},
    {"8003", "8003", kAttribute | kKey, "n1:zero n13:mod10,prefix x..16?", "", "", ""},
    {"8004", "8004", kAttribute | kKey, "x..30:prefix", "", "", "7040"},
    {"8005", "8005", kAttribute, "n6", "01,02", "", ""},
    {"8006", "8006", kAttribute | kKey, "n14:mod10,prefix2 n4:piece0", "", "01,03,37", "22,10,21"},
    {"8007", "8007", kAttribute, "x..34:iban", "415", "", ""},
    {"8008", "8008", kAttribute, "n6:date n2:hour n2:minute? n2:second?", "01,02,03", "", ""},
    {"8009", "8009", kAttribute, "x..50", "00,01,03", "", ""},
    {"8010", "8010", kAttribute | kKey, "y..30:prefix", "", "", "8011"},
    {"8011", "8011", 0, "n..12:nolead0", "8010", "", ""},
    {"8012", "8012", kAttribute, "x..20", "01,03,8006", "", ""},
    {"8013", "8013", kAttribute | kKey, "x..25:pair,prefix", "", "", ""},
    {"8014", "8014", 0, "x..25:pair,prefix,nondigit", "01", "", ""},
    {"8017", "8017", kAttribute | kKey, "n18:mod10,prefix", "", "8018", "8019"},
    {"8018", "8018", kAttribute | kKey, "n18:mod10,prefix", "", "8017", "8019"},
    {"8019", "8019", 0, "n..10", "8017,8018", "", ""},
    {"8020", "8020", 0, "x..25", "415", "", ""},
    {"8026", "8026", kAttribute, "n14:mod10,prefix2 n4:piece", "37", "02,03,8006", ""},
    {"8030", "8030", kAttribute, "z..90", "00,01+21,03+21,253,255,8003,8004,8006+21,8010+8011,8017,8018", "", ""},
    {"8040", "8040", 0, "n15", "01+21", "", ""},
    {"8041", "8041", 0, "n15", "01+21+8040", "", ""},
    {"8042", "8042", 0, "n32", "01+21+8040", "", ""},
    {"8043", "8043", 0, "n18 n..2?", "01+21+8040", "", ""},
    {"8110", "8110", kAttribute, "x..70:coupon", "", "", ""},
    {"8111", "8111", kAttribute, "n4", "255", "", ""},
    {"8112", "8112", kAttribute, "x..70:offer", "", "", ""},
    {"8200", "8200", 0, "x..70", "01", "", ""},
    {"90", "90", kAttribute, "x..30", "", "", ""},
    {"91", "99", kAttribute, "x..90", "", "", ""},};
// clang-format on

std::vector<absl::string_view> List(absl::string_view text, char by) {
  return absl::StrSplit(text, by, absl::SkipEmpty());
}

AiPart ParsePart(absl::string_view text) {
  AiPart part;
  part.optional = absl::ConsumeSuffix(&text, "?");
  const std::vector<absl::string_view> halves = List(text, ':');
  if (halves.size() > 1) part.rules = List(halves[1], ',');
  part.characters = text[0];
  absl::string_view length = halves[0].substr(1);
  const bool varies = absl::ConsumePrefix(&length, "..");
  part.max = 0;
  for (const char c : length) part.max = part.max * 10 + static_cast<size_t>(c - '0');
  part.min = varies ? 1 : part.max;
  return part;
}

AiEntry ParseRow(const Row& row) {
  AiEntry entry{row.first,
                row.last,
                (row.flags & kFixed) != 0,
                (row.flags & kAttribute) != 0,
                (row.flags & kKey) != 0,
                {},
                {},
                List(row.excluded, ','),
                {}};
  for (const auto part : List(row.parts, ' ')) entry.parts.push_back(ParsePart(part));
  for (const auto all : List(row.required, ',')) entry.required.push_back(List(all, '+'));
  for (const auto order : List(row.qualifiers, '|')) entry.qualifiers.push_back(List(order, ','));
  return entry;
}

std::vector<AiEntry> ParseRows() {
  std::vector<AiEntry> entries;
  for (const Row& row : kRows) entries.push_back(ParseRow(row));
  return entries;
}

}  // namespace

size_t AiEntry::max_length() const {
  size_t sum = 0;
  for (const AiPart& part : parts) sum += part.max;
  return sum;
}

const std::vector<AiEntry>& AllAis() {
  static const auto* const table = new std::vector<AiEntry>(ParseRows());
  return *table;
}

const AiEntry* FindAi(absl::string_view ai) {
  const std::vector<AiEntry>& all = AllAis();
  auto it = std::upper_bound(all.begin(), all.end(), ai,
                             [](absl::string_view a, const AiEntry& e) { return a < e.first; });
  if (it == all.begin()) return nullptr;
  --it;
  const bool found = ai.size() == it->first.size() && AllDigits(ai) && ai <= it->last;
  return found ? &*it : nullptr;
}

absl::string_view LeadingAi(absl::string_view text) {
  for (size_t length = 2; length <= 4 && length <= text.size(); ++length) {
    if (FindAi(text.substr(0, length)) != nullptr) return text.substr(0, length);
  }
  return "";
}

bool MatchesAi(absl::string_view pattern, absl::string_view ai) {
  return std::equal(pattern.begin(), pattern.end(), ai.begin(), ai.end(),
                    [](char p, char c) { return p == c || (p == 'n' && IsDigit(c)); });
}

}  // namespace suyuan::gs1
