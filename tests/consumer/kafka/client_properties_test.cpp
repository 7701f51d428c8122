#include "consumer/kafka/client_properties.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <utility>

namespace auditor::kafka_config_test {
namespace {

Settings good() {
  Settings settings;
  settings.worker_id = "w7";
  settings.kafka["bootstrap.servers"] = "localhost:9092";
  return settings;
}

TEST(KafkaConfig, TheDefaultsAreWithoutProblems) { EXPECT_TRUE(kafka_problems(good()).empty()); }

TEST(KafkaConfig, WhatExactlyOnceRestsOnIsWrittenDown) {
  const KafkaProperties consumer = consumer_properties(good());
  EXPECT_EQ(consumer.at("isolation.level"), "read_committed");
  EXPECT_EQ(consumer.at("enable.auto.commit"), "false");
  EXPECT_EQ(consumer.at("enable.auto.offset.store"), "false");
  EXPECT_EQ(consumer.at("partition.assignment.strategy"), "range");
  EXPECT_EQ(consumer.at("auto.offset.reset"), "earliest");
  EXPECT_EQ(consumer.at("group.instance.id"), "w7");
  EXPECT_EQ(producer_properties(good()).at("transactional.id"), "guardrail-auditor-w7");
}

TEST(KafkaConfig, TheSpecialLayerWinsOverTheCommonOneAndEmptyTakesADefaultAway) {
  Settings settings = good();
  settings.kafka["client.id"] = "common";
  settings.kafka_producer["client.id"] = "special";
  settings.kafka_consumer["group.instance.id"] = "";
  EXPECT_EQ(consumer_properties(settings).at("client.id"), "common");
  EXPECT_EQ(producer_properties(settings).at("client.id"), "special");
  EXPECT_FALSE(consumer_properties(settings).contains("group.instance.id"));
}

TEST(KafkaConfig, ATransactionIsNeverOpenForLongerThanASession) {
  Settings settings = good();
  settings.kafka_consumer["session.timeout.ms"] = "6000";
  EXPECT_EQ(producer_properties(settings).at("transaction.timeout.ms"), "6000");
  EXPECT_TRUE(kafka_problems(settings).empty());
}

struct Wrong {
  const char* layer;
  const char* key;
  const char* value;
  const char* problem;
};

class WrongKafkaSetting : public testing::TestWithParam<Wrong> {};

TEST_P(WrongKafkaSetting, IsAProblemThatNamesIt) {
  const auto& [layer, key, value, problem] = GetParam();
  Settings settings = good();
  const std::string where = layer;
  auto& properties = where == "kafka"      ? settings.kafka
                     : where == "consumer" ? settings.kafka_consumer
                                           : settings.kafka_producer;
  properties[key] = value;
  const auto problems = kafka_problems(settings);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_TRUE(problems[0].message.starts_with(problem)) << problems[0].message;
  EXPECT_FALSE(problems[0].is_warning);
}

INSTANTIATE_TEST_SUITE_P(
    Settings, WrongKafkaSetting,
    testing::Values(
        Wrong{"kafka", "bootstrap.servers", "", "`kafka.bootstrap.servers` is missing"},
        Wrong{"kafka", "isolation.level", "read_uncommitted",
              "`kafka.isolation.level` is the auditor's own: remove it"},
        Wrong{"consumer", "enable.auto.commit", "true",
              "`kafka.consumer.enable.auto.commit` is the auditor's own: remove it"},
        Wrong{"producer", "transactional.id", "mine",
              "`kafka.producer.transactional.id` is the auditor's own: remove it"},
        Wrong{"consumer", "sesion.timeout.ms", "1",
              "unknown key `kafka.consumer.sesion.timeout.ms`, did you mean `session.timeout.ms`?"},
        Wrong{"producer", "transaction.timeout.ms", "soon",
              "`kafka.producer.transaction.timeout.ms` cannot be `soon`: Invalid value for "
              "configuration property \"transaction.timeout.ms\""},
        Wrong{"producer", "compression.type", "zip",
              "`kafka.producer.compression.type` cannot be `zip`: Invalid value \"zip\""},
        Wrong{
            "consumer", "partition.assignment.strategy", "cooperative-sticky",
            "`kafka.partition.assignment.strategy` cannot be `cooperative-sticky`: use `range` or "
            "`roundrobin`"},
        Wrong{"consumer", "group.protocol", "consumer",
              "`kafka.consumer.group.protocol` is the auditor's own: remove it"},
        Wrong{"consumer", "auto.offset.reset", "latest",
              "`kafka.consumer.auto.offset.reset` cannot be `latest`, which skips messages: use "
              "`earliest` or `error`"},
        Wrong{"producer", "transaction.timeout.ms", "60000",
              "`kafka.producer.transaction.timeout.ms` (60000) cannot be longer than "
              "`kafka.consumer.session.timeout.ms` (10000)"},
        Wrong{"consumer", "max.poll.interval.ms", "30000",
              "`watchdog_ms` (60000) cannot be longer than `kafka.consumer.max.poll.interval.ms` "
              "(30000)"}));

constexpr auto certificate = R"(-----BEGIN CERTIFICATE-----
MIIBbzCCARWgAwIBAgIULUalF695uiHqOkdlApHDhy2++9AwCgYIKoZIzj0EAwIw
DDEKMAgGA1UEAwwBYTAgFw0yNjEyMDEwNDA1NDNaGA8yMTI2MTEwNzA0MDU0M1ow
DDEKMAgGA1UEAwwBYTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABOJt8/JnnuxU
ptnkfxwFUeTMBKCJjNSjE8oM8KQ0UeHpuIyiUamOdiH4f61IXbgEALV9UhASbC1y
r2M5M7g14A+jUzBRMB0GA1UdDgQWBBQlVyGY+ExLCR5nYmzSNFXpXkRDyjAfBgNV
HSMEGDAWgBQlVyGY+ExLCR5nYmzSNFXpXkRDyjAPBgNVHRMBAf8EBTADAQH/MAoG
CCqGSM49BAMCA0gAMEUCIQDXBdh2HSTD9pLCZph5U+ObQeIT5MtKcDf4YCCrVsBN
YAIgRJoqwIjsNpg74GNzVGfSceZd3/vV6KIJagIRAMB8gGs=
-----END CERTIFICATE-----
)";
constexpr auto its_key = R"(-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgcJRqIqFIvVAZBOq8
xveFe9ZaWw8uIK/e26DELH7ursehRANCAATibfPyZ57sVKbZ5H8cBVHkzASgiYzU
oxPKDPCkNFHh6biMolGpjnYh+H+tSF24BAC1fVIQEmwtcq9jOTO4NeAP
-----END PRIVATE KEY-----
)";
constexpr auto another_key = R"(-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgs+G6gVOg8mfaVcAw
uAChBF+QoM3wmtvr46It198LRyOhRANCAAS2BELY1iE/cOKPU7ZR1fQVYViaUNj/
ISd2AV0zX9JuHotlSJ+2MQVISTAGkJhR2ENaW+5NfA3qi6lGbjqj7F6S
-----END PRIVATE KEY-----
)";

