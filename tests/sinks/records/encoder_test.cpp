#include "sinks/records/encoder.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sinks/formats/finding_text.h"
#include "sinks/formats/table.h"
#include "sinks/json/json_tree.h"
#include "tests/evaluator/account/instants.h"
#include "tests/sinks/records/schema_check.h"

namespace auditor::encoder_test {
namespace {

using nlohmann::json;

Format ocsf_format() { return parse_format("ocsf").value(); }

Finding grant() {
  Finding finding(
      CloudTrailEvent(instant_of("2026-01-01T00:05:00Z"), "685e066d-a3aa-4323-a6a1-2f187a2fc986"));
  finding.guardrail = {"IAM-ECR-1", "Sensitive calls",    Severity::high, "why",
                       "how",       {"https://a.example"}};
  finding.subject =
      Subject{EntityKind::role, "arn:aws:iam::111122223333:role/dev", "111122223333", ""};
  finding.id = finding_id("IAM-ECR-1", FindingKind::grant, finding.subject.arn);
  finding.evidence.actions = {"ecr:BatchDeleteImage", "ecr:DeleteRepository"};
  finding.evidence.witness =
      Request{ArnPrincipal{finding.subject.arn},
              "ecr:DeleteRepository",
              "arn:aws:ecr:eu-west-1:111122223333:repository/any",
              {{"aws:MultiFactorAuthPresent", std::string("false")},
               {"aws:PrincipalOrgPaths", std::vector<std::string>{"o-a/r-b/"}}}};
  finding.evidence.granted_by = {{DocumentKind::inline_, "ops", "", "", 1, "Ops", "/Statement/1"}};
  finding.evidence.notes = {"a note"};
  finding.event.name = "PutRolePolicy";
  finding.event.source = "iam.amazonaws.com";
  finding.event.region = "us-east-1";
  finding.event.account = "111122223333";
  finding.event.actor.type = "AssumedRole";
  finding.event.actor.arn = "arn:aws:sts::111122223333:assumed-role/deployer/ci";
  finding.event.actor.role_arn = "arn:aws:iam::111122223333:role/deployer";
  finding.event.actor.account = "111122223333";
  finding.event.actor.source_address = "198.51.100.7";
  finding.event.actor.mfa = false;
  finding.event.position = {"cloudtrail.events", 3, 1842};
  finding.event.request.policy_document =
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"},
          {"Sid":"Ops","Effect":"Allow","Action":"ecr:*","Resource":"*"}]})";
  return finding;
}

Finding unverifiable() {
  Finding finding = grant();
  finding.kind = FindingKind::unverifiable;
  finding.id = finding_id("IAM-ECR-1", finding.kind, finding.subject.arn);
  finding.evidence.certainty = Certainty::unknown;
  finding.evidence.reason = "the policy document is missing; needed: the policies of the role";
  finding.evidence.actions.clear();
  finding.evidence.witness.reset();
  finding.evidence.granted_by.clear();
  finding.event = CloudTrailEvent(finding.event.time);
  return finding;
}

// An attachment that was detached before it was told: of the event that did so little is known.
Finding undone() {
  Finding finding = grant();
  finding.status = FindingStatus::resolved;
  finding.evidence.actions.clear();
  finding.evidence.witness.reset();
  finding.evidence.granted_by.clear();
  finding.event =
      CloudTrailEvent(instant_of("2026-01-01T00:06:00Z"), "0f0f0f0f-a3aa-4323-a6a1-2f187a2fc986");
  finding.event.account = "111122223333";
  return finding;
}

Finding of_cause(Cause cause) {
  Finding finding = undone();
  finding.cause = cause;
  finding.event.id.clear();
  return finding;
}

Finding changed() {
  Finding finding = grant();
  finding.status = FindingStatus::changed;
  finding.new_access = GainedAccess{{"ecr:BatchDeleteImage"}, finding.evidence.witness};
  return finding;
}

