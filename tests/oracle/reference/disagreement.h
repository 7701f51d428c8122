// Does the engine's verdict stand up to the reference evaluator? And the smallest case where not.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "evaluator/decision/decision.h"

namespace auditor::reference {

struct SubjectEvaluation {
  VerdictKind verdict = VerdictKind::compliant;
  Certainty certainty = Certainty::certain;
  std::string reason;                       // of an unknown verdict
  bool malformed = false;                   // the documents, as the reference reads them
  std::optional<std::string> disagreement;  // what is wrong, with the request that shows it
};

// `json` is a case in the form of the tables with one guardrail. Nothing when it is not a lawful
// case (shrinking tries such).
std::optional<SubjectEvaluation> judge(const nlohmann::ordered_json& json, std::size_t requests_max,
                                       std::uint64_t seed);

// Takes away members and elements as long as `still_wrong` holds.
nlohmann::ordered_json shrink(
    nlohmann::ordered_json json,
    const std::function<bool(const nlohmann::ordered_json&)>& still_wrong);

}  // namespace auditor::reference
