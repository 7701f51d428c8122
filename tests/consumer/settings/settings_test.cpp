#include "consumer/settings/settings.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "consumer/kafka/client_properties.h"
#include "consumer/settings/config_substitution.h"

namespace auditor::settings_test {
namespace {

std::string problems_of(std::string_view text) {
  const auto settings = parse_settings(text, "a.yaml");
  if (settings) return "";
  std::string all;
  for (const ConfigProblem& problem : settings.error()) all += to_string(problem) + "\n";
  return all;
}

bool says(std::string_view text, std::string_view part) {
  const std::string problems = problems_of(text);
  if (problems.find(part) != std::string::npos) return true;
  std::cerr << problems;
  return false;
}

TEST(Settings, ShippedFileIsReadAndHoldsTheDefaults) {
  std::ifstream stream(CONFIG_DIR "/auditor.yaml");
  const std::string text((std::istreambuf_iterator<char>(stream)),
                         std::istreambuf_iterator<char>());
  const auto settings = parse_settings(text, "auditor.yaml");
  ASSERT_TRUE(settings) << problems_of(text);
  const Settings defaults;
  EXPECT_EQ(settings->worker_id, "auditor-1");
  EXPECT_EQ(settings->topics.input, defaults.topics.input);
  EXPECT_EQ(settings->topics.alerts, defaults.topics.alerts);
  EXPECT_EQ(settings->topics.quarantine, defaults.topics.quarantine);
  EXPECT_EQ(settings->topics.compliance, defaults.topics.compliance);
  EXPECT_EQ(settings->topics.state, defaults.topics.state);
  EXPECT_EQ(settings->routed_topic, defaults.routed_topic);
  EXPECT_EQ(settings->use_window_seconds, defaults.use_window_seconds);
  EXPECT_EQ(settings->format, defaults.format);
  EXPECT_EQ(settings->guardrail_paths, defaults.guardrail_paths);
  EXPECT_EQ(settings->managed_policies_path, defaults.managed_policies_path);
  EXPECT_EQ(settings->batch.age, defaults.batch.age);
  EXPECT_EQ(settings->batch.offsets_interval, defaults.batch.offsets_interval);
  EXPECT_EQ(settings->batch.outputs_max, defaults.batch.outputs_max);
  EXPECT_EQ(settings->batch.bytes_max, defaults.batch.bytes_max);
  EXPECT_EQ(settings->quarantine_max_bytes, defaults.quarantine_max_bytes);
  EXPECT_EQ(settings->watchdog, defaults.watchdog);
  EXPECT_EQ(settings->log_level, defaults.log_level);
  EXPECT_EQ(settings->skip, defaults.skip);
  EXPECT_EQ(settings->kafka.at("bootstrap.servers"), "localhost:9092");
  EXPECT_EQ(settings->kafka_consumer.count("group.id"), 0U);  // `run` and `route` have their own
  EXPECT_EQ(settings->kafka_producer.at("compression.type"), "lz4");
  EXPECT_EQ(kafka_problems(*settings), std::vector<ConfigProblem>());
}

TEST(Settings, EveryKeyIsRead) {
  const auto settings = parse_settings(
      "worker: {id: w-7}\n"
      "topics: {input: in, alerts: out, quarantine: bad, compliance: now, state: memory, "
      "routed: by-account}\n"
      "use: {window_s: 60}\n"
      "format: ocsf\n"
      "guardrails: [a.yaml, b]\n"
      "managed_policies: c.json\n"
      "batch: {age_ms: 1, outputs_max: 2, bytes_max: 3}\n"
      "offsets: {interval_ms: 4}\n"
      "quarantine: {max_bytes: 5}\n"
      "watchdog_ms: 6\n"
      "log: {level: warning}\n"
      "skip: [{topic: in, partition: 1, offset: 99}]\n"
      "kafka: {a: b, enable.x: true, consumer: {c: 7}, producer: {d: e}}\n",
      "f");
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->worker_id, "w-7");
  EXPECT_EQ(settings->topics.input, "in");
  EXPECT_EQ(settings->topics.alerts, "out");
  EXPECT_EQ(settings->topics.quarantine, "bad");
  EXPECT_EQ(settings->topics.compliance, "now");
  EXPECT_EQ(settings->topics.state, "memory");
  EXPECT_EQ(settings->routed_topic, "by-account");
  EXPECT_EQ(settings->use_window_seconds, 60);
  EXPECT_EQ(settings->format->name, "ocsf");
  EXPECT_EQ(settings->guardrail_paths, (std::vector<std::string>{"a.yaml", "b"}));
  EXPECT_EQ(settings->managed_policies_path, "c.json");
  EXPECT_EQ(settings->batch.age.count(), 1);
  EXPECT_EQ(settings->batch.outputs_max, 2u);
  EXPECT_EQ(settings->batch.bytes_max, 3u);
  EXPECT_EQ(settings->batch.offsets_interval.count(), 4);
  EXPECT_EQ(settings->quarantine_max_bytes, 5u);
  EXPECT_EQ(settings->watchdog.count(), 6);
  EXPECT_EQ(settings->log_level, LogLevel::warning);
  EXPECT_EQ(settings->skip, (std::vector<SkipCoordinate>{{"in", 1, 99}}));
  EXPECT_EQ(settings->kafka,
            (std::map<std::string, std::string>{{"a", "b"}, {"enable.x", "true"}}));
  EXPECT_EQ(settings->kafka_consumer, (std::map<std::string, std::string>{{"c", "7"}}));
  EXPECT_EQ(settings->kafka_producer, (std::map<std::string, std::string>{{"d", "e"}}));
}

TEST(Settings, WhatIsAbsentHasItsDefaultAndTheHostNamesTheWorker) {
  const auto settings = parse_settings("batch:\n", "f");
  ASSERT_TRUE(settings);
  EXPECT_FALSE(settings->worker_id.empty());
  EXPECT_EQ(settings->batch.age.count(), 200);
  EXPECT_TRUE(parse_settings("", "f"));
}

TEST(Settings, UnknownKeyIsAnErrorWithItsPlaceAndTheNearestKey) {
  EXPECT_TRUE(says("batch:\n  age: 5\n",
                   "a.yaml:2:3: unknown key `age` in `batch`, did you mean `age_ms`?"));
  EXPECT_TRUE(says("watchdog_mss: 5\n",
                   "a.yaml:1:1: unknown key `watchdog_mss` in the settings, "
                   "did you mean `watchdog_ms`?"));
  EXPECT_TRUE(
      says("topics: {zzzzzz: x}\n", "(input, alerts, quarantine, compliance, state, routed)"));
  EXPECT_TRUE(says("topics: {alert: x}\n", "did you mean `alerts`?"));
}

TEST(Settings, EveryProblemIsReportedNotOnlyTheFirst) {
  const std::string text =
      "bach: {}\n"
      "format: ocfs\n"
      "batch: {age_ms: soon, outputs_max: 0}\n"
      "topics: {input: 'a b', alerts: same, quarantine: guardrail.x}\n"
      "log: {level: inof}\n"
      "skip: [{topic: x}]\n"
      "kafka: {consumer: [a], a: {b: c}}\n";
  for (const char* part :
       {"did you mean `batch`?", "did you mean `ocsf`?",
        "`batch.age_ms` must be a whole number from 1 to 3600000",
        "`batch.outputs_max` must be a whole number", "`a b` is not a topic's name",
        "did you mean `info`?", "needs `topic`, `partition` and `offset`",
        "`kafka.consumer` must be a map, but is a list",
        "`kafka.a` must be a single value, but is a map"}) {
    EXPECT_TRUE(says(text, part)) << part;
  }
}

TEST(Settings, ReadingOnesOwnOutputIsRefused) {
  EXPECT_TRUE(says("topics: {input: t, alerts: t}\n", "cannot be an output topic as well"));
  EXPECT_TRUE(says("topics: {input: guardrail.quarantine}\n", "cannot be an output topic"));
  EXPECT_TRUE(says("topics: {input: guardrail.state}\n", "cannot be an output topic"));
  EXPECT_TRUE(says("topics: {alerts: guardrail.state}\n", "cannot be used for anything else"));
}

TEST(Settings, SecretsComeFromTheEnvironmentOrAFile) {
  const auto path = std::filesystem::path(testing::TempDir()) / "settings-secret";
  std::ofstream(path) << "from file\n";
  ASSERT_EQ(setenv("AUDITOR_TEST_SECRET", "s3cr3t", 1), 0);
  const auto settings = parse_settings(
      "kafka:\n"
      "  sasl.password: ${AUDITOR_TEST_SECRET}\n"
      "  sasl.username: a-${AUDITOR_TEST_SECRET}-$${x}\n"
      "  ssl.key.pem: file:" +
          path.string() + "\n",
      "f");
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->kafka.at("sasl.password"), "s3cr3t");
  EXPECT_EQ(settings->kafka.at("sasl.username"), "a-s3cr3t-${x}");
  EXPECT_EQ(settings->kafka.at("ssl.key.pem"), "from file");
  std::filesystem::remove(path);
}

