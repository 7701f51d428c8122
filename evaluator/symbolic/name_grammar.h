// The valid forms of names, as languages: where AWS documents a form as a pattern, a witness must
// have it, and a policy's pattern that no valid name meets grants nothing. Lengths are not
// modelled. Regions, partitions and services are open: their form is all that is asked of a name,
// never that it is one of today's (aws/partitions.h, which witnesses prefer).
// Source: the ECR, IAM and Organizations service models; "IAM identifiers".
#pragma once

#include <string_view>

#include "evaluator/solver/language.h"

namespace auditor {

CharSet lower_or_digit();
Language one_or_more(const CharSet& set);

Language account_ids();         // 12 digits
Language regions();             // us-east-1, eusc-de-east-1
Language partition_names();     // aws, aws-cn
Language repository_names();    // team/app
Language organization_paths();  // o-x/r-y/ou-y-z/

Language iam_names();  // of a role, a user, a session
Language iam_paths();  // "", "team/", "x:y/*/": without the first slash

// lambda.amazonaws.com. `documented`: only those with a suffix that is known today.
Language service_names(bool documented);

// "arn:PARTITION"; an empty partition is any.
Language arn_start(std::string_view partition);

// arn:P:iam::ACCOUNT:TYPE/[path/]name; an empty account is any.
Language iam_arns(std::string_view partition, std::string_view account, std::string_view type);

// arn:P:sts::ACCOUNT:federated-user/name; an empty account is any.
Language federated_user_arns(std::string_view partition, std::string_view account);

// What aws:userid is. Source: "IAM policy elements: Variables and tags", the principal key values.
Language user_ids();                             // AIDA...
Language session_ids(std::string_view session);  // AROA...:session; an empty one is any

// PARTITION:SERVICE:REGION of today's partitions, with any region of theirs or the plainest: what a
// witness of any partition prefers.
Language plain_places(bool all_regions);

// A region of the partition as it is known today, and one that looks as if it were of it.
Language known_regions(std::string_view partition);
Language likely_regions(std::string_view partition);

// `known`, or `otherwise` where nothing is known.
Language text_or(std::string_view known, Language otherwise);

}  // namespace auditor
