#include "evaluator/solver/predicate.h"

#include <algorithm>

namespace auditor {
namespace {

constexpr std::size_t region_field = 3;
constexpr std::size_t account_field = 4;

std::optional<std::string> arn_field(std::string_view arn, std::size_t index) {
  const auto fields = split_fields(arn, arn_fields);
  if (fields.size() != arn_fields) return std::nullopt;
  return std::string(fields[index]);
}

bool is_in_order(Relation relation, double left, double right) {
  switch (relation) {
    case Relation::equals:
      return left == right;
    case Relation::less:
      return left < right;
    case Relation::less_equals:
      return left <= right;
    case Relation::greater:
      return left > right;
    case Relation::greater_equals:
      return left >= right;
  }
  return false;
}

struct Holds {
  std::string_view value;

  bool operator()(const TextTest& test) const {
    const auto part = project(value, test.projection);
    if (!part) return false;
    const Symbols symbols = decode(*part);
    return std::ranges::any_of(test.patterns, [&](const Pattern& pattern) {
      return matches(pattern, std::u32string_view(symbols));
    });
  }

  bool operator()(const OrderTest& test) const {
    const auto number = test.type == ValueType::date ? read_instant(value) : read_number(value);
    return number && std::ranges::any_of(test.values, [&](double other) {
             return is_in_order(test.relation, *number, other);
           });
  }

  bool operator()(const BoolTest& test) const {
    const auto truth = read_bool(value);
    return truth && (*truth ? test.accepts_true : test.accepts_false);
  }

