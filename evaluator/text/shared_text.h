// A text that never changes and whose copies share one allocation: eight bytes, where std::string
// takes 32. The memory of an account is full of texts that are written once and often repeat.
#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace auditor {

// All copies of a text live in one thread, as the memory of an account does.
class SharedText {
 public:
  SharedText() = default;
  SharedText(std::string_view text);
  SharedText(const std::string& text) : SharedText(std::string_view(text)) {}
  SharedText(const char* text) : SharedText(std::string_view(text)) {}
  SharedText(const SharedText& other) noexcept;
  SharedText(SharedText&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  SharedText& operator=(SharedText other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~SharedText();

  std::string_view view() const;
  operator std::string_view() const { return view(); }
  operator std::string() const { return std::string(view()); }

  bool empty() const { return block_ == nullptr; }
  std::size_t size() const { return view().size(); }
  // How many texts share the allocation; 0 when empty.
  std::size_t owners() const;

  friend bool operator==(const SharedText& a, const SharedText& b) {
    return a.block_ == b.block_ || a.view() == b.view();
  }
  friend bool operator==(const SharedText& a, std::string_view b) { return a.view() == b; }
  friend bool operator==(const SharedText& a, const std::string& b) { return a.view() == b; }
  friend bool operator==(const SharedText& a, const char* b) { return a.view() == b; }
  friend auto operator<=>(const SharedText& a, const SharedText& b) {
    return a.block_ == b.block_ ? std::strong_ordering::equal : a.view() <=> b.view();
  }
  friend std::string operator+(std::string a, const SharedText& b) {
    return std::move(a.append(b.view()));
  }

 private:
  struct Block;

  Block* block_ = nullptr;  // null: the empty text
};

}  // namespace auditor

template <>
struct std::hash<auditor::SharedText> {
  std::size_t operator()(const auditor::SharedText& text) const {
    return std::hash<std::string_view>{}(text.view());
  }
};
