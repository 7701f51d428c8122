// Exact new access between two documents: is there a request that the candidate allows and the
// reference does not?
//
// The request is any service: actions are all strings, so a pattern is not equal to today's list of
// what it matches; there is no own account, and only facts that hold for every request apply.
#pragma once

#include <optional>
#include <string>

#include "evaluator/decision/query.h"

namespace auditor {

enum class NewAccess { no, yes, unknown };

struct AccessComparison {
  NewAccess new_access = NewAccess::no;
  std::optional<Request> witness;  // when there is new access
  std::string reason;              // unknown, or the open point that new access hangs on
};

AccessComparison compare(const ParsedPolicy& reference, const ParsedPolicy& candidate,
                         PolicyKind kind);

}  // namespace auditor
