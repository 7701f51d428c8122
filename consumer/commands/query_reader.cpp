#include "consumer/commands/query_reader.h"

#include <simdjson.h>

#include <algorithm>

#include "consumer/decoding/json_scanner.h"
#include "evaluator/aws/entity_kind.h"
#include "evaluator/policy/arn.h"
#include "evaluator/text/json_syntax.h"
#include "evaluator/text/nearest.h"
#include "evaluator/text/wording.h"

namespace auditor {
namespace {

namespace dom = simdjson::dom;

constexpr std::string_view explain_keys[] = {"id",
                                             "subject",
                                             "identity_policies",
                                             "permissions_boundary",
                                             "resource_policy",
                                             "registry_policy"};
constexpr std::string_view compare_keys[] = {"id", "type", "reference", "candidate"};

// The kinds that are judged by documents of their own.
std::vector<std::string_view> subject_types() {
  std::vector<std::string_view> names;
  for (const EntityKindRow& row : entity_kinds()) {
    if (row.policies && row.subject == row.kind) names.push_back(row.name);
  }
  return names;
}

// Empty, or why this ARN cannot be the subject's: a verdict on another entity would be worth
// nothing.
std::string wrong_arn(EntityKind type, std::string_view arn) {
  const std::string named = "`" + std::string(arn) + "` is not ";
  const auto parts = split_arn(arn);
  if (!parts) return named + "an ARN";
  const auto known = parse_entity_arn(arn);
  if (type == EntityKind::policy && known && known->kind == EntityKind::permission_set) return {};
  const EntityKindRow& row = row_of(type);
  const bool is_service_right =
      is_identity(type) ? parts->service == row.service : parts->service.starts_with(row.service);
  if (!is_service_right || !parts->resource.starts_with(row.resource)) {
    const EntityPlace place{"aws", "ACCOUNT", row.is_regional ? "REGION" : ""};
    const std::string form = entity_arn(type, place, row.resource.ends_with('/') ? "NAME" : "");
    return named + "the ARN of a " + std::string(row.name) + " (" + in_backticks(form) + ")";
  }
  if (!is_account_id(parts->account) && !is_managed_policy_arn(arn)) {
    return named + "an ARN with an account of 12 digits";
  }
  return {};
}

nlohmann::ordered_json id_of(dom::object line) {
  dom::element id;
  if (line["id"].get(id) != simdjson::SUCCESS) return nullptr;
  return nlohmann::ordered_json::parse(simdjson::minify(id), nullptr, false);
}

// A misspelt key would silently drop a policy, and so change the verdict.
std::string unknown_key(dom::object line, std::span<const std::string_view> known) {
  std::vector<std::string_view> seen;
  for (const auto member : line) {
    if (std::ranges::find(seen, member.key) != seen.end()) {
      return "`" + std::string(member.key) + "` stands twice";
    }
    seen.push_back(member.key);
    if (std::ranges::find(known, member.key) != known.end()) continue;
    return "unknown key " + in_backticks(member.key) + did_you_mean(nearest(member.key, known), "");
  }
  return {};
}

ParsedPolicy read_document(dom::element element, PolicyKind kind) {
  std::string_view text;
  if (element.get(text) == simdjson::SUCCESS) return parse_policy_document(text, kind);
  return parse_policy_document(std::string(simdjson::minify(element)), kind);
}

std::string read_subject(dom::object line, Subject& subject) {
  std::string_view type;
  std::string_view arn;
  if (line["subject"]["type"].get(type) != simdjson::SUCCESS) return "no subject type";
  if (line["subject"]["arn"].get(arn) != simdjson::SUCCESS) return "no subject ARN";
  const std::vector<std::string_view> types = subject_types();
  if (std::ranges::find(types, type) == types.end()) {
    return "unknown subject type " + in_backticks(type) + did_you_mean(nearest(type, types), "");
  }
  const EntityKind kind = *parse_entity_kind(type);
  std::string fault = wrong_arn(kind, arn);
  if (!fault.empty()) return fault;
  const auto parts = split_arn(arn);
  subject = {.type = kind,
             .arn = std::string(arn),
             .account = std::string(parts->account),
             .region = std::string(parts->region)};
  return {};
}

}  // namespace

nlohmann::ordered_json id_of_broken(std::string_view line) {
  JsonSkimmer members(trim_json(line));
  while (members.next()) {
    const std::string_view value = members.value();
    if (members.key() != "id" || value.starts_with('{') || value.starts_with('[')) continue;
    auto id = nlohmann::ordered_json::parse(value, nullptr, false);
    return id.is_discarded() ? nlohmann::ordered_json() : id;
  }
  return nullptr;
}

class QueryReader::Impl {
 public:
  // Nullopt, and `error` filled, when the line is no JSON object.
  std::optional<dom::object> parse(std::string_view line, std::string& error) {
    if (line.size() > query_bytes_max) {
      error = "longer than " + std::to_string(query_bytes_max) + " bytes";
      return std::nullopt;
    }
    line = trim_json(line);  // some editors begin a file with a byte order mark
    if (line.empty()) {      // simdjson copies from the address, which may be null
      error = "not JSON: empty";
      return std::nullopt;
    }
    dom::element root;
    if (const auto code = parser_.parse(line.data(), line.size()).get(root)) {
      error = not_json(line, simdjson::DEFAULT_MAX_DEPTH, simdjson::error_message(code));
      return std::nullopt;
    }
    dom::object object;
    if (root.get(object) != simdjson::SUCCESS) {
      error = "not a JSON object";
      return std::nullopt;
    }
    return object;
  }

