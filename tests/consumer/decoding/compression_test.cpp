#include "consumer/decoding/compression.h"

#include <gtest/gtest.h>
#include <libdeflate.h>

namespace auditor::compression_test {
namespace {

std::string gzip(std::string_view text) {
  libdeflate_compressor* const compressor = libdeflate_alloc_compressor(6);
  std::string bytes(libdeflate_gzip_compress_bound(compressor, text.size()), '\0');
  bytes.resize(
      libdeflate_gzip_compress(compressor, text.data(), text.size(), bytes.data(), bytes.size()));
  libdeflate_free_compressor(compressor);
  return bytes;
}

TEST(Gunzip, GivesBackWhatWasCompressed) {
  const std::string text(300'000, 'x');
  EXPECT_EQ(gunzip(gzip(text), 1 << 20).value(), text);
  EXPECT_EQ(gunzip(gzip(""), 1 << 20).value(), "");
}

TEST(Gunzip, ReadsAllMembersOfAStream) {
  EXPECT_EQ(gunzip(gzip("one ") + gzip("two ") + gzip("three"), 1 << 20).value(), "one two three");
}

TEST(Gunzip, StopsAtTheBound) {
  const std::string text(4096, 'x');
  EXPECT_EQ(gunzip(gzip(text), 4096).value(), text);
  EXPECT_FALSE(gunzip(gzip(text), 4095).has_value());
  EXPECT_FALSE(gunzip(gzip(std::string(50 << 20, 'x')), 1 << 20).has_value());
}

TEST(Gunzip, SaysThatACutOrDamagedStreamIsNone) {
  const std::string bytes = gzip("some text that is long enough to be cut");
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const auto text = gunzip(std::string_view(bytes).substr(0, length), 1 << 20);
    if (length < 2) continue;  // no gzip magic
    EXPECT_FALSE(text.has_value()) << length;
  }
  std::string damaged = bytes;
  damaged[damaged.size() - 6] ^= 1;
  EXPECT_FALSE(gunzip(damaged, 1 << 20).has_value());
}

TEST(Gunzip, DoesNotIgnoreBytesBehindTheStream) {
  EXPECT_FALSE(gunzip(gzip("text") + "more", 1 << 20).has_value());
  EXPECT_TRUE(gunzip(gzip("text") + std::string(512, '\0'), 1 << 20).has_value());
}

TEST(Base64, ReadsBothAlphabetsAndAnyPadding) {
  EXPECT_EQ(decode_base64("aGVsbG8=").value(), "hello");
  EXPECT_EQ(decode_base64("aGVsbG8").value(), "hello");
  EXPECT_EQ(decode_base64("aGVs\r\nbG8h\n").value(), "hello!");
  EXPECT_EQ(decode_base64("-_8=").value(), decode_base64("+/8=").value());
}

TEST(Base64, RefusesWhatIsNone) {
  for (const char* text : {"{}", "aGVsbG8=x", "a", "aGV*"}) {
    EXPECT_FALSE(decode_base64(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace auditor::compression_test
