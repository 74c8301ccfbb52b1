// A bag is sold, sold on with the consent of both, stolen, and found; what may not be is refused,
// and whoever asks is told.
#include "tests/integration/desk.h"
#include "tests/integration/event_documents.h"
#include "tests/integration/network_or_fail.h"

namespace suyuan {
namespace {

using Catch::Matchers::Contains;
using ::nlohmann::json;

constexpr char kBag[] = "urn:epc:id:sgtin:9520001.000022.1";
constexpr char kGift[] = "urn:epc:id:sgtin:9520001.000022.2";

// One event of one item.
std::string One(int minute, const std::string& step, const std::string& item,
                const json& more = json::object()) {
  return EventDocument(minute).Items("OBSERVE", step, {item}, more).Text();
}
json Theft(const char* what) {
  json fields;
  fields["persistentDisposition"][what] = json::array({"stolen"});
  return fields;
}

TEST_CASE("Second hand: sold with consent, stolen, found", "[integration][stories]") {
  const auto network = UpOrFail("second_hand", {"--orgs", "4"});
  // A maker, a shop, the authority, and a house that keeps its members' bags and trades them.
  const Desk maker(*network, "producer"), shop(*network, "distributor"),
      authority(*network, "regulator"), house(*network, "member4");
  FoundCouncil(*network, {"producer", "distributor", "regulator", "member4"});
  ApproveProduct(*network, "09520001000225", {{"name", "Bag"}, {"specification", "leather"}});
  maker.Capture(EventDocument(0)
                    .Items("ADD", "commissioning", {kBag, kGift})
                    .Items("OBSERVE", "shipping", {kBag, kGift}, To("DistributorMSP"))
                    .Text());
  shop.Capture(EventDocument(10).Items("OBSERVE", "receiving", {kBag, kGift}).Text());

  // Sold: the shop offers, the house accepts; nobody else can, and nobody sells it meanwhile.
  shop.Capture(One(20, "retail_selling", kBag, To("Member4MSP")));
  CHECK_THAT(authority.CaptureRefusal(One(21, "receiving", kBag)),
             Contains("under way to Member4MSP, not to RegulatorMSP"));
  CHECK_THAT(shop.CaptureRefusal(One(22, "retail_selling", kBag)),
             Contains("is under way to Member4MSP"));
  CHECK(maker.Line({"unit", "show", kBag})["holder"] == "DistributorMSP");
  house.Capture(One(23, "receiving", kBag));
  CHECK(maker.Line({"unit", "show", kBag})["holder"] == "Member4MSP");

  // A bag that never was, and a sale by who has it no more.
  CHECK_THAT(shop.CaptureRefusal(One(30, "retail_selling", "urn:epc:id:sgtin:9520001.000022.99")),
             Contains("does not exist: no event has made it"));
  CHECK_THAT(shop.CaptureRefusal(One(31, "retail_selling", kBag, To("ProducerMSP"))),
             Contains("is held by Member4MSP, not by DistributorMSP"));

  // Resold: not without the owner's consent.
  CHECK_THAT(shop.CaptureRefusal(One(40, "receiving", kBag)),
             Contains("is held by Member4MSP, which has not shipped it, not to DistributorMSP"));
  house.Capture(One(41, "retail_selling", kBag, To("DistributorMSP")));
  shop.Capture(One(42, "receiving", kBag));
  CHECK(house.Line({"unit", "show", kBag})["holder"] == "DistributorMSP");

  // Stolen: only who has it may say so, or an authority.
  CHECK_THAT(house.CaptureRefusal(One(50, "holding", kBag, Theft("set"))),
             Contains("is held by DistributorMSP, not by Member4MSP"));
  const auto stolen = shop.Capture(One(51, "holding", kBag, Theft("set")));
  // Whoever is offered it looks, and sees.
  const json seen = house.Line({"unit", "show", kBag});
  CHECK(seen["unit"]["stolen"] == stolen.at(0)["eventHash"]);
  CHECK(seen["unit"]["reporter"] == "DistributorMSP");
  const json path = house.Line({"trace", "path", kBag});
  CHECK(path["events"].size() == 8);
  CHECK_THAT(path["events"].back().dump(), Contains("stolen"));
  // And it is neither sold nor taken in.
  CHECK_THAT(shop.CaptureRefusal(One(52, "retail_selling", kBag, To("Member4MSP"))),
             Contains("was reported stolen by DistributorMSP"));
  CHECK_THAT(shop.CaptureRefusal(One(53, "shipping", kBag)),
             Contains("was reported stolen by DistributorMSP"));
  CHECK_THAT(house.CaptureRefusal(One(54, "receiving", kBag)),
             Contains("is held by DistributorMSP"));
  CHECK_THAT(house.CaptureRefusal(One(55, "holding", kBag, Theft("unset"))),
             Contains("was reported stolen by DistributorMSP, not by Member4MSP"));
  // Found: it can be sold again.
  authority.Capture(One(56, "holding", kBag, Theft("unset")));
  CHECK_FALSE(house.Line({"unit", "show", kBag})["unit"].contains("stolen"));
  shop.Capture(One(57, "retail_selling", kBag, To("Member4MSP")));
  house.Capture(One(58, "receiving", kBag));

  // The other bag went to somebody who is unknown here. Its theft is told to the shop that sold it,
  // and the house that is brought the bag does not take it.
  shop.Capture(One(60, "retail_selling", kGift));
  CHECK(house.Line({"unit", "show", kGift})["holder"] == "");
  shop.Capture(One(61, "holding", kGift, Theft("set")));
  CHECK_THAT(house.CaptureRefusal(One(62, "receiving", kGift)),
             Contains("was reported stolen by DistributorMSP"));
}

}  // namespace
}  // namespace suyuan
