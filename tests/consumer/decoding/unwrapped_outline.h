// What unwrap() makes of a payload, in a line: "r" a record, "i" irrelevant, "-" without records,
// of what cannot be read the code of its reason: "r r not-json".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "consumer/decoding/envelope.h"

namespace auditor {

struct Kept {
  Unwrapped::Kind kind;
  std::string bytes, reason;
  bool is_damage = false;
};

inline std::vector<Kept> unwrap_all(std::string_view payload) {
  CloudTrailParser parser;
  std::vector<Kept> kept;
  const auto try_record = [&](std::string_view text) {
    const ParsedEvent::Kind kind = parser.parse(text).kind;
    const bool is_record =
        kind == ParsedEvent::Kind::irrelevant || kind == ParsedEvent::Kind::relevant;
    if (is_record) kept.push_back({Unwrapped::Kind::record, std::string(text), {}, false});
    return is_record;
  };
  unwrap(payload, parser, try_record, [&](const Unwrapped& unwrapped) {
    kept.push_back(
        {unwrapped.kind, std::string(unwrapped.bytes), unwrapped.reason, unwrapped.is_damage});
  });
  return kept;
}

inline std::string outline(std::string_view payload) {
  std::string text;
  for (const Kept& one : unwrap_all(payload)) {
    if (!text.empty()) text += ' ';
    if (one.kind == Unwrapped::Kind::record) {
      text += 'r';
    } else if (one.kind == Unwrapped::Kind::irrelevant) {
      text += 'i';
    } else if (one.kind == Unwrapped::Kind::no_records) {
      text += '-';
    } else {
      text += one.reason.substr(0, one.reason.find(':'));
    }
  }
  return text;
}

}  // namespace auditor
