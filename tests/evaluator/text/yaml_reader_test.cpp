// A tab in the indentation is named with its place, whatever the parser takes it for.
#include "evaluator/text/yaml_reader.h"

#include <gtest/gtest.h>

namespace auditor::yaml_reader_test {
namespace {

std::vector<ConfigProblem> problems_of(const std::string& text) {
  YamlReader reader("a.yaml");
  reader.load(text);
  return reader.take_problems();
}

TEST(YamlReader, NamesATabInTheIndentation) {
  struct Case {
    std::string text;
    std::size_t line, column;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"a:\n\tb: 1\n", 2, 1},
           {"a:\n  b: 1\n\tc: 2\n", 3, 1},
           {"a:\n  \tb: 1\n  c: 2\n", 2, 3},
           {"- a: 1\n\tb: 2\n", 2, 1},
           {"a:\n\t- b\n", 2, 1},
           {"a: 1\r\n\tb: 2\r\n", 2, 1},
           {"\ta: 1\n", 1, 1},
           {"# x\n\n\t# a comment\na:\n\t\tb: 1\n", 5, 1},
       }) {
    const std::vector<ConfigProblem> problems = problems_of(c.text);
    ASSERT_EQ(problems.size(), 1U) << c.text;
    EXPECT_EQ(problems[0].message,
              "not YAML: a tab in the indentation, where only blanks may stand")
        << c.text;
    EXPECT_EQ(problems[0].line, c.line) << c.text;
    EXPECT_EQ(problems[0].column, c.column) << c.text;
  }
}

TEST(YamlReader, TakesATabWhereItMayStand) {
  for (const std::string text : {"a: \"x\ty\"\n", "a:\tb\n", "a: |\n  \tx\n", "a: 1\t# why\n"}) {
    EXPECT_TRUE(problems_of(text).empty()) << text;
  }
}

TEST(YamlReader, BlamesNoTabForAnotherFault) {
  const std::vector<ConfigProblem> problems = problems_of("a: [1\nb: 2\n");
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].message.find("tab"), std::string::npos);
}

}  // namespace
}  // namespace auditor::yaml_reader_test
