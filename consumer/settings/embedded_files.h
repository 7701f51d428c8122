// Files of config/ that are built into the binary (cmake/embed.cmake), so that it works from
// anywhere. Used through consumer/rules.
#pragma once

#include <string_view>

namespace auditor::embedded {

extern const std::string_view guardrails_ecr_yaml;
extern const std::string_view aws_managed_policies_json;

// config/samples/demo/, used through consumer/demo_samples.
extern const std::string_view repository_open_to_everyone_json;
extern const std::string_view repository_for_all_values_json;
extern const std::string_view inline_role_policy_json;
extern const std::string_view accepted_with_mfa_json;
extern const std::string_view attached_administrator_access_json;
extern const std::string_view detached_administrator_access_json;
extern const std::string_view omitted_parameters_json;
extern const std::string_view s3_events_json;
extern const std::string_view broken_message_json;

}  // namespace auditor::embedded