  bool operator()(const AddressTest& test) const {
    const auto address = read_address(value);
    return address && std::ranges::any_of(test.blocks, [&](const AddressBlock& block) {
             return block.contains(*address);
           });
  }
};

// A pattern over a part that holds no character of `separator`.
Language part_language(const Pattern& pattern, char32_t separator) {
  const CharSet alphabet = CharSet::all_but(separator);
  if (pattern.symbols.contains(separator)) return Language::any_of({});
  if (pattern.matching != Matching::arn) {
    return Language::glob(pattern.symbols, alphabet,
                          pattern.matching == Matching::exact_ignore_case);
  }
  // ArnLike on a part that is no ARN: only `*` alone accepts it.
  const bool everything = pattern.symbols.size() == 1 && pattern.symbols[0] == any_sequence;
  return everything ? Language::repeated(alphabet) : Language::any_of({});
}

Language arn_with_field(std::size_t index, Language field) {
  const Language colon = Language::text(":");
  const Language other = Language::repeated(CharSet::all_but(U':'));
  Language language;
  for (std::size_t i = 0; i + 1 < arn_fields; ++i) {
    language.then(i == index ? field : other).then(colon);
  }
  return language.then(Language::repeated(CharSet::all()));
}

Language user_with_name(Language name) {
  const Language other = Language::repeated(CharSet::all_but(U':'));
  const Language colon = Language::text(":");
  Language language;
  for (std::size_t i = 0; i + 1 < arn_fields; ++i) language.then(other).then(colon);
  Language path = Language::repeated(CharSet::all());
  path.then(Language::text("/")).optional();
  return language.then(Language::text("user/")).then(path).then(name);
}

// What ends a part of a value; 0: the part is the whole.
char32_t end_of_part(Projection projection) {
  switch (projection) {
    case Projection::arn_region:
    case Projection::arn_account:
      return U':';
    case Projection::user_name:
    case Projection::organization_id:
      return U'/';
    case Projection::federated_user:
    case Projection::whole:
    case Projection::iso_time:
      break;
  }
  return 0;
}

// The values whose part is in `part`.
Language whose_part_is(Projection projection, Language part) {
  switch (projection) {
    case Projection::arn_region:
      return arn_with_field(region_field, std::move(part));
    case Projection::arn_account:
      return arn_with_field(account_field, std::move(part));
    case Projection::user_name:
      return user_with_name(std::move(part));
    case Projection::organization_id:
      return part.then(Language::text("/")).then(Language::repeated(CharSet::all()));
    case Projection::federated_user:
    case Projection::whole:
    case Projection::iso_time:
      break;
  }
  return part;
}

constexpr std::string_view federated_user_start = "federated-user/";
constexpr std::size_t account_id_digits = 12;

// arn:P:sts::ACCOUNT:federated-user/NAME where "ACCOUNT:NAME" matches: the colon is one of the
// pattern's, or taken by a wildcard. Before it stand 12 digits, so it is looked for among the first
// symbols only, however long the pattern is.
Language federated_user_whose_id_is(const Pattern& pattern) {
  const std::u32string_view symbols = pattern.symbols;
  const bool ignores_case = pattern.matching == Matching::exact_ignore_case;
  const CharSet not_colon = CharSet::all_but(U':');
  const Language other = Language::repeated(not_colon);
  const Language colon = Language::text(":");
  std::vector<Language> arns;
  std::size_t characters = 0;  // that the account has to have
  for (std::size_t i = 0; i < symbols.size() && characters <= account_id_digits; ++i) {
    const bool is_sequence = symbols[i] == any_sequence;
    if (!is_sequence) ++characters;
    const bool takes_colon = symbols[i] == U':' || symbols[i] >= any_character;
    const bool is_repeated = is_sequence && i > 0 && symbols[i - 1] == any_sequence;
    if (!takes_colon || is_repeated) continue;
    Language arn;
    for (std::size_t field = 0; field + 2 < arn_fields; ++field) arn.then(other).then(colon);
    const auto account = symbols.substr(0, is_sequence ? i + 1 : i);
    const auto name = symbols.substr(is_sequence ? i : i + 1);
    arn.then(Language::glob(account, not_colon, ignores_case))
        .then(colon)
        .then(Language::text(federated_user_start))
        .then(Language::glob(name, not_colon, ignores_case));
    arns.push_back(std::move(arn));
  }
  return Language::any_of(std::move(arns));
}

}  // namespace

Predicate text_predicate(Projection projection, std::vector<Pattern> patterns) {
  for (Pattern& pattern : patterns) {
    if (is_literal(pattern)) pattern.matching = Matching::exact;
  }
  return {.test = TextTest{.projection = projection, .patterns = std::move(patterns)}};
}

Predicate open_predicate(Projection projection, std::vector<Pattern> patterns,
                         std::vector<Pattern> sure) {
  Predicate predicate = text_predicate(projection, std::move(patterns));
  predicate.at_least =
      std::make_shared<const Predicate>(text_predicate(projection, std::move(sure)));
  return predicate;
}

std::optional<std::string> project(std::string_view value, Projection projection) {
  switch (projection) {
    case Projection::whole:
      return std::string(value);
    case Projection::arn_region:
      return arn_field(value, region_field);
    case Projection::arn_account:
      return arn_field(value, account_field);
    case Projection::user_name: {
      const auto resource = arn_field(value, arn_fields - 1);
      if (!resource || !resource->starts_with("user/")) return std::nullopt;
      return resource->substr(resource->rfind('/') + 1);
    }
    case Projection::federated_user: {
      const auto account = arn_field(value, account_field);
      const auto resource = arn_field(value, arn_fields - 1);
      if (!resource || !resource->starts_with(federated_user_start)) return std::nullopt;
      return *account + ":" + resource->substr(federated_user_start.size());
    }
    case Projection::organization_id:
      return std::string(value.substr(0, value.find('/')));
    case Projection::iso_time: {
      const auto instant = read_instant(value);
      return instant ? std::optional(write_instant(*instant)) : std::nullopt;
    }
  }
  return std::nullopt;
}

std::optional<std::string> with_part(std::string_view value, Projection projection,
                                     std::string_view part) {
  const bool is_region = projection == Projection::arn_region;
  if (is_region || projection == Projection::arn_account) {
    const auto fields = split_fields(value, arn_fields);
    if (fields.size() != arn_fields) return std::nullopt;
    const std::string_view old = fields[is_region ? region_field : account_field];
    const auto at = static_cast<std::size_t>(old.data() - value.data());
    return std::string(value).replace(at, old.size(), part);
  }
  if (projection == Projection::organization_id) {
    return std::string(value).replace(0, std::min(value.find('/'), value.size()), part);
  }
  return std::nullopt;
}

bool holds(const Predicate& predicate, std::string_view value) {
  return std::visit(Holds{value}, predicate.test);
}

Language language_of(const TextTest& test) {
  if (test.projection == Projection::federated_user) {
    std::vector<Language> users;
    for (const Pattern& pattern : test.patterns) {
      // As an ARN only `*` alone matches: the id is none.
      const bool is_arn = pattern.matching == Matching::arn && pattern.symbols.size() > 1;
      if (!is_arn) users.push_back(federated_user_whose_id_is(pattern));
    }
    return Language::any_of(std::move(users));
  }
  const char32_t end = end_of_part(test.projection);
  if (end == 0) {
    std::vector<const Pattern*> patterns;
    for (const Pattern& pattern : test.patterns) patterns.push_back(&pattern);
    return patterns.size() == 1 ? Language::pattern(*patterns.front())
                                : Language::any_pattern(patterns);
  }
  std::vector<Symbols> texts;  // without wildcards: a set
  std::vector<Language> parts;
  for (const Pattern& pattern : test.patterns) {
    if (pattern.matching == Matching::exact) {
      if (!pattern.symbols.contains(end)) texts.push_back(pattern.symbols);
    } else {
      parts.push_back(part_language(pattern, end));
    }
  }
  if (!texts.empty()) parts.push_back(Language::any_text(std::move(texts)));
  return whose_part_is(test.projection, parts.size() == 1 ? std::move(parts.front())
                                                          : Language::any_of(std::move(parts)));
}

}  // namespace auditor
