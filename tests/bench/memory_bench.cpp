// What the memory of an account costs: entries restored a second, bytes for each principal, and the
// time of a merge and a view in a large account.
//
//   memory_bench [ENTRIES]
//
// A principal has a creation and two attachments of AWS managed policies, and cannot reach a
// guarded action. Figures, not tests: nothing is asserted.
#include <malloc.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "evaluator/account/account_state.h"
#include "evaluator/account/affected_subjects.h"
#include "evaluator/account/subject_view.h"

namespace auditor {
namespace {

constexpr std::size_t entries_of_principal = 3;
constexpr std::size_t managed_policies = 1'000;
const AccountKey account{"aws", "111122223333"};

// Of this process, so that a busy machine does not count.
double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

std::size_t bytes_in_use() { return mallinfo2().uordblks; }

std::string random_uuid(std::mt19937_64& random) {
  char text[37];
  const auto high = random();
  const auto low = random();
  std::snprintf(text, sizeof text, "%08x-%04x-4%03x-a%03x-%012llx",
                static_cast<unsigned>(high >> 32), static_cast<unsigned>(high >> 16 & 0xffff),
                static_cast<unsigned>(high & 0xfff), static_cast<unsigned>(low >> 48 & 0xfff),
                static_cast<unsigned long long>(low & 0xffffffffffff));
  return text;
}

std::string name_of(std::size_t principal) {
  return "application-role-" + std::to_string(principal);
}

Fact fact_of(std::size_t index, std::mt19937_64& random) {
  const std::size_t principal = index / entries_of_principal;
  const auto time = EventTime::at(1'700'000'000 + static_cast<std::int64_t>(index));
  Fact fact{{EntityKind::role, {}, name_of(principal)},
            {Attribute::created, true, {}, {time.value(), random_uuid(random), 0}, {}, nullptr},
            {}};
  if (index % entries_of_principal == 0) {
    fact.entry.value = "arn:aws:iam::111122223333:role/" + name_of(principal);
  } else {
    fact.entry.attribute = Attribute::attached;
    fact.entry.name = "arn:aws:iam::aws:policy/AmazonManagedPolicyNumber" +
                      std::to_string(random() % managed_policies);
  }
  return fact;
}

std::vector<Fact> shuffled_facts(std::size_t count) {
  std::mt19937_64 random(1);
  std::vector<Fact> facts;
  for (std::size_t i = 0; i < count; ++i) facts.push_back(fact_of(i, random));
  std::ranges::shuffle(facts, random);
  return facts;
}

void restore_rate(std::size_t count) {
  std::vector<Fact> facts = shuffled_facts(count);
  AccountState state;
  const auto start = cpu_seconds();
  for (Fact& fact : facts) state.restore(std::move(fact));
  const double seconds = cpu_seconds() - start;
  std::printf("restore: %zu entries in random order, %.0f entries/s\n", count,
              static_cast<double>(count) / seconds);
}

void bytes_of_principal(std::size_t count) {
  std::mt19937_64 random(1);
  const std::size_t before = bytes_in_use();
  AccountState state;
  for (std::size_t i = 0; i < count; ++i) state.restore(fact_of(i, random));
  const std::size_t bytes = bytes_in_use() - before;
  std::printf("memory: %zu principals, %.0f bytes each (an entry %zu, a stamp %zu)\n",
              state.entities().size(),
              static_cast<double>(bytes) / static_cast<double>(state.entities().size()),
              sizeof(Entry), sizeof(Stamp));
}

void merge_and_view(std::size_t count) {
  std::mt19937_64 random(1);
  AccountState state;
  for (std::size_t i = 0; i < count; ++i) state.restore(fact_of(i, random));
  const std::size_t principals = state.entities().size();
  constexpr std::size_t rounds = 100'000;
  std::vector<Fact> facts;
  for (std::size_t i = 0; i < rounds; ++i) facts.push_back(fact_of(random() % count, random));

  auto start = cpu_seconds();
  for (const Fact& fact : facts) state.merge({&fact, 1});
  std::printf("merge: %.2f us, ", 1e6 * (cpu_seconds() - start) / rounds);
  std::size_t documents = 0;
  start = cpu_seconds();
  for (const Fact& fact : facts)
    documents += view_of(account, state, fact.entity)->documents.size();
  std::printf("view: %.2f us, ", 1e6 * (cpu_seconds() - start) / rounds);
  std::size_t touched = 0;
  start = cpu_seconds();
  for (const Fact& fact : facts) touched += affected_by(state, fact.entity).size();
  std::printf("touched: %.2f us among %zu principals (%zu documents, %zu things)\n",
              1e6 * (cpu_seconds() - start) / rounds, principals, documents, touched);
}

}  // namespace
}  // namespace auditor

int main(int argc, char** argv) {
  const std::size_t entries = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 200'000;
  auditor::restore_rate(entries);
  auditor::bytes_of_principal(entries);
  auditor::merge_and_view(std::max<std::size_t>(entries, 300'000));
}
