// `compare` as the reference evaluator sees it: a request that one document allows and another
// does not, in the world of any service.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "evaluator/decision/compare.h"
#include "tests/oracle/reference/evaluator.h"

namespace auditor::reference {

struct Comparison {
  PolicyKind kind = PolicyKind::identity;
  std::string reference;
  std::string candidate;
};

// From a case: {"type": "identity|resource", "reference": {...}, "candidate": {...}}.
Comparison read_comparison(const nlohmann::ordered_json& json);

AccessComparison ask_engine(const Comparison& comparison);

// Does the candidate allow the request, and the reference not? Each side takes the reading that
// suits; documents that hold no open point have only one.
std::expected<void, std::string> is_new_access(const Request& request, const Document& reference,
                                               const Document& candidate, PolicyKind kind);

// How each side reads its open points. The default is what is new under every reading.
struct Sides {
  Reading candidate = Reading::strict;
  Reading reference = Reading::lenient;
};

// Tries requests made of the constants of both documents.
std::optional<Request> find_new_access(const Document& reference, const Document& candidate,
                                       PolicyKind kind, std::size_t requests_max,
                                       std::uint64_t seed, Sides sides = {});

struct ComparisonJudgement {
  NewAccess new_access = NewAccess::no;
  std::string reason;
  std::optional<std::string> disagreement;
};

// Nothing when `json` is no comparison.
std::optional<ComparisonJudgement> judge_comparison(const nlohmann::ordered_json& json,
                                                    std::size_t requests_max, std::uint64_t seed);

}  // namespace auditor::reference