ComplianceRecord violation() {
  const Finding finding = grant();
  ComplianceRecord record;
  record.guardrail = finding.guardrail;
  record.subject = {EntityKind::role, "arn:aws:iam::111122223333:role/dev", "111122223333", ""};
  record.status = ComplianceStatus::violation;
  record.evidence.actions = finding.evidence.actions;
  record.evidence.witness = finding.evidence.witness;
  record.evidence.granted_by = finding.evidence.granted_by;
  record.evidence.notes = finding.evidence.notes;
  record.as_of_time = finding.event.time;
  record.as_of_event_id = finding.event.id;
  return record;
}

ComplianceRecord with_status(ComplianceStatus status) {
  ComplianceRecord record = violation();
  record.status = status;
  record.evidence.actions.clear();
  record.evidence.witness.reset();
  record.evidence.granted_by.clear();
  return record;
}

Schema schema_of(const std::string& name) {
  return load_schema(CONFIG_DIR "/schema/" + name + ".schema.json");
}

Schema schema() { return schema_of("finding"); }

std::string headers_text(const OutputRecord& record) {
  std::string text;
  for (const auto& [name, value] : record.headers) text += name + "=" + value + "\n";
  return text;
}

TEST(NativeFormat, ObeysTheSchemaForEveryKindStatusAndPrincipal) {
  const Schema rules = schema();
  std::vector<Finding> findings{grant(), unverifiable()};
  for (const FindingKind kind : {FindingKind::usage, FindingKind::attempt}) {
    findings.push_back(grant());
    findings.back().kind = kind;
    findings.back().status = FindingStatus::resolved;
    findings.back().evidence.certainty = Certainty::ambiguous;
  }
  for (const Principal& principal :
       {Principal(AnonymousPrincipal{}), Principal(ServicePrincipal{"lambda.amazonaws.com"}),
        Principal(FederatedPrincipal{"arn:aws:iam::111122223333:saml-provider/x"})}) {
    findings.push_back(grant());
    findings.back().status = FindingStatus::changed;
    findings.back().evidence.witness->principal = principal;
  }
  findings.push_back(undone());
  findings.push_back(changed());
  findings.push_back(changed());
  findings.back().new_access->witness.reset();
  for (const Cause cause : {Cause::seed, Cause::catalogue, Cause::guardrails}) {
    findings.push_back(of_cause(cause));
  }
  for (const Finding& finding : findings) {
    const json value = json::parse(encode(finding, native_format()));
    EXPECT_EQ(schema_errors(rules, value), std::vector<std::string>()) << value.dump(2);
  }
}

TEST(NativeFormat, SchemaRefusesWhatIsNotAFinding) {
  const Schema rules = schema();
  json value = json::parse(encode(grant(), native_format()));
  value["surprise"] = 1;
  EXPECT_FALSE(schema_errors(rules, value).empty());
  value.erase("surprise");
  value["event"].erase("kafka");
  value["kind"] = "whim";
  value["witness"]["principal"] = 7;
  EXPECT_EQ(schema_errors(rules, value).size(), 3u);
  value["guardrail"]["severity"] = "huge";  // what the shared file says holds too
  EXPECT_EQ(schema_errors(rules, value).size(), 4u);
}

TEST(NativeFormat, FieldsStandInTheDocumentedOrderAndBytesNeverChange) {
  const std::string text = encode(grant(), native_format());
  EXPECT_EQ(text, encode(grant(), native_format()));
  const auto value = nlohmann::ordered_json::parse(text);
  std::vector<std::string> names;
  for (const auto& [name, member] : value.items()) names.push_back(name);
  EXPECT_EQ(names,
            (std::vector<std::string>{"finding_id", "kind", "status", "guardrail", "subject",
                                      "latent", "actions", "witness", "granted_by", "certainty",
                                      "reason", "new_access", "notes", "cause", "event", "uses"}));
}

TEST(NativeFormat, SaysWhatBecamePossibleAndHowOften) {
  Finding finding = changed();
  finding.uses = 17;
  const json value = json::parse(encode(finding, native_format()));
  EXPECT_EQ(value["new_access"]["actions"], json::array({"ecr:BatchDeleteImage"}));
  EXPECT_EQ(value["new_access"]["witness"], value["witness"]);
  EXPECT_EQ(value["uses"], 17);
  EXPECT_EQ(value["cause"], "event");
  EXPECT_TRUE(json::parse(encode(grant(), native_format()))["new_access"].is_null());
}

