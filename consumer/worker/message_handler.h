// What a worker does with messages: the seam between the state machine (worker) and what is made of
// a message (the auditor of `run`, the router of `route`, a test's fake).
//
// A handler may have a memory. What it changed since the last commit() can be undone: the
// worker calls commit() when the batch is committed and rollback() when it is aborted or its
// partitions go. One thread, which is the worker's. Nothing here throws for what messages hold.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "consumer/decoding/counters.h"
#include "consumer/decoding/raw_message.h"
#include "sinks/records/output_record.h"

namespace auditor {

class MessageHandler {
 public:
  virtual ~MessageHandler() = default;

  // Appends what is to be published to `outputs`, in order. Messages that are quarantined unread
  // do not come here.
  virtual void handle(const RawMessage& message, std::vector<OutputRecord>& outputs,
                      Counters& counters) = 0;

  // Partitions of the input are this worker's now: reads back what is remembered of them, before
  // the first of their messages. What that leads to (a newer catalogue) is appended to `outputs`;
  // it is committed without offsets. False: the memory cannot be had, and going on would be wrong.
  virtual bool on_assigned(std::span<const std::int32_t> partitions,
                           std::vector<OutputRecord>& outputs) = 0;
  // All of them are gone: forget them.
  virtual void on_revoked() = 0;

  virtual void commit() = 0;
  virtual void rollback() = 0;
};

}  // namespace auditor
