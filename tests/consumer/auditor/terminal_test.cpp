// The variables that people set to be left alone by colours, in every combination that differs.
#include "consumer/auditor/terminal.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace auditor::terminal_test {
namespace {

using Variables = std::map<std::string, std::string>;

Environment of(const Variables& variables) {
  return [&variables](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  };
}

TEST(Terminal, ShowsColoursAsItsUserWantsThem) {
  const std::string term = "TERM";
  struct Case {
    Variables variables;
    bool on_terminal, in_pipe;
  };
  for (const Case& c : std::initializer_list<Case>{
           {{{term, "xterm"}}, true, false},
           {{{term, "dumb"}}, false, false},
           {{}, false, false},
           {{{term, "xterm"}, {"NO_COLOR", "1"}}, false, false},
           {{{term, "xterm"}, {"NO_COLOR", "0"}}, false, false},
           {{{term, "xterm"}, {"NO_COLOR", ""}}, true, false},
           {{{term, "xterm"}, {"CLICOLOR", "0"}}, false, false},
           {{{term, "xterm"}, {"CLICOLOR", "1"}}, true, false},
           {{{term, "xterm"}, {"CLICOLOR_FORCE", "1"}}, true, true},
           {{{term, "xterm"}, {"CLICOLOR_FORCE", "0"}}, true, false},
           {{{term, "xterm"}, {"CLICOLOR_FORCE", ""}}, true, false},
           {{{term, "dumb"}, {"CLICOLOR_FORCE", "1"}}, true, true},
           {{{term, "xterm"}, {"FORCE_COLOR", "3"}}, true, true},
           {{{term, "xterm"}, {"FORCE_COLOR", "0"}}, true, false},
           {{{term, "xterm"}, {"CLICOLOR", "0"}, {"CLICOLOR_FORCE", "1"}}, true, true},
           {{{term, "xterm"}, {"NO_COLOR", "1"}, {"CLICOLOR_FORCE", "1"}}, false, false},
           {{{term, "xterm"}, {"NO_COLOR", "1"}, {"FORCE_COLOR", "1"}}, false, false},
       }) {
    std::string names;
    for (const auto& [name, value] : c.variables) names += name + "=" + value + " ";
    EXPECT_EQ(wants_colour(true, of(c.variables)), c.on_terminal) << names;
    EXPECT_EQ(wants_colour(false, of(c.variables)), c.in_pipe) << names;
  }
}

TEST(Terminal, OverwritesALineOnlyWhereThatCanBe) {
  EXPECT_TRUE(can_overwrite_line(true, of({{"TERM", "xterm"}})));
  EXPECT_TRUE(can_overwrite_line(true, of({{"TERM", "xterm"}, {"NO_COLOR", "1"}})));
  EXPECT_FALSE(can_overwrite_line(true, of({{"TERM", "dumb"}, {"CLICOLOR_FORCE", "1"}})));
  EXPECT_FALSE(can_overwrite_line(true, of({})));
  EXPECT_FALSE(can_overwrite_line(false, of({{"TERM", "xterm"}, {"CLICOLOR_FORCE", "1"}})));
}

TEST(Terminal, SaysHowWideItIs) {
  EXPECT_EQ(columns(true, 80, of({})), 80U);
  EXPECT_EQ(columns(true, 80, of({{"COLUMNS", "132"}})), 132U);
  for (const std::string wrong : {"", "0", "-1", "wide", "80x", "99999999999999999999", "20000"}) {
    EXPECT_EQ(columns(true, 80, of({{"COLUMNS", wrong}})), 80U) << wrong;
  }
  EXPECT_EQ(columns(true, 0, of({})), 0U);
  EXPECT_EQ(columns(false, 80, of({{"COLUMNS", "132"}})), 0U);  // each row is a line
}

}  // namespace
}  // namespace auditor::terminal_test
