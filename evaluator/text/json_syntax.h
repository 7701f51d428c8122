// Where a JSON value ends, or where and why the text is none: what simdjson does not say of what
// people write by hand (a comment, a comma too many, a blank that only looks like one).
//
// It checks the grammar only: whether a text is valid UTF-8 and what it means is the parser's to
// say. Bounded in depth, linear, no recursion. Tested by json_syntax_test.cpp.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace auditor {

inline constexpr std::string_view utf8_byte_order_mark = "\xef\xbb\xbf";

// Lines and columns count from 1, columns in characters.
struct TextPlace {
  std::size_t line = 1;
  std::size_t column = 1;

  bool operator==(const TextPlace&) const = default;
};

TextPlace place_in(std::string_view text, std::size_t offset);

// One JSON value at the begin of a text that may still grow.
class JsonSyntax {
 public:
  enum class State { incomplete, complete, wrong };

  explicit JsonSyntax(std::size_t depth_max) : depth_max_(depth_max) {}

  // `text` begins with what it was before, and is read on from there.
  State read(std::string_view text);

  // After `complete`: the position behind the value. After `wrong`: that of the fault.
  std::size_t position() const { return position_; }

  // After `wrong`, of the same text: "a comment (`//`), which JSON does not have".
  std::string fault(std::string_view text) const;

 private:
  enum class Expects { value, value_or_end, key, key_or_end, colon, comma_or_end };
  enum class Within { nothing, text, escape, word };

  bool take(char byte);
  bool take_structure(char byte);
  bool begin_value(char byte);
  bool open(char bracket);
  bool close(char bracket);
  bool end_word(std::string_view word);
  void end_value();

  const std::size_t depth_max_;
  std::size_t position_ = 0, word_begin_ = 0;
  std::vector<char> open_;  // brackets
  Expects expects_ = Expects::value;
  Within within_ = Within::nothing;
  bool is_key_ = false, is_complete_ = false, is_wrong_ = false, is_too_deep_ = false;
  std::size_t hex_digits_ = 0;  // still to come, of \u
};

struct JsonFault {
  TextPlace place;
  std::string what;  // lower case, no full stop
};

// Why the whole text is not one JSON value. Nullopt: by its grammar it is.
std::optional<JsonFault> json_fault(std::string_view text, std::size_t depth_max);

// "not JSON: line 2, column 5: a comment (`//`), which JSON does not have"; `otherwise` where the
// grammar is kept.
std::string not_json(std::string_view text, std::size_t depth_max, std::string_view otherwise);

}  // namespace auditor
