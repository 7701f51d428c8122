#include "consumer/decoding/compression.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/wrapped_text.h"

namespace auditor::compression_test {
namespace {

struct Read {
  std::string text, damage;
  std::size_t damaged_from;
};

Read inflate(std::string_view bytes, std::size_t bytes_max = 1 << 20) {
  Inflater inflater;
  const Inflated inflated = inflater.inflate(bytes, bytes_max);
  return {std::string(inflated.text), inflated.damage, inflated.damaged_from};
}

class Compression : public testing::TestWithParam<std::string (*)(std::string_view)> {
 protected:
  static std::string compress(std::string_view text) { return GetParam()(text); }
};

INSTANTIATE_TEST_SUITE_P(All, Compression, testing::Values(&gzip, &zstd));

TEST_P(Compression, GivesBackWhatWasCompressed) {
  const std::string text(300'000, 'x');
  EXPECT_TRUE(is_compressed(compress(text)));
  EXPECT_EQ(inflate(compress(text)).text, text);
  EXPECT_EQ(inflate(compress(text)).damage, "");
  EXPECT_EQ(inflate(compress("")).text, "");
}

TEST_P(Compression, ReadsAllMembersOfAStream) {
  const Read read = inflate(compress("one ") + gzip("two ") + zstd("three "));
  EXPECT_EQ(read.text, "one two three ");
  EXPECT_EQ(read.damage, "");
}

TEST_P(Compression, StopsAtTheBound) {
  const std::string text(4096, 'x');
  EXPECT_EQ(inflate(compress(text), 4096).text, text);
  EXPECT_NE(inflate(compress(text), 4095).damage, "");
  EXPECT_NE(inflate(compress(std::string(50 << 20, 'x'))).damage, "");
  const Read second = inflate(compress("one") + compress(text), 4095);
  EXPECT_EQ(second.text, "one");
  EXPECT_EQ(second.damaged_from, compress("one").size());
}

std::string numbers() {
  std::string text;
  for (std::uint64_t i = 0; i < 40'000; ++i) text += std::to_string(i * i * 7919 % 1'000'003) + ",";
  return text;
}

TEST_P(Compression, OfACutStreamGivesTheTextUpToTheCut) {
  const std::string text = numbers();
  const std::string before = compress("one ");
  const std::string bytes = before + compress(text);
  std::size_t most = 0;
  for (std::size_t length = before.size() + 4; length < bytes.size(); length += 97) {
    const Read read = inflate(std::string_view(bytes).substr(0, length));
    ASSERT_TRUE(("one " + text).starts_with(read.text)) << length;
    ASSERT_GE(read.text.size(), 4U) << length;
    ASSERT_TRUE(read.damage.ends_with(" is cut at byte " + std::to_string(length))) << read.damage;
    ASSERT_EQ(read.damaged_from, before.size());
    most = std::max(most, read.text.size());
  }
  EXPECT_GT(most, text.size() / 2);
}

TEST_P(Compression, OfADamagedMemberGivesNothing) {
  std::string bytes = compress("one ") + compress(numbers());
  bytes[bytes.size() / 2] ^= 1;
  bytes[bytes.size() - 3] ^= 1;  // the length of gzip; zstd may have no checksum
  const Read read = inflate(bytes);
  if (GetParam() == &zstd && read.damage.empty()) return;
  EXPECT_EQ(read.text, "one ");
  EXPECT_EQ(read.damaged_from, compress("one ").size());
}

TEST_P(Compression, DoesNotIgnoreBytesBehindTheStream) {
  const std::string bytes = compress("text");
  const Read read = inflate(bytes + "more");
  EXPECT_EQ(read.text, "text");
  EXPECT_EQ(read.damaged_from, bytes.size());
  EXPECT_EQ(inflate(bytes + std::string(512, '\0')).damage, "");
}

TEST_P(Compression, IsReadAgainAfterADamagedOne) {
  Inflater inflater;
  const std::string bytes = compress(numbers());
  EXPECT_NE(inflater.inflate(std::string_view(bytes).substr(0, 2000), 1 << 20).damage, "");
  EXPECT_EQ(inflater.inflate(bytes, 1 << 20).text, numbers());
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
