// A question about one guarded action as an SMT-LIB 2 query: satisfiable exactly when there is a
// request that the documents allow and the guardrail forbids.
//
// The fragment: a role or a user, its documents and boundary; globs in Action, NotAction, Resource
// and NotResource; string operators on tags and the region; MFA and its age. What lies outside,
// the documentation's open points among it, and tags that are known, is refused and never
// approximated. Of the reference evaluator only its reader of documents is used.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "tests/oracle/reference/trial.h"

namespace auditor::smt {

struct Query {
  std::string text;               // declarations and assertions, without `check-sat`
  std::vector<std::string> tags;  // the tags among its unknowns, as context keys in lower case
};

// The error says what is outside the fragment.
std::expected<Query, std::string> translate(const reference::Trial& trial,
                                            const Guardrail& guardrail, const std::string& action);

// Assertions that set the query's unknowns to what a request says of them: with these appended,
// the query asks whether this request is one that violates.
std::string fix_request(const Request& request, const Query& query);

}  // namespace auditor::smt
