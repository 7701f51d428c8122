// Scenarios of tests/cases/histories: real records through the parser, the memory and the audit.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "consumer/decoding/record_parser.h"
#include "evaluator/audit/audit.h"
#include "evaluator/audit/finding_builder.h"
#include "evaluator/audit/open_findings.h"
#include "evaluator/audit/subject_evaluation.h"
#include "evaluator/audit/use_audit.h"
#include "evaluator/events/account_change.h"
#include "evaluator/events/guarded_call.h"
#include "tests/evaluator/account/instants.h"

namespace auditor::histories_test {
namespace {

using nlohmann::json;

constexpr std::string_view iam_start = "arn:aws:iam::111122223333:";
constexpr std::string_view ecr_start = "arn:aws:ecr:eu-west-1:111122223333:";
constexpr std::int64_t first_instant = 1'767'225'600;  // 2026-01-01T00:00:00Z
constexpr std::size_t orders_max = 24;                 // of one scenario

std::filesystem::path cases() { return std::filesystem::path(AUDITOR_TEST_CASES); }

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string without_start(const std::string& arn) {
  for (const std::string_view start : {iam_start, ecr_start}) {
    if (arn.starts_with(start)) return arn.substr(start.size());
  }
  return arn;
}

// The records of a scenario, made of their short form.
class Records {
 public:
  Records() : documents_(json::parse(text_of(cases() / "histories/documents.json"))) {}

  std::string record(const json& step, std::size_t position) const {
    const auto call = std::ranges::find_if(step.items(), [](const auto& member) {
      return std::isupper(static_cast<unsigned char>(member.key().front())) != 0;
    });
    const std::string name = (*call).key();
    json parameters = (*call).value();
    fill_in(parameters);
    const std::string number = std::to_string(position);
    json record = {
        {"eventVersion", "1.11"},
        {"userIdentity", actor(step.value("by", "user/admin"))},
        {"eventTime",
         second_of(first_instant + step.value("at", static_cast<std::int64_t>(10 * position)))
             .text()},
        {"eventSource", source_of(name)},
        {"eventName", name},
        {"awsRegion", source_of(name) == "iam.amazonaws.com" ? "us-east-1" : "eu-west-1"},
        {"requestParameters", parameters},
        {"responseElements",
         step.contains("response") ? step["response"] : response(name, parameters)},
        {"eventID", step.value("id", (position < 10 ? "e0" : "e") + number)},
        {"eventType", "AwsApiCall"},
        {"recipientAccountId", "111122223333"}};
    if (step.contains("error")) {
      record["errorCode"] = step["error"];
      record["responseElements"] = nullptr;
    }
    if (step.contains("record")) record.update(step["record"]);
    return record.dump();
  }

 private:
  static std::string source_of(const std::string& name) {
    if (name.contains("PermissionSet")) return "sso.amazonaws.com";
    for (const char* part :
         {"Repositor", "Registry", "TagResource", "Untagresource", "UntagResource", "Image",
          "AccountSetting", "Layer", "AuthorizationToken", "PolicyExecutionEvent"}) {
      if (name.contains(part)) return "ecr.amazonaws.com";
    }
    return "iam.amazonaws.com";
  }

  void fill_in(json& value) const {
    if (value.is_structured()) {
      for (json& member : value) fill_in(member);
      return;
    }
    if (!value.is_string()) return;
    const std::string text = value;
    if (text.starts_with('$')) value = documents_.at(text.substr(1)).dump();
    if (text.starts_with("aws:")) value = "arn:aws:iam::aws:policy/" + text.substr(4);
    if (text.starts_with("my:")) value = std::string(iam_start) + "policy/" + text.substr(3);
  }

  static json actor(std::string by) {
    const bool has_mfa = by.ends_with("+mfa");
    if (has_mfa) by.resize(by.size() - 4);
    if (by.starts_with("service:")) return {{"type", "AWSService"}, {"invokedBy", by.substr(8)}};
    json session = {{"attributes", {{"mfaAuthenticated", has_mfa ? "true" : "false"}}}};
    if (by.starts_with("user/")) {
      json user = {
          {"type", "IAMUser"}, {"arn", std::string(iam_start) + by}, {"accountId", "111122223333"}};
      if (has_mfa) user["sessionContext"] = session;
      return user;
    }
    session["sessionIssuer"] = {
        {"type", "Role"}, {"arn", std::string(iam_start) + by}, {"accountId", "111122223333"}};
    return {{"type", "AssumedRole"},
            {"arn", "arn:aws:sts::111122223333:assumed-role" + by.substr(by.rfind('/')) + "/s"},
            {"accountId", "111122223333"},
            {"sessionContext", session}};
  }

