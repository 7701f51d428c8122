// Tested by transactional_sink_test.cpp.
#include "sinks/kafka/kafka_handles.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/text/nearest.h"
#include "evaluator/text/wording.h"

namespace auditor {
namespace {

constexpr std::size_t error_text_bytes = 512;

spdlog::level::level_enum log_level(int syslog_level, std::string_view facility) {
  // WHY: both clients get the keys of `kafka:`, and each warns of those that only the other reads.
  if (facility == "CONFWARN") return spdlog::level::debug;
  if (syslog_level <= 3) return spdlog::level::err;
  if (syslog_level == 4) return spdlog::level::warn;
  return syslog_level <= 6 ? spdlog::level::info : spdlog::level::debug;
}

void log_client_line(const rd_kafka_t* client, int level, const char* facility,
                     const char* text) noexcept {
  try {
    const char* name = client != nullptr ? rd_kafka_name(client) : "librdkafka";
    spdlog::log(log_level(level, facility), "kafka {}: {}", name, text);
  } catch (...) {  // WHY: no exception may cross a librdkafka callback
  }
}

// ", did you mean `...`", from the properties that this librdkafka knows.
std::string nearest_property(rd_kafka_conf_t* conf, std::string_view key) {
  // KAFKA: the dump leaves aliases out, which are the names that people know.
  std::vector<std::string_view> known{"bootstrap.servers", "linger.ms", "compression.type",
                                      "delivery.timeout.ms", "sasl.mechanism"};
  std::size_t count = 0;
  const char** const pairs = rd_kafka_conf_dump(conf, &count);
  for (std::size_t i = 0; i + 1 < count; i += 2) known.emplace_back(pairs[i]);
  std::string text = did_you_mean(nearest(key, known));
  rd_kafka_conf_dump_free(pairs, count);
  return text;
}

}  // namespace

KafkaConf make_conf(const KafkaProperties& properties, const std::string& prefix) {
  KafkaConf conf(rd_kafka_conf_new());
  std::array<char, error_text_bytes> error{};
  for (const auto& [key, value] : properties) {
    const auto result =
        rd_kafka_conf_set(conf.get(), key.c_str(), value.c_str(), error.data(), error.size());
    if (result == RD_KAFKA_CONF_UNKNOWN)
      throw std::runtime_error("unknown key `" + prefix + key + "`" +
                               nearest_property(conf.get(), key));
    if (result == RD_KAFKA_CONF_INVALID) {
      throw std::runtime_error("`" + prefix + key + "` cannot be `" + shown_value(key, value) +
                               "`");
    }
  }
  rd_kafka_conf_set_log_cb(conf.get(), log_client_line);
  return conf;
}

KafkaClient make_client(rd_kafka_type_t type, KafkaConf conf) {
  std::array<char, error_text_bytes> error{};
  KafkaClient client(rd_kafka_new(type, conf.get(), error.data(), error.size()));
  if (client == nullptr) throw std::runtime_error(std::string("kafka settings: ") + error.data());
  static_cast<void>(conf.release());  // KAFKA: a client that was made owns its configuration
  return client;
}

rd_kafka_resp_err_t first_error(const rd_kafka_topic_partition_list_t& list) {
  for (int i = 0; i < list.cnt; ++i) {
    if (list.elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR) return list.elems[i].err;
  }
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

std::string shown_value(const std::string& key, const std::string& value) {
  constexpr std::array<std::string_view, 6> secret_words = {
      "password", "secret", "token", "jaas", "key.pem", "oauthbearer.config"};
  const bool is_secret = std::ranges::any_of(
      secret_words, [&key](std::string_view word) { return key.find(word) != std::string::npos; });
  return is_secret ? "***" : value;
}

}  // namespace auditor
