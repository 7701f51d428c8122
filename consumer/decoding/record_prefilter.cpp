#include "consumer/decoding/record_prefilter.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "consumer/decoding/byte_block.h"

namespace auditor {
namespace {

constexpr std::size_t containers_max = 64;  // of the top level; records have about six

bool is_opening(char bracket) { return bracket == '{' || bracket == '['; }

bool is_scalar(char c) {  // of a number, true, false or null
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '+' || c == '.';
}

// A cursor over the top level, and where the quotes are and the containers end.
class PlainWalk {
 public:
  explicit PlainWalk(std::string_view json) : json_(json) {}

  bool index() {
    if (json_.size() > plain_record_bytes_max) return false;
    std::uint64_t in_string_before = 0;  // all bits alike
    for (std::size_t at = 0, i = 0; at < json_.size(); at += block_bytes, ++i) {
      const ByteBlock block = block_at(at);
      if (!block.is_plain()) return false;
      const std::uint64_t quotes = block.equal('"');
      const std::uint64_t in_string = parity_up_to(quotes) ^ in_string_before;
      in_string_before = std::uint64_t{0} - (in_string >> (block_bytes - 1));
      quotes_[i] = quotes;
      quotes_[i + 1] = 0;
      if (!find_ends(at, (block.opening() | block.closing()) & ~in_string)) return false;
    }
    return in_string_before == 0;
  }

  // Spaces may stand before it; most records have none.
  bool take(char c) {
    if (!is_next(c)) skip_spaces();
    if (!is_next(c)) return false;
    ++at_;
    return true;
  }

  bool is_at_end() const { return at_ == json_.size(); }

  // What stands between the quotes.
  bool take_string(std::string_view& text) {
    if (!take('"')) return false;
    const std::size_t begin = at_;
    at_ = next_bit(quotes_, begin);
    if (at_ >= json_.size()) return false;
    text = json_.substr(begin, at_ - begin);
    ++at_;
    return true;
  }

  bool skip_value() {
    if (is_next(' ')) skip_spaces();
    if (at_ >= json_.size()) return false;
    std::string_view text;
    if (json_[at_] == '"') return take_string(text);
    if (is_opening(json_[at_])) return skip_container();
    const std::size_t begin = at_;
    while (at_ < json_.size() && is_scalar(json_[at_])) ++at_;
    return at_ != begin;
  }

 private:
  using Bits = std::array<std::uint64_t, plain_record_bytes_max / block_bytes + 1>;

  bool is_next(char c) const { return at_ < json_.size() && json_[at_] == c; }

  void skip_spaces() {
    while (is_next(' ')) ++at_;
  }

  // Counts brackets and does not match them: as the parser does where it only steps over.
  bool find_ends(std::size_t at, std::uint64_t brackets) {
    for (; brackets != 0; brackets &= brackets - 1) {
      const std::size_t position = at + static_cast<std::size_t>(std::countr_zero(brackets));
      const bool opens = is_opening(json_[position]);
      depth_ += opens ? std::size_t{1} : ~std::size_t{0};
      // WHY always: a branch on the depth would often be mispredicted.
      ends_[end_count_] = position;
      end_count_ += !opens && depth_ == 1 ? 1U : 0U;
      if (end_count_ == containers_max) return false;
    }
    return true;
  }

  ByteBlock block_at(std::size_t at) const {
    if (json_.size() - at >= block_bytes) return ByteBlock(json_.data() + at);
    std::array<char, block_bytes> last;
    last.fill(' ');
    std::memcpy(last.data(), json_.data() + at, json_.size() - at);
    return ByteBlock(last.data());
  }

  // The first set bit from `from` on; a position behind the text when there is none.
  std::size_t next_bit(const Bits& bits, std::size_t from) const {
    for (; from < json_.size(); from += block_bytes) {
      const std::uint64_t* const block = &bits[from / block_bytes];
      const unsigned offset = from % block_bytes;
      // WHY both blocks: whether one ends before the next quote is a toss that no processor can
      // predict; that there is a quote within 64 bytes is nearly always so.
      const std::uint64_t window = (block[0] >> offset) | ((block[1] << 1U) << (63U - offset));
      if (window != 0) return from + static_cast<std::size_t>(std::countr_zero(window));
    }
    return json_.size();
  }

  // The containers of the top level end in the order in which they begin.
  bool skip_container() {
    if (next_end_ == end_count_) return false;
    at_ = ends_[next_end_++] + 1;
    return true;
  }

  std::string_view json_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;  // while indexing
  std::size_t end_count_ = 0;
  std::size_t next_end_ = 0;
  // WHY not zeroed: only as much as index() has written is read.
  std::array<std::size_t, containers_max> ends_;
  Bits quotes_;
};

}  // namespace

std::optional<RecordHeads> heads_of_plain_record(std::string_view json) {
  PlainWalk walk(json);
  if (!walk.index() || !walk.take('{')) return std::nullopt;
  RecordHeads heads;
  bool has_source = false;
  bool has_name = false;
  do {
    std::string_view key;
    if (!walk.take_string(key)) return std::nullopt;
    if (!walk.take(':')) return std::nullopt;
    const bool is_source = key == "eventSource";
    if (is_source || key == "eventName") {
      bool& is_known = is_source ? has_source : has_name;
      if (is_known || !walk.take_string(is_source ? heads.source : heads.name)) {
        return std::nullopt;
      }
      is_known = true;
    } else if (!walk.skip_value()) {
      return std::nullopt;
    }
  } while (walk.take(','));
  if (!walk.take('}') || !walk.is_at_end() || !has_source || !has_name) return std::nullopt;
  return heads;
}

}  // namespace auditor
