// Tested by subject_evaluation_test.cpp.
#include "evaluator/audit/verdict_cache.h"

#include <xxhash.h>

#include <utility>

namespace auditor {
namespace {

constexpr std::size_t entry_overhead_bytes = 512;  // nodes, strings' own fields

std::size_t bytes_of(const std::vector<std::string>& texts) {
  std::size_t bytes = 0;
  for (const std::string& text : texts) bytes += text.size() + sizeof(text);
  return bytes;
}

std::size_t bytes_of(const Standings& standings) {
  std::size_t bytes = 0;
  for (const auto& standing : standings) {
    bytes += sizeof(standing);
    if (!standing) continue;
    bytes += bytes_of(standing->notes);
    if (standing->unverifiable) bytes += standing->unverifiable->size();
    if (!standing->violation) continue;
    bytes += 2 * entry_overhead_bytes + bytes_of(standing->violation->notes);
    bytes += standing->granted_by.size() * (sizeof(GrantedBy) + 2 * entry_overhead_bytes);
  }
  return bytes;
}

}  // namespace

VerdictMemory::VerdictMemory(std::uint64_t seed, std::size_t bytes_max)
    : seed_(seed), bytes_max_(bytes_max) {}

std::uint64_t VerdictMemory::hash(std::string_view query) const {
  return XXH3_64bits_withSeed(query.data(), query.size(), seed_);
}

const Standings* VerdictMemory::find(std::string_view query) const {
  const auto [first, last] = entries_.equal_range(hash(query));
  for (auto entry = first; entry != last; ++entry) {
    if (entry->second.query == query) return &entry->second.standings;
  }
  return nullptr;
}

const Standings& VerdictMemory::remember(std::string query, Standings standings) {
  const std::size_t bytes = query.size() + entry_overhead_bytes + bytes_of(standings);
  if (bytes_ + bytes > bytes_max_) {
    entries_.clear();
    bytes_ = 0;
  }
  bytes_ += bytes;
  const std::uint64_t key = hash(query);
  return entries_.emplace(key, Entry{std::move(query), std::move(standings)})->second.standings;
}

}  // namespace auditor
