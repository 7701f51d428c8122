// The memory follows the worker's batches: what is undone was never there, and a worker that was
// restored from what is committed says what one that never stopped says, byte for byte.
#include "consumer/service/audit_handler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace auditor::audit_handler_test {
namespace {

std::shared_ptr<const Rules> rules(const std::string& fingerprint = "1") {
  auto rules = std::make_shared<Rules>();
  Guardrail guardrail;
  guardrail.summary.id = "TEST-1";
  guardrail.identity_actions = {"ecr:DeleteRepository"};
  guardrail.resource_actions = {"ecr:BatchGetImage"};
  rules->guardrails.push_back(std::move(guardrail));
  rules->guardrails_fingerprint = fingerprint;
  return rules;
}

std::string two_digits(int number) { return (number < 10 ? "0" : "") + std::to_string(number); }

std::string event(int number, int minute, const std::string& name, const std::string& parameters,
                  const std::string& error = "") {
  const std::string account = "11112222333" + std::to_string(number % 2);
  const std::string source = name.find("Repository") == std::string::npos ? "iam" : "ecr";
  return R"({"eventSource":")" + source + R"(.amazonaws.com","eventName":")" + name +
         R"(","awsRegion":"eu-central-1","recipientAccountId":")" + account +
         R"(","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::)" + account +
         R"(:user/u","accountId":")" + account + R"(","userName":"u"},"errorCode":")" + error +
         R"(","eventTime":"2026-03-02T10:)" + two_digits(minute) + R"(:00Z","eventID":"id-)" +
         std::to_string(number) + R"(","requestParameters":)" + parameters + "}";
}

// A change of one of few entities, so that changes meet.
std::string any_event(std::mt19937& random, int number) {
  const auto one_of = [&random](std::vector<std::string> list) {
    return list[random() % list.size()];
  };
  const std::string policy =
      one_of({"arn:aws:iam::111122223330:policy/team", "arn:aws:iam::111122223331:policy/team"});
  const std::string document =
      one_of({R"("{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"ecr:*\",\"Resource\":\"*\"}}")",
              R"("{\"Statement\":{\"Effect\":\"Deny\",\"Action\":\"ecr:*\",\"Resource\":\"*\"}}")",
              R"("{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}}")",
              R"("{broken")"});
  const std::string access =
      R"("{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"ecr:*\"}}")";
  const std::string role = R"("roleName":")" + one_of({"a", "b"}) + R"(")";
  const std::string user = R"("userName":")" + one_of({"u", "v"}) + R"(")";
  const std::string group = R"("groupName":"g")";
  const std::string repository = R"("repositoryName":")" + one_of({"r", "s"}) + R"(")";
  const std::vector<std::pair<std::string, std::string>> calls = {
      {"CreateRole", role},
      {"DeleteRole", role},
      {"PutRolePolicy", role + R"(,"policyName":"p","policyDocument":)" + document},
      {"DeleteRolePolicy", role + R"(,"policyName":"p")"},
      {"AttachRolePolicy", role + R"(,"policyArn":")" + policy + R"(")"},
      {"DetachRolePolicy", role + R"(,"policyArn":")" + policy + R"(")"},
      {"CreatePolicyVersion", R"("policyArn":")" + policy + R"(","setAsDefault":true,)" +
                                  R"("policyDocument":)" + document},
      {"CreateUser", user},
      {"UpdateUser", user + R"(,"newUserName":"w")"},
      {"PutUserPolicy", user + R"(,"policyName":"p","policyDocument":)" + document},
      {"AddUserToGroup", user + "," + group},
      {"RemoveUserFromGroup", user + "," + group},
      {"PutGroupPolicy", group + R"(,"policyName":"p","policyDocument":)" + document},
      {"CreateRepository", repository},
      {"DeleteRepository", repository},
      {"SetRepositoryPolicy", repository + R"(,"policyText":)" + access},
      {"DeleteRepositoryPolicy", repository},
  };
  const auto& [name, parameters] = calls[random() % calls.size()];
  const int minute = std::min(59, std::max(0, number + static_cast<int>(random() % 9) - 4));
  const bool has_failed = random() % 4 == 0;
  return event(number, minute, name, "{" + parameters + "}", has_failed ? "AccessDenied" : "");
}

// What is committed: all records, and the state among them to be read back.
class Committed {
 public:
  void add(std::vector<OutputRecord> records) {
    for (OutputRecord& record : records) records_.push_back(std::move(record));
  }

  AuditHandler::ReadState reader() const {
    return [this](std::span<const std::int32_t> partitions,
                  const StateRestorer::OnRecord& on_record) {
      for (const OutputRecord& record : records_) {
        const bool is_asked = std::ranges::find(partitions, record.partition) != partitions.end();
        if (record.topic != Topics().state || !is_asked) continue;
        if (!on_record(record.partition, record.key, record.is_tombstone ? "" : record.value)) {
          return false;
        }
      }
      return true;
    };
  }

  const std::vector<OutputRecord>& records() const { return records_; }

 private:
  std::vector<OutputRecord> records_;
};

constexpr std::array<std::int32_t, 1> partitions = {0};

class AuditHandlerTest : public testing::Test {
 protected:
  std::unique_ptr<AuditHandler> restored(const Committed& committed,
                                         std::shared_ptr<const Rules> the_rules = rules()) {
    auto handler =
        std::make_unique<AuditHandler>(settings_, std::move(the_rules), committed.reader());
    of_assignment_.clear();
    EXPECT_TRUE(handler->on_assigned(partitions, of_assignment_));
    return handler;
  }

