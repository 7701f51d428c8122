// The tags of one thing when all of them are known, as condition keys see them: there tag keys
// ignore case.
#pragma once

#include <map>
#include <string>

#include "evaluator/symbolic/constant.h"

namespace auditor {

class KnownTags {
 public:
  // By key as written.
  explicit KnownTags(const std::map<std::string, std::string>& tags);

  // `key` in lower case. Nothing is known where two tags differ only in case: which of them IAM
  // compares is not documented.
  Constant value(const std::string& key) const;

  bool operator==(const KnownTags&) const = default;

 private:
  std::map<std::string, Constant> values_;  // in lower case; none: two tags
};

}  // namespace auditor
