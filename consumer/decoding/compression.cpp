#include "consumer/decoding/compression.h"

#include <libdeflate.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>

namespace auditor {
namespace {

constexpr std::string_view gzip_magic = "\x1f\x8b";
constexpr std::size_t room_bytes_min = 64 << 10;

// The stream's own note of its size (last four bytes) is a hint, never trusted.
std::size_t first_room(std::string_view bytes, std::size_t bytes_max) {
  std::size_t hint = bytes.size() * 4;
  if (bytes.size() >= 18) {
    std::uint32_t isize = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      isize |= std::uint32_t{static_cast<unsigned char>(bytes[bytes.size() - 4 + i])} << (8 * i);
    }
    hint = std::min<std::size_t>(isize, bytes.size() * 1032);  // deflate's best ratio
  }
  return std::clamp(hint + 1, std::min(room_bytes_min, bytes_max), bytes_max);
}

constexpr std::uint8_t not_base64 = 0xff;

constexpr std::array<std::uint8_t, 256> base64_values = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(not_base64);
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  values['-'] = 62;
  values['_'] = 63;
  return values;
}();

}  // namespace

bool is_gzip(std::string_view bytes) { return bytes.starts_with(gzip_magic); }

class Inflater::Impl {
 public:
  // How many bytes of room() are the text.
  std::expected<std::size_t, std::string> inflate(std::string_view bytes, std::size_t bytes_max);
  std::string& room() { return room_; }

 private:
  struct FreeDecompressor {
    void operator()(libdeflate_decompressor* decompressor) const {
      libdeflate_free_decompressor(decompressor);
    }
  };

  std::unique_ptr<libdeflate_decompressor, FreeDecompressor> decompressor_{
      libdeflate_alloc_decompressor()};
  std::string room_;
};

std::expected<std::size_t, std::string> Inflater::Impl::inflate(std::string_view bytes,
                                                                std::size_t bytes_max) {
  if (!decompressor_) return std::unexpected("no memory to inflate");
  std::size_t used = 0;
  while (is_gzip(bytes)) {
    if (used >= bytes_max) return std::unexpected("inflates to too many bytes");
    const std::size_t wanted = used + first_room(bytes, bytes_max - used);
    if (room_.size() < wanted) room_.resize(wanted);
    std::size_t read = 0;
    std::size_t written = 0;
    const libdeflate_result result = libdeflate_gzip_decompress_ex(
        decompressor_.get(), bytes.data(), bytes.size(), room_.data() + used,
        std::min(room_.size(), bytes_max) - used, &read, &written);
    if (result == LIBDEFLATE_INSUFFICIENT_SPACE) {
      if (room_.size() >= bytes_max) return std::unexpected("inflates to too many bytes");
      room_.resize(std::min(bytes_max, room_.size() * 4));
      continue;
    }
    if (result != LIBDEFLATE_SUCCESS) return std::unexpected("damaged or cut gzip stream");
    used += written;
    bytes.remove_prefix(read);
  }
  // What follows the last member must be padding: anything else would go unread.
  if (bytes.find_first_not_of('\0') != std::string_view::npos) {
    return std::unexpected("bytes after the end of the gzip stream");
  }
  return used;
}

Inflater::Inflater() : impl_(std::make_unique<Impl>()) {}
Inflater::~Inflater() = default;

std::expected<std::string_view, std::string> Inflater::inflate(std::string_view bytes,
                                                               std::size_t bytes_max) {
  const auto size = impl_->inflate(bytes, bytes_max);
  if (!size) return std::unexpected(size.error());
  return std::string_view(impl_->room()).substr(0, *size);
}

std::expected<std::string, std::string> gunzip(std::string_view bytes, std::size_t bytes_max) {
  Inflater inflater;
  const auto text = inflater.inflate(bytes, bytes_max);
  if (!text) return std::unexpected(text.error());
  return std::string(*text);
}

std::expected<std::string, std::string> decode_base64(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 3);
  std::uint32_t bits = 0;
  std::size_t digits = 0;
  bool ended = false;
  for (const char c : text) {
    if (c == '\n' || c == '\r' || c == ' ' || c == '\t') continue;
    if (c == '=') {
      ended = true;
      continue;
    }
    const std::uint8_t value = base64_values[static_cast<unsigned char>(c)];
    if (ended || value == not_base64) return std::unexpected("not base64");
    bits = (bits << 6) | value;
    if (++digits % 4 == 0) {
      for (const int shift : {16, 8, 0}) bytes.push_back(static_cast<char>((bits >> shift) & 0xff));
      bits = 0;
    }
  }
  const std::size_t rest = digits % 4;
  if (rest == 1) return std::unexpected("base64 of an impossible length");
  if (rest >= 2) bytes.push_back(static_cast<char>((bits >> (rest == 2 ? 4 : 10)) & 0xff));
  if (rest == 3) bytes.push_back(static_cast<char>((bits >> 2) & 0xff));
  return bytes;
}

}  // namespace auditor
