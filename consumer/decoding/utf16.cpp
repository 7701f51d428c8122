#include "consumer/decoding/utf16.h"

#include <cstdint>

namespace auditor {
namespace {

constexpr std::string_view little_endian_mark = "\xff\xfe";
constexpr std::string_view big_endian_mark = "\xfe\xff";

class Units {
 public:
  explicit Units(std::string_view bytes)
      : bytes_(bytes), low_(bytes.starts_with(little_endian_mark) ? 0 : 1) {}

  bool has(std::size_t at) const { return bytes_.size() >= 2 && at <= bytes_.size() - 2; }
  std::uint32_t operator[](std::size_t at) const {
    return byte(at + low_) | (byte(at + 1 - low_) << 8U);
  }

 private:
  std::uint32_t byte(std::size_t at) const { return static_cast<unsigned char>(bytes_[at]); }

  std::string_view bytes_;
  std::size_t low_;  // where the low byte of a unit stands in it
};

void append_utf8(std::string& text, std::uint32_t point) {
  const auto tail = [&](unsigned shift) {
    text += static_cast<char>(0x80U | ((point >> shift) & 0x3fU));
  };
  if (point < 0x80) {
    text += static_cast<char>(point);
  } else if (point < 0x800) {
    text += static_cast<char>(0xc0U | (point >> 6U));
    tail(0);
  } else if (point < 0x10000) {
    text += static_cast<char>(0xe0U | (point >> 12U));
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xf0U | (point >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace

bool is_utf16(std::string_view bytes) {
  return bytes.starts_with(little_endian_mark) || bytes.starts_with(big_endian_mark);
}

FromUtf16 from_utf16(std::string_view bytes) {
  const Units units(bytes);
  FromUtf16 decoded;
  decoded.text.reserve(bytes.size() / 2);
  std::size_t at = little_endian_mark.size();
  for (; units.has(at); at += 2) {
    std::uint32_t point = units[at];
    if (point >= 0xd800 && point < 0xe000) {  // one of a pair of surrogates
      const std::uint32_t second = point < 0xdc00 && units.has(at + 2) ? units[at + 2] : 0;
      if (second < 0xdc00 || second >= 0xe000) break;
      point = 0x10000 + ((point - 0xd800) << 10U) + (second - 0xdc00);
      at += 2;
    }
    append_utf8(decoded.text, point);
  }
  decoded.read = at;
  return decoded;
}

}  // namespace auditor
