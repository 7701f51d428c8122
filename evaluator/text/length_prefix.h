// Fields as bytes that tell any two lists of fields apart: each with its length before it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace auditor {

// The length is eight bytes, the highest first.
inline void append_field(std::string& bytes, std::string_view field) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>((static_cast<std::uint64_t>(field.size()) >> shift) & 0xffU));
  }
  bytes += field;
}

}  // namespace auditor
