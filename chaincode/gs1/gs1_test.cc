#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "chaincode/gs1/ai_table.h"
#include "chaincode/gs1/check_digit.h"
#include "chaincode/gs1/company_prefix.h"
#include "chaincode/gs1/content_rules.h"
#include "chaincode/gs1/digital_link.h"
#include "chaincode/gs1/epc_uri.h"
#include "chaincode/gs1/forms.h"
#include "chaincode/gs1/identifier.h"

namespace suyuan::gs1 {
namespace {

std::string Message(const absl::Status& status) { return std::string(status.message()); }

Forms Convert(absl::string_view input, Form wanted = Form::kElementString, int prefix = 0) {
  FormsOptions options;
  if (prefix != 0) options.prefixes = CompanyPrefixTable::Always(prefix);
  return ConvertForms(input, wanted, options);
}

// Random valid identifiers; the seed is fixed, so a failure comes again.
class Maker {
 public:
  size_t Below(size_t n) { return random_() % n; }

  std::string Text(absl::string_view alphabet, size_t min, size_t max) {
    std::string out;
    for (size_t n = min + Below(max - min + 1); n > 0; --n) {
      out.push_back(alphabet[Below(alphabet.size())]);
    }
    return out;
  }
  std::string Digits(size_t n) { return Text("0123456789", n, n); }
  std::string WithCheck(size_t n) {
    std::string digits = Digits(n - 1);
    digits.push_back(CheckDigit(digits));
    return digits;
  }
  std::string Any82(size_t max) { return Text(kSet82, 1, max); }

  Identifier Make(Scheme scheme) {
    Identifier id{scheme, "", "", static_cast<int>(6 + Below(7))};
    const auto prefix = static_cast<size_t>(id.company_prefix_length);
    switch (scheme) {
      case Scheme::kGtin:
        id.key = WithCheck(14);
        break;
      case Scheme::kGtinVariant:
      case Scheme::kLgtin:
      case Scheme::kSgtin:
        id.key = WithCheck(14), id.extension = Any82(20);
        break;
      case Scheme::kUpui:
        id.key = WithCheck(14), id.extension = Any82(28);
        break;
      case Scheme::kItip:
        id.key = WithCheck(14) + "0" + Text("12345", 1, 1) + "0" + Text("56789", 1, 1);
        if (Below(3) != 0) id.extension = Any82(20);
        break;
      case Scheme::kSscc:
      case Scheme::kGsrn:
      case Scheme::kGsrnp:
        id.key = WithCheck(18);
        break;
      case Scheme::kGsin:
        id.key = WithCheck(17);
        break;
      case Scheme::kSgln:
        id.key = WithCheck(13);
        if (Below(2) != 0) id.extension = "x" + Any82(19);
        break;
      case Scheme::kPgln:
        id.key = WithCheck(13);
        break;
      case Scheme::kGrai:
      case Scheme::kGdti:
        id.key = WithCheck(13);
        if (Below(3) != 0) id.extension = Any82(16);
        break;
      case Scheme::kSgcn:
        id.key = WithCheck(13);
        if (Below(3) != 0) id.extension = Digits(1 + Below(12));
        break;
      case Scheme::kCpi:
        id.key = Digits(prefix) + Text("ABCXYZ0189-/#", 1, 30 - prefix);
        if (Below(3) != 0) id.extension = Text("123456789", 1, 1) + Digits(Below(12));
        break;
      case Scheme::kGiai:
      case Scheme::kGinc:
        id.key = Digits(prefix) + Any82(30 - prefix);
        break;
      default:
        id.scheme = Scheme::kGmn;
        id.key = Digits(prefix) + Any82(23 - prefix);
        id.key += CheckPair(id.key);
    }
    return id;
  }

