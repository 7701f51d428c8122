#include "consumer/decoding/utf16.h"

#include <gtest/gtest.h>

#include "tests/wrapped_text.h"

namespace auditor::utf16_test {
namespace {

using namespace std::string_view_literals;

TEST(Utf16, GivesTheTextInUtf8) {
  EXPECT_EQ(from_utf16(utf16("{\"a\":1}", true)).text, "{\"a\":1}");
  EXPECT_EQ(from_utf16(utf16("{\"a\":1}", false)).text, "{\"a\":1}");
  EXPECT_EQ(from_utf16("\xff\xfe\xe4\x00\xac\x20\x3d\xd8\x00\xde"sv).text, "ä€😀");
}

TEST(Utf16, StopsAtWhatIsNone) {
  EXPECT_EQ(from_utf16("\xff\xfe"
                       "a\0b"sv)
                .read,
            4U);
  EXPECT_EQ(from_utf16("\xff\xfe"
                       "a\0\x3d\xd8"sv)
                .read,
            4U)
      << "half a pair";
  EXPECT_EQ(from_utf16("\xff\xfe"
                       "a\0\x00\xdc"
                       "b\0"sv)
                .read,
            4U)
      << "the second half first";
  EXPECT_EQ(from_utf16("\xff\xfe"sv).read, 2U);
}

TEST(Utf16, IsKnownByItsMark) {
  EXPECT_TRUE(is_utf16("\xfe\xff"));
  EXPECT_FALSE(is_utf16("{\0"sv));
}

}  // namespace
}  // namespace auditor::utf16_test
