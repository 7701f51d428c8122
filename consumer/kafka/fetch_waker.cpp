// Tested by kafka_message_source_test.cpp; what it is good for is tests/bench/pipeline_bench's to
// say.
#include "consumer/kafka/fetch_waker.h"

namespace auditor {
namespace {

std::string value_of(const KafkaProperties& properties, const std::string& key) {
  const auto found = properties.find(key);
  return found == properties.end() ? std::string() : found->second;
}

}  // namespace

FetchWaker::FetchWaker(const KafkaProperties& properties)
    : is_needed_(!has_fetch_backoff()),
      user_(value_of(properties, "sasl.username")),
      password_(value_of(properties, "sasl.password")) {}

// WHY credentials: giving the client those that it has already changes nothing, and is the one call
// of its public interface that does no more than wake every broker's thread.
void FetchWaker::note(rd_kafka_t* consumer, std::size_t waiting) {
  if (!is_needed_ || !watch_.has_halved(waiting)) return;
  const KafkaError ignored(
      rd_kafka_sasl_set_credentials(consumer, user_.c_str(), password_.c_str()));
}

}  // namespace auditor
