// eventSource and eventName of a plain record, without a parse: most records of a stream are
// irrelevant, and these two say so.
//
// Plain is what CloudTrail writes of most calls: one object of printable ASCII without a backslash,
// on one line. There a byte means what it looks like, so the walk over the top level is exact: it
// takes only what the parser would take too, and with the same members (the tests compare them).
// Whatever is unusual is no plain record, and the parser's to judge.
// Tested by record_prefilter_test.cpp.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace auditor {

inline constexpr std::size_t plain_record_bytes_max = 16 << 10;

struct RecordHeads {
  std::string_view source, name;
};

// The whole text is a plain record, with one eventSource and one eventName, both strings. Reads no
// byte outside of `json`.
std::optional<RecordHeads> heads_of_plain_record(std::string_view json);

}  // namespace auditor
