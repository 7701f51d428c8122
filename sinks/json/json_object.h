// JSON written straight into a text, for what is written for every event: the same bytes as
// json_tree.h's dump() of the same members, without a tree that is built only to be written.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace auditor {

// The text as a JSON string, with its quotes. Bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string& json, std::string_view text);

// An object, member by member. Names are ours: they need no escapes.
class JsonObject {
 public:
  JsonObject& text(std::string_view name, std::string_view value);
  JsonObject& text_or_null(std::string_view name, std::string_view value);  // null: empty
  JsonObject& texts(std::string_view name, const std::vector<std::string>& values);
  JsonObject& flag(std::string_view name, bool value);
  JsonObject& json(std::string_view name, std::string_view value);  // is JSON already

  std::string take();  // closes it

 private:
  void begin(std::string_view name);

  std::string json_ = "{";
};

}  // namespace auditor
