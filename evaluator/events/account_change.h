// What a CloudTrail call does to an account: the one place that knows which call changes what.
//
// Pure: an event in, facts out. Calls that failed change nothing. Documents are read here, once:
// one that cannot be read becomes a doubt, which replaces nothing.
#pragma once

#include <optional>
#include <string_view>

#include "evaluator/events/change.h"
#include "evaluator/events/cloudtrail_event.h"

namespace auditor {

// True for the services whose events can change what is remembered. Organizations' policies and
// trust policies grant nobody an action on a resource, so they are not among them.
bool is_policy_service(std::string_view event_source);

// True when (eventSource, eventName) is a call that account_change() understands.
bool is_policy_call(std::string_view event_source, std::string_view event_name);

// The change that a successful call made; nullopt when it made none: a failed call, the copy of a
// call on another account's registry, another call.
std::optional<AccountChange> account_change(const CloudTrailEvent& event,
                                            const CanMatter& can_matter);

// The change that a failed call would have made; nullopt when the call did not fail, was only
// throttled, would have made none, or none by which anybody can do more. Its parameters may be
// missing: then the facts are a doubt.
std::optional<AccountChange> attempted_change(const CloudTrailEvent& event,
                                              const CanMatter& can_matter);

}  // namespace auditor
