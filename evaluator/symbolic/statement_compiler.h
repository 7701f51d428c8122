// A statement -> what a request must be for the statement to match it: a conjunction of groups of
// literals, of which one in each group must hold.
//
// Where public documentation leaves the meaning open, both assumptions are compiled, by
// approximation: over reads every open point towards more access (an Allow matches, a Deny does
// not), under away from it. What a under reading allows is allowed under every reading; what a over
// one does not allow is allowed under none. Tested by cases_test.cpp and differential_test.cpp.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evaluator/policy/policy_document.h"
#include "evaluator/solver/solver.h"
#include "evaluator/symbolic/symbolic_request.h"

namespace auditor {

// The other two read every open point the same way in all documents: for comparing documents,
// where a text must mean the same on both sides.
enum class Approximation { over, under, all_match, none_match };

bool wants_match(Approximation approximation, Effect effect);

// The one open point that is not about access: in the other reading the document is malformed.
inline constexpr std::string_view operator_case_assumption = "the case of a condition operator";

using Conjunction = std::vector<Clause>;

// Fixed values for keys that policy variables name, while one assignment of them is tried.
// Named by the key, because each attempt has a symbolic request of its own.
struct Binding {
  std::string key;                   // lower case
  std::string written;               // as a document spells it
  std::optional<std::string> value;  // nullopt: absent
};

// A key that a policy variable names.
struct NamedKey {
  std::string written;
  KeyReading reading;
};

// Compared with a text that is read as a number, date or address: no text theory applies.
inline constexpr KeyReading nothing_compared{.variable = ~std::uint32_t{0},
                                             .projection = Projection::whole};

struct CompilerOptions {
  Approximation approximation = Approximation::over;
  // A resource policy's Allow to its own account grants nothing beyond identity policies.
  bool own_account_needs_identity = false;
  // The document belongs to one repository: a Resource element naming another one is doubtful.
  bool is_repository_policy = false;
  std::vector<Binding> bindings;
};

class StatementCompiler {
 public:
  StatementCompiler(SymbolicRequest& request, Problem& problem, CompilerOptions options);

  void set_repository_policy(bool is) { options_.is_repository_policy = is; }

  // Nullopt: no request of this environment matches.
  std::optional<Conjunction> compile(const Statement& statement, bool has_variables);

  // A Condition block of a guardrail. `wants_match`: doubtful points are read towards a match.
  std::optional<Conjunction> compile(const std::vector<ConditionClause>& block, bool has_variables,
                                     bool wants_match);

  // The principals of a guardrail's list: true when the principal may be authorized in some
  // request; then `literal` says when (null: always).
  struct Authorization {
    bool always = false;
    std::optional<Literal> when;
  };
  Authorization authorization(const std::vector<std::string>& patterns);

  // Keys that policy variables name and whose value is neither constant nor bound_to. While there
  // are any, the compiled problem is an upper bound.
  const std::map<std::string, NamedKey>& open_keys() const { return open_keys_; }

  // Every key that a policy variable names.
  const std::map<std::string, KeyReading>& keys_in_texts() const { return keys_in_texts_; }

  // A text with one open key, and what it is compared with: given a value there, the key's value
  // that makes them match can be read off.
  struct OpenText {
    KeyReading compared;
    KeyReading key;
    Symbols before;
    Symbols after;
  };
  const std::vector<OpenText>& open_texts() const { return open_texts_; }

  // True when a test was met that no theory decides: the compiled problem is an upper bound.
  bool has_opaque_tests() const { return has_opaque_tests_; }

  // Names of the open points that were met.
  const std::set<std::string>& assumptions() const { return assumptions_; }

  // Every test that a policy puts on a variable, with what it would be if open policy variables
  // were empty: the owner rule asks which of them single a value out.
  struct TagTest {
    const Predicate* predicate;
    Predicate emptied;
  };
  const std::map<std::uint32_t, std::vector<TagTest>>& tests() const { return tests_; }
  const std::map<std::uint32_t, std::string>& keys() const { return key_of_variable_; }

  // A text of a policy that names a repository's tag whose value is known, filled in, and what it
  // is compared with: where the two match, the policy singles the tag's value out.
  struct NamingText {
    std::string key;
    std::uint32_t variable;
    const Predicate* predicate;
    Predicate emptied;  // as in TagTest
  };
  const std::vector<NamingText>& naming_texts() const { return naming_texts_; }

  Literal literal(std::uint32_t variable, Ask ask, Predicate predicate, bool positive);

 private:
  struct Filled {
    Pattern pattern;
    Pattern emptied;
    bool is_open = false;
    std::vector<std::string> known_tags;  // keys of a repository's tags that were filled in
  };

  bool doubt(std::string reading) {
    assumptions_.insert(std::move(reading));
    return true;
  }

  // Appends `literal` as a group unless it is constantly true. False: constantly false.
  bool require(Conjunction& groups, Literal literal);
  bool require(Conjunction& groups, Clause alternatives);
  std::optional<bool> constant_truth(const Literal& literal) const;

  // How doubtful points of an element's or clause's entries are read.
  bool entries_want_match(bool negated, bool wants_match) const;
  bool compile_action(const Patterns& patterns, bool wants_match, Conjunction& groups);
  bool compile_resource(const Statement& statement, bool has_variables, bool wants_match,
                        Conjunction& groups);
  bool compile_principal(const PrincipalElement& principal, Effect effect, bool wants_match,
                         Conjunction& groups);
  bool compile_clause(const ConditionClause& clause, bool has_variables, bool wants_match,
                      Conjunction& groups);

  // Nullopt: a variable has no value, so the text matches nothing. `compared` is what the text is
  // compared with.
  std::optional<Filled> fill(const std::string& text, Matching matching, bool has_variables,
                             const KeyReading& compared);
  std::optional<std::optional<std::string>> value_of(const KeyReading& reading) const;
  Predicate condition_predicate(const ConditionClause& clause, const KeyReading& reading,
                                bool has_variables, bool wants_match, Predicate& emptied);
  std::vector<Pattern> arn_principals(const PrincipalElement& principal, Effect effect);
  void record_naming_text(const Filled& filled, const KeyReading& compared,
                          const std::string& text);
  // A list of tag values in a statement that cannot match: it singles values out all the same.
  void record_tag_list(const ConditionClause& clause, bool has_variables);
  const Predicate* keep(Predicate predicate, const std::string& text);

  SymbolicRequest& request_;
  Problem& problem_;
  CompilerOptions options_;
  std::map<std::string, NamedKey> open_keys_;
  std::vector<std::pair<KeyReading, std::optional<std::string>>>
      bindings_;  // resolved in this request
  std::map<std::string, KeyReading> keys_in_texts_;
  std::vector<OpenText> open_texts_;
  std::vector<NamingText> naming_texts_;
  std::set<std::string> assumptions_;
  bool has_opaque_tests_ = false;
  bool is_void_while_open_ = false;  // the last statement, for a resource that is not known yet
  bool is_policy_ = true;            // not a guardrail's condition: those single no tag value out
  std::map<std::uint32_t, std::vector<TagTest>> tests_;
  std::map<std::uint32_t, std::string> key_of_variable_;
  std::map<std::string, const Predicate*>
      open_predicates_;  // so that equal texts are one predicate
};

}  // namespace auditor
