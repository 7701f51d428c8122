// What a guardrail forbids, in one scene: the principal is not authorized, and no `accepted_when`
// entry holds.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "evaluator/guardrail.h"
#include "evaluator/policy_side.h"

namespace auditor {

class GuardrailSide {
 public:
  // Keeps both references. `budget` is the verdict's.
  GuardrailSide(const Guardrail& guardrail, Budget& budget)
      : guardrail_(guardrail), budget_(budget) {}

  // For documents that `compiler` has compiled, and no others: which tag values they single out is
  // part of the answer. Nullopt: too many alternatives to look at.
  std::optional<Alternatives> forbidden(World& world, StatementCompiler& compiler, Leaning leaning);

  // Not empty: what a missing violation proves nothing for.
  const std::string& reason() const { return reason_; }

 private:
  std::optional<Alternatives> ways_to_fail(const AcceptedWhen& entry, World& world,
                                           StatementCompiler& compiler, Leaning leaning);
  void add_strangers(const std::vector<std::string>& tags, World& world,
                     StatementCompiler& compiler, std::vector<Clause>& clauses);
  bool leaves_a_stranger(std::span<const TextTest* const> lists);
  bool accepts_every_value(const Predicate& predicate);

  const Guardrail& guardrail_;
  Budget& budget_;
  std::string reason_;
};

}  // namespace auditor
