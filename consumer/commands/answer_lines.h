// The loop of `explain` and `compare`: each line of standard input is answered by a line of JSON on
// standard output, in order. One that cannot be read stops none behind it.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace auditor {

// Fills the answer to a line, and returns why it could not be read, or nothing.
using AnswerLine =
    std::function<std::string(std::string_view line, nlohmann::ordered_json& answer)>;

// Returns the exit code: 1 when a line could not be read. Throws when stdout cannot be written to.
int answer_lines(const AnswerLine& answer_line);

}  // namespace auditor