 private:
  dom::parser parser_;
};

QueryReader::QueryReader() : impl_(std::make_unique<Impl>()) {}
QueryReader::~QueryReader() = default;

ExplainLine QueryReader::read_explain(std::string_view text) {
  ExplainLine line;
  const auto object = impl_->parse(text, line.error);
  if (!object) {
    line.id = id_of_broken(text);
    return line;
  }
  line.id = id_of(*object);
  line.error = unknown_key(*object, explain_keys);
  if (line.error.empty()) line.error = read_subject(*object, line.subject);
  if (!line.error.empty()) return line;
  dom::element element;
  if ((*object)["identity_policies"].get(element) == simdjson::SUCCESS && !element.is_null()) {
    dom::array list;
    if (element.get(list) != simdjson::SUCCESS) {
      line.error = "`identity_policies` is not a list";
      return line;
    }
    for (const dom::element policy : list) {
      line.identity_policies.push_back(read_document(policy, PolicyKind::identity));
      line.has_granting_policy = true;
    }
  }
  if ((*object)["permissions_boundary"].get(element) == simdjson::SUCCESS && !element.is_null()) {
    line.permissions_boundary = read_document(element, PolicyKind::identity);
  }
  // The repository's own policy first, then the registry's; a registry's own policy under either.
  for (const std::string_view key : {"resource_policy", "registry_policy"}) {
    if (key == "registry_policy" && line.resource_policies.empty() &&
        line.subject.type == EntityKind::repository) {
      line.resource_policies.emplace_back();  // the repository has no policy of its own
    }
    if ((*object)[key].get(element) == simdjson::SUCCESS && !element.is_null()) {
      line.resource_policies.push_back(read_document(element, PolicyKind::resource));
      line.has_granting_policy = true;
    }
  }
  const bool identity = is_identity(line.subject.type);
  if (identity && !line.resource_policies.empty()) {
    line.error = "a " + std::string(to_string(line.subject.type)) + " has no resource policy";
  } else if (!identity && (!line.identity_policies.empty() || line.permissions_boundary)) {
    line.error = "a " + std::string(to_string(line.subject.type)) + " has no identity policies";
  }
  return line;
}

CompareLine QueryReader::read_compare(std::string_view text) {
  CompareLine line;
  const auto object = impl_->parse(text, line.error);
  if (!object) {
    line.id = id_of_broken(text);
    return line;
  }
  line.id = id_of(*object);
  line.error = unknown_key(*object, compare_keys);
  if (!line.error.empty()) return line;
  std::string_view type;
  if ((*object)["type"].get(type) != simdjson::SUCCESS ||
      (type != "identity" && type != "resource")) {
    line.error = "`type` is neither `identity` nor `resource`";
    return line;
  }
  line.kind = type == "identity" ? PolicyKind::identity : PolicyKind::resource;
  for (const auto& [key, policy] :
       {std::pair("reference", &line.reference), std::pair("candidate", &line.candidate)}) {
    dom::element element;
    if ((*object)[key].get(element) != simdjson::SUCCESS) {
      line.error = "no `" + std::string(key) + "`";
      return line;
    }
    *policy = read_document(element, line.kind);
  }
  return line;
}

}  // namespace auditor
