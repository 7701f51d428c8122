#include "tests/oracle/smt/conditions.h"

#include <algorithm>
#include <cctype>

#include "tests/oracle/smt/smt_text.h"

namespace auditor::smt {
namespace {

using reference::Clause;
using reference::Relation;
using reference::Set;
using reference::Type;

constexpr const char* present_key = "aws:multifactorauthpresent";
constexpr const char* age_key = "aws:multifactorauthage";

const std::string with_mfa = call("and", {mfa_present, mfa_value});

bool is_decimal(const std::string& text) {
  const std::size_t dot = text.find('.');
  const auto digits = [](const std::string& part) {
    return !part.empty() &&
           std::ranges::all_of(part, [](unsigned char one) { return std::isdigit(one) != 0; });
  };
  if (dot == text.npos) return digits(text);
  return digits(text.substr(0, dot)) && digits(text.substr(dot + 1));
}

const char* order(Relation relation) {
  switch (relation) {
    case Relation::less:
      return "<";
    case Relation::less_equal:
      return "<=";
    case Relation::greater:
      return ">";
    case Relation::greater_equal:
      return ">=";
    default:
      return "=";
  }
}

// Does the key's value fit one text of the clause?
Term fits(const Clause& clause, const std::string& value, const std::string& wanted,
          bool variables) {
  switch (clause.type) {
    case Type::string:
      if (!is_plain(wanted, variables)) return outside("the value `" + wanted + "`");
      if (clause.relation == Relation::equal) return call("=", {value, string_constant(wanted)});
      return in_glob(
          value, wanted,
          {clause.relation == Relation::like, clause.relation == Relation::equal_ignoring_case});
    case Type::boolean:
      if (clause.key != present_key) return outside("a Bool on `" + clause.key + "`");
      if (wanted != "true" && wanted != "false") return outside("the value `" + wanted + "`");
      return wanted == "true" ? std::string(mfa_value) : negation(mfa_value);
    case Type::number:
      if (clause.key != age_key) return outside("a number on `" + clause.key + "`");
      if (!is_decimal(wanted)) return outside("the number `" + wanted + "`");
      return call(order(clause.relation),
                  {mfa_age, wanted.find('.') == wanted.npos ? wanted + ".0" : wanted});
    default:
      return outside("the operator on `" + clause.key + "`");
  }
}

// IAM User Guide, "Condition operators": `...IfExists` and ForAllValues hold without the key, and
// so do negated operators.
bool holds_when_absent(const Clause& clause) {
  if (clause.if_exists || clause.set == Set::all) return true;
  return clause.set == Set::none && clause.negated;
}

}  // namespace

bool is_plain(const std::string& text, bool variables) {
  if (variables && text.find("${") != text.npos) return false;
  return std::ranges::all_of(text, [](unsigned char one) { return one >= ' ' && one <= '~'; });
}

std::expected<Conditions::Key, std::string> Conditions::find_key(const std::string& name) {
  if (name == present_key) {
    return Key{mfa_present,
               call("ite", {mfa_value, string_constant("true"), string_constant("false")})};
  }
  if (name == age_key) return Key{with_mfa, mfa_age};
  if (name == "aws:requestedregion") return Key{"true", region_unknown};
  const std::size_t slash = name.find('/');
  const std::string kind = name.substr(0, slash);
  const bool of_resource = kind == "aws:resourcetag" || kind == "ecr:resourcetag";
  const bool is_tag = slash != name.npos && (of_resource || kind == "aws:principaltag");
  if (!is_tag || !is_plain(name, true) || name.find_first_of("|\\") != name.npos) {
    return outside("the key `" + name + "`");
  }
  if (of_resource && !has_resource_) return Key{"false", string_constant("")};
  // In ECR a resource tag has two names.
  const std::string tag = (of_resource ? "aws:resourcetag" : kind) + name.substr(slash);
  return tags_.try_emplace(tag, Key{symbol(tag + "?"), symbol(tag)}).first->second;
}

Term Conditions::translate(const Clause& clause, bool variables) {
  if (clause.unusual_case) return outside("an operator in another case");
  if (clause.values.empty()) return outside("a list of no values");
  if (clause.set == Set::any && clause.if_exists) return outside("ForAnyValue with IfExists");
  const auto key = find_key(clause.key);
  if (!key) return outside(key.error());
  Terms any;
  if (clause.type == Type::null) {
    for (const std::string& value : clause.values) {
      if (value != "true" && value != "false") return outside("Null of `" + value + "`");
      any.push_back(value == "true" ? negation(key->present) : key->present);
    }
    return disjunction(any);
  }
  if (clause.type == Type::string && clause.key == age_key) return outside("the age as text");
  for (const std::string& value : clause.values) {
    const Term one = fits(clause, key->value, value, variables);
    if (!one) return one;
    any.push_back(*one);
  }
  const std::string fit = disjunction(any);
  return call("ite", {key->present, clause.negated ? negation(fit) : fit,
                      holds_when_absent(clause) ? "true" : "false"});
}

std::string Conditions::declarations() const {
  std::string text;
  const auto declare = [&](const std::string& name, const char* sort) {
    text += "(declare-const " + name + " " + sort + ")\n";
  };
  declare(mfa_present, "Bool");
  declare(mfa_value, "Bool");
  declare(mfa_age, "Real");
  text += call("assert", {call(">=", {mfa_age, "0.0"})}) + "\n";
  for (const auto& [tag, key] : tags_) {
    declare(key.present, "Bool");
    declare(key.value, "String");
  }
  return text;
}

std::vector<std::string> Conditions::tags() const {
  std::vector<std::string> names;
  for (const auto& [tag, key] : tags_) names.push_back(tag);
  return names;
}

}  // namespace auditor::smt