  static json response(const std::string& name, const json& parameters) {
    if (!parameters.is_object()) return nullptr;
    const std::string path = parameters.value("path", "/");
    for (const std::string kind : {"role", "user", "group"}) {
      const std::string member = kind + "Name";
      if (name.starts_with("Create") && name.size() == 6 + kind.size() &&
          parameters.contains(member)) {
        const std::string own = parameters[member];
        return {{kind, {{"arn", std::string(iam_start) + kind + path + own}, {member, own}}}};
      }
    }
    if (name == "CreatePolicy") {
      const std::string own = parameters["policyName"];
      return {{"policy",
               {{"arn", std::string(iam_start) + "policy" + path + own},
                {"policyName", own},
                {"defaultVersionId", "v1"}}}};
    }
    if (name == "CreateRepository") {
      const std::string own = parameters["repositoryName"];
      return {{"repository",
               {{"repositoryArn", std::string(ecr_start) + "repository/" + own},
                {"registryId", "111122223333"},
                {"repositoryName", own}}}};
    }
    return nullptr;
  }

  json documents_;
};

std::string short_form(std::string_view status, const std::string& guardrail, FindingKind kind,
                       const std::string& arn) {
  std::string text = status.empty() ? "" : std::string(status) + " ";
  text += guardrail + " " + without_start(arn);
  if (kind != FindingKind::grant) text += " " + std::string(to_string(kind));
  return text;
}

std::string short_form(const Finding& finding) {
  std::string text = short_form(to_string(finding.status), finding.guardrail.id, finding.kind,
                                finding.subject.arn);
  if (finding.uses > 1) text += " x" + std::to_string(finding.uses);
  return text;
}

struct Rulebook {
  std::vector<Guardrail> guardrails =
      parse_guardrails(text_of(cases() / "guardrails.yaml"), "guardrails.yaml").guardrails;
  ManagedPolicies catalogue =
      *ManagedPolicies::parse(text_of(cases() / "histories/catalogue.json"));
  CanMatter can_matter = matters_under(guardrails);
  GuardedActions guarded{guardrails};

  AuditRules rules() const { return {guardrails, catalogue, "guardrails", "catalogue"}; }
};

// Entries as text, but for what depends on the order: which call opens a window of use, and whether
// an event came in time to change anything.
std::map<std::string, std::string> written(const AccountState& state) {
  std::map<std::string, std::string> texts;
  for (const auto& [key, entity] : state.entities()) {
    for (const Entry& entry : entity.entries) {
      if (entry.attribute == Attribute::use || entry.attribute == Attribute::seen) continue;
      const std::string place = std::string(to_string(key.kind)) + "|" + key.region + "|" +
                                key.name + "|" + std::string(to_string(entry.attribute)) + "|" +
                                entry.name + "|" + std::to_string(entry.stamp.time.seconds()) +
                                "|" + entry.stamp.event_id + "|" +
                                std::to_string(entry.stamp.revision);
      texts[place] = std::string(entry.is_set ? "+" : "-") + entry.value +
                     (entry.document ? entry.document->text : "");
    }
  }
  return texts;
}

std::string told(const ComplianceRecord& record) {
  std::string text(to_string(record.status));
  text += " " + std::string(to_string(record.evidence.certainty)) +
          (record.latent ? " latent " : " ") + record.evidence.reason + " as of " +
          record.as_of_time->text() + " " + record.as_of_event_id;
  for (const std::string& action : record.evidence.actions) text += " " + action;
  for (const GrantedBy& by : record.evidence.granted_by)
    text += " by " + by.policy_name + by.pointer;
  for (const std::string& note : record.evidence.notes) text += " note " + note;
  return text;
}

using Compliance = std::map<std::string, std::string>;  // the compacted topic

// One delivery of a history.
class Delivery {
 public:
  Delivery(const Rulebook& rulebook, VerdictCache& memory)
      : rulebook_(rulebook), parser_(rulebook.guarded), memory_(memory) {}

  std::vector<std::string> deliver(const std::string& record) {
    const ParsedEvent parsed = parser_.parse(record);
    std::vector<std::string> said;
    if (parsed.kind != ParsedEvent::Kind::relevant) {
      ADD_FAILURE() << parsed.reason << record;
      return said;
    }
    const CloudTrailEvent& event = *parsed.event;
    if (event.failed() || rulebook_.guarded.contains(event.source, event.name)) {
      const auto before = written(state_);
      take(audit_use(event, account_, state_, rulebook_.rules(), memory_), before, said);
    }
    if (const auto change = account_change(event, rulebook_.can_matter)) {
      EXPECT_EQ(change->account, account_);
      const auto before = written(state_);
      take(audit(event, *change, state_, rulebook_.rules(), memory_), before, said);
    }
    return said;
  }

  std::vector<std::string> open() const {
    std::vector<std::string> texts;
    for (const auto& [id, finding] : open_findings(state_)) {
      texts.push_back(short_form("", finding.guardrail, finding.kind, finding.arn));
    }
    std::ranges::sort(texts);
    return texts;
  }

