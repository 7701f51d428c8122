// A finding in words: the sentences that the table, OCSF's message and the log share.
//
// What comes from events is chosen by strangers: plain_text() takes out what a terminal would obey.
#pragma once

#include <string>
#include <string_view>

#include "evaluator/finding.h"

namespace auditor {

// Control bytes become `?`; the rest stays.
std::string plain_text(std::string_view text);

// "role arn:... may call ecr:DeleteRepository against IAM-ECR-1"
std::string headline(const Finding& finding);

// "arn:... calls ecr:DeleteRepository on arn:... with aws:MultiFactorAuthPresent=false"
std::string one_line(const Request& request);

// "inline policy ops, statement 1 (Sid Ops)"
std::string one_line(const GrantedBy& granted_by);

}  // namespace auditor
