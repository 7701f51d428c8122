// Tested by record_parser_test.cpp.
#include "consumer/decoding/json_members.h"

namespace auditor {
namespace {

using simdjson::error_code;
using simdjson::SUCCESS;

std::string_view trimmed(std::string_view token) {
  const std::size_t last = token.find_last_not_of(" \t\r\n");
  return last == std::string_view::npos ? std::string_view() : token.substr(0, last + 1);
}

template <typename Container>
error_code raw_json(ondemand::value value, std::string_view& found) {
  Container container;
  if (const error_code error = value.get(container)) return error;
  return container.raw_json().get(found);
}

}  // namespace

error_code read_text(ondemand::value value, std::optional<std::string>& text) {
  ondemand::json_type type{};
  if (const error_code error = value.type().get(type)) return error;
  std::string_view found;
  switch (type) {
    case ondemand::json_type::null:
      return SUCCESS;
    case ondemand::json_type::object:
      if (const error_code error = raw_json<ondemand::object>(value, found)) return error;
      break;
    case ondemand::json_type::array:
      if (const error_code error = raw_json<ondemand::array>(value, found)) return error;
      break;
    case ondemand::json_type::string: {
      const std::string_view token = trimmed(value.raw_json_token());
      if (value.get_string().get(found)) found = token;
      break;
    }
    default:
      found = trimmed(value.raw_json_token());
  }
  text.emplace(found);
  return SUCCESS;
}

error_code read_text(ondemand::value value, std::string& text) {
  std::optional<std::string> found;
  const error_code error = read_text(value, found);
  if (found) text = std::move(*found);
  return error;
}

error_code read_flag(ondemand::value value, std::optional<bool>& flag) {
  std::optional<std::string> text;
  const error_code error = read_text(value, text);
  if (text) flag = *text == "true";
  return error;
}

}  // namespace auditor
