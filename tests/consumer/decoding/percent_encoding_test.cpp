#include "consumer/decoding/percent_encoding.h"

#include <gtest/gtest.h>

namespace auditor::percent_encoding_test {
namespace {

TEST(PercentEncoding, IsDecodedWhereThereIsSome) {
  EXPECT_EQ(decode_document("%7B%22a%22%3A1%7D"), "{\"a\":1}");
  EXPECT_EQ(decode_document("%5b%5D"), "[]");
  EXPECT_EQ(decode_document("{\"a\":\"%7B\"}"), "{\"a\":\"%7B\"}");
  EXPECT_EQ(decode_document("%7B%2"), "{%2");
  EXPECT_EQ(decode_document("%7B%zz%"), "{%zz%");
}

}  // namespace
}  // namespace auditor::percent_encoding_test
