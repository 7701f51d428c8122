// Tested by cases_test.cpp: known_tags.jsonl.
#include "evaluator/symbolic/known_tags.h"

#include "evaluator/text/ascii_case.h"

namespace auditor {

KnownTags::KnownTags(const std::map<std::string, std::string>& tags) {
  for (const auto& [key, value] : tags) {
    const auto [place, is_new] = values_.try_emplace(to_lower(key), value);
    if (!is_new) place->second.reset();
  }
}

std::optional<std::optional<std::string>> KnownTags::value(const std::string& key) const {
  const auto found = values_.find(key);
  if (found == values_.end()) return std::optional<std::string>();
  if (!found->second) return std::nullopt;
  return found->second;
}

}  // namespace auditor
