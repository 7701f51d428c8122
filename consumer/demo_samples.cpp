#include "consumer/demo_samples.h"

#include <array>

#include "consumer/embedded_files.h"

namespace auditor {

std::span<const DemoSample> demo_samples() {
  static const std::array<DemoSample, 8> samples = {{
      {"a repository opened to everyone", embedded::repository_open_to_everyone_json},
      {"a repository \"limited\" by ForAllValues, which lets in whoever has no organization",
       embedded::repository_for_all_values_json},
      {"an inline role policy with ecr:*", embedded::inline_role_policy_json},
      {"deleting images, but only with a second factor: accepted",
       embedded::accepted_with_mfa_json},
      {"AdministratorAccess attached to a role", embedded::attached_administrator_access_json},
      {"a policy call whose parameters CloudTrail left out: unverifiable",
       embedded::omitted_parameters_json},
      {"two S3 events that concern nobody here", embedded::s3_events_json},
      {"a message cut off in the middle: quarantined", embedded::broken_message_json},
  }};
  return samples;
}

}  // namespace auditor
