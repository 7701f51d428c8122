// How much room a text takes on a terminal, and where it is broken when that is too much.
//
// Characters are UTF-8; a wide one (Chinese, Japanese, Korean, most emoji) takes two columns, one
// that combines with the one before it none, as wcwidth(3) says. A byte that is no UTF-8 takes one.
// Tested by text_width_test.cpp.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace auditor {

std::size_t display_width(std::string_view text);

// Pieces of at most `columns`, broken at blanks (which go), or inside a word that is longer. At
// least one; one alone when `columns` is 0.
std::vector<std::string_view> wrapped(std::string_view text, std::size_t columns);

}  // namespace auditor
