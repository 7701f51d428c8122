// Turns of phrase that the messages for people share.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace auditor {

// "1 alert", "2 alerts".
inline std::string counted(std::size_t count, const std::string& thing) {
  return std::to_string(count) + " " + thing + (count == 1 ? "" : "s");
}

// What somebody wrote, set off from the sentence around it.
inline std::string in_backticks(std::string_view text) { return "`" + std::string(text) + "`"; }

// The suggestion behind a message: what nearest() found, if it did. `end` is empty where the
// sentence goes on.
inline std::string did_you_mean(std::optional<std::string_view> meant, std::string_view end = "?") {
  return meant ? ", did you mean " + in_backticks(*meant) + std::string(end) : std::string();
}

}  // namespace auditor
