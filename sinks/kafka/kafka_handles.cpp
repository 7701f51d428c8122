// Tested by transactional_sink_test.cpp.
#include "sinks/kafka/kafka_handles.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/text/nearest.h"
#include "evaluator/text/wording.h"

namespace auditor {
namespace {

constexpr std::size_t error_text_bytes = 512;
constexpr std::chrono::seconds look_again_after{1};
constexpr int contact_wait_ms = 1'000;

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
    void* const context = client != nullptr ? rd_kafka_opaque(client) : nullptr;
    if (context != nullptr) static_cast<ClientContext*>(context)->note_line(text);
  } catch (...) {  // WHY: no exception may cross a librdkafka callback
  }
}

// KAFKA: called for each certificate of the broker's chain, with what OpenSSL thinks of it.
// Whatever it returns is what counts, so it returns OpenSSL's verdict; it is here only to hear it.
int hear_verdict(rd_kafka_t*, const char* broker, std::int32_t, int* x509_error, int, const char*,
                 std::size_t, char* text, std::size_t text_bytes, void* opaque) noexcept {
  if (*x509_error == 0) return 1;
  try {
    const Refusal refusal = refused_certificate(broker, *x509_error);
    std::snprintf(text, text_bytes, "%s", refusal.why.c_str());
    static_cast<ClientContext*>(opaque)->note(refusal);
  } catch (...) {  // WHY: no exception may cross a librdkafka callback
  }
  return 0;
}

// Librdkafka's own explanation, without the value where that is a secret.
std::string explanation(std::string_view key, const std::string& value, std::string text) {
  if (shown_value(std::string(key), value) == value || value.empty()) return text;
  for (std::size_t at = text.find(value); at != text.npos; at = text.find(value, at)) {
    text.replace(at, value.size(), "***");
    at += 3;
  }
  return text;
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

KafkaConf::KafkaConf(const KafkaProperties& properties)
    : context_(std::make_unique<ClientContext>(properties)), conf_(rd_kafka_conf_new()) {
  rd_kafka_conf_set_opaque(get(), context_.get());
  rd_kafka_conf_set_log_cb(get(), log_client_line);
}

KafkaConf make_conf(const KafkaProperties& properties, const std::string& prefix) {
  KafkaConf conf(properties);
  std::array<char, error_text_bytes> error{};
  for (const auto& [key, value] : properties) {
    const auto result =
        rd_kafka_conf_set(conf.get(), key.c_str(), value.c_str(), error.data(), error.size());
    if (result == RD_KAFKA_CONF_UNKNOWN)
      throw std::runtime_error("unknown key `" + prefix + key + "`" +
                               nearest_property(conf.get(), key));
    if (result == RD_KAFKA_CONF_INVALID) {
      throw std::runtime_error("`" + prefix + key + "` cannot be `" + shown_value(key, value) +
                               "`: " + explanation(key, value, error.data()));
    }
  }
  // Where nothing is verified there is no verdict, and asking for it must not make one.
  if (property(properties, "enable.ssl.certificate.verification") != "false") {
    rd_kafka_conf_set_ssl_cert_verify_cb(conf.get(), hear_verdict);
  }
  return conf;
}

KafkaClient make_client(rd_kafka_type_t type, KafkaConf conf) {
  return KafkaClient(type, std::move(conf));
}

KafkaClient::KafkaClient(rd_kafka_type_t type, KafkaConf conf)
    : context_(std::move(conf.context_)) {
  std::array<char, error_text_bytes> error{};
  handle_.reset(rd_kafka_new(type, conf.get(), error.data(), error.size()));
  if (handle_ == nullptr) throw std::runtime_error(std::string("kafka settings: ") + error.data());
  static_cast<void>(conf.conf_.release());  // KAFKA: a client that was made owns its configuration
}

// The handle first: its callbacks use the context until it is gone.
KafkaClient& KafkaClient::operator=(KafkaClient&& other) noexcept {
  handle_ = std::move(other.handle_);
  context_ = std::move(other.context_);
  looked_at_ = other.looked_at_;
  return *this;
}

void KafkaClient::abandon() {
  rd_kafka_destroy_flags(handle_.release(), RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

std::string KafkaClient::refusal() {
  const auto now = ClientContext::Clock::now();
  if (context_->is_without_contact() && now - looked_at_ >= look_again_after) {
    looked_at_ = now;
    try_renewed_login();
    const rd_kafka_metadata_t* answer = nullptr;
    const auto error = rd_kafka_metadata(handle_.get(), 0, nullptr, &answer, contact_wait_ms);
    const KafkaMetadata unused(answer);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) context_->note_contact();
  }
  return context_->final_refusals();
}

void KafkaClient::throw_if_refused() {
  const std::string text = refusal();
  if (!text.empty()) throw BrokerRefuses(text);
}

void KafkaClient::try_renewed_login() {
  const auto login = context_->renewed_login();
  if (!login) return;
  spdlog::info("the login was refused, and a file has another one now: it is tried");
  const KafkaError ignored(
      rd_kafka_sasl_set_credentials(handle_.get(), login->user.c_str(), login->password.c_str()));
}

// WHY credentials: giving the client those that it has already changes nothing, and is the one call
// of its public interface that does no more than wake every broker's thread.
void KafkaClient::wake() {
  const ClientContext::Login login = context_->login();
  const KafkaError ignored(
      rd_kafka_sasl_set_credentials(handle_.get(), login.user.c_str(), login.password.c_str()));
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
