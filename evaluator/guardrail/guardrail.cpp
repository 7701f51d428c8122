// Reads guardrail files: YAML -> guardrails, with every problem.
#include "evaluator/guardrail/guardrail.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "evaluator/aws/service_model.h"
#include "evaluator/guardrail/principal_pattern.h"
#include "evaluator/text/ascii_case.h"
#include "evaluator/text/nearest.h"
#include "evaluator/text/wording.h"
#include "evaluator/text/yaml_reader.h"

namespace auditor {
namespace {

constexpr std::size_t guardrails_max = 1'000;
constexpr std::size_t id_bytes_max = 128;

constexpr std::array<std::string_view, 1> file_keys{"guardrails"};

// A key of a map, and what it fills in or who reads it.
template <typename Target>
struct Key {
  std::string_view name;
  Target target;
};

template <typename Target, std::size_t size>
constexpr std::array<std::string_view, size> names_of(const std::array<Key<Target>, size>& keys) {
  std::array<std::string_view, size> names;
  std::ranges::transform(keys, names.begin(), &Key<Target>::name);
  return names;
}

template <typename Target, std::size_t size>
constexpr Target target_of(const std::array<Key<Target>, size>& keys, std::string_view name) {
  return std::ranges::find(keys, name, &Key<Target>::name)->target;  // members() knows no other
}

bool is_alnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_one_of(char c, std::string_view letters) { return letters.find(c) != letters.npos; }

// "service:Operation", each of them letters IAM knows.
bool is_action(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == 0 || colon == std::string_view::npos || colon + 1 == text.size()) return false;
  return std::ranges::all_of(text.substr(0, colon),
                             [](char c) { return is_alnum(c) || c == '-'; }) &&
         std::ranges::all_of(text.substr(colon + 1), is_alnum);
}

// One file being read: the guardrails so far and what is wrong.
class GuardrailReader {
 public:
  explicit GuardrailReader(std::string_view file) : yaml_(file) {}

  GuardrailFile read(std::string_view text) {
    const auto root = yaml_.load(text);
    if (root) read_root(*root);
    return {std::move(guardrails_), yaml_.take_problems()};
  }

 private:
  // A list, or a map whose one key `guardrails` holds it.
  void read_root(const YAML::Node& root) {
    if (!root.IsMap()) {
      read_list(root);
      return;
    }
    if (root.size() == 0) yaml_.error(root, "the file holds no guardrail");
    for (const YamlMember& member : yaml_.members(root, "a guardrail file", file_keys)) {
      read_list(member.value);
    }
  }

  void read_list(const YAML::Node& root) {
    if (!root.IsSequence()) {
      yaml_.error(root, "a guardrail file is a list: each guardrail begins with `- id: ...`");
      return;
    }
    if (root.size() == 0) yaml_.error(root, "the file holds no guardrail");
    if (root.size() > guardrails_max) {
      yaml_.error(root, "more than " + std::to_string(guardrails_max) + " guardrails in one file");
      return;
    }
    for (const YAML::Node& node : root) read_guardrail(node);
  }

  void read_guardrail(const YAML::Node& node) {
    Guardrail guardrail;
    bool has_actions = false;
    for (const YamlMember& member : yaml_.members(node, "a guardrail", names_of(guardrail_keys))) {
      has_actions = has_actions || member.key == "actions";
      (this->*target_of(guardrail_keys, member.key))(member, guardrail);
    }
    if (!node.IsMap()) return;
    if (!node["id"]) yaml_.error(node, "a guardrail has no `id`");
    if (!has_actions) {
      yaml_.error(node, "guardrail " + in_backticks(guardrail.summary.id) + " has no `actions`");
    }
    if (guardrail.summary.title.empty()) guardrail.summary.title = guardrail.summary.id;
    guardrails_.push_back(std::move(guardrail));
  }

  template <std::string GuardrailSummary::* text>
  void read_text(const YamlMember& member, Guardrail& guardrail) {
    guardrail.summary.*text = yaml_.text(member.value, in_backticks(member.key)).value_or("");
  }

  void read_references(const YamlMember& member, Guardrail& guardrail) {
    for (YamlText& text : yaml_.texts(member.value, in_backticks(member.key))) {
      guardrail.summary.references.push_back(std::move(text.text));
    }
  }

  void read_usage(const YamlMember& member, Guardrail& guardrail) {
    const YAML::Node& node = member.value;
    const auto text = yaml_.text(node, "`usage`");
    if (!text) return;
    if (*text != "on" && *text != "off") {
      yaml_.error(node, "`usage` is `on` or `off`, not " + in_backticks(*text));
      return;
    }
    guardrail.reports_use = *text == "on";
  }

