// Tested by json_scanner_test.cpp.
#include "consumer/decoding/json_scanner.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <utility>

#include "consumer/decoding/byte_block.h"

namespace auditor {
namespace {

constexpr std::string_view white_space = " \t\r\n";
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

// `text` begins with the quote. Looks for the next quote and counts the backslashes before it: an
// odd number escapes it. memchr is several times faster than a loop over bytes.
std::size_t skim_string(std::string_view text) {
  std::size_t from = 1;
  for (;;) {
    const std::size_t quote = text.find('"', from);
    if (quote == std::string_view::npos) return skim_failed;
    std::size_t first_backslash = quote;
    while (text[first_backslash - 1] == '\\') --first_backslash;  // text[0] is no backslash
    if ((quote - first_backslash) % 2 == 0) return quote + 1;
    from = quote + 1;
  }
}

// Byte after byte: right for any text.
std::size_t skim_container_slowly(std::string_view text) {
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    switch (text[i]) {
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        if (--depth == 0) return i + 1;
        break;
      case '"': {
        const std::size_t length = skim_string(text.substr(i));
        if (length == skim_failed) return skim_failed;
        i += length - 1;
        break;
      }
      default:
        break;
    }
  }
  return skim_failed;
}

// Block after block, as simdjson's first stage does it (Langdale and Lemire, "Parsing Gigabytes of
// JSON per Second", section 3.1): which quotes are escaped, and what stands between quotes, comes
// out of a few operations on the masks.
class BlockSkimmer {
 public:
  enum class Outcome { goes_on, ended, not_json };

  Outcome skim(const char* bytes) {
    const ByteBlock block(bytes);
    const std::uint64_t backslashes = block.equal('\\');
    const std::uint64_t in_string = strings(block.equal('"') & ~escaped(backslashes));
    // Only in a string does a backslash escape a quote: elsewhere the masks are wrong from here on.
    if ((backslashes & ~in_string) != 0) return Outcome::not_json;
    return count(block.opening() & ~in_string, block.closing() & ~in_string);
  }

  // After `ended`: the place of the bracket in the block.
  std::size_t end() const { return end_; }

 private:
  // The bytes behind an odd number of backslashes.
  std::uint64_t escaped(std::uint64_t backslashes) {
    if (backslashes == 0) return std::exchange(is_next_escaped_, 0);
    constexpr std::uint64_t even_bits = 0x5555555555555555;
    backslashes &= ~is_next_escaped_;
    const std::uint64_t follows = (backslashes << 1U) | is_next_escaped_;
    const std::uint64_t odd_starts = backslashes & ~even_bits & ~follows;
    const std::uint64_t carried = odd_starts + backslashes;
    is_next_escaped_ = carried < odd_starts ? 1 : 0;
    return (even_bits ^ (carried << 1U)) & follows;
  }

  // From each opening quote up to the closing one, which is not in it.
  std::uint64_t strings(std::uint64_t quotes) {
    const std::uint64_t inside = parity_up_to(quotes) ^ is_in_string_;
    is_in_string_ = (inside >> 63U) != 0 ? ~std::uint64_t{0} : 0;
    return inside;
  }

  Outcome count(std::uint64_t opening, std::uint64_t closing) {
    const auto closed = static_cast<std::size_t>(std::popcount(closing));
    if (depth_ > closed) {  // it cannot end here
      depth_ += static_cast<std::size_t>(std::popcount(opening)) - closed;
      return Outcome::goes_on;
    }
    for (std::uint64_t brackets = opening | closing; brackets != 0; brackets &= brackets - 1) {
      end_ = static_cast<std::size_t>(std::countr_zero(brackets));
      if ((opening >> end_ & 1U) != 0) {
        ++depth_;
      } else if (--depth_ == 0) {
        return Outcome::ended;
      }
    }
    return Outcome::goes_on;
  }

  std::uint64_t is_next_escaped_ = 0;  // 1: the first byte of the next block is
  std::uint64_t is_in_string_ = 0;     // all bits: the next block begins in a string
  std::size_t depth_ = 0;
  std::size_t end_ = 0;
};

std::size_t skim_container(std::string_view text) {
  BlockSkimmer skimmer;
  for (std::size_t begin = 0; begin < text.size(); begin += block_bytes) {
    std::array<char, block_bytes> last{};
    const char* block = text.data() + begin;
    if (text.size() - begin < block_bytes) {
      std::memcpy(last.data(), block, text.size() - begin);
      block = last.data();
    }
    switch (skimmer.skim(block)) {
      case BlockSkimmer::Outcome::goes_on:
        break;
      case BlockSkimmer::Outcome::ended:
        return begin + skimmer.end() + 1;
      case BlockSkimmer::Outcome::not_json:
        return skim_container_slowly(text);
    }
  }
  return skim_failed;
}

}  // namespace

std::string_view trim_json(std::string_view text) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  const std::size_t first = text.find_first_not_of(white_space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

std::size_t skim_value(std::string_view text) {
  if (text.empty()) return skim_failed;
  if (text.front() == '"') return skim_string(text);
  if (text.front() == '{' || text.front() == '[') return skim_container(text);
  const std::size_t end = text.find_first_of(" \t\r\n,]}{[\"");
  if (end == 0) return skim_failed;
  return end == std::string_view::npos ? text.size() : end;
}

JsonSkimmer::JsonSkimmer(std::string_view container) : rest_(container) {
  is_object_ = container.starts_with('{');
  if (!container.empty()) rest_.remove_prefix(1);
}

bool JsonSkimmer::skip_space() {
  const std::size_t first = rest_.find_first_not_of(white_space);
  rest_.remove_prefix(first == std::string_view::npos ? rest_.size() : first);
  return !rest_.empty();
}

bool JsonSkimmer::read_key() {
  if (rest_.front() != '"') return false;
  const std::size_t length = skim_string(rest_);
  if (length == skim_failed) return false;
  key_ = rest_.substr(1, length - 2);
  rest_.remove_prefix(length);
  if (!skip_space() || rest_.front() != ':') return false;
  rest_.remove_prefix(1);
  return skip_space();
}

bool JsonSkimmer::next() {
  if (complete_ || !skip_space()) return false;
  if (rest_.front() == (is_object_ ? '}' : ']')) {
    rest_.remove_prefix(1);
    complete_ = true;
    return false;
  }
  if (!first_) {
    if (rest_.front() != ',') return false;
    rest_.remove_prefix(1);
    if (!skip_space()) return false;
  }
  first_ = false;
  if (is_object_ && !read_key()) return false;
  const std::size_t length = skim_value(rest_);
  if (length == skim_failed) return false;
  value_ = rest_.substr(0, length);
  rest_.remove_prefix(length);
  return true;
}

}  // namespace auditor
