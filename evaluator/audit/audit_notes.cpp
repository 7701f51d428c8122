// Tested by audit_test.cpp and use_audit_test.cpp.
#include "evaluator/audit/audit_notes.h"

#include <algorithm>
#include <string>
#include <utility>

namespace auditor {
namespace {

StateChange set(Attribute attribute, std::string_view name, const Stamp& stamp, bool is_set,
                std::string_view value, AccountState& state) {
  return state.put({account_entity, {attribute, is_set, name, stamp, value, nullptr}, {}});
}

}  // namespace

const Entry* find_note(const AccountState& state, Attribute attribute, std::string_view name) {
  const Entity* account = state.find(account_entity);
  return account == nullptr ? nullptr : account->newest(attribute, name);
}

void put_note(Attribute attribute, std::string_view name, const Stamp& stamp,
              std::string_view value, AccountState& state, std::vector<StateChange>& changes) {
  changes.push_back(set(attribute, name, stamp, true, value, state));
}

void erase_note(Attribute attribute, std::string_view name, const Stamp& stamp, AccountState& state,
                std::vector<StateChange>& changes) {
  changes.push_back(set(attribute, name, stamp, false, {}, state));
}

void make_room_for_note(Attribute attribute, std::size_t most, AccountState& state,
                        std::vector<StateChange>& changes) {
  const Entity* account = state.find(account_entity);
  if (account == nullptr) return;
  const auto notes = account->of(attribute);
  if (notes.size() < most) return;
  std::vector<std::pair<Stamp, std::string>> by_age;
  for (const Entry& entry : notes) by_age.emplace_back(entry.stamp, entry.name);
  std::ranges::sort(by_age);
  for (std::size_t i = 0; i < by_age.size() / 2; ++i) {
    erase_note(attribute, by_age[i].second, by_age[i].first, state, changes);
  }
}

}  // namespace auditor
