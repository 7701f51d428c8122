// Random questions inside the fragment that translate() knows, in the form of the tables.
//
// Few names and letters, so that globs overlap, exclude and contain one another. The same seed and
// number make the same question.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>

namespace auditor::smt {

nlohmann::ordered_json make_random_question(std::uint64_t seed, std::uint64_t number);

}  // namespace auditor::smt
