// Bytes that hold other bytes: gzip, zstd and base64. Bounded, because a few bytes can hold
// gigabytes. Nothing here knows what the bytes mean.
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

namespace auditor {

inline constexpr std::size_t message_inflated_bytes_max = 64 << 20;
inline constexpr std::size_t file_inflated_bytes_max = 256 << 20;

// What Inflater reads, by its first bytes.
bool is_compressed(std::string_view bytes);

// The name of a compression or an archive that is known but not read, by its first bytes: "zip".
// Empty: none of them.
std::string_view unread_format(std::string_view bytes);

// What could be read of a stream. Where a part of it is damaged, `text` is of the parts before it;
// where the stream is cut, up to the cut.
struct Inflated {
  std::string_view text;
  std::string damage;            // "bad-gzip: the member at byte 0 is cut at byte 95"; empty: none
  std::size_t damaged_from = 0;  // of the stream: from here on it is not wholly in `text`
};

// All members of a gzip stream and all frames of a zstd stream, one after the other, in room that
// is used again: fresh room for each costs a page fault every 4 KiB.
class Inflater {
 public:
  Inflater();
  ~Inflater();

  // The view lives until the next call.
  Inflated inflate(std::string_view bytes, std::size_t bytes_max);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// Standard or URL-safe alphabet, padding optional, line breaks allowed. Error: a short sentence.
std::expected<std::string, std::string> decode_base64(std::string_view text);

}  // namespace auditor