TEST(NativeFormat, WhatIsNotKnownOfTheEventIsNull) {
  const json event = json::parse(encode(undone(), native_format()))["event"];
  EXPECT_EQ(event, json::parse(R"({"id":"0f0f0f0f-a3aa-4323-a6a1-2f187a2fc986",
      "time":"2026-01-01T00:06:00Z","name":null,"source":null,"region":null,
      "account":"111122223333","actor":null,"kafka":null})"));
  const json seeded = json::parse(encode(of_cause(Cause::seed), native_format()));
  EXPECT_EQ(seeded["cause"], "seed");
  EXPECT_TRUE(seeded["event"]["id"].is_null());
}

TEST(NativeCompliance, ObeysTheSchemaForEveryStatus) {
  const Schema rules = schema_of("compliance");
  std::vector<ComplianceRecord> records{violation()};
  for (const ComplianceStatus status : {ComplianceStatus::compliant, ComplianceStatus::unknown}) {
    records.push_back(with_status(status));
    records.back().as_of_event_id.clear();
  }
  for (const ComplianceRecord& record : records) {
    const json value = json::parse(compliance_record(record, native_format(), Topics()).value);
    EXPECT_EQ(schema_errors(rules, value), std::vector<std::string>()) << value.dump(2);
  }
  json value = json::parse(compliance_record(violation(), native_format(), Topics()).value);
  value.erase("as_of");
  value["status"] = "fine";
  EXPECT_EQ(schema_errors(rules, value).size(), 2u);
}

TEST(NativeCompliance, NamesTheFindingOfItsAlerts) {
  const auto id = [](const ComplianceRecord& record) {
    return json::parse(compliance_record(record, native_format(), Topics()).value)["finding_id"];
  };
  EXPECT_EQ(id(violation()), grant().id);
  EXPECT_EQ(id(with_status(ComplianceStatus::unknown)), unverifiable().id);
  EXPECT_TRUE(id(with_status(ComplianceStatus::compliant)).is_null());
}

TEST(Witness, IsWrittenSoThatASimulatorCanReplayIt) {
  EXPECT_EQ(dump(to_json(*grant().evidence.witness)),
            R"({"principal":"arn:aws:iam::111122223333:role/dev","action":"ecr:DeleteRepository",)"
            R"("resource":"arn:aws:ecr:eu-west-1:111122223333:repository/any","context":)"
            R"({"aws:MultiFactorAuthPresent":"false","aws:PrincipalOrgPaths":["o-a/r-b/"]}})");
  const Request plain{AnonymousPrincipal{}, "a:B", "*", {}};
  EXPECT_EQ(dump(to_json(plain)),
            R"({"principal":{"type":"Anonymous"},"action":"a:B","resource":"*","context":{}})");
  const Request service{ServicePrincipal{"lambda.amazonaws.com"}, "a:B", "*", {}};
  EXPECT_EQ(dump(to_json(service)["principal"]),
            R"({"type":"Service","service":"lambda.amazonaws.com"})");
  const Request federated{FederatedPrincipal{"accounts.google.com"}, "a:B", "*", {}};
  EXPECT_EQ(dump(to_json(federated)["principal"]),
            R"({"type":"Federated","provider":"accounts.google.com"})");
}

TEST(Encoding, BytesThatAreNotUtf8AreReplacedAndControlBytesEscaped) {
  Finding finding = grant();
  finding.subject.arn = "arn:\xff\xfe\"\n\x01";
  finding.event.actor.user_agent = std::string("a\0b", 3);
  for (const FindingFormat& format : finding_formats()) {
    EXPECT_NO_THROW({
      const json value = json::parse(encode(finding, &format));
      EXPECT_TRUE(value.is_object());
    });
  }
}

