#include "tests/oracle/reference/policy.h"

#include <algorithm>
#include <array>
#include <set>

#include "tests/oracle/reference/json.h"

namespace auditor::reference {
namespace {

// One text or a list of texts; Bool and number values may stand without quotes where allowed.
bool read_texts(const Json& value, bool scalars_allowed, std::vector<std::string>& texts) {
  const auto is_text = [&](const Json& one) {
    return one.kind == Json::Kind::text ||
           (scalars_allowed && (one.kind == Json::Kind::number || one.kind == Json::Kind::boolean));
  };
  if (is_text(value)) {
    texts.push_back(value.text);
    return true;
  }
  if (value.kind != Json::Kind::array) return false;
  for (const Json& item : value.items) {
    if (!is_text(item)) return false;
    texts.push_back(item.text);
  }
  return true;
}

// `name` or `Not` + name: at most one of the two.
bool read_pair(const Json& rule, const std::string& name, Texts& texts) {
  const Json* plain = rule.find(name);
  const Json* negated = rule.find("Not" + name);
  if (plain != nullptr && negated != nullptr) return false;
  if (plain == nullptr && negated == nullptr) return true;
  texts.written = true;
  texts.negated = negated != nullptr;
  return read_texts(plain != nullptr ? *plain : *negated, false, texts.values);
}

bool read_who(const Json& rule, Who& who) {
  const Json* plain = rule.find("Principal");
  const Json* negated = rule.find("NotPrincipal");
  if (plain != nullptr && negated != nullptr) return false;
  const Json* value = plain != nullptr ? plain : negated;
  if (value == nullptr) return true;
  who.written = true;
  who.negated = negated != nullptr;
  if (value->kind == Json::Kind::text) {
    who.everyone = value->text == "*";
    return who.everyone;
  }
  if (value->kind != Json::Kind::object) return false;
  for (std::size_t index = 0; index < value->names.size(); ++index) {
    const std::string& type = value->names[index];
    std::vector<std::string> canonical_users;
    std::vector<std::string>* list = type == "AWS"             ? &who.aws
                                     : type == "Service"       ? &who.service
                                     : type == "Federated"     ? &who.federated
                                     : type == "CanonicalUser" ? &canonical_users
                                                               : nullptr;
    if (list == nullptr || !read_texts(value->items[index], false, *list)) return false;
  }
  who.everyone = std::ranges::find(who.aws, "*") != who.aws.end();
  return true;
}

bool read_conditions(const Json& rule, bool variables, std::vector<Clause>& clauses) {
  const Json* block = rule.find("Condition");
  if (block == nullptr) return true;
  if (block->kind != Json::Kind::object) return false;
  for (std::size_t place = 0; place < block->names.size(); ++place) {
    const std::string& operator_text = block->names[place];
    const Json& keys = block->items[place];
    if (keys.kind != Json::Kind::object) return false;
    if (!read_clause(operator_text, "", {}, variables)) return false;
    std::set<std::string> seen;
    for (std::size_t index = 0; index < keys.names.size(); ++index) {
      const std::string& key = keys.names[index];
      const Json& value = keys.items[index];
      std::vector<std::string> values;
      if (!seen.insert(lower(key)).second || !read_texts(value, true, values)) return false;
      auto clause = read_clause(operator_text, key, values, variables);
      if (!clause) return false;
      clauses.push_back(std::move(*clause));
    }
  }
  return true;
}

bool read_rule(const Json& json, PolicyKind kind, bool variables, Rule& rule) {
  constexpr std::array known = {"Sid",       "Effect",   "Principal",   "NotPrincipal", "Action",
                                "NotAction", "Resource", "NotResource", "Condition"};
  if (json.kind != Json::Kind::object) return false;
  for (const std::string& name : json.names) {
    if (std::ranges::find(known, name) == known.end()) return false;
  }
  const Json* effect = json.find("Effect");
  if (effect == nullptr || effect->kind != Json::Kind::text) return false;
  if (effect->text != "Allow" && effect->text != "Deny") return false;
  rule.allows = effect->text == "Allow";
  if (const Json* sid = json.find("Sid"); sid != nullptr && sid->kind != Json::Kind::text)
    return false;
  if (!read_pair(json, "Action", rule.action) || !rule.action.written) return false;
  if (!read_pair(json, "Resource", rule.resource) || !read_who(json, rule.who)) return false;
  for (const std::string& action : rule.action.values) {
    // With white space it matches nothing, whatever else it is.
    const bool has_space = action.find_first_of(" \t\r\n\v\f") != std::string::npos;
    if (action != "*" && action.find(':') == std::string::npos && !has_space) return false;
  }
  if (kind == PolicyKind::identity && (rule.who.written || !rule.resource.written)) return false;
  return read_conditions(json, variables, rule.conditions);
}

}  // namespace

std::optional<Document> read_document(std::string_view text, PolicyKind kind) {
  const auto json = read_json(text);
  if (!json || json->kind != Json::Kind::object) return std::nullopt;
  Document document;
  const Json* statements = nullptr;
  for (std::size_t index = 0; index < json->names.size(); ++index) {
    const std::string& name = json->names[index];
    const Json& value = json->items[index];
    if (name == "Version") {
      if (value.kind != Json::Kind::text) return std::nullopt;
      if (value.text != "2012-10-17" && value.text != "2008-10-17") return std::nullopt;
      document.variables = value.text == "2012-10-17";
    } else if (name == "Statement") {
      statements = &value;
    } else if (name != "Id" || value.kind != Json::Kind::text) {
      return std::nullopt;
    }
  }
  if (statements == nullptr) return std::nullopt;
  std::vector<Json> list = {*statements};
  if (statements->kind == Json::Kind::array) list = statements->items;
  if (statements->kind != Json::Kind::object && statements->kind != Json::Kind::array)
    return std::nullopt;
  for (const Json& one : list) {
    Rule rule;
    if (!read_rule(one, kind, document.variables, rule)) return std::nullopt;
    document.rules.push_back(std::move(rule));
  }
  return document;
}

}  // namespace auditor::reference
