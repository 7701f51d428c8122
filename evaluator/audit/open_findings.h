// What the account remembers of what is open, so that a restart under other guardrails, another
// catalogue or with a seed can say what differs.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "evaluator/audit/audit_notes.h"
#include "evaluator/audit/finding.h"

namespace auditor {

// Entries on the entity of the account: name = finding id; value = kind, subject type, region,
// "latent" or nothing, actions by commas, ARN, guardrail id, each but the last ended by a tab.
// Their stamp is empty: they follow from the other entries.
struct OpenFinding {
  FindingKind kind = FindingKind::grant;
  EntityKind type = EntityKind::role;
  std::string region;
  bool latent = false;
  std::vector<std::string> actions;
  std::string arn;
  std::string guardrail;
};

// By finding id; entries that cannot be read are left out.
std::map<std::string, OpenFinding> open_findings(const AccountState& state);

// Notes what `findings` opened, changed and resolved. Appends what was written to `changes`.
void note_findings(std::span<const Finding> findings, AccountState& state,
                   std::vector<StateChange>& changes);

// The note of the account of what it was judged by, with the stamp of the newest seed that was
// judged. The guardrails' ids report what else was said that is true no longer.
struct JudgedBy {
  std::string guardrails, catalogue;  // fingerprints
  std::vector<std::string> guardrail_ids;
  std::optional<Stamp> seed;  // nullopt: none was taken
};

std::optional<JudgedBy> judged_by(const AccountState& state);
void note_judged_by(const JudgedBy& judged, AccountState& state, std::vector<StateChange>& changes);

// Of the newest seed; nullopt: none was taken.
std::optional<Stamp> newest_seed(const AccountState& state);

}  // namespace auditor
