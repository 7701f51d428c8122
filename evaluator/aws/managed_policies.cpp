#include "evaluator/aws/managed_policies.h"

#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include "evaluator/policy/arn.h"
#include "evaluator/policy/values.h"
#include "evaluator/text/ascii_case.h"

namespace auditor {
namespace {

using simdjson::dom::element;

constexpr std::size_t catalogue_bytes_max = 64 << 20;

// "2026-08-22", since 1970: findings of a new catalogue are of the day of its snapshot.
bool is_day(std::string_view text) {
  constexpr std::size_t day_bytes = 10;
  const auto instant = read_instant(std::string(text) + "T00:00:00Z");
  return text.size() == day_bytes && instant && *instant >= 0;
}

// The part after the last `/`: names are unique over all paths.
std::string_view catalogue_name(std::string_view arn) {
  const std::size_t slash = arn.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : arn.substr(slash + 1);
}

// Gives each statement the position it has in the full document. False: `at` does not fit.
bool number_statements(const element& policy, PolicyDocument& document) {
  const auto at = policy["at"];
  std::string_view word;
  if (at.get(word) == simdjson::SUCCESS) {
    if (word != "object" || document.statements.size() != 1) return false;
    document.statements[0].index = 0;
    document.statements[0].is_only_statement = true;
    return true;
  }
  simdjson::dom::array positions;
  if (at.get(positions) != simdjson::SUCCESS) return false;
  std::size_t next = 0;
  for (const element position : positions) {
    std::uint64_t index = 0;
    if (position.get(index) != simdjson::SUCCESS || next == document.statements.size()) {
      return false;
    }
    document.statements[next].index = static_cast<std::size_t>(index);
    ++next;
  }
  return next == document.statements.size();
}

std::expected<ManagedPolicy, std::string> read_policy(const element& entry) {
  ManagedPolicy policy;
  std::string_view version;
  if (entry["version"].get(version) != simdjson::SUCCESS) {
    return std::unexpected("has no `version`");
  }
  policy.version = version;
  element statements;
  if (entry["statements"].get(statements) != simdjson::SUCCESS) {
    policy.document = PolicyDocument{true, {}};
    return policy;
  }
  policy.document = parse_policy_document(
      R"({"Version":"2012-10-17","Statement":)" + simdjson::minify(statements) + "}",
      PolicyKind::identity);
  if (policy.document && !number_statements(entry, *policy.document)) {
    return std::unexpected("has no number_statements `at` for each of its statements");
  }
  return policy;
}

}  // namespace

std::expected<ManagedPolicies, std::string> ManagedPolicies::parse(std::string_view json) {
  if (json.size() > catalogue_bytes_max) {
    return std::unexpected("larger than " + std::to_string(catalogue_bytes_max) + " bytes");
  }
  simdjson::dom::parser parser;
  element root;
  if (const auto error = parser.parse(simdjson::padded_string(json)).get(root)) {
    return std::unexpected(std::string("not JSON: ") + simdjson::error_message(error));
  }
  ManagedPolicies catalogue;
  std::string_view snapshot;
  simdjson::dom::array services;
  simdjson::dom::object policies;
  if (root["snapshot"].get(snapshot) != simdjson::SUCCESS ||
      root["services"].get(services) != simdjson::SUCCESS ||
      root["policies"].get(policies) != simdjson::SUCCESS) {
    return std::unexpected("not a catalogue: `snapshot`, `services` or `policies` is missing");
  }
  if (!is_day(snapshot)) {
    return std::unexpected("`snapshot` is no day, as in 2026-08-22");
  }
  catalogue.snapshot_ = snapshot;
  for (const element service : services) {
    std::string_view name;
    if (service.get(name) != simdjson::SUCCESS) {
      return std::unexpected("an entry of `services` is not a text");
    }
    catalogue.services_.push_back(to_lower(name));
  }
  for (const auto& [name, entry] : policies) {
    auto policy = read_policy(entry);
    if (!policy) return std::unexpected("`" + std::string(name) + "` " + policy.error());
    if (!catalogue.by_name_.try_emplace(std::string(name), std::move(*policy)).second) {
      return std::unexpected("`" + std::string(name) + "` stands twice");
    }
  }
  return catalogue;
}

const ManagedPolicy* ManagedPolicies::find(std::string_view policy_arn) const {
  if (!is_aws_managed_policy(policy_arn)) return nullptr;
  const auto found = by_name_.find(std::string(catalogue_name(policy_arn)));
  return found == by_name_.end() ? nullptr : &found->second;
}

bool ManagedPolicies::covers(std::string_view action) const {
  const std::string service = to_lower(action.substr(0, action.find(':')));
  return std::ranges::find(services_, service) != services_.end();
}

}  // namespace auditor