  // The id becomes a record header and part of metric names, so its letters are few.
  void read_id(const YamlMember& member, Guardrail& guardrail) {
    const YAML::Node& node = member.value;
    std::string& id = guardrail.summary.id;
    id = yaml_.text(node, "`id`").value_or("");
    const bool valid =
        !id.empty() && id.size() <= id_bytes_max &&
        std::ranges::all_of(id, [](char c) { return is_alnum(c) || is_one_of(c, "-_.:"); });
    if (!valid) {
      yaml_.error(node, "the id " + in_backticks(id.substr(0, id_bytes_max)) +
                            " is not made of letters, digits, `-`, `_`, `.` and `:` (at most " +
                            std::to_string(id_bytes_max) + ")");
    } else if (!ids_.insert(id).second) {
      yaml_.error(node, "the id " + in_backticks(id) + " is used twice");
    }
  }

  void read_severity(const YamlMember& member, Guardrail& guardrail) {
    const YAML::Node& node = member.value;
    const auto text = yaml_.text(node, "`severity`");
    if (!text) return;
    const auto severity = parse_severity(*text);
    if (severity) {
      guardrail.summary.severity = *severity;
      return;
    }
    std::string known;
    for (const std::string_view name : severity_names) {
      known.append(known.empty() ? "" : ", ").append(name);
    }
    yaml_.error(node, "unknown severity " + in_backticks(*text) +
                          did_you_mean(nearest(*text, severity_names)) + " (" + known + ")");
  }

  void read_actions(const YamlMember& member, Guardrail& guardrail) {
    const YAML::Node& node = member.value;
    if (!node.IsMap()) {
      guardrail.identity_actions = actions(node, "`actions`");
      guardrail.resource_actions = guardrail.identity_actions;
    } else {
      for (const YamlMember& kind : yaml_.members(node, "`actions`", names_of(action_kinds))) {
        guardrail.*target_of(action_kinds, kind.key) = actions(kind.value, in_backticks(kind.key));
      }
    }
    if (guardrail.identity_actions.empty() && guardrail.resource_actions.empty()) {
      yaml_.error(node, "`actions` names no action");
    }
  }

  std::vector<std::string> actions(const YAML::Node& node, std::string_view what) {
    std::vector<std::string> actions;
    for (const YamlText& text : yaml_.texts(node, what)) {
      if (!is_action(text.text)) {
        yaml_.error(text.node, in_backticks(text.text) +
                                   " is not an action: write `ecr:BatchDeleteImage`, without "
                                   "wildcards or white space");
        continue;
      }
      std::string action = corrected(text);
      const bool is_repeated = std::ranges::any_of(
          actions, [&](const auto& known) { return to_lower(known) == to_lower(action); });
      if (is_repeated) {
        yaml_.warning(text.node, in_backticks(action) + " is listed twice");
      } else {
        actions.push_back(std::move(action));
      }
    }
    return actions;
  }

  // The two names that public texts get wrong are put right; another unknown one is kept, since
  // AWS may know an action that this program does not.
  std::string corrected(const YamlText& text) {
    if (const auto alias = action_alias(text.text)) {
      yaml_.warning(text.node, "there is no action " + in_backticks(text.text) + ": read as " +
                                   in_backticks(*alias));
      return std::string(*alias);
    }
    const ServiceModel* const service = service_of(text.text);
    if (service != nullptr && find_action(text.text) == nullptr) {
      yaml_.warning(text.node, "unknown " + std::string(service->name) + " action " +
                                   in_backticks(text.text) +
                                   did_you_mean(nearest_action(text.text)));
    }
    return text.text;
  }

  void read_principals(const YamlMember& member, Guardrail& guardrail) {
    const YAML::Node& node = member.value;
    for (YamlText& text : yaml_.texts(node, "`authorized_principals`")) {
      if (const auto problem = check_principal_pattern(text.text)) {
        if (problem->is_warning) {
          yaml_.warning(text.node, problem->message);
        } else {
          yaml_.error(text.node, problem->message);
        }
      }
      guardrail.authorized_principals.push_back(std::move(text.text));
    }
  }

