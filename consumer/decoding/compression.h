// Bytes that hold other bytes: gzip and base64. Bounded, because a few bytes of gzip can hold
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

bool is_gzip(std::string_view bytes);

// All members of a gzip stream, one after the other. Error: a short sentence.
std::expected<std::string, std::string> gunzip(std::string_view bytes, std::size_t bytes_max);

// The same for one stream after the other, in room that is used again: fresh room for each costs a
// page fault every 4 KiB.
class Inflater {
 public:
  Inflater();
  ~Inflater();

  // The view lives until the next call.
  std::expected<std::string_view, std::string> inflate(std::string_view bytes,
                                                       std::size_t bytes_max);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// Standard or URL-safe alphabet, padding optional, line breaks allowed. Error: a short sentence.
std::expected<std::string, std::string> decode_base64(std::string_view text);

}  // namespace auditor
