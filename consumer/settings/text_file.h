// A file as one text, bounded. Settings and rules are read with it.
#pragma once

#include <cstddef>
#include <expected>
#include <string>

namespace auditor {

// The error says what is wrong with the file and does not name it: "cannot be opened".
std::expected<std::string, std::string> read_text_file(const std::string& path,
                                                       std::size_t bytes_max);

}  // namespace auditor
