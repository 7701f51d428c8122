// Tested by json_syntax_test.cpp.
#include "evaluator/text/json_syntax.h"

#include <algorithm>
#include <array>
#include <functional>

#include "evaluator/text/wording.h"

namespace auditor {
namespace {

bool is_blank(char byte) { return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r'; }
bool is_control(char byte) { return static_cast<unsigned char>(byte) < 0x20; }
bool is_json_digit(char byte) { return byte >= '0' && byte <= '9'; }
bool is_hex(char byte) {
  return is_json_digit(byte) || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
}
bool is_of_word(char byte) {
  return is_json_digit(byte) || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         byte == '-' || byte == '+' || byte == '.' || byte == '_';
}
bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

// -? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?
bool is_number(std::string_view word) {
  const auto skip_digits = [&word] {
    const auto end = std::ranges::find_if_not(word, is_json_digit);
    const auto count = static_cast<std::size_t>(end - word.begin());
    word.remove_prefix(count);
    return count;
  };
  if (word.starts_with('-')) word.remove_prefix(1);
  const bool begins_with_zero = word.starts_with('0');
  const std::size_t whole = skip_digits();
  if (whole == 0 || (begins_with_zero && whole > 1)) return false;
  if (word.starts_with('.')) {
    word.remove_prefix(1);
    if (skip_digits() == 0) return false;
  }
  if (word.starts_with('e') || word.starts_with('E')) {
    word.remove_prefix(1);
    if (word.starts_with('+') || word.starts_with('-')) word.remove_prefix(1);
    if (skip_digits() == 0) return false;
  }
  return word.empty();
}

// What people write, and editors and web pages put in, where JSON has no place for it.
struct Stranger {
  std::string_view bytes, what;
};

constexpr std::array strangers{
    Stranger{"//", "a comment (`//`), which JSON does not have"},
    Stranger{"/*", "a comment (`/*`), which JSON does not have"},
    Stranger{"#", "a comment (`#`), which JSON does not have"},
    Stranger{utf8_byte_order_mark, "a byte order mark (U+FEFF), which has no place in JSON"},
    Stranger{"\xc2\xa0", "a no-break space (U+00A0), which is no white space in JSON"},
    Stranger{"\xe2\x80\xa8", "a line separator (U+2028), which is no white space in JSON"},
    Stranger{"\xe2\x80\xa9", "a paragraph separator (U+2029), which is no white space in JSON"},
    Stranger{"\xe2\x80\x8b", "a zero width space (U+200B), which has no place in JSON"},
    Stranger{"\xe2\x80\xaf", "a narrow no-break space (U+202F), which is no white space in JSON"},
    Stranger{"\xe3\x80\x80", "an ideographic space (U+3000), which is no white space in JSON"},
    Stranger{"\xe2\x80\x9c", "a typographic quote (U+201C) where JSON wants `\"`"},
    Stranger{"\xe2\x80\x9d", "a typographic quote (U+201D) where JSON wants `\"`"},
    Stranger{"'", "a single quote where JSON wants `\"`"},
};

std::string_view character_at(std::string_view text, std::size_t offset) {
  std::size_t length = 1;
  while (length < 4 && offset + length < text.size() &&
         continues_character(text[offset + length])) {
    ++length;
  }
  return text.substr(offset, length);
}

}  // namespace

TextPlace place_in(std::string_view text, std::size_t offset) {
  text = text.substr(0, std::min(offset, text.size()));
  const std::size_t last_break = text.rfind('\n');
  const std::string_view line = last_break == text.npos ? text : text.substr(last_break + 1);
  const auto characters = std::ranges::count_if(line, std::not_fn(continues_character));
  return {static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1,
          static_cast<std::size_t>(characters) + 1};
}

JsonSyntax::State JsonSyntax::read(std::string_view text) {
  while (!is_complete_ && !is_wrong_ && position_ < text.size()) {
    if (within_ == Within::word) {
      if (is_of_word(text[position_])) {
        ++position_;
        continue;
      }
      if (!end_word(text.substr(word_begin_, position_ - word_begin_))) break;
      continue;  // the byte is the next one's
    }
    if (!take(text[position_])) {
      is_wrong_ = true;
      break;
    }
    ++position_;
  }
  if (is_wrong_) return State::wrong;
  return is_complete_ ? State::complete : State::incomplete;
}

// False: it has no place here.
bool JsonSyntax::take(char byte) {
  if (within_ == Within::escape) {
    if (hex_digits_ == 0 && byte == 'u') {
      hex_digits_ = 4;
      return true;
    }
    const bool is_known =
        hex_digits_ > 0 ? is_hex(byte) : std::string_view("\"\\/bfnrt").contains(byte);
    if (!is_known) return false;
    if (hex_digits_ > 0) --hex_digits_;
    if (hex_digits_ == 0) within_ = Within::text;
    return true;
  }
  if (within_ == Within::text) {
    if (byte == '\\') within_ = Within::escape;
    if (byte == '"') {
      within_ = Within::nothing;
      if (is_key_) {
        expects_ = Expects::colon;
      } else {
        end_value();
      }
    }
    return !is_control(byte);
  }
  return is_blank(byte) || take_structure(byte);
}

bool JsonSyntax::take_structure(char byte) {
  switch (expects_) {
    case Expects::value_or_end:
      if (byte == ']') return close(byte);
      [[fallthrough]];
    case Expects::value:
      return begin_value(byte);
    case Expects::key_or_end:
      if (byte == '}') return close(byte);
      [[fallthrough]];
    case Expects::key:
      if (byte != '"') return false;
      is_key_ = true;
      within_ = Within::text;
      return true;
    case Expects::colon:
      expects_ = Expects::value;
      return byte == ':';
    case Expects::comma_or_end:
      if (byte == '}' || byte == ']') return close(byte);
      expects_ = open_.back() == '{' ? Expects::key : Expects::value;
      return byte == ',';
  }
  return false;
}

bool JsonSyntax::begin_value(char byte) {
  if (byte == '{' || byte == '[') return open(byte);
  if (byte == '"') {
    is_key_ = false;
    within_ = Within::text;
    return true;
  }
  if (!is_of_word(byte)) return false;
  within_ = Within::word;
  word_begin_ = position_;
  return true;
}

bool JsonSyntax::open(char bracket) {
  is_too_deep_ = open_.size() >= depth_max_;
  if (is_too_deep_) return false;
  open_.push_back(bracket);
  expects_ = bracket == '{' ? Expects::key_or_end : Expects::value_or_end;
  return true;
}

bool JsonSyntax::close(char bracket) {
  if (open_.back() != (bracket == '}' ? '{' : '[')) return false;
  open_.pop_back();
  end_value();
  return true;
}

// False, and the fault is at its first byte: no such word.
bool JsonSyntax::end_word(std::string_view word) {
  const bool is_known = word == "true" || word == "false" || word == "null" || is_number(word);
  within_ = Within::nothing;
  if (is_known) {
    end_value();
  } else {
    is_wrong_ = true;
    position_ = word_begin_;
  }
  return is_known;
}

void JsonSyntax::end_value() {
  expects_ = Expects::comma_or_end;
  is_complete_ = open_.empty();
}

std::string JsonSyntax::fault(std::string_view text) const {
  if (position_ >= text.size()) return "the text ends before the value does";
  const std::string_view rest = text.substr(position_);
  if (within_ == Within::text && is_control(rest.front())) {
    const bool is_break = rest.front() == '\n' || rest.front() == '\r';
    return is_break ? "a text that does not end on its line" : "a control character in a text";
  }
  if (is_too_deep_) return "nested deeper than " + std::to_string(depth_max_) + " levels";
  const auto stands_there = [rest](const Stranger& stranger) {
    return rest.starts_with(stranger.bytes);
  };
  const auto stranger = std::ranges::find_if(strangers, stands_there);
  if (stranger != strangers.end()) return std::string(stranger->what);
  const auto word_end = std::ranges::find_if_not(rest.substr(0, 40), is_of_word);
  const auto word_length = static_cast<std::size_t>(word_end - rest.begin());
  const std::string what =
      in_backticks(word_length > 0 ? rest.substr(0, word_length) : character_at(text, position_));
  if (within_ == Within::escape) return what + " in an escape";
  const bool is_end = rest.front() == '}' || rest.front() == ']';
  const std::size_t before = text.substr(0, position_).find_last_not_of(" \t\r\n");
  if (is_end && before != text.npos && text[before] == ',') return "a comma before " + what;
  return what + " has no place here";
}

std::optional<JsonFault> json_fault(std::string_view text, std::size_t depth_max) {
  JsonSyntax syntax(depth_max);
  const std::string with_end = std::string(text) + '\n';  // ends a number
  switch (syntax.read(with_end)) {
    case JsonSyntax::State::incomplete:
      return JsonFault{place_in(text, text.size()), "the text ends before the value does"};
    case JsonSyntax::State::wrong:
      return JsonFault{place_in(text, syntax.position()), syntax.fault(text)};
    case JsonSyntax::State::complete:
      break;
  }
  const std::size_t behind = with_end.find_first_not_of(" \t\r\n", syntax.position());
  if (behind == std::string::npos) return std::nullopt;
  const auto stands_there = [&](const Stranger& stranger) {
    return std::string_view(with_end).substr(behind).starts_with(stranger.bytes);
  };
  const auto stranger = std::ranges::find_if(strangers, stands_there);
  return JsonFault{place_in(text, behind), stranger != strangers.end()
                                               ? std::string(stranger->what)
                                               : "more text behind the value"};
}

std::string not_json(std::string_view text, std::size_t depth_max, std::string_view otherwise) {
  const auto fault = json_fault(text, depth_max);
  if (!fault) return "not JSON: " + std::string(otherwise);
  return "not JSON: line " + std::to_string(fault->place.line) + ", column " +
         std::to_string(fault->place.column) + ": " + fault->what;
}

}  // namespace auditor
