// The names of the topics, as the settings give them.
#pragma once

#include <string>

namespace auditor {

// The names of the topics to publish to (settings key `topics`).
struct Topics {
  std::string input = "cloudtrail.events";
  std::string alerts = "guardrail.alerts";
  std::string quarantine = "guardrail.quarantine";
  std::string compliance = "guardrail.compliance";
  std::string state = "guardrail.state";
};

}  // namespace auditor
