// The valid forms of names, as languages: where AWS documents a form as a pattern, a witness must
// have it, and a policy's pattern that no valid name meets grants nothing. Lengths are not
// modelled.
// Source: the ECR, IAM and Organizations service models.
#pragma once

#include <string_view>

#include "evaluator/solver/language.h"

namespace auditor {

inline constexpr std::string_view plain_region = "us-east-1";  // what witnesses prefer

CharSet lower_or_digit();
Language one_or_more(const CharSet& set);

Language account_ids();         // 12 digits
Language regions();             // us-east-1, us-gov-west-1
Language repository_names();    // team/app
Language organization_paths();  // o-x/r-y/ou-y-z/

// "arn:PARTITION"; an empty partition is any.
Language arn_start(std::string_view partition);

// arn:P:iam::ACCOUNT:TYPE/[path/]name; an empty account is any.
Language iam_arns(std::string_view partition, std::string_view account, std::string_view type);

// `known`, or `otherwise` where nothing is known.
Language text_or(std::string_view known, Language otherwise);

}  // namespace auditor
