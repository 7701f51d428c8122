// Tested by client_context_test.cpp.
#include "sinks/kafka/client_context.h"

#include <spdlog/spdlog.h>

#include <utility>

namespace auditor {
namespace {

constexpr auto user_key = "sasl.username";
constexpr auto password_key = "sasl.password";

void append(std::string& text, const Refusal& refusal) {
  text += (text.empty() ? "" : "; and ") + to_string(refusal);
}

}  // namespace

std::string property(const KafkaProperties& properties, const std::string& key) {
  const auto found = properties.find(key);
  return found == properties.end() ? std::string() : found->second;
}

std::string sasl_mechanism(const KafkaProperties& properties) {
  const std::string mechanism = property(properties, "sasl.mechanism");
  return mechanism.empty() ? property(properties, "sasl.mechanisms") : mechanism;
}

bool uses_sasl(const KafkaProperties& properties) {
  const std::string protocol = property(properties, "security.protocol");
  return protocol.starts_with("sasl") || protocol.starts_with("SASL");
}

ClientContext::ClientContext(const KafkaProperties& properties)
    : login_{property(properties, user_key), property(properties, password_key)},
      from_files_(properties.from_files) {
  request_.user = uses_sasl(properties) ? login_.user : "";
  request_.group = property(properties, "group.id");
  request_.transactional_id = property(properties, "transactional.id");
  introduction_.has_certificate = properties.contains("ssl.certificate.location") ||
                                  properties.contains("ssl.certificate.pem") ||
                                  properties.contains("ssl.keystore.location");
  if (uses_sasl(properties)) introduction_.mechanism = sasl_mechanism(properties);
}

void ClientContext::note(const Refusal& refusal) {
  {
    const std::lock_guard lock(mutex_);
    is_quiet_ = false;
    if (refusal.of == Refusal::Of::resource) {
      if (!resources_.try_emplace(refusal.what, refusal, Clock::now()).second) return;
    } else if (refusal.is_guess && has_had_contact_) {
      return;
    } else if (connection_) {
      // What is certain stays in front of a guess.
      if (connection_->refusal == refusal || refusal.is_guess) return;
      connection_->refusal = refusal;  // refused otherwise, and still no contact
    } else {
      connection_ = Standing{refusal, Clock::now()};
    }
  }
  spdlog::error("{}", to_string(refusal));
}

BrokerRequest ClientContext::request_about(const std::string& topic) const {
  const std::lock_guard lock(mutex_);
  BrokerRequest request = request_;
  request.topic = topic;
  return request;
}

bool ClientContext::note_answer(rd_kafka_resp_err_t error, const std::string& topic,
                                std::string_view asked) {
  const auto refusal = refused_request(error, request_about(topic), asked);
  if (refusal) note(*refusal);
  return refusal.has_value();
}

void ClientContext::note_line(std::string_view line) {
  if (const std::string topic = topic_without_write(line); !topic.empty()) {
    note_answer(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, topic, operation::write);
    return;
  }
  const auto refusal = refused_connection(line, introduction_);
  if (!refusal) return;
  if (refusal->of == Refusal::Of::certificate) {  // OpenSSL's own verdict says more
    const std::lock_guard lock(mutex_);
    if (connection_ && connection_->refusal.of == Refusal::Of::certificate) return;
  }
  note(*refusal);
}

void ClientContext::note_certificate(std::string_view broker, int x509_error) {
  note(refused_certificate(broker, x509_error));
}

void ClientContext::inherit(const ClientContext& other) {
  const std::scoped_lock lock(mutex_, other.mutex_);
  resources_ = other.resources_;
  connection_ = other.connection_;
  has_had_contact_ = other.has_had_contact_;
}

void ClientContext::note_contact() {
  const std::lock_guard lock(mutex_);
  has_had_contact_ = true;
  connection_.reset();
}

void ClientContext::note_granted(const std::string& what) {
  const std::lock_guard lock(mutex_);
  resources_.erase(what);
}

void ClientContext::note_all_granted() {
  if (is_quiet_) return;
  const std::lock_guard lock(mutex_);
  resources_.clear();
  connection_.reset();
  has_had_contact_ = true;
  is_quiet_ = true;
}

std::string ClientContext::text_of(std::chrono::seconds grace,
                                   std::chrono::seconds of_guesses) const {
  const auto now = Clock::now();
  const auto is_told = [&](const Standing& standing) {
    return now - standing.since >= (standing.refusal.is_guess ? of_guesses : grace);
  };
  const std::lock_guard lock(mutex_);
  std::string text;
  if (connection_ && is_told(*connection_)) append(text, connection_->refusal);
  for (const auto& [what, standing] : resources_) {
    if (is_told(standing)) append(text, standing.refusal);
  }
  return text;
}

std::string ClientContext::refusals() const {
  return text_of(std::chrono::seconds(0), std::chrono::seconds(0));
}

std::string ClientContext::final_refusals() const { return text_of(refusal_grace, guess_grace); }

bool ClientContext::is_without_contact() const {
  const std::lock_guard lock(mutex_);
  return connection_.has_value();
}

ClientContext::Login ClientContext::login() const {
  const std::lock_guard lock(mutex_);
  return login_;
}

std::optional<ClientContext::Login> ClientContext::renewed_login() {
  Login now = login();
  for (const auto& [key, place] : {std::pair(user_key, &now.user), {password_key, &now.password}}) {
    const auto file = from_files_.find(key);
    if (file == from_files_.end()) continue;
    if (auto text = file->second()) *place = *std::move(text);
  }
  const std::lock_guard lock(mutex_);
  if (now.user == login_.user && now.password == login_.password) return std::nullopt;
  login_ = now;
  request_.user = request_.user.empty() ? "" : now.user;
  connection_.reset();
  return now;
}

}  // namespace auditor
