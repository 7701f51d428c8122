// Whose entity an event is about, and how that entity is called: partition, account, ARN.
//
// Names come from whoever made the call. Only valid ones become parts of an ARN or of a key, so
// that none can forge another entity's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "evaluator/account/fact.h"
#include "evaluator/aws/ecr_actions.h"
#include "evaluator/events/cloudtrail_event.h"

namespace auditor {

inline constexpr std::string_view iam_source = "iam.amazonaws.com";
inline constexpr std::string_view identity_center_source = "sso.amazonaws.com";

bool is_ecr(const CloudTrailEvent& event);  // private or public

// Place in the order of entities. A correction takes the place of the event that it corrects.
Stamp stamp_of(const CloudTrailEvent& event);

// As the event's own ARNs say, AWS's before those that the caller asked for; only where there is
// none it is guessed from the region's name.
std::string partition_of(const CloudTrailEvent& event);

// The account that the entity of the call belongs to; nullopt when the event names no valid one. A
// call on another account's registry belongs to the registry's account.
std::optional<std::string> owner_of(const CloudTrailEvent& event);

// A call on another account's registry is delivered to both. True for the caller's copy; false when
// the event names no recipient, since it may be the only copy.
bool is_foreign_copy(const CloudTrailEvent& event, std::string_view owner);

// The valid name of the repository of a call.
std::optional<std::string> repository_name(const CloudTrailEvent& event);

// arn:P:ecr:REGION:OWNER:repository/NAME; of ECR Public without a region.
std::string repository_arn(const CloudTrailEvent& event, const AccountKey& owner,
                           std::string_view name);

// The name at the end of an ARN of IAM: of "arn:aws:iam::111122223333:role/team/app" as `role`
// "app". Nullopt when it is none of this kind and account, or not valid.
std::optional<std::string_view> name_in_arn(std::string_view arn, EntityKind kind,
                                            const AccountKey& account);

}  // namespace auditor
