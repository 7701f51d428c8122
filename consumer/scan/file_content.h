// Can this file hold CloudTrail records, by its first bytes? Asked of the files of a folder whose
// name does not tell (Firehose writes objects without an extension).
//
// True for whatever a record comes in: JSON, also behind a mark, a separator or the five bytes of a
// schema registry, as a JSON text, as base64, in UTF-16, compressed; and for the archives that
// cannot be read here but may hold records, so that whoever reads them says so. False for text of
// another kind, programs, images. Tested by file_list_test.cpp.
#pragma once

#include <cstddef>
#include <string_view>

namespace auditor {

inline constexpr std::size_t content_sample_bytes = 4096;

bool can_hold_records(std::string_view first_bytes);

}  // namespace auditor
