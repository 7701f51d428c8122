// The loop of `explain` and `compare`: each question on standard input is answered by a line of
// JSON on standard output, in order. One that cannot be read stops none behind it, and its answer
// says on which line it is wrong.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace auditor {

// Fills the answer to a question, and returns why it could not be read, or nothing.
using AnswerQuestion =
    std::function<std::string(std::string_view question, nlohmann::ordered_json& answer)>;

// Returns the exit code: failed when a question could not be read, nothing_read when none could.
// Throws when stdin cannot be read or stdout not be written to.
int answer_lines(const AnswerQuestion& answer_question);

}  // namespace auditor
