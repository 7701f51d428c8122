#include "evaluator/policy/policy_document.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>

#include "evaluator/policy/pattern.h"
#include "evaluator/policy/values.h"
#include "evaluator/text/ascii_case.h"
#include "evaluator/text/json_syntax.h"
#include "evaluator/text/nearest.h"
#include "evaluator/text/wording.h"

// Every reader below returns false after it has filled `error_`: the first problem decides, and
// it makes the whole document unverifiable.
namespace auditor {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t json_depth_max = 16;  // a valid policy needs 6
constexpr std::size_t members_max = 4096;   // of one object, against quadratic duplicate checks

// Elements of IAM JSON are exact names; each is listed so that a typo is never skipped.
constexpr std::string_view document_elements[] = {"Version", "Id", "Statement"};
constexpr std::string_view statement_elements[] = {"Sid",          "Effect",      "Principal",
                                                   "NotPrincipal", "Action",      "NotAction",
                                                   "Resource",     "NotResource", "Condition"};
constexpr std::string_view principal_types[] = {"AWS", "Service", "Federated", "CanonicalUser"};

bool has_white_space(std::string_view text) {
  return text.find_first_of(" \t\r\n\v\f") != std::string_view::npos;
}

class Reader {
 public:
  Reader(PolicyKind kind, PolicyDocument& document) : kind_(kind), document_(document) {}

  bool read(dom::element root) {
    dom::object object;
    if (root.get(object) != simdjson::SUCCESS) return fail("the document is not a JSON object");
    if (!check_members(object, document_elements, "the document")) return false;
    if (!read_version(object)) return false;
    dom::element statement;
    if (object["Statement"].get(statement) != simdjson::SUCCESS) return fail("no `Statement`");
    dom::array list;
    if (statement.get(list) != simdjson::SUCCESS) {
      return read_statement(statement, 0) && (document_.statements[0].is_only_statement = true);
    }
    std::size_t index = 0;
    for (const dom::element element : list) {
      if (index == policy_statements_max) return fail("more statements than can be judged");
      if (!read_statement(element, index++)) return false;
    }
    return true;
  }

  const std::string& error() const { return error_; }

 private:
  bool fail(std::string message) {
    error_ = where_.empty() ? std::move(message) : where_ + ": " + message;
    return false;
  }

  // Every member known, none twice. A duplicate makes the document malformed: parsers that take
  // the first or the last one would disagree about what it means.
  bool check_members(dom::object object, std::span<const std::string_view> known,
                     std::string_view what) {
    std::vector<std::string_view> seen;
    for (const auto member : object) {
      if (std::ranges::find(known, member.key) == known.end()) {
        return fail("unknown element " + in_backticks(member.key) + " in " + std::string(what) +
                    did_you_mean(nearest(member.key, known), ""));
      }
      if (std::ranges::find(seen, member.key) != seen.end()) {
        return fail("`" + std::string(member.key) + "` stands twice in " + std::string(what));
      }
      seen.push_back(member.key);
    }
    return true;
  }

  bool read_version(dom::object object) {
    dom::element version;
    if (object["Version"].get(version) != simdjson::SUCCESS) return true;  // means 2008-10-17
    std::string_view text;
    if (version.get(text) != simdjson::SUCCESS || (text != "2012-10-17" && text != "2008-10-17")) {
      return fail("`Version` is neither 2012-10-17 nor 2008-10-17");
    }
    document_.has_variables = text == "2012-10-17";
    return true;
  }

  bool read_statement(dom::element element, std::size_t index) {
    where_ = "statement " + std::to_string(index);
    dom::object object;
    if (element.get(object) != simdjson::SUCCESS) return fail("not a JSON object");
    if (!check_members(object, statement_elements, "the statement")) return false;
    Statement statement;
    statement.index = index;
    if (!read_sid(object, statement) || !read_effect(object, statement) ||
        !read_principals(object, statement) || !read_actions(object, statement) ||
        !read_resources(object, statement) || !read_conditions(object, statement)) {
      return false;
    }
    document_.statements.push_back(std::move(statement));
    where_.clear();
    return true;
  }

  bool read_sid(dom::object object, Statement& statement) {
    dom::element sid;
    if (object["Sid"].get(sid) != simdjson::SUCCESS) return true;
    std::string_view text;
    if (sid.get(text) != simdjson::SUCCESS) return fail("`Sid` is not a string");
    statement.sid = text;
    return true;
  }