TEST(Encoding, HugeEvidenceIsCutAndThePointerStays) {
  Finding finding = grant();
  finding.evidence.witness->resource = std::string(5'000'000, 'r');
  finding.evidence.notes.assign(100'000, std::string(100, 'n'));
  finding.evidence.granted_by[0].sid = std::string(2'000'000, 's');
  for (const FindingFormat& format : finding_formats()) {
    const std::string text = encode(finding, &format);
    EXPECT_LE(text.size(), record_bytes_max);
    EXPECT_NE(text.find("/Statement/1"), std::string::npos);
    EXPECT_NE(text.find("(cut, 5000000 bytes)"), std::string::npos);
    EXPECT_NE(text.find(finding.id), std::string::npos);
    EXPECT_TRUE(json::accept(text));
  }
  EXPECT_EQ(schema_errors(schema(), json::parse(encode(finding, native_format()))),
            std::vector<std::string>());
}

TEST(OcsfFormat, IsADetectionFindingWithTimesInMilliseconds) {
  const json value = json::parse(encode(grant(), ocsf_format()));
  EXPECT_EQ(value["class_uid"], 2004);
  EXPECT_EQ(value["category_uid"], 2);
  EXPECT_EQ(value["activity_id"], 1);
  EXPECT_EQ(value["type_uid"], 200401);
  EXPECT_EQ(value["severity_id"], 4);
  EXPECT_EQ(value["status_id"], 1);
  EXPECT_EQ(value["time"], 1767225900000);
  EXPECT_EQ(value["is_alert"], true);
  EXPECT_EQ(value["metadata"]["version"], "1.8.0");
  EXPECT_EQ(value["finding_info"]["uid"], grant().id);
  EXPECT_EQ(value["finding_info"]["types"], json::array({"IAM-ECR-1"}));
  EXPECT_EQ(value["finding_info"]["related_events"][0]["uid"], grant().event.id);
  EXPECT_EQ(value["remediation"]["desc"], "how");
  EXPECT_EQ(value["remediation"]["references"], json::array({"https://a.example"}));
  EXPECT_EQ(value["resources"][0]["uid"], grant().subject.arn);
  const json& evidence = value["evidences"][0];
  EXPECT_EQ(evidence["data"]["witness"]["action"], "ecr:DeleteRepository");
  EXPECT_EQ(evidence["data"]["granted_by"][0]["pointer"], "/Statement/1");
  EXPECT_EQ(evidence["data"]["granted_by"][0]["text"]["Sid"], "Ops");
  EXPECT_EQ(evidence["src_endpoint"]["ip"], "198.51.100.7");
  EXPECT_EQ(value["observables"].size(), 4u);
}

TEST(OcsfFormat, NamesTheUserAgent) {
  Finding finding = grant();
  finding.event.actor.user_agent = "aws-cli/2";
  const json value = json::parse(encode(finding, ocsf_format()));
  EXPECT_EQ(value["evidences"][0]["http_request"], json({{"user_agent", "aws-cli/2"}}));
}

TEST(OcsfFormat, ActivityFollowsTheStatus) {
  Finding finding = grant();
  finding.status = FindingStatus::changed;
  EXPECT_EQ(json::parse(encode(finding, ocsf_format()))["type_uid"], 200402);
  finding.status = FindingStatus::resolved;
  const json value = json::parse(encode(finding, ocsf_format()));
  EXPECT_EQ(value["type_uid"], 200403);
  EXPECT_EQ(value["status_id"], 4);
}

TEST(OcsfFormat, SaysWhatResolvedItAndHowOftenItWasUsed) {
  const auto detail = [](const Finding& finding) {
    return json::parse(encode(finding, ocsf_format())).value("status_detail", "");
  };
  Finding finding = grant();
  finding.status = FindingStatus::resolved;
  finding.event.name = "DetachRolePolicy";
  EXPECT_EQ(detail(grant()), "");
  EXPECT_EQ(detail(finding),
            "resolved by DetachRolePolicy at 2026-01-01T00:05:00Z by "
            "arn:aws:sts::111122223333:assumed-role/deployer/ci from 198.51.100.7");
  EXPECT_EQ(detail(of_cause(Cause::seed)), "resolved by a seed at 2026-01-01T00:06:00Z");
  finding.kind = FindingKind::usage;
  finding.uses = 3;
  EXPECT_EQ(json::parse(encode(finding, ocsf_format()))["count"], 3);
  EXPECT_FALSE(json::parse(encode(grant(), ocsf_format())).contains("count"));
}

TEST(OcsfFormat, WithoutAnEventNothingNamesOne) {
  const json value = json::parse(encode(of_cause(Cause::catalogue), ocsf_format()));
  EXPECT_FALSE(value["finding_info"].contains("related_events"));
  EXPECT_FALSE(value["metadata"].contains("correlation_uid"));
  EXPECT_FALSE(value["metadata"].contains("log_name"));
  EXPECT_FALSE(value["evidences"][0].contains("api"));
  EXPECT_FALSE(value["evidences"][0].contains("uid"));
  EXPECT_EQ(value["unmapped"]["cause"], "catalogue");
  EXPECT_EQ(json::parse(encode(undone(), ocsf_format()))["finding_info"]["related_events"],
            json::parse(R"([{"uid":"0f0f0f0f-a3aa-4323-a6a1-2f187a2fc986",
                             "product":{"uid":"CloudTrail","name":"CloudTrail",
                                        "vendor_name":"AWS"}}])"));
}

