// 64 bytes at once: which of them are what, a bit each, the first byte the lowest. What
// plain_record and json_skim look for quotes and brackets with.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace auditor {

inline constexpr std::size_t block_bytes = 64;

// Bit n of the result: how many of the bits 0 to n are set, odd or even. Of quotes: which bytes
// stand in a string, its first quote included and its last one not.
constexpr std::uint64_t parity_up_to(std::uint64_t bits) {
  for (unsigned shift = 1; shift < block_bytes; shift *= 2) bits ^= bits << shift;
  return bits;
}

// Lanes of 16 bytes: every x86-64 has the instructions for them; elsewhere the compiler finds its
// own in plain loops.
class ByteBlock {
 public:
  // Reads block_bytes bytes.
  explicit ByteBlock(const char* bytes) { std::memcpy(lanes_, bytes, block_bytes); }

  std::uint64_t equal(char wanted) const {
    return mask([wanted](const Lane& lane) { return is_equal(lane, wanted); });
  }

  // `{` or `[`: in ASCII a curly bracket is the square one with this bit set.
  std::uint64_t opening() const { return equal_with_bit('{'); }
  std::uint64_t closing() const { return equal_with_bit('}'); }

  // No control character, no backslash, nothing beyond ASCII.
  bool is_plain() const { return mask(is_plain_lane) == ~std::uint64_t{0}; }

 private:
  static constexpr char bit_of_braces = '{' ^ '[';

#ifdef __SSE2__
  using Lane = __m128i;

  static std::uint64_t bits(Lane lane) {
    return static_cast<std::uint16_t>(_mm_movemask_epi8(lane));
  }
  static Lane is_equal(const Lane& lane, char wanted) {
    return _mm_cmpeq_epi8(lane, _mm_set1_epi8(wanted));
  }
  static Lane with_bit(const Lane& lane) {
    return _mm_or_si128(lane, _mm_set1_epi8(bit_of_braces));
  }
  static Lane is_plain_lane(const Lane& lane) {
    // The comparison is signed: what is not ASCII is less than any control character.
    const Lane printable = _mm_cmpgt_epi8(lane, _mm_set1_epi8(0x1f));
    return _mm_andnot_si128(is_equal(lane, '\\'), printable);
  }
#else
  using Lane = std::array<char, 16>;

  template <typename Test>
  static Lane each(const Lane& lane, Test test) {
    Lane result;
    for (std::size_t i = 0; i < lane.size(); ++i) result[i] = test(lane[i]);
    return result;
  }
  static std::uint64_t bits(const Lane& lane) {
    std::uint64_t mask = 0;
    for (std::size_t i = 0; i < lane.size(); ++i) mask |= std::uint64_t{lane[i] != 0} << i;
    return mask;
  }
  static Lane is_equal(const Lane& lane, char wanted) {
    return each(lane, [wanted](char c) { return static_cast<char>(c == wanted); });
  }
  static Lane with_bit(const Lane& lane) {
    return each(lane, [](char c) { return static_cast<char>(c | bit_of_braces); });
  }
  static Lane is_plain_lane(const Lane& lane) {
    return each(lane, [](char c) {
      return static_cast<char>(c >= ' ' && static_cast<unsigned char>(c) < 0x80 && c != '\\');
    });
  }
#endif

  template <typename Test>
  std::uint64_t mask(Test test) const {
    std::uint64_t mask = 0;
    for (std::size_t i = 0; i < lanes; ++i) mask |= bits(test(lanes_[i])) << (sizeof(Lane) * i);
    return mask;
  }

  std::uint64_t equal_with_bit(char wanted) const {
    return mask([wanted](const Lane& lane) { return is_equal(with_bit(lane), wanted); });
  }

  static constexpr std::size_t lanes = block_bytes / sizeof(Lane);

  Lane lanes_[lanes];  // WHY no std::array: it would drop the alignment of a lane
};

}  // namespace auditor
