// Which keys of a request are a subject's tags, and what they then hold.
#include <algorithm>

#include "tests/oracle/reference/situation.h"

namespace auditor::reference {

bool is_fixed(const std::string& key, const Subject& subject, const Tags* tags) {
  if (tags == nullptr) return false;
  const bool of_repository =
      subject.type == EntityKind::repository &&
      (key.starts_with("aws:resourcetag/") || key.starts_with("ecr:resourcetag/"));
  const bool of_user = subject.type == EntityKind::user && key.starts_with("aws:principaltag/");
  if (!of_repository && !of_user) return false;
  // Two tags that differ in case only: which one is compared is not known.
  const std::string name = key.substr(key.find('/') + 1);
  return std::ranges::count_if(*tags, [&](const auto& tag) { return lower(tag.first) == name; }) <
         2;
}

Context known_tags(const Subject& subject, const Tags* tags) {
  Context context;
  if (tags == nullptr) return context;
  for (const auto& [key, value] : *tags) {
    for (const char* prefix : {"aws:resourcetag/", "ecr:resourcetag/", "aws:principaltag/"}) {
      const std::string whole = prefix + lower(key);
      if (is_fixed(whole, subject, tags)) context[whole] = value;
    }
  }
  return context;
}

}  // namespace auditor::reference
