// Does the engine's verdict stand up to the reference evaluator? And the smallest case where not.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "evaluator/decision/decision.h"
#include "tests/oracle/reference/evaluator.h"

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

// Does the engine's witness show a violation? Where the subject's path is not known, its ARN stands
// for one of any path.
std::expected<void, std::string> replay_witness(const Request& witness, const Subject& subject,
                                                const Documents& documents,
                                                const Guardrail& guardrail, Reading reading);

// Takes away members and elements as long as `still_wrong` holds.
nlohmann::ordered_json shrink(
    nlohmann::ordered_json json,
    const std::function<bool(const nlohmann::ordered_json&)>& still_wrong);

}  // namespace auditor::reference
