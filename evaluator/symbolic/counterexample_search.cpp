// How a counterexample is found, and why none is missed.
//
// A request of the environment is one if some Allow matches it (and, under a permissions boundary,
// some Allow of that too), no Deny does, and some alternative of the forbidden set holds. Matching
// is a conjunction of clauses, so all Denies fail together as clauses of one problem (negate()),
// and what is left is a choice: one alternative, one Allow, one Allow of the boundary. Attempt asks
// the solver for each of these combinations in turn. Any counterexample fits one of them, and a
// solution of one of them is a request that fits, so this part is exact as far as the solver is:
// unsatisfiable is said only if it was said of every combination.
//
// Policy variables are what makes it hard. "repository/${aws:PrincipalTag/team}" is a pattern only
// once the tag has a value: it ties two variables of the request, and the solver decides each
// variable alone. Three steps lead around that:
//
// 1. Open. The text is compiled with `*` in the variable's place, as a test that is known by two
//    bounds: it accepts at most what that pattern does, and at least what the texts beside it do
//    (Predicate::at_least). Equal texts are one test, so no request is inside and outside at once.
//    Every counterexample solves this problem: when it has no solution, there is none. A solution
//    proves nothing yet: the key and the text may not agree in it.
// 2. Bindings. Each open key gets a value, or is absent: the request must have that value
//    (ask_for_bindings()), and the text is filled in with it. With nothing left open a solution is
//    a counterexample, and it is the answer. Tried are absent, the plain values, the empty text,
//    what the open solution suggests (where "repository/${key}" met "repository/app", that is
//    "app", see values_that_match()) and what the policies compare the key with.
// 3. Refinement. Only finitely many values were tried. So the open problem is asked once more, with
//    one clause for each set of assignments that was refuted: some key has another value
//    (exclude_tried()). Unsatisfiable: a counterexample would give the keys some values, those
//    that were refuted it cannot, and with any others it would solve this problem; there is none.
//    Satisfiable: the values that the keys have in that solution are the next binding. That can go
//    on for ever, hence the bounds (binding_assignments_max, refinements_max); past them, or when
//    one attempt could not be decided, the answer is unknown, never "none".
//
// Example, ARNs shortened. Allow on "repository/${aws:PrincipalTag/team}", Deny on
// "repository/app". Open, the solver takes repository/any. Without the tag the Allow matches
// nothing: refuted. With the plain value "any" the text is "repository/any", the Deny does not
// match it: a counterexample, with aws:PrincipalTag/team = any in its witness.
//
// Counter-example, where the first step alone would be wrong. The same two, and the Allow asks for
// StringEquals aws:PrincipalTag/team "app". Open, repository/any with team = app is a solution: the
// `*` stands for a text that team = app cannot give. Bound to "app" the text is "repository/app",
// which the Deny keeps out; the other values fail the condition. Refinement then asks for a value
// that is none of those tried. The condition leaves no other: unsatisfiable, and so is the answer.
//
// If all this ends in unknown, one more thing may help: a request needs one Allow only, and alone
// it leaves fewer keys open. So each Allow is asked by itself, with all Denies (search_each_allow).
// That is the same question as long as what is forbidden does not depend on which Allows there are;
// under the owner rule it does (decision/forbidden_requests.cpp), and then it is not done.
//
// Tested by cases_test.cpp, exhaustive_test.cpp and differential_test.cpp.
#include "evaluator/symbolic/counterexample_search.h"

#include <algorithm>

#include "evaluator/aws/partitions.h"

namespace auditor {
namespace {

using Kind = Solution::Kind;

constexpr std::size_t binding_values_max = 12;
constexpr std::size_t refinements_max = 8;
constexpr std::size_t matched_bytes_max = 512;
constexpr std::size_t allows_asked_alone_max = 8;

struct CompiledAllow {
  PlacedStatement placed;
  Conjunction conjunction;
};

// Assignments of the open keys that are done with: for each key the values, all combinations.
using Tried = std::vector<std::vector<Binding>>;

// One attempt: everything compiled under one assignment of policy variables.
class Attempt {
 public:
  Attempt(const CounterexampleQuery& query, std::vector<Binding> bindings,
          std::vector<Tried> tried = {})
      : query_(query),
        tried_(std::move(tried)),
        bindings_(std::move(bindings)),
        request_(problem_, env_of(query)),
        compiler_(request_, problem_,
                  {.approximation = query.approximation,
                   .own_account_needs_identity = query.own_account_needs_identity,
                   .bindings = bindings_}) {}