TEST(OcsfCompliance, IsAComplianceFindingThatPassesFailsOrIsUnknown) {
  const auto encoded = [](const ComplianceRecord& record) {
    return json::parse(compliance_record(record, ocsf_format(), Topics()).value);
  };
  const json value = encoded(violation());
  EXPECT_EQ(value["class_uid"], 2003);
  EXPECT_EQ(value["category_uid"], 2);
  EXPECT_EQ(value["activity_id"], 2);
  EXPECT_EQ(value["type_uid"], 200302);
  EXPECT_EQ(value["type_name"], "Compliance Finding: Update");
  EXPECT_EQ(value["severity_id"], 4);
  EXPECT_EQ(value["time"], 1767225900000);
  EXPECT_EQ(value["finding_info"]["uid"], grant().id);
  EXPECT_EQ(value["resources"][0]["uid"], violation().subject.arn);
  EXPECT_EQ(value["compliance"]["control"], "IAM-ECR-1");
  EXPECT_EQ(value["evidences"][0]["data"]["granted_by"][0]["pointer"], "/Statement/1");
  const std::pair<ComplianceStatus, std::pair<int, int>> expected[] = {
      {ComplianceStatus::violation, {3, 1}},
      {ComplianceStatus::compliant, {1, 4}},
      {ComplianceStatus::unknown, {0, 0}}};
  for (const auto& [status, ids] : expected) {
    const json record = encoded(with_status(status));
    EXPECT_EQ(record["compliance"]["status_id"], ids.first);
    EXPECT_EQ(record["status_id"], ids.second);
  }
}

TEST(OcsfFormat, CallerThatIsNotAnAddressIsAServiceName) {
  Finding finding = grant();
  finding.event.actor.source_address = "cloudformation.amazonaws.com";
  const json value = json::parse(encode(finding, ocsf_format()));
  EXPECT_EQ(value["evidences"][0]["src_endpoint"],
            json({{"svc_name", "cloudformation.amazonaws.com"}}));
  EXPECT_EQ(value["observables"].size(), 3u);
}

