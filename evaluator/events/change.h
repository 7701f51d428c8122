// What an event changes in an account, as data.
#pragma once

#include <functional>
#include <vector>

#include "evaluator/account/fact.h"
#include "evaluator/policy/policy_document.h"

namespace auditor {

struct AccountChange {
  AccountKey account;
  std::vector<Fact> facts;  // empty: the event changes nothing that is remembered
};

// Whether the statements of a document can matter under the guardrails: it names a guarded action
// in an Allow or a Deny. Documents that cannot are kept as markers.
using CanMatter = std::function<bool(const PolicyDocument&, PolicyKind)>;

}  // namespace auditor
