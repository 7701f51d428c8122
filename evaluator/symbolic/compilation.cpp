// How the parts of a statement come together, what Action and Resource ask, and how a text with
// policy variables is filled in. Conditions are compiled in condition_compiler.cpp, principals in
// principal_compiler.cpp. Tested by condition_compiler_test.cpp, cases_test.cpp and
// differential_test.cpp.
#include "evaluator/symbolic/compilation.h"

#include <algorithm>
#include <map>

#include "evaluator/solver/string_search.h"
#include "evaluator/text/ascii_case.h"

namespace auditor {
namespace {

constexpr std::size_t service_field = 2;
constexpr std::size_t open_texts_max = 8;  // of an element, each a test of its own

// The first five fields of an ARN in lower case; the resource part is case-sensitive.
// Where a `*` before a colon may stand for several of them, the last segment is the resource part,
// however few there are.
std::string lower_head(std::string_view arn) {
  const bool has_reach = arn.find("*:") != std::string_view::npos;
  const auto colons = static_cast<std::size_t>(std::ranges::count(arn, ':'));
  const std::size_t head = has_reach ? std::min(colons, arn_fields - 1) : arn_fields - 1;
  std::string lower(arn);
  std::size_t seen = 0;
  for (char& c : lower) {
    if (c == ':' && ++seen == head) break;
    c = to_lower(c);
  }
  return lower;
}

// A piece between two colons: a field of its own, and not a part of one.
bool is_whole_field(const std::vector<TextTemplate::Piece>& pieces, std::size_t at) {
  if (at == 0 || at + 1 == pieces.size()) return false;
  return pieces[at - 1].symbols.ends_with(U':') && pieces[at + 1].symbols.starts_with(U':');
}

// The variable stands for the very field of the compared ARN that it is in:
// "arn:aws:iam::${aws:PrincipalAccount}:role/x" against the principal.
bool is_own_field(const KeyReading& reading, const KeyReading& compared, std::ptrdiff_t colons) {
  if (reading.variable != compared.variable || compared.projection != Projection::whole) {
    return false;
  }
  constexpr std::ptrdiff_t region_colons = 3;
  constexpr std::ptrdiff_t account_colons = 4;
  return (reading.projection == Projection::arn_region && colons == region_colons) ||
         (reading.projection == Projection::arn_account && colons == account_colons);
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
    auto truth = compiler_.constant_truth(alternative);
    if (!truth && compiler_.depends_on_path(alternative)) {
      doubt(std::string(path_assumption));
      if (options_.approximation == Approximation::under) truth = wants_match_;
    }
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
  return require(compiler_.literal({.variable = request_.action()}, Ask::inside,
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
  bool may_add_colons = false;
  std::ptrdiff_t colons = 0;
  std::vector<OpenText> open;
  for (std::size_t at = 0; at < parsed->pieces.size(); ++at) {
    const TextTemplate::Piece& piece = parsed->pieces[at];
    if (piece.variable.empty()) {
      filled.pattern.symbols += piece.symbols;
      filled.emptied.symbols += piece.symbols;
      filled.identity += encode_utf8(piece.symbols);
      colons += std::ranges::count(piece.symbols, U':');
      if (!open.empty()) open.back().after += piece.symbols;
      continue;
    }
    const std::string key = to_lower(piece.variable);
    if (is_multivalued(key)) return std::nullopt;  // no single value to put there
    filled.identity.append("\x01").append(canonical_key(key, service_of(request_.env().action)));
    if (piece.otherwise) filled.identity.append("\x02").append(*piece.otherwise);
    filled.identity += '\x03';
    const KeyReading reading = request_.key(key, piece.variable, false);
    // Nobody says whether the key is a list: one fills in nothing, a single value itself.
    if (is_list(reading)) seen_.has_opaque_tests = true;
    if (parsed->pieces.size() == 1 && reading == compared && !is_list(reading)) {
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
      if (matching == Matching::arn && open.empty() && is_whole_field(parsed->pieces, at) &&
          is_own_field(reading, compared, colons)) {
        filled.pattern.symbols += any_sequence;
        filled.emptied.symbols += any_sequence;
        continue;
      }
      seen_.open_keys.try_emplace(key, NamedKey{piece.variable, reading});
      filled.is_open = true;
      const bool is_early = colons + 1 < static_cast<std::ptrdiff_t>(arn_fields);
      crosses_fields |= is_early;
      may_add_colons |= is_early && matching == Matching::arn && can_hold_colon(reading);
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
    colons += std::ranges::count(literal, U':');
    if (!open.empty()) open.back().after += literal;
  }
  if (!filled.is_open) return filled;
  if (open.size() == 1 && compared != nothing_compared)
    seen_.open_texts.push_back(std::move(open.front()));
  if (matching == Matching::exact) filled.pattern.matching = Matching::glob;
  if (matching == Matching::arn && crosses_fields && may_add_colons) {
    // Colons in the value would shift the fields. What is left is the order of the letters, and
    // that missing fields are anything.
    filled.pattern.matching = Matching::glob;
    if (colons + 1 < static_cast<std::ptrdiff_t>(arn_fields)) {
      filled.pattern.symbols += any_sequence;
    }
  }
  return filled;
}

void Compilation::record_naming_text(const Filled& filled, const KeyReading& compared) {
  if (filled.known_tags.empty()) return;
  const Predicate* predicate =
      compiler_.keep(filled.is_open ? open_predicate(compared.projection, {filled.pattern}, {})
                                    : text_predicate(compared.projection, {filled.pattern}),
                     "one text of " + std::to_string(compared.variable) + "\n" + filled.identity);
  for (const std::string& key : filled.known_tags) {
    seen_.naming_texts.push_back(
        {.key = key,
         .variable = compared.variable,
         .predicate = predicate,
         .emptied = text_predicate(compared.projection, {filled.emptied})});
  }
}

// Whether a policy variable stands before the fifth colon: in the fields that are no resource.
bool Compilation::has_early_variable(const std::string& arn) const {
  if (!has_variables_ || arn.find("${") == std::string::npos) return false;
  const auto parsed = parse_template(arn, Matching::arn, true);
  if (!parsed) return false;
  std::ptrdiff_t colons = 0;
  for (const TextTemplate::Piece& piece : parsed->pieces) {
    if (!piece.variable.empty() && colons + 1 < static_cast<std::ptrdiff_t>(arn_fields)) {
      return true;
    }
    colons += std::ranges::count(piece.symbols, U':');
  }
  return false;
}

bool Compilation::is_list(const KeyReading& reading) const {
  return reading.element == Element::some && compiler_.problem_.variables[reading.variable].is_set;
}

bool Compilation::can_hold_colon(const KeyReading& reading) const {
  if (reading.projection == Projection::federated_user) return true;
  if (reading.projection != Projection::whole && reading.projection != Projection::iso_time) {
    return false;  // a part of an ARN or of a path
  }
  const Variable& variable = compiler_.problem_.variables[reading.variable];
  if (variable.domain != Variable::Domain::text || !variable.valid) return true;
  const Language valid = variable.valid();
  const Language with_colon = Language::pattern(make_pattern("*:*", Matching::glob));
  Budget budget;
  const Membership both[] = {{.language = &valid, .inside = true},
                             {.language = &with_colon, .inside = true}};
  const StringSearch search = shortest_common_string(both, budget);
  return search.found || search.bound_hit;
}

// An open text is a test of its own, so that the same text in two statements is the same test; the
// others are one.
bool Compilation::resource(const Statement& statement) {
  if (!statement.resource) return true;  // a resource policy: its own resource
  const Patterns& element = *statement.resource;
  const bool entry_wants_match = entries_want_match(element.negated, wants_match_);
  const RequestEnv& env = request_.env();
  const bool has_resource = env.resource != RequestEnv::Resource::none;
  const bool is_repository = env.resource == RequestEnv::Resource::known ||
                             env.resource == RequestEnv::Resource::repository;
  const std::size_t colons_max = is_repository ? arn_fields - 1 : std::string::npos;
  const KeyReading compared{.variable = request_.resource()};
  std::vector<Pattern> sure;
  std::map<std::string, Pattern> open;
  for (const std::string& written : element.texts) {
    std::string text = written;
    if (has_resource && has_early_variable(text) &&
        doubt("a variable before the fifth colon of an ARN") && !entry_wants_match) {
      continue;
    }
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
    auto filled = fill(text, has_resource ? Matching::arn : Matching::glob, compared);
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
    for (Pattern* pattern : {&filled->pattern, &filled->emptied}) {
      if (has_resource && pattern->matching == Matching::arn &&
          can_reach_beyond(pattern->symbols, colons_max) &&
          doubt("a `*` at the end of a segment of an ARN") && entry_wants_match) {
        pattern->matching = Matching::arn_reaching;
      }
    }
    record_naming_text(*filled, compared);
    if (filled->is_open) {
      // In the other reading it is another test.
      const bool reaches = filled->pattern.matching == Matching::arn_reaching;
      open.emplace((reaches ? "reaching " : "") + filled->identity, std::move(filled->pattern));
    } else {
      sure.push_back(std::move(filled->pattern));
    }
  }
  Clause match;
  const auto add = [&](const Predicate* predicate) {
    match.push_back({.variable = compared.variable,
                     .constraint = {.ask = Ask::inside, .predicate = predicate}});
  };
  if (!sure.empty() || open.empty()) {
    add(compiler_.add(text_predicate(Projection::whole, std::move(sure))));
  }
  std::string all;
  std::vector<Pattern> together;
  for (auto& [identity, pattern] : open) {
    if (open.size() <= open_texts_max) {
      add(compiler_.keep(open_predicate(Projection::whole, {std::move(pattern)}, {}),
                         "resource\n" + identity));
    } else {
      all += "\n" + identity;
      together.push_back(std::move(pattern));
    }
  }
  if (!together.empty()) {
    add(compiler_.keep(open_predicate(Projection::whole, std::move(together), {}),
                       "resource" + all));
  }
  const auto is_constantly = [&](bool truth) {
    return
        [&, truth](const Literal& literal) { return compiler_.constant_truth(literal) == truth; };
  };
  const bool surely_matches = element.negated ? std::ranges::all_of(match, is_constantly(false))
                                              : std::ranges::any_of(match, is_constantly(true));
  if (is_repository_policy_ && !surely_matches &&
      doubt("a Resource element in a repository policy that names another repository") &&
      wants_match_) {
    return true;
  }
  if (!element.negated) return require(std::move(match));
  return std::ranges::all_of(match,
                             [&](const Literal& literal) { return require(literal.negated()); });
}

}  // namespace auditor