TEST(OcsfFormat, EmptyOrHostileEventStillGivesARecord) {
  EXPECT_EQ(json::parse(encode(unverifiable(), ocsf_format()))["time"], 1'767'225'900'000);
  Finding finding = grant();
  finding.event.request.policy_document = std::string(100'000, '[');
  EXPECT_TRUE(json::accept(encode(finding, ocsf_format())));
  finding.event.request.policy_document =
      "{\"Statement\":" + std::string(5'000, '[') + std::string(5'000, ']') + "}";
  EXPECT_TRUE(
      json::parse(encode(finding, ocsf_format()))["evidences"][0]["data"]["granted_by"][0]["text"]
          .is_null());
}

TEST(AlertRecord, CarriesCloudEventsHeadersSoThatRoutingNeedsNoParsing) {
  const OutputRecord record = alert_record(grant(), native_format(), Topics());
  EXPECT_EQ(record.topic, "guardrail.alerts");
  EXPECT_EQ(record.key, grant().id);
  EXPECT_EQ(record.value, encode(grant(), native_format()));
  EXPECT_EQ(headers_text(record),
            "ce_specversion=1.0\n"
            "ce_id=" +
                grant().id +
                ":685e066d-a3aa-4323-a6a1-2f187a2fc986\n"
                "ce_type=guardrail-auditor.finding.grant\n"
                "ce_source=/guardrail-auditor/111122223333\n"
                "ce_time=2026-01-01T00:05:00Z\n"
                "ce_subject=arn:aws:iam::111122223333:role/dev\n"
                "content-type=application/json\n"
                "severity=high\n"
                "guardrail=IAM-ECR-1\n"
                "account=111122223333\n"
                "status=open\n");
}

TEST(AlertRecord, IdOfTheTransitionDiffersWhateverCausedIt) {
  std::set<std::string> ids;
  for (const Finding& finding : {grant(), undone(), of_cause(Cause::seed),
                                 of_cause(Cause::catalogue), of_cause(Cause::guardrails)}) {
    ids.insert(alert_record(finding, native_format(), Topics()).headers[1].second);
  }
  EXPECT_EQ(ids.size(), 5u);
}

TEST(ComplianceRecord, HasTheKeyOfItsSubjectAndGuardrailAndTheRoutingHeaders) {
  const OutputRecord record = compliance_record(violation(), native_format(), Topics());
  EXPECT_EQ(record.topic, "guardrail.compliance");
  EXPECT_EQ(record.key, "arn:aws:iam::111122223333:role/dev|IAM-ECR-1");
  EXPECT_FALSE(record.is_tombstone);
  EXPECT_EQ(headers_text(record),
            "ce_specversion=1.0\n"
            "ce_id=arn:aws:iam::111122223333:role/dev|IAM-ECR-1:"
            "685e066d-a3aa-4323-a6a1-2f187a2fc986\n"
            "ce_type=guardrail-auditor.compliance\n"
            "ce_source=/guardrail-auditor/111122223333\n"
            "ce_time=2026-01-01T00:05:00Z\n"
            "ce_subject=arn:aws:iam::111122223333:role/dev\n"
            "content-type=application/json\n"
            "severity=high\n"
            "guardrail=IAM-ECR-1\n"
            "account=111122223333\n"
            "status=violation\n");
}

TEST(ComplianceRecord, IsATombstoneWhenTheSubjectIsGone) {
  ComplianceRecord gone = violation();
  gone.is_gone = true;
  const OutputRecord record = compliance_record(gone, ocsf_format(), Topics());
  EXPECT_EQ(record.key, "arn:aws:iam::111122223333:role/dev|IAM-ECR-1");
  EXPECT_EQ(record.value, "");
  EXPECT_TRUE(record.is_tombstone);
  EXPECT_NE(headers_text(record).find("status=gone\n"), std::string::npos);
}

TEST(ComplianceRecord, HugeEvidenceIsCut) {
  ComplianceRecord record = violation();
  record.evidence.notes.assign(100'000, std::string(100, 'n'));
  for (const FindingFormat& format : finding_formats()) {
    const OutputRecord written = compliance_record(record, &format, Topics());
    EXPECT_LE(written.value.size(), record_bytes_max);
    EXPECT_TRUE(json::accept(written.value));
  }
}

TEST(QuarantineRecord, KeepsTheBytesAndSaysWhereTheyCameFrom) {
  const Quarantined quarantined{"not-json: x", std::string("{\0[", 3), {"in", 2, 77}, 1000};
  const OutputRecord record = quarantine_record(quarantined, 100, Topics());
  EXPECT_EQ(record.topic, "guardrail.quarantine");
  EXPECT_EQ(record.key, "in-2-77");
  EXPECT_EQ(record.value, std::string("{\0[", 3));
  EXPECT_EQ(headers_text(record),
            "source_topic=in\nsource_partition=2\nsource_offset=77\nsource_timestamp=1000\n"
            "reason=not-json: x\n");
}

TEST(QuarantineRecord, CutsAtTheBoundAndSaysFromWhere) {
  const Quarantined quarantined{"r", std::string(500, 'x'), {"in", 0, 0}, -1};
  const OutputRecord record = quarantine_record(quarantined, 100, Topics());
  EXPECT_EQ(record.value.size(), 100u);
  EXPECT_NE(headers_text(record).find("truncated_from=500\n"), std::string::npos);
  EXPECT_EQ(quarantine_record({"empty", "", {"in", 0, 0}, -1}, 100, Topics()).value, "");
}

TEST(Table, SaysWhatWhoAndByWhichStatement) {
  const std::string text = table_entry(grant(), {});
  for (const char* part :
       {"HIGH", "IAM-ECR-1", "role arn:aws:iam::111122223333:role/dev",
        "ecr:BatchDeleteImage, ecr:DeleteRepository",
        "calls ecr:DeleteRepository on arn:aws:ecr:eu-west-1:111122223333:repository/any with "
        "aws:MultiFactorAuthPresent=false, aws:PrincipalOrgPaths=[o-a/r-b/]",
        "inline policy ops, statement 1 (Sid Ops)",
        "PutRolePolicy at 2026-01-01T00:05:00Z by "
        "arn:aws:sts::111122223333:assumed-role/deployer/ci from 198.51.100.7"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
  EXPECT_EQ(text.find('\033'), std::string::npos);
  EXPECT_NE(table_entry(grant(), {.has_colour = true, .columns = 0}).find('\033'),
            std::string::npos);
}

TEST(Table, SaysWhatChangedWhatIsNewAndWhatResolvedIt) {
  Finding closed = grant();
  closed.status = FindingStatus::resolved;
  closed.event.name = "DetachRolePolicy";
  Finding used = grant();
  used.kind = FindingKind::usage;
  used.uses = 17;
  const std::pair<Finding, std::string> expected[] = {
      {changed(), "  new         ecr:BatchDeleteImage\n"},
      {changed(), "  changed by  PutRolePolicy at 2026-01-01T00:05:00Z by "},
      {grant(), "  opened by   PutRolePolicy at 2026-01-01T00:05:00Z by "},
      {closed, "  resolved by DetachRolePolicy at 2026-01-01T00:05:00Z by "},
      {closed, "  state       grant, resolved\n"},
      {undone(),
       "  resolved by event 0f0f0f0f-a3aa-4323-a6a1-2f187a2fc986 at "
       "2026-01-01T00:06:00Z\n"},
      {of_cause(Cause::guardrails), "  resolved by other guardrails, after what was known at "},
      {used, "  uses        17 identical ones\n"},
      {used, "  event       PutRolePolicy at "}};
  for (const auto& [finding, part] : expected) {
    const std::string text = table_entry(finding, {});
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
}

TEST(Headline, SaysOfEachTransitionWhatItMeans) {
  const std::string role = "role arn:aws:iam::111122223333:role/dev";
  Finding finding = unverifiable();
  EXPECT_EQ(headline(finding), "not known whether " + role + " obeys IAM-ECR-1");
  finding.status = FindingStatus::resolved;
  EXPECT_EQ(headline(finding), "no longer in doubt whether " + role + " obeys IAM-ECR-1");
  finding = grant();
  EXPECT_EQ(headline(finding),
            role + " may call ecr:BatchDeleteImage, ecr:DeleteRepository against IAM-ECR-1");
  finding.status = FindingStatus::resolved;
  EXPECT_EQ(headline(finding), role + " no longer violates IAM-ECR-1");
  finding = grant();
  finding.kind = FindingKind::usage;
  finding.evidence.actions.resize(1);
  finding.uses = 2;
  EXPECT_EQ(headline(finding), role + " called ecr:BatchDeleteImage against IAM-ECR-1, 2 times");
  EXPECT_EQ(headline(with_status(ComplianceStatus::compliant)), role + " obeys IAM-ECR-1");
}

TEST(Table, NothingFromAnEventReachesTheTerminalAsAControlCharacter) {
  Finding finding = grant();
  finding.subject.arn = "arn:\033[2Jrole\r\n\x7f\xc2\x9b";
  finding.evidence.granted_by[0].sid = "\033]0;title\007";
  const std::string text = table_entry(finding, {});
  EXPECT_EQ(text.find_first_of("\033\r\007\x7f"), std::string::npos);
  EXPECT_EQ(text.find("\xc2\x9b"), std::string::npos);
}

}  // namespace
}  // namespace auditor::encoder_test
