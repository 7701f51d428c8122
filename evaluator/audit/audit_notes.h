// What the auditor notes for itself on the entity of an account: what is open, what was told.
//
// Unlike facts, notes are set in the order of arrival, and a new one takes the place of the old.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "evaluator/account/account_state.h"

namespace auditor {

inline const EntityKey account_entity{EntityKind::account, {}, {}};

// Null: there is none.
const Entry* find_note(const AccountState& state, Attribute attribute, std::string_view name = {});

// Appends what was written to `changes`.
void put_note(Attribute attribute, std::string_view name, const Stamp& stamp,
              std::string_view value, AccountState& state, std::vector<StateChange>& changes);
void erase_note(Attribute attribute, std::string_view name, const Stamp& stamp, AccountState& state,
                std::vector<StateChange>& changes);

// Whoever acts in the account chooses how many notes there are: of `most` or more the older half
// goes.
void make_room_for_note(Attribute attribute, std::size_t most, AccountState& state,
                        std::vector<StateChange>& changes);

}  // namespace auditor
