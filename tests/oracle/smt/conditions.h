// Condition clauses as terms over the unknowns of a request.
//
// Each context key is a presence (a Bool) and a value; which keys there are is collected while the
// clauses are translated, so that a query declares only what it names.
#pragma once

#include <expected>
#include <map>
#include <string>
#include <vector>

#include "tests/oracle/reference/clause.h"

namespace auditor::smt {

using Term = std::expected<std::string, std::string>;

// What the fragment leaves out, and why.
inline std::unexpected<std::string> outside(const std::string& why) { return std::unexpected(why); }

class Conditions {
 public:
  // `has_resource`: the action is one on a repository, which can carry tags.
  explicit Conditions(bool has_resource) : has_resource_(has_resource) {}

  // The error says what is outside the fragment. `variables` as in Document.
  Term translate(const reference::Clause& clause, bool variables);

  // The tags that the clauses named, and the facts of MFA.
  std::string declarations() const;

  std::vector<std::string> tags() const;

 private:
  struct Key {
    std::string present;
    std::string value;
  };
  std::expected<Key, std::string> find_key(const std::string& name);

  bool has_resource_;
  std::map<std::string, Key> tags_;
};

// Text that means the same to every reader: ASCII, and no variable of the policy language.
bool is_plain(const std::string& text, bool variables);

inline constexpr const char* region_unknown = "|aws:requestedregion|";
inline constexpr const char* mfa_present = "|aws:multifactorauthpresent?|";
inline constexpr const char* mfa_value = "|aws:multifactorauthpresent|";
inline constexpr const char* mfa_age = "|aws:multifactorauthage|";

}  // namespace auditor::smt