 private:
  static constexpr absl::string_view kSet82 =
      "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
  std::mt19937_64 random_{2026};
};

}  // namespace

TEST_CASE("The same item in every way of writing is one unit", "[gs1]") {
  const std::string one = "https://id.gs1.org/01/06901234567892/21/A%2F1";
  for (const std::string text : {
           "(01)06901234567892(21)A/1",
           "^010690123456789221A/1",
           "\x1d"
           "010690123456789221A/1",
           "^010690123456789221A/1^10LOT7^17261231",
           "^010690123456789210LOT7^21A/1",
           "urn:epc:id:sgtin:6901234.056789.A%2F1",
           "urn:epc:tag:sgtin-198:1.6901234.056789.A%2F1",
           "https://id.gs1.org/01/06901234567892/21/A%2F1",
           "https://id.gs1.org/01/6901234567892/21/A%2f1",
           "http://shop.example.cn/p/01/6901234567892/10/LOT7/21/A%2F1?17=261231&lang=zh#top",
           "https://shop.example.cn/gtin/6901234567892/ser/A%2F1",
       }) {
    INFO(text);
    CHECK(Canonical(text).value_or("") == one);
  }
}

TEST_CASE("Class, lot and item are told apart, and refused for each other", "[gs1]") {
  const Identifier item = *ParseIdentifier("(01)06901234567892(21)1");
  const Identifier lot = *ParseIdentifier("(01)06901234567892(10)1");
  const Identifier gtin = *ParseIdentifier("(01)06901234567892");
  CHECK(LevelOf(item) == Level::kInstance);
  CHECK(LevelOf(lot) == Level::kLot);
  CHECK(LevelOf(gtin) == Level::kClass);
  CHECK(NeedInstance(item).ok());
  CHECK(Message(NeedInstance(gtin)) ==
        "https://id.gs1.org/01/06901234567892 names a class, where one thing with its serial "
        "number is needed");
  CHECK_FALSE(NeedInstance(lot).ok());
  CHECK(NeedClassOrLot(lot).ok());
  CHECK_FALSE(NeedClassOrLot(item).ok());
  CHECK(LevelOf(*ParseIdentifier("urn:epc:idpat:grai:6901234.56789.*")) == Level::kClass);
  CHECK(LevelOf(*ParseIdentifier("(00)106141412345623458")) == Level::kInstance);
  CHECK(lot != gtin);
}

TEST_CASE("Every identifier survives every form it has", "[gs1]") {
  Maker maker;
  for (int round = 0; round < 4000; ++round) {
    const auto scheme = static_cast<Scheme>(maker.Below(static_cast<size_t>(Scheme::kGmn) + 1));
    const Identifier id = maker.Make(scheme);
    const std::vector<Element> elements = ElementsOf(id);
    INFO(SchemeName(id.scheme) << " " << FormatBracketed(elements));
    REQUIRE(ParseIdentifier(FormatElementString(elements)).ok());
    CHECK(*ParseIdentifier(FormatElementString(elements)) == id);
    CHECK(*ParseIdentifier(FormatBracketed(elements)) == id);
    CHECK(*ParseIdentifier(CanonicalUri(id)) == id);
    const auto uri = EpcUri(id);
    if (id.scheme == Scheme::kGmn || id.scheme == Scheme::kGtinVariant) {
      CHECK(absl::IsNotFound(uri.status()));
      continue;
    }
    INFO(uri.status());
    REQUIRE(uri.ok());
    INFO(*uri);
    const auto back = ParseEpcUri(*uri);
    INFO(back.status());
    REQUIRE(back.ok());
    CHECK(*back == id);
    CHECK(back->company_prefix_length == id.company_prefix_length);
    CHECK(CanonicalUri(*back) == CanonicalUri(id));
  }
}

TEST_CASE("A wrong digit anywhere in a key is found", "[gs1]") {
  Maker maker;
  for (int round = 0; round < 500; ++round) {
    std::string gtin = maker.WithCheck(14);
    CHECK(Gtin14(gtin).ok());
    char& digit = gtin[maker.Below(gtin.size())];
    digit = static_cast<char>('0' + (digit - '0' + 1 + static_cast<int>(maker.Below(9))) % 10);
    CHECK_FALSE(Gtin14(gtin).ok());
  }
}

TEST_CASE("GTINs of every length become one form; a wrong check digit is told", "[gs1]") {
  CHECK(*Gtin14("6901234567892") == "06901234567892");
  CHECK(*Gtin14("06901234567892") == "06901234567892");
  CHECK(*Gtin14("416000336108") == "00416000336108");
  CHECK(*Gtin14("96385074") == "00000096385074");
  CHECK(Message(Gtin14("6901234567890").status()) == "wrong check digit, expected 2");
  CHECK_FALSE(Gtin14("123").ok());
  CHECK_FALSE(Gtin14("69012345678 2").ok());
}

TEST_CASE("No AI is the beginning of another, and each row has content to check", "[gs1]") {
  const std::vector<absl::string_view> known = ContentRules();
  for (const AiEntry& entry : AllAis()) {
    INFO(entry.first);
    CHECK(FindAi(entry.first) == &entry);
    CHECK(FindAi(entry.last) == &entry);
    CHECK(LeadingAi(entry.first) == entry.first);
    CHECK(LeadingAi(std::string(entry.last) + "99") == entry.last);
    REQUIRE(entry.max_length() > 0);
    for (const AiPart& part : entry.parts) {
      for (const absl::string_view rule : part.rules) {
        CHECK(std::find(known.begin(), known.end(), rule) != known.end());
      }
    }
  }
  CHECK(FindAi("89") == nullptr);
  CHECK(FindAi("3106") == nullptr);
  CHECK(FindAi("0") == nullptr);
  CHECK(FindAi("") == nullptr);
}

TEST_CASE("An element string's error names the AI and the rule", "[gs1]") {
  const auto error = [](absl::string_view text) { return Message(ParseIdentifier(text).status()); };
  CHECK(error("(01)06901234567890") == "AI (01): wrong check digit, expected 2");
  CHECK(error("(01)06901234567892(17)261331") == "AI (17): is not a date: there is no such month");
  CHECK(error("^1012") == "names nothing: there is no GS1 key among its elements");
  CHECK(error("0106901234567892") == "element string: does not begin with FNC1 (^) or a bracket");
  CHECK(error("^8912") == "element string: no known AI at '8912'");
  CHECK(error("(21)1") == "AI (21): cannot stand without (01) or (03) or (8006)");
  CHECK(error("(01)06901234567892(37)5") == "AI (01): cannot stand beside (37)");
  CHECK(error("(01)06901234567892(10)A(10)B") == "AI (10): occurs with different contents");
  CHECK(error("(8003)06901234567892(8030)AAA") ==
        "AI (8003): has no serial number, which the signature (8030) needs");
  CHECK_FALSE(ParseElementString("^99" + std::string(kMaxInputBytes, 'A')).ok());
  std::string many;
  for (size_t i = 0; i <= kMaxElements; ++i) many += "(99)A";
  CHECK(Message(ParseElementString(many).status()) == "element string: more than 100 elements");
}

TEST_CASE("A GS1-128 of weights and dates is read and written again", "[gs1]") {
  const std::string text = "^010690123456789211260101310300125015261231^21S1^10L9";
  // 15 is of fixed length: the FNC1 behind it may be, but is not written.
  const auto elements = ParseElementString(text);
  REQUIRE(elements.ok());
  CHECK(FormatElementString(*elements) == "^01069012345678921126010131030012501526123121S1^10L9");
  CHECK(FormatBracketed(*elements) ==
        "(01)06901234567892(11)260101(3103)001250(15)261231(21)S1(10)L9");
  CHECK(CheckAssociations(*elements).ok());
}

TEST_CASE("A Digital Link keeps stem, foreign parameters and fragment", "[gs1]") {
  const std::string uri =
      "https://example.cn/a/b/01/06901234567892/22/V/10/L1?17=261231&lang=zh&x#part";
  const auto link = ParseDigitalLink(uri);
  REQUIRE(link.ok());
  CHECK(link->stem == "https://example.cn/a/b");
  CHECK(link->other_query == "lang=zh&x");
  CHECK(link->fragment == "part");
  CHECK(FormatDigitalLink(*link) == uri);
  for (const char* bad : {
           "https://example.cn/01/06901234567892/21/S/10/L",
           "https://example.cn/01/06901234567892?21=S",
           "https://example.cn:x/01/06901234567892",
           "https://user@example.cn/01/06901234567892",
           "https://example.cn/01/06901234567892/21/%zz",
           "https://example.cn/gtin/6901234567892",
           "ftp://example.cn/01/06901234567892",
       }) {
    INFO(bad);
    CHECK_FALSE(ParseDigitalLink(bad).ok());
  }
  CHECK(ParseDigitalLink("https://id.gs1.org/gtin/6901234567892").ok());
  CHECK(ParseDigitalLink("https://example.cn:8443/01/06901234567892").ok());
}

TEST_CASE("A stem must be one", "[gs1]") {
  const std::vector<Element> elements = {{"01", "06901234567892"}};
  CHECK(FormatDigitalLink(*MakeDigitalLink(elements, "https://example.cn/x//")) ==
        "https://example.cn/x/01/06901234567892");
  CHECK_FALSE(MakeDigitalLink(elements, "example.cn").ok());
  CHECK_FALSE(MakeDigitalLink(elements, "https://").ok());
  CHECK_FALSE(MakeDigitalLink(elements, "https://example.cn/?q=").ok());
  CHECK_FALSE(MakeDigitalLink(elements, "https://example.cn/a b").ok());
}

TEST_CASE("An EPC URI's error names the scheme and what is wrong", "[gs1]") {
  const auto error = [](absl::string_view text) { return Message(ParseEpcUri(text).status()); };
  CHECK(error("urn:epc:id:sgtin:6901234.56789.1") ==
        "EPC URI of sgtin: company prefix and reference are not 13 digits together");
  CHECK(error("urn:epc:id:sgtin:69012.05678912.1") ==
        "EPC URI of sgtin: company prefix does not have 6 to 12 digits");
  CHECK(error("urn:epc:id:sgtin:6901234.056789.") == "EPC URI of sgtin: has an empty last field");
  CHECK(error("urn:epc:id:sgtin:6901234.056789") ==
        "EPC URI of sgtin: no field behind its reference");
  CHECK(error("urn:epc:id:sgtin:6901234.056789.a/b") ==
        "EPC URI of sgtin: holds a character that must be written as %XX");
  CHECK(error("urn:epc:id:lgtin:6901234.056789.1") == "EPC URI of lgtin: has no such EPC URI");
  CHECK(error("urn:epc:idpat:sgtin:6901234.*.*") ==
        "EPC URI of sgtin: reference holds other than digits");
  CHECK(error("urn:epc:id:nosuch:1") == "EPC URI: no scheme 'nosuch'");
  CHECK(error("urn:epc:id") == "EPC URI: kind, scheme or fields are missing");
  CHECK(error("urn:epc:tag:sgtin:1.6901234.056789.1") == "EPC tag URI: no number of bits");
}

TEST_CASE("Identifiers that are not of GS1 have their own rules", "[gs1]") {
  for (const char* good : {
           "urn:epc:id:gid:95100000.12345.400",
           "urn:epc:id:usdod:2S194.12345678901",
           "urn:epc:id:adi:W81X9C..%23ABC-1",
           "urn:epc:id:bic:CSQU3054383",
           "urn:epc:id:imovn:9074729",
       }) {
    INFO(good);
    REQUIRE(ParseIdentifier(good).ok());
    CHECK(Canonical(good).value_or("") == good);
    CHECK(ElementsOf(*ParseIdentifier(good)).empty());
    CHECK(NeedInstance(*ParseIdentifier(good)).ok());
  }
  for (const char* bad : {
           "urn:epc:id:gid:095100000.12345.400",
           "urn:epc:id:gid:268435456.1.1",
           "urn:epc:id:usdod:2S194.99999999999",
           "urn:epc:id:usdod:2S19O.1",
           "urn:epc:id:adi:W81X9C.A#.1",
           "urn:epc:id:adi:W81X9C.A.",
           "urn:epc:id:bic:CSQU3054384",
           "urn:epc:id:imovn:9074728",
       }) {
    INFO(bad);
    CHECK_FALSE(ParseIdentifier(bad).ok());
  }
}

TEST_CASE("Company prefixes are found by their longest leading digits", "[gs1]") {
  const auto table = CompanyPrefixTable::Parse("# test\n690 7\n6901 8\r\n\n697\t9 # nine\n");
  REQUIRE(table.ok());
  CHECK(table->LengthFor(*ParseIdentifier("(01)06901234567892")) == 8);
  CHECK(table->LengthFor(*ParseIdentifier("(414)6909999999996")) == 7);
  CHECK(table->LengthFor(*ParseIdentifier("(00)106141412345623458")) == 0);
  CHECK(Message(CompanyPrefixTable::Parse("690 7\n691").status()) ==
        "line 2: is not leading digits and a length of up to 12");
  CHECK_FALSE(CompanyPrefixTable::Parse("690 13").ok());
  CHECK_FALSE(CompanyPrefixTable::Parse("690 7\n690 8").ok());
}

TEST_CASE("One input in all its forms", "[gs1]") {
  const Forms forms = Convert("(01)06901234567892(21)S1(17)261231", Form::kEpc, 7);
  CHECK(forms.status.ok());
  CHECK(forms.element_string == "^010690123456789221S1^17261231");
  CHECK(forms.epc == "urn:epc:id:sgtin:6901234.056789.S1");
  CHECK(forms.digital_link == "https://id.gs1.org/01/06901234567892/21/S1?17=261231");

  const Forms bare = Convert("(01)06901234567892(21)S1", Form::kEpc);
  CHECK(bare.status.ok());
  CHECK(bare.epc.empty());
  CHECK(bare.epc_needs_prefix);

  CHECK(Convert("urn:epc:id:sgtin:6901234.056789.S1").element_string == "^010690123456789221S1");
  CHECK(Convert("^10A").status.ok());
  CHECK_FALSE(Convert("^10A", Form::kDigitalLink).status.ok());
  CHECK_FALSE(Convert("^10A", Form::kEpc).status.ok());
  CHECK(Convert("urn:epc:id:gid:1.2.3", Form::kEpc).epc == "urn:epc:id:gid:1.2.3");
  CHECK(Convert("urn:epc:id:gid:1.2.3").element_string.empty());

  CHECK(Convert("6901234567892", Form::kCheckDigit).status.ok());
  CHECK(Message(Convert("6901234567891", Form::kCheckDigit).status) ==
        "wrong check digit, expected 2");
  CHECK(Convert("1987654Ad4X4bL5ttr2310c2K", Form::kCheckDigit).status.ok());
  CHECK(Convert("(01)06901234567892", Form::kCheckDigit).element_string == "^0106901234567892");
  CHECK_FALSE(Convert("", Form::kCheckDigit).status.ok());
}

}  // namespace suyuan::gs1
