#include "chaincode/epcis/vocabulary.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace suyuan::epcis {
namespace {

// Sorted, as std::binary_search wants them.
constexpr const char* kBizSteps[] = {"accepting",
                                     "arriving",
                                     "assembling",
                                     "collecting",
                                     "commissioning",
                                     "consigning",
                                     "creating_class_instance",
                                     "cycle_counting",
                                     "decommissioning",
                                     "departing",
                                     "destroying",
                                     "disassembling",
                                     "dispensing",
                                     "encoding",
                                     "entering_exiting",
                                     "holding",
                                     "inspecting",
                                     "installing",
                                     "killing",
                                     "loading",
                                     "other",
                                     "packing",
                                     "picking",
                                     "receiving",
                                     "removing",
                                     "repackaging",
                                     "repairing",
                                     "replacing",
                                     "reserving",
                                     "retail_selling",
                                     "sampling",
                                     "sensor_reporting",
                                     "shipping",
                                     "staging_outbound",
                                     "stock_taking",
                                     "stocking",
                                     "storing",
                                     "transporting",
                                     "unloading",
                                     "unpacking",
                                     "void_shipping"};
// With those that CBV 1.x had and 2.0 deprecates: non_sellable_*.
constexpr const char* kDispositions[] = {"active",
                                         "available",
                                         "completeness_inferred",
                                         "completeness_verified",
                                         "conformant",
                                         "container_closed",
                                         "container_open",
                                         "damaged",
                                         "destroyed",
                                         "dispensed",
                                         "disposed",
                                         "encoded",
                                         "expired",
                                         "in_progress",
                                         "in_transit",
                                         "inactive",
                                         "mismatch_class",
                                         "mismatch_instance",
                                         "mismatch_quantity",
                                         "needs_replacement",
                                         "no_pedigree_match",
                                         "non_conformant",
                                         "non_sellable_damaged",
                                         "non_sellable_disposed",
                                         "non_sellable_expired",
                                         "non_sellable_no_pedigree_match",
                                         "non_sellable_other",
                                         "non_sellable_recalled",
                                         "partially_dispensed",
                                         "recalled",
                                         "reserved",
                                         "retail_sold",
                                         "returned",
                                         "sellable_accessible",
                                         "sellable_not_accessible",
                                         "stolen",
                                         "unavailable",
                                         "unknown"};
constexpr const char* kBizTransactionTypes[] = {
    "bol",       "cert",   "desadv", "inv",     "pedigree", "po",   "poc",
    "prodorder", "recadv", "rma",    "testprd", "testres",  "upevt"};
constexpr const char* kSourceDestinationTypes[] = {"location", "owning_party", "possessing_party"};
constexpr const char* kErrorReasons[] = {"did_not_occur", "incorrect_data"};
constexpr const char* kComponents[] = {"altitude",
                                       "axial_distance",
                                       "azimuth",
                                       "easting",
                                       "elevation_angle",
                                       "height",
                                       "latitude",
                                       "longitude",
                                       "northing",
                                       "polar_angle",
                                       "spherical_radius",
                                       "x",
                                       "y",
                                       "z"};
constexpr const char* kMeasurementTypes[] = {"AbsoluteHumidity",
                                             "AbsorbedDose",
                                             "AbsorbedDoseRate",
                                             "Acceleration",
                                             "Altitude",
                                             "AmountOfSubstance",
                                             "AmountOfSubstancePerUnitVolume",
                                             "Angle",
                                             "AngularAcceleration",
                                             "AngularMomentum",
                                             "AngularVelocity",
                                             "Area",
                                             "Capacitance",
                                             "Conductance",
                                             "Conductivity",
                                             "Count",
                                             "Density",
                                             "Dimensionless",
                                             "DoseEquivalent",
                                             "DoseEquivalentRate",
                                             "DynamicViscosity",
                                             "ElectricCharge",
                                             "ElectricCurrent",
                                             "ElectricCurrentDensity",
                                             "ElectricFieldStrength",
                                             "Energy",
                                             "Exposure",
                                             "Force",
                                             "Frequency",
                                             "Illuminance",
                                             "Inductance",
                                             "Irradiance",
                                             "KinematicViscosity",
                                             "Length",
                                             "LinearMomentum",
                                             "Luminance",
                                             "LuminousFlux",
                                             "LuminousIntensity",
                                             "MagneticFlux",
                                             "MagneticFluxDensity",
                                             "MagneticVectorPotential",
                                             "Mass",
                                             "MassConcentration",
                                             "MassFlowRate",
                                             "MassPerAreaTime",
                                             "MemoryCapacity",
                                             "MolalityOfSolute",
                                             "MolarEnergy",
                                             "MolarMass",
                                             "MolarVolume",
                                             "Power",
                                             "Pressure",
                                             "RadiantFlux",
                                             "RadiantIntensity",
                                             "Radioactivity",
                                             "RelativeHumidity",
                                             "Resistance",
                                             "Resistivity",
                                             "SolidAngle",
                                             "SpecificVolume",
                                             "Speed",
                                             "SurfaceDensity",
                                             "SurfaceTension",
                                             "Temperature",
                                             "Time",
                                             "Torque",
                                             "Voltage",
                                             "Volume",
                                             "VolumeFlowRate",
                                             "VolumeFraction",
                                             "VolumetricFlux",
                                             "Wavenumber"};
constexpr const char* kSensorAlertTypes[] = {"ALARM_CONDITION", "ERROR_CONDITION"};
constexpr const char* kMasterDataNames[] = {"bestBeforeDate",
                                            "catchArea",
                                            "certificationList",
                                            "countryOfExport",
                                            "countryOfOrigin",
                                            "drainedWeight",
                                            "economicZone",
                                            "firstFreezeDate",
                                            "grossWeight",
                                            "growingMethodCode",
                                            "harvestEndDate",
                                            "harvestStartDate",
                                            "informationProvider",
                                            "itemExpirationDate",
                                            "landingEndDate",
                                            "landingStartDate",
                                            "lotNumber",
                                            "measurement",
                                            "measurementUnitCode",
                                            "netWeight",
                                            "preservationTechniqueCode",
                                            "productionDate",
                                            "productionMethodForFishAndSeafoodCode",
                                            "rightOfReturn",
                                            "sellByDate",
                                            "storageStateCode",
                                            "transshipEndDate",
                                            "transshipStartDate",
                                            "transshipmentCountry",
                                            "unloadingPort",
                                            "vesselCatchInformationList",
                                            "vesselFlagState",
                                            "vesselID",
                                            "vesselName"};

struct Terms {
  const char* what;
  const char* uri;  // before the bare word
  const char* urn;  // of CBV 1.x; empty: none
  const char* const* first;
  const char* const* last;
  // Names that the namespace has beyond those of EPCIS are the business of others.
  bool closed;
};

template <size_t kSize>
constexpr Terms Define(const char* what, const char* uri, const char* urn,
                       const char* const (&names)[kSize], bool closed = true) {
  return {what, uri, urn, names, names + kSize, closed};
}

constexpr char kCbv[] = "https://ref.gs1.org/cbv/";
constexpr char kWebVocabulary[] = "https://gs1.org/voc/";

const Terms& TermsOf(Vocabulary vocabulary) {
  static constexpr Terms kTerms[] = {
      Define("business step", "https://ref.gs1.org/cbv/BizStep-",
             "urn:epcglobal:cbv:bizstep:", kBizSteps),
      Define("disposition", "https://ref.gs1.org/cbv/Disp-",
             "urn:epcglobal:cbv:disp:", kDispositions),
      Define("business transaction type", "https://ref.gs1.org/cbv/BTT-",
             "urn:epcglobal:cbv:btt:", kBizTransactionTypes),
      Define("source or destination type", "https://ref.gs1.org/cbv/SDT-",
             "urn:epcglobal:cbv:sdt:", kSourceDestinationTypes),
      Define("error reason", "https://ref.gs1.org/cbv/ER-", "urn:epcglobal:cbv:er:", kErrorReasons),
      Define("component", "https://ref.gs1.org/cbv/Comp-", "", kComponents),
      Define("measurement type", kWebVocabulary, "", kMeasurementTypes, false),
      Define("sensor alert type", kWebVocabulary, "", kSensorAlertTypes, false),
  };
  return kTerms[static_cast<size_t>(vocabulary)];
}

bool Contains(const char* const* first, const char* const* last, absl::string_view word) {
  return std::binary_search(first, last, word,
                            [](absl::string_view a, absl::string_view b) { return a < b; });
}

// "gs1:Temperature" and the like in full.
std::string ExpandCurie(absl::string_view text) {
  constexpr std::array<std::pair<const char*, const char*>, 3> kPrefixes = {
      {{"cbv:", kCbv}, {"gs1:", kWebVocabulary}, {"epcis:", "https://ref.gs1.org/epcis/"}}};
  for (const auto& [prefix, uri] : kPrefixes) {
    absl::string_view rest = text;
    if (absl::ConsumePrefix(&rest, prefix)) return absl::StrCat(uri, rest);
  }
  return std::string(text);
}

}  // namespace

