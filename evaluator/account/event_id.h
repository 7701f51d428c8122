// The id of an event, in 16 bytes where it is a UUID in lower case, as CloudTrail's are. Other
// texts are kept as they are. Compares as the texts do.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "evaluator/text/shared_text.h"

namespace auditor {

class EventId {
 public:
  EventId() : text_() {}
  EventId(std::string_view text);
  EventId(const std::string& text) : EventId(std::string_view(text)) {}
  EventId(const char* text) : EventId(std::string_view(text)) {}
  EventId(const EventId& other) noexcept;
  EventId(EventId&& other) noexcept;
  EventId& operator=(EventId other) noexcept;
  ~EventId();

  std::string text() const;
  operator std::string() const { return text(); }
  bool empty() const { return !is_uuid() && text_.empty(); }

  friend bool operator==(const EventId& a, const EventId& b) { return (a <=> b) == 0; }
  friend std::strong_ordering operator<=>(const EventId& a, const EventId& b);
  friend bool operator==(const EventId& a, std::string_view b) { return a.text() == b; }
  friend bool operator==(const EventId& a, const std::string& b) { return a.text() == b; }
  friend bool operator==(const EventId& a, const char* b) { return a.text() == b; }
  friend std::string operator+(std::string a, const EventId& b) {
    return std::move(a.append(b.text()));
  }

 private:
  // A UUID's lower half starts with the bits of its variant, 10. Zero: the text stands in text_.
  bool is_uuid() const { return low_ != 0; }

  union {
    std::uint64_t high_;
    SharedText text_;
  };
  std::uint64_t low_ = 0;
};

}  // namespace auditor
