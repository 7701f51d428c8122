// What one event led to under two sets of guardrails, held against each other: what only one of
// them says, and what both say differently. Names as of the options: `guardrails` and `against`.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "evaluator/audit/finding.h"
#include "sinks/formats/table.h"

namespace auditor {

// At least one finding; both: they have the same id, and `fields` of theirs differ.
struct FindingDiff {
  const Finding* guardrails = nullptr;
  const Finding* against = nullptr;
  std::vector<std::string> fields;  // names as of the native format
};

struct FindingDiffCounts {
  std::uint64_t only_guardrails = 0, only_against = 0, changed = 0, same = 0;
};

// Valid as long as the findings. Adds to `counts`.
std::vector<FindingDiff> finding_diffs(std::span<const Finding> guardrails,
                                       std::span<const Finding> against, FindingDiffCounts& counts);

// One JSON object: {"difference": "only_guardrails" | "only_against" | "changed",
// "finding_id": ..., "fields": [...], "guardrails": finding | null, "against": finding | null},
// findings as of the native format.
std::string encode(const FindingDiff& difference);

// For people: a line that says what differs, and the findings.
std::string table_entry(const FindingDiff& difference, const TableLook& look);

// "2 only under --guardrails, 1 only under --against, 0 changed, 12 the same"
std::string one_line(const FindingDiffCounts& counts);

}  // namespace auditor
