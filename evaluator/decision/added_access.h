// What a change of documents added: the second query to the engine.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evaluator/decision/query.h"
#include "evaluator/guardrail/guardrail.h"

namespace auditor {

// What `after` allows and the guardrail forbids, and `before` does not allow; both are about the
// same subject. `none` when there is no such request. Points that documentation leaves open are
// read the same way on both sides. A tag whose value is known on both sides is what it was on each;
// any other is on both sides what it is in `after`. One malformed document makes it `unknown`.
struct AddedAccess {
  enum class Kind { none, some, unknown };
  Kind kind = Kind::none;
  std::vector<std::string> actions;  // guarded actions with such a request
  std::optional<Request> witness;    // of the first
  std::string reason;                // unknown: why
};

AddedAccess added_access(const Query& before, const Query& after, const Guardrail& guardrail);

}  // namespace auditor
