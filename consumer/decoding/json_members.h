// Walking a JSON value once, member by member, with simdjson's On-Demand reader. What has another
// type than expected has no members: hostile records must not stop the walk.
#pragma once

#include <simdjson.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace auditor {

namespace ondemand = simdjson::ondemand;

// Calls use(key, value) for each member. A key without escapes is looked at in place, because
// most keys are only stepped over.
template <typename Use>
simdjson::error_code for_each_member(ondemand::object object, Use use) {
  for (auto result : object) {
    ondemand::field field;
    if (const simdjson::error_code error = std::move(result).get(field)) return error;
    const char* const raw = field.key().raw();
    std::size_t length = 0;
    while (raw[length] != '"' && raw[length] != '\\') ++length;  // the string is closed: stage 1
    std::string_view key(raw, length);
    if (raw[length] == '\\') {
      if (const simdjson::error_code error = field.unescaped_key().get(key)) return error;
    }
    if (const simdjson::error_code error = use(key, field.value())) return error;
  }
  return simdjson::SUCCESS;
}

// for_each_member of a value that ought to be an object; anything else has no members.
template <typename Use>
simdjson::error_code for_each_member_of(ondemand::value value, Use use) {
  ondemand::json_type type{};
  if (const simdjson::error_code error = value.type().get(type)) return error;
  if (type != ondemand::json_type::object) return simdjson::SUCCESS;
  ondemand::object object;
  if (const simdjson::error_code error = value.get_object().get(object)) return error;
  return for_each_member(object, use);
}

template <typename Use>
simdjson::error_code for_each_element_of(ondemand::value value, Use use) {
  ondemand::json_type type{};
  if (const simdjson::error_code error = value.type().get(type)) return error;
  if (type != ondemand::json_type::array) return simdjson::SUCCESS;
  ondemand::array array;
  if (const simdjson::error_code error = value.get_array().get(array)) return error;
  for (auto result : array) {
    ondemand::value element;
    if (const simdjson::error_code error = std::move(result).get(element)) return error;
    if (const simdjson::error_code error = use(element)) return error;
  }
  return simdjson::SUCCESS;
}

// A string's text; of any other value its JSON, so that nothing is lost: whoever reads a name or
// a document will find that it is none. A string whose escapes are broken gives its raw token.
// `null` leaves `text` as it is.
simdjson::error_code read_text(ondemand::value value, std::optional<std::string>& text);
simdjson::error_code read_text(ondemand::value value, std::string& text);

// CloudTrail writes true and "true".
simdjson::error_code read_flag(ondemand::value value, std::optional<bool>& flag);

}  // namespace auditor
