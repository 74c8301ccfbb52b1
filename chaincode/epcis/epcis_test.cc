// Numbers, times, terms, documents in and out, and the event hash.
#include <catch2/catch.hpp>

#include "chaincode/epcis/document.h"
#include "chaincode/epcis/event_hash.h"
#include "chaincode/epcis/identifier.h"
#include "chaincode/epcis/scalar.h"
#include "chaincode/epcis/testing/event_samples.h"
#include "chaincode/epcis/vocabulary.h"

namespace suyuan::epcis {
namespace {

using Catch::Matchers::Contains;

std::string Refusal(const std::string& document) {
  const auto event = OneEvent(document);
  return event.ok() ? "accepted" : std::string(event.status().message());
}

std::string RefusedEvent(const std::string& type, const std::string& fields) {
  return Refusal(JsonDocument(EventJson(type, fields)));
}

std::string HashOf(const std::string& document) {
  const auto event = OneEvent(document);
  REQUIRE(event.ok());
  return HashEvent(*event).uri;
}

std::string PreHashOf(const std::string& fields) {
  const auto event = OneEvent(JsonDocument(EventJson("ObjectEvent", fields)));
  REQUIRE(event.ok());
  return HashEvent(*event).pre_hash;
}

TEST_CASE("A decimal number has one form, and keeps every digit", "[epcis]") {
  const std::pair<const char*, const char*> kForms[] = {
      {"12.50", "12.5"},
      {"+007", "7"},
      {"-0.0", "0"},
      {"1.5e3", "1500"},
      {"15E-4", "0.0015"},
      {".5", "0.5"},
      {"100", "100"},
      {"-3.10", "-3.1"},
      {"0e9999", "0"},
      {"10000000000000000000000000.00000000000000000001",
       "10000000000000000000000000.00000000000000000001"}};
  for (const auto& [text, form] : kForms) {
    const auto decimal = CanonicalDecimal(text);
    REQUIRE(decimal.ok());
    CHECK(*decimal == form);
  }
  for (const char* text : {"", ".", "1.2.3", "0x10", "1e", "NaN", "1e9999", "--1", "1 "}) {
    CHECK_FALSE(CanonicalDecimal(text).ok());
  }
}

TEST_CASE("Times are read with their zone and rounded to the millisecond", "[epcis]") {
  const auto form = [](const char* text) {
    const auto time = ParseTime(text);
    return time.ok() ? FormatTime(*time) : std::string(time.status().message());
  };
  CHECK(form("2026-07-22T06:45:00+02:00") == "2026-07-22T04:45:00.000Z");
  CHECK(form("2022-02-16T08:40:21.3142715Z") == "2022-02-16T08:40:21.314Z");
  CHECK(form("2026-12-31T23:59:59.9996-01:00") == "2027-01-01T01:00:00.000Z");
  CHECK(form("1969-12-31T23:59:59.5Z") == "1969-12-31T23:59:59.500Z");
  CHECK_THAT(form("2026-02-29T00:00:00Z"), Contains("no possible date"));
  CHECK_THAT(form("2026-02-28T00:00:00"), Contains("lacks a time zone"));
  CHECK_THAT(form("22-07-2026"), Contains("no date and time"));
  CHECK(CheckZoneOffset("-14:00").ok());
  CHECK_FALSE(CheckZoneOffset("+14:01").ok());
  CHECK_FALSE(CheckZoneOffset("8").ok());
}

TEST_CASE("A term of CBV is one, however it is written", "[epcis]") {
  for (const char* text : {"shipping", "cbv:BizStep-shipping", "urn:epcglobal:cbv:bizstep:shipping",
                           "https://ref.gs1.org/cbv/BizStep-shipping"}) {
    const auto term = CanonicalTerm(Vocabulary::kBizStep, text);
    REQUIRE(term.ok());
    CHECK(*term == "https://ref.gs1.org/cbv/BizStep-shipping");
  }
  CHECK(*CanonicalTerm(Vocabulary::kBizStep, "https://example.com/step") ==
        "https://example.com/step");
  for (const char* text : {"transforming", "urn:epcglobal:cbv:bizstep:transforming",
                           "https://ref.gs1.org/cbv/BizStep-transforming"}) {
    CHECK_THAT(std::string(CanonicalTerm(Vocabulary::kBizStep, text).status().message()),
               Contains("\"transforming\" is no business step"));
  }
  CHECK(BareTerm(Vocabulary::kDisposition, "https://ref.gs1.org/cbv/Disp-active") == "active");
}

constexpr char kJsonEvent[] =
    R"("action":"ADD","epcList":["urn:epc:id:sgtin:9506000.013435.12345"],)"
    R"("quantityList":[{"epcClass":"urn:epc:class:lgtin:9506000.013435.L1","quantity":12.50,)"
    R"("uom":"KGM"}],"bizStep":"commissioning","disposition":"active",)"
    R"("readPoint":{"id":"urn:epc:id:sgln:9506000.00001.0","ex:dock":"7"},)"
    R"("bizTransactionList":[{"type":"po","bizTransaction":"urn:uuid:2"},)"
    R"({"type":"inv","bizTransaction":"urn:uuid:1"}],)"
    R"("persistentDisposition":{"set":["completeness_verified"]},)"
    R"("sensorElementList":[{"sensorMetadata":{"time":"2026-03-01T02:00:00Z"},)"
    R"("sensorReport":[{"type":"Temperature","value":26.10,"uom":"CEL","booleanValue":true}],)"
    R"("ex:note":"calm"}],)"
    R"("ilmd":{"cbvmda:lotNumber":"L1","ex:grade":[{"ex:b":"2"},"A"]},)"
    R"("ex:list":["b","a"],"ex:number":7.0)";

constexpr char kXmlEvent[] = R"(<ObjectEvent><eventTime>2026-03-01T02:00:00.0000Z</eventTime>
<eventTimeZoneOffset>+08:00</eventTimeZoneOffset>
<epcList><epc> https://id.gs1.org/01/09506000134352/21/12345 </epc></epcList>
<action>ADD</action><bizStep>urn:epcglobal:cbv:bizstep:commissioning</bizStep>
<disposition>urn:epcglobal:cbv:disp:active</disposition>
<readPoint><id>https://example.org/414/9506000000015</id><x:dock>7</x:dock></readPoint>
<bizTransactionList>
<bizTransaction type="urn:epcglobal:cbv:btt:inv">urn:uuid:1</bizTransaction>
<bizTransaction type="urn:epcglobal:cbv:btt:po">urn:uuid:2</bizTransaction></bizTransactionList>
<extension><quantityList><quantityElement><epcClass>https://id.gs1.org/01/09506000134352/10/L1</epcClass>
<quantity>12.5</quantity><uom>KGM</uom></quantityElement></quantityList>
<ilmd><x:grade>A</x:grade><x:grade x:b="2"/>
<m:lotNumber xmlns:m="urn:epcglobal:cbv:mda">L1</m:lotNumber></ilmd>
<extension><sensorElementList><sensorElement><sensorMetadata time="2026-03-01T10:00:00+08:00"/>
<sensorReport type="gs1:Temperature" value="26.1" uom="CEL" booleanValue="1"/>
<x:note>calm</x:note></sensorElement></sensorElementList>
<persistentDisposition><set>urn:epcglobal:cbv:disp:completeness_verified</set></persistentDisposition>
</extension></extension>
<x:list>a</x:list><x:list>b</x:list><x:number>7</x:number></ObjectEvent>)";

TEST_CASE("XML and JSON-LD of one event have one hash", "[epcis]") {
  const auto json = OneEvent(JsonDocument(EventJson("ObjectEvent", kJsonEvent)));
  const auto xml = OneEvent(XmlDocument(kXmlEvent));
  REQUIRE(json.ok());
  INFO(xml.status());
  REQUIRE(xml.ok());
  CHECK(HashEvent(*json).pre_hash == HashEvent(*xml).pre_hash);
  CHECK(HashEvent(*json).uri == HashEvent(*xml).uri);
  CHECK_THAT(HashEvent(*json).uri,
             Catch::Matchers::Matches("ni:///sha-256;[0-9a-f]{64}\\?ver=CBV2\\.0"));
}

TEST_CASE("What was read is written with the same hash", "[epcis]") {
  for (const std::string& document :
       {JsonDocument(EventJson("ObjectEvent", kJsonEvent)), XmlDocument(kXmlEvent)}) {
    const auto read = ReadDocument(document);
    REQUIRE(read.ok());
    const Event& event = *read->events[0].event;
    const std::string written = WriteDocumentJson({event}, "2026-01-01T00:00:00Z", read->prefixes);
    INFO(written);
    CHECK(HashOf(written) == HashEvent(event).uri);
  }
}

TEST_CASE("Digits are written as they were read", "[epcis]") {
  const auto event = OneEvent(JsonDocument(EventJson(
      "ObjectEvent", R"("action":"ADD","quantityList":[{"epcClass":"urn:x:1",)"
                     R"("quantity":0.1000000000000000000001}],"ex:n":12345678901234567890123)")));
  REQUIRE(event.ok());
  CHECK(event->quantities[0].quantity == "0.1000000000000000000001");
  const std::string written = WriteDocumentJson({*event}, "2026-01-01T00:00:00Z");
  CHECK_THAT(written, Contains("\"quantity\":0.1000000000000000000001"));
  CHECK_THAT(written, Contains("12345678901234567890123"));
  CHECK_THAT(HashEvent(*event).pre_hash, Contains("}n=12345678901234567890123"));
}

TEST_CASE("The hash leaves out who said it and when, and what the sender took out", "[epcis]") {
  const std::string plain = R"("action":"OBSERVE","epcList":["urn:x:1"])";
  const std::string hash = HashOf(JsonDocument(EventJson("ObjectEvent", plain)));
  CHECK(hash ==
        HashOf(JsonDocument(EventJson(
            "ObjectEvent", plain + R"(,"eventID":"urn:uuid:1","recordTime":"2026-03-02T00:00:00Z",)"
                                   R"("rdfs:comment":"seen","errorDeclaration":{"declarationTime":)"
                                   R"("2026-03-02T00:00:00Z","reason":"incorrect_data"})"))));
  CHECK(hash != HashOf(JsonDocument(EventJson("ObjectEvent", plain + R"(,"ex:a":"1")"))));
  const auto read = ReadDocument(
      R"({"@context":{"ex":"https://example.com/ns/"},"type":"EPCISDocument","schemaVersion":"2.0",)"
      R"("creationDate":"2026-01-01T00:00:00Z","ex:ignoreFields":["ex:a"],)"
      R"("epcisBody":{"eventList":[)" +
      EventJson("ObjectEvent", plain + R"(,"ex:a":"1")") + "]}}");
  REQUIRE(read.ok());
  CHECK(HashEvent(*read->events[0].event, read->ignored_fields).uri == hash);
}

TEST_CASE("Lists are sets to the hash, and bare words full URIs", "[epcis]") {
  CHECK(
      PreHashOf(R"("action":"OBSERVE","epcList":["urn:x:2","urn:x:1"],"bizStep":"packing")") ==
      "eventType=ObjectEventeventTime=2026-03-01T02:00:00.000ZeventTimeZoneOffset=+08:00"
      "epcListepc=urn:x:1epc=urn:x:2action=OBSERVEbizStep=https://ref.gs1.org/cbv/BizStep-packing");
}

TEST_CASE("Identifiers are the finest level of a Digital Link to the hash", "[epcis]") {
  CHECK(HashIdentifier("https://example.com/gtin/09780345418913/21/765tz?abc=1") ==
        "https://id.gs1.org/01/09780345418913/21/765tz");
  CHECK(HashIdentifier("http://transaction.acme.com/po/12345678") ==
        "http://transaction.acme.com/po/12345678");
  CHECK(HashIdentifier("urn:epc:id:sscc:broken") == "urn:epc:id:sscc:broken");
  CHECK(UnitId("(01)09506000134352(21)12345") == UnitId("urn:epc:id:sgtin:9506000.013435.12345"));
  CHECK(LotOf("urn:epc:id:sgtin:9506000.013435.12345", "L1") ==
        UnitId("urn:epc:class:lgtin:9506000.013435.L1"));
}

TEST_CASE("A refusal names the field and the rule", "[epcis]") {
  const std::string at = "/epcisBody/eventList/0";
  const auto object = [](const std::string& fields) {
    return RefusedEvent("ObjectEvent", R"("action":"ADD","epcList":["urn:x:1"],)" + fields);
  };
  CHECK_THAT(object(R"("bizStep":"eating")"), Contains(at + "/bizStep: \"eating\" is no business"));
  CHECK_THAT(object(R"("readPoint":{"id":"here"})"),
             Contains(at + "/readPoint/id: \"here\" is no"));
  CHECK_THAT(object(R"("readPoint":{})"), Contains(at + "/readPoint/id: missing"));
  CHECK_THAT(object(R"("bizLocation":"urn:x:1")"), Contains("/bizLocation: must be an object"));
  CHECK_THAT(object(R"("quantityList":[{"epcClass":"urn:x:1","weight":5}])"),
             Contains("/quantityList/0/weight: is no field"));
  CHECK_THAT(object(R"("quantityList":[{"epcClass":"urn:x:1","quantity":"5"}])"),
             Contains("/quantityList/0/quantity: must be a number"));
  CHECK_THAT(object(R"("quantityList":[{"epcClass":"urn:x:1","quantity":5,"uom":"kg"}])"),
             Contains("/quantityList/0/uom: must be"));
  CHECK_THAT(object(R"("sourceList":[{"source":"urn:x:1"}])"),
             Contains("/sourceList/0/type: missing"));
  CHECK_THAT(object(R"("errorDeclaration":{"reason":"incorrect_data"})"),
             Contains("/errorDeclaration/declarationTime: missing"));
  CHECK_THAT(object(R"("sensorElementList":[{"sensorReport":[{"type":"Heat"}]}])"),
             Contains("/sensorElementList/0/sensorReport/0/type: \"Heat\""));
  CHECK_THAT(object(R"("ilmd":{"soil":"wet"})"), Contains("/ilmd/soil: needs a namespace"));
  CHECK_THAT(object(R"("bizstep":"packing")"), Contains("is bizStep meant?"));
  CHECK_THAT(object(R"("parentID":"urn:x:1")"), Contains("/parentID: is no field of ObjectEvent"));
  CHECK_THAT(object(R"("action":"ADD")"), Contains("/action: is there twice"));
  CHECK_THAT(object(R"("eventID":"one two:3")"), Contains("/eventID: "));
  CHECK_THAT(RefusedEvent("ObjectEvent", R"("epcList":[])"), Contains("/action: missing"));
  CHECK_THAT(RefusedEvent("ObjectEvent", R"("action":"OBSERVE","epcList":[],"ilmd":{"ex:a":"1"})"),
             Contains("/ilmd: goes with the action ADD"));
  CHECK_THAT(RefusedEvent("AggregationEvent", R"("action":"ADD","childEPCs":["urn:x:1"])"),
             Contains("/parentID: missing"));
  CHECK_THAT(RefusedEvent("AssociationEvent", R"("action":"ADD","parentID":"urn:x:1")"),
             Contains("/childEPCs: missing"));
  CHECK_THAT(RefusedEvent("TransactionEvent", R"("action":"ADD","epcList":["urn:x:1"])"),
             Contains("/bizTransactionList: must name"));
  CHECK_THAT(RefusedEvent("TransformationEvent", R"("inputEPCList":["urn:x:1"])"),
             Contains("/outputEPCList: missing"));
  CHECK_THAT(RefusedEvent("QuantityEvent", R"("action":"ADD")"), Contains("/type: \"Quantity"));
  CHECK_THAT(
      Refusal(XmlDocument("<ObjectEvent><eventTime>2026-03-01T10:00:00Z</eventTime>"
                          "<eventTimeZoneOffset>+08:00</eventTimeZoneOffset><epcList>"
                          "<epc>urn:x:1</epc><epc>two</epc></epcList><action>ADD</action>"
                          "</ObjectEvent>")),
      Contains("/EPCISDocument/EPCISBody/EventList/ObjectEvent/epcList/epc[2]: \"two\" is no URI"));
}

TEST_CASE("One bad event does not spoil the others", "[epcis]") {
  const std::string good = EventJson("ObjectEvent", R"("action":"ADD","epcList":["urn:x:1"])");
  const auto read = ReadDocument(
      JsonDocument(good + "," + EventJson("ObjectEvent", R"("action":"EAT")") + "," + good));
  REQUIRE(read.ok());
  REQUIRE(read->events.size() == 3);
  CHECK(read->events[0].event.ok());
  CHECK_THAT(std::string(read->events[1].event.status().message()),
             Contains("/epcisBody/eventList/1/action: \"EAT\""));
  CHECK(read->events[2].event.ok());
}

TEST_CASE("Documents are bounded in size, depth and count", "[epcis]") {
  DocumentLimits limits;
  limits.max_depth = 10;
  limits.max_events = 1;
  const std::string event = EventJson("ObjectEvent", R"("action":"ADD","epcList":[])");
  CHECK(
      absl::IsResourceExhausted(ReadDocument(JsonDocument(event + "," + event), limits).status()));
  const std::string deep =
      EventJson("ObjectEvent", R"("action":"ADD","epcList":[],"ex:a":)" + std::string(100000, '['));
  CHECK_THAT(std::string(ReadDocument(JsonDocument(deep), limits).status().message()),
             Contains("/ex:a/0/0/0") && Contains("nested deeper than 10"));
  std::string nested;
  for (int i = 0; i < 100000; ++i) nested += "<x:a>";
  CHECK(absl::IsResourceExhausted(ReadDocument(XmlDocument(nested), limits).status()));
  limits.max_nodes = 5;
  CHECK(absl::IsResourceExhausted(ReadDocument(JsonDocument(event), limits).status()));
  limits.max_bytes = 10;
  CHECK(absl::IsResourceExhausted(ReadDocument(JsonDocument(event), limits).status()));
}

TEST_CASE("XML declares no entities and loads nothing", "[epcis]") {
  const std::string body = "<ObjectEvent/>";
  for (const std::string& declaration :
       {std::string("<!ENTITY a 'b'>"), std::string("<!ENTITY a SYSTEM 'file:///etc/passwd'>"),
        std::string("<!ENTITY % a 'b'>")}) {
    const auto read = ReadDocument("<!DOCTYPE e [" + declaration + "]>" + body);
    CHECK_THAT(std::string(read.status().message()), Contains("entities must not be declared"));
  }
  CHECK(ReadDocument("<!DOCTYPE project>" + body).ok());
}

TEST_CASE("Text that is no document of events is refused", "[epcis]") {
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("[1]"), std::string("{\"type\":\"Car\"}"),
        std::string("<a></b>"), std::string("<a/>"), std::string("{\"a\":1,\"a\":2}"),
        std::string("\xff\xfe"), std::string("null")}) {
    const auto read = ReadDocument(text);
    INFO(text);
    CHECK((!read.ok() || !read->events[0].event.ok()));
  }
}

TEST_CASE("Fields of others without a namespace are kept where JSON-LD would drop them",
          "[epcis]") {
  const auto event = OneEvent(JsonDocument(EventJson(
      "ObjectEvent", R"("action":"ADD","epcList":[],"attachments":["a"],"unloadingPort":"X")")));
  REQUIRE(event.ok());
  REQUIRE(event->extensions.size() == 2);
  CHECK(QualifiedName(event->extensions[0]) == "attachments");
  CHECK(QualifiedName(event->extensions[1]) == "{urn:epcglobal:cbv:mda}unloadingPort");
}

}  // namespace
}  // namespace suyuan::epcis
