// Tested by json_object_test.cpp: against nlohmann::json, byte by byte.
#include "sinks/json/json_object.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "sinks/json/json_tree.h"

namespace auditor {
namespace {

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

void append_escaped(std::string& json, char c) {
  constexpr std::string_view escaped = "\"\\\b\f\n\r\t";
  constexpr std::string_view letters = "\"\\bfnrt";
  constexpr std::string_view digits = "0123456789abcdef";
  json += '\\';
  if (const std::size_t found = escaped.find(c); found != std::string_view::npos) {
    json += letters[found];
    return;
  }
  const auto code = static_cast<unsigned char>(c);
  json.append("u00").append(1, digits[code >> 4U]).append(1, digits[code & 15U]);
}

}  // namespace

void append_json_string(std::string& json, std::string_view text) {
  if (!std::ranges::all_of(text, is_ascii)) {
    json += dump(nlohmann::ordered_json(text));  // which knows what is UTF-8
    return;
  }
  json += '"';
  while (!text.empty()) {
    const auto special =
        std::ranges::find_if(text, [](char c) { return c < ' ' || c == '"' || c == '\\'; });
    const auto plain = static_cast<std::size_t>(special - text.begin());
    json.append(text.substr(0, plain));
    if (special != text.end()) append_escaped(json, *special);
    text.remove_prefix(std::min(plain + 1, text.size()));
  }
  json += '"';
}

void JsonObject::begin(std::string_view name) {
  json_.append(json_.size() == 1 ? "\"" : ",\"").append(name).append("\":");
}

JsonObject& JsonObject::text(std::string_view name, std::string_view value) {
  begin(name);
  append_json_string(json_, value);
  return *this;
}

JsonObject& JsonObject::text_or_null(std::string_view name, std::string_view value) {
  return value.empty() ? json(name, "null") : text(name, value);
}

JsonObject& JsonObject::texts(std::string_view name, const std::vector<std::string>& values) {
  begin(name);
  json_ += '[';
  for (const std::string& value : values) {
    if (&value != values.data()) json_ += ',';
    append_json_string(json_, value);
  }
  json_ += ']';
  return *this;
}

JsonObject& JsonObject::flag(std::string_view name, bool value) {
  return json(name, value ? "true" : "false");
}

JsonObject& JsonObject::json(std::string_view name, std::string_view value) {
  begin(name);
  json_ += value;
  return *this;
}

std::string JsonObject::take() {
  json_ += '}';
  return std::move(json_);
}

}  // namespace auditor