  std::vector<OutputRecord> handle(AuditHandler& handler, const std::string& text, int offset) {
    std::vector<OutputRecord> outputs;
    Counters counters;
    handler.handle({text, "cloudtrail.events", 0, offset, 1'000}, outputs, counters);
    EXPECT_EQ(counters.events, counters.evaluated + counters.irrelevant + counters.quarantined);
    return outputs;
  }

  Settings settings_;
  std::vector<OutputRecord> of_assignment_;
};

std::vector<std::string> texts(const std::vector<OutputRecord>& records) {
  std::vector<std::string> list;
  for (const OutputRecord& record : records) {
    std::string text = record.topic + " " + std::to_string(record.partition) + " " + record.key +
                       (record.is_tombstone ? " gone" : " = " + record.value);
    for (const auto& [name, value] : record.headers) text += "\n  " + name + ": " + value;
    list.push_back(std::move(text));
  }
  return list;
}

std::vector<std::string> statuses(const std::vector<OutputRecord>& records) {
  std::vector<std::string> list;
  for (const OutputRecord& record : records) {
    for (const auto& [name, value] : record.headers) {
      if (record.topic == Topics().alerts && name == "status") list.push_back(value);
    }
  }
  return list;
}

const std::string put =
    event(2, 1, "PutRolePolicy",
          R"({"roleName":"a","policyName":"p","policyDocument":)"
          R"("{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"ecr:*\",\"Resource\":\"*\"}}"})");
const std::string take_away =
    event(4, 2, "DeleteRolePolicy", R"({"roleName":"a","policyName":"p"})");

TEST_F(AuditHandlerTest, ResolvesAfterARestartWhatItOpenedBefore) {
  Committed committed;
  std::vector<OutputRecord> first = handle(*restored(committed), put, 0);
  EXPECT_EQ(statuses(first), std::vector<std::string>{"open"});
  committed.add(std::move(first));
  EXPECT_EQ(statuses(handle(*restored(committed), take_away, 1)),
            std::vector<std::string>{"resolved"});
}

TEST_F(AuditHandlerTest, WritesTheStateToThePartitionOfTheMessage) {
  const auto handler = restored({});
  std::vector<OutputRecord> outputs;
  Counters counters;
  handler->handle({put, "cloudtrail.events", 7, 0, 1'000}, outputs, counters);
  const auto is_state = [](const OutputRecord& record) { return record.topic == Topics().state; };
  EXPECT_TRUE(std::ranges::any_of(outputs, is_state));
  for (const OutputRecord& record : outputs) {
    EXPECT_EQ(record.partition, is_state(record) ? 7 : -1) << record.key;
  }
}

TEST_F(AuditHandlerTest, SaysNothingTwiceOfARepeatedEvent) {
  const auto handler = restored({});
  EXPECT_FALSE(handle(*handler, put, 0).empty());
  EXPECT_TRUE(handle(*handler, put, 1).empty());
}

TEST_F(AuditHandlerTest, ForgetsWhatIsRevoked) {
  const auto handler = restored({});
  handle(*handler, put, 0);
  handler->commit();
  handler->on_revoked();
  EXPECT_TRUE(statuses(handle(*handler, take_away, 1)).empty());
}

TEST_F(AuditHandlerTest, OtherGuardrailsJudgeAgainWhatIsRemembered) {
  Committed committed;
  committed.add(handle(*restored(committed), put, 0));
  restored(committed);
  EXPECT_TRUE(of_assignment_.empty());
  restored(committed, rules("2"));
  EXPECT_FALSE(of_assignment_.empty()) << "at least that it was judged by them";
  EXPECT_TRUE(statuses(of_assignment_).empty()) << "what is open is open still";
  committed.add(of_assignment_);
  restored(committed, rules("2"));
  EXPECT_TRUE(of_assignment_.empty());
}

TEST_F(AuditHandlerTest, AStateThatCannotBeReadIsNoMemory) {
  OutputRecord stranger;
  stranger.topic = Topics().state;
  stranger.partition = 0;
  stranger.key = "not ours";
  stranger.value = "{}";
  Committed committed;
  committed.add({stranger});
  AuditHandler handler(settings_, rules(), committed.reader());
  std::vector<OutputRecord> outputs;
  EXPECT_FALSE(handler.on_assigned(partitions, outputs));
}

// Restarts and aborts at drawn moments change nothing.
TEST_F(AuditHandlerTest, RestoredWorkerSaysWhatOneThatNeverStoppedSays) {
  constexpr int histories = 100;
  constexpr int events = 40;
  std::size_t alerts = 0;
  for (unsigned seed = 0; seed < histories; ++seed) {
    std::mt19937 random(seed);
    std::vector<std::string> history;
    for (int i = 0; i < events; ++i) history.push_back(any_event(random, i));

    Committed undisturbed;
    const auto steady = restored(undisturbed);
    Committed disturbed;
    auto handler = restored(disturbed);
    for (int i = 0; i < events; ++i) {
      const std::string& text = history[static_cast<std::size_t>(i)];
      undisturbed.add(handle(*steady, text, i));
      if (random() % 4 == 0) {  // a batch of this and the next, which is aborted
        handle(*handler, text, i);
        if (i + 1 < events) handle(*handler, history[static_cast<std::size_t>(i) + 1], i + 1);
        handler->rollback();
      }
      disturbed.add(handle(*handler, text, i));
      handler->commit();
      if (random() % 4 == 0) {
        handler = restored(disturbed);
        ASSERT_TRUE(of_assignment_.empty()) << "seed " << seed << " event " << i;
      }
    }
    ASSERT_EQ(texts(disturbed.records()), texts(undisturbed.records())) << "seed " << seed;
    alerts += statuses(undisturbed.records()).size();
  }
  EXPECT_GT(alerts, static_cast<std::size_t>(histories)) << "the histories open and close nothing";
}

}  // namespace
}  // namespace auditor::audit_handler_test