  Counterexample run() {
    if (!compile()) return finish(std::move(answer_));
    CompiledSet forbidden = query_.forbidden(request_, compiler_, seen_);
    seen_.add(std::move(forbidden.observations));
    const std::optional<Alternatives>& alternatives = forbidden.alternatives;
    if (!alternatives) return finish(unknown("the forbidden set has too many alternatives"));
    ask_for_bindings();
    exclude_tried();
    const std::vector<Conjunction> allows = compiler_.merged(conjunctions_of(allows_));
    const std::vector<Conjunction> bounds = compiler_.merged(conjunctions_of(boundary_allows_));
    if (allows.size() * std::max<std::size_t>(bounds.size(), 1) * alternatives->size() >
        allow_pairs_max) {
      return finish(unknown("too many combinations of Allow statements"));
    }
    for (const std::vector<Clause>& alternative : *alternatives) {
      for (const Conjunction& allow : allows) {
        if (query_.boundary == nullptr) {
          if (ask(allow, nullptr, alternative)) return finish(std::move(answer_));
        }
        for (const Conjunction& within : bounds) {
          if (ask(allow, &within, alternative)) return finish(std::move(answer_));
        }
      }
    }
    return finish(std::move(answer_));
  }

  bool is_open() const { return seen_.is_open(); }
  bool has_opaque_tests() const { return seen_.has_opaque_tests; }

  // The Allows that are possible in this env.
  std::vector<PlacedStatement> allows() const {
    std::vector<PlacedStatement> placed;
    for (const CompiledAllow& allow : allows_) placed.push_back(allow.placed);
    return placed;
  }

  // After a satisfiable run: the values that the open keys had.
  const std::vector<Binding>& model_bindings() const { return model_bindings_; }

  // Values worth trying for every key that policy variables left open.
  std::vector<std::vector<Binding>> binding_choices() const {
    std::vector<std::vector<Binding>> choices;
    for (const auto& [key, named] : seen_.open_keys) {
      choices.push_back(bindings_for(key, named));
    }
    return choices;
  }

 private:
  static RequestEnv env_of(const CounterexampleQuery& query) {
    RequestEnv env = query.env;
    env.documented_only = query.approximation == Approximation::under ||
                          query.approximation == Approximation::none_match;
    return env;
  }

  static Counterexample unknown(std::string reason) {
    Counterexample answer;
    answer.kind = Kind::unknown;
    answer.reason = std::move(reason);
    return answer;
  }

  static std::vector<Conjunction> conjunctions_of(const std::vector<CompiledAllow>& allows) {
    std::vector<Conjunction> conjunctions;
    for (const CompiledAllow& allow : allows) conjunctions.push_back(allow.conjunction);
    return conjunctions;
  }

  Counterexample finish(Counterexample answer) const {
    answer.assumptions.insert(seen_.assumptions.begin(), seen_.assumptions.end());
    answer.assumptions.insert(request_.assumptions().begin(), request_.assumptions().end());
    return answer;
  }

  // False: decided already; answer_ says how.
  bool compile() {
    compile_allows(*query_.policies, allows_);
    if (allows_.empty()) return false;
    if (query_.boundary != nullptr) {
      compile_allows(*query_.boundary, boundary_allows_);
      if (boundary_allows_.empty()) return false;
      if (!compile_denies(*query_.boundary)) return false;
    }
    return compile_denies(*query_.policies);
  }

  std::optional<Conjunction> compile(const PlacedStatement& placed) {
    Compiled compiled = compiler_.compile(placed);
    seen_.add(std::move(compiled.observations));
    return std::move(compiled.conjunction);
  }

