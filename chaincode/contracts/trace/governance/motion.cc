#include "chaincode/contracts/trace/governance/motion.h"

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/fields.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

absl::Status CheckContent(const Motion& motion, absl::string_view argument) {
  if (motion.kind == "council") return ParseCouncil(argument, motion.content).status();
  Fields fields(argument, motion.content);
  fields.Id("organization");
  if (motion.kind == "blacklist") {
    const std::string from = fields.Day("from");
    const std::string until = fields.Day("until", Fields::kOptional);
    if (!until.empty() && until < from) fields.Mistake("until", "is before from");
  }
  return fields.Finish();
}

}  // namespace

absl::StatusOr<Motion> ParseMotion(const std::string& id, absl::string_view argument,
                                   const nlohmann::json& object) {
  Fields fields(argument, object);
  Motion motion;
  motion.id = id;
  motion.kind = fields.OneOf("kind", {"council", "blacklist", "removal"});
  motion.content = fields.Any("content");
  motion.reason = fields.Text("reason");
  motion.status = "open";
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  SUYUAN_RETURN_IF_ERROR(CheckContent(motion, absl::StrCat(argument, ".content")));
  return motion;
}

void to_json(nlohmann::json& json, const Motion& m) {
  json = {{"motion", m.id},
          {"kind", m.kind},
          {"content", m.content},
          {"reason", m.reason},
          {"status", m.status}};
}

absl::StatusOr<Motion> MotionFromJson(const nlohmann::json& json) {
  try {
    return Motion{json.at("motion"), json.at("kind"), json.at("content"), json.at("reason"),
                  json.at("status")};
  } catch (const nlohmann::json::exception& e) {
    return absl::InternalError(absl::StrCat("not a motion: ", e.what()));
  }
}

Tally Count(const Motion& motion, const Council& council,
            const std::map<std::string, bool>& ballots) {
  const std::string subject = motion.content.value("organization", "");
  Tally tally;
  size_t voters = 0;
  for (const std::string& member : council.members) {
    if (member == subject) continue;
    ++voters;
    const auto ballot = ballots.find(member);
    if (ballot == ballots.end()) continue;
    ++(ballot->second ? tally.yes : tally.no);
  }
  tally.needed = voters / 2 + 1;
  tally.outcome = "open";
  if (tally.yes >= tally.needed) tally.outcome = "carried";
  if (voters - tally.no < tally.needed) tally.outcome = "rejected";
  return tally;
}

absl::StatusOr<Listing> ListingFromJson(const nlohmann::json& json) {
  try {
    return Listing{json.at("organization"), json.at("reason"), json.at("from"), json.at("until"),
                   json.at("removed")};
  } catch (const nlohmann::json::exception& e) {
    return absl::InternalError(absl::StrCat("not a listing: ", e.what()));
  }
}

bool InForce(const Listing& listing, absl::string_view day) {
  return !listing.removed && listing.from <= day && (listing.until.empty() || day <= listing.until);
}

}  // namespace suyuan
