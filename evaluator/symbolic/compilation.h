// One statement on its way to a `Compiled`: what statement_compiler.h starts for each call, and
// what the sources of its parts share. Nobody outside this folder needs it.
//
// A part (`action()`, `resource()`, ...) appends what it asks to the conjunction and returns false
// when no request can meet it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "evaluator/symbolic/statement_compiler.h"

namespace auditor {

// Compared with a text that is read as a number, date or address: no text theory applies.
inline constexpr KeyReading nothing_compared{.variable = ~std::uint32_t{0},
                                             .projection = Projection::whole};

class Compilation {
 public:
  // Keeps the reference. `wants_match`: doubtful points are read towards a match.
  Compilation(StatementCompiler& compiler, bool has_variables, bool wants_match)
      : compiler_(compiler),
        request_(compiler.request_),
        options_(compiler.options_),
        has_variables_(has_variables),
        wants_match_(wants_match) {}

  Compiled statement(const PlacedStatement& placed) &&;
  Compiled guardrail_condition(const std::vector<ConditionClause>& block) &&;

 private:
  struct Filled {
    Pattern pattern;
    Pattern emptied;
    bool is_open = false;
    std::string identity = {};            // equal for texts that mean the same
    std::vector<std::string> known_tags;  // keys of a repository's tags that were filled in
  };

  bool action(const Patterns& patterns);
  bool resource(const Statement& statement);
  bool principal(const PrincipalElement& principal, Effect effect);
  bool condition(const ConditionClause& clause);
  // `values`: a part of the clause's, which is a list of alternatives.
  const Predicate* compared_with(const ConditionClause& clause, const KeyReading& reading,
                                 std::vector<std::string> values);
  std::optional<ConditionClause> turned_round(const ConditionClause& clause,
                                              const KeyReading& reading);

  bool doubt(std::string reading) {
    seen_.assumptions.insert(std::move(reading));
    return true;
  }

  // Appends `literal` as a group unless it is constantly true. False: constantly false.
  bool require(Literal literal);
  bool require(Clause alternatives);

  // How doubtful points of an element's or clause's entries are read.
  bool entries_want_match(bool negated, bool wants_match) const;

  // Nullopt: a variable has no value, so the text matches nothing. `compared` is what the text is
  // compared with.
  std::optional<Filled> fill(const std::string& text, Matching matching,
                             const KeyReading& compared);
  Predicate condition_predicate(const ConditionClause& clause, const KeyReading& reading,
                                bool wants_match, Predicate& emptied, std::string& identity);
  Clause arn_principals(const PrincipalElement& principal, Effect effect) const;
  bool has_early_variable(const std::string& arn) const;
  bool can_hold_colon(const KeyReading& reading) const;
  bool is_list(const KeyReading& reading) const;
  void record_naming_text(const Filled& filled, const KeyReading& compared);
  // A list of tag values in a statement that cannot match: it singles values out all the same.
  void record_tag_list(const ConditionClause& clause);
  // What is recorded of a variable; `key` names it where nothing is yet.
  TestedKey& tested(std::uint32_t variable, const std::string& key);

  StatementCompiler& compiler_;
  SymbolicRequest& request_;
  const CompilerOptions& options_;
  const bool has_variables_;
  const bool wants_match_;
  bool is_policy_ = true;  // not a guardrail's condition: those single no tag value out
  bool is_repository_policy_ = false;
  bool is_void_while_open_ = false;  // for a resource that is not known yet
  Conjunction groups_;
  Observations seen_;
};

}  // namespace auditor
