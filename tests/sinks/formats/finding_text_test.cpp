#include "sinks/formats/finding_text.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "sinks/formats/ocsf.h"
#include "sinks/formats/ocsf_compliance.h"
#include "tests/evaluator/account/instants.h"

namespace auditor::finding_text_test {
namespace {

using nlohmann::json;

constexpr unsigned parts = 8;  // that may be missing

Finding finding_without(unsigned missing, FindingKind kind, FindingStatus status, Cause cause) {
  const auto has = [&](unsigned part) { return (missing >> part & 1U) == 0; };
  Finding finding(CloudTrailEvent(instant_of("2026-01-01T00:05:00Z"), has(0) ? "e-1" : ""));
  finding.kind = kind;
  finding.status = status;
  finding.cause = cause;
  finding.guardrail.id = "G-1";
  finding.subject = Subject{EntityKind::role, has(1) ? "arn:aws:iam::111122223333:role/dev" : "",
                            has(2) ? "111122223333" : "", ""};
  if (has(3)) finding.evidence.actions = {"ecr:DeleteRepository", "ecr:BatchDeleteImage"};
  if (has(4)) finding.event.name = "PutRolePolicy";
  if (has(5)) finding.event.actor.arn = "arn:aws:iam::111122223333:user/eva";
  if (has(6)) finding.event.actor.source_address = "198.51.100.7";
  if (has(7)) finding.evidence.reason = "a reason";
  return finding;
}

// A double blank, empty quotes, a word that waits for another one, nothing at all.
std::string hole_in(std::string_view text) {
  for (const std::string_view hole : {"  ", "``", " ,", "()", "against against"}) {
    if (text.contains(hole)) return std::string(hole);
  }
  if (text.empty() || text.front() == ' ' || text.back() == ' ') return "the ends";
  const std::string_view last = text.substr(text.rfind(' ') + 1);
  for (const std::string_view word : {"to", "with", "by", "from", "against", "on", "at", "of",
                                      "called", "call", "tried", "event", "calls", "Sid"}) {
    if (last == word) return std::string(word);
  }
  return {};
}

TEST(FindingText, HasNoHoleWhateverIsMissing) {
  for (unsigned missing = 0; missing < 1U << parts; ++missing) {
    for (const FindingKind kind : {FindingKind::grant, FindingKind::usage, FindingKind::attempt,
                                   FindingKind::unverifiable}) {
      for (const FindingStatus status :
           {FindingStatus::open, FindingStatus::changed, FindingStatus::resolved}) {
        for (const Cause cause : {Cause::event, Cause::seed, Cause::catalogue, Cause::guardrails}) {
          const Finding finding = finding_without(missing, kind, status, cause);
          EXPECT_EQ(hole_in(headline(finding)), "") << headline(finding);
          EXPECT_EQ(hole_in(cause_text(finding)), "") << cause_text(finding);
          const json event = json::parse(ocsf_json(finding));
          for (const json& text : {event["message"], event["finding_info"]["desc"]}) {
            EXPECT_EQ(hole_in(text.get<std::string>()), "") << text;
          }
          const std::string detail = event.value("status_detail", "-");
          EXPECT_EQ(hole_in(detail), "") << detail;
        }
      }
    }
  }
}

TEST(FindingText, OfComplianceHasNoHoleWhateverIsMissing) {
  for (unsigned missing = 0; missing < 1U << 4U; ++missing) {
    for (const ComplianceStatus status :
         {ComplianceStatus::compliant, ComplianceStatus::violation, ComplianceStatus::unknown}) {
      const Finding finding =
          finding_without(missing, FindingKind::grant, FindingStatus::open, Cause::event);
      ComplianceRecord record;
      record.guardrail = finding.guardrail;
      record.subject = {EntityKind::registry, finding.subject.arn, finding.subject.account, ""};
      record.status = status;
      record.evidence = finding.evidence;
      EXPECT_EQ(hole_in(headline(record)), "") << headline(record);
    }
  }
}

TEST(FindingText, OfARequestHasNoHoleWhateverIsMissing) {
  for (const std::string text : {"", "name"}) {
    for (const Principal& principal :
         {Principal(ArnPrincipal{text}), Principal(AnonymousPrincipal{}),
          Principal(ServicePrincipal{text}), Principal(FederatedPrincipal{text}),
          Principal(OtherPrincipal{"Unknown", text})}) {
      for (const std::string action : {"", "ecr:DeleteRepository"}) {
        for (const std::string resource : {"", "arn:aws:ecr:eu-west-1:1:repository/app"}) {
          const std::string line = one_line(Request{principal, action, resource, {}});
          EXPECT_EQ(hole_in(line), "") << line;
        }
      }
    }
  }
  for (unsigned missing = 0; missing < 8; ++missing) {
    const auto text = [&](unsigned part, const char* full) {
      return std::string((missing >> part & 1U) == 0 ? full : "");
    };
    const std::string line = one_line(GrantedBy{DocumentKind::inline_, text(0, "ops"), "",
                                                text(1, "v2"), 1, text(2, "Ops"), "/Statement/1"});
    EXPECT_EQ(hole_in(line), "") << line;
  }
}

TEST(FindingText, SaysWhatWasTriedWhereNoActionIsKnown) {
  const Finding attempt =
      finding_without(1U << 3U, FindingKind::attempt, FindingStatus::open, Cause::event);
  EXPECT_EQ(headline(attempt),
            "role arn:aws:iam::111122223333:role/dev tried PutRolePolicy against G-1");
}

TEST(FindingText, NamesAnActorWithoutAnArnAsWhatItIs) {
  Finding finding =
      finding_without(1U << 5U, FindingKind::usage, FindingStatus::open, Cause::event);
  finding.event.actor.type = "IdentityCenterUser";
  finding.event.actor.on_behalf_of = "544894e8-80c1-707f-60e3-3ba6510dfac1";
  EXPECT_EQ(cause_text(finding),
            "PutRolePolicy at 2026-01-01T00:05:00Z by identity center user "
            "arn:aws:identitystore:::user/544894e8-80c1-707f-60e3-3ba6510dfac1 from 198.51.100.7");
  finding.event.actor.type = "AWSAccount";
  finding.event.actor.account = "444455556666";
  EXPECT_EQ(cause_text(finding),
            "PutRolePolicy at 2026-01-01T00:05:00Z by account 444455556666 from 198.51.100.7");
}

}  // namespace
}  // namespace auditor::finding_text_test
