// Whether an object carries a record, told by its shape. A carrier is an object that is no record
// itself and has a record in it, as an object in any member, or as text in a member whose name says
// that it holds a text as it was (`message`, `_raw`, `full_message`). What stands beside is labels.
//
// WHY not as text in any member: logs hold texts that whoever sends a request may choose, such as
// the name of a browser, and a record in one would be a forged event. WHY a report is no carrier:
// it quotes a record to say something of it. All of these are told by names and bytes, without a
// parse. Tested by carrier_test.cpp.
#pragma once

#include <string>
#include <string_view>

#include "consumer/decoding/wrapping_members.h"

namespace auditor {

// False: there is no record in this JSON, neither plainly nor in base64. True:
// there may be.
bool may_hold_record(std::string_view json);

// Both names that make a record stand in it.
bool names_a_call(std::string_view json);

// A member of this name holds the text of a record, where there is one.
bool holds_text(std::string_view key);

// The key of a member, of an object without a record in it too, which says that the object only
// reports of what it holds: an error, a reason, a finding; fit for a message. Empty: it does not.
std::string report_in(const WrappingMembers& members);

// A key in a message for people: short, and nothing that a terminal would obey.
std::string fit_to_show(std::string_view key);

// The key says so by itself.
bool is_report_key(std::string_view key);

}  // namespace auditor