  void compile_allows(const StatementSet& side, std::vector<CompiledAllow>& compiled) {
    for (const PlacedStatement& placed : side.allows) {
      auto conjunction = compile(placed);
      if (conjunction) compiled.push_back({placed, std::move(*conjunction)});
    }
    // The plainest witness comes from the statement that asks for least.
    std::ranges::stable_sort(compiled, {}, [](const CompiledAllow& allow) {
      return allow.placed.statement->conditions.size();
    });
  }

  bool compile_denies(const StatementSet& side) {
    std::vector<Conjunction> conjunctions;
    for (const PlacedStatement& placed : side.denies) {
      auto conjunction = compile(placed);
      if (!conjunction) continue;
      if (conjunction->empty()) return false;  // denies every request of this environment
      conjunctions.push_back(std::move(*conjunction));
    }
    for (const Conjunction& conjunction : compiler_.merged(std::move(conjunctions))) {
      auto clauses = negate(conjunction);
      if (!clauses) {
        answer_ = unknown("a Deny statement with too many alternatives");
        return false;
      }
      for (Clause& clause : *clauses) problem_.clauses.push_back(std::move(clause));
    }
    return true;
  }

  void ask_for_bindings() {
    for (const auto& [key, written, value] : bindings_) {
      const KeyReading reading = request_.key(key, written, false);
      if (!value) {
        problem_.clauses.push_back({Literal{
            .variable = reading.variable,
            .constraint = {.ask = Ask::present, .predicate = nullptr, .positive = false}}});
        continue;
      }
      Predicate exact{.test = TextTest{.projection = reading.projection,
                                       .patterns = {make_pattern(*value, Matching::exact)}}};
      problem_.clauses.push_back({compiler_.literal(reading, Ask::inside, std::move(exact), true)});
    }
  }

  // Read off the texts that hold the key, against the values of the satisfiable run: where
  // "repository/${key}" meets "repository/app", the key is "app".
  std::vector<std::string> values_that_match(const KeyReading& reading) const {
    std::vector<std::string> values;
    if (model_.empty()) return values;
    for (const OpenText& text : seen_.open_texts) {
      const Value& other = model_[text.compared.variable];
      if (text.key != reading || !other) continue;
      const auto whole = part_of(other, text.compared);
      if (!whole || whole->size() > matched_bytes_max) continue;
      const Symbols symbols = decode(*whole);
      const std::u32string_view view = symbols;
      const Pattern before{.symbols = text.before, .matching = Matching::glob};
      const Pattern after{.symbols = text.after, .matching = Matching::glob};
      for (std::size_t start = view.size() + 1; start-- > 0;) {
        if (!matches(before, view.substr(0, start))) continue;
        for (std::size_t end = view.size() + 1; end-- > start;) {
          if (!matches(after, view.substr(end))) continue;
          values.push_back(encode_utf8(view.substr(start, end - start)));
          if (values.size() == binding_values_max) return values;
        }
      }
    }
    return values;
  }

  // Some key has another value than in each of the assignments that led nowhere.
  void exclude_tried() {
    for (const Tried& tried : tried_) {
      Clause clause;
      for (const std::vector<Binding>& values : tried) {
        const KeyReading reading = request_.key(values.front().key, values.front().written, false);
        TextTest test{.projection = reading.projection, .patterns = {}};
        bool absent = false;
        for (const Binding& binding : values) {
          absent |= !binding.value;
          if (binding.value) test.patterns.push_back(make_pattern(*binding.value, Matching::exact));
        }
        clause.push_back(compiler_.literal(reading, absent ? Ask::outside : Ask::inside,
                                           {.test = std::move(test)}, absent));
      }
      problem_.clauses.push_back(std::move(clause));
    }
  }

