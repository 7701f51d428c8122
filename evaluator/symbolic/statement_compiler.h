// A statement -> what a request must be for the statement to match it: a conjunction of groups of
// literals, of which one in each group must hold.
//
// Where public documentation leaves the meaning open, both assumptions are compiled, by
// approximation: over reads every open point towards more access (an Allow matches, a Deny does
// not), under away from it. What a under reading allows is allowed under every reading; what a over
// one does not allow is allowed under none.
//
// What a call returns depends on its arguments only: the compiler keeps nothing of a statement but
// the predicates of open texts, so that two equal ones are one.
// Tested by condition_compiler_test.cpp, cases_test.cpp and differential_test.cpp.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "evaluator/policy/policy_document.h"
#include "evaluator/solver/solver.h"
#include "evaluator/symbolic/symbolic_request.h"

namespace auditor {

// The other two read every open point the same way in all documents: for comparing documents,
// where a text must mean the same on both sides.
enum class Approximation { over, under, all_match, none_match };

bool wants_match(Approximation approximation, Effect effect);

// Past it every literal is taken to depend on the path.
inline constexpr std::size_t path_work_max = 200'000;

inline constexpr std::string_view path_assumption = "the path of the role or user is not known";

// The one open point that is not about access: in the other reading the document is malformed.
inline constexpr std::string_view operator_case_assumption = "the case of a condition operator";

using Conjunction = std::vector<Clause>;

// A statement with its place and what its document says about variables.
struct PlacedStatement {
  std::size_t policy = 0;
  const Statement* statement = nullptr;
  bool has_variables = false;
  // The document belongs to one repository: a Resource element naming another one is doubtful.
  bool is_repository_policy = false;
};

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

// A text with one open key, and what it is compared with: given a value there, the key's value
// that makes them match can be read off.
struct OpenText {
  KeyReading compared;
  KeyReading key;
  Symbols before;
  Symbols after;
};

// A text of a policy that names a repository's tag whose value is known, filled in, and what it
// is compared with: where the two match, the policy singles the tag's value out.
struct NamingText {
  std::string key;
  std::uint32_t variable;
  const Predicate* predicate;
  Predicate emptied;  // as in TestedKey
};

// Every test that policies put on a variable, with what it would be if open policy variables were
// empty: the owner rule asks which of them single a value out.
struct TestedKey {
  struct Test {
    const Predicate* predicate;
    Predicate emptied;
  };
  std::string key;  // lower case
  std::vector<Test> tests;
};

// What was met in texts, of one statement or of several, besides what they ask of a request.
struct Observations {
  // Keys that policy variables name and whose value is neither constant nor bound.
  std::map<std::string, NamedKey> open_keys;
  std::vector<OpenText> open_texts;
  // A test was met that no theory decides, or a variable that may have no single value to fill in.
  bool has_opaque_tests = false;
  // Names of the open points of the documentation.
  std::set<std::string> assumptions;

  // Of policies only, not of a guardrail's conditions: what may single a tag's value out.
  std::map<std::string, KeyReading> keys_in_texts;  // named by variables, known tags left out
  std::vector<NamingText> naming_texts;
  std::map<std::uint32_t, TestedKey> tested_keys;  // by variable

  // True: what was compiled is an upper bound of what the statements match.
  bool is_open() const { return !open_keys.empty() || has_opaque_tests; }

  void add(Observations&& other);
};

struct Compiled {
  std::optional<Conjunction> conjunction;  // nullopt: no request of this environment matches
  Observations observations;
};

// Whom a guardrail's list of principals authorizes.
struct Authorization {
  bool always = false;
  Clause when;  // one of these holds; empty, and not always: never
  std::set<std::string> assumptions;
};

struct CompilerOptions {
  Approximation approximation = Approximation::over;
  // A resource policy's Allow to its own account grants nothing beyond identity policies.
  bool own_account_needs_identity = false;
  std::vector<Binding> bindings;
};

class StatementCompiler {
 public:
  // Keeps both references.
  StatementCompiler(SymbolicRequest& request, Problem& problem, CompilerOptions options);

  Compiled compile(const PlacedStatement& placed);

  // A Condition block of a guardrail. `wants_match`: doubtful points are read towards a match.
  Compiled compile(const std::vector<ConditionClause>& block, bool wants_match);

  Authorization authorization(const std::vector<std::string>& patterns);

  Literal literal(const KeyReading& reading, Ask ask, Predicate predicate, bool positive);

  // As few conjunctions as say the same: those that ask for the same but for the texts of one list
  // are one, which asks for any text of their lists. A policy of hundreds of statements that differ
  // in an account is one question.
  std::vector<Conjunction> merged(std::vector<Conjunction> conjunctions);

 private:
  friend class Compilation;

  // A binding, resolved in this request.
  struct BoundKey {
    KeyReading reading;
    Constant value;
  };

  // The principal is one of these, or of one of these accounts. Empty: nobody.
  Clause principal_in(std::vector<Pattern> principals, std::vector<Pattern> accounts);

  // Of equal predicates it is the same one each time.
  const Predicate* add(Predicate predicate);
  // As add(), but of equal open texts it is the same one each time.
  const Predicate* keep(Predicate predicate, const std::string& text);
  std::optional<bool> constant_truth(const Literal& literal) const;
  // Where the path of the principal is open: whether the literal holds with every path, or with
  // none. Nullopt: it depends on the path.
  std::optional<bool> truth_for_every_path(const Literal& literal);
  bool depends_on_path(const Literal& literal);
  Constant value_of(const KeyReading& reading) const;

  SymbolicRequest& request_;
  Problem& problem_;
  CompilerOptions options_;
  std::vector<BoundKey> bindings_;
  std::map<std::string, const Predicate*> open_predicates_;  // by text: equal ones are one
  std::unordered_multimap<std::size_t, const Predicate*> predicates_;  // the others, by hash
  Budget path_work_{.left = path_work_max};  // of all questions about paths together
};

}  // namespace auditor