// What `check-config` finds and `run` would be refused for, of a settings file.
class KafkaSettingsFile : public testing::Test {
 protected:
  KafkaSettingsFile() {
    std::filesystem::create_directories(directory);
    for (const auto& [name, text] :
         {std::pair("cert.pem", certificate), {"cert.key", its_key}, {"other.key", another_key}}) {
      std::ofstream(directory / name) << text;
    }
  }
  ~KafkaSettingsFile() override { std::filesystem::remove_all(directory); }

  std::string file(const std::string& name) const { return (directory / name).string(); }

  // `lines` stand under `kafka:`, from line 3 on.
  static std::vector<ConfigProblem> problems_of(const std::string& lines) {
    const auto settings = parse_settings("kafka:\n  bootstrap.servers: localhost:1\n" + lines, "f");
    return settings ? kafka_problems(*settings) : settings.error();
  }

  static void expect_only(const std::vector<ConfigProblem>& problems, std::size_t line,
                          const std::string& text) {
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0].file, "f");
    EXPECT_EQ(problems[0].line, line) << problems[0].message;
    EXPECT_EQ(problems[0].column, line == 0 ? 0U : 3U);
    EXPECT_NE(problems[0].message.find(text), std::string::npos) << problems[0].message;
  }

  std::filesystem::path directory = std::filesystem::path(testing::TempDir()) /
                                    testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(KafkaSettingsFile, ThatIsRightIsWithoutProblems) {
  EXPECT_EQ(problems_of("  security.protocol: ssl\n  ssl.ca.location: " + file("cert.pem") +
                        "\n  ssl.certificate.location: " + file("cert.pem") +
                        "\n  ssl.key.location: " + file("cert.key") + "\n"),
            std::vector<ConfigProblem>());
  EXPECT_EQ(problems_of("  security.protocol: sasl_plaintext\n  sasl.mechanism: PLAIN\n"
                        "  sasl.username: u\n  sasl.password: p\n"),
            std::vector<ConfigProblem>());
}

