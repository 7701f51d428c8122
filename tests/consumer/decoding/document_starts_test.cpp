#include "consumer/decoding/document_starts.h"

#include <gtest/gtest.h>

namespace auditor::document_starts_test {
namespace {

using namespace std::string_view_literals;

TEST(DocumentStarts, SkipsWhatPartsDocuments) {
  EXPECT_EQ(skip_separators("\xef\xbb\xbf \t\r\n,\0\x1e\\n\\r\\t{}"sv), "{}");
  EXPECT_EQ(skip_separators(" , "), "");
  EXPECT_EQ(skip_separators("\\x{}"), "\\x{}");
}

TEST(DocumentStarts, KnowsALineThatBeginsWithATime) {
  EXPECT_EQ(time_lead("2026-03-01T10:00:00.000Z {}"), 25U);
  EXPECT_EQ(time_lead("2026-03-01T10:00:00.000Z\t {}"), 26U);
  EXPECT_EQ(time_lead("2026-03-01T10:00:00.000Z ERROR {}"), 0U);
  EXPECT_EQ(time_lead("2026-13-01T10:00:00.000Z {}"), 0U);
  EXPECT_EQ(time_lead("17 {}"), 0U);
}

TEST(DocumentStarts, LetsJunkReachToTheNextDocument) {
  EXPECT_EQ(junk_length("x {}", false), 2U);
  EXPECT_EQ(junk_length("x y\nz\n {}", false), 7U);
  EXPECT_EQ(junk_length("x y", false), 3U);
  EXPECT_EQ(junk_length("x {}", true), 4U) << "a line that quotes";
  EXPECT_EQ(junk_length("x {}\n{}", true), 5U);
  EXPECT_EQ(junk_length("x\n2026-03-01T10:00:00Z {}", true), 2U);
}

TEST(DocumentStarts, LetsADocumentReachToWhereAnotherMayBegin) {
  EXPECT_EQ(reach_of_document("{\"a\n {}"), 3U);
  EXPECT_EQ(reach_of_document("{ \n \"a\": {\n {\n}\n{}"), 15U);
  EXPECT_EQ(reach_of_document("{\"a\x1e{}"), 3U);
  EXPECT_EQ(reach_of_document("{}"), 2U);
}

}  // namespace
}  // namespace auditor::document_starts_test
