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

std::size_t bytes_of(const GuardrailResults& results) {
  std::size_t bytes = 0;
  for (const auto& result : results) {
    bytes += sizeof(result);
    if (!result) continue;
    bytes += bytes_of(result->notes);
    if (result->unverifiable) bytes += result->unverifiable->size();
    if (!result->violation) continue;
    bytes += 2 * entry_overhead_bytes + bytes_of(result->violation->notes);
    bytes += result->granted_by.size() * (sizeof(GrantedBy) + 2 * entry_overhead_bytes);
  }
  return bytes;
}

}  // namespace

VerdictCache::VerdictCache(std::uint64_t seed, std::size_t bytes_max)
    : seed_(seed), bytes_max_(bytes_max) {}

std::uint64_t VerdictCache::hash(std::string_view query) const {
  return XXH3_64bits_withSeed(query.data(), query.size(), seed_);
}

const GuardrailResults* VerdictCache::find(std::string_view query) const {
  return std::get_if<GuardrailResults>(find_answer(query));
}

const Refusals* VerdictCache::find_refusals(std::string_view query) const {
  return std::get_if<Refusals>(find_answer(query));
}

void VerdictCache::remember(std::string query, GuardrailResults results) {
  const std::size_t bytes = bytes_of(results);
  remember_answer(std::move(query), std::move(results), bytes);
}

void VerdictCache::remember(std::string query, Refusals refusals) {
  const std::size_t bytes = refusals.size() * sizeof(Refusals::value_type);
  remember_answer(std::move(query), std::move(refusals), bytes);
}

const VerdictCache::Answer* VerdictCache::find_answer(std::string_view query) const {
  const auto [first, last] = entries_.equal_range(hash(query));
  for (auto entry = first; entry != last; ++entry) {
    if (entry->second.query == query) return &entry->second.answer;
  }
  return nullptr;
}

void VerdictCache::remember_answer(std::string query, Answer answer, std::size_t bytes_of_answer) {
  const std::size_t bytes = query.size() + entry_overhead_bytes + bytes_of_answer;
  if (bytes_ + bytes > bytes_max_) {
    entries_.clear();
    bytes_ = 0;
  }
  bytes_ += bytes;
  const std::uint64_t key = hash(query);
  entries_.emplace(key, Entry{std::move(query), std::move(answer)});
}

}  // namespace auditor
