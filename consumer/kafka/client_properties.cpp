#include "consumer/kafka/client_properties.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "consumer/kafka/fetch_waker.h"
#include "consumer/settings/config_substitution.h"

namespace auditor {
namespace {

const std::string common_prefix = "kafka.";
constexpr std::int64_t transaction_timeout_max_ms = 10'000;

// Not to be set: the exactly-once promise rests on them. (`group.protocol` other than classic
// assigns incrementally, which the consumer here does not do.)
constexpr std::array<std::string_view, 9> own_keys = {
    "group.protocol",           "enable.auto.commit",
    "enable.auto.offset.store", "enable.partition.eof",
    "isolation.level",          "transactional.id",
    "enable.idempotence",       "acks",
    "request.required.acks"};

const KafkaProperties consumer_defaults = {
    {"group.id", default_group},
    {"enable.auto.commit", "false"},
    {"enable.auto.offset.store", "false"},
    {"enable.partition.eof", "false"},
    // KAFKA: also what makes the client wait for a predecessor's open transaction (KIP-447).
    {"isolation.level", "read_committed"},
    {"auto.offset.reset", "earliest"},  // an auditor must not skip
    // KAFKA: eager, and every partition is revoked at once. cooperative-sticky can abort the
    // process before librdkafka 2.3.0 (#4381) and lose assignments before 2.10.0 (#4059).
    {"partition.assignment.strategy", "range"},
    {"allow.auto.create.topics", "false"},
    {"check.crcs", "true"},
    {"session.timeout.ms", "10000"},
    {"heartbeat.interval.ms", "2000"},
    {"max.poll.interval.ms", "300000"},
    // Deep prefetch: the next fetch is here before this one has been audited.
    {"queued.min.messages", "200000"},
    {"queued.max.messages.kbytes", "131072"},
    {"fetch.max.bytes", "52428800"},
    {"max.partition.fetch.bytes", "4194304"},
};

const KafkaProperties producer_defaults = {
    {"enable.idempotence", "true"},
    {"linger.ms", "5"},  // a commit flushes at once; this only fills requests under load
    {"compression.type", "lz4"},
    {"message.max.bytes", "1000000"},
    // KAFKA: before librdkafka 2.4 a transaction that starts right after another one's commit waits
    // so long (CONCURRENT_TRANSACTIONS), 100 ms by default.
    {"retry.backoff.ms", "10"},
    {"partitioner", "murmur2_random"},  // as the Java clients: a key has one partition for all
};

std::int64_t number(const KafkaProperties& properties, const std::string& key) {
  const std::string text = property(properties, key);
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// An empty value takes a default away.
KafkaProperties merged(KafkaProperties properties, const KafkaProperties& common,
                       const KafkaProperties& special) {
  for (const KafkaProperties& layer : {common, special}) {
    for (const auto& [key, value] : layer) properties[key] = value;
  }
  std::erase_if(properties, [](const auto& property) { return property.second.empty(); });
  return properties;
}

// Which of them came from files, by the layer that has the last word.
void remember_files(const Settings& settings, const std::string& special, KafkaProperties& of) {
  for (const std::string& layer : {common_prefix, special}) {
    for (const auto& [key, value] : of) {
      const auto written = settings.kafka_keys.find(layer + key);
      if (written == settings.kafka_keys.end()) continue;
      of.from_files.erase(key);
      if (written->second.file_value.empty()) continue;
      of.from_files[key] = [file = written->second.file_value] {
        auto text = secret_text(file);
        return text ? std::optional(*std::move(text)) : std::nullopt;
      };
    }
  }
}

// All that is wrong with one settings file.
class Problems {
 public:
  explicit Problems(const Settings& settings) : settings_(settings) {}

  // `key`: "kafka.consumer.group.id", for the place; empty when there is none.
  void add(const std::string& key, std::string message, bool is_warning = false) {
    const auto written = settings_.kafka_keys.find(key);
    const WrittenKey place = written == settings_.kafka_keys.end() ? WrittenKey() : written->second;
    const ConfigProblem problem{settings_.file, place.line, place.column, std::move(message),
                                is_warning};
    // Both clients may say the same.
    if (std::ranges::find(problems_, problem) == problems_.end()) problems_.push_back(problem);
  }

  // Whose key has its name in the message, the longest first; in `layer`, else for both clients.
  void add_of_client(const std::string& layer, const std::string& message) {
    std::string found;
    for (const auto& [path, written] : settings_.kafka_keys) {
      std::string_view key = path;
      if (key.starts_with(layer)) {
        key.remove_prefix(layer.size());
      } else {
        key.remove_prefix(common_prefix.size());
      }
      if (message.find(key) != message.npos && path.size() > found.size()) found = path;
    }
    add(found, message);
  }

  bool has_errors() const {
    return std::ranges::any_of(problems_, [](const auto& problem) { return !problem.is_warning; });
  }

  std::vector<ConfigProblem> take() { return std::move(problems_); }

 private:
  const Settings& settings_;
  std::vector<ConfigProblem> problems_;
};

// `max.poll.interval.ms` and its like under `kafka:` are for one client; the other only warns.
void check_layer(const KafkaProperties& layer, const std::string& prefix, Problems& problems) {
  for (const auto& [key, value] : layer) {
    if (std::ranges::find(own_keys, key) != own_keys.end()) {
      problems.add(prefix + key, "`" + prefix + key + "` is the auditor's own: remove it");
      continue;
    }
    if (value.empty()) continue;
    try {
      make_conf({{key, value}}, prefix);
    } catch (const std::runtime_error& error) {
      problems.add(prefix + key, error.what());
    }
  }
}

// batch age << transaction <= session <= watchdog < poll: each bound must leave the next one time.
void check_order_of_times(const Settings& settings, const KafkaProperties& consumer,
                          const KafkaProperties& producer, Problems& problems) {
  const std::array<std::pair<std::string, std::int64_t>, 5> times = {{
      {"batch.age_ms", settings.batch.age.count()},
      {"kafka.producer.transaction.timeout.ms", number(producer, "transaction.timeout.ms")},
      {"kafka.consumer.session.timeout.ms", number(consumer, "session.timeout.ms")},
      {"watchdog_ms", settings.watchdog.count()},
      {"kafka.consumer.max.poll.interval.ms", number(consumer, "max.poll.interval.ms")},
  }};
  for (std::size_t i = 1; i < times.size(); ++i) {
    // A time that is no number is 0 here, and has been told above.
    if (times[i].second == 0 || times[i - 1].second <= times[i].second) continue;
    const std::string& written =
        settings.kafka_keys.contains(times[i - 1].first) ? times[i - 1].first : times[i].first;
    problems.add(written, "`" + times[i - 1].first + "` (" + std::to_string(times[i - 1].second) +
                              ") cannot be longer than `" + times[i].first + "` (" +
                              std::to_string(times[i].second) + ")");
  }
}

// KAFKA: a client without bootstrap servers is a client like another, and contacts nobody.
void check_client(rd_kafka_type_t type, KafkaProperties properties, const std::string& layer,
                  Problems& problems) {
  for (const char* key : {"bootstrap.servers", "metadata.broker.list"}) properties.erase(key);
  properties["log_level"] = "0";
  try {
    make_client(type, make_conf(properties));
  } catch (const std::runtime_error& error) {
    problems.add_of_client(layer, error.what());
  }
}

void check_login(const KafkaProperties& properties, Problems& problems) {
  if (!uses_sasl(properties)) return;
  const std::string mechanism = sasl_mechanism(properties);
  const std::string problem = scram_problem(mechanism);
  if (!problem.empty()) {
    problems.add("kafka.sasl.mechanism", "`" + mechanism + "`: " + problem, true);
  }
  if (mechanism == "OAUTHBEARER" || mechanism == "GSSAPI" || mechanism.empty()) return;
  for (const std::string key : {"sasl.username", "sasl.password"}) {
    if (!property(properties, key).empty()) continue;
    problems.add("kafka.sasl.mechanism",
                 "`kafka." + key + "` is missing: `" + mechanism + "` needs a user and a password");
  }
}

}  // namespace

KafkaProperties consumer_properties(const Settings& settings) {
  KafkaProperties defaults = consumer_defaults;
  defaults["client.id"] = "guardrail-auditor-" + settings.worker_id;
  // Deep prefetch is no use to a fetcher that sleeps a second when it has enough: fetch_waker.h.
  if (has_fetch_backoff()) defaults["fetch.queue.backoff.ms"] = "10";
  // Static membership: a restarted worker has its partitions again without a rebalance.
  defaults["group.instance.id"] = settings.worker_id;
  KafkaProperties properties = merged(std::move(defaults), settings.kafka, settings.kafka_consumer);
  remember_files(settings, "kafka.consumer.", properties);
  return properties;
}

KafkaProperties producer_properties(const Settings& settings) {
  KafkaProperties defaults = producer_defaults;
  defaults["client.id"] = "guardrail-auditor-" + settings.worker_id;
  // Stable: a restarted worker aborts at once what its predecessor left open.
  defaults["transactional.id"] = "guardrail-auditor-" + settings.worker_id;
  const std::int64_t session_ms = number(consumer_properties(settings), "session.timeout.ms");
  defaults["transaction.timeout.ms"] =
      std::to_string(std::min(transaction_timeout_max_ms, session_ms));
  KafkaProperties properties = merged(std::move(defaults), settings.kafka, settings.kafka_producer);
  remember_files(settings, "kafka.producer.", properties);
  return properties;
}

std::vector<ConfigProblem> kafka_problems(const Settings& settings) {
  Problems problems(settings);
  check_layer(settings.kafka, "kafka.", problems);
  check_layer(settings.kafka_consumer, "kafka.consumer.", problems);
  check_layer(settings.kafka_producer, "kafka.producer.", problems);
  const KafkaProperties consumer = consumer_properties(settings);
  const KafkaProperties producer = producer_properties(settings);
  if (property(consumer, "bootstrap.servers").empty() &&
      property(consumer, "metadata.broker.list").empty()) {
    problems.add("", "`kafka.bootstrap.servers` is missing");
  }
  const std::string strategy = property(consumer, "partition.assignment.strategy");
  if (strategy.find("cooperative") != std::string::npos) {
    problems.add("kafka.consumer.partition.assignment.strategy",
                 "`kafka.partition.assignment.strategy` cannot be `" + strategy +
                     "`: use `range` or `roundrobin`");
  }
  const std::string reset = property(consumer, "auto.offset.reset");
  const std::array<std::string_view, 3> resets_to_end = {"latest", "largest", "end"};
  if (std::ranges::find(resets_to_end, reset) != resets_to_end.end()) {
    problems.add("kafka.consumer.auto.offset.reset",
                 "`kafka.consumer.auto.offset.reset` cannot be `" + reset +
                     "`, which skips messages: use `earliest` or `error`");
  }
  check_order_of_times(settings, consumer, producer, problems);
  check_login(consumer, problems);
  check_login(producer, problems);
  // What a key is refused for, a client that has it would be refused for again.
  if (!problems.has_errors()) {
    check_client(RD_KAFKA_CONSUMER, consumer, "kafka.consumer.", problems);
    check_client(RD_KAFKA_PRODUCER, producer, "kafka.producer.", problems);
  }
  return problems.take();
}

void throw_if_wrong(const std::vector<ConfigProblem>& problems) {
  std::string text;
  for (const ConfigProblem& problem : problems) {
    if (problem.is_warning) {
      spdlog::warn("{}", to_string(problem));
    } else {
      text += (text.empty() ? "" : "\n") + to_string(problem);
    }
  }
  if (!text.empty()) throw std::runtime_error(text);
}

}  // namespace auditor
