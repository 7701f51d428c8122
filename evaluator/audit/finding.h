// What the auditor says: plain data, encoded in sinks/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evaluator/account/document_kind.h"
#include "evaluator/aws/subject.h"
#include "evaluator/decision/query.h"
#include "evaluator/events/caller.h"
#include "evaluator/events/cloudtrail_event.h"
#include "evaluator/guardrail/guardrail.h"
#include "evaluator/policy/request.h"

namespace auditor {

enum class FindingKind { grant, usage, attempt, unverifiable };
enum class FindingStatus { open, changed, resolved };

std::string_view to_string(FindingKind kind);
std::string_view to_string(FindingStatus status);

// Whom a finding is about: a thing that policies are about, or who made a call.
struct FindingSubject {
  FindingSubject() = default;
  FindingSubject(const Subject& subject);
  FindingSubject(const Caller& caller);

  std::string_view type;           // "role", "service"
  std::string_view resource_type;  // "AWS::IAM::Role", "AWS Service"
  std::string arn;                 // of a caller without one `Caller::id`
  std::string account;             // 12 digits; empty: not known, or of none, as a service
  std::string region;              // empty for IAM
  std::string partition = "aws";
  bool lets_in = false;  // judged by whom it lets in, not by what it may do

  bool operator==(const FindingSubject&) const = default;
};

// The statement that grants, and where its document lives.
struct GrantedBy {
  DocumentKind policy_kind = DocumentKind::inline_;
  std::string policy_name;
  std::string policy_arn;
  std::string policy_version;
  std::size_t statement = 0;
  std::string sid;
  std::string pointer;  // RFC 6901, into the document

  bool operator==(const GrantedBy&) const = default;
};

// What shows that a subject breaks a guardrail, or why it is not known whether it does.
struct Evidence {
  std::vector<std::string> actions;  // guarded ones that are reachable
  std::optional<Request> witness;
  std::vector<GrantedBy> granted_by;
  Certainty certainty = Certainty::certain;
  std::string reason;  // ambiguous: the reading; unknown or unverifiable: why, and what is needed
  std::vector<std::string> notes;

  bool operator==(const Evidence&) const = default;
};

// What made a finding: an event, or something that no event tells.
enum class Cause { event, seed, catalogue, guardrails };

std::string_view to_string(Cause cause);

// What became possible that was not before.
struct GainedAccess {
  std::vector<std::string> actions;
  std::optional<Request> witness;  // of one of them
};

struct Finding {
  explicit Finding(CloudTrailEvent cause_event) : event(std::move(cause_event)) {}

  std::string id;  // finding_id()
  FindingKind kind = FindingKind::grant;
  FindingStatus status = FindingStatus::open;
  GuardrailSummary guardrail;  // a copy, so that a finding stands alone
  FindingSubject subject;
  bool latent = false;
  Evidence evidence;
  std::optional<GainedAccess> new_access;  // open and changed grants, where something was added
  Cause cause = Cause::event;
  // The event that caused it. Other causes: only `time` and `account` are set. A finding that was
  // undone before it was told is resolved by an event of which only id and time are known.
  CloudTrailEvent event;
  std::uint64_t uses = 1;  // usage: how many identical ones the finding stands for
};

enum class ComplianceStatus { compliant, violation, unknown };

std::string_view to_string(ComplianceStatus status);

// The present state of a subject under a guardrail, for the compacted topic. A function of what is
// known, not of the order in which it became known.
struct ComplianceRecord {
  GuardrailSummary guardrail;
  Subject subject;
  bool is_gone = false;  // the subject is no more, or speaks for itself no longer: a tombstone
  ComplianceStatus status = ComplianceStatus::compliant;
  bool latent = false;
  Evidence evidence;
  std::optional<EventTime> as_of_time;  // of the newest event that it rests on; nullopt: it is gone
  std::string as_of_event_id;

  bool operator==(const ComplianceRecord&) const = default;
};

// SHA-256, in hex, over (guardrail id, kind, subject ARN, event id for usage and attempt), each
// length-prefixed. Cryptographic because whoever writes policies chooses the inputs.
std::string finding_id(std::string_view guardrail_id, FindingKind kind,
                       std::string_view subject_arn, std::string_view event_id = {});

}  // namespace auditor
