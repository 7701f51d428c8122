// What a guardrail forbids, in one env: the principal is not authorized, and no `accepted_when`
// entry holds.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "evaluator/guardrail/guardrail.h"
#include "evaluator/symbolic/statement_set.h"

namespace auditor {

class ForbiddenRequests {
 public:
  // What a text that names one of the guardrail's tags is taken to do where the tags are not known.
  enum class NamingTexts { single_out, do_nothing };

  // Keeps both references. `budget` is the verdict's.
  ForbiddenRequests(const Guardrail& guardrail, Budget& budget,
                    NamingTexts naming_texts = NamingTexts::single_out)
      : guardrail_(guardrail), budget_(budget), naming_texts_(naming_texts) {}

  // `policies`: what was met in the documents that are judged, and in no others; which tag values
  // they single out is part of the answer.
  CompiledSet forbidden(SymbolicRequest& request, StatementCompiler& compiler,
                        const Observations& policies, Approximation approximation);

  // Not empty: what a missing violation proves nothing for.
  const std::string& reason() const { return reason_; }

  // The guardrail's tags that texts of the policies name, as far as they were met: condition keys
  // in lower case. With a single_out side, a statement that does not name them is judged too
  // kindly.
  const std::set<std::string>& tags_in_texts() const { return tags_in_texts_; }

 private:
  std::optional<Alternatives> ways_to_fail(const AcceptedWhen& entry,
                                           const std::optional<Conjunction>& condition,
                                           const SymbolicRequest& request,
                                           const Observations& policies);
  void add_strangers(const std::vector<std::string>& tags, const SymbolicRequest& request,
                     const Observations& policies, std::vector<Clause>& clauses);
  bool leaves_a_stranger(std::span<const TextTest* const> lists);
  bool accepts_every_value(const Predicate& predicate);

  const Guardrail& guardrail_;
  Budget& budget_;
  NamingTexts naming_texts_;
  std::string reason_;
  std::set<std::string> tags_in_texts_;
};

// True when the statement matches only requests in which something is equal to a text that names
// one of `tags`: "aws:PrincipalTag/team": "${ecr:ResourceTag/team}".
bool is_limited_by_text(const PlacedStatement& placed, const std::set<std::string>& tags);

}  // namespace auditor
