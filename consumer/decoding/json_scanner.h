// Where a JSON value ends, without reading what is in it: enough to take a wrapping apart and to
// cut concatenated records, also when one of them is broken. It checks nothing inside a value;
// whoever parses the value does. No recursion, no allocation, linear time.
#pragma once

#include <cstddef>
#include <string_view>

namespace auditor {

inline constexpr std::size_t skim_failed = static_cast<std::size_t>(-1);

// Leading and trailing JSON white space, and a byte order mark, removed.
std::string_view trim_json(std::string_view text);

// The position behind the value that begins at text[0]; skim_failed when it does not end.
std::size_t skim_value(std::string_view text);

// The members of an object, or the elements of an array, one after the other:
//   JsonSkimmer members(object); while (members.next()) use(members.key(), members.value());
// key() is the raw text between the quotes (escapes not decoded), empty for elements.
class JsonSkimmer {
 public:
  explicit JsonSkimmer(std::string_view container);

  bool next();
  std::string_view key() const { return key_; }
  std::string_view value() const { return value_; }

  // After next() returned false: the container was read to its closing bracket.
  bool complete() const { return complete_; }
  // What has not been read; with the failed value first when !complete().
  std::string_view rest() const { return rest_; }

 private:
  bool skip_space();
  bool read_key();

  std::string_view rest_, key_, value_;
  bool is_object_ = false;
  bool first_ = true;
  bool complete_ = false;
};

}  // namespace auditor
