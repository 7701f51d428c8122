// Tested by file_list_test.cpp.
#include "consumer/scan/file_content.h"

#include <algorithm>
#include <array>
#include <string>

#include "consumer/decoding/compression.h"

namespace auditor {
namespace {

using namespace std::string_view_literals;

constexpr int nesting_max = 3;  // UTF-16 of base64 of JSON

constexpr std::array packed_beginnings{
    "\x1f\x8b"sv,            // gzip
    "\x28\xb5\x2f\xfd"sv,    // zstd
    "PK\x03\x04"sv,          // zip
    "BZh"sv,                 // bzip2
    "\xfd\x37zXZ\0"sv,       // xz
    "\x04\x22\x4d\x18"sv,    // lz4
    "\xff\x06\0\0sNaPpY"sv,  // snappy
    "7z\xbc\xaf\x27\x1c"sv,  // 7-Zip
    "PAR1"sv,
    "Obj\x01"sv,  // Parquet, Avro
};

// White space, a byte order mark, RFC 7464's separator, a NUL, a comma: what stands before records
// that are cut out of a stream.
constexpr std::string_view before_record = " \t\r\n\x1e,\0"sv;
constexpr std::string_view utf8_mark = "\xef\xbb\xbf";
constexpr std::size_t schema_prefix_bytes = 5;  // a NUL and the number of the schema

std::string_view without_prefix(std::string_view text) {
  if (text.starts_with(utf8_mark)) text.remove_prefix(utf8_mark.size());
  text.remove_prefix(std::min(text.find_first_not_of(before_record), text.size()));
  return text;
}

// `{` of a program and `[section]` of a settings file begin no JSON.
bool begins_json(std::string_view text) {
  if (text.empty()) return false;
  const std::string_view behind = without_prefix(text.substr(1));
  const char next = behind.empty() ? '\0' : behind.front();
  switch (text.front()) {
    case '{':
      return next == '"' || next == '}' || behind.empty();
    case '[':
      return next == '{' || next == '[' || next == '"' || next == ']' || behind.empty();
    case '"':
      return next != '"' && !behind.empty();
    default:
      return false;
  }
}

// Lines that put something before the record: a time, a host, a priority.
bool has_json_in_first_line(std::string_view text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  return !line.contains('\0') && line.contains("{\"");
}

bool begins_utf16(std::string_view bytes) {
  return bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff");
}

bool is_base64(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/' || c == '-' || c == '_';
}

// The bytes that the first characters of base64 stand for; empty when it is something else.
std::string decoded_beginning(std::string_view text) {
  constexpr std::size_t characters = 24;  // a whole number of groups of four
  const auto end = std::ranges::find_if_not(text.substr(0, characters), is_base64);
  const auto length = static_cast<std::size_t>(end - text.begin());
  return decode_base64(text.substr(0, length - length % 4)).value_or("");
}

bool can_hold(std::string_view bytes, int nesting) {
  if (nesting > nesting_max) return false;
  const auto begins = [bytes](std::string_view beginning) { return bytes.starts_with(beginning); };
  if (std::ranges::any_of(packed_beginnings, begins)) return true;
  if (begins_utf16(bytes)) {
    std::string narrow(bytes.substr(2));
    std::erase(narrow, '\0');
    return can_hold(narrow, nesting + 1);
  }
  const std::string_view text = without_prefix(bytes);
  if (begins_json(text) || has_json_in_first_line(text)) return true;
  if (bytes.starts_with('\0') && bytes.size() > schema_prefix_bytes &&
      begins_json(without_prefix(bytes.substr(schema_prefix_bytes)))) {
    return true;
  }
  const std::string decoded = decoded_beginning(text);
  return !decoded.empty() && can_hold(decoded, nesting + 1);
}

}  // namespace

bool can_hold_records(std::string_view first_bytes) { return can_hold(first_bytes, 0); }

}  // namespace auditor
