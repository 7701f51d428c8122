#include "evaluator/statement_compiler.h"

#include <algorithm>

namespace auditor {
namespace {

constexpr std::size_t service_field = 2;

// For values that are read as numbers, dates or addresses: no text theory applies.
constexpr KeyReading nothing_compared{.variable = ~std::uint32_t{0},
                                      .projection = Projection::whole};

bool has_wildcard(std::string_view text) {
  return text.find_first_of("*?") != std::string_view::npos;
}

bool is_account_id(std::string_view text) {
  return text.size() == 12 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// The account that "123456789012" or "arn:aws:iam::123456789012:root" stands for.
std::optional<std::string> account_of_principal(std::string_view text) {
  if (is_account_id(text)) return std::string(text);
  const auto fields = split_fields(text, arn_fields);
  if (fields.size() == arn_fields && fields[2] == "iam" && fields[5] == "root" &&
      is_account_id(fields[4])) {
    return std::string(fields[4]);
  }
  return std::nullopt;
}

Pattern everyone_in(std::string_view account) {
  return make_pattern("arn:*:iam::" + std::string(account) + ":*", Matching::arn);
}

Predicate text_predicate(Projection projection, std::vector<Pattern> patterns) {
  return {.test = TextTest{.projection = projection, .patterns = std::move(patterns)}};
}

// `sure` are the patterns without an open variable.
Predicate open_predicate(Projection projection, std::vector<Pattern> patterns,
                         std::vector<Pattern> sure) {
  Predicate predicate = text_predicate(projection, std::move(patterns));
  predicate.at_least =
      std::make_shared<const Predicate>(text_predicate(projection, std::move(sure)));
  return predicate;
}

Predicate anything() {
  return open_predicate(Projection::whole, {make_pattern("*", Matching::glob)}, {});
}

Matching matching_of(Comparison comparison) {
  switch (comparison) {
    case Comparison::string_like:
      return Matching::glob;
    case Comparison::arn_like:
      return Matching::arn;
    case Comparison::string_equals_ignore_case:
      return Matching::exact_ignore_case;
    default:
      return Matching::exact;
  }
}

bool is_text_comparison(Comparison comparison) {
  return comparison == Comparison::string_equals || comparison == Comparison::string_like ||
         comparison == Comparison::string_equals_ignore_case ||
         comparison == Comparison::binary_equals || comparison == Comparison::arn_like;
}

// The first five fields of an ARN in lower case; the resource part is case-sensitive.
std::string lower_head(std::string_view arn) {
  std::string lower(arn);
  std::size_t colons = 0;
  for (char& c : lower) {
    if (c == ':' && ++colons == arn_fields - 1) break;
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return lower;
}

}  // namespace

bool wants_match(Leaning leaning, Effect effect) {
  switch (leaning) {
    case Leaning::lenient:
      return effect == Effect::allow;
    case Leaning::strict:
      return effect == Effect::deny;
    case Leaning::all_match:
      return true;
    case Leaning::none_match:
      return false;
  }
  return true;
}

StatementCompiler::StatementCompiler(World& world, Problem& problem, CompilerOptions options)
    : world_(world), problem_(problem), options_(std::move(options)) {}

Literal StatementCompiler::literal(std::uint32_t variable, Ask ask, Predicate predicate,
                                   bool positive) {
  problem_.predicates.push_back(std::move(predicate));
  return {
      .variable = variable,
      .constraint = {.ask = ask, .predicate = &problem_.predicates.back(), .positive = positive}};
}

// An open text in an Allow and the same one in a Deny are one predicate, so that asking for both
// "inside" and "not inside" is seen to be impossible.
const Predicate* StatementCompiler::keep(Predicate predicate, const std::string& identity) {
  if (predicate.is_open()) {
    const auto known = open_predicates_.find(identity);
    if (known != open_predicates_.end()) return known->second;
  }
  problem_.predicates.push_back(std::move(predicate));
  const Predicate* kept = &problem_.predicates.back();
  if (kept->is_open()) open_predicates_.emplace(identity, kept);
  return kept;
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
  const bool wants_match = auditor::wants_match(options_.leaning, statement.effect);
  Conjunction groups;
  if (!compile_action(statement.action, wants_match, groups)) return std::nullopt;
  if (statement.principal &&
      !compile_principal(*statement.principal, statement.effect, wants_match, groups)) {
    return std::nullopt;
  }
  if (!compile_resource(statement, has_variables, wants_match, groups)) return std::nullopt;
  for (const ConditionClause& clause : statement.conditions) {
    if (!compile_clause(clause, has_variables, wants_match, groups)) return std::nullopt;
  }
  return groups;
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

bool StatementCompiler::compile_action(const Patterns& patterns, bool wants_match,
                                       Conjunction& groups) {
  const bool entry_wants_match = patterns.negated ? !wants_match : wants_match;
  const std::string& action = world_.scene().action;
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
                 literal(world_.action(), Ask::inside,
                         text_predicate(Projection::whole, std::move(entries)), !patterns.negated));
}

std::optional<StatementCompiler::Filled> StatementCompiler::fill(const std::string& text,
                                                                 Matching matching,
                                                                 bool has_variables,
                                                                 const KeyReading& compared) {
  const auto parsed = parse_template(text, matching, has_variables);
  if (!parsed) return std::nullopt;
  Filled filled{.pattern = {.symbols = {}, .matching = matching},
                .emptied = {.symbols = {}, .matching = matching}};
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
    const KeyReading reading = world_.key(key, piece.variable, false);
    if (parsed->pieces.size() == 1 && reading == compared) {
      // A value compared with itself: whatever it is, it matches.
      filled.pattern = filled.emptied = make_pattern("*", Matching::glob);
      return filled;
    }
    if (is_policy_) keys_in_texts_.emplace(key, reading);
    std::optional<std::optional<std::string>> value = value_of(reading);
    if (!value) {
      open_keys_.emplace(key, reading);
      filled.is_open = true;
      const auto colons = std::ranges::count(filled.pattern.symbols, U':');
      crosses_fields |= colons + 1 < static_cast<std::ptrdiff_t>(arn_fields);
      open.push_back({compared, reading, filled.pattern.symbols, {}});
      filled.pattern.symbols += any_sequence;
      continue;
    }
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

// Outer nullopt: open. Inner nullopt: absent.
std::optional<std::optional<std::string>> StatementCompiler::value_of(
    const KeyReading& reading) const {
  for (const auto& [pinned, value] : options_.pins) {
    if (pinned == reading) return value;
  }
  return world_.constant(reading);
}

bool StatementCompiler::compile_resource(const Statement& statement, bool has_variables,
                                         bool wants_match, Conjunction& groups) {
  if (!statement.resource) return true;  // a resource policy: its own resource
  const Patterns& element = *statement.resource;
  const bool entry_wants_match = element.negated ? !wants_match : wants_match;
  const bool has_resource = world_.scene().resource != Scene::Resource::none;
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
                       {.variable = world_.resource(), .projection = Projection::whole});
    if (!filled) {
      if (element.negated && doubt("a variable without a value in NotResource") && !wants_match) {
        return false;
      }
      continue;
    }
    identity += "\n" + text;
    if (!filled->is_open) sure.push_back(filled->pattern);
    patterns.push_back(std::move(filled->pattern));
  }
  const bool is_open = sure.size() < patterns.size();
  const Predicate* predicate =
      keep(is_open ? open_predicate(Projection::whole, std::move(patterns), std::move(sure))
                   : text_predicate(Projection::whole, std::move(patterns)),
           identity);
  const Literal match{
      .variable = world_.resource(),
      .constraint = {.ask = Ask::inside, .predicate = predicate, .positive = !element.negated}};
  if (options_.is_repository_policy && constant_truth(match) != true &&
      doubt("a Resource element in a repository policy that names another repository") &&
      wants_match) {
    return true;
  }
  return require(groups, match);
}

std::vector<Pattern> StatementCompiler::arn_principals(const PrincipalElement& principal,
                                                       Effect effect, bool wants_match) {
  const Scene& scene = world_.scene();
  std::vector<Pattern> patterns;
  for (const std::string& text : principal.aws) {
    if (const auto account = account_of_principal(text)) {
      const bool by_identity_only = options_.own_account_needs_identity &&
                                    effect == Effect::allow && !principal.negated &&
                                    *account == scene.account;
      if (!by_identity_only) patterns.push_back(everyone_in(*account));
    } else if (!scene.session_arn.empty() && text == scene.session_arn) {
      patterns.push_back(make_pattern("*", Matching::arn));
    } else if (has_wildcard(text)) {
      // Such a principal matches nobody. As an exception from a Deny it may still be honoured.
      if (principal.negated && effect == Effect::deny && doubt("a wildcard in NotPrincipal") &&
          !wants_match) {
        patterns.push_back(make_pattern(text, Matching::arn));
      }
    } else {
      patterns.push_back(make_pattern(text, Matching::exact));
    }
  }
  return patterns;
}

bool StatementCompiler::compile_principal(const PrincipalElement& principal, Effect effect,
                                          bool wants_match, Conjunction& groups) {
  const Scene& scene = world_.scene();
  if (principal.everyone) return !principal.negated;
  const auto named = [&](const std::vector<std::string>& names, bool wildcard_is_documented) {
    std::vector<Pattern> patterns;
    const bool entry_wants_match = principal.negated ? !wants_match : wants_match;
    for (const std::string& name : names) {
      if (name == "*" && !wildcard_is_documented && doubt("`*` as a service or provider") &&
          !entry_wants_match) {
        continue;
      }
      patterns.push_back(make_pattern(name, name == "*" ? Matching::glob : Matching::exact));
    }
    return patterns;
  };
  std::vector<Pattern> patterns;
  switch (scene.principal) {
    case PrincipalKind::anonymous:
      return principal.negated;
    case PrincipalKind::service:
      patterns = named(principal.service, false);
      break;
    case PrincipalKind::federated:
      patterns = named(principal.federated, scene.action.empty());
      break;
    default:
      patterns = arn_principals(principal, effect, wants_match);
  }
  return require(
      groups, literal(world_.principal(), Ask::inside,
                      text_predicate(Projection::whole, std::move(patterns)), !principal.negated));
}

Predicate StatementCompiler::condition_predicate(const ConditionClause& clause,
                                                 const KeyReading& reading, bool has_variables,
                                                 bool wants_match, Predicate& emptied) {
  const bool value_wants_match = clause.negated ? !wants_match : wants_match;
  TextTest text{.projection = reading.projection, .patterns = {}};
  TextTest emptied_text = text;
  OrderTest order{.comparison = clause.comparison, .values = {}};
  BoolTest truth;
  AddressTest address;
  std::vector<Pattern> sure;
  bool is_open = false;
  const bool is_text = is_text_comparison(clause.comparison);
  for (const std::string& written : clause.values) {
    const auto filled = fill(written, is_text ? matching_of(clause.comparison) : Matching::exact,
                             has_variables, is_text ? reading : nothing_compared);
    if (!filled) continue;  // a variable without a value matches nothing
    is_open |= filled->is_open;
    if (is_text) {
      if (!filled->is_open) sure.push_back(filled->pattern);
      text.patterns.push_back(filled->pattern);
      emptied_text.patterns.push_back(filled->emptied);
      continue;
    }
    if (filled->is_open) continue;
    const std::string value = encode_utf8(filled->pattern.symbols);
    if (clause.comparison == Comparison::bool_) {
      const auto read = read_bool(value);
      if (read) (*read ? truth.accepts_true : truth.accepts_false) = true;
    } else if (clause.comparison == Comparison::ip_address) {
      const auto block = read_address_block(value);
      if (!block ||
          (block->host_bits_set && doubt("host bits behind the prefix of an address block") &&
           !value_wants_match)) {
        continue;
      }
      address.blocks.push_back(*block);
    } else {
      const bool is_number = clause.comparison < Comparison::date_equals;
      if (const auto read = is_number ? read_number(value) : read_instant(value))
        order.values.push_back(*read);
    }
  }
  if (is_text) {
    emptied = {.test = std::move(emptied_text)};
    return is_open ? open_predicate(text.projection, std::move(text.patterns), std::move(sure))
                   : Predicate{.test = std::move(text)};
  }
  emptied = text_predicate(Projection::whole, {});
  if (is_open) return anything();
  if (clause.comparison == Comparison::bool_) return {.test = truth};
  if (clause.comparison == Comparison::ip_address) return {.test = std::move(address)};
  return {.test = std::move(order)};
}

bool StatementCompiler::compile_clause(const ConditionClause& clause, bool has_variables,
                                       bool wants_match, Conjunction& groups) {
  const KeyReading reading =
      world_.key(clause.key, clause.written_key, clause.set != SetOperator::none);
  const std::uint32_t variable = reading.variable;
  key_of_variable_.try_emplace(variable, clause.key);
  if (clause.operator_case_differs) doubt(std::string(operator_case_reading));
  const auto presence = [&](bool positive) {
    return Literal{.variable = variable,
                   .constraint = {.ask = Ask::present, .predicate = nullptr, .positive = positive}};
  };
  if (clause.comparison == Comparison::null_) {
    Clause any;
    for (const std::string& value : clause.values)
      any.push_back(presence(!read_bool(value).value_or(false)));
    // A part that the value does not have (a role's user name) is absent: such keys are constants.
    return !any.empty() && require(groups, std::move(any));
  }
  if (clause.values.empty() && clause.negated && doubt("a negated operator with no value") &&
      !wants_match) {
    return false;
  }
  std::string identity = clause.key + "\n" + std::to_string(static_cast<int>(clause.comparison));
  for (const std::string& value : clause.values) identity += "\n" + value;
  Predicate emptied;
  Predicate made = condition_predicate(clause, reading, has_variables, wants_match, emptied);
  const bool is_part =
      reading.projection != Projection::whole && reading.projection != Projection::iso_time;
  if (is_part && std::holds_alternative<OrderTest>(made.test)) {
    made = anything();  // a number inside an ARN: no theory here, so it stays open
    has_opaque_tests_ = true;
  }
  const Predicate* predicate = keep(std::move(made), identity);
  if (is_policy_) {
    tests_[variable].push_back({.predicate = predicate, .emptied = std::move(emptied)});
  }
  const auto ask = [&](Ask what, bool positive) {
    return Literal{.variable = variable,
                   .constraint = {.ask = what, .predicate = predicate, .positive = positive}};
  };
  switch (clause.set) {
    case SetOperator::for_all_values:  // true without any value; negation applies per value
      return require(groups, ask(clause.negated ? Ask::inside : Ask::outside, false));
    case SetOperator::for_any_value: {
      Clause any{ask(clause.negated ? Ask::outside : Ask::inside, true)};
      if (clause.if_exists) any.push_back(presence(false));
      return require(groups, std::move(any));
    }
    case SetOperator::none:
      break;
  }
  if (is_multivalued(clause.key)) {
    // Open: it may mean what it says of one value, ForAnyValue or ForAllValues.
    doubt("a multivalued key without a set operator");
    const Literal none_inside = ask(Ask::inside, false);
    const Literal some_inside = ask(Ask::inside, true);
    const Literal some_outside = ask(Ask::outside, true);
    const Literal none_outside = ask(Ask::outside, false);
    const Literal any = clause.negated ? some_outside : some_inside;
    const Literal all = clause.negated ? none_inside : none_outside;
    if (wants_match) return require(groups, Clause{all, any});
    return require(groups, all) && require(groups, any);
  }
  if (clause.negated) return require(groups, ask(Ask::inside, false));
  if (clause.if_exists) return require(groups, ask(Ask::outside, false));
  return require(groups, ask(Ask::inside, true));
}

StatementCompiler::Authorization StatementCompiler::authorization(
    const std::vector<std::string>& authorized) {
  const Scene& scene = world_.scene();
  constexpr std::string_view service_prefix = "service:";
  std::vector<Pattern> patterns;
  for (const std::string& text : authorized) {
    const bool names_service = text.starts_with(service_prefix);
    if (scene.principal == PrincipalKind::service) {
      if (names_service)
        patterns.push_back(make_pattern(text.substr(service_prefix.size()), Matching::glob));
      continue;
    }
    if (names_service || scene.principal == PrincipalKind::anonymous ||
        scene.principal == PrincipalKind::federated) {
      continue;
    }
    if (const auto account = account_of_principal(text)) {
      patterns.push_back(everyone_in(*account));
      continue;
    }
    const auto path_end = text.rfind('/');
    if (scene.principal == PrincipalKind::session && path_end != text.find('/')) {
      // role/path/name against a session of a role whose path nobody knows.
      const std::string pathless = text.substr(0, text.find('/') + 1) + text.substr(path_end + 1);
      if (matches(make_pattern(pathless, Matching::arn), scene.principal_arn) &&
          doubt("an authorized pattern with a path, against a session's ARN, which has none") &&
          options_.leaning == Leaning::strict) {
        return {.always = true, .when = std::nullopt};
      }
      continue;
    }
    patterns.push_back(make_pattern(text, Matching::arn));
  }
  if (patterns.empty()) return {};
  const Literal when = literal(world_.principal(), Ask::inside,
                               text_predicate(Projection::whole, std::move(patterns)), true);
  const auto truth = constant_truth(when);
  if (!truth) return {.always = false, .when = when};
  return {.always = *truth, .when = std::nullopt};
}

}  // namespace auditor
