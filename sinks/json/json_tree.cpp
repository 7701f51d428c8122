// Tested by json_object_test.cpp.
#include "sinks/json/json_tree.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <variant>

namespace auditor {
namespace {

using nlohmann::ordered_json;

// The first cut, halved until the whole fits. At the floor a finding is a few kilobytes.
constexpr std::size_t text_bytes_first = 16 << 10;
constexpr std::size_t text_bytes_floor = 64;
constexpr std::size_t list_entries_first = 1024;
constexpr std::size_t list_entries_floor = 4;

ordered_json principal_json(const Principal& principal) {
  struct Writer {
    ordered_json operator()(const ArnPrincipal& arn) const { return arn.arn; }
    ordered_json operator()(const AnonymousPrincipal&) const { return {{"type", "Anonymous"}}; }
    ordered_json operator()(const ServicePrincipal& service) const {
      return {{"type", "Service"}, {"service", service.service}};
    }
    ordered_json operator()(const FederatedPrincipal& federated) const {
      return {{"type", "Federated"}, {"provider", federated.provider}};
    }
    ordered_json operator()(const OtherPrincipal& other) const {
      return {{"type", other.type}, {"id", other.id}};
    }
  };
  return std::visit(Writer{}, principal);
}

// Our values are shallow (the statements in them come from bounded parsers), so recursion is safe.
void cut(ordered_json& value, std::size_t text_bytes, std::size_t list_entries) {
  if (value.is_string()) {
    auto& text = value.get_ref<std::string&>();
    if (text.size() > text_bytes) {
      const std::string mark = "... (cut, " + std::to_string(text.size()) + " bytes)";
      text.resize(text_bytes);
      text += mark;
    }
  } else if (value.is_array()) {
    while (value.size() > list_entries) value.erase(value.size() - 1);
    for (ordered_json& entry : value) cut(entry, text_bytes, list_entries);
  } else if (value.is_object()) {
    for (auto& [key, member] : value.items()) cut(member, text_bytes, list_entries);
  }
}

}  // namespace

ordered_json to_json(const Request& request) {
  ordered_json context = ordered_json::object();
  for (const auto& [key, value] : request.context) {
    if (const auto* text = std::get_if<std::string>(&value)) {
      context[key] = *text;
    } else {
      context[key] = std::get<std::vector<std::string>>(value);
    }
  }
  ordered_json json;
  json["principal"] = principal_json(request.principal);
  json["action"] = request.action;
  json["resource"] = request.resource;
  json["context"] = std::move(context);
  return json;
}

ordered_json text_or_null(std::string_view text) {
  return text.empty() ? ordered_json(nullptr) : ordered_json(text);
}

std::string dump(const ordered_json& value) {
  return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string bounded_json(std::string text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  auto value = ordered_json::parse(text);
  std::size_t text_bytes = text_bytes_first;
  std::size_t list_entries = list_entries_first;
  while (text.size() > bytes_max && text_bytes >= text_bytes_floor) {
    cut(value, text_bytes, std::max(list_entries, list_entries_floor));
    text = dump(value);
    text_bytes /= 4;
    list_entries /= 4;
  }
  return text;
}

}  // namespace auditor
