// Says of many random histories that none has something wrong with it.
//
// The test program takes [--histories N] [--seed S] [--first F]. A history that breaks a property
// is shrunk and printed with its number.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/model/random_history.h"

namespace auditor {

// What is wrong, if anything. The same history has the same answer.
using Property = std::function<std::optional<std::string>(const History&)>;

// Fails the present test if a history has something wrong. `in` divides the number of histories,
// for properties that take long.
void expect_never(const Property& wrong, std::uint64_t in = 1);

// The same numbers for the same history, so that shrinking and replaying find the same again.
inline std::mt19937_64 random_for(const History& history) {
  return std::mt19937_64(history.size());
}

template <typename T>
void shuffle(std::vector<T>& all, std::mt19937_64& random) {
  for (std::size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[random() % i]);
}

}  // namespace auditor
