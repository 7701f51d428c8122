// Remembers the verdicts on documents that were judged before: policies repeat.
//
// Whoever writes policies chooses what is hashed, so the hash is seeded and a hit is compared in
// full. Memory is bounded: past the bound everything is forgotten, which costs time and nothing
// else. Owned by one thread; the guardrails must stay the same for its lifetime.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "evaluator/decision.h"

namespace auditor {

inline constexpr std::size_t verdict_memory_bytes_max = 32 << 20;

// One document on one subject.
struct JudgedDocument {
  std::string malformed;          // not empty: why it could not be read, and no verdicts
  std::vector<Verdict> verdicts;  // one for each guardrail, in their order
};

class VerdictMemory {
 public:
  // `seed` from a source that the outside cannot guess.
  explicit VerdictMemory(std::uint64_t seed, std::size_t bytes_max = verdict_memory_bytes_max);

  // Null: not remembered. Valid until the next remember().
  const JudgedDocument* find(const Subject& subject, std::string_view document) const;

  const JudgedDocument& remember(const Subject& subject, std::string_view document,
                                 JudgedDocument judged);

  std::size_t bytes() const { return bytes_; }

 private:
  struct Entry {
    Subject subject;
    std::string document;
    JudgedDocument judged;
  };

  std::uint64_t hash(const Subject& subject, std::string_view document) const;

  std::uint64_t seed_;
  std::size_t bytes_max_;
  std::size_t bytes_ = 0;  // an estimate from above
  std::unordered_multimap<std::uint64_t, Entry> entries_;
};

}  // namespace auditor
