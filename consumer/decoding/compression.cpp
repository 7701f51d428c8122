#include "consumer/decoding/compression.h"

#include <libdeflate.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdint>
#include <iterator>
#include <memory>
#include <utility>

namespace auditor {
namespace {

constexpr std::string_view gzip_magic = "\x1f\x8b";
constexpr std::size_t room_bytes_min = 64 << 10;

bool is_gzip(std::string_view bytes) { return bytes.starts_with(gzip_magic); }

// A frame, or one that a reader steps over.
bool is_zstd(std::string_view bytes) {
  if (bytes.starts_with("\x28\xb5\x2f\xfd")) return true;
  return bytes.size() >= 4 && (bytes[0] & 0xf0) == 0x50 && bytes.substr(1, 3) == "\x2a\x4d\x18";
}

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

bool is_compressed(std::string_view bytes) { return is_gzip(bytes) || is_zstd(bytes); }

std::string_view unread_format(std::string_view bytes) {
  struct Row {
    std::string_view magic, name;
  };
  static constexpr Row rows[] = {
      {"PK\x03\x04", "zip"},
      {"BZh", "bzip2"},
      {std::string_view("\xfd"
                        "7zXZ\0",
                        6),
       "xz"},
      {"7z\xbc\xaf\x27\x1c", "7z"},
      {"\x04\x22\x4d\x18", "lz4"},
      {std::string_view("\xff\x06\x00\x00sNaPpY", 10), "snappy"},
      {"PAR1", "Parquet"},
      {"Obj\x01", "Avro"},
      {"ORC", "ORC"},
  };
  const auto row = std::ranges::find_if(
      rows, [bytes](const Row& known) { return bytes.starts_with(known.magic); });
  return row == std::end(rows) ? std::string_view() : row->name;
}

class Inflater::Impl {
 public:
  Inflated inflate(std::string_view bytes, std::size_t bytes_max);

 private:
  // What became of one member or frame.
  struct Part {
    std::size_t read = 0;          // of the compressed bytes; all of them when it is cut
    std::string_view damage = {};  // empty: it is whole
  };

  Part gunzip(std::string_view bytes);
  Part gunzip_cut(std::string_view bytes);
  Part unzstd(std::string_view bytes);
  bool grow();
  std::size_t room() const { return std::min(room_.size(), bytes_max_) - used_; }

  struct FreeDecompressor {
    void operator()(libdeflate_decompressor* decompressor) const {
      libdeflate_free_decompressor(decompressor);
    }
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
  };

  static constexpr std::string_view cut = "is cut";
  static constexpr std::string_view damaged = "is damaged";
  static constexpr std::string_view too_big = "inflates to too many bytes";
  static constexpr std::string_view no_memory = "needs more memory than there is";