  void read_accepted_when(const YamlMember& member, Guardrail& guardrail) {
    const YAML::Node& node = member.value;
    if (!node.IsSequence()) {
      yaml_.error(node,
                  "`accepted_when` must be a list: each entry begins with `- condition:` or "
                  "`- limited_to_owner_by:`");
      return;
    }
    for (const YAML::Node& entry : node) {
      const std::size_t errors_before = yaml_.error_count();
      AcceptedWhen accepted;
      for (const YamlMember& part :
           yaml_.members(entry, "an entry of `accepted_when`", names_of(accepted_keys))) {
        (this->*target_of(accepted_keys, part.key))(part, accepted);
      }
      // An entry without parts holds for every request: that would switch the guardrail off.
      if (yaml_.error_count() == errors_before && accepted.condition.empty() &&
          accepted.limited_to_owner_by.empty()) {
        yaml_.error(entry,
                    "an entry of `accepted_when` without a condition or tag would "
                    "accept every request");
      }
      guardrail.accepted_when.push_back(std::move(accepted));
    }
  }

  void read_condition(const YamlMember& member, AcceptedWhen& accepted) {
    for (const YamlMember& operation : yaml_.members(member.value, "`condition`", {})) {
      std::set<std::string> keys;
      for (const YamlMember& key :
           yaml_.members(operation.value, in_backticks(operation.key), {})) {
        if (!keys.insert(to_lower(key.key)).second) {
          yaml_.error(key.key_node, "the key " + in_backticks(key.key) + " stands twice in " +
                                        in_backticks(operation.key));
          continue;
        }
        std::vector<std::string> values;
        for (YamlText& text : yaml_.texts(key.value, in_backticks(key.key))) {
          values.push_back(std::move(text.text));
        }
        auto clause = make_condition_clause(operation.key, key.key, std::move(values), true);
        if (clause) {
          accepted.condition.push_back(std::move(*clause));
        } else {
          yaml_.error(operation.key_node, clause.error());
        }
      }
    }
  }

  void read_owner_tags(const YamlMember& member, AcceptedWhen& accepted) {
    for (const YamlText& text : yaml_.texts(member.value, "`limited_to_owner_by`")) {
      std::string tag = to_lower(text.text);
      const std::string_view name = std::string_view(tag).substr(tag.find('/') + 1);
      if (!is_resource_tag(tag) || name.empty() ||
          (name != "*" && name.find_first_of("*?$") != std::string_view::npos)) {
        yaml_.error(text.node, in_backticks(text.text) +
                                   " is not a resource tag: write `ecr:ResourceTag/owner`, or "
                                   "`ecr:ResourceTag/*` for any tag");
        continue;
      }
      accepted.limited_to_owner_by.push_back(std::move(tag));
    }
  }

  using ReadKey = void (GuardrailReader::*)(const YamlMember&, Guardrail&);
  using ReadAcceptedKey = void (GuardrailReader::*)(const YamlMember&, AcceptedWhen&);
  using Actions = std::vector<std::string> Guardrail::*;

  static constexpr std::array guardrail_keys{
      Key<ReadKey>{"id", &GuardrailReader::read_id},
      Key<ReadKey>{"title", &GuardrailReader::read_text<&GuardrailSummary::title>},
      Key<ReadKey>{"severity", &GuardrailReader::read_severity},
      Key<ReadKey>{"actions", &GuardrailReader::read_actions},
      Key<ReadKey>{"authorized_principals", &GuardrailReader::read_principals},
      Key<ReadKey>{"rationale", &GuardrailReader::read_text<&GuardrailSummary::rationale>},
      Key<ReadKey>{"remediation", &GuardrailReader::read_text<&GuardrailSummary::remediation>},
      Key<ReadKey>{"references", &GuardrailReader::read_references},
      Key<ReadKey>{"accepted_when", &GuardrailReader::read_accepted_when},
      Key<ReadKey>{"usage", &GuardrailReader::read_usage},
  };
  static constexpr std::array action_kinds{
      Key<Actions>{"identity", &Guardrail::identity_actions},
      Key<Actions>{"repository", &Guardrail::resource_actions},
  };
  static constexpr std::array accepted_keys{
      Key<ReadAcceptedKey>{"condition", &GuardrailReader::read_condition},
      Key<ReadAcceptedKey>{"limited_to_owner_by", &GuardrailReader::read_owner_tags},
  };

  YamlReader yaml_;
  std::vector<Guardrail> guardrails_;
  std::set<std::string> ids_;
};

}  // namespace

bool GuardrailFile::has_errors() const {
  return std::ranges::any_of(problems, [](const auto& problem) { return !problem.is_warning; });
}

GuardrailFile parse_guardrails(std::string_view yaml, std::string_view file) {
  return GuardrailReader(file).read(yaml);
}

}  // namespace auditor
