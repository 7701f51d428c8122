// What the auditor says: plain data, encoded in sinks/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/cloudtrail_event.h"
#include "evaluator/decision.h"
#include "evaluator/request.h"
#include "evaluator/subject.h"

namespace auditor {

enum class FindingKind { grant, usage, attempt, unverifiable };
enum class FindingStatus { open, changed, resolved };

std::string_view to_string(FindingKind kind);
std::string_view to_string(FindingStatus status);

// The guardrail's words, copied so that a finding stands alone.
struct GuardrailSummary {
  std::string id, title, severity, rationale, remediation;
  std::vector<std::string> references;
};

// The statement that grants, and where its document lives.
struct GrantedBy {
  std::string policy_kind;  // inline, managed, aws-managed, repository, registry, template
  std::string policy_name;
  std::string policy_arn;
  std::string policy_version;
  std::size_t statement = 0;
  std::string sid;
  std::string pointer;  // RFC 6901, into the document
};

struct Finding {
  std::string id;  // finding_id()
  FindingKind kind = FindingKind::grant;
  FindingStatus status = FindingStatus::open;
  GuardrailSummary guardrail;
  Subject subject;
  bool latent = false;
  std::vector<std::string> actions;
  std::optional<Request> witness;
  std::vector<GrantedBy> granted_by;
  Certainty certainty = Certainty::certain;
  std::string reason;  // ambiguous: the reading; unknown or unverifiable: why, and what is needed
  std::vector<std::string> notes;
  CloudTrailEvent event;  // the event that caused it
};

// SHA-256, in hex, over (guardrail id, kind, subject ARN, event id for usage and attempt), each
// length-prefixed. Cryptographic because whoever writes policies chooses the inputs.
std::string finding_id(std::string_view guardrail_id, FindingKind kind,
                       std::string_view subject_arn, std::string_view event_id = {});

}  // namespace auditor
