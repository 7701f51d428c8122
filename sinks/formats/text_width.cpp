// Tested by text_width_test.cpp.
#include "sinks/formats/text_width.h"

#include <algorithm>
#include <clocale>
#include <cwchar>

namespace auditor {
namespace {

struct Character {
  std::size_t bytes = 1;
  std::size_t columns = 1;
};

// Widths are of the locale, and the process has "C", in which only ASCII has one.
class UnicodeWidths {
 public:
  UnicodeWidths() : before_(::uselocale(unicode())) {}
  ~UnicodeWidths() { ::uselocale(before_); }
  UnicodeWidths(const UnicodeWidths&) = delete;
  UnicodeWidths& operator=(const UnicodeWidths&) = delete;

 private:
  // Null where the system has none, which leaves the locale as it is.
  static locale_t unicode() {
    static const locale_t locale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return locale;
  }

  locale_t before_;
};

// The first character of a text that is not empty.
Character first_of(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return {};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || bytes > text.size()) return {};
  auto code = static_cast<wchar_t>(lead & (0xFF >> (bytes + 1)));
  for (std::size_t i = 1; i < bytes; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0) != 0x80) return {};
    code = static_cast<wchar_t>(code << 6 | (next & 0x3F));
  }
  const int width = ::wcwidth(code);
  return {bytes, width < 0 ? std::size_t{1} : static_cast<std::size_t>(width)};
}

std::string_view without_blanks_behind(std::string_view text) {
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

// The first line of a text; without the blanks at its end where it is broken or too long with them.
std::string_view first_line(std::string_view text, std::size_t columns) {
  std::size_t width = 0;
  std::size_t last_blank = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Character character = first_of(text.substr(at));
    width += character.columns;
    if (text[at] == ' ') last_blank = at;
    if (width > columns && at > 0 && text[at] != ' ') {
      return without_blanks_behind(text.substr(0, last_blank > 0 ? last_blank : at));
    }
    at += character.bytes;
  }
  return width > columns ? without_blanks_behind(text) : text;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  const UnicodeWidths widths;
  std::size_t width = 0;
  while (!text.empty()) {
    const Character character = first_of(text);
    width += character.columns;
    text.remove_prefix(character.bytes);
  }
  return width;
}

std::vector<std::string_view> wrapped(std::string_view text, std::size_t columns) {
  if (columns == 0) return {text};
  const UnicodeWidths widths;
  std::vector<std::string_view> lines;
  do {
    lines.push_back(first_line(text, columns));
    text.remove_prefix(lines.back().size());
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  } while (!text.empty());
  return lines;
}

}  // namespace auditor