TEST(Settings, MissingSecretIsNamedAndNoValueIsShown) {
  ASSERT_EQ(setenv("AUDITOR_TEST_SECRET", "s3cr3t", 1), 0);
  ASSERT_EQ(unsetenv("AUDITOR_TEST_MISSING"), 0);
  EXPECT_TRUE(says("kafka: {a: '${AUDITOR_TEST_SECRET}${AUDITOR_TEST_MISSING}'}",
                   "the environment variable `AUDITOR_TEST_MISSING` is not set"));
  EXPECT_TRUE(says("kafka: {a: 'file:/nonexistent/secret'}",
                   "the file `/nonexistent/secret` cannot be read"));
  EXPECT_TRUE(says("kafka: {a: '${not closed'}", "must be followed by a variable's name"));
  for (const char* text : {"batch: {age_ms: '${AUDITOR_TEST_SECRET}'}",
                           "kafka: {a: '${AUDITOR_TEST_SECRET}${AUDITOR_TEST_MISSING}'}"}) {
    EXPECT_EQ(problems_of(text).find("s3cr3t"), std::string::npos);
    EXPECT_NE(problems_of(text), "");
  }
}

TEST(Settings, HostileTextIsAnErrorInBoundedTime) {
  for (const std::string& text :
       {std::string("["), std::string(100'000, '['), std::string(100'000, '{'), std::string("- a"),
        std::string("a: &x 1\nb: *x\n"), std::string("\0\xff", 2), std::string(2 << 20, 'x')}) {
    EXPECT_NE(problems_of(text), "");
  }
}

TEST(SecretText, FileThatIsADirectoryOrTooLargeIsRefused) {
  EXPECT_FALSE(secret_text("file:/tmp"));
  EXPECT_FALSE(secret_text("file:/dev/zero"));
  EXPECT_EQ(*secret_text("plain $ text"), "plain $ text");
  EXPECT_EQ(*secret_text(""), "");
}

}  // namespace
}  // namespace auditor::settings_test