bool IsUri(absl::string_view text) {
  const size_t colon = text.find(':');
  if (colon == absl::string_view::npos || colon + 1 == text.size()) return false;
  const absl::string_view scheme = text.substr(0, colon);
  if (scheme.empty() || !absl::ascii_isalpha(scheme[0])) return false;
  for (const char c : scheme) {
    if (!absl::ascii_isalnum(c) && c != '+' && c != '-' && c != '.') return false;
  }
  return std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return c > ' ' && c != 0x7f && c != '"' && c != '<' && c != '>';
  });
}

absl::StatusOr<std::string> CanonicalTerm(Vocabulary vocabulary, absl::string_view text) {
  const Terms& terms = TermsOf(vocabulary);
  const auto unknown = [&](absl::string_view word) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", word.substr(0, 80), "\" is no ", terms.what, " of CBV 2.0"));
  };
  if (Contains(terms.first, terms.last, text)) return absl::StrCat(terms.uri, text);
  if (!IsUri(text)) return unknown(text);
  std::string uri = ExpandCurie(text);
  absl::string_view rest = uri;
  if (terms.urn[0] != '\0' && absl::ConsumePrefix(&rest, terms.urn)) {
    uri = absl::StrCat(terms.uri, rest);
  }
  rest = uri;
  if (terms.closed && absl::ConsumePrefix(&rest, terms.uri) &&
      !Contains(terms.first, terms.last, rest)) {
    return unknown(rest);
  }
  return uri;
}

std::string BareTerm(Vocabulary vocabulary, absl::string_view uri) {
  const Terms& terms = TermsOf(vocabulary);
  absl::string_view rest = uri;
  if (absl::ConsumePrefix(&rest, terms.uri) && Contains(terms.first, terms.last, rest)) {
    return std::string(rest);
  }
  return std::string(uri);
}

bool IsMasterDataName(absl::string_view name) {
  return Contains(std::begin(kMasterDataNames), std::end(kMasterDataNames), name);
}

}  // namespace suyuan::epcis
