// Where messages come from. Pure interface, so that the worker's state machine can be tested
// without Kafka. One thread, which is the worker's: every callback runs inside poll() or close(),
// so none ever meets an open transaction.
#pragma once

#include <chrono>
#include <span>

#include "consumer/decoding/raw_message.h"
#include "sinks/records/partition_offset.h"

namespace auditor {

struct ConsumerGroup;  // sinks/kafka/kafka_handles.h

class SourceListener {
 public:
  virtual ~SourceListener() = default;

  // The bytes live until it returns. False: hand over no more in this poll.
  virtual bool on_message(const RawMessage& message) noexcept = 0;

  // The poll that calls it hands over no message after it.
  virtual void on_assigned(std::span<const PartitionOffset> partitions) noexcept = 0;

  // All partitions are gone, revoked or lost: what was collected of them is another member's now.
  virtual void on_revoked() noexcept = 0;
};

enum class PollOutcome {
  messages,   // handed over; there may be more
  caught_up,  // whatever was there is handed over: nothing more is waiting here
  fatal,      // only a restart helps
};

class MessageSource {
 public:
  virtual ~MessageSource() = default;

  // `listener` must live until close() has returned.
  virtual void subscribe(SourceListener& listener) = 0;

  // Hands over zero or more messages, waiting at most `timeout` for the first.
  virtual PollOutcome poll(std::chrono::milliseconds timeout) = 0;

  // Reads on from `first`. Partitions that are no longer ours are passed over. False: a partition
  // of ours could not be moved, and going on would lose its messages.
  virtual bool rewind(std::span<const PartitionOffset> first) = 0;

  // As of the last assignment, under which all messages at hand were read: it fences a member whose
  // partitions have been given to another.
  virtual const ConsumerGroup& group() const = 0;

  // Leaves the group; on_revoked is called if partitions were held.
  virtual void close() = 0;
};

}  // namespace auditor
