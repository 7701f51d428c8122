// Findings for people: a few lines each, with colour only if asked.
//
// Used by `scan --format table` and `demo`. Control characters of hostile events never reach the
// terminal.
#pragma once

#include <string>

#include "evaluator/audit/finding.h"

namespace auditor {

// Severity, guardrail, subject; then what is possible, the witness, what grants it, and the event.
// Ends in an empty line.
std::string table_entry(const Finding& finding, bool colour);

}  // namespace auditor
