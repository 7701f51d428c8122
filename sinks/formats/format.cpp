// Tested by format_test.cpp and encoder_test.cpp.
#include "sinks/formats/format.h"

#include <algorithm>
#include <vector>

#include "evaluator/text/nearest.h"
#include "evaluator/text/wording.h"
#include "sinks/formats/native.h"
#include "sinks/formats/ocsf.h"
#include "sinks/formats/ocsf_compliance.h"
#include "sinks/json/json_tree.h"

namespace auditor {
namespace {

// The first is the default.
constexpr FindingFormat format_table[] = {
    {"native", native_json, native_json},
    {"ocsf", ocsf_json, ocsf_json},
};

}  // namespace

std::span<const FindingFormat> finding_formats() { return format_table; }

Format native_format() { return &format_table[0]; }

std::string format_names(std::string_view between) {
  std::string names;
  for (const FindingFormat& format : format_table) {
    if (!names.empty()) names += between;
    names += format.name;
  }
  return names;
}

std::expected<Format, std::string> parse_format(std::string_view text, std::string_view other) {
  const FindingFormat* const found = std::ranges::find(format_table, text, &FindingFormat::name);
  if (found != std::ranges::end(format_table)) return found;
  std::vector<std::string_view> names;
  for (const FindingFormat& format : format_table) names.push_back(format.name);
  if (!other.empty()) names.push_back(other);
  return std::unexpected("unknown format " + in_backticks(text) +
                         did_you_mean(nearest(text, names)) + " (" + format_names(", ") +
                         (other.empty() ? "" : ", ") + std::string(other) + ")");
}

std::string encode(const Finding& finding, Format format) {
  return bounded_json(format->finding_json(finding), record_bytes_max);
}

std::string encode(const ComplianceRecord& record, Format format) {
  return bounded_json(format->compliance_json(record), record_bytes_max);
}

}  // namespace auditor
