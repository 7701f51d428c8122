// No attribute that OCSF 1.8.0 deprecates is written, and no object that nobody has looked up.
// Source: the compiled schema of OCSF 1.8.0, `@deprecated` of each attribute.
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sinks/formats/ocsf.h"
#include "sinks/formats/ocsf_compliance.h"
#include "tests/evaluator/account/instants.h"

namespace auditor::deprecated_attributes_test {
namespace {

using nlohmann::json;

// The objects we write, by the member that holds them (the event itself: ""), and what 1.8.0
// deprecates in each. Who writes another object looks it up and adds it.
const std::map<std::string, std::set<std::string>> deprecated_in = {
    {"", {"resource", "ticket"}},
    {"account", {}},
    {"actor", {"invoked_by"}},
    {"analytic", {"related_analytics"}},
    {"api", {}},
    {"cloud", {"project_uid"}},
    {"compliance", {"compliance_references", "compliance_standards", "status_detail"}},
    {"evidences", {}},
    {"finding_info", {"product_uid"}},
    {"http_request", {}},
    {"metadata", {"data_classification", "extension"}},
    {"observables", {}},
    {"owner", {"credential_uid"}},
    {"product", {"data_classification"}},
    {"related_events", {"product_uid"}},
    {"remediation", {"kb_articles"}},
    {"resources", {"data_classification"}},
    {"service", {}},
    {"session", {}},
    {"src_endpoint", {}},
    {"user", {"credential_uid"}},
};

bool is_free_form(const std::string& member) { return member == "data" || member == "unmapped"; }

void expect_current(const json& value, const std::string& member, std::set<std::string>& written) {
  if (value.is_array()) {
    for (const json& entry : value) expect_current(entry, member, written);
  }
  if (!value.is_object()) return;
  const auto known = deprecated_in.find(member);
  ASSERT_NE(known, deprecated_in.end()) << member << " is an object that is not listed here";
  written.insert(member);
  for (const auto& [key, inner] : value.items()) {
    EXPECT_FALSE(known->second.contains(key)) << member << "." << key;
    if (!is_free_form(key)) expect_current(inner, key, written);
  }
}

Finding full(FindingKind kind, const Actor& actor) {
  Finding finding(CloudTrailEvent(instant_of("2026-01-01T00:05:00Z"), "e-1"));
  finding.kind = kind;
  finding.guardrail = {"G-1", "title", Severity::high, "why", "how", {"https://a.example"}};
  finding.subject =
      Subject{EntityKind::repository, "arn:aws:ecr:eu-west-1:111122223333:repository/app",
              "111122223333", "eu-west-1"};
  finding.evidence.reason = "a reason";
  finding.event.name = "BatchGetImage";
  finding.event.source = "ecr.amazonaws.com";
  finding.event.actor = actor;
  finding.event.position = {"topic", 1, 2};
  return finding;
}

std::vector<Actor> actors() {
  Actor role;
  role.type = "AssumedRole";
  role.arn = "arn:aws:sts::111122223333:assumed-role/dev/s";
  role.role_arn = "arn:aws:iam::111122223333:role/dev";
  role.principal_id = "AROAEXAMPLE:s";
  role.account = "111122223333";
  role.user_agent = "aws-cli/2";
  role.source_address = "198.51.100.7";
  role.mfa = true;
  role.on_behalf_of = "544894e8-80c1-707f-60e3-3ba6510dfac1";
  Actor service;
  service.type = "AWSService";
  service.invoked_by = service.source_address = "lambda.amazonaws.com";
  return {role, service, Actor()};
}

TEST(OcsfFormat, WritesNoAttributeThatIsDeprecated) {
  std::set<std::string> written;
  for (const Actor& actor : actors()) {
    for (const FindingKind kind : {FindingKind::grant, FindingKind::usage, FindingKind::attempt,
                                   FindingKind::unverifiable}) {
      expect_current(json::parse(ocsf_json(full(kind, actor))), "", written);
    }
  }
  ComplianceRecord record;
  record.guardrail = {"G-1", "title", Severity::high, "why", "how", {"https://a.example"}};
  record.subject = {EntityKind::role, "arn:aws:iam::111122223333:role/dev", "111122223333", ""};
  record.evidence.reason = "a reason";
  record.as_of_time = instant_of("2026-01-01T00:05:00Z");
  for (const ComplianceStatus status :
       {ComplianceStatus::compliant, ComplianceStatus::violation, ComplianceStatus::unknown}) {
    record.status = status;
    expect_current(json::parse(ocsf_json(record)), "", written);
  }
  for (const auto& [member, deprecated] : deprecated_in) {
    EXPECT_TRUE(written.contains(member)) << member << " is listed and not written";
  }
}

}  // namespace
}  // namespace auditor::deprecated_attributes_test
