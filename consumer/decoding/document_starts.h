// Where documents begin in a text that holds several, also when some of it is damaged: what may
// part two of them, how far text that is none reaches, and where the next may begin behind one that
// has no end. Looks at no byte twice. Tested by document_starts_test.cpp.
#pragma once

#include <cstddef>
#include <string_view>

namespace auditor {

// What parts documents, removed in front: white space, a comma, NUL, the record separator of RFC
// 7464, a byte order mark, and `\n`, `\r`, `\t` as two characters each.
std::string_view skip_separators(std::string_view text);

// How many bytes stand before the `{` of a line that begins with a time, as CloudWatch Logs are
// exported: `2026-03-01T10:00:00.000Z {…}`. 0: it is no such line.
std::size_t time_lead(std::string_view line);

// `text` begins with something that is no document: up to where one may begin. On a line that
// begins like this none does: a line of a log that quotes a record is no event.
std::size_t junk_length(std::string_view text, bool is_at_line_start);

// How far the document may reach with which `text` begins, where some are cut: to the end of its
// line, or, if that ends in the middle of a container, to the next line that begins with `{`. A
// string of JSON holds no line break and no separator.
std::size_t reach_of_document(std::string_view text);

}  // namespace auditor
