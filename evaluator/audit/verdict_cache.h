// Remembers what was said of queries that were asked before: policies repeat.
//
// Whoever writes policies chooses what is hashed, so the hash is seeded and a hit is compared in
// full. Memory is bounded: past the bound everything is forgotten, which costs time and nothing
// else. Owned by one thread; guardrails and catalogue must stay the same for its lifetime.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "evaluator/audit/guardrail_result.h"

namespace auditor {

inline constexpr std::size_t verdict_memory_bytes_max = 32 << 20;

// Which guardrails do not accept a call that was made, by their place in the list of guardrails.
using Refusals = std::vector<std::size_t>;

class VerdictCache {
 public:
  // `seed` from a source that the outside cannot guess.
  explicit VerdictCache(std::uint64_t seed, std::size_t bytes_max = verdict_memory_bytes_max);

  // `query`: all that the answer depends on, written so that no two queries have the same
  // bytes. Null: not remembered. Valid until the next remember().
  const GuardrailResults* find(std::string_view query) const;
  const Refusals* find_refusals(std::string_view query) const;

  void remember(std::string query, GuardrailResults results);
  void remember(std::string query, Refusals refusals);

  std::size_t bytes() const { return bytes_; }

 private:
  using Answer = std::variant<GuardrailResults, Refusals>;
  struct Entry {
    std::string query;
    Answer answer;
  };

  std::uint64_t hash(std::string_view query) const;
  const Answer* find_answer(std::string_view query) const;
  void remember_answer(std::string query, Answer answer, std::size_t bytes_of_answer);

  std::uint64_t seed_;
  std::size_t bytes_max_;
  std::size_t bytes_ = 0;  // an estimate from above
  std::unordered_multimap<std::uint64_t, Entry> entries_;
};

}  // namespace auditor
