#include "tests/oracle/reference/trial.h"

#include <array>
#include <utility>

namespace auditor::reference {
namespace {

constexpr std::array<std::pair<std::string_view, EntityKind>, 7> subject_types = {{
    {"role", EntityKind::role},
    {"user", EntityKind::user},
    {"group", EntityKind::group},
    {"policy", EntityKind::policy},
    {"repository", EntityKind::repository},
    {"registry", EntityKind::registry},
    {"template", EntityKind::template_},
}};

nlohmann::ordered_json document_json(const std::string& text) {
  auto json = nlohmann::ordered_json::parse(text, nullptr, false);
  return json.is_discarded() ? nlohmann::ordered_json(text) : json;
}

}  // namespace

Subject make_subject(std::string_view type, const std::string& arn) {
  Subject subject{EntityKind::account, arn, "", ""};
  for (const auto& [name, value] : subject_types) {
    if (name == type) subject.type = value;
  }
  if (const auto fields = split_arn(arn)) {
    subject.region = (*fields)[3];
    subject.account = (*fields)[4];
  }
  return subject;
}

std::optional<Documents> read_documents(const Trial& trial) {
  Documents documents;
  for (const std::string& text : trial.identity) {
    auto document = read_document(text, PolicyKind::identity);
    if (!document) return std::nullopt;
    documents.identity.push_back(std::move(*document));
  }
  if (trial.boundary) {
    documents.boundary = read_document(*trial.boundary, PolicyKind::identity);
    if (!documents.boundary) return std::nullopt;
  }
  for (const std::string& text : trial.resource) {
    auto document = read_document(text, PolicyKind::resource);
    if (!document) return std::nullopt;
    documents.resource.push_back(std::move(*document));
  }
  documents.tags = trial.tags;
  documents.registry_scope_v1 = trial.registry_scope_v1;
  return documents;
}

nlohmann::ordered_json to_json(const Request& request) {
  nlohmann::ordered_json json;
  if (const auto* arn = std::get_if<ArnPrincipal>(&request.principal)) {
    json["principal"] = arn->arn;
  } else if (const auto* service = std::get_if<ServicePrincipal>(&request.principal)) {
    json["principal"] = {{"type", "Service"}, {"service", service->service}};
  } else if (const auto* federated = std::get_if<FederatedPrincipal>(&request.principal)) {
    json["principal"] = {{"type", "Federated"}, {"provider", federated->provider}};
  } else {
    json["principal"] = {{"type", "Anonymous"}};
  }
  json["action"] = request.action;
  json["resource"] = request.resource;
  json["context"] = nlohmann::ordered_json::object();
  for (const auto& [key, value] : request.context) {
    std::visit([&](const auto& held) { json["context"][key] = held; }, value);
  }
  return json;
}

nlohmann::ordered_json to_json(const Trial& trial) {
  nlohmann::ordered_json json;
  json["subject"] = {{"type", std::string(to_string(trial.subject.type))},
                     {"arn", trial.subject.arn}};
  if (!trial.subject.path_is_known) json["subject"]["path_is_known"] = false;
  for (const std::string& text : trial.identity) {
    json["identity_policies"].push_back(document_json(text));
  }
  if (trial.boundary) json["permissions_boundary"] = document_json(*trial.boundary);
  if (!trial.resource.empty()) json["resource_policy"] = document_json(trial.resource[0]);
  if (trial.resource.size() > 1) json["registry_policy"] = document_json(trial.resource[1]);
  if (trial.tags) json["tags"] = *trial.tags;
  if (trial.registry_scope_v1) json["registry_scope"] = "V1";
  return json;
}

}  // namespace auditor::reference
