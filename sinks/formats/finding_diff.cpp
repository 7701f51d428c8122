// Tested by finding_diff_test.cpp.
#include "sinks/formats/finding_diff.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "sinks/formats/format.h"
#include "sinks/formats/native.h"
#include "sinks/formats/table.h"
#include "sinks/json/json_object.h"
#include "sinks/json/json_tree.h"

namespace auditor {
namespace {

using nlohmann::ordered_json;

std::vector<std::string> fields_that_differ(const Finding& guardrails, const Finding& against) {
  const ordered_json left = ordered_json::parse(native_json(guardrails));
  const ordered_json right = ordered_json::parse(native_json(against));
  std::vector<std::string> fields;
  for (const auto& [name, value] : left.items()) {
    if (!right.contains(name) || right.at(name) != value) fields.push_back(name);
  }
  for (const auto& [name, value] : right.items()) {
    if (!left.contains(name)) fields.push_back(name);
  }
  return fields;
}

std::string_view name_of(const FindingDiff& difference) {
  if (difference.against == nullptr) return "only_guardrails";
  return difference.guardrails == nullptr ? "only_against" : "changed";
}

std::string finding_or_null(const Finding* finding) {
  return finding == nullptr ? "null" : native_json(*finding);
}

}  // namespace

// A finding can open and be resolved by one event, so an id may come twice: the first goes with the
// first, the second with the second.
std::vector<FindingDiff> finding_diffs(std::span<const Finding> guardrails,
                                       std::span<const Finding> against,
                                       FindingDiffCounts& counts) {
  std::vector<FindingDiff> found;
  std::vector<bool> has_counterpart(against.size());
  for (const Finding& finding : guardrails) {
    std::size_t other = 0;
    while (other < against.size() && (has_counterpart[other] || against[other].id != finding.id)) {
      ++other;
    }
    if (other == against.size()) {
      ++counts.only_guardrails;
      found.push_back({&finding, nullptr, {}});
      continue;
    }
    has_counterpart[other] = true;
    std::vector<std::string> fields = fields_that_differ(finding, against[other]);
    ++(fields.empty() ? counts.same : counts.changed);
    if (!fields.empty()) found.push_back({&finding, &against[other], std::move(fields)});
  }
  for (std::size_t other = 0; other < against.size(); ++other) {
    if (has_counterpart[other]) continue;
    ++counts.only_against;
    found.push_back({nullptr, &against[other], {}});
  }
  return found;
}

std::string encode(const FindingDiff& difference) {
  const Finding& known =
      difference.guardrails != nullptr ? *difference.guardrails : *difference.against;
  std::string json = JsonObject()
                         .text("difference", name_of(difference))
                         .text("finding_id", known.id)
                         .texts("fields", difference.fields)
                         .json("guardrails", finding_or_null(difference.guardrails))
                         .json("against", finding_or_null(difference.against))
                         .take();
  return bounded_json(std::move(json), 2 * record_bytes_max);
}

std::string table_entry(const FindingDiff& difference, const TableLook& look) {
  if (difference.against == nullptr) {
    return "only under --guardrails:\n" + table_entry(*difference.guardrails, look);
  }
  if (difference.guardrails == nullptr) {
    return "only under --against:\n" + table_entry(*difference.against, look);
  }
  std::string fields;
  for (const std::string& field : difference.fields) {
    fields += (fields.empty() ? "" : ", ") + field;
  }
  return "changed (" + fields + "), under --guardrails:\n" +
         table_entry(*difference.guardrails, look) + "under --against:\n" +
         table_entry(*difference.against, look);
}

std::string one_line(const FindingDiffCounts& counts) {
  return std::to_string(counts.only_guardrails) + " only under --guardrails, " +
         std::to_string(counts.only_against) + " only under --against, " +
         std::to_string(counts.changed) + " changed, " + std::to_string(counts.same) + " the same";
}

}  // namespace auditor
