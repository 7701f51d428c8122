// What the terminal behind a descriptor can do, and what its user wants of it: colour, a line that
// is overwritten, rows that fit. Every place that writes for people asks here, so that all obey the
// same variables: NO_COLOR (https://no-color.org), CLICOLOR_FORCE and CLICOLOR
// (https://bixense.com/clicolors), FORCE_COLOR, TERM, COLUMNS.
// Tested by terminal_test.cpp.
#pragma once

#include <cstddef>
#include <functional>

namespace auditor {

// The value of a variable, or null.
using Environment = std::function<const char*(const char* name)>;

// Where two contradict each other: NO_COLOR, then the two that force, then TERM and CLICOLOR.
bool wants_colour(bool is_terminal, const Environment& environment);

// False where nobody looks, and on a terminal that cannot erase a line (TERM=dumb).
bool can_overwrite_line(bool is_terminal, const Environment& environment);

// COLUMNS, or else what the terminal says; 0 where rows need not fit: in a pipe or a file.
std::size_t columns(bool is_terminal, std::size_t columns_of_terminal,
                    const Environment& environment);

// The same of a descriptor of this process. The environment must not change meanwhile.
bool wants_colour(int descriptor);
bool can_overwrite_line(int descriptor);
std::size_t columns(int descriptor);

}  // namespace auditor
