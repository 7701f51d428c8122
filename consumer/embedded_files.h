// Files of config/ that are built into the binary (cmake/embed.cmake), so that it works from
// anywhere. Used through consumer/rules.
#pragma once

#include <string_view>

namespace auditor::embedded {

extern const std::string_view guardrails_ecr_yaml;
extern const std::string_view aws_managed_policies_json;

}  // namespace auditor::embedded
