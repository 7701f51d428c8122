// What Action and Resource ask, and how a text with policy variables is filled in. Conditions are
// compiled in condition_compiler.cpp, principals in principal_compiler.cpp.
#include "evaluator/symbolic/statement_compiler.h"

#include <algorithm>

#include "evaluator/text/ascii_case.h"

namespace auditor {
namespace {

constexpr std::size_t service_field = 2;

// The first five fields of an ARN in lower case; the resource part is case-sensitive.
std::string lower_head(std::string_view arn) {
  std::string lower(arn);
  std::size_t colons = 0;
  for (char& c : lower) {
    if (c == ':' && ++colons == arn_fields - 1) break;
    c = to_lower(c);
  }
  return lower;
}

}  // namespace

bool wants_match(Approximation approximation, Effect effect) {
  switch (approximation) {
    case Approximation::over:
      return effect == Effect::allow;
    case Approximation::under:
      return effect == Effect::deny;
    case Approximation::all_match:
      return true;
    case Approximation::none_match:
      return false;
  }
  return true;
}

StatementCompiler::StatementCompiler(SymbolicRequest& request, Problem& problem,
                                     CompilerOptions options)
    : request_(request), problem_(problem), options_(std::move(options)) {
  for (const Binding& binding : options_.bindings) {
    bindings_.emplace_back(request_.key(binding.key, binding.written, false), binding.value);
  }
}

Literal StatementCompiler::literal(std::uint32_t variable, Ask ask, Predicate predicate,
                                   bool positive) {
  problem_.predicates.push_back(std::move(predicate));
  return {
      .variable = variable,
      .constraint = {.ask = ask, .predicate = &problem_.predicates.back(), .positive = positive}};
}

// An open text in an Allow and the same one in a Deny are one predicate, so that asking for both
// "inside" and "not inside" is seen to be impossible.
const Predicate* StatementCompiler::keep(Predicate predicate, const std::string& text) {
  if (!predicate.is_open()) {
    problem_.predicates.push_back(std::move(predicate));
    return &problem_.predicates.back();
  }
  // What is filled in for a tag may have been something else before a change.
  const auto [place, is_new] = open_predicates_.try_emplace(
      request_.reads_former_tags() ? "former\n" + text : text, nullptr);
  if (is_new) {
    problem_.predicates.push_back(std::move(predicate));
    place->second = &problem_.predicates.back();
  }
  return place->second;
}

std::optional<bool> StatementCompiler::constant_truth(const Literal& literal) const {
  const Variable& variable = problem_.variables[literal.variable];
  const bool constant =
      !variable.can_be_present || (variable.domain == Variable::Domain::choice &&
                                   !variable.can_be_absent && variable.plain.size() == 1);
  if (!constant) return std::nullopt;
  const Value value = variable.can_be_present ? Value(variable.plain) : Value();
  const Constraint& constraint = literal.constraint;
  if (constraint.predicate != nullptr && constraint.predicate->is_open() && value &&
      holds(*constraint.predicate, value->front())) {
    if (!holds(*constraint.predicate->at_least, value->front())) return std::nullopt;
  }
  return satisfies(value, constraint);
}

bool StatementCompiler::require(Conjunction& groups, Literal literal) {
  return require(groups, Clause{literal});
}

bool StatementCompiler::require(Conjunction& groups, Clause alternatives) {
  Clause open;
  for (const Literal& alternative : alternatives) {
    const auto truth = constant_truth(alternative);
    if (truth && *truth) return true;
    if (!truth) open.push_back(alternative);
  }
  if (open.empty()) return false;
  groups.push_back(std::move(open));
  return true;
}

std::optional<Conjunction> StatementCompiler::compile(const Statement& statement,
                                                      bool has_variables) {
  const bool wants_match = auditor::wants_match(options_.approximation, statement.effect);
  Conjunction groups;
  is_void_while_open_ = false;
  const bool possible =
      compile_action(statement.action, wants_match, groups) &&
      (!statement.principal ||
       compile_principal(*statement.principal, statement.effect, wants_match, groups)) &&
      compile_resource(statement, has_variables, wants_match, groups) &&
      std::ranges::all_of(statement.conditions, [&](const ConditionClause& clause) {
        return compile_clause(clause, has_variables, wants_match, groups);
      });
  if (possible) return groups;
  Conjunction unused;
  for (const ConditionClause& clause : statement.conditions) {
    // With its resource known the statement may match: what else it leaves open must be known too.
    if (is_void_while_open_) compile_clause(clause, has_variables, wants_match, unused);
    record_tag_list(clause, has_variables);
  }
  return std::nullopt;
}

std::optional<Conjunction> StatementCompiler::compile(const std::vector<ConditionClause>& block,
                                                      bool has_variables, bool wants_match) {
  Conjunction groups;
  is_policy_ = false;
  const bool possible = std::ranges::all_of(block, [&](const ConditionClause& clause) {
    return compile_clause(clause, has_variables, wants_match, groups);
  });
  is_policy_ = true;
  return possible ? std::optional(std::move(groups)) : std::nullopt;
}

// For a comparison an entry means the same wherever it stands, negated or not.
bool StatementCompiler::entries_want_match(bool negated, bool wants_match) const {
  const bool is_same_everywhere = options_.approximation == Approximation::all_match ||
                                  options_.approximation == Approximation::none_match;
  return negated && !is_same_everywhere ? !wants_match : wants_match;
}

bool StatementCompiler::compile_action(const Patterns& patterns, bool wants_match,
                                       Conjunction& groups) {
  const bool entry_wants_match = entries_want_match(patterns.negated, wants_match);
  const std::string& action = request_.env().action;
  std::vector<Pattern> entries;
  bool matched = false;
  for (const std::string& text : patterns.texts) {
    if (text.find_first_of(" \t\r\n\v\f") != std::string::npos) continue;  // matches nothing
    if (!action.empty() && !action_matches(text, action)) continue;
    const bool doubtful = text != "*" && has_wildcard(text.substr(0, text.find(':')));
    if (doubtful && doubt("a wildcard in the service of an action") && !entry_wants_match) continue;
    matched = true;
    if (action.empty()) entries.push_back(make_pattern(to_lower(text), Matching::glob));
  }
  if (!action.empty()) return matched != patterns.negated;
  return require(groups,
                 literal(request_.action(), Ask::inside,
                         text_predicate(Projection::whole, std::move(entries)), !patterns.negated));
}

std::optional<StatementCompiler::Filled> StatementCompiler::fill(const std::string& text,
                                                                 Matching matching,
                                                                 bool has_variables,
                                                                 const KeyReading& compared) {
  const auto parsed = parse_template(text, matching, has_variables);
  if (!parsed) return std::nullopt;
  Filled filled{.pattern = {.symbols = {}, .matching = matching},
                .emptied = {.symbols = {}, .matching = matching},
                .known_tags = {}};
  bool crosses_fields = false;
  std::vector<OpenText> open;
  for (const TextTemplate::Piece& piece : parsed->pieces) {
    if (piece.variable.empty()) {
      filled.pattern.symbols += piece.symbols;
      filled.emptied.symbols += piece.symbols;
      if (!open.empty()) open.back().after += piece.symbols;
      continue;
    }
    const std::string key = to_lower(piece.variable);
    if (is_multivalued(key)) return std::nullopt;  // no single value to put there
    const KeyReading reading = request_.key(key, piece.variable, false);
    if (parsed->pieces.size() == 1 && reading == compared) {
      // A value compared with itself: whatever it is, it matches.
      filled.pattern = filled.emptied = make_pattern("*", Matching::glob);
      return filled;
    }
    const bool is_known_tag = request_.env().tags != nullptr &&
                              canonical_key(key, true).starts_with("ecr:resourcetag/") &&
                              request_.constant(reading);
    if (is_policy_ && is_known_tag) filled.known_tags.push_back(key);
    if (is_policy_ && !is_known_tag) keys_in_texts_.emplace(key, reading);
    std::optional<std::optional<std::string>> value = value_of(reading);
    if (!value) {
      open_keys_.try_emplace(key, NamedKey{piece.variable, reading});
      filled.is_open = true;
      const auto colons = std::ranges::count(filled.pattern.symbols, U':');
      crosses_fields |= colons + 1 < static_cast<std::ptrdiff_t>(arn_fields);
      open.push_back({compared, reading, filled.pattern.symbols, {}});
      filled.pattern.symbols += any_sequence;
      continue;
    }
    if (!*value && is_known_tag && is_policy_) filled.known_tags.pop_back();  // it has no value
    if (!*value) *value = piece.otherwise;
    if (!*value) return std::nullopt;
    const Symbols literal = decode(**value);
    filled.pattern.symbols += literal;
    filled.emptied.symbols += literal;
    if (!open.empty()) open.back().after += literal;
  }
  if (!filled.is_open) return filled;
  if (open.size() == 1 && compared != nothing_compared)
    open_texts_.push_back(std::move(open.front()));
  if (matching == Matching::exact) filled.pattern.matching = Matching::glob;
  if (matching == Matching::arn && crosses_fields) {
    filled.pattern = make_pattern("*", Matching::glob);
  }
  return filled;
}

void StatementCompiler::record_naming_text(const Filled& filled, const KeyReading& compared,
                                           const std::string& text) {
  if (filled.known_tags.empty()) return;
  const Predicate* predicate =
      keep(filled.is_open ? open_predicate(compared.projection, {filled.pattern}, {})
                          : text_predicate(compared.projection, {filled.pattern}),
           "one text of " + std::to_string(compared.variable) + "\n" + text);
  for (const std::string& key : filled.known_tags) {
    naming_texts_.push_back({.key = key,
                             .variable = compared.variable,
                             .predicate = predicate,
                             .emptied = text_predicate(compared.projection, {filled.emptied})});
  }
}

// Outer nullopt: open. Inner nullopt: absent.
std::optional<std::optional<std::string>> StatementCompiler::value_of(
    const KeyReading& reading) const {
  for (const auto& [bound_to, value] : bindings_) {
    if (bound_to == reading) return value;
  }
  return request_.constant(reading);
}

bool StatementCompiler::compile_resource(const Statement& statement, bool has_variables,
                                         bool wants_match, Conjunction& groups) {
  if (!statement.resource) return true;  // a resource policy: its own resource
  const Patterns& element = *statement.resource;
  const bool entry_wants_match = entries_want_match(element.negated, wants_match);
  const bool has_resource = request_.env().resource != RequestEnv::Resource::none;
  std::vector<Pattern> patterns;
  std::vector<Pattern> sure;
  std::string identity = "resource";
  for (const std::string& written : element.texts) {
    std::string text = written;
    const auto fields = split_fields(std::string_view(text), arn_fields);
    if (has_resource && fields.size() > service_field && has_wildcard(fields[service_field]) &&
        doubt("a wildcard in the service field of an ARN") && !entry_wants_match) {
      continue;
    }
    if (has_resource && fields.size() > 1 && text.find("${") == std::string::npos) {
      std::string lower = lower_head(text);
      if (lower != text && doubt("the case of the first five fields of an ARN") &&
          entry_wants_match) {
        text = std::move(lower);
      }
    }
    auto filled = fill(text, has_resource ? Matching::arn : Matching::glob, has_variables,
                       {.variable = request_.resource(), .projection = Projection::whole});
    if (!filled) {
      if (element.negated && doubt("a variable without a value in NotResource") && !wants_match) {
        return false;
      }
      continue;
    }
    if (filled->is_open && element.negated && statement.effect == Effect::deny && !wants_match) {
      // Without a value the Deny may be void; as long as that is open, it does not bound.
      doubt("a variable without a value in NotResource");
      is_void_while_open_ = true;
      return false;
    }
    identity += "\n" + text;
    record_naming_text(*filled, {.variable = request_.resource(), .projection = Projection::whole},
                       text);
    if (!filled->is_open) sure.push_back(filled->pattern);
    patterns.push_back(std::move(filled->pattern));
  }
  const bool is_open = sure.size() < patterns.size();
  const Predicate* predicate =
      keep(is_open ? open_predicate(Projection::whole, std::move(patterns), std::move(sure))
                   : text_predicate(Projection::whole, std::move(patterns)),
           identity);
  const Literal match{
      .variable = request_.resource(),
      .constraint = {.ask = Ask::inside, .predicate = predicate, .positive = !element.negated}};
  if (options_.is_repository_policy && constant_truth(match) != true &&
      doubt("a Resource element in a repository policy that names another repository") &&
      wants_match) {
    return true;
  }
  return require(groups, match);
}

}  // namespace auditor
