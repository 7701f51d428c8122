// `added_access` as the reference evaluator sees it: a request that the documents after a change
// allow and the guardrail forbids, and that those before it do not allow.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "evaluator/decision/added_access.h"
#include "evaluator/decision/decision.h"
#include "tests/oracle/reference/trial.h"

namespace auditor::reference {

struct Change {
  Trial before;
  Trial after;
};

// {"subject": {...}, "before": {"identity_policies": ...}, "after": {...}}: both sides as in a
// case.
Change read_change(const nlohmann::ordered_json& json);

struct ChangeJudgement {
  AddedAccess added;
  bool malformed = false;
  std::optional<std::string> disagreement;
};

ChangeJudgement judge_change(const Change& change, const Guardrail& guardrail,
                             std::size_t requests_max, std::uint64_t seed);

// The same of a case with one guardrail. Nothing when `json` is not a lawful one.
std::optional<ChangeJudgement> judge_change(const nlohmann::ordered_json& json,
                                            std::size_t requests_max, std::uint64_t seed);

}  // namespace auditor::reference
