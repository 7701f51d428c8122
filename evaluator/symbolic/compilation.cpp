// How the parts of a statement come together, what Action and Resource ask, and how a text with
// policy variables is filled in. Conditions are compiled in condition_compiler.cpp, principals in
// principal_compiler.cpp. Tested by condition_compiler_test.cpp, cases_test.cpp and
// differential_test.cpp.
#include "evaluator/symbolic/compilation.h"

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

Compiled StatementCompiler::compile(const PlacedStatement& placed) {
  const bool wants_match = auditor::wants_match(options_.approximation, placed.statement->effect);
  return Compilation(*this, placed.has_variables, wants_match).statement(placed);
}

Compiled StatementCompiler::compile(const std::vector<ConditionClause>& block, bool wants_match) {
  return Compilation(*this, true, wants_match).guardrail_condition(block);
}

Compiled Compilation::statement(const PlacedStatement& placed) && {
  const Statement& statement = *placed.statement;
  is_repository_policy_ = placed.is_repository_policy;
  const bool possible =
      action(statement.action) &&
      (!statement.principal || principal(*statement.principal, statement.effect)) &&
      resource(statement) &&
      std::ranges::all_of(statement.conditions,
                          [&](const ConditionClause& clause) { return condition(clause); });
  if (possible) return {.conjunction = std::move(groups_), .observations = std::move(seen_)};
  for (const ConditionClause& clause : statement.conditions) {
    // With its resource known the statement may match: what else it leaves open must be known too.
    if (is_void_while_open_) condition(clause);
    record_tag_list(clause);
  }
  return {.conjunction = std::nullopt, .observations = std::move(seen_)};
}

Compiled Compilation::guardrail_condition(const std::vector<ConditionClause>& block) && {
  is_policy_ = false;
  const bool possible =
      std::ranges::all_of(block, [&](const ConditionClause& clause) { return condition(clause); });
  return {.conjunction = possible ? std::optional(std::move(groups_)) : std::nullopt,
          .observations = std::move(seen_)};
}

bool Compilation::require(Literal literal) { return require(Clause{literal}); }

bool Compilation::require(Clause alternatives) {
  Clause open;
  for (const Literal& alternative : alternatives) {
    const auto truth = compiler_.constant_truth(alternative);
    if (truth && *truth) return true;
    if (!truth) open.push_back(alternative);
  }
  if (open.empty()) return false;
  groups_.push_back(std::move(open));
  return true;
}

// For a comparison an entry means the same wherever it stands, negated or not.
bool Compilation::entries_want_match(bool negated, bool wants_match) const {
  const bool is_same_everywhere = options_.approximation == Approximation::all_match ||
                                  options_.approximation == Approximation::none_match;
  return negated && !is_same_everywhere ? !wants_match : wants_match;
}

bool Compilation::action(const Patterns& patterns) {
  const bool entry_wants_match = entries_want_match(patterns.negated, wants_match_);
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
  return require(compiler_.literal(request_.action(), Ask::inside,
                                   text_predicate(Projection::whole, std::move(entries)),
                                   !patterns.negated));
}

std::optional<Compilation::Filled> Compilation::fill(const std::string& text, Matching matching,
                                                     const KeyReading& compared) {
  const auto parsed = parse_template(text, matching, has_variables_);
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
    const bool is_known_tag = request_.env().tags != nullptr && is_resource_tag(key) &&
                              request_.constant(reading).is_known();
    if (is_policy_ && is_known_tag) filled.known_tags.push_back(key);
    if (is_policy_ && !is_known_tag) seen_.keys_in_texts.emplace(key, reading);
    Constant value = compiler_.value_of(reading);
    if (!value.is_known()) {
      seen_.open_keys.try_emplace(key, NamedKey{piece.variable, reading});
      filled.is_open = true;
      const auto colons = std::ranges::count(filled.pattern.symbols, U':');
      crosses_fields |= colons + 1 < static_cast<std::ptrdiff_t>(arn_fields);
      open.push_back({compared, reading, filled.pattern.symbols, {}});
      filled.pattern.symbols += any_sequence;
      continue;
    }
    if (value.is_absent()) {
      if (is_known_tag && is_policy_) filled.known_tags.pop_back();  // it has no value
      if (!piece.otherwise) return std::nullopt;
      value = Constant::of(*piece.otherwise);
    }
    const Symbols literal = decode(value.value);
    filled.pattern.symbols += literal;
    filled.emptied.symbols += literal;
    if (!open.empty()) open.back().after += literal;
  }
  if (!filled.is_open) return filled;
  if (open.size() == 1 && compared != nothing_compared)
    seen_.open_texts.push_back(std::move(open.front()));
  if (matching == Matching::exact) filled.pattern.matching = Matching::glob;
  if (matching == Matching::arn && crosses_fields) {
    filled.pattern = make_pattern("*", Matching::glob);
  }
  return filled;
}

void Compilation::record_naming_text(const Filled& filled, const KeyReading& compared,
                                     const std::string& text) {
  if (filled.known_tags.empty()) return;
  const Predicate* predicate =
      compiler_.keep(filled.is_open ? open_predicate(compared.projection, {filled.pattern}, {})
                                    : text_predicate(compared.projection, {filled.pattern}),
                     "one text of " + std::to_string(compared.variable) + "\n" + text);
  for (const std::string& key : filled.known_tags) {
    seen_.naming_texts.push_back(
        {.key = key,
         .variable = compared.variable,
         .predicate = predicate,
         .emptied = text_predicate(compared.projection, {filled.emptied})});
  }
}

bool Compilation::resource(const Statement& statement) {
  if (!statement.resource) return true;  // a resource policy: its own resource
  const Patterns& element = *statement.resource;
  const bool entry_wants_match = entries_want_match(element.negated, wants_match_);
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
    auto filled = fill(text, has_resource ? Matching::arn : Matching::glob,
                       {.variable = request_.resource(), .projection = Projection::whole});
    if (!filled) {
      if (element.negated && doubt("a variable without a value in NotResource") && !wants_match_) {
        return false;
      }
      continue;
    }
    if (filled->is_open && element.negated && statement.effect == Effect::deny && !wants_match_) {
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
  const Predicate* predicate = compiler_.keep(
      is_open ? open_predicate(Projection::whole, std::move(patterns), std::move(sure))
              : text_predicate(Projection::whole, std::move(patterns)),
      identity);
  const Literal match{
      .variable = request_.resource(),
      .constraint = {.ask = Ask::inside, .predicate = predicate, .positive = !element.negated}};
  if (is_repository_policy_ && compiler_.constant_truth(match) != true &&
      doubt("a Resource element in a repository policy that names another repository") &&
      wants_match_) {
    return true;
  }
  return require(match);
}

}  // namespace auditor
