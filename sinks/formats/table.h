// Findings for people: a few lines each, in colour and wrapped only if asked.
//
// Used by `scan` and `replay` with `--format table`. Control characters of hostile events never
// reach the terminal.
#pragma once

#include <cstddef>
#include <string>

#include "evaluator/audit/finding.h"

namespace auditor {

struct TableLook {
  bool has_colour = false;
  std::size_t columns = 0;  // of the terminal; 0: each row is one line, however long
};

// Severity, guardrail, subject; then what is possible, the witness, what grants it, and the event.
// Ends in an empty line.
std::string table_entry(const Finding& finding, const TableLook& look);

}  // namespace auditor