  bool read_effect(dom::object object, Statement& statement) {
    std::string_view effect;
    if (object["Effect"].get(effect) != simdjson::SUCCESS ||
        (effect != "Allow" && effect != "Deny")) {
      return fail("`Effect` is neither `Allow` nor `Deny`");
    }
    statement.effect = effect == "Allow" ? Effect::allow : Effect::deny;
    return true;
  }

  // A string, or an array of strings.
  bool read_texts(dom::element element, std::string_view what, std::vector<std::string>& texts) {
    std::string_view text;
    if (element.get(text) == simdjson::SUCCESS) {
      texts.emplace_back(text);
      return true;
    }
    dom::array list;
    if (element.get(list) != simdjson::SUCCESS) {
      return fail("`" + std::string(what) + "` is neither a string nor a list of strings");
    }
    for (const dom::element item : list) {
      if (item.get(text) != simdjson::SUCCESS) {
        return fail("`" + std::string(what) + "` holds something that is not a string");
      }
      texts.emplace_back(text);
    }
    return true;
  }

  // `name` or `Not` + `name`, at most one of them.
  bool read_patterns(dom::object object, std::string_view name, std::string_view not_name,
                     std::optional<Patterns>& patterns) {
    dom::element element;
    const bool has = object[name].get(element) == simdjson::SUCCESS;
    dom::element not_element;
    const bool has_not = object[not_name].get(not_element) == simdjson::SUCCESS;
    if (has && has_not) {
      return fail("both `" + std::string(name) + "` and `" + std::string(not_name) + "`");
    }
    if (!has && !has_not) return true;
    patterns.emplace();
    patterns->negated = has_not;
    return read_texts(has ? element : not_element, has ? name : not_name, patterns->texts);
  }

  bool read_actions(dom::object object, Statement& statement) {
    std::optional<Patterns> actions;
    if (!read_patterns(object, "Action", "NotAction", actions)) return false;
    if (!actions) return fail("neither `Action` nor `NotAction`");
    for (const std::string& action : actions->texts) {
      if (action != "*" && action.find(':') == std::string::npos && !has_white_space(action)) {
        return fail("the action `" + action + "` names no service");
      }
    }
    statement.action = std::move(*actions);
    return true;
  }

  bool read_resources(dom::object object, Statement& statement) {
    if (!read_patterns(object, "Resource", "NotResource", statement.resource)) return false;
    if (!statement.resource && kind_ == PolicyKind::identity) {
      return fail("neither `Resource` nor `NotResource`");
    }
    if (!statement.resource) return true;
    for (const std::string& text : statement.resource->texts) {
      const auto parsed = parse_template(text, Matching::arn, document_.has_variables);
      if (!parsed) return fail(parsed.error());
    }
    return true;
  }

  bool read_principals(dom::object object, Statement& statement) {
    dom::element element;
    const bool has = object["Principal"].get(element) == simdjson::SUCCESS;
    dom::element not_element;
    const bool has_not = object["NotPrincipal"].get(not_element) == simdjson::SUCCESS;
    if (has && has_not) return fail("both `Principal` and `NotPrincipal`");
    if (!has && !has_not) return true;
    if (kind_ == PolicyKind::identity) return fail("`Principal` in an identity policy");
    statement.principal.emplace();
    statement.principal->negated = has_not;
    return read_principal(has ? element : not_element, *statement.principal);
  }

  bool read_principal(dom::element element, PrincipalElement& principal) {
    std::string_view text;
    if (element.get(text) == simdjson::SUCCESS) {
      principal.everyone = text == "*";
      return principal.everyone || fail("the principal `" + std::string(text) + "` has no type");
    }
    dom::object object;
    if (element.get(object) != simdjson::SUCCESS) {
      return fail("`Principal` is neither `*` nor an object");
    }
    if (!check_members(object, principal_types, "`Principal`")) return false;
    for (const auto member : object) {
      auto& list = member.key == "AWS"         ? principal.aws
                   : member.key == "Service"   ? principal.service
                   : member.key == "Federated" ? principal.federated
                                               : principal.canonical_user;
      if (!read_texts(member.value, member.key, list)) return false;
    }
    principal.everyone = std::ranges::find(principal.aws, "*") != principal.aws.end();
    return true;
  }

