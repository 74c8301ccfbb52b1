// suyuan-demo: the main job of this project, played on a running network.
#include <CLI/CLI.hpp>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "scripts/demo/chapters.h"

namespace suyuan::demo {
namespace {

struct Options {
  std::string network_dir;
  std::string data_dir;
  bool keep = false;
};

absl::Status Play(const Options& options, Story* story) {
  SUYUAN_ASSIGN_OR_RETURN(const auto network, TestNetwork::Attach(options.network_dir));
  const std::filesystem::path data(options.data_dir);
  SUYUAN_ASSIGN_OR_RETURN(const std::string events, ReadFile(data / "food-chain.jsonld", 16 << 20));
  SUYUAN_ASSIGN_OR_RETURN(const FoodChain chain, ReadFoodChain(events), "food-chain.jsonld");
  SUYUAN_ASSIGN_OR_RETURN(const std::string text, ReadFile(data / "sales.json", 16 << 20));
  SUYUAN_ASSIGN_OR_RETURN(const Sales sales, ReadSales(text));
  SUYUAN_ASSIGN_OR_RETURN(const Alliance alliance, Alliance::Connect(*network));
  const Stage stage{*network, alliance, chain, sales, *story};

  SUYUAN_RETURN_IF_ERROR(RegisterAlliance(stage));
  SUYUAN_RETURN_IF_ERROR(CaptureEvents(stage));
  SUYUAN_ASSIGN_OR_RETURN(const auto desk, IssueCodes(stage));
  SUYUAN_RETURN_IF_ERROR(ScanCodes(stage, *desk));
  SUYUAN_RETURN_IF_ERROR(ShowAlerts(stage));
  SUYUAN_RETURN_IF_ERROR(ShowOrigin(stage));
  SUYUAN_ASSIGN_OR_RETURN(const std::string finding, FindContamination(stage));
  SUYUAN_RETURN_IF_ERROR(CallBack(stage));
  SUYUAN_RETURN_IF_ERROR(ProveOffline(stage, finding));
  return CompareLedgers(stage, options.keep);
}

int Main(int argc, char** argv) {
  CLI::App app("Plays a food chain on a running network; scripts/demo.sh starts one for it");
  Options options;
  options.data_dir = (ScriptsDir() / "demo").string();
  app.add_option("--dir", options.network_dir, "the network's folder")->required();
  app.add_option("--data", options.data_dir, "folder of food-chain.jsonld and sales.json");
  app.add_flag("--keep", options.keep, "leave the peers running");
  CLI11_PARSE(app, argc, argv);

  Story story;
  const absl::Status status = Play(options, &story);
  if (!status.ok()) story.Expect(status, "the story cannot go on");
  if (story.failures() == 0) return 0;
  std::cout << "\ndemo: " << story.failures() << " things were not as expected\n";
  return 1;
}

}  // namespace
}  // namespace suyuan::demo

int main(int argc, char** argv) { return suyuan::demo::Main(argc, argv); }
