// The tags of one thing when all of them are known, as condition keys see them: there tag keys
// ignore case.
#pragma once

#include <map>
#include <optional>
#include <string>

namespace auditor {

class KnownTags {
 public:
  // By key as written.
  explicit KnownTags(const std::map<std::string, std::string>& tags);

  // `key` in lower case. Outer nullopt: two tags differ only in case, so which one IAM compares is
  // not known. Inner nullopt: there is no such tag.
  std::optional<std::optional<std::string>> value(const std::string& key) const;

  bool operator==(const KnownTags&) const = default;

 private:
  std::map<std::string, std::optional<std::string>> values_;  // nullopt: two tags
};

}  // namespace auditor
