#include "evaluator/account/event_id.h"

#include <array>
#include <cstddef>
#include <memory>
#include <optional>

namespace auditor {
namespace {

constexpr std::size_t uuid_size = 36;
constexpr std::size_t digits_in_half = 16;
constexpr std::string_view hex_digits = "0123456789abcdef";

constexpr bool is_hyphen_at(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

constexpr int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

struct Uuid {
  std::uint64_t high, low;
};

// Nullopt: not one in lower case, or of another variant than RFC 9562's.
std::optional<Uuid> parse_uuid(std::string_view text) {
  if (text.size() != uuid_size) return std::nullopt;
  std::array<std::uint64_t, 2> halves{};
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_hyphen_at(i)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int digit = digit_of(text[i]);
    if (digit < 0) return std::nullopt;
    std::uint64_t& half = halves[count++ / digits_in_half];
    half = half << 4 | static_cast<std::uint64_t>(digit);
  }
  if (halves[1] >> 62 != 0b10) return std::nullopt;
  return Uuid{halves[0], halves[1]};
}

std::string uuid_text(std::uint64_t high, std::uint64_t low) {
  std::string text;
  text.reserve(uuid_size);
  for (const std::uint64_t half : {high, low}) {
    for (std::size_t i = 0; i < digits_in_half; ++i) {
      if (is_hyphen_at(text.size())) text += '-';
      text += hex_digits[half >> (60 - 4 * i) & 0xf];
    }
  }
  return text;
}

}  // namespace

EventId::EventId(std::string_view text) : text_() {
  if (const auto uuid = parse_uuid(text)) {
    high_ = uuid->high;
    low_ = uuid->low;
  } else {
    text_ = text;
  }
}

EventId::EventId(const EventId& other) noexcept : text_() {
  low_ = other.low_;
  if (is_uuid()) {
    high_ = other.high_;
  } else {
    text_ = other.text_;
  }
}

EventId::EventId(EventId&& other) noexcept : text_() {
  low_ = other.low_;
  if (is_uuid()) {
    high_ = other.high_;
  } else {
    text_ = std::move(other.text_);
  }
}

EventId& EventId::operator=(EventId other) noexcept {
  std::destroy_at(this);
  std::construct_at(this, std::move(other));
  return *this;
}

EventId::~EventId() {
  if (!is_uuid()) text_.~SharedText();
}

std::string EventId::text() const {
  return is_uuid() ? uuid_text(high_, low_) : std::string(text_);
}

std::strong_ordering operator<=>(const EventId& a, const EventId& b) {
  if (a.is_uuid() && b.is_uuid()) {
    if (const auto order = a.high_ <=> b.high_; order != 0) return order;
    return a.low_ <=> b.low_;
  }
  if (!a.is_uuid() && !b.is_uuid()) return a.text_ <=> b.text_;
  return a.text() <=> b.text();
}

}  // namespace auditor
