// What the auditor says on random histories, against what holds by the plain model of the account.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "evaluator/audit/audit.h"
#include "evaluator/audit/subject_evaluation.h"
#include "tests/model/history_property.h"
#include "tests/model/plain_account.h"

namespace auditor::audit_property_test {
namespace {

struct Rules {
  std::vector<Guardrail> guardrails;
  ManagedPolicies catalogue = *ManagedPolicies::parse(R"({"snapshot":"2026-01-01",
    "services":["ecr"],"policies":{"AdministratorAccess":{"version":"v1","at":[0],"statements":[
      {"Effect":"Allow","Action":"*","Resource":"*"}]}}})");

  Rules() {
    guardrails.push_back(guardrail("G-1", {"ecr:DeleteRepository"}, {"ecr:DeleteRepository"}));
    guardrails.push_back(guardrail("G-2", {"ecr:GetAuthorizationToken"}, {"ecr:BatchGetImage"}));
  }

  static Guardrail guardrail(std::string id, std::vector<std::string> identity_actions,
                             std::vector<std::string> resource_actions) {
    Guardrail guardrail;
    guardrail.summary.id = std::move(id);
    guardrail.identity_actions = std::move(identity_actions);
    guardrail.resource_actions = std::move(resource_actions);
    return guardrail;
  }

  AuditRules view() const { return {guardrails, catalogue, "guardrails", "catalogue", 3600}; }
};

// What the topics hold: open findings by id, the latest record by guardrail and subject.
struct Told {
  std::map<std::string, std::string> open;
  std::map<std::pair<std::string, std::string>, ComplianceRecord> compliance;

  // What is wrong with the stream of findings, if anything.
  std::optional<std::string> take(const AuditResult& result) {
    for (const Finding& finding : result.findings) {
      const std::string what = finding.guardrail.id + " " + std::string(to_string(finding.kind)) +
                               " " + finding.subject.arn;
      const bool was_open = open.contains(finding.id);
      if (finding.status == FindingStatus::open) {
        if (was_open) return "opened twice: " + what;
        open.emplace(finding.id, what);
      } else if (!was_open) {
        return std::string(to_string(finding.status)) + ", but not open: " + what;
      } else if (finding.status == FindingStatus::resolved) {
        open.erase(finding.id);
      }
    }
    for (const ComplianceRecord& record : result.compliance) {
      const std::pair key(record.guardrail.id, record.subject.arn);
      if (record.is_gone) {
        compliance.erase(key);
      } else {
        compliance.insert_or_assign(key, record);
      }
    }
    return std::nullopt;
  }

  std::string in_words() const {
    std::set<std::string> lines;
    for (const auto& [id, what] : open) lines.insert("  open " + what + "\n");
    for (const auto& [key, record] : compliance) {
      lines.insert("  " + key.first + " " + key.second + ": " +
                   std::string(to_string(record.status)) + (record.latent ? " latent" : "") + "\n");
    }
    std::string words;
    for (const std::string& line : lines) words += line;
    return words;
  }
};

// What has to be told of the account as it is.
Told expected(const PlainAccount& plain, const Rules& rules, VerdictCache& memory) {
  Told told;
  for (const EntityKey& entity : plain.entities()) {
    const std::optional<SubjectView> view = plain.view(entity);
    if (!view) continue;
    const SubjectEvaluation evaluation = evaluate(*view, rules.guardrails, rules.catalogue, memory);
    for (std::size_t i = 0; i < rules.guardrails.size(); ++i) {
      if (!evaluation.results[i]) continue;
      const GuardrailResult& result = *evaluation.results[i];
      const std::string& id = rules.guardrails[i].summary.id;
      const std::string& arn = view->subject.arn;
      const auto open = [&](FindingKind kind) {
        told.open.emplace(finding_id(id, kind, arn),
                          id + " " + std::string(to_string(kind)) + " " + arn);
      };
      if (result.violation) open(FindingKind::grant);
      if (result.unverifiable) open(FindingKind::unverifiable);
      ComplianceRecord record;
      record.latent = view->latent;
      record.status = result.violation      ? ComplianceStatus::violation
                      : result.unverifiable ? ComplianceStatus::unknown
                                            : ComplianceStatus::compliant;
      told.compliance.emplace(std::pair(id, arn), record);
    }
  }
  return told;
}

AuditResult audit_event(const HistoryEvent& event, AccountState& state, const Rules& rules,
                        VerdictCache& memory) {
  const CloudTrailEvent cause(event.stamp.time, event.stamp.event_id);
  return audit(cause, {history_account(), event.facts}, state, rules.view(), memory);
}

TEST(AuditProperty, WhatIsToldIsWhatHolds) {
  const Rules rules;
  VerdictCache memory(1);
  const Property wrong = [&](const History& history) -> std::optional<std::string> {
    AccountState state;
    PlainAccount plain(history_account());
    Told told;
    for (const HistoryEvent& event : history) {
      const auto error = told.take(audit_event(event, state, rules, memory));
      plain.give(event.facts);
      const std::string after = "after " + event.stamp.event_id + ", ";
      if (error) return after + *error;
      const std::string holds = expected(plain, rules, memory).in_words();
      if (told.in_words() == holds) continue;
      return after + "told:\n" + told.in_words() + "by the model:\n" + holds;
    }
    return std::nullopt;
  };
  expect_never(wrong);
}

TEST(AuditProperty, TheEndIsTheSameInEveryOrder) {
  const Rules rules;
  VerdictCache memory(1);
  const Property wrong = [&](const History& history) -> std::optional<std::string> {
    const auto told_by = [&](const History& order) {
      AccountState state;
      Told told;
      for (const HistoryEvent& event : order) {
        static_cast<void>(told.take(audit_event(event, state, rules, memory)));
      }
      return told;
    };
    const Told first = told_by(history);
    History other = history;
    std::mt19937_64 random = random_for(history);
    for (int i = 0; i < 4; ++i) {
      shuffle(other, random);
      const Told second = told_by(other);
      if (first.in_words() != second.in_words()) {
        return "in the order\n" + in_words(other) + "first:\n" + first.in_words() + "second:\n" +
               second.in_words();
      }
      for (const auto& [key, record] : first.compliance) {
        if (record == second.compliance.at(key)) continue;
        return "another record of " + key.first + " " + key.second + " in the order\n" +
               in_words(other);
      }
    }
    return std::nullopt;
  };
  expect_never(wrong, 5);
}

}  // namespace
}  // namespace auditor::audit_property_test
