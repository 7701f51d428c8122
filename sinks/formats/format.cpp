// Tested by encoder_test.cpp.
#include <array>

#include "evaluator/text/nearest.h"
#include "evaluator/text/wording.h"
#include "sinks/formats/format.h"
#include "sinks/formats/native.h"
#include "sinks/formats/ocsf.h"
#include "sinks/formats/ocsf_compliance.h"
#include "sinks/json/json_tree.h"

namespace auditor {
namespace {

constexpr std::array<std::string_view, 2> format_names{"native", "ocsf"};

}  // namespace

std::expected<Format, std::string> parse_format(std::string_view text) {
  if (text == "native") return Format::native;
  if (text == "ocsf") return Format::ocsf;
  return std::unexpected("unknown format " + in_backticks(text) +
                         did_you_mean(nearest(text, format_names)) + " (native, ocsf)");
}

std::string encode(const Finding& finding, Format format) {
  return bounded_json(format == Format::ocsf ? ocsf_json(finding) : native_json(finding),
                      record_bytes_max);
}

std::string encode(const ComplianceRecord& record, Format format) {
  return bounded_json(format == Format::ocsf ? ocsf_json(record) : native_json(record),
                      record_bytes_max);
}

}  // namespace auditor