  std::vector<Binding> bindings_for(const std::string& key, const NamedKey& named) const {
    const KeyReading& reading = named.reading;
    const Variable& variable = problem_.variables[reading.variable];
    std::vector<Binding> bindings;
    const auto add = [&](std::optional<std::string> value) {
      const Binding binding{key, named.written, std::move(value)};
      const bool is_new = std::ranges::none_of(
          bindings, [&](const Binding& other) { return other.value == binding.value; });
      if (is_new && bindings.size() < binding_values_max) bindings.push_back(binding);
    };
    if (variable.can_be_absent) add(std::nullopt);
    for (const std::string& value : variable.plain) add(project(value, reading.projection));
    const bool can_be_empty = variable.domain == Variable::Domain::text && !variable.valid &&
                              reading.projection == Projection::whole;
    if (can_be_empty) add("");
    if (bindings.empty()) add("any");
    for (const std::string& value : values_that_match(reading)) add(value);
    const auto tested = seen_.tested_keys.find(reading.variable);
    if (tested == seen_.tested_keys.end()) return bindings;
    for (const TestedKey::Test& test : tested->second.tests) {
      const auto* text = std::get_if<TextTest>(&test.predicate->test);
      if (text == nullptr || text->projection != reading.projection) continue;
      for (const Pattern& pattern : text->patterns) {
        const bool literal =
            std::ranges::none_of(pattern.symbols, [](char32_t c) { return c >= any_character; });
        if (literal) add(encode_utf8(pattern.symbols));
      }
    }
    return bindings;
  }

  // True: found, answer_ holds the witness.
  bool ask(const Conjunction& allow, const Conjunction* within,
           const std::vector<Clause>& alternative) {
    std::vector<Clause> extra = alternative;
    extra.insert(extra.end(), allow.begin(), allow.end());
    if (within != nullptr) extra.insert(extra.end(), within->begin(), within->end());
    Solution solution = solve(problem_, extra, *query_.budget);
    if (solution.kind == Kind::unknown) {
      answer_.kind = Kind::unknown;
      if (answer_.reason.empty()) answer_.reason = solution.reason;
    }
    if (solution.kind != Kind::satisfiable) return false;
    model_ = solution.model;
    for (const auto& [key, named] : seen_.open_keys) {
      model_bindings_.push_back(
          {key, named.written, part_of(solution.model[named.reading.variable], named.reading)});
    }
    answer_.kind = Kind::satisfiable;
    answer_.witness = request_.concrete(solution.model);
    const auto* service = std::get_if<ServicePrincipal>(&answer_.witness->principal);
    if (service != nullptr && !is_documented_service_name(service->service)) {
      answer_.assumptions.insert("a service principal whose suffix is not known");
    }
    for (const CompiledAllow& other : allows_) {
      const bool grants = std::ranges::all_of(other.conjunction, [&](const Clause& group) {
        return std::ranges::any_of(group, [&](const Literal& literal) {
          return satisfies(solution.model[literal.variable], literal.constraint);
        });
      });
      if (grants) answer_.granted_by.push_back(other.placed);
    }
    return true;
  }

