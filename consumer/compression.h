// Bytes that hold other bytes: gzip and base64. Bounded, because a few bytes of gzip can hold
// gigabytes. Nothing here knows what the bytes mean.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

namespace auditor {

inline constexpr std::size_t message_inflated_bytes_max = 64 << 20;
inline constexpr std::size_t file_inflated_bytes_max = 256 << 20;

bool is_gzip(std::string_view bytes);

// All members of a gzip stream, one after the other. Error: a short sentence.
std::expected<std::string, std::string> gunzip(std::string_view bytes, std::size_t bytes_max);

// Standard or URL-safe alphabet, padding optional, line breaks allowed. Error: a short sentence.
std::expected<std::string, std::string> decode_base64(std::string_view text);

}  // namespace auditor
