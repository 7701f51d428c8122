// CloudTrail records made for the broker tests: same index, same bytes.
#pragma once

#include <string>

namespace auditor {

// Record number `index` of a stream in which about one event in five opens a finding: inline
// policies, attachments and repository policies, among events of other services, reads, failed
// calls and harmless policies.
std::string sample_event(int index);

// One that certainly opens a finding: an inline role policy with `ecr:*`.
std::string violating_event(int index);

// The account of sample_event(index) and of all others here, as a small number.
int sample_account(int index);

// AdministratorAccess for a role of the account of `index`, and its end.
std::string attach_event(int index, const std::string& role);
std::string detach_event(int index, const std::string& role);

// Record number `index` that no guardrail asks about.
std::string quiet_event(int index);

// Record number `index` of a stream that opens and closes findings again and again: creations,
// deletions, attachments and documents of a few roles and repositories in each account.
std::string history_event(int index);

}  // namespace auditor