  const CounterexampleQuery& query_;
  std::vector<Tried> tried_;
  std::vector<Binding> model_bindings_;
  std::vector<Value> model_;  // of the satisfiable run
  std::vector<Binding> bindings_;
  Problem problem_;
  SymbolicRequest request_;
  StatementCompiler compiler_;
  Observations seen_;  // in the policies, and once it is compiled in the forbidden set
  std::vector<CompiledAllow> allows_;
  std::vector<CompiledAllow> boundary_allows_;
  Counterexample answer_;
};

// Every assignment of the open keys in turn, as an odometer; false at the end.
bool next_assignment(std::vector<std::size_t>& digits,
                     const std::vector<std::vector<Binding>>& choices) {
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (++digits[i] < choices[i].size()) return true;
    digits[i] = 0;
  }
  return false;
}

// Policy variables tie keys together. What is impossible when they may be anything is impossible;
// what is possible under one assignment of them is possible. So try likely assignments, then ask
// for one that was not tried yet, until there is none: then all have been refuted.
Counterexample search_assignments(const CounterexampleQuery& query, const Attempt& open,
                                  Counterexample bound) {
  std::vector<Tried> tried;
  tried.push_back(open.binding_choices());
  std::vector<std::size_t> digits(tried[0].size(), 0);
  std::size_t attempts = 0;
  bool all_refuted = !open.has_opaque_tests();
  const auto refute = [&](std::vector<Binding> bindings) -> std::optional<Counterexample> {
    Attempt attempt(query, std::move(bindings));
    Counterexample answer = attempt.run();
    ++attempts;
    if (answer.kind == Kind::satisfiable && !attempt.is_open()) return answer;
    all_refuted &= answer.kind == Kind::unsatisfiable;
    return std::nullopt;
  };
  do {
    std::vector<Binding> bindings;
    for (std::size_t i = 0; i < digits.size(); ++i) bindings.push_back(tried[0][i][digits[i]]);
    if (auto found = refute(std::move(bindings))) return *found;
  } while (attempts < binding_assignments_max && next_assignment(digits, tried[0]));
  for (std::size_t round = 0;
       all_refuted && attempts < binding_assignments_max && round < refinements_max; ++round) {
    Attempt other(query, {}, tried);
    Counterexample answer = other.run();
    if (answer.kind == Kind::unsatisfiable) return answer;
    if (answer.kind == Kind::unknown) break;
    if (auto found = refute(other.model_bindings())) return *found;
    Tried assignment;
    for (const Binding& binding : other.model_bindings()) assignment.push_back({binding});
    tried.push_back(std::move(assignment));
  }
  bound.kind = Kind::unknown;
  bound.witness.reset();
  bound.granted_by.clear();
  if (bound.reason.empty()) {
    bound.reason = "a policy variable ties keys together in a way that was not decided";
  }
  return bound;
}

// `query` asked `count` times, each time as `narrow(i, query)` makes it, until one has such a
// request.
template <typename Narrow>
Counterexample search_in_turn(std::size_t count, CounterexampleQuery query, Narrow&& narrow) {
  Budget& budget = *query.budget;
  Counterexample result;
  for (std::size_t i = 0; i < count; ++i) {
    // An even share of what is left: one that is hard must not silence the next one.
    Budget share{.left = budget.left / (count - i)};
    const std::size_t before = share.left;
    query.budget = &share;
    narrow(i, query);
    Counterexample answer = find_counterexample(query);
    budget.spend(before - share.left);
    answer.assumptions.merge(result.assumptions);
    if (answer.kind == Kind::satisfiable) return answer;
    if (answer.kind == Kind::unknown || result.kind != Kind::unknown) {
      result = std::move(answer);
    } else {
      result.assumptions = std::move(answer.assumptions);
    }
  }
  return result;
}

// One Allow is enough for a request, and alone it leaves fewer keys open than with the others.
Counterexample search_each_allow(const CounterexampleQuery& query,
                                 const std::vector<PlacedStatement>& allows) {
  StatementSet alone{.allows = {}, .denies = query.policies->denies};
  return search_in_turn(allows.size(), query, [&](std::size_t i, CounterexampleQuery& smaller) {
    alone.allows = {allows[i]};
    smaller.policies = &alone;
  });
}

}  // namespace

Counterexample find_counterexample(const CounterexampleQuery& query) {
  if (const std::string& why = query.env.left_out; !why.empty()) {
    Counterexample unknown;
    unknown.kind = Kind::unknown;
    unknown.reason = why;
    return unknown;
  }
  Attempt open(query, {});
  Counterexample bound = open.run();
  if (!open.is_open() || bound.kind == Kind::unsatisfiable) return bound;
  const std::vector<PlacedStatement> allows = open.allows();
  const bool can_ask_alone =
      query.allows_stand_alone && allows.size() > 1 && allows.size() <= allows_asked_alone_max;
  if (!can_ask_alone) return search_assignments(query, open, std::move(bound));

  Budget half{.left = query.budget->left / 2};
  const std::size_t before = half.left;
  CounterexampleQuery together = query;
  together.budget = &half;
  Counterexample answer = search_assignments(together, open, std::move(bound));
  query.budget->spend(before - half.left);
  return answer.kind == Kind::unknown ? search_each_allow(query, allows) : answer;
}

Counterexample find_counterexample_in_each(std::vector<RequestEnv> envs,
                                           const CounterexampleQuery& query) {
  return search_in_turn(envs.size(), query, [&](std::size_t i, CounterexampleQuery& narrowed) {
    narrowed.env = std::move(envs[i]);
  });
}

}  // namespace auditor
