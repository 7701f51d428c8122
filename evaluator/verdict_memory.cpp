#include "evaluator/verdict_memory.h"

#include <xxhash.h>

#include <utility>

namespace auditor {
namespace {

constexpr std::size_t entry_overhead_bytes = 512;  // nodes, strings' own fields

std::size_t bytes_of(const JudgedDocument& judged) {
  std::size_t bytes = judged.malformed.size();
  for (const Verdict& verdict : judged.verdicts) {
    bytes += sizeof(Verdict) + 2 * entry_overhead_bytes;
    for (const std::string& note : verdict.notes) bytes += note.size() + sizeof(note);
    bytes += verdict.granted_by.size() * (sizeof(GrantingStatement) + entry_overhead_bytes);
  }
  return bytes;
}

}  // namespace

VerdictMemory::VerdictMemory(std::uint64_t seed, std::size_t bytes_max)
    : seed_(seed), bytes_max_(bytes_max) {}

std::uint64_t VerdictMemory::hash(const Subject& subject, std::string_view document) const {
  const std::uint64_t arn = XXH3_64bits_withSeed(subject.arn.data(), subject.arn.size(), seed_);
  return XXH3_64bits_withSeed(document.data(), document.size(), arn);
}

const JudgedDocument* VerdictMemory::find(const Subject& subject, std::string_view document) const {
  const auto [first, last] = entries_.equal_range(hash(subject, document));
  for (auto entry = first; entry != last; ++entry) {
    if (entry->second.document == document && entry->second.subject == subject) {
      return &entry->second.judged;
    }
  }
  return nullptr;
}

const JudgedDocument& VerdictMemory::remember(const Subject& subject, std::string_view document,
                                              JudgedDocument judged) {
  const std::size_t bytes =
      2 * subject.arn.size() + document.size() + entry_overhead_bytes + bytes_of(judged);
  if (bytes_ + bytes > bytes_max_) {
    entries_.clear();
    bytes_ = 0;
  }
  bytes_ += bytes;
  return entries_
      .emplace(hash(subject, document), Entry{subject, std::string(document), std::move(judged)})
      ->second.judged;
}

}  // namespace auditor
