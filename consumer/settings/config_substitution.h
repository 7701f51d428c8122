// Puts into a setting what must not stand in the file: `${NAME}` from the environment anywhere in
// a value, and for a value `file:/path` the content of that file. `$${` is a plain `${`.
//
// Errors name the variable or the file, never a value.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

namespace auditor {

inline constexpr std::size_t secret_file_bytes_max = 1 << 20;

// That it is a file's content, so another time it may be another.
bool names_file(std::string_view written);

std::expected<std::string, std::string> secret_text(std::string_view written);

}  // namespace auditor