  std::unique_ptr<libdeflate_decompressor, FreeDecompressor> decompressor_{
      libdeflate_alloc_decompressor()};
  std::unique_ptr<ZSTD_DStream, FreeDecompressor> zstd_;  // made for the first frame
  std::string room_;
  std::size_t bytes_max_ = 0;
  std::size_t used_ = 0;  // of room_: the text
};

Inflated Inflater::Impl::inflate(std::string_view bytes, std::size_t bytes_max) {
  bytes_max_ = bytes_max;
  used_ = 0;
  std::size_t at = 0;
  const auto told = [&](std::string damage) {
    return Inflated{std::string_view(room_).substr(0, used_), std::move(damage), at};
  };
  while (is_compressed(bytes.substr(at))) {
    const std::string_view rest = bytes.substr(at);
    const bool is_gzip_member = is_gzip(rest);
    const Part part = is_gzip_member ? gunzip(rest) : unzstd(rest);
    if (!part.damage.empty()) {
      std::string damage =
          is_gzip_member ? "bad-gzip: the member at byte " : "bad-zstd: the frame at byte ";
      damage += std::to_string(at) + " " + std::string(part.damage);
      if (part.read > 0) damage += " at byte " + std::to_string(at + part.read);
      return told(std::move(damage));
    }
    at += part.read;
  }
  // What follows the last part must be padding: anything else would go unread.
  if (bytes.find_first_not_of('\0', at) == std::string_view::npos) return told({});
  return told((is_gzip(bytes) ? "bad-gzip: bytes" : "bad-zstd: bytes") +
              std::string(" after the end of the stream, at byte ") + std::to_string(at));
}

Inflater::Impl::Part Inflater::Impl::gunzip(std::string_view bytes) {
  if (!decompressor_) return {.damage = no_memory};
  if (used_ >= bytes_max_) return {.damage = too_big};
  const std::size_t wanted = used_ + first_room(bytes, bytes_max_ - used_);
  if (room_.size() < wanted) room_.resize(wanted);
  for (;;) {
    std::size_t read = 0;
    std::size_t written = 0;
    const libdeflate_result result =
        libdeflate_gzip_decompress_ex(decompressor_.get(), bytes.data(), bytes.size(),
                                      room_.data() + used_, room(), &read, &written);
    if (result == LIBDEFLATE_SUCCESS) {
      used_ += written;
      return {.read = read};
    }
    if (result != LIBDEFLATE_INSUFFICIENT_SPACE) return gunzip_cut(bytes);
    if (!grow()) return {.damage = too_big};
  }
}

// libdeflate keeps nothing of a member that it cannot read to its end; zlib gives the text up to
// the cut. WHY not of a damaged one: its checksum says that some of the text is wrong, not which.
Inflater::Impl::Part Inflater::Impl::gunzip_cut(std::string_view bytes) {
  constexpr int gzip_only = 15 + 16;
  z_stream stream{};
  if (inflateInit2(&stream, gzip_only) != Z_OK) return {.damage = no_memory};
  const std::unique_ptr<z_stream, int (*)(z_stream*)> end(&stream, inflateEnd);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(std::min<std::size_t>(bytes.size(), UINT_MAX));
  std::size_t written = 0;
  for (;;) {
    const std::size_t free = room() - written;
    stream.next_out = reinterpret_cast<Bytef*>(room_.data() + used_ + written);
    stream.avail_out = static_cast<uInt>(std::min<std::size_t>(free, UINT_MAX));
    const std::size_t before = stream.avail_out;
    const int result = ::inflate(&stream, Z_NO_FLUSH);
    written += before - stream.avail_out;
    const std::size_t read = bytes.size() - stream.avail_in;
    if (result == Z_STREAM_END) {
      used_ += written;
      return {.read = read};
    }
    if (result != Z_OK && result != Z_BUF_ERROR) return {.read = read, .damage = damaged};
    if (stream.avail_out == 0) {
      if (!grow()) return {.damage = too_big};
    } else if (stream.avail_in == 0) {
      used_ += written;
      return {.read = read, .damage = cut};
    }
  }
}

Inflater::Impl::Part Inflater::Impl::unzstd(std::string_view bytes) {
  if (!zstd_) zstd_.reset(ZSTD_createDStream());
  if (!zstd_ || ZSTD_isError(ZSTD_initDStream(zstd_.get()))) return {.damage = no_memory};
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  std::size_t written = 0;
  for (;;) {
    if (room() == written && !grow()) return {.damage = too_big};
    ZSTD_outBuffer out{room_.data() + used_ + written, room() - written, 0};
    const std::size_t result = ZSTD_decompressStream(zstd_.get(), &out, &in);
    if (ZSTD_isError(result)) return {.read = in.pos, .damage = damaged};
    written += out.pos;
    const bool is_starved = in.pos == in.size && out.pos < out.size;
    if (result != 0 && !is_starved) continue;
    used_ += written;
    return {.read = in.pos, .damage = result == 0 ? std::string_view() : cut};
  }
}

// False: it may not be more.
bool Inflater::Impl::grow() {
  if (room_.size() >= bytes_max_) return false;
  room_.resize(std::min(bytes_max_, std::max(room_bytes_min, room_.size() * 4)));
  return true;
}

Inflater::Inflater() : impl_(std::make_unique<Impl>()) {}
Inflater::~Inflater() = default;

Inflated Inflater::inflate(std::string_view bytes, std::size_t bytes_max) {
  return impl_->inflate(bytes, bytes_max);
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
