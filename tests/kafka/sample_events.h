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

}  // namespace auditor
