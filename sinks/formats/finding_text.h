// A finding in words: the sentences that the table, OCSF's message and the log share.
//
// What comes from events is chosen by strangers: plain_text() takes out what a terminal would obey.
#pragma once

#include <string>
#include <string_view>

#include "evaluator/audit/finding.h"

namespace auditor {

// Control bytes become `?`; the rest stays.
std::string plain_text(std::string_view text);

// "role arn:... may call ecr:DeleteRepository against IAM-ECR-1", "role arn:... no longer violates
// IAM-ECR-1"
std::string headline(const Finding& finding);
std::string headline(const ComplianceRecord& record);

// What led to it: "DetachRolePolicy at 2026-01-01T00:05:00Z by arn:... from 198.51.100.7",
// "a seed at 2026-01-01T00:05:00Z"
std::string cause_text(const Finding& finding);

// Where it is told: the subject's account; of a subject of none, as a service, that of the event.
const std::string& account_of(const Finding& finding);

// Names one transition of the finding: it is told again when something else changes it.
std::string transition_id(const Finding& finding);

// The key of the compacted topic: "arn:...|IAM-ECR-1".
std::string compliance_key(const ComplianceRecord& record);

// "arn:... calls ecr:DeleteRepository on arn:... with aws:MultiFactorAuthPresent=false"
std::string one_line(const Request& request);

// "inline policy ops, statement 1 (Sid Ops)"
std::string one_line(const GrantedBy& granted_by);

}  // namespace auditor
