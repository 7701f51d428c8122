// Wrappings put on, for tests: gzip, zstd, base64, UTF-16, text as a string of JSON.
#pragma once

#include <libdeflate.h>
#include <zstd.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace auditor {

inline std::string gzip(std::string_view text) {
  libdeflate_compressor* const compressor = libdeflate_alloc_compressor(6);
  std::string bytes(libdeflate_gzip_compress_bound(compressor, text.size()), '\0');
  bytes.resize(
      libdeflate_gzip_compress(compressor, text.data(), text.size(), bytes.data(), bytes.size()));
  libdeflate_free_compressor(compressor);
  return bytes;
}

inline std::string zstd(std::string_view text) {
  std::string bytes(ZSTD_compressBound(text.size()), '\0');
  bytes.resize(ZSTD_compress(bytes.data(), bytes.size(), text.data(), text.size(), 3));
  return bytes;
}

inline std::string base64(std::string_view bytes) {
  static constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::string_view three = bytes.substr(at, 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      bits = (bits << 8U) | (i < three.size() ? static_cast<unsigned char>(three[i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      text += i <= three.size() ? alphabet[(bits >> (18 - 6 * i)) & 63U] : '=';
    }
  }
  return text;
}

// With its mark; of ASCII.
inline std::string utf16(std::string_view ascii, bool is_little_endian) {
  std::string bytes = is_little_endian ? "\xff\xfe" : "\xfe\xff";
  for (const char c : ascii) {
    if (is_little_endian) bytes += c;
    bytes += '\0';
    if (!is_little_endian) bytes += c;
  }
  return bytes;
}

inline std::string json_string(std::string_view text) {
  std::string literal = "\"";
  for (const char c : text) {
    if (c == '\n') {
      literal += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') literal += '\\';
    literal += c;
  }
  return literal + "\"";
}

}  // namespace auditor
