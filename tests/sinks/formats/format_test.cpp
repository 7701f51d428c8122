// A row of the table is all that a format needs to be known by its name everywhere.
#include "sinks/formats/format.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "tests/evaluator/account/instants.h"

namespace auditor::format_test {
namespace {

TEST(Format, UnknownNameIsAnErrorThatNamesTheNearest) {
  EXPECT_EQ(parse_format("ocfs").error(),
            "unknown format `ocfs`, did you mean `ocsf`? (native, ocsf)");
  EXPECT_EQ(parse_format("tabel", "table").error(),
            "unknown format `tabel`, did you mean `table`? (native, ocsf, table)");
}

TEST(Format, EachIsKnownByANameOfItsOwn) {
  std::set<std::string_view> names;
  for (const FindingFormat& format : finding_formats()) {
    EXPECT_EQ(parse_format(format.name).value(), &format);
    EXPECT_TRUE(names.insert(format.name).second) << format.name;
  }
  EXPECT_EQ(native_format()->name, "native");
  EXPECT_EQ(format_names(" or "), "native or ocsf");
}

TEST(Format, EachWritesWhateverItIsGivenAsJson) {
  for (const FindingFormat& format : finding_formats()) {
    EXPECT_TRUE(nlohmann::json::accept(encode(Finding(CloudTrailEvent(second_of(0))), &format)))
        << format.name;
    EXPECT_TRUE(nlohmann::json::accept(encode(ComplianceRecord(), &format))) << format.name;
  }
}

TEST(Format, EachIsExplainedInTheSettings) {
  std::ifstream file(CONFIG_DIR "/auditor.yaml");
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const std::size_t key = text.find("\nformat: ");
  ASSERT_NE(key, std::string::npos);
  const std::size_t paragraph = text.rfind("\n\n", key);
  const std::string explained = text.substr(paragraph, key - paragraph);
  for (const FindingFormat& format : finding_formats()) {
    EXPECT_TRUE(explained.contains(format.name)) << format.name << " in" << explained;
  }
}

}  // namespace
}  // namespace auditor::format_test