TEST_F(KafkaSettingsFile, NamesACaThatIsNotThere) {
  expect_only(problems_of("  security.protocol: ssl\n  ssl.ca.location: /nonexistent/ca.pem\n"), 4,
              "ssl.ca.location");
}

TEST_F(KafkaSettingsFile, NamesACertificateThatIsNotThere) {
  expect_only(problems_of("  security.protocol: ssl\n  ssl.certificate.location: /nonexistent/c\n"),
              4, "ssl.certificate.location");
}

TEST_F(KafkaSettingsFile, NamesTheKeyOfAnotherCertificate) {
  expect_only(problems_of("  security.protocol: ssl\n  ssl.certificate.location: " +
                          file("cert.pem") + "\n  ssl.key.location: " + file("other.key") + "\n"),
              5, "ssl.key.location");
}

TEST_F(KafkaSettingsFile, NamesALoginWithoutAUserOrAPassword) {
  expect_only(problems_of("  security.protocol: sasl_plaintext\n  sasl.mechanism: PLAIN\n"
                          "  sasl.password: p\n"),
              4, "`kafka.sasl.username` is missing");
  expect_only(problems_of("  security.protocol: sasl_plaintext\n  sasl.mechanism: PLAIN\n"
                          "  sasl.username: u\n"),
              4, "`kafka.sasl.password` is missing");
}

TEST_F(KafkaSettingsFile, WarnsOfScramThatKafka4WouldRefuse) {
  const auto problems = problems_of(
      "  security.protocol: sasl_plaintext\n  sasl.mechanism: SCRAM-SHA-512\n"
      "  sasl.username: u\n  sasl.password: p\n");
  if (rd_kafka_version() >= 0x020601ff) {
    EXPECT_TRUE(problems.empty());
    return;
  }
  expect_only(problems, 4, "cannot log in to Kafka 4 by SCRAM");
  EXPECT_TRUE(problems[0].is_warning);
}

TEST_F(KafkaSettingsFile, SaysWhatIsNotInThisBuildInLibrdkafkasWords) {
  const auto problems = problems_of(
      "  security.protocol: sasl_plaintext\n  sasl.mechanism: OAUTHBEARER\n"
      "  sasl.oauthbearer.method: oidc\n  sasl.oauthbearer.client.id: c\n"
      "  sasl.oauthbearer.client.secret: s\n"
      "  sasl.oauthbearer.token.endpoint.url: http://localhost:1/token\n");
  if (problems.empty()) return;  // this librdkafka has OIDC
  EXPECT_NE(problems[0].message.find("libcurl"), std::string::npos) << problems[0].message;
  EXPECT_EQ(problems[0].line, 6U);
}

TEST_F(KafkaSettingsFile, NamesTheLineOfAKeyOfOneClient) {
  expect_only(problems_of("  linger.ms: soon\n"), 3, "`kafka.linger.ms` cannot be `soon`: ");
}

TEST_F(KafkaSettingsFile, ShowsNoSecretInAnExplanation) {
  for (const ConfigProblem& problem :
       problems_of("  ssl.key.pem: hush-hush\n  security.protocol: ssl\n")) {
    EXPECT_EQ(problem.message.find("hush-hush"), std::string::npos) << problem.message;
  }
}

// A secret that rotates is read where it was read first, by the layer that has the last word.
TEST_F(KafkaSettingsFile, RemembersWhichPropertiesCameFromFiles) {
  std::ofstream(directory / "password") << "first\n";
  const auto settings =
      parse_settings("kafka:\n  bootstrap.servers: b:1\n  sasl.password: file:" + file("password") +
                         "\n  producer:\n    sasl.password: plain\n",
                     "f");
  ASSERT_TRUE(settings);
  const KafkaProperties consumer = consumer_properties(*settings);
  EXPECT_EQ(consumer.at("sasl.password"), "first");
  std::ofstream(directory / "password") << "second\n";
  ASSERT_TRUE(consumer.from_files.contains("sasl.password"));
  EXPECT_EQ(consumer.from_files.at("sasl.password")(), "second");
  std::filesystem::remove(directory / "password");
  EXPECT_EQ(consumer.from_files.at("sasl.password")(), std::nullopt);
  EXPECT_TRUE(producer_properties(*settings).from_files.empty());
}

}  // namespace
}  // namespace auditor::kafka_config_test