  // What a look at the whole account says, without any history.
  Compliance judged_anew() const {
    Compliance compliance;
    VerdictCache cache(2);
    for (const auto& [key, entity] : state_.entities()) {
      const auto view = view_of(account_, state_, key);
      if (!view) continue;
      const SubjectEvaluation evaluation =
          evaluate(*view, rulebook_.guardrails, rulebook_.catalogue, cache);
      for (std::size_t i = 0; i < rulebook_.guardrails.size(); ++i) {
        if (!evaluation.results[i]) continue;
        compliance[view->subject.arn + "|" + rulebook_.guardrails[i].summary.id] =
            told(compliance_record(rulebook_.guardrails[i].summary, *view, *evaluation.results[i]));
      }
    }
    return compliance;
  }

  const Compliance& compliance() const { return compliance_; }
  const AccountState& state() const { return state_; }

 private:
  void take(const AuditResult& result, const std::map<std::string, std::string>& before,
            std::vector<std::string>& said) {
    AccountState undone = state_;
    for (std::size_t i = result.changes.size(); i-- > 0;) undone.rollback(result.changes[i]);
    EXPECT_EQ(written(undone), before);
    for (const Finding& finding : result.findings) said.push_back(short_form(finding));
    for (const ComplianceRecord& compliance : result.compliance) {
      const std::string key = compliance.subject.arn + "|" + compliance.guardrail.id;
      if (compliance.is_gone) {
        compliance_.erase(key);
      } else {
        compliance_[key] = told(compliance);
      }
    }
  }

  const Rulebook& rulebook_;
  CloudTrailParser parser_;
  VerdictCache& memory_;
  AccountKey account_{"aws", "111122223333"};
  AccountState state_;
  Compliance compliance_;
};

std::vector<std::vector<std::size_t>> orders_of(std::size_t events) {
  std::vector<std::size_t> order(events);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::set<std::vector<std::size_t>> orders{{order.rbegin(), order.rend()}};
  std::mt19937 random(1);
  for (std::size_t i = 0; i < 4 * orders_max && orders.size() < orders_max; ++i) {
    for (std::size_t last = events; last > 1; --last)
      std::swap(order[last - 1], order[random() % last]);
    orders.insert(order);
  }
  return {orders.begin(), orders.end()};
}

std::vector<std::string> texts_of(const json& list) {
  return list.is_null() ? std::vector<std::string>() : list.get<std::vector<std::string>>();
}

// `memory` is shared by all deliveries: what it holds must not change what is said.
void run_scenario(const json& scenario, const Rulebook& rulebook, const Records& records,
                  VerdictCache& memory) {
  std::vector<std::string> events;
  Delivery in_order(rulebook, memory);
  for (const json& step : scenario.at("events")) {
    events.push_back(records.record(step, events.size()));
    EXPECT_EQ(in_order.deliver(events.back()), texts_of(step.value("says", json())))
        << "event " << events.size() - 1;
  }
  std::vector<std::string> end = texts_of(scenario.at("end"));
  std::ranges::sort(end);
  EXPECT_EQ(in_order.open(), end);
  EXPECT_EQ(in_order.compliance(), in_order.judged_anew());
  for (const std::string& event : events) {
    EXPECT_EQ(in_order.deliver(event), std::vector<std::string>()) << "again: " << event;
  }
  if (!scenario.value("order", true)) return;
  for (const auto& order : orders_of(events.size())) {
    Delivery shuffled(rulebook, memory);
    for (const std::size_t event : order) shuffled.deliver(events[event]);
    for (const std::size_t event : order) shuffled.deliver(events[event]);
    EXPECT_EQ(shuffled.compliance(), in_order.compliance()) << json(order).dump();
    EXPECT_EQ(written(shuffled.state()), written(in_order.state())) << json(order).dump();
    if (testing::Test::HasFailure()) return;
  }
}

class Histories : public testing::TestWithParam<const char*> {};

TEST_P(Histories, SayWhatBecamePossibleAndEndTheSameInAnyOrder) {
  const Rulebook rulebook;
  const Records records;
  VerdictCache memory(1);
  std::ifstream file(cases() / "histories" / GetParam());
  ASSERT_TRUE(file);
  std::size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    const json scenario = json::parse(line);
    SCOPED_TRACE(std::string(GetParam()) + ":" + std::to_string(number) + ": " +
                 std::string(scenario.at("why")));
    run_scenario(scenario, rulebook, records, memory);
  }
  EXPECT_GE(number, 8u);
}

INSTANTIATE_TEST_SUITE_P(, Histories,
                         testing::Values("grants.jsonl", "names.jsonl", "repositories.jsonl",
                                         "late.jsonl", "times.jsonl", "use.jsonl",
                                         "attempts.jsonl"),
                         [](const auto& file_case) {
                           const std::string file = file_case.param;
                           return file.substr(0, file.find('.'));
                         });

}  // namespace
}  // namespace auditor::histories_test
