// Wakes the client's fetcher once the application has drained what it had fetched ahead.
//
// KAFKA: a fetcher that finds its queue full (`queued.min.messages`, `queued.max.messages.kbytes`)
// sleeps up to a second, before librdkafka 2.2.0, and nothing of what happens to the queue wakes
// it. A queue holds a tenth of a second's worth of a firehose, so reading came to a halt most of
// the time. Later versions have `fetch.queue.backoff.ms` for it (client_properties.cpp sets it).
#pragma once

#include <librdkafka/rdkafka.h>

#include <cstddef>

#include "sinks/kafka/kafka_handles.h"

namespace auditor {

// The client itself can be told how long the fetcher may sleep.
inline bool has_fetch_backoff() { return rd_kafka_version() >= 0x02020000; }

// Says when a queue has lost half of what it held: whoever found it full can go on. At most once
// for each halving, so a dozen times between full and empty.
class DrainWatch {
 public:
  bool has_halved(std::size_t length) {
    if (length > peak_) peak_ = length;
    if (peak_ < peak_min || length > peak_ / 2) return false;
    peak_ = length;
    return true;
  }

 private:
  static constexpr std::size_t peak_min = 4'000;  // below that it was not full

  std::size_t peak_ = 0;
};

class FetchWaker {
 public:
  // To be called again and again while reading, with the messages that wait in the client's queue.
  void note(KafkaClient& consumer, std::size_t waiting) {
    if (is_needed_ && watch_.has_halved(waiting)) consumer.wake();
  }

 private:
  bool is_needed_ = !has_fetch_backoff();
  DrainWatch watch_;
};

}  // namespace auditor
