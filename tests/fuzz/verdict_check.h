// What must hold of every verdict, whatever the documents say.
//
// Aborts when it does not, so that a fuzz target reports the input. Shared by the targets that
// end in decide().
#pragma once

#include <cstddef>

#include "tests/oracle/reference/trial.h"

namespace auditor::reference {

// The reference tries everything one step at a time; a text of this size is enough to be wrong.
inline constexpr std::size_t replayed_bytes_max = 4096;

// A violation has a witness and the statements that grant it, unknown has a reason, and the same
// question has the same verdict.
Verdict check_form(const Trial& trial, const Guardrail& guardrail);

// The same, and for documents of `size` bytes up to the bound: a witness replays in the reference
// evaluator, a compliant verdict withstands its attack, and what the reference cannot read is
// neither compliant nor violated.
void check_verdict(const Trial& trial, const Guardrail& guardrail, std::size_t size);

}  // namespace auditor::reference
