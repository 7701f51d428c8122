// Text in UTF-16 with a byte order mark, as Windows writes files. Tested by utf16_test.cpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace auditor {

bool is_utf16(std::string_view bytes);

struct FromUtf16 {
  std::string text;      // UTF-8
  std::size_t read = 0;  // less than there is: what stands from here on is no UTF-16
};

FromUtf16 from_utf16(std::string_view bytes);

}  // namespace auditor
