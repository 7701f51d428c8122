// Tested by cases_test.cpp: known_tags.jsonl.
#include "evaluator/symbolic/known_tags.h"

#include "evaluator/text/ascii_case.h"

namespace auditor {

KnownTags::KnownTags(const std::map<std::string, std::string>& tags) {
  for (const auto& [key, value] : tags) {
    const auto [place, is_new] = values_.try_emplace(to_lower(key), Constant::of(value));
    if (!is_new) place->second = {};
  }
}

Constant KnownTags::value(const std::string& key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? Constant::absent() : found->second;
}

}  // namespace auditor
