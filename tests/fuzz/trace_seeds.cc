#include "tests/fuzz/seeds.h"

namespace suyuan {

std::vector<std::string> FuzzSeeds() {
  const std::string hash(64, 'a');
  return {
      R"({"forms":[{"name":"f","node":"n"}],"collection":"c","fields":[
          {"name":"fat","type":"decimal","unit":"g","required":true,"min":"-0.5","max":"100","form":"f"},
          {"name":"kind","type":"choice","options":["a","b"],"sharing":"shared","scope":"batch"},
          {"name":"note","type":"text","maxLength":5,"tag":"basic","sharing":"private"}]})",
      R"({"kind":"permit","number":"1","issuer":"x","issuedOn":"2026-01-01","expiresOn":"2027-01-01",
          "country":"CN","products":["6901234567892"],"brands":["b"],"hash":")" +
          hash + "\"}",
      R"({"name":"Dairy","creditCode":"91340600MA2PBM9HXD","country":"CN"})",
      R"({"documents":{"NZ":["registration"],"*":["licence"]},"updateDays":30})",
      R"({"riskLevel":{"by":"supervisor"},"standard":{"by":"registrant","role":"quality"}})",
      R"({"members":["A","B"],"supervisors":["B"]})",
      R"({"kind":"blacklist","reason":"x","content":{"organization":"A","from":"2026-01-01"}})",
      R"({"disposition":"downgrade","reason":"x","grade":"feed","eventTime":"2026-01-01T00:00:00Z"})",
      R"({"result":"passed","method":"m","laboratory":"l","report":"r"})",
      R"({"units":["(01)06901234567892(21)A1","lot1","urn:epc:class:lgtin:6901234.056789.L"]})",
      R"({"product":"6901234567892","from":"2026-01-01","to":"2026-01-02","where":{"line":"1"}})",
      R"({"kind":"image","mediaType":"image/png","hash":")" + hash + "\"}",
      R"({"kind":"product","name":"n","stages":[
          {"id":"a","of":"material","steps":["shipping","cbv:BizStep-receiving"]},
          {"id":"b","types":["TransformationEvent"],"mandatory":false,"name":"B"},
          {"id":"c","of":"product","steps":["inspecting"],"passed":["conformant"],
           "failed":["non_conformant"],"back":"b"}]})",
      R"({"scanLimit":5,"foldSeconds":3600,"freezeScore":70,"traceOnly":false,"prompts":{
          "first":{"zh":"{count}/{limit} {firstTime} {firstPlace} {left} {product} {lot}","en":""}}})",
      R"({"user":"u","productName":"p","model":"m","batchNumber":"b","productionDate":"2026-01-01",
          "inspectionStatus":"passed"})",
      R"({"name":"d","parent":"east","organization":"A","regions":["33","3401"],"borders":["340000"],
          "edition":"201412","from":"2026-01-01","until":"2026-12-31"})",
      R"({"codes":[{"batch":"b1","from":0,"to":9}],"units":["(00)095200010000000019","lot1"]})",
      R"({"region":"440305@201412","source":"ip","accuracyMetres":5000,"device":")" + hash + "\"}",
      R"({"effective":"2026-01-01T00:00:00Z","by":"dealer","level":"prefecture","windowDays":7,
          "minScans":4,"minThings":2,"minDevices":3,"minSharePerMille":50})",
      R"({"dealer":"d","product":"6901234567892","region":"44","fit":"outside","by":"month",
          "from":"2026-01-01T00:00:00Z","limit":9})",
  };
}

}  // namespace suyuan
