// JSON as the reference evaluator reads it: plain values that keep the order and the text of what
// was written. A key that stands twice in one object is an error, because parsers differ in which
// of the two they take. Shares nothing with the parser of evaluator/policy_document.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace auditor::reference {

struct Json {
  enum class Kind { null, boolean, number, text, array, object };
  Kind kind = Kind::null;
  std::string text;                // of text, number and boolean, as written
  std::vector<Json> items;         // of an array, or the values of an object
  std::vector<std::string> names;  // of an object, one for each item

  const Json* find(std::string_view key) const;
};

// Nothing when the text is not JSON or repeats a key.
std::optional<Json> read_json(std::string_view text);

}  // namespace auditor::reference