  // Condition values may be unquoted booleans and numbers.
  bool read_value(dom::element element, std::vector<std::string>& values) {
    std::string_view text;
    bool truth = false;
    std::int64_t integer = 0;
    std::uint64_t natural = 0;
    double number = 0;
    if (element.get(text) == simdjson::SUCCESS) {
      values.emplace_back(text);
    } else if (element.get(truth) == simdjson::SUCCESS) {
      values.emplace_back(truth ? "true" : "false");
    } else if (element.get(integer) == simdjson::SUCCESS) {
      values.push_back(std::to_string(integer));
    } else if (element.get(natural) == simdjson::SUCCESS) {
      values.push_back(std::to_string(natural));
    } else if (element.get(number) == simdjson::SUCCESS) {
      values.push_back(write_number(number));
    } else {
      return fail("a condition value is neither a string, a number nor a boolean");
    }
    return true;
  }

  bool read_values(dom::element element, std::vector<std::string>& values) {
    dom::array list;
    if (element.get(list) != simdjson::SUCCESS) return read_value(element, values);
    return std::ranges::all_of(list, [&](dom::element item) { return read_value(item, values); });
  }

  bool read_conditions(dom::object object, Statement& statement) {
    dom::element element;
    if (object["Condition"].get(element) != simdjson::SUCCESS) return true;
    dom::object block;
    if (element.get(block) != simdjson::SUCCESS) return fail("`Condition` is not an object");
    std::vector<std::string> seen_operators;
    for (const auto group : block) {
      if (seen_operators.size() == members_max) return fail("too many condition operators");
      // Operators may ignore case [?], so one of them in two spellings is as doubtful as twice.
      std::string name = to_lower(group.key);
      if (std::ranges::find(seen_operators, name) != seen_operators.end()) {
        return fail("the operator `" + std::string(group.key) + "` stands twice");
      }
      seen_operators.push_back(std::move(name));
      dom::object keys;
      if (group.value.get(keys) != simdjson::SUCCESS) {
        return fail("`" + std::string(group.key) + "` is not an object");
      }
      if (!read_operator(group.key, keys, statement)) return false;
    }
    return true;
  }

  bool read_operator(std::string_view name, dom::object keys, Statement& statement) {
    const std::size_t first = statement.conditions.size();
    for (const auto member : keys) {
      if (statement.conditions.size() == members_max) return fail("too many conditions");
      std::vector<std::string> values;
      if (!read_values(member.value, values)) return false;
      auto clause =
          make_condition_clause(name, member.key, std::move(values), document_.has_variables);
      if (!clause) return fail(clause.error());
      for (std::size_t i = first; i < statement.conditions.size(); ++i) {
        if (statement.conditions[i].key == clause->key) {
          return fail("the key `" + std::string(member.key) + "` stands twice under `" +
                      std::string(name) + "`");
        }
      }
      statement.conditions.push_back(std::move(*clause));
    }
    if (statement.conditions.size() == first) {
      // An operator over no key is no condition, but it must still be one that exists.
      auto clause = make_condition_clause(name, "x", {}, false);
      if (!clause) return fail(clause.error());
    }
    return true;
  }

  PolicyKind kind_;
  PolicyDocument& document_;
  std::string where_;
  std::string error_;
};

}  // namespace

std::expected<PolicyDocument, PolicyError> parse_policy_document(std::string_view json,
                                                                 PolicyKind kind) {
  if (json.size() > policy_bytes_max) {
    return std::unexpected(PolicyError{"the document has " + std::to_string(json.size()) +
                                       " bytes, more than " + std::to_string(policy_bytes_max)});
  }
  if (json.empty()) return std::unexpected(PolicyError{"not JSON: empty"});
  // Said here, since newer parsers pass over it, and IAM does not.
  const bool has_mark = json.starts_with(utf8_byte_order_mark);
  // One parser a thread: its buffers are reused, nothing of a document survives the call.
  thread_local dom::parser parser(2 * policy_bytes_max);
  if (parser.max_depth() != json_depth_max &&
      parser.allocate(policy_bytes_max, json_depth_max) != simdjson::SUCCESS) {
    return std::unexpected(PolicyError{"no memory to parse the document"});
  }
  dom::element root;
  const auto error = parser.parse(json.data(), json.size()).get(root);
  if (error || has_mark) {
    return std::unexpected(
        PolicyError{not_json(json, json_depth_max, simdjson::error_message(error))});
  }
  PolicyDocument document;
  Reader reader(kind, document);
  if (!reader.read(root)) return std::unexpected(PolicyError{reader.error()});
  return document;
}

std::string json_pointer(const Statement& statement) {
  return statement.is_only_statement ? "/Statement"
                                     : "/Statement/" + std::to_string(statement.index);
}

}  // namespace auditor
