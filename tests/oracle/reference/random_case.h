// Small random questions whose parts interact: few actions, names, keys and values, many operators.
//
// A case is JSON in the form of the tables, so that a shrunk one can be pasted into them. The same
// seed and number make the same case.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>

namespace auditor::reference {

nlohmann::ordered_json make_random_case(std::uint64_t seed, std::uint64_t number);

// Two documents for `compare`: {"type": ..., "reference": ..., "candidate": ...}.
nlohmann::ordered_json make_random_comparison(std::uint64_t seed, std::uint64_t number);

// One subject before and after a change of its documents: {"subject": ..., "before": ...,
// "after": ..., "guardrails": ...}.
nlohmann::ordered_json make_random_change(std::uint64_t seed, std::uint64_t number);

}  // namespace auditor::reference
