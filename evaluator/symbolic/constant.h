// What is known beforehand of a condition key: the one value that it has in every request, that it
// is in none, or nothing.
#pragma once

#include <string>
#include <utility>

namespace auditor {

struct Constant {
  enum class Kind : unsigned char { none, absent, value };

  Kind kind = Kind::none;
  std::string value = {};

  static Constant absent() { return {.kind = Kind::absent}; }
  static Constant of(std::string value) { return {.kind = Kind::value, .value = std::move(value)}; }

  bool is_known() const { return kind != Kind::none; }
  bool is_absent() const { return kind == Kind::absent; }

  bool operator==(const Constant&) const = default;
};

}  // namespace auditor
