// Tested by tests/consumer/CMakeLists.txt: `demo` itself, to its end.
#include "consumer/demo/demo_samples.h"

#include <array>

#include "consumer/settings/embedded_files.h"

namespace auditor {

std::span<const DemoSample> demo_samples() {
  using Outcome = DemoSample::Outcome;
  static const std::array<DemoSample, 9> samples = {{
      {"a repository opened to everyone", embedded::repository_open_to_everyone_json,
       Outcome::alert},
      {"a repository \"limited\" by ForAllValues, which lets in whoever has no organization",
       embedded::repository_for_all_values_json, Outcome::alert},
      {"an inline role policy with ecr:*", embedded::inline_role_policy_json, Outcome::alert},
      {"an inline role policy that lets delete images, but only with MFA",
       embedded::accepted_with_mfa_json, Outcome::accepted,
       "every request it allows has MFA, which IAM-ECR-1 accepts"},
      {"AdministratorAccess attached to a role", embedded::attached_administrator_access_json,
       Outcome::alert},
      {"a policy call whose parameters CloudTrail left out", embedded::omitted_parameters_json,
       Outcome::alert},
      {"AdministratorAccess detached again", embedded::detached_administrator_access_json,
       Outcome::alert},
      {"two S3 events that concern nobody here", embedded::s3_events_json, Outcome::irrelevant,
       "they change no policy"},
      {"a message cut off in the middle", embedded::broken_message_json, Outcome::quarantined},
  }};
  return samples;
}

}  // namespace auditor
